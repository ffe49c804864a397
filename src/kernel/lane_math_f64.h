/* Lane mathematics in double precision, one lane: libm's. */
#ifndef RL_KERNEL_LANE_MATH_F64_H
#define RL_KERNEL_LANE_MATH_F64_H

#include <math.h>

static inline lane lane_exp(lane x)
{
    return exp(x);
}

static inline lane lane_exp_below_89(lane x)
{
    return exp(x);
}

static inline lane lane_expm1(lane x)
{
    return expm1(x);
}

static inline lane lane_log(lane x)
{
    return log(x);
}

static inline lane lane_log_above_1(lane x)
{
    return log(x);
}

static inline lane lane_log1p(lane x)
{
    return log1p(x);
}

static inline lane lane_tanh(lane x)
{
    return tanh(x);
}

static inline lane lane_erf(lane x)
{
    return erf(x);
}

/* e^-|x| cannot overflow, and the small side keeps its digits. */
static inline lane lane_sigmoid(lane x)
{
    double e = exp(-fabs(x));
    return (x < 0 ? e : 1) / (1 + e);
}

static inline lane lane_logistic(lane x, lane *rest)
{
    *rest = lane_sigmoid(-x);
    return lane_sigmoid(x);
}

static inline lane lane_logistic_with_tail(lane x, lane tail, lane *rest)
{
    return lane_logistic(x + tail, rest);
}

static inline lane lane_softplus(lane x)
{
    return (x < 0 ? 0 : x) + log1p(exp(-fabs(x)));
}

/* erfc keeps the digits of a small Φ. */
static inline lane lane_normal(lane x, lane *density)
{
    *density = 0.39894228040143267794 * exp(-x * x / 2);
    return erfc(x * -0.70710678118654752440) / 2;
}

#endif
