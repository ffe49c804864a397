/* What the rows share: the settings of the run, and how a figure is put down. */
#ifndef BENCH_RESULTS_H
#define BENCH_RESULTS_H

#include "bench/bench.h"
#include "bench/limits.h"
#include "bench/rivals.h"
#include "bench/rounds.h"

typedef struct {
    const bench_config *config;
    rl_bench_found *found;
    int threads;
    int rounds;
    double slice; /* seconds that one side of a round gets */
    const char *python, *script;
    rivals *rivals;  /* started by the first row that needs them; see bench_rivals_of */
    streams streams; /* likewise; see bench_streams_of */
    bool check_failed;
} bench;

typedef struct {
    const char *name; /* for --only */
    double seconds;   /* about how long it takes, for the progress bar */
    void (*run)(bench *b, rl_error *err);
} bench_row;

/* Is there another round to do? False after the last, on an error, or when told to stop (err says so). */
bool another_round(const bench *b, int round, rl_error *err);

/* A check of this row failed: nothing more is measured. Always false. */
bool check_failed(bench *b, rl_error *err, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Does this rival, from the same start in the same order, come to the same parameters as we do? */
bool check_rival(bench *b, const task *t, const char *rival, int lanes, rl_error *err);

rivals *bench_rivals_of(bench *b, rl_error *err);
const streams *bench_streams_of(bench *b, rl_error *err);

/* A new result; ours: a figure a round, in unit. Never NULL. */
rl_bench_result *result_new(bench *b, const char *name, const char *title, const char *unit, const series *ours);
/* What it is compared with, in the same rounds. Promises of the ratio ours / theirs; 0: none. */
rl_bench_against *result_against(
    rl_bench_result *r, const char *name, const series *ours, const series *theirs, double at_least, double at_most);
void result_missing(rl_bench_result *r, const char *name, const char *why, double at_least);
/* share: of the limit, a figure a round. */
void result_limit(rl_bench_result *r, const char *limit, const series *share, double at_least);

extern const bench_row row_moons, row_digits, row_wide_256, row_wide_1024, row_wide_convolutions, row_watching,
    row_examining, row_threads, row_rectifiers, row_curves, row_compare, row_flat, row_memory, row_lesson;

#endif
