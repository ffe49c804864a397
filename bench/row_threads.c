/* Two threads against one, with at least 8 packs on each; and time a seed from 8 packs a thread up to 10,000 seeds. */
#include "bench/results.h"
#include "bench/together.h"

#include <math.h>
#include <stdio.h>

static const task moons = { .name = "moons", .layers = "input 2; dense 16; relu; dense 2", .batch = 32, .rate = 0.1f };
static const task digits = {
    .name = "digits", .layers = "input 64; dense 32; relu; dense 10", .batch = 32, .rate = 0.1f
};

static void compare_threads(bench *b, task t, const char *spec, long epochs, rl_error *err)
{
    char name[40], title[96];
    t.data = task_data(spec, (rl_memory){ 0 }, err);
    if (!t.data)
        return;
    snprintf(name, sizeof name, "two_threads_%s", t.name);
    snprintf(title, sizeof title, "two threads, %s, many seeds", spec);
    series two = { .count = 0 }, one = { .count = 0 };
    size_t packs = packs_for(&t, 2, epochs, b->slice, err);
    for (int round = 0; processors() > 1 && another_round(b, round, err); round++) {
        series_add(&two, train_packs(&t, 2, packs, epochs, NULL, err));
        series_add(&one, train_packs(&t, 1, packs / 2, epochs, NULL, err));
    }
    rl_data_free(t.data);
    if (err->code)
        return;
    rl_bench_result *r = result_new(b, name, title, "rows/s", &two);
    if (processors() > 1)
        result_against(r, "one_thread", &two, &one, 1.85, 0);
    else
        result_missing(r, "one_thread", "needs two processors", 1.85);
}

static void run_threads(bench *b, rl_error *err)
{
    compare_threads(b, moons, "moons:1000", 10, err);
    compare_threads(b, digits, "digits", 2, err);
}
const bench_row row_threads = { "two_threads", 8, run_threads };

/* Seconds a seed, at whole packs. */
static double seconds_a_seed(const task *t, int threads, size_t packs, long epochs, rl_error *err)
{
    double seconds = 0;
    train_packs(t, threads, packs, epochs, &seconds, err);
    return seconds / (double)(packs * (size_t)rl_lanes_best());
}

static void run_flat(bench *b, rl_error *err)
{
    enum { SEEDS = 10000, EPOCHS = 5 };
    task t = moons;
    char title[96];
    const size_t lanes = (size_t)rl_lanes_best(), few = 8 * (size_t)b->threads;
    const size_t many = b->config->quick ? 2 * few : SEEDS / lanes, some = (size_t)sqrt((double)(few * many));
    t.data = task_data("moons:1000", (rl_memory){ 0 }, err);
    series at_few = { .count = 0 }, at_some = { .count = 0 }, at_many = { .count = 0 };
    for (int round = 0; t.data && another_round(b, round, err); round++) {
        /* As many seeds on each side; a thread's start and the last pack's end weigh as they do in one short run. */
        double few_sum = 0, some_sum = 0;
        size_t few_times = many / few, some_times = many / some;
        for (size_t i = 0; i < few_times; i++)
            few_sum += seconds_a_seed(&t, b->threads, few, EPOCHS, err);
        for (size_t i = 0; i < some_times; i++)
            some_sum += seconds_a_seed(&t, b->threads, some, EPOCHS, err);
        series_add(&at_few, few_sum / (double)few_times);
        series_add(&at_some, some_sum / (double)some_times);
        series_add(&at_many, seconds_a_seed(&t, b->threads, many, EPOCHS, err));
    }
    rl_data_free(t.data);
    if (err->code)
        return;
    snprintf(title, sizeof title, "time a seed at %zu seeds, 2-16-2 on moons, %d epochs", many * lanes, EPOCHS);
    rl_bench_result *r = result_new(b, "flat", title, "s/seed", &at_many);
    snprintf(title, sizeof title, "%zu_seeds", few * lanes);
    result_against(r, title, &at_many, &at_few, 0.9, 1.1);
    snprintf(title, sizeof title, "%zu_seeds", some * lanes);
    result_against(r, title, &at_many, &at_some, 0.9, 1.1);
}
const bench_row row_flat = { "flat", 6, run_flat };
