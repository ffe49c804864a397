/* Average pooling: the mean under the kernel, channel by channel; padding counts as zeros, as PyTorch has it unless told
 * otherwise. A kernel as large as the picture gives the mean of each channel.
 *
 *     y = Σ_t x[t] / n      ∂L/∂x[t] += ∂L/∂y / n          n: the kernel's size */
#include "nn/layer/layers.h"
#include "nn/layer/window.h"

/* One output. */
static inline void sum_of(const rl_window *w, const real *x, size_t position, real *y, lane share)
{
    lane sum = lane_zero();
    for (size_t t = 0, place; t < w->kernel[0] * w->kernel[1]; t++)
        if (rl_window_meets(w, position, t, &place))
            sum += lane_load(x + place * LANES);
    lane_store(y, sum * share);
}

static void forward(const rl_call *call)
{
    const rl_window *w = call->window;
    const real *x = call->x[0]; /* [batch][channels][size][LANES] */
    real *y = call->y;          /* [batch][channels][to_size][LANES] */
    const lane share = lane_all((real)1 / (real)(w->kernel[0] * w->kernel[1]));
    for (size_t c = 0; c < call->batch * w->channels; c++, x += w->size[0] * w->size[1] * LANES)
        for (size_t position = 0; position < w->to_size[0] * w->to_size[1]; position++, y += LANES)
            sum_of(w, x, position, y, share);
}

static void backward(const rl_call *call)
{
    const rl_window *w = call->window;
    const size_t picture = w->size[0] * w->size[1] * LANES;
    const real *dy = call->dy; /* [batch][channels][to_size][LANES] */
    real *dx = call->dx[0];    /* [batch][channels][size][LANES] */
    const lane share = lane_all((real)1 / (real)(w->kernel[0] * w->kernel[1]));
    if (!dx)
        return;
    if (call->fresh[0])
        memset(dx, 0, call->batch * w->channels * picture * sizeof *dx);
    for (size_t c = 0; c < call->batch * w->channels; c++, dx += picture)
        for (size_t position = 0; position < w->to_size[0] * w->to_size[1]; position++, dy += LANES) {
            const lane each = lane_load(dy) * share;
            for (size_t t = 0, place; t < w->kernel[0] * w->kernel[1]; t++)
                if (rl_window_meets(w, position, t, &place))
                    lane_store(dx + place * LANES, lane_load(dx + place * LANES) + each);
        }
}

const rl_layer RL_EXPORT(rl_layer_average_pool) = { .forward = forward, .backward = backward };
