/* Hard swish: SiLU made of straight pieces and a parabola (Howard et al. 2019, MobileNetV3).
 *
 *     f(z) = 0            if z <= -3          f'(z) = 0             if z <= -3
 *            z(z + 3)/6   if -3 < z < 3               (2z + 3)/6    if -3 < z < 3
 *            z            if z >= 3                   1             if z >= 3
 *
 * f' does not exist at ±3. We take the straight pieces' slopes there, 0 and 1. (PyTorch 1.13 has -0.5 at -3 and, as
 * its loop is vectorised or not, 1 or 1.5 at 3; later versions changed that.) Not monotone: the parabola's lowest
 * point is -0.375 at z = -1.5, where the slope is exactly 0: a unit that sits there learns nothing.
 *
 * Error: 2.3 ulp where |f| > 2^-20. */
#include "nn/activation/activation.h"

static lane value(lane z, lane alpha)
{
    (void)alpha;
    lane parabola = z * (z + lane_all(3)) * lane_all((real)(1.0 / 6));
    return pick(z >= lane_all(3), z, pick(z <= lane_all(-3), lane_zero(), parabola));
}

static lane slope(lane z, lane alpha)
{
    (void)alpha;
    lane parabola = lane_fma(z, lane_all(2), lane_all(3)) * lane_all((real)(1.0 / 6));
    return pick(z >= lane_all(3), lane_all(1), pick(z <= lane_all(-3), lane_zero(), parabola));
}

static mask conducts(lane z, lane alpha)
{
    (void)alpha;
    mask flat = z <= lane_all(-3), lowest = z == lane_all(-1.5f);
    return mask_not(flat | lowest);
}

static rl_interval image(rl_interval z, float alpha)
{
    if (z.lo >= 3)
        return z;
    if (z.hi <= -3)
        return (rl_interval){ 0, 0 };
    const rl_shape_of_curve parabola = { .turn_count = 1, .turns = { -1.5f }, .ulps = 2, .absolute = 0x1p-148 };
    rl_interval bent = enclose(value, up_to(z, 3), alpha, &parabola);
    return z.hi > 3 ? join(bent, (rl_interval){ 3, z.hi }) : bent;
}

static rl_interval slopes(rl_interval z, float alpha)
{
    const rl_interval flat = { 0, 0 }, rising = { 1, 1 };
    if (z.hi < -3)
        return flat;
    if (z.lo > 3)
        return rising;
    /* The parabola's own slope, up to both kinks from inside; its kernel rounds three times. */
    double lo = (2 * (double)from(z, -3).lo + 3) / 6, hi = (2 * (double)up_to(z, 3).hi + 3) / 6;
    (void)alpha;
    rl_interval bent = { float_below(lo - 0x1p-22 * fabs(lo)), float_above(hi + 0x1p-22 * fabs(hi)) };
    bent = z.lo <= -3 ? join(bent, flat) : bent;
    return z.hi >= 3 ? join(bent, rising) : bent;
}

#include "nn/activation/stream.h"

const rl_activation RL_EXPORT(rl_hard_swish) = {
    .name = "hard_swish",
    .formula = "z·min(max(z + 3, 0), 6)/6",
    .slope_formula = "z ≤ -3 ? 0 : z ≥ 3 ? 1 : (2z + 3)/6",
    .kink = "0 at -3 and 1 at 3, the slopes of the straight sides",
    .image = image,
    .slopes = slopes,
    .example_count = 7,
    .examples = { { -4, 0, 0 }, { -3, 0, 0 }, { -1.5f, -0.375f, 0 }, { 0, 0, 0.5f }, { 1, 0.6666667f, 0.8333333f },
        { 3, 3, 1 }, { 4, 4, 1 } },
    .curve = &(const rl_curve){ CURVE_LOOPS, .stream = stream },
};
