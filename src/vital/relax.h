/* Straight lines under and over a curve on an interval, and where a curve is exactly flat. Both come from what every
 * curve says of itself (image, slopes, conducts): a new curve needs nothing more. */
#ifndef RL_VITAL_RELAX_H
#define RL_VITAL_RELAX_H

#include "relive.h"

typedef struct {
    double slope, offset;
} rl_line;

/* lower(z) <= a <= upper(z) for every float z of the interval, where a is what the float32 kernels give. */
typedef struct {
    rl_line lower, upper;
} rl_lines;

rl_lines rl_relax(const rl_activation *curve, float alpha, rl_interval z);

/* Is the curve's exact slope 0 at every float of z? False where z is not finite. */
bool rl_is_flat_on(const rl_activation *curve, float alpha, rl_interval z);

static inline bool rl_is_bounded(rl_interval z)
{
    return z.lo - z.lo == 0 && z.hi - z.hi == 0;
}

#endif
