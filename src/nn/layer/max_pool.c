/* Max pooling: the largest number under the kernel, channel by channel.
 *
 *     y = max_t x[t]      ∂L/∂x[t] += ∂L/∂y where t is the first of the largest
 *
 * Padding is never the largest. A NaN is, as in PyTorch: a broken unit must not vanish. Forward keeps which place t of the
 * kernel it was. */
#include "nn/layer/layers.h"
#include "nn/layer/window.h"

/* The places of the kernel that lie inside the picture for one row or column of outputs: from … end - 1. */
typedef struct {
    size_t from, end;
} inside;

static inline inside places(const rl_window *w, int side, size_t at)
{
    const size_t first = at * w->stride[side], pad = w->padding[side];
    const size_t end = pad + w->size[side] > first ? pad + w->size[side] - first : 0;
    return (inside){ pad > first ? pad - first : 0, end < w->kernel[side] ? end : w->kernel[side] };
}

/* One output at row i, column j of a channel x [size][LANES]. */
static inline void choose(const rl_window *w, const real *x, size_t i, size_t j, real *y, real *kept)
{
    const inside down = places(w, 0, i), across = places(w, 1, j);
    lane most = lane_zero(), which = lane_zero();
    bool first = true;
    for (size_t k = down.from; k < down.end; k++)
        for (size_t l = across.from; l < across.end; l++) {
            const size_t row = i * w->stride[0] + k - w->padding[0], column = j * w->stride[1] + l - w->padding[1];
            const lane here = lane_load(x + (row * w->size[1] + column) * LANES);
            const lane place = lane_all((real)(k * w->kernel[1] + l));
            const mask larger = mask_not(here <= most) & (most == most); /* or not a number */
            most = first ? here : pick(larger, here, most);
            which = first ? place : pick(larger, place, which);
            first = false;
        }
    lane_store(y, most);
    lane_store(kept, which);
}

/* Two by two, side by side and without padding: in one row of outputs all go the same way. (A net of one lane does these
 * by kernel/lanes/squares.h.) */
static inline void choose_row_of_two(
    size_t count, const real *restrict upper, size_t width, real *restrict y, real *restrict kept)
{
    const real *lower = upper + width * LANES;
    for (size_t j = 0; j < count; j++) {
        const lane x[4] = { lane_load(upper + 2 * j * LANES), lane_load(upper + (2 * j + 1) * LANES),
            lane_load(lower + 2 * j * LANES), lane_load(lower + (2 * j + 1) * LANES) };
        lane most = x[0], which = lane_zero();
        for (int t = 1; t < 4; t++) {
            const mask larger = mask_not(x[t] <= most) & (most == most);
            most = pick(larger, x[t], most);
            which = pick(larger, lane_all((real)t), which);
        }
        lane_store(y + j * LANES, most);
        lane_store(kept + j * LANES, which);
    }
}

static void forward(const rl_call *call)
{
    const rl_window *w = call->window;
    const real *x = call->x[0];             /* [batch][channels][size][LANES] */
    real *y = call->y, *kept = call->drawn; /* [batch][channels][to_size][LANES] */
    const bool two = rl_window_is_two_by_two(w);
    for (size_t c = 0; c < call->batch * w->channels; c++, x += w->size[0] * w->size[1] * LANES)
        for (size_t i = 0; i < w->to_size[0]; i++, y += w->to_size[1] * LANES, kept += w->to_size[1] * LANES) {
            if (two)
                choose_row_of_two(w->to_size[1], x + 2 * i * w->size[1] * LANES, w->size[1], y, kept);
            for (size_t j = 0; !two && j < w->to_size[1]; j++)
                choose(w, x, i, j, y + j * LANES, kept + j * LANES);
        }
}

/* To each place of the kernel in turn: the lanes that chose it. */
static inline void give_back(const rl_window *w, size_t i, size_t j, const real *kept, lane dy, real *dx)
{
    const inside down = places(w, 0, i), across = places(w, 1, j);
    if (LANES == 1) { /* one place alone */
        const size_t place = (size_t)*kept;
        const size_t row = i * w->stride[0] + place / w->kernel[1] - w->padding[0];
        real *to = dx + row * w->size[1] + j * w->stride[1] + place % w->kernel[1] - w->padding[1];
        lane_store(to, lane_load(to) + dy);
        return;
    }
    for (size_t k = down.from; k < down.end; k++)
        for (size_t l = across.from; l < across.end; l++) {
            const size_t row = i * w->stride[0] + k - w->padding[0], column = j * w->stride[1] + l - w->padding[1];
            real *to = dx + (row * w->size[1] + column) * LANES;
            const lane before = lane_load(to);
            lane_store(to, pick(lane_load(kept) == lane_all((real)(k * w->kernel[1] + l)), before + dy, before));
        }
}

static void backward(const rl_call *call)
{
    const rl_window *w = call->window;
    const size_t picture = w->size[0] * w->size[1] * LANES;
    const real *dy = call->dy, *kept = call->drawn; /* [batch][channels][to_size][LANES] */
    real *dx = call->dx[0];                         /* [batch][channels][size][LANES] */
    if (!dx)
        return;
    if (call->fresh[0])
        memset(dx, 0, call->batch * w->channels * picture * sizeof *dx);
    for (size_t c = 0; c < call->batch * w->channels; c++, dx += picture)
        for (size_t i = 0; i < w->to_size[0]; i++)
            for (size_t j = 0; j < w->to_size[1]; j++, dy += LANES, kept += LANES)
                give_back(w, i, j, kept, lane_load(dy), dx);
}

const rl_layer RL_EXPORT(rl_layer_max_pool) = { .forward = forward, .backward = backward };
