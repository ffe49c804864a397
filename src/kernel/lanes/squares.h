/* Squares of two by two numbers (rl_squares) by vectors of squares: what either row of the picture has for them, two
 * vectors, is dealt out into even and odd columns.
 *
 * A vector holds squares that follow each other in a row; or where half a vector takes a row, those of two rows.
 *
 * A row seldom fills its last vector. What is read and written beyond it belongs to the rows that follow, and is written
 * again when their turn comes. Of rows near the end, which have too little behind them, nothing beyond is touched. */
#ifndef RL_KERNEL_SQUARES_H
#define RL_KERNEL_SQUARES_H

#include "kernel/deal.h"
#include "kernel/gemm.h"
#include "kernel/lane_choice.h"

#define SQUARES_INLINE static inline __attribute__((always_inline))

/* Rows of squares, of all channels one after the other. */
typedef struct {
    size_t number, in_channel;
    size_t at; /* where in the picture its upper row begins */
} square_row;

SQUARES_INLINE square_row next_row(const rl_squares *s, square_row row)
{
    const bool last = row.in_channel + 1 == s->rows;
    return (square_row){ row.number + 1, last ? 0 : row.in_channel + 1,
        row.at + (last ? s->by_channel - 2 * (s->rows - 1) * s->by_row : 2 * s->by_row) };
}

/* Rows before this one have a vector's numbers behind each of theirs. */
static inline size_t roomy_rows_of_squares(const rl_squares *s)
{
    const size_t behind = (LANES - 1 + s->columns - 1) / s->columns, all = s->channels * s->rows;
    return all > behind ? all - behind : 0;
}

/* Where a row of the picture has the numbers of a vector of squares: of either half of it, how many from where on. ROOMY
 * where whole vectors may be read and written. The second half may be none, and at the place of the first. */
typedef struct {
    size_t at[2], count[2];
} square_halves;

SQUARES_INLINE square_halves halves_of_row(size_t at, size_t count)
{
    const bool two = 2 * count > LANES;
    return (square_halves){ { at, two ? at + LANES : at }, { 2 * count, two ? 2 * count - LANES : 2 * count } };
}

SQUARES_INLINE square_halves halves_of_rows(size_t at, size_t next, size_t count)
{
    return (square_halves){ { at, next }, { 2 * count, 2 * count } };
}

/* ---- The largest of each square ---- */

/* f, of which the largest is looked for. alpha is handed through. */
typedef lane squares_curve(lane z, lane alpha);

typedef struct {
    squares_curve *f; /* a constant wherever squares_choose is called */
    lane alpha;
    const real *picture;
    real *largest, *which, *there; /* there: what the picture has where f is the largest; NULL: not asked for */
    size_t by_row;
} squares_choice;

/* What there is to know of a vector of squares. */
typedef struct {
    lane largest, which, there;
} chosen_squares;

/* A NaN is the largest, and the first of several. */
SQUARES_INLINE chosen_squares choose_vector(const bool ROOMY, const squares_choice *c, square_halves h)
{
    lane z[4], x[4];
    for (size_t side = 0; side < 2; side++) {
        const real *first = c->picture + side * c->by_row + h.at[0], *next = c->picture + side * c->by_row + h.at[1];
        const lane a = ROOMY ? lane_load(first) : lane_load_some(first, h.count[0]);
        const lane b = ROOMY ? lane_load(next) : lane_load_some(next, h.count[1]);
        z[2 * side] = deal_even(a, b);
        z[2 * side + 1] = deal_odd(a, b);
    }
    for (int i = 0; i < 4; i++)
        x[i] = c->f(z[i], c->alpha);
    const choice right[2] = { choice_above(x[1], x[0]), choice_above(x[3], x[2]) };
    const lane row[2] = { choose(right[0], x[1], x[0]), choose(right[1], x[3], x[2]) };
    const choice low = choice_above(row[1], row[0]);
    const lane place[2] = { choose(right[0], lane_all(1), lane_zero()), choose(right[1], lane_all(3), lane_all(2)) };
    return (chosen_squares){ .largest = choose(low, row[1], row[0]),
        .which = choose(low, place[1], place[0]),
        .there = choose(low, choose(right[1], z[3], z[2]), choose(right[0], z[1], z[0])) };
}

SQUARES_INLINE void store_chosen(const squares_choice *c, size_t to, chosen_squares chosen)
{
    lane_store(c->largest + to, chosen.largest);
    lane_store(c->which + to, chosen.which);
    if (c->there)
        lane_store(c->there + to, chosen.there);
}

SQUARES_INLINE void store_some_chosen(const squares_choice *c, size_t to, size_t count, chosen_squares chosen)
{
    lane_store_some(c->largest + to, count, chosen.largest);
    lane_store_some(c->which + to, count, chosen.which);
    if (c->there)
        lane_store_some(c->there + to, count, chosen.there);
}

SQUARES_INLINE chosen_squares second_half(chosen_squares c)
{
    return (chosen_squares){ deal_second_half(c.largest), deal_second_half(c.which), deal_second_half(c.there) };
}

SQUARES_INLINE void squares_choose(const rl_squares s, const squares_choice c)
{
    const size_t roomy = roomy_rows_of_squares(&s), all = s.channels * s.rows;
    const size_t full = s.columns / LANES * LANES, left = s.columns - full;
    square_row row = { 0 };
    if (2 * s.columns <= LANES)
        for (square_row second = next_row(&s, row); second.number < roomy; second = next_row(&s, row)) {
            const chosen_squares chosen = choose_vector(true, &c, halves_of_rows(row.at, second.at, s.columns));
            store_chosen(&c, row.number * s.columns, chosen);
            store_chosen(&c, second.number * s.columns, second_half(chosen));
            row = next_row(&s, second);
        }
    for (; row.number < all; row = next_row(&s, row)) {
        const size_t to = row.number * s.columns;
        for (size_t j = 0; j < full; j += LANES)
            store_chosen(&c, to + j, choose_vector(true, &c, halves_of_row(row.at + 2 * j, LANES)));
        const square_halves last = halves_of_row(row.at + 2 * full, left);
        if (left && row.number < roomy)
            store_chosen(&c, to + full, choose_vector(true, &c, last));
        else if (left)
            store_some_chosen(&c, to + full, left, choose_vector(false, &c, last));
    }
}

/* ---- The way back ---- */

typedef struct {
    squares_curve *slope; /* of f; a constant wherever squares_give is called; NULL: 1 */
    lane alpha;
    const real *there, *which, *gradient;
    bool fresh; /* so */
    real *picture;
    size_t by_row;
} squares_gift;

/* What a vector of squares has to give. */
typedef struct {
    lane gradient, which; /* which is -1 where no square is */
} given_squares;

SQUARES_INLINE given_squares given_at(const squares_gift *g, size_t at)
{
    const lane gradient = lane_load(g->gradient + at);
    return (given_squares){ g->slope ? gradient * g->slope(lane_load(g->there + at), g->alpha) : gradient,
        lane_load(g->which + at) };
}

SQUARES_INLINE given_squares some_given_at(const squares_gift *g, size_t at, size_t count)
{
    const lane gradient = lane_load_some(g->gradient + at, count);
    return (given_squares){ g->slope ? gradient * g->slope(lane_load_some(g->there + at, count), g->alpha) : gradient,
        lane_load_some(g->which + at, count) };
}

SQUARES_INLINE given_squares only(choice squares, given_squares given)
{
    return (given_squares){ given.gradient, choose(squares, given.which, lane_all(-1)) };
}

/* Stores run over into what is stored after them: of two rows of squares the first comes first, of one row the upper row of
 * the picture. */
SQUARES_INLINE void give_vector(
    const bool ROOMY, const bool TWO_ROWS, const squares_gift *g, given_squares given, square_halves h)
{
    const lane gradient[2] = { deal_first(given.gradient, given.gradient),
        deal_second(given.gradient, given.gradient) };
    const lane which[2] = { deal_first(given.which, given.which), deal_second(given.which, given.which) };
    for (size_t n = 0; n < 4; n++) {
        const size_t half = TWO_ROWS ? n / 2 : n % 2, side = TWO_ROWS ? n % 2 : n / 2;
        if (half == 1 && h.at[1] == h.at[0])
            continue;
        real *to = g->picture + h.at[half] + side * g->by_row;
        const lane before = g->fresh ? lane_zero() : ROOMY ? lane_load(to) : lane_load_some(to, h.count[half]);
        const choice here = choice_equal(which[half], lane_all((real)(2 * side)) + deal_parity(half));
        const lane after = choose(here, before + gradient[half], before);
        if (ROOMY)
            lane_store(to, after);
        else
            lane_store_some(to, h.count[half], after);
    }
}

SQUARES_INLINE void squares_give(const rl_squares s, const squares_gift g)
{
    const size_t roomy = roomy_rows_of_squares(&s), all = s.channels * s.rows;
    const size_t full = s.columns / LANES * LANES, left = s.columns - full;
    const choice in_half = choice_above(lane_all((real)s.columns), deal_halves(deal_places(), deal_places()));
    const choice in_last = choice_up_to(left);
    square_row row = { 0 };
    if (2 * s.columns <= LANES)
        for (square_row second = next_row(&s, row); second.number < roomy; second = next_row(&s, row)) {
            const given_squares a = given_at(&g, row.number * s.columns), b = given_at(&g, second.number * s.columns);
            const given_squares both = { deal_halves(a.gradient, b.gradient), deal_halves(a.which, b.which) };
            give_vector(true, true, &g, only(in_half, both), halves_of_rows(row.at, second.at, s.columns));
            row = next_row(&s, second);
        }
    for (; row.number < all; row = next_row(&s, row)) {
        const size_t from = row.number * s.columns;
        const square_halves last = halves_of_row(row.at + 2 * full, left);
        if (left && row.number < roomy)
            give_vector(true, false, &g, only(in_last, given_at(&g, from + full)), last);
        else if (left)
            give_vector(false, false, &g, only(in_last, some_given_at(&g, from + full, left)), last);
        for (size_t j = 0; j < full; j += LANES)
            give_vector(true, false, &g, given_at(&g, from + j), halves_of_row(row.at + 2 * j, LANES));
    }
}

#endif
