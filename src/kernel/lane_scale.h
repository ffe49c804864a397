/* x·2ⁿ in float, rounded once, for whole n from -250 to 250.
 *
 * n comes as it falls out of rounding by addition: shifted = n + 1.5·2²³, a float whose low bits are n too. */
#ifndef RL_KERNEL_LANE_SCALE_H
#define RL_KERNEL_LANE_SCALE_H

#include "kernel/lane.h"

#define RL_SHIFT 0x1.8p23f

enum { RL_EXPONENT_BITS = 23 };

static inline lane lane_unshifted(lane shifted) /* n as a float */
{
    return shifted - lane_all(RL_SHIFT);
}

static inline wlane lane_whole_of_shifted(lane shifted) /* n as a whole number */
{
    return lane_bits(shifted) - lane_bits(lane_all(RL_SHIFT));
}

/* 2ⁿ for -126 <= n <= 127. Other n (only beside a NaN) give some number. */
static inline lane lane_two_to(wlane n)
{
    return lane_of_bits(((n + 127) & 255) << RL_EXPONENT_BITS);
}

#if RL_WIDTH == 16 && defined(__AVX512F__)
static inline lane lane_scale(lane x, lane shifted)
{
    return (lane)_mm512_scalef_ps((__m512)x, (__m512)lane_unshifted(shifted));
}
#else
/* In two halves, since n can go beyond what a float's exponent holds where the result is subnormal or overflows. The
 * first product is exact, so the result is rounded once here too. */
static inline lane lane_scale(lane x, lane shifted)
{
    wlane n = lane_whole_of_shifted(shifted), half = n >> 1;
    return x * lane_two_to(half) * lane_two_to(n - half);
}
#endif

#endif
