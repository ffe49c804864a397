/* Squares of two by two numbers (rl_squares) by vectors that lie along a row of squares: two vectors of either row of the
 * picture are dealt out into their even and odd columns.
 *
 * A row seldom fills its last vector. What is read and written beyond it belongs to the rows that follow, and is written
 * again when their turn comes: the last vector of a row first, of which the upper row's may run into the lower row. Rows
 * near the end, which have too little behind them, go through copies. */
#ifndef RL_KERNEL_SQUARES_H
#define RL_KERNEL_SQUARES_H

#include "kernel/deal.h"
#include "kernel/gemm.h"

/* Rows before this one, of all channels, have a vector's numbers behind each of theirs. */
static size_t roomy_rows_of_squares(const rl_squares *s)
{
    const size_t behind = (LANES - 1 + s->columns - 1) / s->columns, all = s->channels * s->rows;
    return all > behind ? all - behind : 0;
}

/* The four numbers of LANES squares, of which count are asked for. */
static inline void square_load(const real *upper, size_t by_row, size_t count, lane x[4])
{
    const real *lower = upper + by_row;
    const lane u = lane_load(upper), l = lane_load(lower);
    const lane u_next = 2 * count > LANES ? lane_load(upper + LANES) : u;
    const lane l_next = 2 * count > LANES ? lane_load(lower + LANES) : l;
    x[0] = deal_even(u, u_next);
    x[1] = deal_odd(u, u_next);
    x[2] = deal_even(l, l_next);
    x[3] = deal_odd(l, l_next);
}

/* Is b larger than a, which comes before it? A NaN is the largest, and the first of several. */
static inline mask square_larger(lane a, lane b)
{
    return mask_not(b <= a) & (a == a);
}

static inline __attribute__((always_inline)) void choose(const real *upper, const real *beside, size_t by_row,
    size_t count, real *largest, real *which, real *beside_largest)
{
    lane x[4], z[4];
    square_load(upper, by_row, count, x);
    const mask right[2] = { square_larger(x[0], x[1]), square_larger(x[2], x[3]) };
    const lane row[2] = { pick(right[0], x[1], x[0]), pick(right[1], x[3], x[2]) };
    const mask low = square_larger(row[0], row[1]);
    const lane place[2] = { pick(right[0], lane_all(1), lane_zero()), pick(right[1], lane_all(3), lane_all(2)) };
    lane_store(largest, pick(low, row[1], row[0]));
    lane_store(which, pick(low, place[1], place[0]));
    if (!beside)
        return;
    square_load(beside, by_row, count, z);
    lane_store(beside_largest, pick(low, pick(right[1], z[3], z[2]), pick(right[0], z[1], z[0])));
}

static void choose_through_copies(const real *upper, const real *beside, size_t by_row, size_t count, real *largest,
    real *which, real *beside_largest)
{
    real from[2][4 * LANES] = { { 0 } }, to[3][LANES];
    memcpy(from[0], upper, 2 * count * sizeof *upper);
    memcpy(from[0] + 2 * LANES, upper + by_row, 2 * count * sizeof *upper);
    if (beside) {
        memcpy(from[1], beside, 2 * count * sizeof *beside);
        memcpy(from[1] + 2 * LANES, beside + by_row, 2 * count * sizeof *beside);
    }
    choose(from[0], beside ? from[1] : NULL, 2 * LANES, count, to[0], to[1], to[2]);
    memcpy(largest, to[0], count * sizeof *largest);
    memcpy(which, to[1], count * sizeof *which);
    if (beside)
        memcpy(beside_largest, to[2], count * sizeof *beside_largest);
}

static inline __attribute__((always_inline)) void choose_all(const bool BESIDE, const rl_squares s, const real *picture,
    const real *beside, real *largest, real *which, real *beside_largest)
{
    const size_t roomy = roomy_rows_of_squares(&s);
    size_t row = 0, at = 0;
    for (size_t c = 0; c < s.channels; c++)
        for (size_t i = 0; i < s.rows; i++, row++, at += s.columns) {
            const size_t from = c * s.by_channel + 2 * i * s.by_row;
            for (size_t j = 0; j < s.columns; j += LANES) {
                const size_t left = s.columns - j, to = at + j, there = from + 2 * j;
                if (row < roomy || left >= LANES)
                    choose(picture + there, BESIDE ? beside + there : NULL, s.by_row, left, largest + to, which + to,
                        BESIDE ? beside_largest + to : NULL);
                else
                    choose_through_copies(picture + there, BESIDE ? beside + there : NULL, s.by_row, left, largest + to,
                        which + to, BESIDE ? beside_largest + to : NULL);
            }
        }
}

static void choose_squares(
    const rl_squares *s, const void *picture, const void *beside, void *largest, void *which, void *beside_largest)
{
    if (beside)
        choose_all(true, *s, picture, beside, largest, which, beside_largest);
    else
        choose_all(false, *s, picture, NULL, largest, which, NULL);
}

/* What both rows of the picture get of LANES squares, of which only valid ones are this row's, the first count. */
static inline __attribute__((always_inline)) void give(
    lane gradient, lane which, mask valid, size_t count, bool fresh, real *upper, size_t by_row)
{
    const lane none = lane_zero();
    const bool two = 2 * count > LANES;
    for (int side = 0; side < 2; side++) {
        real *to = upper + (size_t)side * by_row;
        const mask even = valid & (which == lane_all((real)(2 * side)));
        const mask odd = valid & (which == lane_all((real)(2 * side + 1)));
        const lane before = fresh ? none : lane_load(to), next = fresh || !two ? none : lane_load(to + LANES);
        const lane left = deal_even(before, next), right = deal_odd(before, next);
        const lane given[2] = { pick(even, left + gradient, left), pick(odd, right + gradient, right) };
        lane_store(to, deal_first(given[0], given[1]));
        if (two)
            lane_store(to + LANES, deal_second(given[0], given[1]));
    }
}

static void give_through_copies(
    const real *gradient, const real *which, size_t count, bool fresh, real *upper, size_t by_row)
{
    real from[2][LANES] = { { 0 } }, to[4 * LANES] = { 0 };
    memcpy(from[0], gradient, count * sizeof *gradient);
    memcpy(from[1], which, count * sizeof *which);
    memcpy(to, upper, 2 * count * sizeof *to);
    memcpy(to + 2 * LANES, upper + by_row, 2 * count * sizeof *to);
    give(lane_load(from[0]), lane_load(from[1]), deal_up_to(count), count, fresh, to, 2 * LANES);
    memcpy(upper, to, 2 * count * sizeof *to);
    memcpy(upper + by_row, to + 2 * LANES, 2 * count * sizeof *to);
}

static inline __attribute__((always_inline)) void give_all(
    const bool fresh, const rl_squares s, const real *gradient, const real *which, real *picture)
{
    const size_t roomy = roomy_rows_of_squares(&s), full = s.columns / LANES * LANES, left = s.columns - full;
    const mask all = deal_up_to(LANES), rest = deal_up_to(left);
    size_t row = 0;
    for (size_t c = 0; c < s.channels; c++)
        for (size_t i = 0; i < s.rows; i++, row++, gradient += s.columns, which += s.columns) {
            real *upper = picture + c * s.by_channel + 2 * i * s.by_row, *last = upper + 2 * full;
            if (left && row < roomy)
                give(lane_load(gradient + full), lane_load(which + full), rest, left, fresh, last, s.by_row);
            else if (left)
                give_through_copies(gradient + full, which + full, left, fresh, last, s.by_row);
            for (size_t j = 0; j < full; j += LANES)
                give(lane_load(gradient + j), lane_load(which + j), all, LANES, fresh, upper + 2 * j, s.by_row);
        }
}

static void give_squares(const rl_squares *s, const void *gradient, const void *which, bool fresh, void *picture)
{
    if (fresh)
        give_all(true, *s, gradient, which, picture);
    else
        give_all(false, *s, gradient, which, picture);
}

#endif
