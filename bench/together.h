/* Several threads at once. */
#ifndef BENCH_TOGETHER_H
#define BENCH_TOGETHER_H

int processors(void); /* that this process may use */

/* Runs job(self, worker) on so many threads; the seconds from the first one's start to the last one's end. */
double together(int threads, void (*job)(void *self, int worker), void *self);

#endif
