/* The program itself, run as anyone runs it: how long the default study takes, plots included. And memory: whether what
 * the library holds while it trains, and what the program holds, grows with the number of seeds. */
#include "bench/program.h"
#include "bench/results.h"
#include "bench/task.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

/* Runs `relive` with these words in a new folder. False with no error: it lacks something (exit code 3). */
static bool run_relive(const bench *b, const char *const *words, program_run *run, rl_error *err)
{
    enum { MOST_WORDS = 24 };
    char folder[512];
    char *arguments[MOST_WORDS] = { (char *)b->config->program };
    for (int i = 0; words[i] && i < MOST_WORDS - 2; i++)
        arguments[i + 1] = (char *)words[i];
    if (err->code || !folder_make(folder, sizeof folder, err))
        return false;
    bool ran = program_time(arguments, folder, run, err);
    folder_remove(folder);
    if (ran && run->code != 0 && run->code != 3)
        return rl_fail(err, RL_BAD_CONFIG, "relive %s ended with exit code %d", words[0], run->code);
    return ran && run->code == 0;
}

static void run_compare(bench *b, rl_error *err)
{
    enum { PROMISED_SECONDS = 5, TIMES = 3 };
    const char *const whole[] = { "compare", NULL };
    const char *const quick[] = { "compare", "--seeds", "2", "--epochs", "2", "--regime", "healthy", NULL };
    series seconds = { .count = 0 };
    bool lacks = false;
    for (int round = 0; round < TIMES && !lacks && another_round(b, round, err); round++) {
        program_run run;
        lacks = !run_relive(b, b->config->quick ? quick : whole, &run, err);
        if (!lacks)
            series_add(&seconds, run.seconds);
    }
    if (err->code)
        return;
    rl_bench_result *r = result_new(b, "compare", "relive compare, the default study, plots included", "s", &seconds);
    r->at_most = PROMISED_SECONDS;
    if (lacks)
        snprintf(r->missing, sizeof r->missing, "needs gnuplot: apt-get install gnuplot-nox");
}
const bench_row row_compare = { "compare", 12, run_compare };

/* ---- Memory ---- */

enum { FEW_SEEDS = 256, MANY_SEEDS = 10000 };

/* Counts what is held. The size of a block stands before it. */
typedef struct {
    atomic_size_t held, most;
} counter;

static void *resize(void *self, void *block, size_t bytes)
{
    enum { HEADER = 64 }; /* keeps the alignment of the block */
    counter *c = self;
    char *before = block ? (char *)block - HEADER : NULL;
    size_t had = before ? *(size_t *)before : 0;
    if (bytes == 0) {
        free(before);
        atomic_fetch_sub(&c->held, had);
        return NULL;
    }
    char *after = realloc(before, HEADER + bytes);
    if (!after)
        return NULL;
    *(size_t *)after = bytes;
    size_t held = atomic_fetch_add(&c->held, bytes - had) + bytes - had, most = atomic_load(&c->most);
    while (held > most && !atomic_compare_exchange_weak(&c->most, &most, held))
        ;
    return after + HEADER;
}

/* The most that nets, trainers and the data take at a time while so many seeds train. */
static double held_by_library(const bench *b, size_t seeds, rl_error *err)
{
    counter c = { 0 };
    task t = { .layers = "input 2; dense 16; relu; dense 2", .batch = 32, .rate = 0.1f, .memory = { resize, &c } };
    t.data = task_data("moons:1000", t.memory, err);
    if (t.data)
        train_packs(&t, b->threads, seeds / (size_t)rl_lanes_best(), 1, NULL, err);
    rl_data_free(t.data);
    return (double)atomic_load(&c.most);
}

static double held_by_program(const bench *b, size_t seeds, rl_error *err)
{
    char number[32];
    snprintf(number, sizeof number, "%zu", seeds);
    const char *const words[] = { "train", "--data", "moons:1000", "--hidden", "16", "--epochs", "1", "--test-share",
        "0", "--seeds", number, NULL };
    program_run run = { 0 };
    run_relive(b, words, &run, err);
    return run.most_bytes;
}

static void compare_memory(bench *b, const char *name, const char *what,
    double (*held)(const bench *b, size_t seeds, rl_error *err), rl_error *err)
{
    const size_t many = b->config->quick ? 2 * FEW_SEEDS : MANY_SEEDS;
    series at_few = { .count = 0 }, at_many = { .count = 0 };
    for (int round = 0; round < 3 && another_round(b, round, err); round++) {
        series_add(&at_few, held(b, FEW_SEEDS, err));
        series_add(&at_many, held(b, many, err));
    }
    if (err->code)
        return;
    char title[96];
    snprintf(title, sizeof title, "most memory, %s, %zu seeds, 2-16-2 on moons", what, many);
    result_against(result_new(b, name, title, "B", &at_many), "256_seeds", &at_many, &at_few, 0, 1.1);
}

static void run_memory(bench *b, rl_error *err)
{
    compare_memory(b, "memory_library", "nets, trainers and data", held_by_library, err);
    compare_memory(b, "memory_program", "relive train and its results", held_by_program, err);
}
const bench_row row_memory = { "memory", 4, run_memory };
