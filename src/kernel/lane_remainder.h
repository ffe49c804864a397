/* c - a·b where c is a·b but for some rounding: what the rounding took, with all its digits.
 *
 * A fused multiply-add gives it at once. Where there is none, a and b are cut into halves, whose products are exact
 * (Dekker 1971); |a| and |b| must then stay below 2^100. */
#ifndef RL_KERNEL_LANE_REMAINDER_H
#define RL_KERNEL_LANE_REMAINDER_H

#include "kernel/lane.h"

#if defined(__FMA__) || defined(__aarch64__)
static inline lane lane_remainder(lane c, lane a, lane b)
{
    return lane_fma(-a, b, c);
}
#else
enum { RL_LOWER_BITS = sizeof(real) == sizeof(float) ? 12 : 27 };

static inline lane lane_upper_half(lane x)
{
    lane far = x * lane_all((real)((1 << RL_LOWER_BITS) + 1));
    return far - (far - x);
}

static inline lane lane_remainder(lane c, lane a, lane b)
{
    lane a_high = lane_upper_half(a), b_high = lane_upper_half(b), a_low = a - a_high, b_low = b - b_high;
    return (((c - a_high * b_high) - a_high * b_low) - a_low * b_high) - a_low * b_low;
}
#endif

#endif
