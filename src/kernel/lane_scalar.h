/* One lane: a lane is a number, a mask is 0 or 1. */
#ifndef RL_KERNEL_LANE_SCALAR_H
#define RL_KERNEL_LANE_SCALAR_H

typedef real lane;
typedef whole mask;     /* 0 or 1 */
typedef whole wlane;    /* whole numbers, as wide as real */
typedef uint32_t ulane; /* for random numbers */

static inline lane lane_all(real x)
{
    return x;
}

static inline lane pick(mask m, lane yes, lane no)
{
    return m ? yes : no;
}

static inline lane lane_in_register(lane x) /* in a register; see lane_vector.h */
{
    return x;
}

static inline lane lane_heaviside(lane z, lane at_zero) /* 0 below 0, 1 above, at_zero (not -0) at 0; NaN stays */
{
    return z < 0 ? 0 : z > 0 ? 1 : at_zero + z;
}

static inline int mask_all(mask m) /* set in every lane? */
{
    return m;
}

static inline mask mask_not(mask m)
{
    return !m;
}

static inline wlane mask_count(mask m) /* 1 where set */
{
    return m;
}

static inline wlane lane_bits(lane x)
{
    wlane bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline lane lane_of_bits(wlane bits)
{
    lane x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline wlane lane_to_whole(lane x) /* towards zero; x must be in range */
{
    return (wlane)x;
}

static inline lane lane_of_whole(wlane w)
{
    return (lane)w;
}

static inline lane lane_max(lane a, lane b) /* NaN in a stays */
{
    return a < b ? b : a;
}

static inline lane lane_min(lane a, lane b) /* NaN in a stays */
{
    return a > b ? b : a;
}

static inline lane lane_abs(lane a)
{
    return (lane)__builtin_fabs((double)a);
}

static inline lane lane_with_sign_of(lane size, lane sign)
{
    return (lane)__builtin_copysign((double)size, (double)sign);
}

static inline ulane ulane_all(uint32_t x)
{
    return x;
}

static inline ulane ulane_product(ulane a, ulane b, ulane *high)
{
    uint64_t product = (uint64_t)a * b;
    *high = (ulane)(product >> 32);
    return (ulane)product;
}

static inline lane lane_fma(lane a, lane b, lane c)
{
#if defined(__FMA__) || defined(__aarch64__)
#ifdef RL_FLOAT64
    return __builtin_fma(a, b, c);
#else
    return __builtin_fmaf(a, b, c);
#endif
#else
    return a * b + c;
#endif
}

static inline lane lane_sqrt(lane x)
{
#ifdef RL_FLOAT64
    return __builtin_sqrt(x);
#else
    return __builtin_sqrtf(x);
#endif
}

#endif
