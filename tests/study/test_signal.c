/* Signal through many layers: what is known of it holds within 4 standard errors, and a gradient is a gradient. */
#include "nets.h"
#include "relive_study.h"

#include <math.h>

static rl_signals found_with(const rl_signal *signal)
{
    rl_error err = { 0 };
    rl_signals found;
    assert_true(rl_signal_run(signal, &found, &err));
    return found;
}

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

/* Orthogonal weights turn a signal and a straight line passes it: the mean square of every layer is that of x, here of one
 * net, by the sum itself. */
static void a_turned_signal_keeps_its_size(void **state)
{
    (void)state;
    enum { WIDTH = 7 };
    const rl_arm line = { .curve = &rl_identity };
    const rl_drawing turned = { &rl_orthogonal, 0 };
    const int depth = 5;
    rl_signals found = found_with(&(rl_signal){ .curves = &line,
        .curve_count = 1,
        .inits = &turned,
        .init_count = 1,
        .depths = &depth,
        .depth_count = 1,
        .width = WIDTH,
        .trials = 1,
        .first_seed = 23 });
    rl_random random = rl_random_stream(23, RL_FOR_SIGNAL, 0);
    double squares = 0;
    for (int i = 0; i < WIDTH; i++) {
        const double x = rl_random_normal(&random);
        squares += x * x;
    }
    for (int l = 0; l < depth; l++)
        assert_true(fabs(found.cases[0].layers[l].variance.mean / (squares / WIDTH) - 1) < 1e-5);
    rl_signals_free(&found);
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

/* A sigmoid's slope is at most 1/4, so the gradient falls at least as fast as (|W|/4)^layers; that of tanh does not. */
static void sigmoid_s_gradient_vanishes(void **state)
{
    (void)state;
    const rl_arm curves[] = { { .curve = &rl_sigmoid }, { .curve = &rl_tanh }, { .curve = &rl_relu } };
    const rl_drawing inits[] = { { &rl_xavier, 0 }, { &rl_orthogonal, 0 } };
    const int depths[] = { 10, 20 };
    const rl_signal signal = { .curves = curves,
        .curve_count = 3,
        .inits = inits,
        .init_count = 2,
        .depths = depths,
        .depth_count = 2,
        .width = 32,
        .trials = 40 };
    rl_signals found = found_with(&signal);
    for (size_t c = 0; c < 12; c++) {
        const rl_signal_case *about = &found.cases[c];
        const double share = about->layers[0].gradient.median / about->layers[about->depth - 1].gradient.median;
        if (about->curve.curve == &rl_sigmoid)
            assert_true(share < pow(0.27, about->depth - 2) && share > 0);
        else
            assert_true(share > 0.2 && share < 5);
    }
    rl_signals_free(&found);
}

/* Same seeds, same numbers, however many threads; and a deeper net begins with the shallower one. */
static void threads_change_nothing_and_depths_share_their_beginning(void **state)
{
    (void)state;
    const rl_arm curves[] = { { .curve = &rl_relu }, { .curve = &rl_tanh } };
    const rl_drawing inits[] = { { &rl_he, 0 }, { &rl_normal, 0.2f } };
    const int depths[] = { 3, 6 };
    rl_signal signal = { .curves = curves,
        .curve_count = 2,
        .inits = inits,
        .init_count = 2,
        .depths = depths,
        .depth_count = 2,
        .width = 16,
        .trials = 9,
        .threads = 1,
        .first_seed = 5 };
    rl_signals one = found_with(&signal);
    signal.threads = 3;
    rl_signals three = found_with(&signal);
    assert_int_equal(one.case_count, 8);
    for (size_t c = 0; c < 8; c++) {
        const size_t bytes = (size_t)one.cases[c].depth * sizeof *one.cases[c].layers;
        assert_memory_equal(one.cases[c].layers, three.cases[c].layers, bytes);
        assert_int_equal(one.cases[c].trials, 9);
    }
    for (size_t c = 0; c < 8; c += 2) /* the layers below do not know how many come above */
        for (int l = 0; l < 3; l++)
            assert_true(one.cases[c].layers[l].variance.mean == one.cases[c + 1].layers[l].variance.mean);
    rl_signals_free(&one);
    rl_signals_free(&three);
}

static void bad_ones_say_what(void **state)
{
    (void)state;
    const rl_arm relu = { .curve = &rl_relu };
    const rl_drawing he = { &rl_he, 0 };
    const int depths[] = { 2, 0 };
    const rl_signal good = { .curves = &relu,
        .curve_count = 1,
        .inits = &he,
        .init_count = 1,
        .depths = depths,
        .depth_count = 1,
        .width = 4,
        .trials = 1 };
    for (int c = 0; c < 3; c++) {
        static const char *const said[] = { "trial", "width 0", "depth 0" };
        rl_signal signal = good;
        rl_error err = { 0 };
        rl_signals found;
        signal.trials = c == 0 ? 0 : 1;
        signal.width = c == 1 ? 0 : 4;
        signal.depth_count = c == 2 ? 2 : 1;
        assert_false(rl_signal_run(&signal, &found, &err));
        assert_non_null(strstr(err.text, said[c]));
    }
}

static bool run_once(rl_memory memory, rl_error *err)
{
    const rl_arm relu = { .curve = &rl_relu };
    const rl_drawing he = { &rl_he, 0 };
    const int depth = 2;
    const rl_signal signal = { .curves = &relu,
        .curve_count = 1,
        .inits = &he,
        .init_count = 1,
        .depths = &depth,
        .depth_count = 1,
        .width = 4,
        .trials = 2,
        .threads = 1,
        .memory = memory };
    rl_signals found;
    if (rl_signal_run(&signal, &found, err))
        rl_signals_free(&found);
    return !err->code;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    fail_every_allocation(run_once);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_lesson_s_ratios),
        cmocka_unit_test(a_turned_signal_keeps_its_size),
        cmocka_unit_test(slopes_below_zero),
        cmocka_unit_test(asymmetric_begins_as_its_paper_says),
        cmocka_unit_test(sigmoid_s_gradient_vanishes),
        cmocka_unit_test(threads_change_nothing_and_depths_share_their_beginning),
        cmocka_unit_test(bad_ones_say_what),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
