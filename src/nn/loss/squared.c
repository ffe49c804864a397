/* Squared error, as a mean over the outputs of a row (and by the caller over the batch), as PyTorch's MSELoss.
 *
 *     L = 1/n Σ_o (s_o - t_o)²        ∂L/∂s_o = 2/n (s_o - t_o)
 *
 * The net's outputs are its scores. */
#include "nn/loss/largest.h"

static void predict(size_t batch, size_t width, const void *scores, void *outputs)
{
    memcpy(outputs, scores, batch * width * sizeof(lane));
}

static void forward(size_t batch, size_t width, const void *scores, const void *targets, void *outputs, void *losses)
{
    predict(batch, width, scores, outputs);
    const real *s = scores, *t = targets; /* [batch][width][LANES] each */
    real *loss = losses;                  /* [batch][LANES] */
    for (size_t b = 0; b < batch; b++, loss += LANES) {
        lane sum = lane_zero();
        for (size_t o = 0; o < width; o++, s += LANES, t += LANES) {
            lane miss = lane_load(s) - lane_load(t);
            sum = lane_fma(miss, miss, sum);
        }
        lane_store(loss, sum / lane_all((real)width));
    }
}

static void backward(size_t batch, size_t width, const void *scores, const void *targets, const void *outputs,
    double scale, void *dscores)
{
    (void)outputs;
    const real *s = scores, *t = targets; /* [batch][width][LANES] each */
    real *ds = dscores;                   /* [batch][width][LANES] */
    const lane factor = lane_all((real)(2 * scale / (double)width));
    for (size_t i = 0; i < batch * width; i++, s += LANES, t += LANES, ds += LANES)
        lane_store(ds, lane_load(ds) + factor * (lane_load(s) - lane_load(t)));
}

static const rl_loss_kernels kernels = {
    .predict = predict, .forward = forward, .backward = backward, .decide = name_largest, /* one output: always 0 */
};
const rl_loss RL_EXPORT(rl_squared) = {
    .name = "squared",
    .formula = "1/n Σ (s - t)²",
    .classes = false,
    .kernels = &kernels,
};
