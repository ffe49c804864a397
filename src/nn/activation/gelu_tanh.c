/* GELU's approximation by tanh (Hendrycks & Gimpel 2016), as many published models use it.
 *
 *     f(z) = z·(1 + tanh u)/2 = z·σ(2u)          u = √(2/π)·(z + 0.044715z³)
 *     f'(z) = σ(2u) + z·σ(2u)·σ(-2u)·2u'         u' = √(2/π)·(1 + 0.134145z²)
 *
 * σ is the logistic function. Like GELU it is not monotone: it falls to -0.170041 at z = -0.752461, and its slope
 * turns at ±1.418504. Beyond ±16 σ rounds to 0 or 1; z is held there, so that no ∞ meets a 0. */
#include "nn/activation/activation.h"

#define TWO_ROOT_TWO_OVER_PI ((real)1.59576912160573071176)

static inline lane argument(lane z) /* 2u */
{
    lane inner = lane_fma(z * z, lane_all((real)0.044715), lane_all(1));
    return lane_all(TWO_ROOT_TWO_OVER_PI) * z * inner;
}

static lane value(lane z, lane alpha)
{
    (void)alpha;
    return lane_held_finite(z) * lane_sigmoid(argument(lane_clamp(z, -16, 16)));
}

static lane slope(lane z, lane alpha)
{
    (void)alpha;
    lane held = lane_clamp(z, -16, 16), rest;
    lane share = lane_logistic(argument(held), &rest);
    lane inner = lane_fma(held * held, lane_all((real)(3 * 0.044715)), lane_all(1));
    return lane_fma(held * (lane_all(TWO_ROOT_TWO_OVER_PI) * inner) * rest, share, share);
}

static mask conducts(lane z, lane alpha)
{
    (void)alpha;
    return lane_always(z);
}

static rl_interval image(rl_interval z, float alpha)
{
    return enclose(value, z, alpha,
        &(rl_shape_of_curve){ .turn_count = 1, .turns = { -0.752461422f }, .ulps = 6, .absolute = 0x1p-28 });
}

static rl_interval slopes(rl_interval z, float alpha)
{
    return enclose(slope, z, alpha,
        &(rl_shape_of_curve){ .turn_count = 2, .turns = { -1.418504f, 1.418504f }, .ulps = 6, .absolute = 0x1p-23 });
}

#include "nn/activation/curve.h"

const rl_activation RL_EXPORT(rl_gelu_tanh) = {
    .name = "gelu_tanh",
    .formula = "z·(1 + tanh(√(2/π)(z + 0.044715z³)))/2",
    .image = image,
    .slopes = slopes,
    .example_count = 4,
    .examples = { { -INFINITY, 0, 0 }, { -0.75246142f, -0.17004075f, 0 }, { 0, 0, 0.5f },
        { 1, 0.84119199f, 1.0829641f } },
    .curve = &(const rl_curve){ .forward = forward, .backward = backward, .watch = watch },
};
