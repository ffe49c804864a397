/* The last step of a sequence: y = x_T. The others get no gradient from here. */
#include "kernel/lane.h"
#include "nn/layer/layers.h"

static void forward(const rl_call *call)
{
    const real *x = call->x[0]; /* [batch][steps · units][LANES], of which the last units */
    real *y = call->y;          /* [batch][units][LANES] */
    const size_t row = call->units * LANES;
    for (size_t b = 0; b < call->batch; b++)
        memcpy(y + b * row, x + ((b + 1) * call->inputs - call->units) * LANES, row * sizeof *y);
}

static void backward(const rl_call *call)
{
    const real *dy = call->dy; /* [batch][units][LANES] */
    real *dx = call->dx[0];    /* [batch][steps · units][LANES] */
    if (!dx)
        return;
    if (call->fresh[0])
        memset(dx, 0, call->batch * call->inputs * LANES * sizeof *dx);
    for (size_t b = 0; b < call->batch; b++) {
        real *end = dx + ((b + 1) * call->inputs - call->units) * LANES;
        for (size_t i = 0; i < call->units * LANES; i += LANES)
            lane_store(end + i, lane_load(end + i) + lane_load(dy + b * call->units * LANES + i));
    }
}

const rl_layer RL_EXPORT(rl_layer_last) = { .forward = forward, .backward = backward };
