/* Mish: z gated by the tanh of its SoftPlus (Misra 2019).
 *
 *     f(z) = z·tanh(ln(1 + e^z)) = z·n/q          n = e^z(e^z + 2),  q = n + 2
 *     f'(z) = n/q + 4z·e^z(1 + e^z)/q²
 *
 * since tanh ln y = (y² - 1)/(y² + 1): one exponential and one division. Not monotone: it falls to -0.308843 at
 * z = -1.192431, and its slope turns at -2.256376 and 1.490571. From 20 on the gate rounds to 1, below -1000
 * to 0; z is held there, so that nothing overflows and no ∞ meets a 0.
 *
 * Error: 4 ulp where |f| > 2^-20. */
#include "nn/activation/activation.h"

static lane value(lane z, lane alpha)
{
    (void)alpha;
    lane e = lane_exp(lane_min(z, lane_all(20)));
    lane n = lane_fma(e, e, e + e);
    return lane_held_finite(z) * (n / (n + lane_all(2)));
}

static lane slope(lane z, lane alpha)
{
    (void)alpha;
    lane held = lane_clamp(z, -1000, 20);
    lane e = lane_exp(held);
    lane n = lane_fma(e, e, e + e);
    lane inverse = lane_all(1) / (n + lane_all(2));
    lane bend = lane_all(4) * held * (e * (lane_all(1) + e) * inverse);
    return inverse * (n + bend);
}

static mask conducts(lane z, lane alpha)
{
    (void)alpha;
    return lane_always(z);
}

static rl_interval image(rl_interval z, float alpha)
{
    return enclose(value, z, alpha,
        &(rl_shape_of_curve){ .turn_count = 1, .turns = { -1.19243121f }, .ulps = 5, .absolute = 0x1p-140 });
}

static rl_interval slopes(rl_interval z, float alpha)
{
    return enclose(slope, z, alpha,
        &(rl_shape_of_curve){ .turn_count = 2, .turns = { -2.2563764f, 1.49057118f }, .ulps = 6, .absolute = 0x1p-24 });
}

#include "nn/activation/curve.h"

const rl_activation RL_EXPORT(rl_mish) = {
    .name = "mish",
    .formula = "z·tanh(ln(1 + e^z))",
    .slope_formula = "t + z(1 - t²)σ(z), t = tanh(ln(1 + e^z))",
    .image = image,
    .slopes = slopes,
    .example_count = 4,
    .examples = { { -INFINITY, 0, 0 }, { -1.19243121f, -0.30884341f, 0 }, { 0, 0, 0.6f },
        { 1, 0.86509839f, 1.0490363f } },
    .curve = &(const rl_curve){ CURVE_LOOPS },
};
