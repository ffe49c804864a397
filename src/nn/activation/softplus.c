/* SoftPlus: ReLU with its corner rounded (Dugas et al. 2001).
 *
 *     f(z) = ln(1 + e^z)          f'(z) = σ(z) = 1/(1 + e⁻ᶻ)
 *
 * Never 0 and never flat: a unit cannot die, though far below 0 its slope rounds to 0.
 *
 * Error: 1.9 ulp (2.3 without fused multiply-adds) where |f| > 2^-20. */
#include "nn/activation/activation.h"

static lane value(lane z, lane alpha)
{
    (void)alpha;
    return lane_softplus(z);
}

static lane slope(lane z, lane alpha)
{
    (void)alpha;
    return lane_sigmoid(z);
}

static mask conducts(lane z, lane alpha)
{
    (void)alpha;
    return lane_always(z);
}

static rl_interval image(rl_interval z, float alpha)
{
    return within(enclose(value, z, alpha, &(rl_shape_of_curve){ .ulps = 2.5, .absolute = 0x1p-148 }), 0, INFINITY);
}

static rl_interval slopes(rl_interval z, float alpha)
{
    return within(enclose(slope, z, alpha, &(rl_shape_of_curve){ .ulps = 2.5, .absolute = 0x1p-148 }), 0, 1);
}

#include "nn/activation/curve.h"

const rl_activation RL_EXPORT(rl_softplus) = {
    .name = "softplus",
    .formula = "ln(1 + e^z)",
    .slope_formula = "1/(1 + e^-z)",
    .image = image,
    .slopes = slopes,
    .example_count = 4,
    .examples = { { -INFINITY, 0, 0 }, { -1, 0.31326169f, 0.26894142f }, { 0, 0.69314718f, 0.5f },
        { 1, 1.3132617f, 0.73105858f } },
    .curve = &(const rl_curve){ CURVE_LOOPS },
};
