/* The smooth curves by the C library's functions, one number after the other. */
#ifndef BENCH_LIBM_H
#define BENCH_LIBM_H

#include <stddef.h>

typedef struct {
    const char *name;
    void (*forward)(size_t n, const float *z, float *a);
} libm_curve;

extern const libm_curve libm_curves[];
extern const size_t libm_curve_count;

#endif
