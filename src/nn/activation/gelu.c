/* GELU: z times the chance that a normal number is below z (Hendrycks & Gimpel 2016).
 *
 *     f(z) = z·Φ(z)          f'(z) = Φ(z) + z·φ(z)
 *
 * Φ is the normal distribution function, φ its density. The curve is not monotone: it falls to -0.169971 at
 * z = -0.751792, where its slope is 0 at a single irrational point that no float is, and rises to 0 from there to
 * -∞. Its slope turns where f'' = φ(z)(2 - z²) = 0. Far out Φ and φ round to 0; z is held finite beside them, so
 * that ∞ times 0 does not become NaN.
 *
 * Error: 4 ulp (4.9 without fused multiply-adds) where |f| > 2^-20. */
#include "nn/activation/activation.h"

static lane value(lane z, lane alpha)
{
    (void)alpha;
    lane density, below_z = lane_normal(z, &density);
    return lane_held_finite(z) * below_z;
}

static lane slope(lane z, lane alpha)
{
    (void)alpha;
    lane density, below_z = lane_normal(z, &density);
    return below_z + lane_held_finite(z) * density;
}

static mask conducts(lane z, lane alpha)
{
    (void)alpha;
    return lane_always(z);
}

static rl_interval image(rl_interval z, float alpha)
{
    return enclose(value, z, alpha,
        &(rl_shape_of_curve){ .turn_count = 1, .turns = { -0.751791525f }, .ulps = 7, .absolute = 0x1p-140 });
}

static rl_interval slopes(rl_interval z, float alpha)
{
    return enclose(slope, z, alpha,
        &(rl_shape_of_curve){
            .turn_count = 2, .turns = { -1.41421356f, 1.41421356f }, .ulps = 6, .absolute = 0x1p-23 });
}

#include "nn/activation/curve.h"

const rl_activation RL_EXPORT(rl_gelu) = {
    .name = "gelu",
    .formula = "z·Φ(z)",
    .slope_formula = "Φ(z) + z·φ(z)",
    .image = image,
    .slopes = slopes,
    .example_count = 4,
    .examples = { { -INFINITY, 0, 0 }, { -0.75179152f, -0.16997121f, 0 }, { 0, 0, 0.5f },
        { 1, 0.84134475f, 1.0833155f } },
    .curve = &(const rl_curve){ CURVE_LOOPS },
};
