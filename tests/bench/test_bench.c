/* The benchmark's arithmetic: flops of a net, medians and ratios of rounds, what is a kept promise. */
#include "bench/rounds.h"
#include "bench/task.h"
#include "bench/together.h"

#include "relive_study.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <math.h>
#include <stdatomic.h>

static double flops_of(const char *layers)
{
    rl_error err = { 0 };
    double flops = task_flops(&(task){ .layers = layers }, &err);
    assert_int_equal(err.code, RL_OK);
    return flops;
}

/* Counted by hand: 2 · (forward + weight gradients + input gradients of all layers but the first). */
static void flops_are_counted_as_promised(void **state)
{
    (void)state;
    assert_float_equal(flops_of("input 2; dense 16; relu; dense 2"), 2 * (64 + 64 + 32), 0);
    assert_float_equal(flops_of("input 64; dense 32; relu; dense 10"), 2 * (2368 + 2368 + 320), 0);
    assert_float_equal(flops_of("input 784; dense 256; relu; dense 10"), 2 * (203264 + 203264 + 2560), 0);
    assert_float_equal(
        flops_of("input 784; dense 1024; relu; dense 1024; relu; dense 10"), 2 * (1861632 + 1861632 + 1058816), 0);
}

static void rounds_have_medians_and_ratios(void **state)
{
    (void)state;
    series a = { .count = 0 }, b = { .count = 0 };
    assert_true(isnan(series_median(&a)));
    const double values[] = { 8, 2, 6, 4 };
    for (int i = 0; i < 4; i++) {
        series_add(&a, values[i]);
        series_add(&b, 2);
    }
    assert_float_equal(series_median(&a), 5, 0);
    assert_float_equal(series_least(&a), 2, 0);
    assert_float_equal(series_most(&a), 8, 0);
    series ratio = series_ratio(&a, &b);
    assert_int_equal(ratio.count, 4);
    assert_float_equal(ratio.values[0], 4, 0); /* round by round, not sorted */
    assert_float_equal(series_median(&ratio), 2.5, 0);
    for (int i = 0; i < 2 * MOST_ROUNDS; i++)
        series_add(&a, 1);
    assert_int_equal(a.count, MOST_ROUNDS);
}

static void promises_are_judged(void **state)
{
    (void)state;
    assert_int_equal(rl_bench_kept(2, 1, 0), 1);
    assert_int_equal(rl_bench_kept(0.9, 1, 0), 0);
    assert_int_equal(rl_bench_kept(1.05, 0, 1.05), 1);
    assert_int_equal(rl_bench_kept(1.06, 0, 1.05), 0);
    assert_int_equal(rl_bench_kept(1.2, 0.9, 1.1), 0);
    assert_int_equal(rl_bench_kept(0.8, 0.9, 1.1), 0);
    assert_int_equal(rl_bench_kept(5, 0, 0), -1);
    assert_int_equal(rl_bench_kept((double)NAN, 1, 0), -1);
}

static atomic_int calls, sum;

static void note(void *self, int worker)
{
    (void)self;
    atomic_fetch_add(&calls, 1);
    atomic_fetch_add(&sum, worker);
}

static void together_runs_every_worker_once(void **state)
{
    (void)state;
    assert_true(together(5, note, NULL) >= 0);
    assert_int_equal(atomic_load(&calls), 5);
    assert_int_equal(atomic_load(&sum), 10);
}

/* Packs are whole, at least 8 a thread, and a trained pack is what rl_train makes of it. */
static void packs_are_trained(void **state)
{
    (void)state;
    rl_error err = { 0 };
    task t = { .layers = "input 2; dense 3; relu; dense 2", .batch = 8, .rate = 0.1f };
    t.data = task_data("moons:40", (rl_memory){ 0 }, &err);
    assert_int_equal(err.code, RL_OK);
    assert_int_equal(packs_for(&t, 2, 1, 0, &err), 16);
    double seconds = 0, rate = train_packs(&t, 2, 16, 3, &seconds, &err);
    assert_int_equal(err.code, RL_OK);
    assert_float_equal(rate * seconds / (16.0 * rl_lanes_best() * 40 * 3), 1, 1e-9);
    t.batch = 1000; /* more than there are rows */
    train_packs(&t, 2, 2, 1, NULL, &err);
    assert_int_equal(err.code, RL_BAD_CONFIG);
    rl_data_free(t.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flops_are_counted_as_promised),
        cmocka_unit_test(rounds_have_medians_and_ratios),
        cmocka_unit_test(promises_are_judged),
        cmocka_unit_test(together_runs_every_worker_once),
        cmocka_unit_test(packs_are_trained),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
