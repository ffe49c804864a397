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

/* With a stride of 1 a channel is one plane, whose rows lie apart by the padding; without that it is as it is. Vectors of
 * a net of one lane move it along its rows (rl_move). from and to are where its first row begins. */
static inline bool rl_planes_are_rows(const rl_window *w)
{
    return LANES == 1 && w->stride[0] == 1 && w->stride[1] == 1;
}

/* And then the planes of a picture lie in it as it is. */
static inline bool rl_planes_are_pictures(const rl_window *w)
{
    return rl_planes_are_rows(w) && !w->padding[0] && !w->padding[1];
}

static inline rl_move rl_rows_of_picture(const rl_window *w)
{
    const size_t picture = w->size[0] * w->size[1];
    return w->padding[1] ? (rl_move){ .blocks = w->channels, .rows = w->size[0], .columns = w->size[1] }
                         : (rl_move){ .blocks = w->channels, .rows = 1, .columns = picture };
}

static inline size_t rl_first_of_plane(const rl_window *w, const rl_planes *p)
{
    return w->padding[0] * p->across + w->padding[1];
}

/* planes [channels][phases][plane][LANES] of x [channels][size][LANES]; those of beyond the picture must be 0 already. */
static inline void rl_planes_fill(
    const rl_window *w, const rl_planes *p, const rl_gemm *gemm, const real *x, real *planes)
{
    if (rl_planes_are_rows(w)) {
        rl_move move = rl_rows_of_picture(w);
        move.from = x;
        move.from_by_block = w->size[0] * w->size[1];
        move.from_by_row = move.columns;
        move.to = planes + rl_first_of_plane(w, p);
        move.to_by_block = p->plane;
        move.to_by_row = move.rows > 1 ? p->across : move.columns;
        gemm->move(&move);
        return;
    }
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
static inline void rl_planes_empty(
    const rl_window *w, const rl_planes *p, const rl_gemm *gemm, const real *planes, bool fresh, real *x)
{
    if (rl_planes_are_rows(w)) {
        rl_move move = rl_rows_of_picture(w);
        move.from = planes + rl_first_of_plane(w, p);
        move.from_by_block = p->plane;
        move.from_by_row = move.rows > 1 ? p->across : move.columns;
        move.to = x;
        move.to_by_block = w->size[0] * w->size[1];
        move.to_by_row = move.columns;
        gemm->move_add(&move, fresh);
        return;
    }
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

/* What comes out of some channels: y [channels][to_size][LANES], row by row, with nothing between the rows, from wide
 * [channels][by_channel][LANES]; or y into wide, which must be 0 already where y has nothing. */
static inline void rl_rows_out(const rl_window *w, const rl_planes *p, const rl_gemm *gemm, size_t channels,
    const real *wide, size_t by_channel, real *y)
{
    const size_t rows = w->to_size[0], columns = w->to_size[1];
    if (LANES == 1) {
        gemm->move(&(rl_move){ channels, rows, columns, wide, by_channel, p->across, y, rows * columns, columns });
        return;
    }
    for (size_t c = 0; c < channels; c++, wide += by_channel * LANES)
        for (size_t i = 0; i < rows; i++, y += columns * LANES)
            memcpy(y, wide + i * p->across * LANES, columns * LANES * sizeof *y);
}

static inline void rl_rows_in(const rl_window *w, const rl_planes *p, const rl_gemm *gemm, size_t channels,
    const real *y, real *wide, size_t by_channel)
{
    const size_t rows = w->to_size[0], columns = w->to_size[1];
    if (LANES == 1) {
        gemm->move(&(rl_move){ channels, rows, columns, y, rows * columns, columns, wide, by_channel, p->across });
        return;
    }
    for (size_t c = 0; c < channels; c++, wide += by_channel * LANES)
        for (size_t i = 0; i < rows; i++, y += columns * LANES)
            memcpy(wide + i * p->across * LANES, y, columns * LANES * sizeof *y);
}

#endif
