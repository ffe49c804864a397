/* What measures the machine's limits, compiled once for every width of vectors that a processor may have. */
#ifndef BENCH_KERNELS_H
#define BENCH_KERNELS_H

#include <stddef.h>

enum { STREAMS = 4 };

typedef struct {
    const char *name; /* as rl_processor_kernels says it: these run where the library has such kernels */
    double flops;     /* of one turn */
    /* a ← a·m + c in so many turns, on enough independent numbers to keep every unit busy. What it gives must be used,
     * and m and c must be unknown to the compiler: then nothing can be left out or folded. */
    float (*multiply_add)(long turns, float m, float c);
    /* Ways to read and write memory, [n] floats each, n a multiple of 64 and arrays aligned to 64 bytes. */
    void (*stream[STREAMS])(size_t n, float *a, const float *b, const float *c, float m);
} bench_kernels;

extern const char *const stream_names[STREAMS];
extern const double stream_bytes[STREAMS]; /* that must move, an element */

const bench_kernels *const *bench_kernels_list(size_t *count); /* narrowest first */

#endif
