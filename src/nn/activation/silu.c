/* SiLU, or swish: z gated by its own logistic (Elfwing et al. 2018; Ramachandran et al. 2017).
 *
 *     f(z) = z·σ(z)          f'(z) = σ(z)·(1 + z·σ(-z))          σ(z) = 1/(1 + e⁻ᶻ)
 *
 * Not monotone: it falls to -0.278465 at z = -1.278465, and its slope turns at ±2.399357. Far out σ rounds
 * to 0; z is held finite beside it, so that ∞ times 0 does not become NaN.
 *
 * Error: 3.2 ulp (3.3 without fused multiply-adds) where |f| > 2^-20. */
#include "nn/activation/activation.h"

static lane value(lane z, lane alpha)
{
    (void)alpha;
    return lane_held_finite(z) * lane_sigmoid(z);
}

static lane slope(lane z, lane alpha)
{
    (void)alpha;
    lane rest, share = lane_logistic(z, &rest);
    return share * lane_fma(lane_held_finite(z), rest, lane_all(1));
}

static mask conducts(lane z, lane alpha)
{
    (void)alpha;
    return lane_always(z);
}

static rl_interval image(rl_interval z, float alpha)
{
    return enclose(value, z, alpha,
        &(rl_shape_of_curve){ .turn_count = 1, .turns = { -1.27846454f }, .ulps = 4, .absolute = 0x1p-140 });
}

static rl_interval slopes(rl_interval z, float alpha)
{
    return enclose(slope, z, alpha,
        &(rl_shape_of_curve){
            .turn_count = 2, .turns = { -2.39935728f, 2.39935728f }, .ulps = 6, .absolute = 0x1p-25 });
}

#include "nn/activation/curve.h"

const rl_activation RL_EXPORT(rl_silu) = {
    .name = "silu",
    .formula = "z/(1 + e^-z)",
    .slope_formula = "σ(z)(1 + z(1 - σ(z)))",
    .image = image,
    .slopes = slopes,
    .example_count = 4,
    .examples = { { -INFINITY, 0, 0 }, { -1.27846454f, -0.27846454f, 0 }, { 0, 0, 0.5f },
        { 1, 0.73105858f, 0.92767051f } },
    .curve = &(const rl_curve){ CURVE_LOOPS },
};
