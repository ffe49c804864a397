/* Multiply-adds as fast as they go, and memory as fast as it goes. VECTOR is the bytes of a vector, KERNELS the name. */
#include "bench/kernels/kernels.h"

#if VECTOR > 16
#include <immintrin.h>
#endif

enum { WIDTH = VECTOR / sizeof(float), CHAINS = 12 };
typedef float vec __attribute__((vector_size(VECTOR), may_alias));

/* One multiply-add takes 4 or 5 cycles and two can begin in each: ten or more must be under way. Twelve accumulators
 * and two operands fit into sixteen registers. This file alone is compiled with -ffp-contract=fast, which fuses a·m + c
 * where the processor can. */
static float multiply_add(long turns, float m, float c)
{
    vec a[CHAINS], times = m - (vec){ 0 }, plus = c - (vec){ 0 };
    for (int i = 0; i < CHAINS; i++)
        a[i] = (float)i - (vec){ 0 };
    for (long t = 0; t < turns; t++)
        for (int i = 0; i < CHAINS; i++)
            a[i] = a[i] * times + plus;
    float sum = 0;
    for (int i = 0; i < CHAINS; i++)
        for (int k = 0; k < (int)WIDTH; k++)
            sum += a[i][k];
    return sum;
}

/* A store past the caches: the line need not be read before it is written. */
#if VECTOR == 64
static inline void store_past(float *to, vec x)
{
    _mm512_stream_ps(to, (__m512)x);
}
#elif VECTOR == 32
static inline void store_past(float *to, vec x)
{
    _mm256_stream_ps(to, (__m256)x);
}
#else
static inline void store_past(float *to, vec x)
{
    *(vec *)to = x;
}
#endif

static void copy(size_t n, float *a, const float *b, const float *c, float m)
{
    (void)c, (void)m;
    for (size_t i = 0; i < n; i += WIDTH)
        *(vec *)(a + i) = *(const vec *)(b + i);
}

static void copy_past(size_t n, float *a, const float *b, const float *c, float m)
{
    (void)c, (void)m;
    for (size_t i = 0; i < n; i += WIDTH)
        store_past(a + i, *(const vec *)(b + i));
}

static void scale(size_t n, float *a, const float *b, const float *c, float m)
{
    (void)b, (void)c;
    for (size_t i = 0; i < n; i += WIDTH)
        *(vec *)(a + i) = *(const vec *)(a + i) * m;
}

static void add(size_t n, float *a, const float *b, const float *c, float m)
{
    (void)m;
    for (size_t i = 0; i < n; i += WIDTH)
        *(vec *)(a + i) += *(const vec *)(b + i) * *(const vec *)(c + i);
}

#define TEXT(x)        #x
#define NAME_OF(x)     TEXT(x)
#define JOIN(a, b)     a##b
#define EXPORTED(name) JOIN(bench_kernels_, name)
extern const bench_kernels EXPORTED(KERNELS);
const bench_kernels EXPORTED(KERNELS) = { .name = NAME_OF(KERNELS),
    .flops = 2.0 * CHAINS * WIDTH,
    .multiply_add = multiply_add,
    .stream = { copy, copy_past, scale, add } };
