/* What the rectifiers with a slope below 0 have in common: leaky_relu, prelu, rrelu.
 *
 *     f(z) = z    if z > 0          f'(z) = 1   if z > 0
 *            αz   otherwise                 α   otherwise
 *
 * f' does not exist at 0; we take α, the slope from the left, as PyTorch does. α may be any number: at 0 the curve
 * is ReLU (and α·(-∞) must then be 0, not NaN), at 1 the identity, below 0 it turns around at 0. */
#ifndef RL_NN_RECTIFIER_H
#define RL_NN_RECTIFIER_H

#include "nn/activation/activation.h"

static lane value(lane z, lane alpha)
{
    lane lowest = pick(alpha == lane_zero(), lane_all(-FLT_MAX), lane_all(-INFINITY));
    return pick(z > lane_zero(), z, alpha * lane_max(z, lowest));
}

static lane slope(lane z, lane alpha)
{
    return lane_unless_nan(z, pick(z > lane_zero(), lane_all(1), alpha));
}

static mask conducts(lane z, lane alpha)
{
    mask left = z <= lane_zero(), flat = alpha == lane_zero();
    return mask_not(left & flat);
}

/* The double holds α·z exactly (save where it is far below the smallest float), so one rounding outward is tight. */
static inline rl_interval rectifier_end(float z, float alpha)
{
    double exact = z > 0 ? (double)z : alpha == 0 ? 0.0 : (double)alpha * (double)z;
    return (rl_interval){ float_below(exact), float_above(exact) };
}

static rl_interval image(rl_interval z, float alpha)
{
    rl_interval ends = join(rectifier_end(z.lo, alpha), rectifier_end(z.hi, alpha));
    return z.lo < 0 && z.hi > 0 ? join(ends, (rl_interval){ 0, 0 }) : ends;
}

static rl_interval slopes(rl_interval z, float alpha)
{
    const rl_interval left = { alpha, alpha }, right = { 1, 1 };
    return z.lo > 0 ? right : z.hi < 0 ? left : join(left, right);
}

#endif
