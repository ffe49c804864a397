/* A skip connection: y = x₀ + x₁, and both get the whole gradient. */
#include "kernel/lane.h"
#include "nn/layer/layers.h"

static void forward(const rl_call *call)
{
    const real *x0 = call->x[0], *x1 = call->x[1]; /* [batch][units][LANES] */
    real *y = call->y;
    for (size_t i = 0; i < call->batch * call->units * LANES; i += LANES)
        lane_store(y + i, lane_load(x0 + i) + lane_load(x1 + i));
}

static void backward(const rl_call *call)
{
    const real *dy = call->dy; /* [batch][units][LANES] */
    for (int k = 0; k < 2; k++) {
        real *dx = call->dx[k];
        for (size_t i = 0; dx && i < call->batch * call->units * LANES; i += LANES)
            lane_store(dx + i, (call->fresh[k] ? lane_zero() : lane_load(dx + i)) + lane_load(dy + i));
    }
}

const rl_layer RL_EXPORT(rl_layer_add) = { .forward = forward, .backward = backward };
