/* Statistics against values from elsewhere (40-digit arithmetic), against exact enumeration, and by their laws. */
#include "num/statistics.h"

#include "num/random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void assert_near(double found, double expected, double tolerance)
{
    if (!(fabs(found - expected) <= tolerance))
        fail_msg("found %.17g, expected %.17g within %g", found, expected, tolerance);
}

/* ---- mean and spread ---- */

static void mean_and_spread_of_known_numbers(void **state)
{
    (void)state;
    const double x[] = { 2, 4, 4, 4, 5, 5, 7, 9 };
    rl_running running = { 0 };
    for (size_t i = 0; i < 8; i++)
        rl_running_add(&running, x[i]);
    assert_near(rl_running_mean(&running), 5, 1e-15);
    assert_near(rl_running_sd(&running), sqrt(32.0 / 7), 1e-15);
    /* t(0.975; 7) = 2.364624251592785 */
    assert_near(rl_running_margin(&running), 2.364624251592785 * sqrt(32.0 / 7 / 8), 1e-12);
}

/* The two-pass formula loses nothing to a large mean; the one-pass Σx² - n·mean² would lose it all. */
static void spread_survives_a_large_mean(void **state)
{
    (void)state;
    rl_running running = { 0 };
    for (int i = 0; i < 1000; i++)
        rl_running_add(&running, 1e9 + i % 2);
    assert_near(rl_running_mean(&running), 1e9 + 0.5, 1e-6);
    assert_near(rl_running_sd(&running), sqrt(250.0 / 999), 1e-9);
}

static void too_few_numbers_say_nothing(void **state)
{
    (void)state;
    rl_running running = { 0 };
    assert_true(isnan(rl_running_mean(&running)));
    assert_true(isnan(rl_running_sd(&running)));
    rl_running_add(&running, 3);
    assert_near(rl_running_mean(&running), 3, 0);
    assert_true(isnan(rl_running_sd(&running)));
    assert_true(isnan(rl_running_margin(&running)));
    rl_running_add(&running, 3);
    assert_near(rl_running_sd(&running), 0, 0);
    assert_near(rl_running_margin(&running), 0, 0);
}

static void not_a_number_stays(void **state)
{
    (void)state;
    rl_running running = { 0 };
    rl_running_add(&running, 1);
    rl_running_add(&running, NAN);
    rl_running_add(&running, 2);
    assert_true(isnan(rl_running_mean(&running)));
    assert_true(isnan(rl_running_sd(&running)));
    assert_true(isnan(rl_running_margin(&running)));
}

/* ---- Student's t ---- */

/* By mpmath with 40 digits. */
static const struct {
    double df, t, p;
} cdf_values[] = {
    { 0.1, -30, 0.297042486679976462 },
    { 0.1, -2.5, 0.380677385544396485 },
    { 0.1, 0.001, 0.500148091852208452 },
    { 0.1, 1, 0.583671757504721356 },
    { 0.1, 4.1, 0.637601772292709334 },
    { 1, -30, 0.0106064024055354234 },
    { 1, -2.5, 0.121118941590843399 },
    { 1, 0.001, 0.500318309780080559 },
    { 1, 1, 0.75 },
    { 1, 4.1, 0.923850216644001064 },
    { 2, -30, 0.000554631340979829456 },
    { 2, -2.5, 0.0648058601107554046 },
    { 2, 0.001, 0.500353553302204959 },
    { 2, 1, 0.788675134594812882 },
    { 2, 4.1, 0.972671550308484348 },
    { 3.7, -30, 7.4285206261760141e-6 },
    { 3.7, -2.5, 0.035911011455913388 },
    { 3.7, 0.001, 0.500373161470456841 },
    { 3.7, 1, 0.810929300119773776 },
    { 3.7, 4.1, 0.991304939555087442 },
    { 10, -30, 1.98089617101566214e-11 },
    { 10, -2.5, 0.0157234221183044021 },
    { 10, 0.001, 0.500389108312629508 },
    { 10, 1, 0.829553433848970064 },
    { 10, 4.1, 0.998927710825904013 },
    { 63, -30, 2.56295588652880639e-39 },
    { 63, -2.5, 0.00751760215556621296 },
    { 63, 0.001, 0.500397362311959641 },
    { 63, 1, 0.839431984208687203 },
    { 63, 4.1, 0.999939752769325655 },
    { 99.5, -30, 5.96636407343537161e-52 },
    { 99.5, -2.5, 0.00702707493259969821 },
    { 99.5, 0.001, 0.500397941120904422 },
    { 99.5, 1, 0.84013187299230658 },
    { 99.5, 4.1, 0.999957759036289097 },
    { 101, -30, 2.07303546000172907e-52 },
    { 101, -2.5, 0.00701466067628206342 },
    { 101, 0.001, 0.500397955969740693 },
    { 101, 1, 0.840149841111709026 },
    { 101, 4.1, 0.999958163150787147 },
    { 1000, -30, 7.68734372202174111e-142 },
    { 1000, -2.5, 0.0062892839005453984 },
    { 1000, 0.001, 0.500398842490773635 },
    { 1000, 1, 0.841223790957663846 },
    { 1000, 4.1, 0.999977666039269145 },
    { 1e6, -30, 6.01004711683171894e-198 },
    { 1e6, -2.5, 0.0062097447510816231 },
    { 1e6, 0.001, 0.500398942114175455 },
    { 1e6, 1, 0.841344625083210935 },
    { 1e6, 4.1, 0.999979340863547133 },
};

static const struct {
    double df, p, t;
} quantile_values[] = {
    { 0.5, 0.0001, -10284911.5631633855 },
    { 0.5, 0.4, -0.397975426784790689 },
    { 0.5, 0.975, 164.557673480488533 },
    { 0.5, 0.995, 4113.96458880418115 },
    { 1, 0.0001, -3183.09875711815091 },
    { 1, 0.4, -0.324919696232906326 },
    { 1, 0.975, 12.7062047361747046 },
    { 1, 0.995, 63.656741162871581 },
    { 2, 0.0001, -70.7000710749642776 },
    { 2, 0.4, -0.288675134594812882 },
    { 2, 0.975, 4.30265272974946385 },
    { 2, 0.995, 9.92484320091829311 },
    { 5, 0.0001, -9.6775663008825913 },
    { 5, 0.4, -0.267180865704145127 },
    { 5, 0.975, 2.57058183563631551 },
    { 5, 0.995, 4.03214298355522808 },
    { 30, 0.0001, -4.23398595727202112 },
    { 30, 0.4, -0.255605364951912772 },
    { 30, 0.975, 2.04227245630123831 },
    { 30, 0.995, 2.74999565356722533 },
    { 63, 0.0001, -3.94988922497548522 },
    { 63, 0.4, -0.25441963124770286 },
    { 63, 0.975, 1.99834054252074158 },
    { 63, 0.995, 2.65614502509986169 },
    { 1000, 0.0001, -3.73285160457536811 },
    { 1000, 0.4, -0.253414515839498765 },
    { 1000, 0.975, 1.96233908082640848 },
    { 1000, 0.995, 2.58075469806595108 },
    { 1e5, 0.0001, -3.71915438264134436 },
    { 1e5, 0.4, -0.253347777157179943 },
    { 1e5, 0.975, 1.95998770753460964 },
    { 1e5, 0.995, 2.5758784699083753 },
};

static void cdf_matches_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cdf_values / sizeof *cdf_values; i++) {
        double df = cdf_values[i].df, t = cdf_values[i].t, p = cdf_values[i].p;
        assert_near(rl_t_cdf(t, df), p, 1e-13);
        assert_near(rl_t_cdf(-t, df), 1 - p, 1e-13);
    }
}

static void quantile_matches_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof quantile_values / sizeof *quantile_values; i++) {
        double df = quantile_values[i].df, p = quantile_values[i].p, t = quantile_values[i].t;
        assert_near(rl_t_quantile(p, df), t, 1e-10 * fabs(t));
    }
}

/* df = 1 is Cauchy's distribution, df = 2 has a closed form too, df → ∞ is normal. */
static void cdf_matches_closed_forms(void **state)
{
    (void)state;
    for (double t = -20; t <= 20; t += 0.173) {
        assert_near(rl_t_cdf(t, 1), 0.5 + atan(t) / M_PI, 1e-14);
        assert_near(rl_t_cdf(t, 2), 0.5 + t / (2 * sqrt(2 + t * t)), 1e-14);
        assert_near(rl_t_cdf(t, 1e14), 0.5 * erfc(-t / sqrt(2)), 1e-12);
    }
    assert_near(rl_t_cdf(0, 5), 0.5, 0);
    assert_near(rl_t_cdf(INFINITY, 5), 1, 0);
    assert_near(rl_t_cdf(-INFINITY, 5), 0, 0);
}

static void quantile_is_the_inverse(void **state)
{
    (void)state;
    rl_random random = rl_random_stream(1, RL_FOR_TESTS, 0);
    for (int i = 0; i < 2000; i++) {
        double df = exp(10 * rl_random_uniform(&random) - 1), p = rl_random_uniform(&random);
        assert_near(rl_t_cdf(rl_t_quantile(p, df), df), p, 1e-12);
        assert_near(rl_t_quantile(1 - p, df), -rl_t_quantile(p, df), 1e-9 * (1 + fabs(rl_t_quantile(p, df))));
    }
    assert_near(rl_t_quantile(0.5, 3), 0, 0);
}

static void senseless_questions_give_nan(void **state)
{
    (void)state;
    assert_true(isnan(rl_t_cdf(NAN, 3)));
    assert_true(isnan(rl_t_cdf(1, 0)));
    assert_true(isnan(rl_t_cdf(1, -2)));
    assert_true(isnan(rl_t_cdf(1, NAN)));
    assert_true(isnan(rl_t_cdf(1, INFINITY)));
    assert_true(isnan(rl_t_quantile(0, 3)));
    assert_true(isnan(rl_t_quantile(1, 3)));
    assert_true(isnan(rl_t_quantile(NAN, 3)));
    assert_true(isnan(rl_t_quantile(0.3, 0)));
}

/* The 95 % interval of three normal numbers holds the true mean 95 times in a hundred. */
static void interval_covers(void **state)
{
    (void)state;
    enum { TIMES = 20000 };
    rl_random random = rl_random_stream(2, RL_FOR_TESTS, 0);
    int covered = 0;
    for (int i = 0; i < TIMES; i++) {
        rl_running running = { 0 };
        for (int j = 0; j < 3; j++)
            rl_running_add(&running, 7 + 2 * rl_random_normal(&random));
        covered += fabs(rl_running_mean(&running) - 7) <= rl_running_margin(&running);
    }
    assert_near((double)covered / TIMES, 0.95, 4 * sqrt(0.95 * 0.05 / TIMES));
}

/* ---- the sign-flip test ---- */

/* What the flips estimate: the share of all 2ⁿ sign patterns at least as far from 0. The d are whole, so exact. */
static double share_of_all_flips(const double *d, size_t n)
{
    double observed = 0;
    for (size_t i = 0; i < n; i++)
        observed += d[i];
    size_t as_far = 0;
    for (size_t bits = 0; bits < (size_t)1 << n; bits++) {
        double sum = 0;
        for (size_t i = 0; i < n; i++)
            sum += bits >> i & 1 ? d[i] : -d[i];
        as_far += fabs(sum) >= fabs(observed);
    }
    return (double)as_far / (double)((size_t)1 << n);
}

static void sign_flips_match_enumeration(void **state)
{
    (void)state;
    rl_random random = rl_random_stream(3, RL_FOR_TESTS, 0);
    for (int i = 0; i < 60; i++) {
        double d[16];
        size_t n = 2 + rl_random_below(&random, 15);
        for (size_t j = 0; j < n; j++)
            d[j] = (double)rl_random_below(&random, 9) - 3;
        double exact = share_of_all_flips(d, n);
        double p = rl_sign_flip_p(d, n, (uint64_t)i);
        assert_near(p, exact, 5 * sqrt(exact * (1 - exact) / RL_FLIPS) + 2.0 / RL_FLIPS);
    }
}

/* Differences of shares, (k - l)/360, tie often. Rounding must not decide a tie: p is that of the whole numbers. */
static void rounding_does_not_break_ties(void **state)
{
    (void)state;
    rl_random random = rl_random_stream(4, RL_FOR_TESTS, 0);
    for (int i = 0; i < 100; i++) {
        enum { N = 100 };
        double whole[N], shares[N], inexact[N];
        size_t n = 2 + rl_random_below(&random, N - 1);
        for (size_t j = 0; j < n; j++) {
            double a = 340 + rl_random_below(&random, 4), b = 340 + rl_random_below(&random, 4);
            whole[j] = b - a;
            shares[j] = b / 360 - a / 360;
            inexact[j] = (b - a) * 0.1 * (1 + 3e-16 * (double)rl_random_below(&random, 3));
        }
        double p = rl_sign_flip_p(whole, n, 11);
        assert_near(rl_sign_flip_p(shares, n, 11), p, 0);
        assert_near(rl_sign_flip_p(inexact, n, 11), p, 0);
    }
}

static void sign_flips_of_extremes(void **state)
{
    (void)state;
    double d[200];
    for (size_t i = 0; i < 200; i++)
        d[i] = 1;
    assert_near(rl_sign_flip_p(d, 200, 1), 1.0 / (RL_FLIPS + 1), 0); /* no flip gets there */
    memset(d, 0, sizeof d);
    assert_near(rl_sign_flip_p(d, 200, 1), 1, 0); /* all tie */
    d[0] = 1;
    assert_near(rl_sign_flip_p(d, 200, 1), 1, 0); /* one difference says nothing */
    d[0] = 1e-300;
    assert_near(rl_sign_flip_p(d, 200, 1), 1, 0);
    d[0] = 1e8; /* 1e8 - 1 is not as far as 1e8 + 1: half of all flips */
    d[1] = 1;
    assert_near(rl_sign_flip_p(d, 200, 1), 0.5, 5 * 0.5 / sqrt(RL_FLIPS));
    assert_true(isnan(rl_sign_flip_p(d, 1, 1)));
    assert_true(isnan(rl_sign_flip_p(d, 0, 1)));
    d[77] = NAN;
    assert_true(isnan(rl_sign_flip_p(d, 200, 1)));
    d[77] = INFINITY;
    assert_true(isnan(rl_sign_flip_p(d, 200, 1)));
}

/* Every difference gets a sign of its own: two large ones alone decide, wherever they stand. */
static void every_place_has_its_own_sign(void **state)
{
    (void)state;
    enum { N = 200 };
    const size_t apart[] = { 1, 4, 8, 31, 32, 64, 128 };
    for (size_t i = 0; i < N; i += 13)
        for (size_t k = 0; k < sizeof apart / sizeof *apart && i + apart[k] < N; k++) {
            double d[N] = { 0 };
            d[i] = 1;
            d[i + apart[k]] = 1; /* as far: both signs equal, half of all flips */
            assert_near(rl_sign_flip_p(d, N, 5), 0.5, 5 * 0.5 / sqrt(RL_FLIPS));
        }
}

static void sign_flips_are_seeded_and_two_sided(void **state)
{
    (void)state;
    double d[70], minus[70];
    rl_random random = rl_random_stream(6, RL_FOR_TESTS, 0);
    for (size_t i = 0; i < 70; i++) {
        d[i] = rl_random_normal(&random) + 0.2;
        minus[i] = -d[i];
    }
    double p = rl_sign_flip_p(d, 70, 1);
    assert_near(rl_sign_flip_p(d, 70, 1), p, 0);
    assert_true(rl_sign_flip_p(d, 70, 2) != p);
    assert_near(rl_sign_flip_p(minus, 70, 1), p, 0);
    /* for normal numbers it agrees with the t test */
    rl_running running = { 0 };
    for (size_t i = 0; i < 70; i++)
        rl_running_add(&running, d[i]);
    double t = rl_running_mean(&running) / (rl_running_sd(&running) / sqrt(70));
    assert_near(p, 2 * (1 - rl_t_cdf(fabs(t), 69)), 0.01);
}

/* Under the null p is uniform: it must not fall below 5 % more often than in 5 % of studies. */
static void false_alarms_are_as_rare_as_promised(void **state)
{
    (void)state;
    enum { TIMES = 200, N = 20 };
    rl_random random = rl_random_stream(7, RL_FOR_TESTS, 0);
    int alarms = 0;
    for (int i = 0; i < TIMES; i++) {
        double d[N];
        for (size_t j = 0; j < N; j++)
            d[j] = rl_random_normal(&random);
        alarms += rl_sign_flip_p(d, N, (uint64_t)i) <= 0.05;
    }
    assert_near((double)alarms / TIMES, 0.05, 4 * sqrt(0.05 * 0.95 / TIMES));
}

/* ---- Holm ---- */

static void holm_of_known_numbers(void **state)
{
    (void)state;
    const double p[] = { 0.01, 0.04, 0.03, 0.005 };
    double corrected[4];
    rl_holm(p, 4, corrected);
    /* 4 · 0.005, 3 · 0.01, 2 · 0.03, then 1 · 0.04 lifted to 0.06 */
    const double expected[] = { 0.03, 0.06, 0.06, 0.02 };
    for (size_t i = 0; i < 4; i++)
        assert_near(corrected[i], expected[i], 1e-15);
}

static void holm_of_ties_ones_and_nans(void **state)
{
    (void)state;
    const double p[] = { 0.02, NAN, 0.02, 0.7, 0.6, NAN };
    double corrected[6];
    rl_holm(p, 6, corrected);
    assert_near(corrected[0], 0.08, 1e-15);
    assert_true(isnan(corrected[1]));
    assert_near(corrected[2], 0.08, 1e-15);
    assert_near(corrected[3], 1, 0);
    assert_near(corrected[4], 1, 0);
    assert_true(isnan(corrected[5]));
    rl_holm(p, 1, corrected);
    assert_near(corrected[0], 0.02, 0);
}

/* Step down by sorting, as the paper has it. */
static void holm_keeps_its_laws(void **state)
{
    (void)state;
    rl_random random = rl_random_stream(8, RL_FOR_TESTS, 0);
    for (int times = 0; times < 500; times++) {
        double p[20], corrected[20];
        size_t order[20], n = 1 + rl_random_below(&random, 20);
        for (size_t i = 0; i < n; i++) {
            p[i] = (1 + rl_random_below(&random, 30)) / 100.0;
            order[i] = i;
        }
        for (size_t i = 1; i < n; i++)
            for (size_t j = i; j > 0 && p[order[j]] < p[order[j - 1]]; j--) {
                size_t other = order[j];
                order[j] = order[j - 1];
                order[j - 1] = other;
            }
        rl_holm(p, n, corrected);
        double largest = 0;
        for (size_t i = 0; i < n; i++) {
            largest = fmax(largest, fmin(1, (double)(n - i) * p[order[i]]));
            assert_near(corrected[order[i]], largest, 0);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mean_and_spread_of_known_numbers),
        cmocka_unit_test(spread_survives_a_large_mean),
        cmocka_unit_test(too_few_numbers_say_nothing),
        cmocka_unit_test(not_a_number_stays),
        cmocka_unit_test(cdf_matches_values),
        cmocka_unit_test(quantile_matches_values),
        cmocka_unit_test(cdf_matches_closed_forms),
        cmocka_unit_test(quantile_is_the_inverse),
        cmocka_unit_test(senseless_questions_give_nan),
        cmocka_unit_test(interval_covers),
        cmocka_unit_test(sign_flips_match_enumeration),
        cmocka_unit_test(rounding_does_not_break_ties),
        cmocka_unit_test(sign_flips_of_extremes),
        cmocka_unit_test(every_place_has_its_own_sign),
        cmocka_unit_test(sign_flips_are_seeded_and_two_sided),
        cmocka_unit_test(false_alarms_are_as_rare_as_promised),
        cmocka_unit_test(holm_of_known_numbers),
        cmocka_unit_test(holm_of_ties_ones_and_nans),
        cmocka_unit_test(holm_keeps_its_laws),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
