/* The variants this processor runs, for tests that call lane kernels directly, and their numbers as doubles. */
#ifndef RL_TESTS_VARIANTS_H
#define RL_TESTS_VARIANTS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "kernel/kernel.h"

typedef struct {
    rl_variant variant;
    size_t lanes;
    bool float64;
} kind;

#define KIND(name, lanes, float64) { RL_VARIANT_##name, lanes, float64 },
static const kind kinds[] = { { RL_VARIANT_plain1, 1, false }, RL_SUFFIXED_VARIANTS(KIND) };
static const kind in_double = { RL_VARIANT_double1, 1, true };

static inline bool is_plain(kind k)
{
    return k.variant == RL_VARIANT_plain1 || k.variant == RL_VARIANT_plain4;
}

/* for (const kind *k = next_kind(NULL); k; k = next_kind(k)): those this processor runs */
static inline const kind *next_kind(const kind *k)
{
    for (k = k ? k + 1 : kinds; k < kinds + RL_VARIANTS; k++)
        if (is_plain(*k) || rl_variant_for((int)k->lanes, k->float64) == k->variant)
            return k;
    return NULL;
}

/* The one-lane variant that k must agree with to the bit: plain ones round twice where the others fuse. */
static inline kind alone(kind k)
{
    if (k.float64)
        return in_double;
    return is_plain(k) ? kinds[0] : (kind){ rl_variant_for(1, false), 1, false };
}

/* Room for count reals (or whole numbers) of k and not a byte more, so that the sanitizers see a step too far. */
static inline void *block(kind k, size_t count)
{
    void *bytes = malloc(count * (k.float64 ? sizeof(double) : sizeof(float)));
    assert_non_null(bytes);
    return bytes;
}

static inline void to_real(kind k, size_t count, const double *from, void *to)
{
    for (size_t i = 0; i < count; i++)
        if (k.float64)
            ((double *)to)[i] = from[i];
        else
            ((float *)to)[i] = (float)from[i];
}

static inline void from_real(kind k, size_t count, const void *from, double *to)
{
    for (size_t i = 0; i < count; i++)
        to[i] = k.float64 ? ((const double *)from)[i] : (double)((const float *)from)[i];
}

#endif
