/* Rounding outward: sums and products in double whose result must not be above (below) the truth. A double operation
 * is off by half a unit in the last place at most, so one step down (up) makes it a bound.
 *
 *     down(a + b) <= a + b <= up(a + b)
 *
 * γₙ = n u/(1 - n u) bounds the relative error of n roundings in a row, each of at most u (Higham, "Accuracy and
 * Stability of Numerical Algorithms", 2002, section 3.1). */
#ifndef RL_NUM_OUTWARD_H
#define RL_NUM_OUTWARD_H

#include <math.h>
#include <stddef.h>

#define RL_FLOAT_ROUNDING  0x1p-24
#define RL_DOUBLE_ROUNDING 0x1p-53

static inline double down(double x)
{
    return nextafter(x, -INFINITY);
}

static inline double up(double x)
{
    return nextafter(x, INFINITY);
}

static inline float float_below(double x) /* the largest float that is not above x */
{
    float near = (float)x;
    return (double)near > x ? nextafterf(near, -INFINITY) : near;
}

static inline float float_above(double x) /* the smallest float that is not below x */
{
    float near = (float)x;
    return (double)near < x ? nextafterf(near, INFINITY) : near;
}

static inline double gamma_of(size_t n, double u) /* ∞ where n u is too large for the formula */
{
    double nu = (double)n * u;
    return nu < 0.5 ? up(up(nu) / down(1 - up(nu))) : (double)INFINITY;
}

#endif
