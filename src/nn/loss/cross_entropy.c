/* Softmax cross-entropy: how surprised the net is by the right class c, in nats (Bridle 1990).
 *
 *     p_o = e^(s_o) / Σ_k e^(s_k)        L = -ln p_c = ln Σ_k e^(s_k - m) - (s_c - m),   m = max s
 *     ∂L/∂s_o = p_o - [o = c]
 *
 * m is taken out so that no exponential overflows and the sum is at least 1; L comes from the scores rather
 * than from p_c, which rounds to 0 long before the loss is large. A NaN among the scores makes the whole row NaN, and
 * so does a class that the net has no output for. */
#include "nn/loss/largest.h"

/* s, e [width][LANES]: e^(s - m), and gives m. A NaN that lane_max steps over comes back through the sum. */
static inline lane exponentials_of_many(size_t width, const real *s, real *e)
{
    lane largest = lane_load(s);
    for (size_t o = 1; o < width; o++)
        largest = lane_max(largest, lane_load(s + o * LANES));
    for (size_t o = 0; o < width; o++)
        lane_store(e + o * LANES, lane_exp_below_89(lane_load(s + o * LANES) - largest));
    return largest;
}

/* The same for two scores, to the same bits, by one exponential: the other one is e^0 = 1. One of the two differences
 * is 0 and their sum is the other, or a NaN makes it NaN. */
static inline lane exponentials_of_two(const real *s, real *e)
{
    lane largest = lane_max(lane_load(s), lane_load(s + LANES));
    lane first = lane_load(s) - largest, second = lane_load(s + LANES) - largest;
    lane other = lane_exp_below_89(first + second);
    lane_store(e, pick(first == lane_zero(), lane_all(1), other));
    lane_store(e + LANES, pick(second == lane_zero(), lane_all(1), other));
    return largest;
}

static inline lane exponentials(size_t width, const real *s, real *e)
{
    return width == 2 ? exponentials_of_two(s, e) : exponentials_of_many(width, s, e);
}

/* p [width][LANES]: exponentials become shares of their sum, which it gives. */
static inline lane share(size_t width, real *p)
{
    lane sum = lane_zero();
    for (size_t o = 0; o < width; o++)
        sum += lane_load(p + o * LANES);
    lane part = lane_all(1) / sum;
    for (size_t o = 0; o < width; o++)
        lane_store(p + o * LANES, lane_load(p + o * LANES) * part);
    return sum;
}

static void predict(size_t batch, size_t width, const void *scores, void *outputs)
{
    const real *s = scores; /* [batch][width][LANES] */
    real *p = outputs;      /* [batch][width][LANES] */
    for (size_t b = 0; b < batch; b++, s += width * LANES, p += width * LANES) {
        exponentials(width, s, p);
        share(width, p);
    }
}

/* First the exponentials of all rows, then all logarithms: each is a long chain in which every step waits for the one
 * before, and the processor has several rows' under way only where they follow each other closely. loss holds m in
 * between. */
static inline __attribute__((always_inline)) void forward_of(
    const size_t width, size_t batch, const real *s, const real *c, real *p, real *loss)
{
    for (size_t b = 0; b < batch; b++)
        lane_store(loss + b * LANES, exponentials(width, s + b * width * LANES, p + b * width * LANES));
    for (size_t b = 0; b < batch; b++, s += width * LANES, p += width * LANES, c += LANES, loss += LANES) {
        lane sum = share(width, p), class = lane_load(c), right = lane_all((real)__builtin_nan(""));
        for (size_t o = 0; o < width; o++)
            right = pick(class == lane_all((real)o), lane_load(s + o * LANES), right);
        lane_store(loss, lane_log_above_1(sum) - (right - lane_load(loss)));
    }
}

static void forward(size_t batch, size_t width, const void *scores, const void *targets, void *outputs, void *losses)
{
    if (width == 2)
        forward_of(2, batch, scores, targets, outputs, losses);
    else
        forward_of(width, batch, scores, targets, outputs, losses);
}

static void backward(size_t batch, size_t width, const void *scores, const void *targets, const void *outputs,
    double scale, void *dscores)
{
    (void)scores;
    const real *p = outputs, *c = targets; /* [batch][width][LANES], [batch][LANES] */
    real *ds = dscores;                    /* [batch][width][LANES] */
    const lane factor = lane_all((real)scale);
    for (size_t b = 0; b < batch; b++, c += LANES)
        for (size_t o = 0; o < width; o++, p += LANES, ds += LANES) {
            lane hit = pick(lane_load(c) == lane_all((real)o), lane_all(1), lane_zero());
            lane_store(ds, lane_load(ds) + factor * (lane_load(p) - hit));
        }
}

static const rl_loss_kernels kernels = {
    .predict = predict,
    .forward = forward,
    .backward = backward,
    .decide = name_largest,
};
const rl_loss RL_EXPORT(rl_cross_entropy) = {
    .name = "cross_entropy",
    .formula = "-ln softmax(s)_c",
    .classes = true,
    .kernels = &kernels,
};
