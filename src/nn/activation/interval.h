/* What a curve does to an interval: bounds that hold for the mathematics and for what the float32 kernels compute.
 *
 * A function that is monotone between known turning points takes its extremes over an interval at the interval's
 * ends or at turning points inside. So its own kernel is asked there, and the answers are moved outward by the
 * kernel's error, twice: once for the end's own value, once for that of the z to be bounded. A turning point is
 * rounded to float; as the slope is 0 there, that changes the value by some 1e-15 only. */
#ifndef RL_NN_INTERVAL_H
#define RL_NN_INTERVAL_H

#include <float.h>
#include <math.h>

#include "kernel/lane.h"
#include "num/outward.h"
#include "relive.h"

/* Where a function turns, and how far its kernel is from the truth: error <= ulps · 2^-23 · |f| + absolute. */
typedef struct {
    int turn_count;
    float turns[2];
    double ulps, absolute;
} rl_shape_of_curve;

static inline rl_interval join(rl_interval a, rl_interval b) /* the smallest that holds both */
{
    return (rl_interval){ a.lo < b.lo ? a.lo : b.lo, a.hi > b.hi ? a.hi : b.hi };
}

/* The part of z up to cut, or from cut on; the caller knows that there is one. */
static inline rl_interval up_to(rl_interval z, float cut)
{
    return (rl_interval){ z.lo, z.hi < cut ? z.hi : cut };
}

static inline rl_interval from(rl_interval z, float cut)
{
    return (rl_interval){ z.lo > cut ? z.lo : cut, z.hi };
}

/* a without what lies outside of lo … hi, which a must meet. */
static inline rl_interval within(rl_interval a, float lo, float hi)
{
    return (rl_interval){ a.lo > lo ? a.lo : lo, a.hi < hi ? a.hi : hi };
}

static inline double kernel_at(lane (*f)(lane, lane), float z, float alpha)
{
    real row[LANES];
    lane_store(row, f(lane_all((real)z), lane_all((real)alpha)));
    return (double)row[0];
}

static inline rl_interval enclose(lane (*f)(lane, lane), rl_interval z, float alpha, const rl_shape_of_curve *shape)
{
    double lo = kernel_at(f, z.lo, alpha), hi = kernel_at(f, z.hi, alpha);
    if (hi < lo) {
        double swap = lo;
        lo = hi;
        hi = swap;
    }
    for (int i = 0; i < shape->turn_count; i++)
        if (z.lo < shape->turns[i] && shape->turns[i] < z.hi) {
            double turn = kernel_at(f, shape->turns[i], alpha);
            lo = turn < lo ? turn : lo;
            hi = turn > hi ? turn : hi;
        }
    double relative = 2 * shape->ulps * 0x1p-23;
    lo = fmin(lo, FLT_MAX), hi = fmax(hi, -FLT_MAX); /* what the kernel made ∞ may be the largest float in truth */
    lo -= relative * fabs(lo) + 2 * shape->absolute;
    hi += relative * fabs(hi) + 2 * shape->absolute;
    return (rl_interval){ float_below(lo), float_above(hi) };
}

#endif
