/* Kernels that slide over pictures: what follows from a window's sizes (nn/layer/planes.h says what for). */
#ifndef RL_NN_WINDOW_H
#define RL_NN_WINDOW_H

#include <stdbool.h>
#include <stddef.h>

#include "kernel/gemm.h"
#include "nn/layer/layer.h"

/* Where in a channel of the picture a weight of the kernel (tap) looks for the output at that position; false: beside it. */
static inline bool rl_window_meets(const rl_window *w, size_t position, size_t tap, size_t *place)
{
    const size_t y = position / w->to_size[1] * w->stride[0] + tap / w->kernel[1] * w->dilation[0];
    const size_t x = position % w->to_size[1] * w->stride[1] + tap % w->kernel[1] * w->dilation[1];
    if (y < w->padding[0] || y - w->padding[0] >= w->size[0] || x < w->padding[1] || x - w->padding[1] >= w->size[1])
        return false;
    *place = (y - w->padding[0]) * w->size[1] + x - w->padding[1];
    return true;
}

/* Two by two, side by side, without padding? */
static inline bool rl_window_is_two_by_two(const rl_window *w)
{
    return w->kernel[0] == 2 && w->kernel[1] == 2 && w->stride[0] == 2 && w->stride[1] == 2 && !w->padding[0] &&
           !w->padding[1];
}

/* Sizes that follow from a window. */
typedef struct {
    size_t taps;   /* weights of one channel's kernel */
    size_t phases; /* planes a channel */
    size_t across; /* a plane's width */
    size_t plane;  /* numbers in a plane, as whole chains */
    size_t span;   /* from the first output to the last, as whole chains */
    size_t reach;  /* the largest at within a plane */
    size_t met;    /* numbers of a plane, from its first, among which are all that an output meets, as whole chains */
    size_t group_channels; /* read by each group */
    size_t terms;          /* weights of one output channel: group_channels · taps */
} rl_planes;

static inline size_t rl_whole_chains(size_t count)
{
    return (count + RL_CHAINS - 1) / RL_CHAINS * RL_CHAINS;
}

/* Of what comes out the upper left part is wanted: rows, columns. */
static inline rl_planes rl_planes_of_part(const rl_window *w, size_t rows, size_t columns)
{
    rl_planes p = { .taps = w->kernel[0] * w->kernel[1],
        .phases = w->stride[0] * w->stride[1],
        .group_channels = w->channels / w->groups };
    const size_t down = (w->size[0] + 2 * w->padding[0] + w->stride[0] - 1) / w->stride[0];
    p.across = (w->size[1] + 2 * w->padding[1] + w->stride[1] - 1) / w->stride[1];
    p.plane = rl_whole_chains(down * p.across);
    p.span = rl_whole_chains((rows - 1) * p.across + columns);
    p.reach = (w->kernel[0] - 1) * w->dilation[0] / w->stride[0] * p.across +
              (w->kernel[1] - 1) * w->dilation[1] / w->stride[1];
    p.terms = p.group_channels * p.taps;
    const size_t met = rl_whole_chains((rows - 1) * p.across + columns + p.reach);
    p.met = met < p.plane ? met : p.plane;
    return p;
}

static inline rl_planes rl_planes_of(const rl_window *w)
{
    return rl_planes_of_part(w, w->to_size[0], w->to_size[1]);
}

/* The plane of a channel in which a weight of the kernel finds what it meets, and where the first of that is in it. */
static inline size_t rl_tap_phase(const rl_window *w, size_t tap)
{
    const size_t y = tap / w->kernel[1] * w->dilation[0], x = tap % w->kernel[1] * w->dilation[1];
    return y % w->stride[0] * w->stride[1] + x % w->stride[1];
}

static inline size_t rl_tap_at(const rl_window *w, const rl_planes *p, size_t tap)
{
    const size_t y = tap / w->kernel[1] * w->dilation[0], x = tap % w->kernel[1] * w->dilation[1];
    return y / w->stride[0] * p->across + x / w->stride[1];
}

/* What a call needs room for; numbers a lane. Each is an array of its own in scratch, in this order. */
typedef struct {
    size_t at;     /* [outputs of a group · taps, or terms]: offsets, in the place of numbers */
    size_t planes; /* [RL_PICTURES][channels][phases][plane], and after each picture a chain to read over */
    size_t wide;   /* [outputs][reach + plane], or [RL_PICTURES][outputs][span] */
    size_t parts;  /* [RL_UNITS_OF_PARTS][terms + 1][RL_CHAINS], or the kernels turned */
} rl_planes_room;

/* A net of one lane learns from several pictures at once, for each of which parts would be loaded and stored else. */
enum { RL_UNITS_OF_PARTS = 8, RL_PICTURES = 4 };

static inline size_t rl_larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static inline size_t rl_planes_of_picture(const rl_window *w, const rl_planes *p)
{
    return w->channels * p->phases * p->plane + RL_CHAINS;
}

static inline rl_planes_room rl_planes_room_of(const rl_window *w)
{
    const rl_planes p = rl_planes_of(w);
    const size_t outputs = w->to_channels / w->groups;
    return (rl_planes_room){ .at = rl_larger(p.terms, outputs * p.taps) * (sizeof(size_t) / sizeof(float)),
        .planes = RL_PICTURES * rl_planes_of_picture(w, &p),
        .wide = w->to_channels * rl_larger(p.reach + p.plane, RL_PICTURES * p.span),
        .parts = rl_larger((size_t)RL_UNITS_OF_PARTS * (p.terms + 1) * RL_CHAINS, w->to_channels * p.terms) };
}

static inline size_t rl_planes_scratch(const rl_window *w)
{
    const rl_planes_room room = rl_planes_room_of(w);
    return room.at + room.planes + room.wide + room.parts;
}

#endif
