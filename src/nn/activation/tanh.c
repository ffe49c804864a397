/* The hyperbolic tangent: a sigmoid from -1 to 1.
 *
 *     f(z) = (e²ᶻ - 1)/(e²ᶻ + 1)          f'(z) = 1 - f(z)² = 4·σ(2z)·σ(-2z)
 *
 * The slope is never 0, though in float 1 - f² would be 0 from z = 8.7; the product of logistics keeps its digits.
 * A unit can saturate but not die.
 *
 * Error: 2.5 ulp where |f| > 2^-20. */
#include "nn/activation/activation.h"

static lane value(lane z, lane alpha)
{
    (void)alpha;
    return lane_tanh(z);
}

static lane slope(lane z, lane alpha)
{
    (void)alpha;
    lane rest, share = lane_logistic(lane_all(2) * z, &rest);
    return lane_all(4) * share * rest;
}

static mask conducts(lane z, lane alpha)
{
    (void)alpha;
    return lane_always(z);
}

static rl_interval image(rl_interval z, float alpha)
{
    return within(enclose(value, z, alpha, &(rl_shape_of_curve){ .ulps = 3, .absolute = 0x1p-148 }), -1, 1);
}

static rl_interval slopes(rl_interval z, float alpha)
{
    return within(enclose(slope, z, alpha,
                      &(rl_shape_of_curve){ .turn_count = 1, .turns = { 0 }, .ulps = 5, .absolute = 0x1p-146 }),
        0, INFINITY);
}

#include "nn/activation/curve.h"

const rl_activation RL_EXPORT(rl_tanh) = {
    .name = "tanh",
    .formula = "(e^2z - 1)/(e^2z + 1)",
    .slope_formula = "1 - f²",
    .image = image,
    .slopes = slopes,
    .example_count = 5,
    .examples = { { -INFINITY, -1, 0 }, { -1, -0.76159416f, 0.41997434f }, { 0, 0, 1 }, { 1, 0.76159416f, 0.41997434f },
        { 2, 0.96402758f, 0.070650825f } },
    .curve = &(const rl_curve){ CURVE_LOOPS },
};
