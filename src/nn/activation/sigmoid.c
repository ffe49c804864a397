/* The logistic sigmoid, the classic squashing curve.
 *
 *     f(z) = σ(z) = 1/(1 + e⁻ᶻ)          f'(z) = σ(z)·σ(-z)
 *
 * The slope is at most 1/4 and never 0, though in float 1 - σ(z) would be 0 from z = 16.6: the product with σ(-z)
 * keeps its digits. A unit can saturate but not die.
 *
 * Error: 2.5 ulp where |f| > 2^-20. */
#include "nn/activation/activation.h"

static lane value(lane z, lane alpha)
{
    (void)alpha;
    return lane_sigmoid(z);
}

static lane slope(lane z, lane alpha)
{
    (void)alpha;
    lane rest, share = lane_logistic(z, &rest);
    return share * rest;
}

static mask conducts(lane z, lane alpha)
{
    (void)alpha;
    return lane_always(z);
}

static rl_interval image(rl_interval z, float alpha)
{
    return within(enclose(value, z, alpha, &(rl_shape_of_curve){ .ulps = 2.5, .absolute = 0x1p-148 }), 0, 1);
}

static rl_interval slopes(rl_interval z, float alpha)
{
    return within(enclose(slope, z, alpha,
                      &(rl_shape_of_curve){ .turn_count = 1, .turns = { 0 }, .ulps = 5, .absolute = 0x1p-148 }),
        0, INFINITY);
}

#include "nn/activation/curve.h"

const rl_activation RL_EXPORT(rl_sigmoid) = {
    .name = "sigmoid",
    .formula = "1/(1 + e^-z)",
    .slope_formula = "f(1 - f)",
    .image = image,
    .slopes = slopes,
    .example_count = 5,
    .examples = { { -INFINITY, 0, 0 }, { -1, 0.26894142f, 0.19661193f }, { 0, 0.5f, 0.25f },
        { 1, 0.73105858f, 0.19661193f }, { 10, 0.9999546f, 4.5395808e-05f } },
    .curve = &(const rl_curve){ CURVE_LOOPS },
};
