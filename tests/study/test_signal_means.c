/* Signal through many layers: what is known of its mean over nets holds within 4 standard errors. */
#include "study/signals.h"

static void assert_within(double seen, double se, double expected)
{
    if (!(fabs(seen - expected) <= 4 * se))
        fail_msg("%g ± %g, expected %g", seen, se, expected);
}

/* Every layer's ratio where it should be: by this factor a layer. */
static void assert_ratios(
    const rl_drawing *inits, const double *factors, size_t count, int depth, int width, size_t trials)
{
    const rl_arm relu = { .curve = &rl_relu };
    const rl_signal signal = { .curves = &relu,
        .curve_count = 1,
        .inits = inits,
        .init_count = count,
        .depths = &depth,
        .depth_count = 1,
        .width = width,
        .trials = trials,
        .first_seed = 11 };
    rl_signals found = found_with(&signal);
    for (size_t i = 0; i < count; i++)
        for (int l = 0; l < depth; l++) {
            const rl_signal_layer *layer = &found.cases[i].layers[l];
            const double expected = pow(factors[i], l);
            assert_true(fabs(layer->expected / expected - 1) < 1e-9);
            if (l == 0)
                assert_true(layer->ratio.mean == 1 && layer->ratio.se == 0);
            else
                assert_within(layer->ratio.mean, layer->ratio.se, expected);
            assert_true(l < 9 || layer->ratio.median < layer->ratio.mean); /* heavy-tailed */
        }
    rl_signals_free(&found);
}

/* E[Var_30/Var_1]: 1 with He's variance, 2^-29 with 1/n. Narrower nets have tails so heavy that a standard error of some
 * hundred nets says little, so there other initialisers go less deep. */
static void the_lesson_s_ratios(void **state)
{
    (void)state;
    const rl_drawing lesson[] = { { &rl_he, 0 }, { &rl_lecun, 0 } };
    const rl_drawing others[] = { { &rl_xavier, 0 }, { &rl_orthogonal, 0 }, { &rl_he_uniform, 0 } };
    assert_ratios(lesson, (const double[]){ 1, 0.5 }, 2, 30, 96, 250);
    assert_ratios(others, (const double[]){ 0.5, 1, 1 }, 3, 10, 48, 250);
}

/* A rectifier with slope α passes (1 + α²)/2; one with slope 1, a straight line, passes all, and then nothing is lost on
 * the way back either: the gradient of layer l by that of the last has a mean square of 1. */
static void slopes_below_zero(void **state)
{
    (void)state;
    const rl_arm curves[] = { { .curve = &rl_leaky_relu, .alpha = 0.5f }, { .curve = &rl_leaky_relu, .alpha = 1 },
        { .curve = &rl_identity } };
    const double passed[] = { 0.625, 1, 1 };
    const rl_drawing lecun = { &rl_lecun, 0 };
    const int depth = 8;
    const rl_signal signal = { .curves = curves,
        .curve_count = 3,
        .inits = &lecun,
        .init_count = 1,
        .depths = &depth,
        .depth_count = 1,
        .width = 48,
        .trials = 400 };
    rl_signals found = found_with(&signal);
    for (int c = 0; c < 3; c++) {
        const rl_signal_layer *last = &found.cases[c].layers[depth - 1];
        assert_true(fabs(last->expected / pow(passed[c], depth - 1) - 1) < 1e-6);
        assert_within(last->ratio.mean, last->ratio.se, last->expected);
    }
    for (int l = 0; l < depth; l++) /* a straight line is the identity */
        assert_true(found.cases[1].layers[l].gradient.mean == found.cases[2].layers[l].gradient.mean);
    rl_signals_free(&found);
}

/* The first layer of the asymmetric initialiser: E[z²] = (|x|² + 1)(σ² + 1/2)/(n + 1), σ = 0.6007, |x|² = n in the mean. */
static void asymmetric_begins_as_its_paper_says(void **state)
{
    (void)state;
    enum { N = 24 };
    const rl_arm relu = { .curve = &rl_relu };
    const rl_drawing asymmetric = { &rl_asymmetric, 0 };
    const int depth = 2;
    const rl_signal signal = { .curves = &relu,
        .curve_count = 1,
        .inits = &asymmetric,
        .init_count = 1,
        .depths = &depth,
        .depth_count = 1,
        .width = N,
        .trials = 2000 };
    rl_signals found = found_with(&signal);
    const rl_spread first = found.cases[0].layers[0].variance;
    assert_within(first.mean, first.se, (N + 1) * (0.6007 * 0.6007 + 0.5) / (N + 1));
    assert_true(isnan(found.cases[0].layers[1].expected));
    rl_signals_free(&found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_lesson_s_ratios),
        cmocka_unit_test(slopes_below_zero),
        cmocka_unit_test(asymmetric_begins_as_its_paper_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
