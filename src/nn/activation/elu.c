/* ELU: below 0 an exponential that levels out at -α (Clevert et al. 2016).
 *
 *     f(z) = z            if z > 0          f'(z) = 1     if z > 0
 *            α(e^z - 1)   otherwise                 αe^z  otherwise
 *
 * With α = 1 the curve is smooth. With another α, f' does not exist at 0; we take α, the slope from the left, as
 * PyTorch does.
 *
 * Error: 1 ulp (1.1 without fused multiply-adds) where |f| > 2^-20, with α = 1. */
#include "nn/activation/activation.h"

static lane value(lane z, lane alpha)
{
    return pick(z > lane_zero(), z, alpha * lane_expm1(z));
}

static lane slope(lane z, lane alpha)
{
    return pick(z > lane_zero(), lane_all(1), alpha * lane_exp(z));
}

static mask conducts(lane z, lane alpha)
{
    mask left = z <= lane_zero(), flat = alpha == lane_zero();
    return mask_not(left & flat);
}

static rl_interval image(rl_interval z, float alpha)
{
    if (z.lo > 0)
        return z;
    rl_interval left = enclose(value, up_to(z, 0), alpha, &(rl_shape_of_curve){ .ulps = 2.5, .absolute = 0x1p-148 });
    return z.hi > 0 ? join(left, (rl_interval){ 0, z.hi }) : left;
}

static rl_interval slopes(rl_interval z, float alpha)
{
    const rl_interval right = { 1, 1 };
    if (z.lo > 0)
        return right;
    rl_interval left = enclose(slope, up_to(z, 0), alpha, &(rl_shape_of_curve){ .ulps = 2, .absolute = 0x1p-148 });
    return z.hi < 0 ? left : join(left, right);
}

#include "nn/activation/curve.h"

const rl_activation RL_EXPORT(rl_elu) = {
    .name = "elu",
    .formula = "z > 0 ? z : α(e^z - 1)",
    .slope_formula = "z > 0 ? 1 : αe^z",
    .kink = "α at 0, the slope from the left (smooth where α = 1)",
    .alpha = 1,
    .has_alpha = true,
    .image = image,
    .slopes = slopes,
    .example_count = 5,
    .examples = { { -INFINITY, -1, 0 }, { -1, -0.63212056f, 0.36787944f }, { 0, 0, 1 }, { 0.5f, 0.5f, 1 },
        { 3, 3, 1 } },
    .curve = &(const rl_curve){ CURVE_LOOPS },
};
