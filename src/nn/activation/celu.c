/* CELU: an ELU that is smooth for every α (Barron 2017).
 *
 *     f(z) = z                if z > 0          f'(z) = 1        if z > 0
 *            α(e^(z/α) - 1)   otherwise                 e^(z/α)  otherwise
 *
 * Both slopes are 1 at 0: there is no kink, except in the limit α = 0, which is ReLU; there we take 0 at 0, the
 * slope from the left.
 *
 * Error: 1 ulp (1.1 without fused multiply-adds) where |f| > 2^-20, with α = 1. */
#include "nn/activation/activation.h"

/* z/α for z <= 0, and -∞ (its limit) where α = 0; NaN stays. */
static inline lane exponent(lane z, lane alpha)
{
    mask left = z <= lane_zero(), flat = alpha == lane_zero();
    return pick(left & flat, lane_all(-INFINITY), z / alpha);
}

static lane value(lane z, lane alpha)
{
    return pick(z > lane_zero(), z, alpha * lane_expm1(exponent(z, alpha)));
}

static lane slope(lane z, lane alpha)
{
    return pick(z > lane_zero(), lane_all(1), lane_exp(exponent(z, alpha)));
}

static mask conducts(lane z, lane alpha)
{
    mask left = z <= lane_zero(), flat = alpha == lane_zero();
    return mask_not(left & flat);
}

/* The quotient q = z/α is rounded, which costs e^q up to |q| half ulps; beyond |q| = 104 it is 0 (or overflows). In
 * e^q - 1 that matters only where q > 0: with α < 0. */
static inline double quotient_ulps(rl_interval z, float alpha)
{
    return fmin(fabs((double)z.lo / (double)alpha), 104) / 2;
}

static rl_interval image(rl_interval z, float alpha)
{
    if (z.lo > 0)
        return z;
    rl_shape_of_curve shape = { .ulps = 3 + (alpha < 0 ? quotient_ulps(z, alpha) : 0), .absolute = 0x1p-148 };
    rl_interval left = enclose(value, up_to(z, 0), alpha, &shape);
    return z.hi > 0 ? join(left, (rl_interval){ 0, z.hi }) : left;
}

static rl_interval slopes(rl_interval z, float alpha)
{
    const rl_interval right = { 1, 1 };
    if (z.lo > 0)
        return right;
    rl_shape_of_curve shape = { .ulps = 2 + quotient_ulps(z, alpha), .absolute = 0x1p-148 };
    rl_interval left = enclose(slope, up_to(z, 0), alpha, &shape);
    return z.hi < 0 ? left : join(left, right);
}

#include "nn/activation/curve.h"

const rl_activation RL_EXPORT(rl_celu) = {
    .name = "celu",
    .formula = "z > 0 ? z : α(e^(z/α) - 1)",
    .slope_formula = "z > 0 ? 1 : e^(z/α)",
    .alpha = 1,
    .has_alpha = true,
    .image = image,
    .slopes = slopes,
    .example_count = 5,
    .examples = { { -INFINITY, -1, 0 }, { -1, -0.63212056f, 0.36787944f }, { 0, 0, 1 }, { 0.5f, 0.5f, 1 },
        { 3, 3, 1 } },
    .curve = &(const rl_curve){ CURVE_LOOPS },
};
