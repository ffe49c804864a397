/* Initialisers draw from the distributions that their files name: moments within 4 standard errors, bounds, lengths
 * and angles. Seeds are fixed, so this passes always or never. */
#include "nn/init/init.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { ROOM = 1 << 20 }; /* weights, and biases */

static double weights[ROOM], other_weights[ROOM], biases[ROOM];

static void assert_near(double found, double expected, double tolerance)
{
    if (!(fabs(found - expected) <= tolerance))
        fail_msg("found %.17g, expected %.17g within %g", found, expected, tolerance);
}

static void draw_into(
    double *w, double *b, const rl_initialiser *init, int units, int inputs, double gain, uint64_t seed)
{
    rl_random random = rl_random_stream(seed, RL_FOR_INIT, 1);
    init->draw(
        &(rl_draw){ .random = &random, .units = units, .inputs = inputs, .gain = gain, .sd = 0.3, .w = w, .b = b });
}

/* Into weights, which held NaN: whatever is not written shows. */
static void draw(const rl_initialiser *init, int units, int inputs, double gain, uint64_t seed)
{
    size_t count = (size_t)units * (size_t)inputs;
    assert_true(count <= ROOM && units <= ROOM);
    for (size_t i = 0; i < count; i++)
        weights[i] = NAN;
    memset(biases, 0, (size_t)units * sizeof *biases);
    draw_into(weights, biases, init, units, inputs, gain, seed);
}

/* ---- moments ---- */

typedef struct {
    const rl_initialiser *init;
    bool uniform;
    double (*variance)(double units, double inputs, double gain);
} law;

static double he_variance(double units, double inputs, double gain)
{
    (void)units;
    return gain * gain / inputs;
}

static double xavier_variance(double units, double inputs, double gain)
{
    (void)gain;
    return 2 / (units + inputs);
}

static double lecun_variance(double units, double inputs, double gain)
{
    (void)units, (void)gain;
    return 1 / inputs;
}

static double normal_variance(double units, double inputs, double gain)
{
    (void)units, (void)inputs, (void)gain;
    return 0.3 * 0.3;
}

static const law laws[] = {
    { &rl_he, false, he_variance },
    { &rl_he_uniform, true, he_variance },
    { &rl_xavier, false, xavier_variance },
    { &rl_xavier_uniform, true, xavier_variance },
    { &rl_lecun, false, lecun_variance },
    { &rl_normal, false, normal_variance },
};

/* In units of the variance s²: the mean of w²/s² is 1 with error √(κ - 1)/√n, where κ = E w⁴/s⁴ is 3 for a normal,
 * 9/5 for a uniform; the mean of w⁴/s⁴ is κ with error √(E w⁸/s⁸ - κ²)/√n, E w⁸/s⁸ = 105 and 9. */
static void weights_have_the_promised_moments(void **state)
{
    (void)state;
    static const int shapes[][2] = { { 1000, 1000 }, { 10, 20000 }, { 50000, 3 } };
    const double gains[] = { sqrt(2), 1, sqrt(2 / (1 + 0.2 * 0.2)) };
    for (size_t k = 0; k < sizeof laws / sizeof *laws; k++)
        for (size_t s = 0; s < 3; s++) {
            const int units = shapes[s][0], inputs = shapes[s][1];
            const double n = (double)units * inputs;
            draw(laws[k].init, units, inputs, gains[s], 7 + s);
            double sd = sqrt(laws[k].variance(units, inputs, gains[s])), mean = 0, square = 0, fourth = 0;
            for (size_t i = 0; i < (size_t)n; i++) {
                double x = weights[i] / sd;
                mean += x / n;
                square += x * x / n;
                fourth += x * x * x * x / n;
            }
            double kurtosis = laws[k].uniform ? 1.8 : 3, eighth = laws[k].uniform ? 9 : 105;
            assert_near(mean, 0, 4 / sqrt(n));
            assert_near(square, 1, 4 * sqrt((kurtosis - 1) / n));
            assert_near(fourth, kurtosis, 4 * sqrt((eighth - kurtosis * kurtosis) / n));
        }
}

static void uniform_weights_fill_their_bounds(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof laws / sizeof *laws; k++) {
        if (!laws[k].uniform)
            continue;
        draw(laws[k].init, 300, 200, sqrt(2), 3);
        double reach = sqrt(3 * laws[k].variance(300, 200, sqrt(2))), low = 0, high = 0;
        for (size_t i = 0; i < 300 * 200; i++) {
            low = fmin(low, weights[i]);
            high = fmax(high, weights[i]);
        }
        assert_true(low >= -reach && high <= reach);
        assert_true(low < -0.999 * reach && high > 0.999 * reach);
    }
}

/* Rows and columns are uncorrelated: neighbours across and down have mean product 0. */
static void neighbours_are_independent(void **state)
{
    (void)state;
    enum { UNITS = 300, INPUTS = 300 };
    for (size_t k = 0; k < sizeof laws / sizeof *laws; k++) {
        draw(laws[k].init, UNITS, INPUTS, 1, 5);
        double variance = laws[k].variance(UNITS, INPUTS, 1), across = 0, down = 0;
        const size_t pairs = (UNITS - 1) * (INPUTS - 1);
        for (size_t u = 0; u + 1 < UNITS; u++)
            for (size_t i = 0; i + 1 < INPUTS; i++) {
                across += weights[u * INPUTS + i] * weights[u * INPUTS + i + 1] / variance;
                down += weights[u * INPUTS + i] * weights[(u + 1) * INPUTS + i] / variance;
            }
        assert_near(across / (double)pairs, 0, 4 / sqrt((double)pairs));
        assert_near(down / (double)pairs, 0, 4 / sqrt((double)pairs));
    }
}

/* What He's variance is for. Mean squares of z go through 30 ReLU layers unchanged on average with He, and are halved by
 * each of the 29 with Var[w] = 1/n, which is the same net but for the scale. The ratio has a heavy tail. */
static void he_keeps_a_signal_through_thirty_layers(void **state)
{
    (void)state;
    enum { WIDTH = 64, LAYERS = 30, NETS = 150 };
    double sum = 0, squares = 0;
    for (uint64_t net = 0; net < NETS; net++) {
        double ratio[2];
        for (int kind = 0; kind < 2; kind++) {
            rl_random random = rl_random_stream(net, RL_FOR_TESTS, 0);
            double x[WIDTH], z[WIDTH], first = 0, last = 0;
            for (size_t i = 0; i < WIDTH; i++)
                x[i] = rl_random_normal(&random);
            for (int layer = 0; layer < LAYERS; layer++) {
                draw(kind ? &rl_lecun : &rl_he, WIDTH, WIDTH, sqrt(2), net * LAYERS + (uint64_t)layer);
                last = 0;
                for (size_t u = 0; u < WIDTH; u++) {
                    z[u] = 0;
                    for (size_t i = 0; i < WIDTH; i++)
                        z[u] += weights[u * WIDTH + i] * x[i];
                    last += z[u] * z[u] / WIDTH;
                }
                for (size_t u = 0; u < WIDTH; u++)
                    x[u] = z[u] > 0 ? z[u] : 0;
                if (layer == 0)
                    first = last;
            }
            ratio[kind] = last / first;
        }
        assert_near(ratio[1] / ratio[0], 0x1p-29, 0x1p-29 * 1e-10);
        sum += ratio[0] / NETS;
        squares += ratio[0] * ratio[0] / NETS;
    }
    assert_near(sum, 1, 4 * sqrt((squares - sum * sum) / NETS));
    assert_true(sum > 0.3 && sum < 3);
}

/* ---- orthogonal ---- */

static void rows_or_columns_are_orthonormal(void **state)
{
    (void)state;
    static const int shapes[][2] = { { 1, 1 }, { 1, 9 }, { 9, 1 }, { 5, 5 }, { 3, 7 }, { 7, 3 }, { 64, 64 },
        { 120, 31 }, { 31, 120 }, { 200, 199 } };
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        const size_t units = (size_t)shapes[s][0], inputs = (size_t)shapes[s][1];
        const double gain = s % 2 ? 1 : sqrt(2);
        draw(&rl_orthogonal, shapes[s][0], shapes[s][1], gain, 11);
        const bool by_rows = units <= inputs;
        const size_t count = by_rows ? units : inputs, length = by_rows ? inputs : units;
        const size_t apart = by_rows ? inputs : 1, step = by_rows ? 1 : inputs;
        for (size_t k = 0; k < count; k++)
            for (size_t l = 0; l <= k; l++) {
                double dot = 0;
                for (size_t i = 0; i < length; i++)
                    dot += weights[k * apart + i * step] * weights[l * apart + i * step];
                assert_near(dot, k == l ? gain * gain : 0, 1e-14);
            }
    }
}

/* Among so many some start with nearly parallel vectors, and are orthogonal to the last bits all the same.
 * Haar's measure on N × N: E q = 0, E q² = 1/N, E q⁴ = 3/(N(N + 2)), E (trace)² = 1, both signs of the determinant as
 * often. A QR decomposition whose diagonal is not made positive fails the first. */
static void orthogonal_matrices_are_uniform(void **state)
{
    (void)state;
    enum { N = 3, TIMES = 40000 };
    double mean[N * N] = { 0 }, square[N * N] = { 0 }, fourth[N * N] = { 0 }, trace = 0, determinant = 0;
    for (uint64_t t = 0; t < TIMES; t++) {
        draw(&rl_orthogonal, N, N, 1, t);
        const double *q = weights;
        assert_near(q[0] * q[3] + q[1] * q[4] + q[2] * q[5], 0, 1e-14);
        assert_near(q[3] * q[6] + q[4] * q[7] + q[5] * q[8], 0, 1e-14);
        for (size_t i = 0; i < N * N; i++) {
            mean[i] += q[i] / TIMES;
            square[i] += q[i] * q[i] / TIMES;
            fourth[i] += q[i] * q[i] * q[i] * q[i] / TIMES;
        }
        double sum = q[0] + q[4] + q[8];
        trace += sum * sum / TIMES;
        determinant += (q[0] * (q[4] * q[8] - q[5] * q[7]) - q[1] * (q[3] * q[8] - q[5] * q[6]) +
                           q[2] * (q[3] * q[7] - q[4] * q[6])) /
                       TIMES;
    }
    for (size_t i = 0; i < N * N; i++) {
        assert_near(mean[i], 0, 4 * sqrt(1.0 / 3 / TIMES));
        assert_near(square[i], 1.0 / 3, 4 * sqrt((0.2 - 1.0 / 9) / TIMES));
        assert_near(fourth[i], 0.2, 4 * sqrt((1.0 / 9 - 0.04) / TIMES)); /* E q⁸ = 1/9 */
    }
    assert_near(trace, 1, 4 * sqrt(3.0 / TIMES)); /* E trace⁴ is at most 4 */
    assert_near(determinant, 0, 4 / sqrt(TIMES));
}

/* ---- asymmetric ---- */

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* With 2,500 inputs a normal entry is 0.012 in size, so what is above 0.1 is the replaced one: never two in a unit,
 * and one in 99 of 100 (√U > 0.1). Its square is uniform, its place too; the rest is normal. */
static void asymmetric_replaces_one_entry_of_each_unit(void **state)
{
    (void)state;
    enum { UNITS = 400, INPUTS = 2500, TENTHS = 10 };
    static double found[UNITS];
    size_t count = 0, places[TENTHS] = { 0 };
    double square = 0, rest = 0;
    draw(&rl_asymmetric, UNITS, INPUTS, sqrt(2), 5);
    for (size_t u = 0; u < UNITS; u++) {
        size_t large = 0;
        for (size_t i = 0; i <= INPUTS; i++) {
            double x = i < INPUTS ? weights[u * INPUTS + i] : biases[u];
            assert_true(x > -0.1 && x < 1);
            if (x > 0.1) {
                large++;
                found[count++] = x * x;
                places[i * TENTHS / (INPUTS + 1)]++;
            } else {
                square += x * x;
                rest++;
            }
        }
        assert_true(large <= 1);
    }
    assert_near((double)count / UNITS, 0.99, 4 * sqrt(0.99 * 0.01 / UNITS));
    assert_near(square / rest / (0.6007 * 0.6007 / INPUTS), 1, 4 * sqrt(2 / rest));
    double worst = 0, chi_square = 0, expected = (double)count / TENTHS;
    qsort(found, count, sizeof *found, ascending);
    for (size_t i = 0; i < count; i++) {
        double p = (found[i] - 0.01) / 0.99;
        worst = fmax(worst, fmax((double)(i + 1) / (double)count - p, p - (double)i / (double)count));
    }
    assert_true(worst * sqrt((double)count) < 2.23); /* Kolmogorov and Smirnov: once in 10⁴ */
    for (size_t i = 0; i < TENTHS; i++)
        chi_square += ((double)places[i] - expected) * ((double)places[i] - expected) / expected;
    assert_true(chi_square < 33.7); /* 9 degrees of freedom: once in 10⁴ */
}

/* Few inputs: each entry, the bias like any other, is Beta(2, 1) once in n + 1 times (mean 2/3, mean square 1/2). */
static void asymmetric_treats_the_bias_like_a_weight(void **state)
{
    (void)state;
    enum { UNITS = 100000, INPUTS = 3 };
    draw(&rl_asymmetric, UNITS, INPUTS, 1, 6);
    const double variance = 0.6007 * 0.6007 / INPUTS;
    for (size_t i = 0; i <= INPUTS; i++) {
        double mean = 0, square = 0;
        for (size_t u = 0; u < UNITS; u++) {
            double x = i < INPUTS ? weights[u * INPUTS + i] : biases[u];
            mean += x / UNITS;
            square += x * x / UNITS;
        }
        double expected = 0.75 * variance + 0.25 * 0.5, fourth = 0.75 * 3 * variance * variance + 0.25 / 3;
        assert_near(mean, 0.25 * 2 / 3, 4 * sqrt(expected / UNITS));
        assert_near(square, expected, 4 * sqrt((fourth - expected * expected) / UNITS));
    }
}

static void asymmetric_adds_the_asked_for_bias(void **state)
{
    (void)state;
    double w[2][12], b[2][4] = { { 0 }, { -3, -3, -3, -3 } };
    for (size_t k = 0; k < 2; k++)
        draw_into(w[k], b[k], &rl_asymmetric, 4, 3, 1, 8);
    assert_memory_equal(w[0], w[1], sizeof w[0]);
    for (size_t u = 0; u < 4; u++)
        assert_near(b[1][u], b[0][u] - 3, 1e-15);
}

static void asymmetric_without_biases_chooses_a_weight(void **state)
{
    (void)state;
    draw_into(weights, NULL, &rl_asymmetric, 1000, 1, 1, 9); /* one weight: always the chosen one */
    double square = 0;
    for (size_t u = 0; u < 1000; u++) {
        assert_true(weights[u] > 0 && weights[u] < 1);
        square += weights[u] * weights[u] / 1000;
    }
    assert_near(square, 0.5, 4 * sqrt(1.0 / 12 / 1000));
}

/* ---- all of them ---- */

static void zeros_are_zero(void **state)
{
    (void)state;
    draw(&rl_zeros, 30, 20, 1, 1);
    for (size_t i = 0; i < 30 * 20; i++)
        assert_true(weights[i] == 0);
}

static void the_identity_is_the_identity(void **state)
{
    (void)state;
    static const int shapes[][2] = { { 7, 7 }, { 9, 4 }, { 4, 9 } };
    for (size_t k = 0; k < 3; k++) {
        draw(&rl_eye, shapes[k][0], shapes[k][1], 1, 1);
        for (int o = 0; o < shapes[k][0]; o++)
            for (int i = 0; i < shapes[k][1]; i++)
                assert_true(weights[o * shapes[k][1] + i] == (o == i));
    }
}

static void same_seed_same_bits(void **state)
{
    (void)state;
    enum { UNITS = 20, INPUTS = 30, COUNT = UNITS * INPUTS };
    size_t count;
    const rl_initialiser *const *all = rl_initialisers(&count);
    for (size_t k = 0; k < count; k++) {
        draw(all[k], UNITS, INPUTS, 1, 3);
        draw_into(other_weights, NULL, all[k], UNITS, INPUTS, 1, 4);
        bool drawn = all[k] != &rl_zeros && all[k] != &rl_eye;
        assert_int_equal(memcmp(weights, other_weights, COUNT * sizeof *weights) != 0, drawn);
        /* another layer was drawn in between: it makes no difference */
        memset(biases, 0, sizeof biases);
        draw_into(other_weights, biases, all[k], UNITS, INPUTS, 1, 3);
        assert_memory_equal(weights, other_weights, COUNT * sizeof *weights);
    }
}

static void constant_biases_stay_and_everything_is_written(void **state)
{
    (void)state;
    size_t count;
    const rl_initialiser *const *all = rl_initialisers(&count);
    for (size_t k = 0; k < count; k++) {
        draw(all[k], 8, 5, 1, 3);
        for (size_t i = 0; i < 8 * 5; i++)
            assert_true(isfinite(weights[i]));
        double b[8] = { -3, -3, -3, -3, -3, -3, -3, -3 };
        draw_into(weights, b, all[k], 8, 5, 1, 3);
        for (size_t u = 0; u < 8 && all[k] != &rl_asymmetric; u++)
            assert_true(b[u] == -3);
    }
}

static void initialisers_have_names(void **state)
{
    (void)state;
    static const char *const names[] = { "he", "he_uniform", "xavier", "xavier_uniform", "lecun", "orthogonal",
        "normal", "asymmetric", "identity", "zeros" };
    size_t count;
    const rl_initialiser *const *all = rl_initialisers(&count);
    assert_int_equal(count, sizeof names / sizeof *names);
    for (size_t k = 0; k < count; k++) {
        rl_error err = { 0 };
        assert_string_equal(rl_initialiser_name(all[k]), names[k]);
        assert_ptr_equal(rl_initialiser_named(names[k], &err), all[k]);
        assert_int_equal(err.code, RL_OK);
        assert_true(strlen(all[k]->formula) > 0);
    }
    rl_error err = { 0 };
    assert_null(rl_initialiser_named("orthogonl", &err));
    assert_int_equal(err.code, RL_BAD_CONFIG);
    assert_string_equal(err.text, "unknown initialiser \"orthogonl\"; did you mean \"orthogonal\"?");
    assert_null(rl_initialiser_named("he", &err)); /* the error sticks */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_have_the_promised_moments),
        cmocka_unit_test(uniform_weights_fill_their_bounds),
        cmocka_unit_test(neighbours_are_independent),
        cmocka_unit_test(he_keeps_a_signal_through_thirty_layers),
        cmocka_unit_test(rows_or_columns_are_orthonormal),
        cmocka_unit_test(orthogonal_matrices_are_uniform),
        cmocka_unit_test(asymmetric_replaces_one_entry_of_each_unit),
        cmocka_unit_test(asymmetric_treats_the_bias_like_a_weight),
        cmocka_unit_test(asymmetric_adds_the_asked_for_bias),
        cmocka_unit_test(asymmetric_without_biases_chooses_a_weight),
        cmocka_unit_test(zeros_are_zero),
        cmocka_unit_test(the_identity_is_the_identity),
        cmocka_unit_test(same_seed_same_bits),
        cmocka_unit_test(constant_biases_stay_and_everything_is_written),
        cmocka_unit_test(initialisers_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
