/* Lane mathematics in float: polynomials on the lane type.
 *
 * The coefficients are minimax fits of our own: tests/tools/fit_lane_math.py makes them and states each one's error.
 * No function branches and none divides more than once. Measured against libm in double over ten million float32 of
 * all sizes, in units in the last place of the result (with fused multiply-adds; without):
 *
 *     exp   1.01; 1.01     expm1    1.5; 1.6     log  0.82; 0.82     log1p     1.4; 1.4     tanh  2.5; 2.5
 *     erf   1.3;  1.4      sigmoid  2.4; 2.4     softplus  1.9; 2.2  normal    3.0; 3.8 */
#ifndef RL_KERNEL_LANE_MATH_F32_H
#define RL_KERNEL_LANE_MATH_F32_H

#include "kernel/lane_remainder.h"
#include "kernel/lane_scale.h"

/* Coefficients, highest power first. */

/* (e^r - 1 - r)/r² on [-0.3475, 0.3475]: relative error 2^-26.1 */
static const real RL_EXP[] = { 0x1.6b96f2p-10f, 0x1.1226d8p-7f, 0x1.5556f8p-5f, 0x1.5554b2p-3f, 0x1.fffffep-2f };

/* (log(1 + f) - f + f²/2)/f³ on [-0.2929, 0.4142]: relative error 2^-27.4 */
static const real RL_LOG[] = { -0x1.38c974p-4f, 0x1.055eaep-3f, -0x1.0d8246p-3f, 0x1.22d93p-3f, -0x1.54728ap-3f,
    0x1.99a01cp-3f, -0x1.000226p-2f, 0x1.555554p-2f };

/* (log(1 + e) - e)/e² on [0, 1]: relative error 2^-30.1 */
static const real RL_LOG1P[] = { 0x1.113634p-9f, -0x1.c0a2p-7f, 0x1.58ff44p-5f, -0x1.54f16cp-4f, 0x1.ff28d8p-4f,
    -0x1.4a72b2p-3f, 0x1.978b54p-3f, -0x1.ffc59ep-3f, 0x1.5553b6p-2f, -0x1.fffff8p-2f };

/* Φ(-t)·e^(t²/2) in u = 3/(3 + t) on [0.1667, 1]: relative error 2^-26.8 */
static const real RL_TAIL[] = { -0x1.d4bc94p-10f, -0x1.1d1688p-6f, 0x1.06e8eep-3f, -0x1.25ca7cp-2f, 0x1.fd686cp-3f,
    -0x1.493ca8p-4f, 0x1.12fa32p-3f, 0x1.b95acp-4f, 0x1.136cb4p-3f, 0x1.1017acp-3f, 0x1.24ca5ep-18f };

/* (erf(x)/x - 1) in x² on [0, 1]: relative error 2^-29.4 */
static const real RL_ERF[] = { 0x1.4771fcp-14f, -0x1.a3515ep-11f, 0x1.53f224p-8f, -0x1.b7f71ap-6f, 0x1.ce2ce6p-4f,
    -0x1.81273ep-2f, 0x1.06eba8p-3f };

#define RL_DENSITY_AT_0 0x1.988454p-2f /* φ(0) = 1/√(2π) */

enum {
    RL_EXP_TERMS = sizeof RL_EXP / sizeof *RL_EXP,
    RL_LOG_TERMS = sizeof RL_LOG / sizeof *RL_LOG,
    RL_LOG1P_TERMS = sizeof RL_LOG1P / sizeof *RL_LOG1P,
    RL_TAIL_TERMS = sizeof RL_TAIL / sizeof *RL_TAIL,
    RL_ERF_TERMS = sizeof RL_ERF / sizeof *RL_ERF,
    RL_EXPONENT_ONE = 1 << RL_EXPONENT_BITS, /* what doubling adds to a number's bits */
};

/* Horner's rule; coefficients [terms], highest power first. */
static inline __attribute__((always_inline)) lane lane_polynomial(lane x, const real *coefficients, int terms)
{
    lane sum = lane_all(coefficients[0]);
    for (int i = 1; i < terms; i++)
        sum = lane_fma(sum, x, lane_all(coefficients[i]));
    return sum;
}

/* x = n·ln 2 + r with |r| <= ln 2 / 2: the r. |x| must stay below 2^21. Adding 1.5·2^23 rounds to a whole number. ln 2
 * comes in two parts, the first short enough that n times it is exact. */
static inline lane lane_reduced(lane rounded_x, lane x, lane *shifted)
{
    *shifted = lane_fma(rounded_x, lane_all(0x1.715476p0f), lane_all(RL_SHIFT));
    lane n = lane_unshifted(*shifted);
    return lane_fma(n, lane_all(-0x1.7f7d1cp-20f), lane_fma(n, lane_all(-0x1.62e4p-1f), x));
}

/* e^r - 1 for |r| <= ln 2 / 2. */
static inline lane lane_expm1_near_0(lane r)
{
    return lane_fma(r * r, lane_polynomial(r, RL_EXP, RL_EXP_TERMS), r);
}

/* factor · e^(x + tail), rounded as one product, for x <= 89; tail is a small correction of x. */
static inline lane lane_exp_times(lane factor, lane x, lane tail)
{
    x = lane_max(x, lane_all(-104));
    lane shifted, r = lane_reduced(x + tail, x, &shifted) + tail;
    return lane_scale(lane_fma(lane_expm1_near_0(r), factor, factor), shifted);
}

/* eˣ for x <= 89. */
static inline lane lane_exp_below_89(lane x)
{
    x = lane_max(x, lane_all(-104));
    lane shifted, r = lane_reduced(x, x, &shifted);
    return lane_scale(lane_expm1_near_0(r) + lane_all(1), shifted);
}

static inline lane lane_exp(lane x)
{
    return lane_exp_below_89(lane_min(x, lane_all(89)));
}

/* eˣ - 1 = 2ⁿ(e^r - 1) + (2ⁿ - 1), all halved so that 2ⁿ⁻¹ is a float wherever the result is one. */
static inline lane lane_expm1(lane x)
{
    x = lane_min(lane_max(x, lane_all(-20)), lane_all(89));
    lane shifted, r = lane_reduced(x, x, &shifted);
    lane scale = lane_two_to(lane_whole_of_shifted(shifted) - 1);
    return 2 * lane_fma(lane_expm1_near_0(r), scale, scale - lane_all(0.5f));
}

/* ln(1 + f) + k·ln 2 for 1 + f in [√½, √2). */
static inline lane lane_log_reduced(lane f, wlane k)
{
    lane times = lane_of_whole(k), f2 = f * f;
    lane rest = lane_fma(f2 * f, lane_polynomial(f, RL_LOG, RL_LOG_TERMS), times * lane_all(0x1.7f7d1cp-20f));
    rest = lane_fma(f2, lane_all(-0.5f), rest);
    return lane_fma(times, lane_all(0x1.62e4p-1f), f + rest);
}

/* k with x·2^-k in [√½, √2), for x > 0 and not subnormal. */
static inline wlane lane_exponent(lane x)
{
    return ((lane_bits(x) & 0x7fffffff) - 0x3f3504f3) >> RL_EXPONENT_BITS;
}

/* What a logarithm is where its argument x is not an ordinary positive number. */
static inline lane lane_log_edges(lane x, lane result)
{
    const lane infinite = lane_all(__builtin_inff());
    result = pick(x < infinite, result, x); /* ∞ and NaN stay */
    result = pick(x < lane_zero(), lane_all(__builtin_nanf("")), result);
    return pick(x == lane_zero(), -infinite, result);
}

static inline lane lane_log(lane x)
{
    mask subnormal = x < lane_all(0x1p-126f);
    lane scaled = pick(subnormal, x * lane_all(0x1p25f), x);
    wlane k = lane_exponent(scaled);
    lane m = lane_of_bits((lane_bits(scaled) & 0x7fffffff) - k * RL_EXPONENT_ONE);
    return lane_log_edges(x, lane_log_reduced(m - lane_all(1), k - 25 * mask_count(subnormal)));
}

/* For x >= 1: the bits of lane_log, without the edges; ∞ and NaN stay. */
static inline lane lane_log_above_1(lane x)
{
    wlane k = lane_exponent(x);
    lane m = lane_of_bits(lane_bits(x) - k * RL_EXPONENT_ONE);
    return pick(x < lane_all(__builtin_inff()), lane_log_reduced(m - lane_all(1), k), x);
}

/* 1 + x loses digits of x, so it only chooses k; f = (1 + x)·2^-k - 1 = x·2^-k + (2^-k - 1) is rounded once.
 * A very large x is scaled down first, or 2^-k would be no float; the 1 beside it does not matter. */
static inline lane lane_log1p(lane x)
{
    mask large = x > lane_all(0x1p64f);
    lane scaled = pick(large, x * lane_all(0x1p-64f), x);
    lane one = pick(large, lane_zero(), lane_all(1));
    wlane k = lane_exponent(one + scaled);
    lane shrink = lane_two_to(-k);
    lane f = lane_fma(scaled, shrink, lane_fma(one, shrink, lane_all(-1)));
    return lane_log_edges(x + lane_all(1), lane_log_reduced(f, k + 64 * mask_count(large)));
}

/* e^-|x| cannot overflow, and the small side keeps its digits. */
static inline lane lane_sigmoid(lane x)
{
    lane e = lane_exp_below_89(-lane_abs(x));
    return pick(x < lane_zero(), e, lane_all(1)) / (lane_all(1) + e);
}

/* Given e = e^-|x|. The rest is not the difference from 1, which would lose its digits, but the other of two shares. */
static inline lane lane_logistic_of(lane x, lane e, lane *rest)
{
    lane large = lane_all(1) / (lane_all(1) + e), small = e * large;
    *rest = pick(x < lane_zero(), large, small);
    return pick(x < lane_zero(), small, large);
}

static inline lane lane_logistic(lane x, lane *rest)
{
    return lane_logistic_of(x, lane_exp_below_89(-lane_abs(x)), rest);
}

static inline lane lane_logistic_with_tail(lane x, lane tail, lane *rest)
{
    lane e = lane_exp_times(lane_all(1), -lane_abs(x), pick(x < lane_zero(), tail, -tail));
    return lane_logistic_of(x, e, rest);
}

/* tanh|x| = -t/(2 + t) with t = e^(-2|x|) - 1, and the sign of x. */
static inline lane lane_tanh(lane x)
{
    lane t = lane_expm1(-2 * lane_abs(x));
    return lane_with_sign_of(t / (lane_all(2) + t), x);
}

/* max(x, 0) + ln(1 + e^-|x|); the polynomial for the logarithm holds on [0, 1]. */
static inline lane lane_softplus(lane x)
{
    lane e = lane_exp_below_89(-lane_abs(x));
    lane log1p_e = lane_fma(e * e, lane_polynomial(e, RL_LOG1P, RL_LOG1P_TERMS), e);
    return pick(x < lane_zero(), lane_zero(), x) + log1p_e;
}

/* Φ(-t) = e^(-t²/2)·g(t), and g is smooth in u = 3/v, v = 3 + t. Half an ulp of t² would cost many of the exponential,
 * so t is cut into a short part, whose square is exact, and the rest: t² = short² + (t - short)(t + short). The
 * rounding of u is mended to first order: u should be larger by missing/v, and dg/du = (φ(0) - t·g)·v²/3. From t = 15
 * on the exponential is 0. */
static inline lane lane_normal(lane x, lane *density)
{
    lane t = lane_min(lane_abs(x), lane_all(15));
    lane shortened = lane_of_bits(lane_bits(t) & ~0xfff);
    lane rest = (t - shortened) * (t + shortened);
    lane power = shortened * shortened * lane_all(-0.5f), power_rest = rest * lane_all(-0.5f);
    lane v = lane_all(3) + t, u = lane_all(3) / v;
    lane missing = lane_remainder(lane_all(3), u, v) - u * ((lane_all(3) - v) + t);
    lane g = lane_polynomial(u, RL_TAIL, RL_TAIL_TERMS);
    lane turn = lane_fma(-t, g, lane_all(RL_DENSITY_AT_0)) * (v * lane_all(1 / 3.0f));
    lane tail = lane_exp_times(lane_fma(turn, missing, g), power, power_rest);
    *density = lane_exp_times(lane_all(RL_DENSITY_AT_0), power, power_rest);
    return pick(x < lane_zero(), tail, lane_all(1) - tail);
}

/* A polynomial near 0, elsewhere erf(x) = 1 - 2Φ(-√2·x). */
static inline lane lane_erf(lane x)
{
    lane size = lane_abs(x), density;
    lane far = lane_fma(lane_normal(size * lane_all(-0x1.6a09e6p0f), &density), lane_all(-2), lane_all(1));
    lane near = lane_fma(x, lane_polynomial(x * x, RL_ERF, RL_ERF_TERMS), x);
    return pick(size < lane_all(1), near, pick(x < lane_zero(), -far, far));
}

#endif
