/* Softsign: a tanh whose tails are hyperbolas (Turian et al. 2009; Glorot & Bengio 2010).
 *
 *     f(z) = z/(1 + |z|)          f'(z) = 1/(1 + |z|)²
 *
 * Both slopes are 1 at 0, and nowhere is one 0: there is no kink, and a unit cannot die. z is held finite, so that
 * ∞/∞ does not become NaN.
 *
 * Error: 1.5 ulp where |f| > 2^-20. */
#include "nn/activation/activation.h"

static lane value(lane z, lane alpha)
{
    (void)alpha;
    lane held = lane_held_finite(z);
    return held / (lane_all(1) + lane_abs(held));
}

static lane slope(lane z, lane alpha)
{
    (void)alpha;
    lane inverse = lane_all(1) / (lane_all(1) + lane_abs(z));
    return inverse * inverse;
}

static mask conducts(lane z, lane alpha)
{
    (void)alpha;
    return lane_always(z);
}

static rl_interval image(rl_interval z, float alpha)
{
    return within(enclose(value, z, alpha, &(rl_shape_of_curve){ .ulps = 1.5, .absolute = 0x1p-148 }), -1, 1);
}

static rl_interval slopes(rl_interval z, float alpha)
{
    return within(enclose(slope, z, alpha,
                      &(rl_shape_of_curve){ .turn_count = 1, .turns = { 0 }, .ulps = 3, .absolute = 0x1p-148 }),
        0, 1);
}

#include "nn/activation/stream.h"

const rl_activation RL_EXPORT(rl_softsign) = {
    .name = "softsign",
    .formula = "z/(1 + |z|)",
    .slope_formula = "1/(1 + |z|)²",
    .image = image,
    .slopes = slopes,
    .example_count = 5,
    .examples = { { -INFINITY, -1, 0 }, { -1, -0.5f, 0.25f }, { 0, 0, 1 }, { 1, 0.5f, 0.25f }, { 3, 0.75f, 0.0625f } },
    .curve = &(const rl_curve){ CURVE_LOOPS, .stream = stream },
};
