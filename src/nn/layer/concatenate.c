/* Concatenation: y = (x₀, x₁), the one's values after the other's, and each gets its part of the gradient. Of pictures
 * these are the channels, which come first in memory. */
#include "kernel/lane.h"
#include "nn/layer/layers.h"

static void forward(const rl_call *call)
{
    real *y = call->y; /* [batch][widths[0] + widths[1]][LANES] */
    for (size_t b = 0; b < call->batch; b++)
        for (int k = 0; k < 2; k++) {
            const size_t part = call->widths[k] * LANES;
            memcpy(y, (const real *)call->x[k] + b * part, part * sizeof *y);
            y += part;
        }
}

static void backward(const rl_call *call)
{
    const real *dy = call->dy; /* [batch][widths[0] + widths[1]][LANES] */
    for (size_t b = 0; b < call->batch; b++)
        for (int k = 0; k < 2; k++) {
            const size_t part = call->widths[k] * LANES;
            real *dx = call->dx[k] ? (real *)call->dx[k] + b * part : NULL;
            for (size_t i = 0; dx && i < part; i += LANES)
                lane_store(dx + i, (call->fresh[k] ? lane_zero() : lane_load(dx + i)) + lane_load(dy + i));
            dy += part;
        }
}

const rl_layer RL_EXPORT(rl_layer_concatenate) = { .forward = forward, .backward = backward };
