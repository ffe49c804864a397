/* Many small nets: ours side by side in lanes on all threads, against one net in PyTorch, all nets in PyTorch by bmm, and
 * NumPy as a lesson writes it. Rows trained a second; against the machine's multiply-adds too. */
#include "bench/results.h"

#include <stdio.h>
#include <string.h>

enum { EPOCHS = 10, MOST_RIVALS = 6 };

typedef struct {
    const char *name;
    double at_least; /* promised: how many times as fast */
} promise;

typedef struct {
    const char *title, *spec;
    double share; /* of the processors' multiply-adds, promised */
    promise rivals[MOST_RIVALS];
} match;

static bool check_all(bench *b, const task *t, const match *m, rl_error *err)
{
    rivals *r = bench_rivals_of(b, err);
    for (int i = 0; r && i < MOST_RIVALS && m->rivals[i].name && !err->code; i++)
        if (!rivals_missing(r, m->rivals[i].name))
            check_rival(b, t, m->rivals[i].name, rl_lanes_best(), err);
    return !err->code;
}

static void compete(bench *b, const task *t, const match *m, rl_error *err)
{
    if (!check_all(b, t, m, err))
        return;
    char settings[MOST_RIVALS][128] = { "" };
    series ours = { .count = 0 }, share = { .count = 0 }, theirs[MOST_RIVALS] = { { .count = 0 } };
    for (int i = 0; i < MOST_RIVALS && m->rivals[i].name; i++)
        if (!rivals_missing(b->rivals, m->rivals[i].name))
            rivals_tune(b->rivals, t, m->rivals[i].name, b->slice / 2, settings[i], sizeof settings[i], err);
    size_t packs = packs_for(t, b->threads, EPOCHS, b->slice, err);
    double flops = task_flops(t, err);
    for (int round = 0; another_round(b, round, err); round++) {
        double rate = train_packs(t, b->threads, packs, EPOCHS, NULL, err);
        series_add(&ours, rate);
        series_add(&share, rate * flops / fma_peak(b->threads, b->slice / 4));
        for (int i = 0; i < MOST_RIVALS && m->rivals[i].name; i++)
            if (!rivals_missing(b->rivals, m->rivals[i].name))
                series_add(&theirs[i], rivals_rate(b->rivals, t, m->rivals[i].name, b->slice, err));
    }
    if (err->code)
        return;
    rl_bench_result *result = result_new(b, t->name, m->title, "rows/s", &ours);
    for (int i = 0; i < MOST_RIVALS && m->rivals[i].name; i++) {
        const char *missing = rivals_missing(b->rivals, m->rivals[i].name);
        if (missing) {
            result_missing(result, m->rivals[i].name, missing, m->rivals[i].at_least);
            continue;
        }
        rl_bench_against *a = result_against(result, m->rivals[i].name, &ours, &theirs[i], m->rivals[i].at_least, 0);
        memcpy(a->setting, settings[i], sizeof a->setting);
    }
    result_limit(result, "fma_peak", &share, m->share);
}

static void load_and_compete(bench *b, task t, const match *m, rl_error *err)
{
    t.data = task_data(m->spec, (rl_memory){ 0 }, err);
    if (t.data)
        compete(b, &t, m, err);
    rl_data_free(t.data);
}

static void run_moons(bench *b, rl_error *err)
{
    static const match m = { .title = "2-16-2, 1000 moons, batch 32, many seeds",
        .spec = "moons:1000",
        .share = 0.25,
        .rivals = { { "pytorch", 1000 }, { "pytorch_module", 0 }, { "pytorch_by_hand", 0 }, { "pytorch_batched", 60 },
            { "pytorch_without_bmm", 0 }, { "numpy", 250 } } };
    task t = { .name = "moons",
        .layers = "input 2; dense 16; relu; dense 2",
        .batch = 32,
        .rate = 0.1f,
        .check_steps = 40, /* more than an epoch, so that its last, smaller batch is seen */
        .tolerance = 1e-5 };
    load_and_compete(b, t, &m, err);
}
const bench_row row_moons = { "moons", 30, run_moons };

static void run_digits(bench *b, rl_error *err)
{
    static const match m = { .title = "64-32-10, digits, batch 32, many seeds",
        .spec = "digits",
        .share = 0.4,
        .rivals = { { "pytorch", 70 }, { "pytorch_module", 0 }, { "pytorch_by_hand", 0 } } };
    task t = { .name = "digits",
        .layers = "input 64; dense 32; relu; dense 10",
        .batch = 32,
        .rate = 0.1f,
        .check_steps = 60,
        .tolerance = 1e-5 };
    load_and_compete(b, t, &m, err);
}
const bench_row row_digits = { "digits", 14, run_digits };
