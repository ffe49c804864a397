/* What the tests of the curves share: a curve's value, slope and conduction on any variant, number by number. */
#ifndef RL_TESTS_CURVES_H
#define RL_TESTS_CURVES_H

#include "kernel/variants.h"

#include <math.h>
#include <string.h>

#include "nn/curves.h"

enum { WIDEST = 16 };

/* One row of lanes at a time through the kernels of variant k; z, a, s [count], count at most the lanes of k. */
static inline void values_and_slopes(
    kind k, const rl_curve *curve, size_t count, float alpha, const float *z, double *a, double *s)
{
    double rows[5][WIDEST] = { { 0 } }; /* of reals: z, α, a, da = 1, dz = 0 */
    double wide_z[WIDEST] = { 0 }, wide_alpha[WIDEST], ones[WIDEST];
    for (size_t l = 0; l < WIDEST; l++) {
        wide_z[l] = l < count ? (double)z[l] : 0;
        wide_alpha[l] = (double)alpha;
        ones[l] = 1;
    }
    to_real(k, k.lanes, wide_z, rows[0]);
    to_real(k, k.lanes, wide_alpha, rows[1]);
    to_real(k, k.lanes, ones, rows[3]);
    const rl_alphas alphas = { .first = rows[1] };
    curve->forward(1, 1, alphas, rows[0], rows[2]);
    curve->backward(1, 1, alphas, rows[0], rows[3], rows[4], false);
    from_real(k, count, rows[2], a);
    from_real(k, count, rows[4], s);
}

static inline double value_of(kind k, size_t index, float alpha, float z)
{
    double a, s;
    values_and_slopes(k, rl_curve_of(k.variant, index), 1, alpha, &z, &a, &s);
    return a;
}

static inline double slope_of(kind k, size_t index, float alpha, float z)
{
    double a, s;
    values_and_slopes(k, rl_curve_of(k.variant, index), 1, alpha, &z, &a, &s);
    return s;
}

static inline float float_of_bits(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* Distance in units in the last place of a float of truth's size; 0 if they are the same infinity. */
static inline double ulps_between(double computed, double truth)
{
    int exponent;
    if (computed == truth)
        return 0;
    frexp(truth, &exponent);
    return fabs(computed - truth) / ldexp(1, (exponent < -125 ? -125 : exponent) - 24);
}

static inline bool holds(rl_interval interval, double x)
{
    return (double)interval.lo <= x && x <= (double)interval.hi;
}

#endif
