#define _GNU_SOURCE
#include "bench/limits.h"
#include "bench/rounds.h"
#include "bench/together.h"

#include <relive.h>

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

const char *const stream_names[STREAMS] = { "copy", "copy past the caches", "scale in place", "add a product" };
const double stream_bytes[STREAMS] = { 8, 8, 8, 16 };

static const bench_kernels *kernels_here(void)
{
    size_t count;
    const bench_kernels *const *all = bench_kernels_list(&count);
    for (size_t i = 0; i < count; i++)
        if (!strcmp(all[i]->name, rl_processor_kernels()))
            return all[i];
    return all[0];
}

/* ---- Multiply-adds ---- */

typedef struct {
    const bench_kernels *kernels;
    double until;
    atomic_long turns;
} peak;

static volatile float unknown_m = 0.999f, unknown_c = 0.001f, used;

static void multiply(void *self, int worker)
{
    enum { TURNS = 20000 };
    peak *p = self;
    float sum = (float)worker;
    do {
        sum += p->kernels->multiply_add(TURNS, unknown_m, unknown_c);
        atomic_fetch_add(&p->turns, TURNS);
    } while (seconds_now() < p->until);
    used = sum;
}

double fma_peak(int threads, double seconds)
{
    peak p = { .kernels = kernels_here(), .until = seconds_now() + seconds };
    double passed = together(threads, multiply, &p);
    return (double)atomic_load(&p.turns) * p.kernels->flops / passed;
}

/* ---- Memory ---- */

/* Four times the last cache, 256 MB each at most and 64 MB at least. */
static size_t floats_beyond_caches(bool quick)
{
    long cache = sysconf(_SC_LEVEL3_CACHE_SIZE);
    size_t bytes = cache > 0 ? 4 * (size_t)cache : (size_t)64 << 20;
    bytes = bytes < (size_t)64 << 20 ? (size_t)64 << 20 : bytes > (size_t)256 << 20 ? (size_t)256 << 20 : bytes;
    return quick ? (size_t)1 << 18 : bytes / sizeof(float);
}

/* Large pages, where they can be had: else the page tables are what is measured. */
static float *array(size_t floats)
{
    enum { LARGE_PAGE = 2 << 20 };
    float *a = aligned_alloc(LARGE_PAGE, (floats * sizeof *a + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE);
    if (!a)
        return NULL;
    madvise(a, floats * sizeof *a, MADV_HUGEPAGE);
    for (size_t i = 0; i < floats; i++)
        a[i] = (float)(i * 2654435761u % 1000u) / 500 - 1;
    return a;
}

bool streams_new(streams *s, bool quick)
{
    *s = (streams){ .count = floats_beyond_caches(quick) };
    s->a = array(s->count);
    s->b = array(s->count);
    s->c = array(s->count);
    if (s->a && s->b && s->c)
        return true;
    streams_free(s);
    return false;
}

void streams_free(streams *s)
{
    free(s->a);
    free(s->b);
    free(s->c);
    *s = (streams){ .count = 0 };
}

typedef struct {
    const streams *all;
    stream_pass pass;
    void *self;
    int threads;
    double until;
    atomic_size_t elements;
} sweep;

static void pass_over_part(void *self, int worker)
{
    sweep *s = self;
    size_t each = s->all->count / (size_t)s->threads / 64 * 64, first = each * (size_t)worker;
    streams part = { .count = each, .a = s->all->a + first, .b = s->all->b + first, .c = s->all->c + first };
    do {
        s->pass(s->self, &part);
        atomic_fetch_add(&s->elements, each);
    } while (seconds_now() < s->until);
}

double stream_rate_of(const streams *s, stream_pass pass, void *self, double bytes, int threads, double seconds)
{
    sweep all = { .all = s, .pass = pass, .self = self, .threads = threads, .until = seconds_now() + seconds };
    double passed = together(threads, pass_over_part, &all);
    return (double)atomic_load(&all.elements) * bytes / passed;
}

static void pass_of_kernel(void *self, const streams *part)
{
    const int *way = self;
    kernels_here()->stream[*way](part->count, part->a, part->b, part->c, unknown_m);
}

double stream_rate(const streams *s, int way, int threads, double seconds)
{
    return stream_rate_of(s, pass_of_kernel, &way, stream_bytes[way], threads, seconds);
}
