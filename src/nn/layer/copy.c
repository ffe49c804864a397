/* Flatten and reshape: the same numbers in another shape. Channels, rows and columns lie in memory as PyTorch's, so
 * nothing moves.
 *
 *     y = x      ∂L/∂x += ∂L/∂y */
#include "kernel/lane.h"
#include "nn/layer/layers.h"

static void forward(const rl_call *call)
{
    memcpy(call->y, call->x[0], call->batch * call->units * LANES * sizeof(real));
}

static void backward(const rl_call *call)
{
    const size_t count = call->batch * call->units * LANES;
    const real *dy = call->dy; /* [batch][units][LANES] */
    real *restrict dx = call->dx[0];
    if (!dx)
        return;
    for (size_t i = 0; call->fresh[0] && i < count; i += LANES)
        lane_store(dx + i, lane_zero() + lane_load(dy + i));
    for (size_t i = 0; !call->fresh[0] && i < count; i += LANES)
        lane_store(dx + i, lane_load(dx + i) + lane_load(dy + i));
}

const rl_layer RL_EXPORT(rl_layer_copy) = { .forward = forward, .backward = backward };
