/* One wide net of one lane, on data with the shape of Fashion-MNIST: 60,000 rows of 784 numbers, 10 classes. What the
 * numbers are does not matter to the time; they are made up. */
#include "bench/results.h"

#include <stdio.h>
#include <string.h>

/* What is said of it, and promised. */
typedef struct {
    const char *title, *rival;
    double at_least, share; /* of the rival's rate, and of the peak */
} contest;

static rl_dataset *fashion_shapes(size_t rows, rl_error *err)
{
    enum { FEATURES = 784, CLASSES = 10 };
    rl_dataset *data = rl_data_new("Fashion-MNIST's shape", rows, FEATURES, CLASSES, 1, (rl_memory){ 0 }, err);
    uint64_t random = 1; /* Knuth's MMIX generator, its upper bits */
    for (size_t i = 0; data && i < rows * FEATURES; i++) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        data->x[i] = (float)(random >> 40) / (1 << 23) - 1;
    }
    for (size_t i = 0; data && i < rows; i++)
        data->y[i] = (float)(i * 7 % CLASSES);
    return data;
}

/* Rows a second over so many steps, in an epoch that does not end. */
static double train_steps(rl_trainer *trainer, const task *t, long steps)
{
    double start = seconds_now();
    rl_trainer_step(trainer, steps);
    return (double)steps * t->batch / (seconds_now() - start);
}

static rl_trainer *trainer_of(const task *t, rl_net *net, int threads, rl_error *err)
{
    rl_training how = { .rate = t->rate, .batch = t->batch, .epochs = 1000000, .threads = threads };
    return net ? rl_trainer_new(net, t->data, &how, err) : NULL;
}

/* Our own setting, tried like a rival's: one thread or all of them, whichever trains faster at its best of three times in
 * turn, so that a slow moment does not decide. */
static int best_threads(const bench *b, const task *t, rl_error *err)
{
    const int tried[] = { 1, b->threads }, tries = b->threads > 1 ? 6 : 1;
    double best = 0;
    int threads = 1;
    for (int i = 0; i < tries && !err->code; i++) {
        rl_net *net = task_net(t, 0, 1, err);
        rl_trainer *trainer = trainer_of(t, net, tried[i % 2], err);
        if (trainer) {
            rl_trainer_step(trainer, 2);
            long steps = 1 + (long)(b->slice * train_steps(trainer, t, 4) / t->batch);
            double rate = train_steps(trainer, t, steps);
            threads = rate > best ? rl_trainer_threads(trainer) : threads;
            best = rate > best ? rate : best;
        }
        rl_trainer_free(trainer);
        rl_net_free(net);
    }
    return threads;
}

static void compete(bench *b, task *t, const contest *c, rl_error *err)
{
    const char *missing = rivals_missing(b->rivals, "pytorch");
    char setting[128] = "", titled[96];
    series ours = { .count = 0 }, theirs = { .count = 0 }, share = { .count = 0 };
    t->threads = best_threads(b, t, err);
    if (!missing && check_rival(b, t, c->rival, 1, err))
        rivals_tune(b->rivals, t, c->rival, b->slice, setting, sizeof setting, err);
    rl_net *net = task_net(t, 0, 1, err);
    rl_trainer *trainer = trainer_of(t, net, t->threads, err);
    if (trainer) {
        rl_trainer_step(trainer, 2);
        double flops = task_flops(t, err), rate = train_steps(trainer, t, 4);
        long steps = 1 + (long)(2 * b->slice * rate / t->batch);
        for (int round = 0; another_round(b, round, err); round++) {
            rate = train_steps(trainer, t, steps);
            series_add(&ours, rate);
            series_add(&share, rate * flops / fma_peak(t->threads, b->slice / 4));
            if (!missing)
                series_add(&theirs, rivals_rate(b->rivals, t, c->rival, 2 * b->slice, err));
        }
    }
    rl_trainer_free(trainer);
    rl_net_free(net);
    if (err->code)
        return;
    snprintf(titled, sizeof titled, "%s, %d thread%s", c->title, t->threads, t->threads > 1 ? "s" : "");
    rl_bench_result *result = result_new(b, t->name, titled, "rows/s", &ours);
    if (missing)
        result_missing(result, c->rival, missing, c->at_least);
    else
        memcpy(result_against(result, c->rival, &ours, &theirs, c->at_least, 0)->setting, setting, sizeof setting);
    result_limit(result, "fma_peak", &share, c->share);
}

static void run(bench *b, task t, const contest *c, rl_error *err)
{
    t.data = fashion_shapes(b->config->quick ? 1280 : 60000, err);
    if (bench_rivals_of(b, err) && t.data)
        compete(b, &t, c, err);
    rl_data_free(t.data);
}

static void run_256(bench *b, rl_error *err)
{
    task t = { .name = "wide_256",
        .layers = "input 784; dense 256; relu; dense 10",
        .batch = 64,
        .rate = 0.01f,
        .check_steps = 4,
        .tolerance = 1e-4 };
    run(b, t, &(contest){ "784-256-10, Fashion-MNIST's shape, batch 64, one net", "pytorch", 2.5, 0.5 }, err);
}
const bench_row row_wide_256 = { "wide_256", 16, run_256 };

static void run_1024(bench *b, rl_error *err)
{
    task t = { .name = "wide_1024",
        .layers = "input 784; dense 1024; relu; dense 1024; relu; dense 10",
        .batch = 128,
        .rate = 0.01f,
        .check_steps = 2,
        .tolerance = 1e-4 };
    run(b, t, &(contest){ "784-1024-1024-10, batch 128, one net", "pytorch", 1.5, 0.5 }, err);
}
const bench_row row_wide_1024 = { "wide_1024", 20, run_1024 };

static void run_convolutions(bench *b, rl_error *err)
{
    task t = { .name = "wide_convolutions",
        .layers = "input 1x28x28; conv 8 3; leaky_relu; pool 2; conv 16 3; leaky_relu; pool 2; flatten; dense 10",
        .batch = 64,
        .rate = 0.01f,
        .check_steps = 4,
        .tolerance = 1e-4 };
    run(b, t,
        &(contest){ "conv 8 3x3, leaky, pool, conv 16 3x3, leaky, pool, dense 10, batch 64, one net",
            "pytorch_pictures", 4, 0.25 },
        err);
}
const bench_row row_wide_convolutions = { "wide_convolutions", 24, run_convolutions };
