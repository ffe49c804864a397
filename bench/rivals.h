/* The rivals: PyTorch and NumPy in Debian's Python, each in a process of its own for every setting that has to be made
 * before it starts (how many threads the BLAS may have). What they are asked and answer stands in rivals.py. */
#ifndef BENCH_RIVALS_H
#define BENCH_RIVALS_H

#include "bench/task.h"

#include <stddef.h>

extern const char bench_rivals[]; /* rivals.py, as text */

typedef struct rivals rivals;

/* NULL: err says why; that there is no Python is no error, and every rival is missing then. */
rivals *rivals_start(const char *python, const char *script, int threads, rl_error *err);
void rivals_end(rivals *r);

/* "numpy", "pytorch", "blas", "core", "python": a version or name, "" if it is not there. */
const char *rivals_about(const rivals *r, const char *what);

/* What to install before this rival can run, or NULL. */
const char *rivals_missing(const rivals *r, const char *rival);

/* Gives them the task with the first parameters of net, each lane a net. */
bool rivals_take(rivals *r, const task *t, rl_net *net, rl_error *err);

/* Both sides train t->check_steps in the order of the data, from the same parameters, which net has: the largest
 * difference between any two parameters afterwards, over all variants of the rival, as a share of the longest way that
 * one of ours has gone. net is trained. False with no error: they differ by more than is allowed. */
bool rivals_agree(rivals *r, const task *t, const char *rival, rl_net *net, double *difference, rl_error *err);

/* Tries every setting for so long and keeps the best: what it is, for rivals_rate. */
bool rivals_tune(
    rivals *r, const task *t, const char *rival, double seconds, char *setting, size_t room, rl_error *err);
double rivals_rate(rivals *r, const task *t, const char *rival, double seconds, rl_error *err); /* rows a second */

#endif
