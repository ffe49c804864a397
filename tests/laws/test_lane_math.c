/* Exponentials, logarithms and their kin against libm in double precision, at the edges, and the same bits at every
 * width. Compiled once for every variant, as the kernels are. */
#include "kernel/one_variant.h"

#include <float.h>
#include <math.h>

#include "kernel/lane_math.h"

static lane normal(lane x)
{
    lane density;
    return lane_normal(x, &density);
}

static lane density(lane x)
{
    lane result;
    lane_normal(x, &result);
    return result;
}

static lane logistic(lane x)
{
    lane rest;
    return lane_logistic(x, &rest);
}

static lane logistic_rest(lane x)
{
    lane rest;
    lane_logistic(x, &rest);
    return rest;
}

static double true_sigmoid(double x)
{
    return x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x));
}

static double true_rest(double x)
{
    return true_sigmoid(-x);
}

static double true_softplus(double x)
{
    return fmax(x, 0) + log1p(exp(-fabs(x)));
}

static double true_normal(double x)
{
    return erfc(-x / sqrt(2)) / 2;
}

static double true_density(double x)
{
    return exp(-x * x / 2) / sqrt(2 * acos(-1));
}

/* Errors in ulp, with fused multiply-adds and without; at ±∞ the limits; and a fingerprint of the bits over the sample,
 * which is the same at every width. Change those two with the coefficients: the test says what they are. */
static const struct {
    const char *name;
    lane (*of_lanes)(lane x);
    double (*truth)(double x);
    double ulps[2]; /* plain, fused */
    double at_minus_infinity, at_infinity;
    uint64_t fingerprint[2]; /* plain, fused */
} functions[] = {
    { "exp", lane_exp, exp, { 1.05, 1.05 }, 0, INFINITY, { 0xd0d0f592b994a075, 0x5b71da2c6d2f151c } },
    { "expm1", lane_expm1, expm1, { 1.7, 1.6 }, -1, INFINITY, { 0x93b7ec382d11bfb5, 0xf8a3c5c49626d0d5 } },
    { "log", lane_log, log, { 0.85, 0.85 }, NAN, INFINITY, { 0xb5027fb259a63dc1, 0xc98ef37a54242977 } },
    { "log1p", lane_log1p, log1p, { 1.5, 1.5 }, NAN, INFINITY, { 0xf32cbb952d6330cd, 0x863518e931a9ac33 } },
    { "tanh", lane_tanh, tanh, { 2.6, 2.6 }, -1, 1, { 0xc09a53215c3e61fe, 0x09810f28392ca446 } },
    { "erf", lane_erf, erf, { 1.5, 1.4 }, -1, 1, { 0x90276c5622f0487e, 0x008122e5ffde2900 } },
    { "sigmoid", lane_sigmoid, true_sigmoid, { 2.4, 2.4 }, 0, 1, { 0x97b3579a5b1daf05, 0xd1cf2d26054fba86 } },
    { "logistic", logistic, true_sigmoid, { 2.8, 2.8 }, 0, 1, { 0x4aee22230fa99360, 0x4e1b1c78d9c4dfa5 } },
    { "logistic rest", logistic_rest, true_rest, { 2.8, 2.8 }, 1, 0, { 0x1c5a577f216236a6, 0x3097182d283765a7 } },
    { "softplus", lane_softplus, true_softplus, { 2.3, 1.9 }, 0, INFINITY, { 0x3ca3571b7b95a256, 0x9a9a63f6291d0266 } },
    { "normal", normal, true_normal, { 3.8, 3.2 }, 0, 1, { 0x0054f1a98bdf4150, 0x09bb153f0d4354f9 } },
    { "density", density, true_density, { 3, 3 }, 0, 0, { 0x5148cca3272aa7c2, 0x4301973f97f8baa8 } },
};
enum { FUNCTIONS = sizeof functions / sizeof *functions };

static real in_last_lane(size_t f, real x)
{
    real row[LANES];
    for (int l = 0; l < LANES; l++)
        row[l] = l == LANES - 1 ? x : 0;
    lane_store(row, functions[f].of_lanes(lane_load(row)));
    return row[LANES - 1];
}

static float float_of_bits(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static double ulps_between(double computed, double truth)
{
    int exponent;
    if (computed == truth)
        return 0;
    frexp(truth, &exponent);
    return fabs(computed - truth) / ldexp(1, (exponent < -125 ? -125 : exponent) - 24);
}

static void check(size_t f, float x, double result)
{
    double truth = functions[f].truth((double)x);
    double rounding = 4e-16 * (10 + fmin((double)x * (double)x, 1e4)) * fabs(truth) + 1e-320; /* of truth itself */
    bool right = isnan(truth)          ? isnan(result)
                 : result == truth     ? true
                 : IN_DOUBLE           ? fabs(result - truth) <= rounding
                 : isinf((float)truth) ? fabs(result) >= FLT_MAX
                                       : ulps_between(result, truth) <= functions[f].ulps[FUSED];
    if (!right)
        fail_msg("%s(%.9g = %a) is %.9g, not %.9g: %.2f ulp", functions[f].name, (double)x, (double)x, result, truth,
            ulps_between(result, truth));
}

/* About every 2^15th float32 of all sizes, each in some lane. */
static void is_close_to_libm(void **state)
{
    (void)state;
    enum { STRIDE = 32749 };
    for (size_t f = 0; f < FUNCTIONS; f++) {
        uint64_t fingerprint = 0;
        for (uint64_t bits = 0; bits <= UINT32_MAX; bits += STRIDE * LANES) {
            real row[LANES];
            for (int l = 0; l < LANES; l++)
                row[l] = (real)float_of_bits((uint32_t)(bits + (uint64_t)l * STRIDE));
            real results[LANES];
            lane_store(results, functions[f].of_lanes(lane_load(row)));
            for (int l = 0; l < LANES && bits + (uint64_t)l * STRIDE <= UINT32_MAX; l++) {
                check(f, (float)row[l], (double)results[l]);
                float canonical = isnan(results[l]) ? NAN : (float)results[l];
                uint32_t result_bits;
                memcpy(&result_bits, &canonical, sizeof result_bits);
                fingerprint = fingerprint * 1000003 + result_bits;
            }
        }
        if (!IN_DOUBLE && fingerprint != functions[f].fingerprint[FUSED])
            fail_msg(
                "the bits of %s changed: fingerprint 0x%016llx", functions[f].name, (unsigned long long)fingerprint);
    }
}

static void edges_are_right(void **state)
{
    (void)state;
    static const float edges[] = { 0, -0.0f, 1e-45f, -1e-45f, 1e-39f, -1e-39f, FLT_MIN, -FLT_MIN, FLT_MAX, -FLT_MAX, 1,
        -1, 88.72283f, 88.72284f, 89, -87.33654f, -87.4f, -103.2f, -103.9721f, -103.98f, -104.5f, 0.70710677f,
        0.7071068f, 1.4142135f, 1.4142136f, -0.29289323f, 0.41421354f, 0x1p63f, 0x1p64f, 0x1.8p64f, 0x1p126f, 0x1p127f,
        -0.99999994f, -1.0000001f, 15, 14.99999f, -15, -14.2f, 16, 1e-20f, -1e-20f };
    for (size_t f = 0; f < FUNCTIONS; f++) {
        for (size_t e = 0; e < sizeof edges / sizeof *edges; e++)
            check(f, edges[e], (double)in_last_lane(f, (real)edges[e]));
        assert_true(isnan(in_last_lane(f, NAN)) && isnan(in_last_lane(f, -NAN)));
        const double limits[2] = { functions[f].at_minus_infinity, functions[f].at_infinity };
        const real infinities[2] = { -INFINITY, INFINITY };
        for (int i = 0; i < 2; i++) {
            double result = (double)in_last_lane(f, infinities[i]);
            if (!(isnan(limits[i]) ? isnan(result) : result == limits[i]))
                fail_msg("%s(%g) is %g", functions[f].name, (double)infinities[i], result);
        }
    }
    assert_true(in_last_lane(2, 0) == -INFINITY && in_last_lane(3, -1) == -INFINITY); /* logarithms of 0 */
    assert_true(in_last_lane(0, 0) == 1 && in_last_lane(1, 0) == 0 && in_last_lane(2, 1) == 0);
}

/* tail is what x is short of: σ(x + tail), for either sign of x. */
static void logistic_takes_a_tail(void **state)
{
    (void)state;
    for (int i = -400; i <= 400; i++) {
        double exact = i / 10.0 * (1 + 1 / 3.0);
        float x = (float)(exact * (1 - 1e-4)), tail = (float)(exact - (double)x);
        real results[LANES], rests[LANES];
        lane rest, share = lane_logistic_with_tail(lane_all((real)x), lane_all((real)tail), &rest);
        lane_store(results, share);
        lane_store(rests, rest);
        double truth = true_sigmoid((double)x + (double)tail), truth_of_rest = true_sigmoid(-(double)x - (double)tail);
        assert_true(ulps_between((double)results[0], truth) <= 3);
        assert_true(ulps_between((double)rests[0], truth_of_rest) <= 3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_close_to_libm),
        cmocka_unit_test(edges_are_right),
        cmocka_unit_test(logistic_takes_a_tail),
    };
    if (!runs_here()) {
        print_message("left out: this processor cannot run them\n");
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
