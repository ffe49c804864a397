/* Optimisers: PyTorch's trajectories (optimisers.txt), and the laws that hold for each of them. */
#include "golden/golden.h"
#include "kernel/variants.h"

#include <math.h>

#include "num/random.h"
#include "train/optimisers.h"

enum { ROWS = 6, MOST_LANES = 16, MOST = ROWS * MOST_LANES };

/* Everything that an optimiser reads and writes, as reals of k, in blocks of the very size. */
typedef struct {
    kind k;
    const rl_optimiser *optimiser;
    void *w, *dw, *rate;
    rl_update update;
} descent;

static descent descent_new(kind k, const rl_optimiser *optimiser, const double *w, const double *rate)
{
    descent d = { .k = k, .optimiser = rl_optimiser_of(k.variant, optimiser) };
    assert_non_null(d.optimiser);
    assert_string_equal(d.optimiser->name, optimiser->name);
    assert_in_range(d.optimiser->moments, 0, RL_MOST_MOMENTS);
    d.w = block(k, ROWS * k.lanes);
    d.dw = block(k, ROWS * k.lanes);
    d.rate = block(k, k.lanes);
    to_real(k, ROWS * k.lanes, w, d.w);
    to_real(k, k.lanes, rate, d.rate);
    d.update = (rl_update){ .count = ROWS,
        .w = d.w,
        .dw = d.dw,
        .rate = d.rate,
        .momentum = 0.9,
        .beta1 = 0.9,
        .beta2 = 0.999,
        .smoothing = 0.99,
        .epsilon = 1e-8 };
    for (int m = 0; m < d.optimiser->moments; m++) {
        double zeros[MOST] = { 0 };
        d.update.moments[m] = block(k, ROWS * k.lanes);
        to_real(k, ROWS * k.lanes, zeros, d.update.moments[m]);
    }
    return d;
}

static void descent_step(descent *d, const double *gradient)
{
    to_real(d->k, ROWS * d->k.lanes, gradient, d->dw);
    d->update.step++;
    d->optimiser->step(&d->update);
}

static void descent_weights(const descent *d, double *w)
{
    from_real(d->k, ROWS * d->k.lanes, d->w, w);
}

static void descent_free(descent *d)
{
    for (int m = 0; m < RL_MOST_MOMENTS; m++)
        free(d->update.moments[m]);
    free(d->w);
    free(d->dw);
    free(d->rate);
}

/* float32 against float64 over 100 steps: each step rounds w (|w| up to 8) and its moments by at most 2⁻²⁴ of
 * themselves, so 100 of them stay far below 1e-5; a wrong formula is off by 1e-3 or more. */
static void pytorch_agrees(void **state)
{
    (void)state;
    golden g = golden_open("optimisers.txt");
    size_t count, seen;
    double *start = golden_numbers(&g, "start", &count), *gradients = golden_numbers(&g, "gradients", &count);
    double *decayed = golden_numbers(&g, "decays", &count), *steps = golden_numbers(&g, "steps", &seen);
    unsigned char decays[ROWS];
    assert_int_equal(count, ROWS);
    for (size_t i = 0; i < ROWS; i++)
        decays[i] = decayed[i] > 0;
    int cases = 0;
    for (; golden_line(&g, golden_case(cases, "optimiser").text); cases++) {
        rl_error err = { 0 };
        const rl_optimiser *optimiser =
            rl_optimiser_named(golden_words(&g, golden_case(cases, "optimiser").text), &err);
        assert_int_equal(err.code, RL_OK);
        double l2 = golden_number(&g, golden_case(cases, "l2").text);
        double *expected = golden_numbers(&g, golden_case(cases, "weights").text, &count);
        assert_int_equal(count, seen * ROWS);
        for (const kind *k = next_kind(NULL); k; k = next_kind(k)) {
            double w[MOST], gradient[MOST], rate[MOST_LANES];
            for (size_t i = 0; i < ROWS * k->lanes; i++)
                w[i] = start[i / k->lanes];
            for (size_t l = 0; l < k->lanes; l++)
                rate[l] = 0.015625;
            descent d = descent_new(*k, optimiser, w, rate);
            d.update.decays = decays;
            d.update.l2 = d.optimiser->decouples_decay ? l2 : 0;
            for (size_t step = 1, at = 0; step <= 100; step++) {
                descent_weights(&d, w);
                for (size_t i = 0; i < ROWS * k->lanes; i++) { /* what the trainer adds where l2 is not decoupled */
                    gradient[i] = gradients[(step - 1) * ROWS + i / k->lanes];
                    if (!d.optimiser->decouples_decay && decays[i / k->lanes])
                        gradient[i] += l2 * w[i];
                }
                descent_step(&d, gradient);
                if ((double)step != steps[at])
                    continue;
                descent_weights(&d, w);
                for (size_t i = 0; i < ROWS * k->lanes; i++) {
                    double wanted = expected[at * ROWS + i / k->lanes];
                    double tolerance = (k->float64 ? 1e-12 : 1e-5) * fmax(1, fabs(wanted));
                    if (!(fabs(w[i] - wanted) <= tolerance))
                        fail_msg("%s, l2 %g, step %zu, parameter %zu, %zu lanes: %.17g, PyTorch %.17g", optimiser->name,
                            l2, step, i / k->lanes, k->lanes, w[i], wanted);
                }
                at++;
            }
            descent_free(&d);
        }
        free(expected);
    }
    assert_int_equal(cases, 12);
    free(start);
    free(gradients);
    free(decayed);
    free(steps);
    golden_close(&g);
}

/* Random starts and gradients, and a rate of its own for each lane. */
static void each_lane_walks_alone(void **state)
{
    (void)state;
    rl_random random = rl_random_stream(1, RL_FOR_TESTS, 0);
    static const unsigned char decays[ROWS] = { 1, 0, 1, 1, 0, 0 };
    size_t count;
    const rl_optimiser *const *all = rl_optimisers(&count);
    for (size_t o = 0; o < count; o++)
        for (const kind *k = next_kind(NULL); k; k = next_kind(k)) {
            double w[MOST], rate[MOST_LANES], gradients[20][MOST];
            for (size_t i = 0; i < ROWS * k->lanes; i++)
                w[i] = rl_random_normal(&random);
            for (size_t l = 0; l < k->lanes; l++)
                rate[l] = 0.01 * (double)(l + 1);
            for (int step = 0; step < 20; step++)
                for (size_t i = 0; i < ROWS * k->lanes; i++)
                    gradients[step][i] = rl_random_normal(&random);
            descent packed = descent_new(*k, all[o], w, rate);
            packed.update.decays = decays;
            packed.update.l2 = 0.25;
            for (int step = 0; step < 20; step++)
                descent_step(&packed, gradients[step]);
            double together[MOST];
            descent_weights(&packed, together);
            for (size_t l = 0; l < k->lanes; l++) {
                double own[ROWS];
                for (size_t i = 0; i < ROWS; i++)
                    own[i] = w[i * k->lanes + l];
                descent single = descent_new(alone(*k), all[o], own, &rate[l]);
                single.update.decays = decays;
                single.update.l2 = 0.25;
                for (int step = 0; step < 20; step++) {
                    for (size_t i = 0; i < ROWS; i++)
                        own[i] = gradients[step][i * k->lanes + l];
                    descent_step(&single, own);
                }
                descent_weights(&single, own);
                for (size_t i = 0; i < ROWS; i++)
                    assert_true(own[i] == together[i * k->lanes + l]);
                descent_free(&single);
            }
            descent_free(&packed);
        }
}

/* A gradient that is not a number breaks its own parameter, in its own lane, and nothing else. */
static void nan_stays_where_it_is(void **state)
{
    (void)state;
    size_t count;
    const rl_optimiser *const *all = rl_optimisers(&count);
    for (size_t o = 0; o < count; o++)
        for (const kind *k = next_kind(NULL); k; k = next_kind(k))
            for (size_t sick = 0; sick < ROWS * k->lanes; sick += 5) {
                double w[MOST], gradient[MOST], rate[MOST_LANES];
                for (size_t i = 0; i < ROWS * k->lanes; i++)
                    w[i] = gradient[i] = 1;
                for (size_t l = 0; l < k->lanes; l++)
                    rate[l] = 0.5;
                gradient[sick] = NAN;
                descent d = descent_new(*k, all[o], w, rate);
                descent_step(&d, gradient);
                descent_weights(&d, w);
                for (size_t i = 0; i < ROWS * k->lanes; i++)
                    assert_true(i == sick ? isnan(w[i]) : w[i] < 1);
                descent_free(&d);
            }
}

/* A lane that has ended gets rate 0: whatever the gradients say, its parameters keep their bits. */
static void rate_0_stands_still(void **state)
{
    (void)state;
    rl_random random = rl_random_stream(2, RL_FOR_TESTS, 0);
    static const unsigned char decays[ROWS] = { 1, 1, 1, 1, 1, 1 };
    size_t count;
    const rl_optimiser *const *all = rl_optimisers(&count);
    for (size_t o = 0; o < count; o++)
        for (const kind *k = next_kind(NULL); k; k = next_kind(k)) {
            double before[MOST], after[MOST], gradient[MOST], rate[MOST_LANES] = { 0 };
            for (size_t i = 0; i < ROWS * k->lanes; i++) {
                before[i] = (float)rl_random_normal(&random);
                gradient[i] = rl_random_normal(&random);
            }
            for (size_t l = 1; l < k->lanes; l++)
                rate[l] = 0.125;
            descent d = descent_new(*k, all[o], before, rate);
            d.update.decays = decays;
            d.update.l2 = 0.25;
            for (int step = 0; step < 3; step++)
                descent_step(&d, gradient);
            descent_weights(&d, after);
            for (size_t i = 0; i < ROWS * k->lanes; i++)
                assert_true((after[i] == before[i]) == (i % k->lanes == 0));
            descent_free(&d);
        }
}

static void names(void **state)
{
    (void)state;
    size_t count;
    const rl_optimiser *const *all = rl_optimisers(&count);
    assert_int_equal(count, 6);
    for (size_t o = 0; o < count; o++) {
        rl_error err = { 0 };
        assert_ptr_equal(rl_optimiser_named(rl_optimiser_name(all[o]), &err), all[o]);
        assert_int_equal(err.code, RL_OK);
    }
    rl_error err = { 0 };
    assert_null(rl_optimiser_named("adamm", &err));
    assert_int_equal(err.code, RL_BAD_CONFIG);
    assert_non_null(strstr(err.text, "\"adam\""));
    assert_null(rl_optimiser_named("adam", &err)); /* an error sticks */
    rl_optimiser foreign = rl_sgd;
    assert_null(rl_optimiser_of(RL_VARIANT_plain1, &foreign));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pytorch_agrees),
        cmocka_unit_test(each_lane_walks_alone),
        cmocka_unit_test(nan_stays_where_it_is),
        cmocka_unit_test(rate_0_stands_still),
        cmocka_unit_test(names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
