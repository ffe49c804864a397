/* gnuplot as a program of its own: no shell, no start-up files, all scripts at the same time. */
#ifndef RL_REPORT_GNUPLOT_H
#define RL_REPORT_GNUPLOT_H

#include "base/memory.h"

/* Runs names[i].gnuplot, i < count, in folder, and checks that each has left names[i].svg and names[i].png whole.
 * RL_MISSING: gnuplot is not installed, or the disk is full. Leaves names[i].log in folder, gnuplot's own words. */
bool rl_gnuplot_run(const char *folder, const char *const *names, size_t count, rl_memory memory, rl_error *err);

#endif
