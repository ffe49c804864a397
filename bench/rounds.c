#define _POSIX_C_SOURCE 200809L
#include "bench/rounds.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

double seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void series_add(series *s, double value)
{
    if (s->count < MOST_ROUNDS)
        s->values[s->count++] = value;
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* The value at a share of the way through the sorted rounds. */
static double quantile(const series *s, double share)
{
    if (s->count == 0)
        return NAN;
    series sorted = *s;
    qsort(sorted.values, (size_t)sorted.count, sizeof *sorted.values, by_size);
    double at = share * (sorted.count - 1);
    int below = (int)at;
    int above = below + 1 < sorted.count ? below + 1 : below;
    return sorted.values[below] + (at - below) * (sorted.values[above] - sorted.values[below]);
}

double series_median(const series *s)
{
    return quantile(s, 0.5);
}

double series_least(const series *s)
{
    return quantile(s, 0);
}

double series_most(const series *s)
{
    return quantile(s, 1);
}

series series_ratio(const series *a, const series *b)
{
    series ratio = { .count = 0 };
    for (int i = 0; i < a->count && i < b->count; i++)
        series_add(&ratio, a->values[i] / b->values[i]);
    return ratio;
}

series series_scaled(const series *s, double factor)
{
    series scaled = *s;
    for (int i = 0; i < s->count; i++)
        scaled.values[i] *= factor;
    return scaled;
}
