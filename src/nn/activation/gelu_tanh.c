/* GELU's approximation by tanh (Hendrycks & Gimpel 2016), as many published models use it.
 *
 *     f(z) = z·(1 + tanh u)/2 = z·σ(2u)          u = √(2/π)·(z + 0.044715z³)
 *     f'(z) = σ(2u) + z·σ(2u)·σ(-2u)·2u'         u' = √(2/π)·(1 + 0.134145z²)
 *
 * σ is the logistic function. Like GELU it is not monotone: it falls to -0.170041 at z = -0.752461, and its slope
 * turns at ±1.418504. Beyond ±16 σ rounds to 0 or 1; z is held there, so that no ∞ meets a 0.
 *
 * Error: 3.8 ulp where |f| > 2^-20. */
#include "kernel/lane_remainder.h"
#include "nn/activation/activation.h"

/* 2u = z·(C + Az²); each constant in two parts, the second what the first rounds off. */
#define EXACT_C 1.59576912160573071176 /* 2√(2/π) */
#define EXACT_A 0.07135481627260024878 /* 0.044715·C */
#define C       ((real)EXACT_C)
#define A       ((real)EXACT_A)
#define C_REST  ((real)(EXACT_C - (double)C))
#define A_REST  ((real)(EXACT_A - (double)A))

/* 2u, and in tail what 2u rounds off, for an error of one ulp of 2u = -7 would be seven of σ. */
static inline lane argument(lane z, lane *tail)
{
    lane z2 = z * z, z2_rest = -lane_remainder(z2, z, z);
    lane inner = lane_fma(z2, lane_all(A), lane_all(C));
    lane inner_rest = lane_all(C_REST) - lane_remainder(inner - lane_all(C), z2, lane_all(A));
    inner_rest = lane_fma(z2_rest, lane_all(A), inner_rest);
    inner_rest = lane_fma(z2, lane_all(A_REST), inner_rest);
    lane result = z * inner;
    *tail = lane_fma(z, inner_rest, -lane_remainder(result, z, inner));
    return result;
}

static lane value(lane z, lane alpha)
{
    (void)alpha;
    lane tail, rest, x = argument(lane_clamp(z, -16, 16), &tail);
    return lane_held_finite(z) * lane_logistic_with_tail(x, tail, &rest);
}

static lane slope(lane z, lane alpha)
{
    (void)alpha;
    lane held = lane_clamp(z, -16, 16), tail, rest, x = argument(held, &tail);
    lane share = lane_logistic_with_tail(x, tail, &rest);
    lane turn = lane_fma(held * held, lane_all(3 * A), lane_all(C)); /* 2u' */
    return lane_fma(held * turn * rest, share, share);
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
    .slope_formula = "(1 + t)/2 + z(1 - t²)u'/2, t = tanh u, u = √(2/π)(z + 0.044715z³)",
    .image = image,
    .slopes = slopes,
    .example_count = 4,
    .examples = { { -INFINITY, 0, 0 }, { -0.75246142f, -0.17004075f, 0 }, { 0, 0, 0.5f },
        { 1, 0.84119199f, 1.0829641f } },
    .curve = &(const rl_curve){ CURVE_LOOPS },
};
