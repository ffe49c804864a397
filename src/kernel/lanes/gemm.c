/* The matrix product of a net of one lane (kernel/gemm.h), on vectors of LANES columns.
 *
 * A tile of ROWS × VECTORS sums stays in registers while k runs: for each k, VECTORS loads of b and one broadcast of a for
 * every row feed ROWS · VECTORS multiply-adds. A wide tile needs the fewest loads, and reads few rows of a at a time:
 * rows 2^12 bytes apart would push each other out of the first-level cache. The tiles of one strip of b's columns follow
 * each other, so that the strip stays in the cache. */
#include "kernel/deal.h"
#include "kernel/gemm.h"
#include "kernel/lanes/squares.h"
#include "kernel/lanes/transpose.h"

/* 32 vector registers hold 24 sums and their operands, 16 hold 12. */
enum { SUMS = RL_WIDTH == 16 ? 24 : 12, WIDEST_TILE = 4, REST_ROWS = 4 };

/* ROWS, VECTORS and VIEWS are constants wherever this is called: loops unroll and sum stays in registers. */
static inline __attribute__((always_inline)) void tile(const size_t ROWS, const size_t VECTORS, const bool VIEWS,
    const rl_product *p, size_t row, const real *b, size_t b_by_term, real *c)
{
    const real *a = (const real *)p->a + row * p->a_by_row, *start = p->start ? (const real *)p->start + row : NULL;
    lane sum[SUMS];
    for (size_t m = 0; m < ROWS; m++)
        for (size_t n = 0; n < VECTORS; n++)
            sum[m * VECTORS + n] = p->add  ? lane_load(c + m * p->c_by_row + n * LANES)
                                   : start ? lane_all(start[m])
                                           : lane_zero();
    const size_t a_by_row = p->a_by_row, a_by_term = p->a_by_term;
    const real *const first = b;
    const size_t *at = p->b_at;
    for (size_t k = p->terms; k > 0; k--, a += a_by_term, b += b_by_term) {
        lane b_now[WIDEST_TILE];
        if (VIEWS)
            b = first + *at++;
        for (size_t n = 0; n < VECTORS; n++)
            b_now[n] = lane_load(b + n * LANES);
        for (size_t m = 0; m < ROWS; m++) {
            lane a_now = lane_all(a[m * a_by_row]);
            for (size_t n = 0; n < VECTORS; n++)
                sum[m * VECTORS + n] = lane_fma(a_now, b_now[n], sum[m * VECTORS + n]);
        }
    }
    for (size_t m = 0; m < ROWS; m++)
        for (size_t n = 0; n < VECTORS; n++)
            lane_store(c + m * p->c_by_row + n * LANES, sum[m * VECTORS + n]);
}

/* All rows of one strip, whose b and c start here. */
static inline __attribute__((always_inline)) void strip(
    const size_t VECTORS, const bool VIEWS, const rl_product *p, const real *b, size_t b_by_term, real *c)
{
    const size_t ROWS = SUMS / VECTORS;
    size_t m = 0;
    for (; m + ROWS <= p->rows; m += ROWS)
        tile(ROWS, VECTORS, VIEWS, p, m, b, b_by_term, c + m * p->c_by_row);
    for (; ROWS > REST_ROWS && m + REST_ROWS <= p->rows; m += REST_ROWS)
        tile(REST_ROWS, VECTORS, VIEWS, p, m, b, b_by_term, c + m * p->c_by_row);
    for (; m < p->rows; m++)
        tile(1, VECTORS, VIEWS, p, m, b, b_by_term, c + m * p->c_by_row);
}

/* The columns beyond the last whole vector go through copies that are padded with zeros: some terms at a time and some
 * rows at a time, for a sum that is put down and taken up again is the same sum. */
static void last_columns(const rl_product *p, size_t first)
{
    enum { TERMS = 256, ROWS = 2 * SUMS };
    const size_t columns = p->columns - first;
    real b[TERMS * LANES], c[ROWS * LANES] = { 0 };
    for (size_t k = 0; k < p->terms; k += TERMS) {
        const size_t terms = p->terms - k < TERMS ? p->terms - k : TERMS;
        const real *b_from = (const real *)p->b + k * p->b_by_term + first;
        memset(b, 0, terms * LANES * sizeof *b);
        for (size_t i = 0; i < terms; i++)
            memcpy(b + i * LANES, b_from + i * p->b_by_term, columns * sizeof *b);
        for (size_t m = 0; m < p->rows; m += ROWS) {
            const size_t rows = p->rows - m < ROWS ? p->rows - m : ROWS;
            real *c_at = (real *)p->c + m * p->c_by_row + first;
            const rl_product part = { .rows = rows,
                .terms = terms,
                .a = (const real *)p->a + m * p->a_by_row + k * p->a_by_term,
                .a_by_row = p->a_by_row,
                .a_by_term = p->a_by_term,
                .c_by_row = LANES,
                .add = p->add || k > 0,
                .start = p->start ? (const real *)p->start + m : NULL };
            for (size_t i = 0; part.add && i < rows; i++)
                memcpy(c + i * LANES, c_at + i * p->c_by_row, columns * sizeof *c);
            strip(1, false, &part, b, LANES, c);
            for (size_t i = 0; i < rows; i++)
                memcpy(c_at + i * p->c_by_row, c + i * LANES, columns * sizeof *c);
        }
    }
}

/* All columns in whole vectors, and gives how many these were. Views have few rows, which a lower strip suits better. */
static inline __attribute__((always_inline)) size_t whole_columns(const bool VIEWS, const rl_product *p)
{
    const real *b = p->b;
    real *c = p->c;
    size_t n = 0;
    if (VIEWS && p->rows % (SUMS / 3) == 0)
        for (; n + 3 * LANES <= p->columns; n += 3 * LANES)
            strip(3, VIEWS, p, b + n, p->b_by_term, c + n);
    for (; n + WIDEST_TILE * LANES <= p->columns; n += WIDEST_TILE * LANES)
        strip(WIDEST_TILE, VIEWS, p, b + n, p->b_by_term, c + n);
    const size_t vectors = (p->columns - n) / LANES;
    if (vectors == 3)
        strip(3, VIEWS, p, b + n, p->b_by_term, c + n);
    else if (vectors == 2)
        strip(2, VIEWS, p, b + n, p->b_by_term, c + n);
    else if (vectors == 1)
        strip(1, VIEWS, p, b + n, p->b_by_term, c + n);
    return n + vectors * LANES;
}

static void product(const rl_product *p)
{
    if (p->b_at) {
        whole_columns(true, p);
        return;
    }
    const size_t n = whole_columns(false, p);
    if (n < p->columns)
        last_columns(p, n);
}

/* A tile of ROWS × TERMS parts, LANES of their chains at a time. */
static inline __attribute__((always_inline)) void dots_tile(
    const size_t ROWS, const size_t TERMS, const rl_dots *d, size_t m, size_t k)
{
    enum { MOST = 24 };
    real *c = (real *)d->c + (m * d->terms + k) * RL_CHAINS;
    for (size_t j = 0; j < RL_CHAINS; j += LANES) {
        lane sum[MOST];
        for (size_t r = 0; r < ROWS; r++)
            for (size_t t = 0; t < TERMS; t++)
                sum[r * TERMS + t] = lane_load(c + (r * d->terms + t) * RL_CHAINS + j);
        const real *a = (const real *)d->a + m * d->a_by_row, *b = d->b;
        for (size_t i = 0; i < d->pictures; i++, a += d->a_by_picture, b += d->b_by_picture)
            for (size_t n = j; n < d->columns; n += RL_CHAINS) {
                lane b_now[MOST];
                for (size_t t = 0; t < TERMS; t++)
                    b_now[t] = lane_load(b + d->b_at[k + t] + n);
                for (size_t r = 0; r < ROWS; r++) {
                    const lane a_now = lane_load(a + r * d->a_by_row + n);
                    for (size_t t = 0; t < TERMS; t++)
                        sum[r * TERMS + t] = lane_fma(a_now, b_now[t], sum[r * TERMS + t]);
                }
            }
        for (size_t r = 0; r < ROWS; r++)
            for (size_t t = 0; t < TERMS; t++)
                lane_store(c + (r * d->terms + t) * RL_CHAINS + j, sum[r * TERMS + t]);
    }
}

static inline __attribute__((always_inline)) void dots_rows(const size_t ROWS, const rl_dots *d, size_t m)
{
    enum { TERMS = RL_WIDTH == 16 ? 6 : 3 };
    size_t k = 0;
    for (; k + TERMS <= d->terms; k += TERMS)
        dots_tile(ROWS, TERMS, d, m, k);
    for (; k + 3 <= d->terms; k += 3) /* kernels of three by three have terms by threes */
        dots_tile(ROWS, 3, d, m, k);
    for (; k < d->terms; k++)
        dots_tile(ROWS, 1, d, m, k);
}

static void dots(const rl_dots *d)
{
    enum { ROWS = RL_WIDTH == 16 ? 4 : 3 };
    size_t m = 0;
    for (; m + ROWS <= d->rows; m += ROWS)
        dots_rows(ROWS, d, m);
    for (; m < d->rows; m++)
        dots_rows(1, d, m);
}

static void add_up(size_t rows, size_t columns, const void *a, void *parts)
{
    const real *from = a;
    real *to = parts;
    for (size_t m = 0; m < rows; m++, from += columns, to += RL_CHAINS)
        for (size_t j = 0; j < RL_CHAINS; j += LANES) {
            lane sum = lane_load(to + j);
            size_t n = j;
            for (; n + LANES <= columns; n += RL_CHAINS)
                sum += lane_load(from + n);
            lane_store(to + j, sum);
            for (size_t l = 0; n + l < columns && l < LANES; l++)
                to[j + l] += from[n + l];
        }
}

/* The first of blocks · rows rows, counted in order, that have not a vector's numbers of whole rows behind theirs. */
static size_t roomy_rows(const rl_move *m)
{
    const size_t behind = (LANES - 1 + m->columns - 1) / m->columns, all = m->blocks * m->rows;
    return all > behind ? all - behind : 0;
}

/* Whole vectors run over the end of a row into what comes next, whose turn is later. m is a copy: in a loop that stores,
 * what it points to would have to be read again each time. */
static void move_rows(rl_move m)
{
    const size_t roomy = roomy_rows(&m), full = m.columns / LANES * LANES, gap = m.to_by_row - m.columns;
    const mask rest = deal_up_to(m.columns - full);
    for (size_t b = 0, row = 0; b < m.blocks; b++) {
        const real *from = (const real *)m.from + b * m.from_by_block;
        real *to = (real *)m.to + b * m.to_by_block;
        for (size_t i = 0; i < m.rows; i++, row++, from += m.from_by_row, to += m.to_by_row) {
            size_t j = 0;
            for (; j < full; j += LANES)
                lane_store(to + j, lane_load(from + j));
            if (row >= roomy) {
                memcpy(to + j, from + j, (m.columns - j) * sizeof *to);
                if (i + 1 < m.rows)
                    memset(to + m.columns, 0, gap * sizeof *to);
                continue;
            }
            if (j < m.columns)
                lane_store(to + j, pick(rest, lane_load(from + j), lane_zero()));
            for (j += LANES; j < m.to_by_row; j += LANES)
                lane_store(to + j, lane_zero());
        }
    }
}

static void move(const rl_move *m)
{
    move_rows(*m);
}

static inline lane added(bool fresh, const real *to, const real *from)
{
    return (fresh ? lane_zero() : lane_load(to)) + lane_load(from);
}

static void move_add_rows(rl_move m, bool fresh)
{
    const size_t roomy = roomy_rows(&m), full = m.columns / LANES * LANES;
    const mask rest = deal_up_to(m.columns - full);
    for (size_t b = 0, row = 0; b < m.blocks; b++) {
        const real *from = (const real *)m.from + b * m.from_by_block;
        real *to = (real *)m.to + b * m.to_by_block;
        for (size_t i = 0; i < m.rows; i++, row++, from += m.from_by_row, to += m.to_by_row) {
            size_t j = 0;
            for (; j < full; j += LANES)
                lane_store(to + j, added(fresh, to + j, from + j));
            if (row < roomy && j < m.columns)
                lane_store(to + j, pick(rest, added(fresh, to + j, from + j), lane_load(to + j)));
            for (; row >= roomy && j < m.columns; j++)
                to[j] = (fresh ? 0 : to[j]) + from[j];
        }
    }
}

static void move_add(const rl_move *m, bool fresh)
{
    move_add_rows(*m, fresh);
}

/* In squares where there is one; the last square of a row or column reaches back over the one before it. */
static void turn(
    size_t rows, size_t columns, const void *from_rows, size_t from_by_row, void *to_rows, size_t to_by_row)
{
    const real *from = from_rows; /* [rows][columns] */
    real *to = to_rows;           /* [columns][rows] */
    if (rows < LANES || columns < LANES) {
        for (size_t i = 0; i < rows; i++)
            for (size_t j = 0; j < columns; j++)
                to[j * to_by_row + i] = from[i * from_by_row + j];
        return;
    }
    for (size_t i = 0; i < rows; i += LANES)
        for (size_t j = 0; j < columns; j += LANES) {
            const size_t row = i + LANES <= rows ? i : rows - LANES;
            const size_t column = j + LANES <= columns ? j : columns - LANES;
            lane square[LANES];
            for (size_t k = 0; k < LANES; k++)
                square[k] = lane_load(from + (row + k) * from_by_row + column);
            transpose(square);
            for (size_t k = 0; k < LANES; k++)
                lane_store(to + (column + k) * to_by_row + row, square[k]);
        }
}

static lane itself(lane z, lane alpha)
{
    (void)alpha;
    return z;
}

static void choose_squares(const rl_squares *s, const void *picture, void *largest, void *which)
{
    squares_choose(*s, (squares_choice){ itself, lane_zero(), picture, largest, which, NULL, s->by_row });
}

static void give_squares(const rl_squares *s, const void *gradient, const void *which, bool fresh, void *picture)
{
    if (fresh)
        squares_give(*s, (squares_gift){ NULL, lane_zero(), NULL, which, gradient, true, picture, s->by_row });
    else
        squares_give(*s, (squares_gift){ NULL, lane_zero(), NULL, which, gradient, false, picture, s->by_row });
}

extern const rl_gemm RL_EXPORT(rl_gemm_kernels);
const rl_gemm RL_EXPORT(rl_gemm_kernels) = { .width = LANES,
    .product = product,
    .dots = dots,
    .add_up = add_up,
    .move = move,
    .move_add = move_add,
    .choose = choose_squares,
    .give = give_squares,
    .transpose = turn };
