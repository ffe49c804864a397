/* What layers that normalise share: sums in chains, and 1/√(variance + ε) with PyTorch's ε.
 *
 * Number n of a sum goes to part n % RL_CHAINS, so that no addition waits for the one before it; at the end the parts are
 * added in pairs. RL_CHAINS numbers are taken at once: in a pack as so many lanes, in a net of one lane as vectors of them. */
#ifndef RL_NN_NORM_H
#define RL_NN_NORM_H

#include "kernel/gemm.h"
#include "kernel/lane.h"

#define NORM_INLINE static inline __attribute__((always_inline))

/* A row of numbers, NORM_ROWS of which are RL_CHAINS: gcc wants vectors no longer than the processor's. */
#if RL_WIDTH > 1
typedef lane norm_row;
enum { NORM_ROWS = RL_CHAINS };
#elif defined(__AVX__)
typedef real norm_row __attribute__((vector_size(32)));
enum { NORM_ROWS = RL_CHAINS * sizeof(real) / 32 };
#else
typedef real norm_row __attribute__((vector_size(16)));
enum { NORM_ROWS = RL_CHAINS * sizeof(real) / 16 };
#endif
enum { NORM_WIDTH = RL_CHAINS / NORM_ROWS }; /* numbers in a row */

NORM_INLINE norm_row norm_zero(void)
{
    return (norm_row){ 0 };
}

/* One number in all places of a row: rows of a pack are lanes. */
NORM_INLINE norm_row norm_all(lane x)
{
    return x - norm_zero();
}

/* How many of row r are there, if of RL_CHAINS numbers only count are. */
NORM_INLINE size_t norm_here(size_t r, size_t count)
{
    const size_t before = r * NORM_WIDTH;
    return count <= before ? 0 : count - before < NORM_WIDTH ? count - before : NORM_WIDTH;
}

/* Row r of RL_CHAINS numbers at x; those that are not there are 0. */
NORM_INLINE norm_row norm_load(const real *x, size_t r, size_t count)
{
    norm_row row = norm_zero();
    memcpy(&row, x + r * NORM_WIDTH * LANES, norm_here(r, count) * LANES * sizeof *x);
    return row;
}

/* The same of numbers that are in a row. */
NORM_INLINE norm_row norm_keep(norm_row row, size_t r, size_t count)
{
    norm_row kept = norm_zero();
    memcpy(&kept, &row, norm_here(r, count) * LANES * sizeof(real));
    return kept;
}

static inline lane norm_of(lane variance)
{
    return lane_all(1) / lane_sqrt(variance + lane_all((real)1e-5));
}

/* What numbers add to one or two sums: x, what comes with it, and the mean of x. */
typedef struct {
    norm_row one, other;
} norm_terms;
typedef norm_terms norm_term(norm_row x, norm_row d, norm_row gamma, norm_row mean);

NORM_INLINE norm_terms norm_value(norm_row x, norm_row d, norm_row gamma, norm_row mean)
{
    (void)d, (void)gamma, (void)mean;
    return (norm_terms){ x, norm_zero() };
}

NORM_INLINE norm_terms norm_square(norm_row x, norm_row d, norm_row gamma, norm_row mean)
{
    (void)d, (void)gamma;
    return (norm_terms){ (x - mean) * (x - mean), norm_zero() };
}

/* Of a gradient d, and with a factor for each number. */
NORM_INLINE norm_terms norm_gradient(norm_row x, norm_row d, norm_row gamma, norm_row mean)
{
    (void)gamma;
    return (norm_terms){ d, d * (x - mean) };
}

NORM_INLINE norm_terms norm_scaled_gradient(norm_row x, norm_row d, norm_row gamma, norm_row mean)
{
    return norm_gradient(x, d * gamma, gamma, mean);
}

typedef struct {
    norm_row one[NORM_ROWS], other[NORM_ROWS];
} norm_parts;

NORM_INLINE void norm_begin(norm_parts *parts)
{
    for (size_t r = 0; r < NORM_ROWS; r++)
        parts->one[r] = parts->other[r] = norm_zero();
}

/* So many numbers more, at most RL_CHAINS. */
NORM_INLINE void norm_add_some(
    norm_parts *parts, size_t count, const real *x, const real *d, const real *gamma, norm_row mean, norm_term *term)
{
    for (size_t r = 0; r < NORM_ROWS; r++) {
        const norm_terms t = term(norm_load(x, r, count), norm_load(d, r, count), norm_load(gamma, r, count), mean);
        parts->one[r] += norm_keep(t.one, r, count);
        parts->other[r] += norm_keep(t.other, r, count);
    }
}

/* So many numbers more: x, d, gamma [count]; what term does not use of them may be anything. It is a constant wherever
 * this is called. */
NORM_INLINE void norm_add(
    norm_parts *parts, size_t count, const real *x, const real *d, const real *gamma, lane mean, norm_term *term)
{
    norm_parts sum = *parts;
    size_t n = 0;
    for (; n + RL_CHAINS <= count; n += RL_CHAINS)
        norm_add_some(&sum, RL_CHAINS, x + n * LANES, d + n * LANES, gamma + n * LANES, norm_all(mean), term);
    if (n < count)
        norm_add_some(&sum, count - n, x + n * LANES, d + n * LANES, gamma + n * LANES, norm_all(mean), term);
    *parts = sum;
}

/* The parts [RL_CHAINS][LANES] in pairs: the first half to the second, and so on. */
NORM_INLINE lane norm_sum(const norm_row *rows)
{
    real parts[RL_CHAINS * LANES];
    memcpy(parts, rows, sizeof parts);
    for (size_t half = RL_CHAINS / 2; half > 0; half /= 2)
        for (size_t j = 0; j < half; j++)
            lane_store(parts + j * LANES, lane_load(parts + j * LANES) + lane_load(parts + (j + half) * LANES));
    return lane_load(parts);
}

#endif
