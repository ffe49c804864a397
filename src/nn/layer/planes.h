/* How a convolution sees pictures: as views of planes.
 *
 * With a stride s, the padded picture is dealt out into s · s planes, one for each remainder of row and column. All values
 * that one weight of the kernel meets then lie in one plane, side by side: the value at n = (row · plane width + column) of
 * what comes out meets the plane's number at[weight] + n. So a convolution is a matrix product whose second matrix is
 * never written down:
 *
 *     z(o, n) = b(o) + Σ_k w(o, k) x[at(k) + n]           k = (channel, row, column of the kernel), ascending
 *
 * Between the end of one row of z and the beginning of the next, n passes over places that are no outputs; what is
 * computed there is left out, and gradients there are 0. */
#ifndef RL_NN_PLANES_H
#define RL_NN_PLANES_H

#include "kernel/lane.h"
#include "nn/layer/window.h"

/* Of one row or column of the planes of one phase: which of the picture's it is, or beyond. The picture's first is
 * number from, and there are count of them. */
typedef struct {
    size_t from, count, first;
} rl_stretch;

static inline rl_stretch rl_stretch_of(const rl_window *w, int side, size_t phase)
{
    const size_t s = w->stride[side], pad = w->padding[side], size = w->size[side];
    const size_t from = pad > phase ? (pad - phase + s - 1) / s : 0; /* the first that is not padding */
    const size_t first = from * s + phase - pad;
    return (rl_stretch){ from, first < size ? (size - first + s - 1) / s : 0, first };
}

/* planes [channels][phases][plane][LANES] of x [channels][size][LANES]; those of beyond the picture are 0. */
static inline void rl_planes_fill(const rl_window *w, const rl_planes *p, const real *x, real *planes)
{
    memset(planes, 0, w->channels * p->phases * p->plane * LANES * sizeof *planes);
    for (size_t c = 0; c < w->channels; c++, x += w->size[0] * w->size[1] * LANES)
        for (size_t phase = 0; phase < p->phases; phase++, planes += p->plane * LANES) {
            const rl_stretch down = rl_stretch_of(w, 0, phase / w->stride[1]),
                             across = rl_stretch_of(w, 1, phase % w->stride[1]);
            for (size_t i = 0; i < down.count; i++) {
                const real *from = x + ((down.first + i * w->stride[0]) * w->size[1] + across.first) * LANES;
                real *to = planes + ((down.from + i) * p->across + across.from) * LANES;
                if (w->stride[1] == 1)
                    memcpy(to, from, across.count * LANES * sizeof *to);
                else
                    for (size_t j = 0; j < across.count; j++, to += LANES, from += w->stride[1] * LANES)
                        lane_store(to, lane_load(from));
            }
        }
}

/* The way back: x gets what is in the planes, or adds it. */
static inline void rl_planes_empty(const rl_window *w, const rl_planes *p, const real *planes, bool fresh, real *x)
{
    if (fresh) /* rows and columns that no output reaches belong to no plane's stretch */
        memset(x, 0, w->channels * w->size[0] * w->size[1] * LANES * sizeof *x);
    for (size_t c = 0; c < w->channels; c++, x += w->size[0] * w->size[1] * LANES)
        for (size_t phase = 0; phase < p->phases; phase++, planes += p->plane * LANES) {
            const rl_stretch down = rl_stretch_of(w, 0, phase / w->stride[1]),
                             across = rl_stretch_of(w, 1, phase % w->stride[1]);
            for (size_t i = 0; i < down.count; i++) {
                real *to = x + ((down.first + i * w->stride[0]) * w->size[1] + across.first) * LANES;
                const real *from = planes + ((down.from + i) * p->across + across.from) * LANES;
                for (size_t j = 0; j < across.count; j++, from += LANES, to += w->stride[1] * LANES)
                    lane_store(to, lane_load(to) + lane_load(from));
            }
        }
}

/* What comes out, row by row, with nothing between the rows: y [to_size][LANES] from wide [span][LANES], or y into wide,
 * whose places between the rows must be 0 already. */
static inline void rl_rows_out(const rl_window *w, const rl_planes *p, const real *wide, real *y)
{
    for (size_t i = 0; i < w->to_size[0]; i++)
        memcpy(y + i * w->to_size[1] * LANES, wide + i * p->across * LANES, w->to_size[1] * LANES * sizeof *y);
}

static inline void rl_rows_in(const rl_window *w, const rl_planes *p, const real *y, real *wide)
{
    for (size_t i = 0; i < w->to_size[0]; i++)
        memcpy(wide + i * p->across * LANES, y + i * w->to_size[1] * LANES, w->to_size[1] * LANES * sizeof *y);
}

#endif
