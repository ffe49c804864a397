/* The laws that every curve of the list obeys, on every variant that this processor runs. A new curve is under them
 * as soon as it is in the list. The reference for a float32 kernel is the same curve in double precision; that
 * one is held against PyTorch (golden/curves.csv), against its own examples and against finite differences. */
#include "laws/curves.h"

#include <float.h>
#include <stdio.h>

#include "num/random.h"

static const rl_activation *const *list;
static size_t count;

static int find_the_list(void **state)
{
    (void)state;
    list = rl_activations(&count);
    return count == 0;
}

enum { MOST_ALPHAS = 7 };

/* The default, and where α is a setting also what nobody would ask for. ReLU's is the slope at 0. */
static size_t alphas_of(const rl_activation *curve, float alphas[MOST_ALPHAS])
{
    static const float asked_for[] = { 0, 1, 0.3f, 2.5f, -0.5f, -0.0f };
    alphas[0] = curve->alpha;
    memcpy(alphas + 1, asked_for, sizeof asked_for);
    return curve->has_alpha ? MOST_ALPHAS : curve == &rl_relu ? 3 : 1;
}

/* Places where curves bend, turn, round or overflow. */
static const float edges[] = { 0, -0.0f, 1e-45f, -1e-45f, FLT_MIN, -FLT_MIN, 1e-7f, -1e-7f, 0.5f, -0.5f, 1, -1, 3, -3,
    6, -6, -1.5f, 1.5f, -0.75179152f, -0.75246142f, -1.27846454f, -1.19243121f, 1.41421356f, -1.41421356f, 1.418504f,
    -1.418504f, 2.39935728f, -2.39935728f, -2.2563764f, 1.49057118f, 15, -15, 16, -16, 16.7f, 20, -20, 88.8f, -88.8f,
    104, -104, 1000, -1000, 1e19f, -1e19f, FLT_MAX, -FLT_MAX, INFINITY, -INFINITY };
enum { EDGES = sizeof edges / sizeof *edges };

/* An edge or its neighbour, a number of any size, or one from where the curves bend. */
static float some_z(rl_random *random)
{
    switch (rl_random_below(random, 4)) {
    case 0: {
        float z = edges[rl_random_below(random, EDGES)];
        uint32_t way = rl_random_below(random, 3);
        return way == 0 ? z : nextafterf(z, way == 1 ? INFINITY : -INFINITY);
    }
    case 1: {
        float z = float_of_bits(rl_random_bits(random));
        return isnan(z) ? 0 : z;
    }
    case 2:
        return (float)(rl_random_normal(random) * 2);
    default:
        return (float)(rl_random_normal(random) * 20);
    }
}

/* All laws say which curve, which α and where. */
#define HOLDS(condition, curve, alpha, z)                                                                              \
    do {                                                                                                               \
        if (!(condition))                                                                                              \
            fail_msg("%s, α = %g, z = %.9g (%a): not so: %s", (curve)->name, (double)(alpha), (double)(z),             \
                (double)(z), #condition);                                                                              \
    } while (0)

static bool near(double computed, double known)
{
    return computed == known || fabs(computed - known) <= 1e-6 * fmax(1, fabs(known));
}

static void matches_its_examples(void **state)
{
    (void)state;
    for (size_t i = 0; i < count; i++) {
        const rl_activation *curve = list[i];
        assert_in_range(curve->example_count, 3, RL_EXAMPLES);
        for (size_t e = 0; e < curve->example_count; e++) {
            rl_example known = curve->examples[e];
            for (const kind *k = next_kind(NULL); k; k = next_kind(k)) {
                HOLDS(near(value_of(*k, i, curve->alpha, known.z), (double)known.value), curve, curve->alpha, known.z);
                HOLDS(near(slope_of(*k, i, curve->alpha, known.z), (double)known.slope), curve, curve->alpha, known.z);
            }
        }
    }
}

static size_t named(const char *name)
{
    rl_error err = { 0 };
    size_t index = rl_activation_index(rl_activation_named(name, &err));
    assert_int_equal(err.code, RL_OK);
    return index;
}

/* PyTorch's GELU loses the digits of its left tail by cancellation: hence the absolute part. SELU's α is a float32
 * here: hence 1e-7. */
static void agrees_with_pytorch(void **state)
{
    (void)state;
    FILE *file = fopen(RELIVE_TESTS_FOLDER "/golden/curves.csv", "r");
    assert_non_null(file);
    char line[256], name[32];
    bool *seen = calloc(count, sizeof *seen);
    assert_non_null(seen);
    assert_non_null(fgets(line, sizeof line, file));
    while (fgets(line, sizeof line, file)) {
        double alpha, z, value, slope;
        assert_int_equal(sscanf(line, "%31[^,],%lf,%lf,%lf,%lf", name, &alpha, &z, &value, &slope), 5);
        size_t i = named(name);
        seen[i] = true;
        double a = value_of(in_double, i, (float)alpha, (float)z), s = slope_of(in_double, i, (float)alpha, (float)z);
        HOLDS(fabs(a - value) <= 1e-7 * fabs(value) + 1e-13, list[i], alpha, z);
        HOLDS(fabs(s - slope) <= 1e-7 * fabs(slope) + 1e-13, list[i], alpha, z);
        for (const kind *k = next_kind(NULL); k; k = next_kind(k)) {
            HOLDS(near(value_of(*k, i, (float)alpha, (float)z), value), list[i], alpha, z);
            HOLDS(near(slope_of(*k, i, (float)alpha, (float)z), slope), list[i], alpha, z);
        }
    }
    fclose(file);
    for (size_t i = 0; i < 18; i++)
        assert_true(seen[i]);
    free(seen);
}

/* Every 2^16th float32 or so, of all sizes. Where the result is not next to 0 a value is within 4 ulp (5 on
 * processors that do not fuse); a slope is within 2^-21. */
static void is_close_to_double_precision(void **state)
{
    (void)state;
    enum { STRIDE = 65521 };
    for (size_t i = 0; i < count; i++)
        for (const kind *k = next_kind(NULL); k; k = next_kind(k)) {
            const rl_activation *curve = list[i];
            const rl_curve *kernels = rl_curve_of(k->variant, i), *reference = rl_curve_of(in_double.variant, i);
            float z[WIDEST];
            double a[WIDEST], s[WIDEST], true_a, true_s;
            for (uint64_t bits = 0; bits <= UINT32_MAX; bits += STRIDE * k->lanes) {
                for (size_t l = 0; l < k->lanes; l++) {
                    z[l] = float_of_bits((uint32_t)(bits + l * STRIDE));
                    z[l] = isnan(z[l]) ? -1 : z[l];
                }
                values_and_slopes(*k, kernels, k->lanes, curve->alpha, z, a, s);
                for (size_t l = 0; l < k->lanes; l++) {
                    values_and_slopes(in_double, reference, 1, curve->alpha, &z[l], &true_a, &true_s);
                    bool judged = fabs(true_a) > 0x1p-20 && fabs(true_a) < FLT_MAX;
                    HOLDS(!judged || ulps_between(a[l], true_a) <= (is_plain(*k) ? 5 : 4), curve, curve->alpha, z[l]);
                    HOLDS(fabs(s[l] - true_s) <= 0x1p-21, curve, curve->alpha, z[l]);
                    const rl_interval only = { z[l], z[l] };
                    const rl_interval image = curve->image(only, curve->alpha),
                                      slopes = curve->slopes(only, curve->alpha);
                    HOLDS(holds(image, a[l]) && (holds(image, true_a) || fabs(true_a) > FLT_MAX), curve, curve->alpha,
                        z[l]);
                    HOLDS(holds(slopes, s[l]) && holds(slopes, true_s), curve, curve->alpha, z[l]);
                }
            }
        }
}

static void lies_within_its_intervals_at(const rl_activation *curve, size_t i, float alpha, rl_interval z, float inside)
{
    rl_interval image = curve->image(z, alpha), slopes = curve->slopes(z, alpha);
    HOLDS(image.lo <= image.hi && slopes.lo <= slopes.hi, curve, alpha, z.lo);
    for (const kind *k = next_kind(NULL); k; k = next_kind(k)) {
        double a, s;
        values_and_slopes(*k, rl_curve_of(k->variant, i), 1, alpha, &inside, &a, &s);
        bool beyond_float = k->float64 && fabs(a) > FLT_MAX, steep_beyond = k->float64 && fabs(s) > FLT_MAX;
        HOLDS(beyond_float || holds(image, a), curve, alpha, inside);
        HOLDS(steep_beyond || holds(slopes, s), curve, alpha, inside);
    }
    /* the mean value theorem, with one-sided slopes at kinks */
    if (isfinite(z.lo) && isfinite(z.hi) && z.lo < z.hi) {
        double rise = value_of(in_double, i, alpha, z.hi) - value_of(in_double, i, alpha, z.lo);
        double secant = rise / ((double)z.hi - (double)z.lo);
        double rounding = 1e-15 *
                          (fabs(value_of(in_double, i, alpha, z.hi)) + fabs(value_of(in_double, i, alpha, z.lo))) /
                          ((double)z.hi - (double)z.lo);
        if (isfinite(secant))
            HOLDS(secant >= (double)slopes.lo - rounding && secant <= (double)slopes.hi + rounding, curve, alpha, z.lo);
    }
}

static float between(rl_random *random, rl_interval z)
{
    uint32_t how = rl_random_below(random, 4);
    double low = fmin(fmax((double)z.lo, -FLT_MAX), FLT_MAX), high = fmin(fmax((double)z.hi, -FLT_MAX), FLT_MAX);
    float x = (float)(low + (high - low) * rl_random_uniform(random));
    return how == 0 || x < z.lo ? z.lo : how == 1 || x > z.hi ? z.hi : x;
}

static void lies_within_its_intervals(void **state)
{
    (void)state;
    rl_random random = rl_random_stream(1, RL_FOR_TESTS, 0);
    enum { INTERVALS = 3000 };
    for (size_t i = 0; i < count; i++) {
        float alphas[MOST_ALPHAS];
        size_t alpha_count = alphas_of(list[i], alphas);
        for (size_t a = 0; a < alpha_count; a++)
            for (int n = 0; n < INTERVALS; n++) {
                float one = some_z(&random), other = some_z(&random);
                if (rl_random_below(&random, 2)) /* a short one: as many steps of one ulp as chance has it */
                    other = one + (float)(rl_random_uniform(&random) * pow(10, -(double)rl_random_below(&random, 8)));
                rl_interval z = { fminf(one, other), fmaxf(one, other) };
                lies_within_its_intervals_at(list[i], i, alphas[a], z, between(&random, z));
            }
    }
}

/* Bounds that say nothing would pass the law above. So: over an interval they are no wider than what a walk through
 * it sees, but for the walk's own step and the kernel's rounding. */
static void its_intervals_are_tight(void **state)
{
    (void)state;
    rl_random random = rl_random_stream(2, RL_FOR_TESTS, 0);
    enum { INTERVALS = 60, STEPS = 400 };
    for (size_t i = 0; i < count; i++) {
        float alphas[MOST_ALPHAS];
        size_t alpha_count = alphas_of(list[i], alphas);
        for (size_t a = 0; a < alpha_count; a++)
            for (int n = 0; n < INTERVALS; n++) {
                float alpha = alphas[a];
                double low = rl_random_normal(&random) * 3, width = rl_random_uniform(&random) * 4;
                rl_interval z = { (float)low, (float)(low + width) };
                rl_interval image = list[i]->image(z, alpha), slopes = list[i]->slopes(z, alpha);
                double least = INFINITY, most = -INFINITY, flattest = INFINITY, steepest = -INFINITY;
                for (int step = 0; step <= STEPS; step++) {
                    float x = step == STEPS ? z.hi : z.lo + (float)(width * step / STEPS);
                    double f = value_of(in_double, i, alpha, x), s = slope_of(in_double, i, alpha, x);
                    least = fmin(least, f), most = fmax(most, f);
                    flattest = fmin(flattest, s), steepest = fmax(steepest, s);
                }
                double size = fmax(fabs(least), fabs(most)), steepness = fmax(fabs(flattest), fabs(steepest));
                double slack = 1e-5 * size + 1e-6 + 2 * steepness * width / STEPS;
                HOLDS((double)image.lo >= least - slack && (double)image.hi <= most + slack, list[i], alpha, z.lo);
                double bend =
                    2e-5 * steepness + 1e-6 + 2 * (steepness + 1) * width / STEPS * (1 + fabs(1 / (double)alpha));
                if (alpha == 0)
                    bend = 2e-5 * steepness + 1e-6 + 2 * width / STEPS;
                HOLDS(
                    (double)slopes.lo >= flattest - bend && (double)slopes.hi <= steepest + bend, list[i], alpha, z.lo);
            }
    }
}

/* What certify rests on: on either side of its kink a rectifier's bounds are exact, not merely sound. */
static void rectifiers_have_exact_intervals(void **state)
{
    (void)state;
    for (size_t i = 0; i < count; i++) {
        if (!list[i]->rectifier)
            continue;
        rl_interval image = list[i]->image((rl_interval){ 0.1f, 0.7f }, list[i]->alpha);
        assert_true(image.lo == 0.1f && image.hi == 0.7f);
        rl_interval slopes = list[i]->slopes((rl_interval){ FLT_MIN, 5 }, list[i]->alpha);
        assert_true(slopes.lo == 1 && slopes.hi == 1);
        slopes = list[i]->slopes((rl_interval){ -5, -FLT_MIN }, list[i]->alpha);
        assert_true(slopes.lo == slopes.hi && slopes.lo == (list[i]->has_alpha ? list[i]->alpha : 0));
    }
    const rl_interval below_zero = { -8, 0 };
    assert_true(rl_relu.image(below_zero, 0).lo == 0 && rl_relu.image(below_zero, 0).hi == 0);
    assert_true(rl_leaky_relu.image(below_zero, 0.25f).lo == -2 && rl_leaky_relu.image(below_zero, 0.25f).hi == 0);
    assert_true(rl_leaky_relu.image((rl_interval){ -8, 1 }, -0.25f).lo == 0);
    assert_true(rl_leaky_relu.image((rl_interval){ -8, 1 }, -0.25f).hi == 2);
    assert_true(rl_relu6.image((rl_interval){ -1, 9 }, 0).hi == 6 && rl_relu6.slopes((rl_interval){ 1, 5 }, 0).lo == 1);
}

/* dz += da · f'(z), to the bit, and other rows stay as they are; what is in a fresh dz counts as 0. */
static void backward_adds(void **state)
{
    (void)state;
    rl_random random = rl_random_stream(3, RL_FOR_TESTS, 0);
    for (size_t i = 0; i < count; i++)
        for (const kind *k = next_kind(NULL); k; k = next_kind(k))
            for (int n = 0; n < 200; n++) {
                const bool fresh = n % 2;
                double numbers[3][WIDEST], a[WIDEST], s[WIDEST], sum[WIDEST], alphas[WIDEST];
                float z[WIDEST];
                void *rows[4];
                for (size_t l = 0; l < k->lanes; l++) {
                    z[l] = some_z(&random);
                    numbers[0][l] = (double)z[l];
                    numbers[1][l] = (double)(float)rl_random_normal(&random);
                    numbers[2][l] = (double)(float)rl_random_normal(&random);
                    alphas[l] = (double)list[i]->alpha;
                }
                for (int r = 0; r < 4; r++) {
                    rows[r] = block(*k, k->lanes);
                    to_real(*k, k->lanes, r < 3 ? numbers[r] : alphas, rows[r]);
                }
                values_and_slopes(*k, rl_curve_of(k->variant, i), k->lanes, list[i]->alpha, z, a, s);
                rl_curve_of(k->variant, i)
                    ->backward(1, 1, (rl_alphas){ .first = rows[3] }, rows[0], rows[1], rows[2], fresh);
                from_real(*k, k->lanes, rows[2], sum);
                for (size_t l = 0; l < k->lanes; l++) {
                    double product = numbers[1][l] * s[l];
                    double before = fresh ? 0 : numbers[2][l];
                    double expected = k->float64 ? before + product : (double)((float)before + (float)product);
                    HOLDS(sum[l] == expected, list[i], list[i]->alpha, z[l]);
                }
                for (int r = 0; r < 4; r++)
                    free(rows[r]);
            }
}

static void not_a_number_passes(void **state)
{
    (void)state;
    const float nans[] = { NAN, -NAN, float_of_bits(0x7f800001u), float_of_bits(0xffffffffu) };
    for (size_t i = 0; i < count; i++) {
        float alphas[MOST_ALPHAS];
        size_t alpha_count = alphas_of(list[i], alphas);
        for (size_t a = 0; a < alpha_count; a++)
            for (const kind *k = next_kind(NULL); k; k = next_kind(k))
                for (int n = 0; n < 4; n++) {
                    HOLDS(isnan(value_of(*k, i, alphas[a], nans[n])), list[i], alphas[a], nans[n]);
                    HOLDS(isnan(slope_of(*k, i, alphas[a], nans[n])), list[i], alphas[a], nans[n]);
                }
        float z[5] = { 1, 1, NAN, 1, 1 }, da[5] = { 1, NAN, 1, 1, 1 }, dz[5] = { 0 };
        rl_activation_backward(list[i], 5, list[i]->alpha, z, da, dz);
        assert_true(isnan(dz[1]) && isnan(dz[2]) && !isnan(dz[0]) && !isnan(dz[3]));
    }
}

/* The limit, which is what the largest floats already give (or are on the way to). */
static void infinity_gives_the_limit(void **state)
{
    (void)state;
    for (size_t i = 0; i < count; i++) {
        float alphas[MOST_ALPHAS];
        size_t alpha_count = alphas_of(list[i], alphas);
        for (size_t a = 0; a < alpha_count; a++)
            for (const kind *k = next_kind(NULL); k; k = next_kind(k))
                for (int sign = -1; sign <= 1; sign += 2) {
                    float far = (float)sign * FLT_MAX, infinite = (float)sign * INFINITY;
                    double at = value_of(*k, i, alphas[a], infinite), on_the_way = value_of(*k, i, alphas[a], far);
                    HOLDS(isinf(at) ? fabs(on_the_way) > 1e30 && on_the_way * at > 0 : at == on_the_way, list[i],
                        alphas[a], infinite);
                    double slope = slope_of(*k, i, alphas[a], infinite), slope_far = slope_of(*k, i, alphas[a], far);
                    HOLDS(slope == slope_far || (fabs(slope) < 1e-37 && fabs(slope_far) < 1e-37), list[i], alphas[a],
                        infinite);
                }
    }
}

/* Each lane with its own z and its own α, for every width: the bits of the one-lane variant. */
static void lanes_agree_with_one_lane(void **state)
{
    (void)state;
    rl_random random = rl_random_stream(4, RL_FOR_TESTS, 0);
    for (size_t i = 0; i < count; i++)
        for (const kind *k = next_kind(NULL); k; k = next_kind(k)) {
            kind one = alone(*k);
            if (k->float64)
                continue;
            for (int n = 0; n < 300; n++) {
                float z[WIDEST], alpha[WIDEST], a[WIDEST], dz[WIDEST] = { 0 }, da[WIDEST], choices[MOST_ALPHAS];
                size_t alpha_count = alphas_of(list[i], choices);
                for (size_t l = 0; l < k->lanes; l++) {
                    z[l] = some_z(&random);
                    alpha[l] = choices[rl_random_below(&random, (uint32_t)alpha_count)];
                    da[l] = 1;
                }
                const rl_curve *wide = rl_curve_of(k->variant, i), *narrow = rl_curve_of(one.variant, i);
                wide->forward(1, 1, (rl_alphas){ .first = alpha }, z, a);
                wide->backward(1, 1, (rl_alphas){ .first = alpha }, z, da, dz, false);
                for (size_t l = 0; l < k->lanes; l++) {
                    float a1, dz1 = 0;
                    narrow->forward(1, 1, (rl_alphas){ .first = &alpha[l] }, &z[l], &a1);
                    narrow->backward(1, 1, (rl_alphas){ .first = &alpha[l] }, &z[l], &da[l], &dz1, false);
                    HOLDS(memcmp(&a[l], &a1, sizeof a1) == 0, list[i], alpha[l], z[l]);
                    HOLDS(memcmp(&dz[l], &dz1, sizeof dz1) == 0, list[i], alpha[l], z[l]);
                }
            }
        }
}

static double double_value(size_t i, double alpha, double z)
{
    double a;
    rl_curve_of(in_double.variant, i)->forward(1, 1, (rl_alphas){ .first = &alpha }, &z, &a);
    return a;
}

/* Central differences with step h are off by about h²·f'''/6 + ε·|f|/h. Kinks inside the step are left out: they are
 * where the slopes over it differ by more than any of these smooth curves bends in so short a way. */
static void slope_is_the_derivative(void **state)
{
    (void)state;
    rl_random random = rl_random_stream(5, RL_FOR_TESTS, 0);
    for (size_t i = 0; i < count; i++) {
        float alphas[MOST_ALPHAS];
        size_t alpha_count = alphas_of(list[i], alphas);
        for (size_t a = 0; a < alpha_count; a++) {
            int left_out = 0;
            for (int n = 0; n < 1000; n++) {
                float z = (float)(rl_random_normal(&random) * 3);
                const double h = 2e-5;
                rl_interval slopes = list[i]->slopes((rl_interval){ z - 3e-5f, z + 3e-5f }, alphas[a]);
                double slope = slope_of(in_double, i, alphas[a], z), alpha = (double)alphas[a];
                if ((double)slopes.hi - (double)slopes.lo > 1e-3 * fmax(1, fabs(slope))) {
                    left_out++;
                    continue;
                }
                double difference =
                    (double_value(i, alpha, (double)z + h) - double_value(i, alpha, (double)z - h)) / (2 * h);
                HOLDS(fabs(difference - slope) <= 1e-6 * fmax(1, fabs(slope)), list[i], alphas[a], z);
            }
            assert_in_range(left_out, 0, 20);
        }
    }
}

/* In double precision a slope that is not exactly 0 does not round to 0 up to |z| = 30; farther out a curve goes on
 * as it is there. (CELU with a small α would fall faster: its α is 1 or more here.) */
static void conducts_where_the_exact_slope_is_not_0(void **state)
{
    (void)state;
    rl_random random = rl_random_stream(6, RL_FOR_TESTS, 0);
    for (size_t i = 0; i < count; i++) {
        float alphas[MOST_ALPHAS];
        size_t alpha_count = alphas_of(list[i], alphas);
        for (size_t a = 0; a < alpha_count; a++)
            for (int n = 0; n < 3000; n++) {
                float z = some_z(&random), held = fmaxf(fminf(z, 30), -30);
                bool expected = slope_of(in_double, i, alphas[a], held) != 0;
                HOLDS(rl_activation_conducts(list[i], alphas[a], z) == expected, list[i], alphas[a], z);
            }
        assert_true(rl_activation_conducts(list[i], list[i]->alpha, NAN));
    }
    assert_false(rl_activation_conducts(&rl_relu, 0, 0));
    assert_true(rl_activation_conducts(&rl_relu, 1, 0));
    assert_false(rl_activation_conducts(&rl_relu, 1, -1e-45f));
    assert_false(rl_activation_conducts(&rl_leaky_relu, 0, -1));
    assert_true(rl_activation_conducts(&rl_leaky_relu, 1e-45f, -1));
    assert_false(rl_activation_conducts(&rl_relu6, 0, 6));
    assert_false(rl_activation_conducts(&rl_hard_swish, 0, -3));
    assert_false(rl_activation_conducts(&rl_hard_swish, 0, -1.5f));
    assert_true(rl_activation_conducts(&rl_sigmoid, 0, 1e4f));
    assert_true(rl_activation_conducts(&rl_gelu, 0, -1e4f));
}

/* Counts a unit and lane, added to what was there: who conducts, who fires, who is no number. */
static void watch_counts(void **state)
{
    (void)state;
    rl_random random = rl_random_stream(7, RL_FOR_TESTS, 0);
    enum { BATCH = 9, UNITS = 3 };
    for (size_t i = 0; i < count; i++)
        for (const kind *k = next_kind(NULL); k; k = next_kind(k)) {
            double numbers[BATCH * UNITS * WIDEST], alphas[WIDEST];
            size_t rows = UNITS * k->lanes;
            for (size_t l = 0; l < WIDEST; l++)
                alphas[l] = (double)list[i]->alpha;
            for (size_t n = 0; n < BATCH * rows; n++)
                numbers[n] = rl_random_below(&random, 6) == 0 ? (double)NAN : (double)some_z(&random);
            void *z = block(*k, BATCH * rows), *alpha = block(*k, k->lanes);
            to_real(*k, BATCH * rows, numbers, z);
            to_real(*k, k->lanes, alphas, alpha);
            void *counts[3];
            size_t size = k->float64 ? sizeof(int64_t) : sizeof(int32_t);
            for (int c = 0; c < 3; c++) {
                counts[c] = calloc(rows, size);
                assert_non_null(counts[c]);
            }
            const rl_curve *curve = rl_curve_of(k->variant, i);
            for (int twice = 0; twice < 2; twice++)
                curve->watch(BATCH, UNITS, (rl_alphas){ .first = alpha }, z, counts[0], counts[1], counts[2]);
            for (size_t r = 0; r < rows; r++) {
                int64_t expected[3] = { 0 };
                for (size_t b = 0; b < BATCH; b++) {
                    float x = (float)numbers[b * rows + r];
                    expected[0] += isfinite(x) && rl_activation_conducts(list[i], list[i]->alpha, x);
                    expected[1] += isfinite(x) && x > 0;
                    expected[2] += !isfinite(x);
                }
                for (int c = 0; c < 3; c++) {
                    int64_t got = k->float64 ? ((int64_t *)counts[c])[r] : ((int32_t *)counts[c])[r];
                    if (got != 2 * expected[c])
                        fail_msg("%s: count %d of row %zu is %d, not %d", list[i]->name, c, r, (int)got,
                            (int)(2 * expected[c]));
                }
            }
            for (int c = 0; c < 3; c++)
                free(counts[c]);
            free(z);
            free(alpha);
        }
}

/* α for row b and unit u stands at b · per_row + u · per_unit, on all four loops. */
static void every_element_finds_its_alpha(void **state)
{
    (void)state;
    enum { BATCH = 3, UNITS = 4 };
    static const size_t steps[][2] = { { 0, 0 }, { 0, 1 }, { UNITS, 1 } };
    for (const kind *k = next_kind(NULL); k; k = next_kind(k))
        for (int s = 0; s < 3; s++) {
            size_t lanes = k->lanes, n = BATCH * UNITS * lanes;
            double z[BATCH * UNITS * WIDEST], alpha[BATCH * UNITS * WIDEST], ones[BATCH * UNITS * WIDEST],
                zeros[BATCH * UNITS * WIDEST] = { 0 }, a[BATCH * UNITS * WIDEST], dz[BATCH * UNITS * WIDEST],
                                      dalpha[BATCH * UNITS * WIDEST], expected_dalpha[BATCH * UNITS * WIDEST] = { 0 };
            for (size_t j = 0; j < n; j++) {
                z[j] = -(double)(j + 1);
                alpha[j] = (double)(j % 7) / 8;
                ones[j] = 1;
            }
            void *rows[6];
            const double *from[6] = { z, alpha, ones, zeros, zeros, zeros };
            for (int r = 0; r < 6; r++) {
                rows[r] = block(*k, n);
                to_real(*k, n, from[r], rows[r]);
            }
            const rl_alphas alphas = { .first = rows[1], .per_row = steps[s][0], .per_unit = steps[s][1] };
            const rl_curve *curve = rl_curve_of(k->variant, rl_activation_index(&rl_prelu));
            curve->forward(BATCH, UNITS, alphas, rows[0], rows[3]);
            curve->backward(BATCH, UNITS, alphas, rows[0], rows[2], rows[4], false);
            curve->alpha_backward(BATCH, UNITS, alphas, rows[0], rows[2], rows[5]);
            from_real(*k, n, rows[3], a);
            from_real(*k, n, rows[4], dz);
            from_real(*k, n, rows[5], dalpha);
            for (size_t b = 0; b < BATCH; b++)
                for (size_t u = 0; u < UNITS; u++)
                    for (size_t l = 0; l < lanes; l++) {
                        size_t j = (b * UNITS + u) * lanes + l, at = (b * steps[s][0] + u * steps[s][1]) * lanes + l;
                        assert_true(a[j] == alpha[at] * z[j]);
                        assert_true(dz[j] == alpha[at]);
                        expected_dalpha[at] += z[j];
                    }
            for (size_t j = 0; j < n; j++)
                assert_true(dalpha[j] == expected_dalpha[j]);
            for (int r = 0; r < 6; r++)
                free(rows[r]);
        }
}

/* ∂f/∂α by finite differences, and 0 where z > 0. */
static void learned_alpha_has_its_derivative(void **state)
{
    (void)state;
    rl_random random = rl_random_stream(8, RL_FOR_TESTS, 0);
    for (size_t i = 0; i < count; i++) {
        const rl_curve *curve = rl_curve_of(in_double.variant, i);
        assert_true((curve->alpha_backward != NULL) == list[i]->learned);
        for (int n = 0; n < 200 && list[i]->learned; n++) {
            double alpha = rl_random_normal(&random), z = rl_random_normal(&random), da = 3, dalpha = 5;
            const double h = 1e-5;
            double difference = (double_value(i, alpha + h, z) - double_value(i, alpha - h, z)) / (2 * h);
            curve->alpha_backward(1, 1, (rl_alphas){ .first = &alpha }, &z, &da, &dalpha);
            HOLDS(fabs(dalpha - 5 - 3 * difference) < 1e-6, list[i], alpha, z);
        }
        double alpha = 0.25, z = NAN, da = 1, dalpha = 0;
        if (list[i]->learned) {
            curve->alpha_backward(1, 1, (rl_alphas){ .first = &alpha }, &z, &da, &dalpha);
            assert_true(isnan(dalpha));
        }
    }
}

/* The public functions on arrays of any length: each number as one lane gives it, and nothing behind the end. */
static void arrays_of_any_length(void **state)
{
    (void)state;
    rl_random random = rl_random_stream(9, RL_FOR_TESTS, 0);
    kind one = { rl_variant_for(1, false), 1, false };
    if (rl_variant_for(rl_lanes_best(), false) == RL_VARIANT_plain4)
        one = kinds[0];
    for (size_t i = 0; i < count; i++)
        for (size_t n = 0; n <= 40; n++) {
            float *z = block(one, n + 1), *a = block(one, n + 1), *da = block(one, n + 1), *dz = block(one, n + 1);
            for (size_t j = 0; j < n; j++) {
                z[j] = some_z(&random);
                da[j] = 1;
                dz[j] = 5;
            }
            a[n] = dz[n] = 77;
            rl_activation_forward(list[i], n, list[i]->alpha, z, a);
            rl_activation_backward(list[i], n, list[i]->alpha, z, da, dz);
            for (size_t j = 0; j < n; j++) {
                HOLDS((double)a[j] == value_of(one, i, list[i]->alpha, z[j]), list[i], list[i]->alpha, z[j]);
                HOLDS(dz[j] == 5 + (float)slope_of(one, i, list[i]->alpha, z[j]), list[i], list[i]->alpha, z[j]);
            }
            assert_true(a[n] == 77 && dz[n] == 77);
            free(z), free(a), free(da), free(dz);
        }
}

/* The loop past the caches, on every variant: forward's bits, its own rows only. Its rows are aligned to their size. */
static void streams_what_forward_gives(void **state)
{
    (void)state;
    enum { ROWS = 521, MOST = (ROWS + 1) * WIDEST }; /* two turns of every place, and a rest, at any width */
    rl_random random = rl_random_stream(11, RL_FOR_TESTS, 0);
    size_t streaming = 0;
    for (size_t i = 0; i < count; i++)
        for (const kind *k = next_kind(NULL); k; k = next_kind(k)) {
            const rl_curve *kernels = rl_curve_of(k->variant, i);
            if (!kernels->stream)
                continue;
            streaming++;
            _Alignas(64) double rows[3][MOST]; /* of reals: z, forward's a, stream's a */
            double alpha_row[WIDEST], z[MOST], alphas[WIDEST];
            for (size_t j = 0; j < MOST; j++)
                z[j] = j == 7 ? NAN : (double)some_z(&random);
            for (size_t l = 0; l < WIDEST; l++)
                alphas[l] = (double)list[i]->alpha;
            to_real(*k, MOST, z, rows[0]);
            to_real(*k, k->lanes, alphas, alpha_row);
            memset(rows[1], 77, sizeof rows[1]);
            memset(rows[2], 77, sizeof rows[2]);
            kernels->forward(1, ROWS, (rl_alphas){ .first = alpha_row }, rows[0], rows[1]);
            kernels->stream(ROWS, alpha_row, rows[0], rows[2]);
            HOLDS(memcmp(rows[1], rows[2], sizeof rows[1]) == 0, list[i], list[i]->alpha, k->lanes);
        }
    assert_true(streaming > 0);
}

/* The public function on an array far larger than the caches that begins and ends within a row. */
static void arrays_larger_than_the_caches(void **state)
{
    (void)state;
    enum { PERIOD = 997, BEFORE = 3, N = (1 << 23) + 37 };
    rl_random random = rl_random_stream(12, RL_FOR_TESTS, 0);
    float *z = malloc(N * sizeof *z), *room = malloc((BEFORE + N + 1) * sizeof *room), *a = room + BEFORE;
    assert_non_null(z);
    assert_non_null(room);
    for (size_t j = 0; j < N; j++)
        z[j] = j < PERIOD ? some_z(&random) : z[j - PERIOD];
    for (size_t i = 0; i < count; i++) {
        float expected[PERIOD];
        rl_activation_forward(list[i], PERIOD, list[i]->alpha, z, expected);
        a[-1] = a[N] = 77;
        rl_activation_forward(list[i], N, list[i]->alpha, z, a);
        for (size_t j = 0; j < N; j += PERIOD)
            assert_memory_equal(a + j, expected, (N - j < PERIOD ? N - j : PERIOD) * sizeof *a);
        assert_true(a[-1] == 77 && a[N] == 77);
    }
    free(z), free(room);
}

static void curves_are_found_by_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < count; i++) {
        rl_error err = { 0 };
        assert_ptr_equal(rl_activation_named(list[i]->name, &err), list[i]);
        assert_int_equal(rl_activation_index(list[i]), i);
        assert_non_null(list[i]->formula);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(list[i]->name, list[j]->name);
    }
    rl_error err = { 0 };
    assert_null(rl_activation_named("leaky_rleu", &err));
    assert_int_equal(err.code, RL_BAD_CONFIG);
    assert_non_null(strstr(err.text, "leaky_relu"));
    assert_null(rl_activation_named("relu", &err)); /* the error sticks */
    rl_activation stranger = rl_relu;
    assert_int_equal(rl_activation_index(&stranger), (size_t)-1);
    float z[3] = { -1, 0, 2 }, a[3];
    rl_activation_forward(&stranger, 3, 0, z, a);
    assert_true(a[0] == 0 && a[1] == 0 && a[2] == 2);
}

/* A kink is named, and only where there is one: the one-sided slopes differ there. */
static void kinks_are_stated(void **state)
{
    (void)state;
    for (size_t i = 0; i < count; i++) {
        float alpha = list[i]->alpha == 1 ? 0.5f : list[i]->alpha; /* ELU is smooth at its default */
        double widest = 0;
        for (size_t e = 0; e < EDGES; e++)
            if (isfinite(edges[e]) && fabsf(edges[e]) < 10) {
                rl_interval slopes = list[i]->slopes((rl_interval){ edges[e], edges[e] }, alpha);
                widest = fmax(widest, (double)slopes.hi - (double)slopes.lo);
            }
        if (list[i]->kink)
            HOLDS(widest > 0.1, list[i], alpha, 0);
        else
            HOLDS(widest < 1e-4, list[i], alpha, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matches_its_examples),
        cmocka_unit_test(agrees_with_pytorch),
        cmocka_unit_test(is_close_to_double_precision),
        cmocka_unit_test(lies_within_its_intervals),
        cmocka_unit_test(its_intervals_are_tight),
        cmocka_unit_test(rectifiers_have_exact_intervals),
        cmocka_unit_test(backward_adds),
        cmocka_unit_test(not_a_number_passes),
        cmocka_unit_test(infinity_gives_the_limit),
        cmocka_unit_test(lanes_agree_with_one_lane),
        cmocka_unit_test(slope_is_the_derivative),
        cmocka_unit_test(conducts_where_the_exact_slope_is_not_0),
        cmocka_unit_test(watch_counts),
        cmocka_unit_test(every_element_finds_its_alpha),
        cmocka_unit_test(learned_alpha_has_its_derivative),
        cmocka_unit_test(arrays_of_any_length),
        cmocka_unit_test(streams_what_forward_gives),
        cmocka_unit_test(arrays_larger_than_the_caches),
        cmocka_unit_test(curves_are_found_by_name),
        cmocka_unit_test(kinks_are_stated),
    };
    return cmocka_run_group_tests(tests, find_the_list, NULL);
}
