/* Softmax cross-entropy: how surprised the net is by the right class c, in nats (Bridle 1990).
 *
 *     p_o = e^(s_o) / Σ_k e^(s_k)        L = -ln p_c = ln Σ_k e^(s_k - m) - (s_c - m),   m = max s
 *     ∂L/∂s_o = p_o - [o = c]
 *
 * m is taken out so that no exponential overflows and the sum is at least 1; L comes from the scores rather
 * than from p_c, which rounds to 0 long before the loss is large. A NaN among the scores makes the whole row NaN, and
 * so does a class that the net has no output for. */
#include "nn/loss/largest.h"

/* s, p [width][LANES]. Leaves p; *shift = m, *log_sum = ln Σ e^(s - m). A NaN that lane_max steps over comes back
 * through the sum. */
static inline void softmax_of_many(size_t width, const real *s, real *p, lane *shift, lane *log_sum)
{
    lane largest = lane_load(s), sum = lane_zero();
    for (size_t o = 1; o < width; o++)
        largest = lane_max(largest, lane_load(s + o * LANES));
    for (size_t o = 0; o < width; o++) {
        lane e = lane_exp_below_89(lane_load(s + o * LANES) - largest);
        lane_store(p + o * LANES, e);
        sum += e;
    }
    lane share = lane_all(1) / sum;
    for (size_t o = 0; o < width; o++)
        lane_store(p + o * LANES, lane_load(p + o * LANES) * share);
    *shift = largest;
    *log_sum = lane_log_above_1(sum);
}

/* The same for two scores, to the same bits, by one exponential: the other one is e^0 = 1. One of the two differences
 * is 0 and their sum is the other, or a NaN makes it NaN. (A 2-16-2 net spends a tenth of its training here.) */
static inline void softmax_of_two(const real *s, real *p, lane *shift, lane *log_sum)
{
    lane largest = lane_max(lane_load(s), lane_load(s + LANES));
    lane first = lane_load(s) - largest, second = lane_load(s + LANES) - largest;
    lane e = lane_exp_below_89(first + second), sum = lane_all(1) + e;
    lane large = lane_all(1) / sum, small = e * large;
    lane_store(p, pick(first < lane_zero(), small, large));
    lane_store(p + LANES, pick(second < lane_zero(), small, large));
    *shift = largest;
    *log_sum = lane_log_above_1(sum);
}

static inline void softmax(size_t width, const real *s, real *p, lane *shift, lane *log_sum)
{
    if (width == 2)
        softmax_of_two(s, p, shift, log_sum);
    else
        softmax_of_many(width, s, p, shift, log_sum);
}

static void predict(size_t batch, size_t width, const void *scores, void *outputs)
{
    const real *s = scores; /* [batch][width][LANES] */
    real *p = outputs;      /* [batch][width][LANES] */
    lane shift, log_sum;
    for (size_t b = 0; b < batch; b++, s += width * LANES, p += width * LANES)
        softmax(width, s, p, &shift, &log_sum);
}

static void forward(size_t batch, size_t width, const void *scores, const void *targets, void *outputs, void *losses)
{
    const real *s = scores, *c = targets; /* [batch][width][LANES], [batch][LANES] */
    real *p = outputs, *loss = losses;    /* [batch][width][LANES], [batch][LANES] */
    for (size_t b = 0; b < batch; b++, s += width * LANES, p += width * LANES, c += LANES, loss += LANES) {
        lane shift, log_sum, class = lane_load(c), right = lane_all((real)__builtin_nan(""));
        softmax(width, s, p, &shift, &log_sum);
        for (size_t o = 0; o < width; o++)
            right = pick(class == lane_all((real)o), lane_load(s + o * LANES), right);
        lane_store(loss, log_sum - (right - shift));
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
