/* What a curve's file defines.
 *
 * A curve's file, compiled once for every variant, gives functions on lanes
 *
 *     static lane value   (lane z, lane alpha);    f(z)
 *     static lane slope   (lane z, lane alpha);    f'(z), with the decision taken at each kink
 *     static mask conducts(lane z, lane alpha);    is the exact slope not 0? (whatever float32 rounds to; NaN: true)
 *     static lane alpha_slope(lane z, lane alpha); ∂f/∂α: only where α is learned
 *
 * and two on intervals (image, slopes), includes "nn/activation/curve.h", which makes the loops of them, and
 * ends with its rl_activation. activations.c lists all. */
#ifndef RL_NN_ACTIVATION_H
#define RL_NN_ACTIVATION_H

#include <float.h>

#include "kernel/lane.h"
#include "kernel/lane_math.h"
#include "nn/activation/curve_kernels.h"
#include "nn/activation/interval.h"

/* s where z is a number, NaN where z is none: for slopes that do not compute with z. */
static inline lane lane_unless_nan(lane z, lane s)
{
    return pick(z == z, s, z);
}

static inline mask lane_always(lane z)
{
    return mask_not(z < z);
}

/* ±∞ becomes the largest float, so that times 0 it is 0; NaN stays. */
static inline lane lane_held_finite(lane z)
{
    return lane_min(lane_max(z, lane_all(-FLT_MAX)), lane_all(FLT_MAX));
}

static inline lane lane_clamp(lane z, real low, real high) /* NaN stays */
{
    return lane_min(lane_max(z, lane_all(low)), lane_all(high));
}

#endif
