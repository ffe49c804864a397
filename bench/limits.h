/* The machine's limits, measured. */
#ifndef BENCH_LIMITS_H
#define BENCH_LIMITS_H

#include "bench/kernels/kernels.h"

#include <stdbool.h>

/* Flops a second of multiply-adds on so many threads at once, over so many seconds, with the widest vectors. */
double fma_peak(int threads, double seconds);

/* Arrays far larger than the caches, for as many threads as there are. */
typedef struct {
    size_t count; /* floats each */
    float *a, *b, *c;
} streams;
bool streams_new(streams *s, bool quick);
void streams_free(streams *s);

/* Bytes a second of one way to read and write, on so many threads at once, each on its part. */
double stream_rate(const streams *s, int way, int threads, double seconds);

/* pass(self, part) over and over, each thread on its part; bytes a second if a pass moves so many an element. */
typedef void (*stream_pass)(void *self, const streams *part);
double stream_rate_of(const streams *s, stream_pass pass, void *self, double bytes, int threads, double seconds);

#endif
