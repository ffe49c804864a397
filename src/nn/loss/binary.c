/* Binary cross-entropy of one score s, the log-odds of class 1 against class 0, in nats.
 *
 *     p = 1/(1 + e^(-s))        L = -ln p       = ln(1 + e^(-s))  for class 1
 *                                   -ln(1 - p)  = ln(1 + e^s)     for class 0
 *     ∂L/∂s = p - class
 *
 * L comes from s through the softplus that fits the class, so neither p's rounding to 0 or 1 nor a difference of
 * large numbers spoils it. NaN passes; a class other than 0 and 1 makes the loss NaN, and so does more than one score. */
#include "nn/loss/loss.h"

static void predict(size_t batch, size_t width, const void *scores, void *outputs)
{
    const real *s = scores; /* [batch][width][LANES] */
    real *p = outputs;      /* [batch][width][LANES] */
    for (size_t i = 0; i < batch * width; i++, s += LANES, p += LANES)
        lane_store(p, lane_sigmoid(lane_load(s)));
}

static void forward(size_t batch, size_t width, const void *scores, const void *targets, void *outputs, void *losses)
{
    predict(batch, width, scores, outputs);
    const real *s = scores, *c = targets; /* [batch][width][LANES], [batch][LANES] */
    real *loss = losses;                  /* [batch][LANES] */
    const lane unknown = lane_all((real)__builtin_nan(""));
    for (size_t b = 0; b < batch; b++, s += width * LANES, c += LANES, loss += LANES) {
        lane score = width == 1 ? lane_load(s) : unknown, class = lane_load(c);
        mask one = class == lane_all(1), known = one | (class == lane_zero());
        lane_store(loss, pick(known, lane_softplus(pick(one, -score, score)), unknown));
    }
}

static void backward(size_t batch, size_t width, const void *scores, const void *targets, const void *outputs,
    double scale, void *dscores)
{
    (void)scores;
    const real *p = outputs, *c = targets; /* [batch][width][LANES], [batch][LANES] */
    real *ds = dscores;                    /* [batch][width][LANES] */
    const lane factor = lane_all((real)scale);
    for (size_t b = 0; b < batch; b++, c += LANES)
        for (size_t o = 0; o < width; o++, p += LANES, ds += LANES)
            lane_store(ds, lane_load(ds) + factor * (lane_load(p) - lane_load(c)));
}

/* Class 1 where it is the likelier one: s > 0. A NaN names class 0, as in largest.h. */
static void decide(size_t batch, size_t width, const void *scores, void *decided)
{
    const real *s = scores; /* [batch][width][LANES] */
    whole *class = decided; /* [batch][LANES] */
    for (size_t b = 0; b < batch; b++, s += width * LANES, class += LANES) {
        wlane named = mask_count(lane_load(s) > lane_zero());
        memcpy(class, &named, sizeof named);
    }
}

static const rl_loss_kernels kernels = {
    .predict = predict,
    .forward = forward,
    .backward = backward,
    .decide = decide,
};
const rl_loss RL_EXPORT(rl_binary) = {
    .name = "binary",
    .formula = "ln(1 + e^(c ? -s : s))",
    .classes = true,
    .kernels = &kernels,
};
