/* Dropout (Srivastava et al. 2014), inverted as in PyTorch: while training each value is dropped with
 * probability p and the kept ones are scaled by 1/(1 - p), so that evaluation has nothing to do.
 *
 *     y = x · k      ∂L/∂x += ∂L/∂y · k      k = 0 with probability p, else 1/(1 - p) */
#include "nn/layer/draw.h"
#include "nn/layer/layers.h"

static void forward(const rl_call *call)
{
    const real *x = call->x[0]; /* [batch][units][LANES] */
    real *y = call->y;
    const size_t rows = call->batch * call->units;
    if (!call->training) {
        memcpy(y, x, rows * LANES * sizeof *y);
        return;
    }
    draw_uniform(call, RL_FOR_DROPOUT, 0, 1);
    real *kept = call->drawn; /* uniform numbers become factors */
    const lane share = lane_all((real)call->share), scale = lane_all((real)(1 / (1 - call->share)));
    for (size_t i = 0; i < rows * LANES; i += LANES) {
        lane factor = pick(lane_load(kept + i) < share, lane_zero(), scale);
        lane_store(kept + i, factor);
        lane_store(y + i, lane_load(x + i) * factor);
    }
}

static void backward(const rl_call *call)
{
    const real *dy = call->dy, *kept = call->drawn; /* [batch][units][LANES] */
    real *dx = call->dx[0];
    if (!dx)
        return;
    for (size_t i = 0; i < call->batch * call->units * LANES; i += LANES) {
        lane through = call->training ? lane_load(dy + i) * lane_load(kept + i) : lane_load(dy + i);
        lane_store(dx + i, (call->fresh[0] ? lane_zero() : lane_load(dx + i)) + through);
    }
}

const rl_layer RL_EXPORT(rl_layer_dropout) = { .forward = forward, .backward = backward };
