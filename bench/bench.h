/* The benchmark: what `relive bench` measures, row by row, and how.
 *
 * Every row first checks that both sides compute the same thing, then times them in turn, round by round, and keeps the
 * median of the rounds' ratios: what slows one side for a while slows the other too. A check that fails ends the run,
 * and there is no figure. */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include <relive.h>
#include <relive_study.h>

typedef struct {
    int threads;             /* 0: as many as there are processors */
    bool quick;              /* one short round each: to see that it runs; the figures mean nothing */
    const char *const *only; /* [only_count] rows by name; NULL: all */
    size_t only_count;
    const char *program; /* the program itself, for the rows that run it */
    const char *python;  /* Debian's own if NULL */
    const char *script;  /* the rivals; those that are built in if NULL */
    bool (*keep_going)(void *self);
    void (*progress)(void *self, double share_done);
    void *self;
} bench_config;

/* False: err says why; *check_failed says whether it was a check. */
bool bench_run(const bench_config *config, rl_bench_found *found, bool *check_failed, rl_error *err);
const char *bench_row_name(size_t index); /* NULL after the last */

#endif
