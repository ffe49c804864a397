#define _POSIX_C_SOURCE 200809L
#include "bench/bench.h"
#include "bench/results.h"
#include "bench/together.h"

#include <stdio.h>
#include <string.h>

static const bench_row *const rows[] = { &row_moons, &row_digits, &row_wide_256, &row_wide_1024, &row_wide_convolutions,
    &row_watching, &row_examining, &row_threads, &row_rectifiers, &row_curves, &row_compare, &row_flat, &row_memory,
    &row_lesson };
enum { ROWS = sizeof rows / sizeof *rows };

const char *bench_row_name(size_t index)
{
    return index < ROWS ? rows[index]->name : NULL;
}

static bool is_wanted(const bench_config *config, const bench_row *row)
{
    for (size_t i = 0; config->only && i < config->only_count; i++)
        if (!strcmp(config->only[i], row->name))
            return true;
    return !config->only;
}

/* "AMD EPYC", "" where the system does not say. */
static void name_processor(char *name, size_t room)
{
    char line[256];
    FILE *file = fopen("/proc/cpuinfo", "r");
    *name = '\0';
    while (file && !*name && fgets(line, sizeof line, file)) {
        const char *colon = strchr(line, ':');
        if (!strncmp(line, "model name", 10) && colon && colon[1]) {
            line[strcspn(line, "\n")] = '\0';
            snprintf(name, room, "%s", colon + 2);
        }
    }
    if (file)
        fclose(file);
}

static double larger(double a, double b)
{
    return a > b ? a : b;
}

static double best_stream(bench *b, int threads, rl_error *err)
{
    const streams *s = bench_streams_of(b, err);
    double best = 0;
    for (int round = 0; s && round < 3; round++)
        for (int way = 0; way < STREAMS; way++)
            best = larger(best, stream_rate(s, way, threads, b->slice / 8));
    return best;
}

/* What the machine can do at all; rows that stand against a limit measure it again in their own rounds. */
static void measure_machine(bench *b, rl_error *err)
{
    rl_bench_machine *m = &b->found->machine;
    name_processor(m->processor, sizeof m->processor);
    snprintf(m->kernels, sizeof m->kernels, "%s", rl_processor_kernels());
    m->processors = processors();
    m->threads = b->threads;
    for (int round = 0; round < 5; round++) {
        m->fma_peak_one = larger(m->fma_peak_one, fma_peak(1, b->slice / 4) / 1e9);
        m->fma_peak = larger(m->fma_peak, fma_peak(b->threads, b->slice / 4) / 1e9);
    }
    m->memory_one = best_stream(b, 1, err) / 1e9;
    m->memory = best_stream(b, b->threads, err) / 1e9;
}

bool bench_run(const bench_config *config, rl_bench_found *found, bool *failed_check, rl_error *err)
{
    *found = (rl_bench_found){ .quick = config->quick };
    bench b = { .config = config,
        .found = found,
        .threads = config->threads > 0 ? config->threads : processors(),
        .rounds = config->quick ? 1 : 7,
        .slice = config->quick ? 0.01 : 0.25,
        .python = config->python ? config->python : "/usr/bin/python3",
        .script = config->script ? config->script : bench_rivals };
    double start = seconds_now(), all = 0, done = 0;
    for (int i = 0; i < ROWS; i++)
        all += is_wanted(config, rows[i]) ? rows[i]->seconds : 0;
    measure_machine(&b, err);
    bench_rivals_of(&b, err);
    for (int i = 0; i < ROWS && !err->code; i++) {
        if (!is_wanted(config, rows[i]))
            continue;
        if (config->progress)
            config->progress(config->self, done / all);
        if (another_round(&b, 0, err))
            rows[i]->run(&b, err);
        done += rows[i]->seconds;
    }
    rivals_end(b.rivals);
    streams_free(&b.streams);
    found->seconds = seconds_now() - start;
    *failed_check = b.check_failed;
    return !err->code;
}
