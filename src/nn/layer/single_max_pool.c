/* Max pooling of a net of one lane, two by two, side by side and without padding, which is what nearly everybody asks
 * for: vectors lie along a row of outputs, for which two vectors of either row of the picture are dealt out into their
 * even and odd columns. Every number is that of max_pool.c, which is the plain twin and does all other windows.
 *
 * A row seldom fills its last vector. What is read and written beyond it belongs to the rows that follow, and is written
 * again when their turn comes; rows near the end, which have too little behind them, go through copies. */
#include "kernel/deal.h"
#include "nn/layer/layers.h"

/* A row of outputs in all that a call has. */
typedef struct {
    size_t count;     /* outputs in a row */
    size_t width;     /* of the picture */
    size_t channels;  /* of all rows of the batch */
    size_t rows, all; /* of outputs, in a channel and in all */
    size_t picture;   /* numbers in a channel of the picture */
} pooling;

static pooling pooling_of(const rl_call *call)
{
    const rl_window *w = call->window;
    const size_t channels = call->batch * w->channels;
    return (pooling){ .count = w->to_size[1],
        .width = w->size[1],
        .channels = channels,
        .rows = w->to_size[0],
        .all = channels * w->to_size[0],
        .picture = w->size[0] * w->size[1] };
}

/* Rows before this one have a vector's numbers behind each of theirs. */
static size_t roomy_rows(const pooling *p)
{
    const size_t behind = (LANES - 1 + p->count - 1) / p->count;
    return p->all > behind ? p->all - behind : 0;
}

/* LANES outputs from two vectors of each row; a NaN is the largest, and the first of several. */
static inline void choose(const real *upper, const real *lower, real *y, real *kept)
{
    const lane u[2] = { lane_load(upper), lane_load(upper + LANES) };
    const lane l[2] = { lane_load(lower), lane_load(lower + LANES) };
    const lane x[4] = { deal_even(u[0], u[1]), deal_odd(u[0], u[1]), deal_even(l[0], l[1]), deal_odd(l[0], l[1]) };
    lane most = x[0], which = lane_zero();
    for (int t = 1; t < 4; t++) {
        const mask larger = mask_not(x[t] <= most) & (most == most);
        most = pick(larger, x[t], most);
        which = pick(larger, lane_all((real)t), which);
    }
    lane_store(y, most);
    lane_store(kept, which);
}

static void choose_through_copies(const real *upper, const real *lower, size_t count, real *y, real *kept)
{
    real from[2][2 * LANES] = { { 0 } }, to[2][LANES];
    memcpy(from[0], upper, 2 * count * sizeof *upper);
    memcpy(from[1], lower, 2 * count * sizeof *lower);
    choose(from[0], from[1], to[0], to[1]);
    memcpy(y, to[0], count * sizeof *y);
    memcpy(kept, to[1], count * sizeof *kept);
}

static void forward(const rl_call *call)
{
    const pooling p = pooling_of(call);
    const size_t roomy = roomy_rows(&p);
    const real *x = call->x[0];             /* [batch][channels][size] */
    real *y = call->y, *kept = call->drawn; /* [batch][channels][to_size] */
    size_t row = 0;
    for (size_t c = 0; c < p.channels; c++, x += p.picture)
        for (size_t i = 0; i < p.rows; i++, row++, y += p.count, kept += p.count) {
            const real *upper = x + 2 * i * p.width, *lower = upper + p.width;
            for (size_t j = 0; j < p.count; j += LANES)
                if (row < roomy || j + LANES <= p.count)
                    choose(upper + 2 * j, lower + 2 * j, y + j, kept + j);
                else
                    choose_through_copies(upper + 2 * j, lower + 2 * j, p.count - j, y + j, kept + j);
        }
}

/* To one row of the picture, whose places of the kernel are first and first + 1: what it gets of LANES outputs. Only the
 * first count of these are this row's. */
static inline void give(lane dy, lane kept, mask valid, real first, bool fresh, real *dx)
{
    const lane none = lane_zero();
    const mask even = valid & (kept == lane_all(first)), odd = valid & (kept == lane_all(first + 1));
    const lane before[2] = { fresh ? none : lane_load(dx), fresh ? none : lane_load(dx + LANES) };
    const lane left = deal_even(before[0], before[1]), right = deal_odd(before[0], before[1]);
    const lane to[2] = { pick(even, left + dy, left), pick(odd, right + dy, right) };
    lane_store(dx, deal_first(to[0], to[1]));
    lane_store(dx + LANES, deal_second(to[0], to[1]));
}

static void give_through_copies(const real *dy, const real *kept, size_t count, real first, bool fresh, real *dx)
{
    real from[2][LANES] = { { 0 } }, to[2 * LANES] = { 0 };
    memcpy(from[0], dy, count * sizeof *dy);
    memcpy(from[1], kept, count * sizeof *kept);
    memcpy(to, dx, 2 * count * sizeof *dx);
    give(lane_load(from[0]), lane_load(from[1]), deal_up_to(count), first, fresh, to);
    memcpy(dx, to, 2 * count * sizeof *dx);
}

static void backward(const rl_call *call)
{
    const pooling p = pooling_of(call);
    const size_t roomy = roomy_rows(&p);
    const real *dy = call->dy, *kept = call->drawn; /* [batch][channels][to_size] */
    real *dx = call->dx[0];                         /* [batch][channels][size] */
    const bool fresh = call->fresh[0];
    if (!dx)
        return;
    if (fresh && p.picture > 4 * p.count * p.rows) /* the last row or column belongs to no square */
        memset(dx, 0, p.channels * p.picture * sizeof *dx);
    const size_t full = p.count / LANES * LANES;
    const mask all = deal_up_to(LANES), rest = deal_up_to(p.count - full);
    size_t row = 0;
    for (size_t c = 0; c < p.channels; c++, dx += p.picture)
        for (size_t i = 0; i < p.rows; i++, row++, dy += p.count, kept += p.count)
            for (int side = 0; side < 2; side++) { /* upper, then lower, into which the upper one's last vector runs */
                real *to = dx + (2 * i + (size_t)side) * p.width, first = (real)(2 * side);
                size_t j = 0;
                for (; j < full; j += LANES)
                    give(lane_load(dy + j), lane_load(kept + j), all, first, fresh, to + 2 * j);
                if (j < p.count && row < roomy)
                    give(lane_load(dy + j), lane_load(kept + j), rest, first, fresh, to + 2 * j);
                else if (j < p.count)
                    give_through_copies(dy + j, kept + j, p.count - j, first, fresh, to + 2 * j);
            }
}

const rl_layer RL_EXPORT(rl_layer_single_max_pool) = { .forward = forward, .backward = backward };
