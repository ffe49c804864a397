/* The program itself, run as anyone runs it: how long the default study takes, plots included, and whether the memory of
 * a training grows with the number of seeds. */
#include "bench/program.h"
#include "bench/results.h"

#include <stdio.h>

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

static double bytes_for(const bench *b, const char *seeds, rl_error *err)
{
    const char *const words[] = { "train", "--data", "moons:1000", "--hidden", "16", "--epochs", "1", "--test-share",
        "0", "--seeds", seeds, "--json", NULL };
    program_run run = { 0 };
    run_relive(b, words, &run, err);
    return run.most_bytes;
}

static void run_memory(bench *b, rl_error *err)
{
    const char *many = b->config->quick ? "64" : "10000";
    series at_few = { .count = 0 }, at_many = { .count = 0 };
    for (int round = 0; round < 3 && another_round(b, round, err); round++) {
        series_add(&at_few, bytes_for(b, "256", err));
        series_add(&at_many, bytes_for(b, many, err));
    }
    if (err->code)
        return;
    char title[96];
    snprintf(title, sizeof title, "most memory of relive train --seeds %s, 2-16-2", many);
    result_against(result_new(b, "memory", title, "B", &at_many), "256_seeds", &at_many, &at_few, 0, 1.1);
}
const bench_row row_memory = { "memory", 4, run_memory };
