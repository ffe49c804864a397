/* A transposed convolution: the convolution that leads from what comes out here to what goes in, backwards.
 *
 *     y[b][o][Y][X] = bias[o] + Σ_c Σ_i Σ_j w[c][o][i][j] x[b][c][y][x]      Y = y·s + i·d - p,  X = x·s + j·d - p
 *
 *     forward      that convolution's backward, and the bias            ∂L/∂x    its forward, of ∂L/∂y
 *     ∂L/∂w        its own, with x and ∂L/∂y in each other's place      ∂L/∂bias[o] = Σ_b Σ_Y Σ_X ∂L/∂y[b][o]
 *
 * The node's window is that convolution's: the larger picture is what comes out here. Parameters: w [channels of x]
 * [outputs / groups][kernel], then bias [outputs]. */
#include "kernel/views.h"
#include "nn/layer/layers.h"

/* The convolution's call: x and dy of this one are its dy and x. */
static rl_call turned(const rl_call *call)
{
    rl_call conv = *call;
    conv.bias = false;
    conv.x[0] = call->dy;
    conv.dy = call->x[0];
    conv.unit = 0;
    conv.last_unit = call->window->to_channels;
    return conv;
}

static size_t weights(const rl_window *w)
{
    return w->to_channels * (w->channels / w->groups) * w->kernel[0] * w->kernel[1] * LANES;
}

static void forward(const rl_call *call)
{
    const rl_window *w = call->window;
    rl_call conv = turned(call);
    conv.dx[0] = call->y;
    conv.fresh[0] = true;
    RL_EXPORT(rl_layer_conv2d).backward(&conv);
    real *y = call->y; /* [batch][outputs][size][LANES] */
    for (size_t b = 0; call->bias && b < call->batch; b++)
        for (size_t o = 0; o < w->channels; o++) {
            const lane bias = lane_load((const real *)call->w + weights(w) + o * LANES);
            for (size_t i = 0; i < w->size[0] * w->size[1]; i++, y += LANES)
                lane_store(y, lane_load(y) + bias);
        }
}

static void backward(const rl_call *call)
{
    rl_call conv = turned(call);
    conv.y = call->dx[0];
    if (call->dx[0])
        RL_EXPORT(rl_convolve)(&conv, !call->fresh[0]);
}

static void learn(const rl_call *call)
{
    const rl_window *w = call->window;
    const size_t size = w->size[0] * w->size[1];
    const rl_call conv = turned(call);
    RL_EXPORT(rl_layer_conv2d).learn(&conv);
    for (size_t o = 0; call->bias && o < w->channels; o++) {
        real parts[RL_CHAINS * LANES] = { 0 };
        for (size_t b = 0; b < call->batch; b++)
            views_add_up(call->gemm, 1, size, (const real *)call->dy + (b * w->channels + o) * size * LANES, parts);
        lane_store((real *)call->dw + weights(w) + o * LANES, views_sum(parts));
    }
}

const rl_layer RL_EXPORT(rl_layer_conv2d_transposed) = { .forward = forward, .backward = backward, .learn = learn };
