/* Signal through many layers: sizes that are exact, gradients that vanish, threads, errors. What holds in the mean over
 * many nets is in test_signal_means.c. */
#include "study/signals.h"

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
        cmocka_unit_test(a_turned_signal_keeps_its_size),
        cmocka_unit_test(sigmoid_s_gradient_vanishes),
        cmocka_unit_test(threads_change_nothing_and_depths_share_their_beginning),
        cmocka_unit_test(bad_ones_say_what),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
