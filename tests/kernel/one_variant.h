/* For tests that look inside a lane: they are compiled once for every variant, as the kernels are. */
#ifndef RL_TESTS_ONE_VARIANT_H
#define RL_TESTS_ONE_VARIANT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#ifndef RL_WIDTH
#define RL_WIDTH 1
#endif
#include "kernel/kernel.h"
#include "kernel/lane.h"

#if defined(__FMA__) || defined(__aarch64__)
enum { FUSED = 1 };
#else
enum { FUSED = 0 };
#endif
enum { IN_DOUBLE = sizeof(real) == 8 };

/* Can this processor run what this file was compiled to? Only x86-64 has processors of several kinds. */
static inline bool runs_here(void)
{
#if defined(__x86_64__) && defined(__FMA__)
    bool has_instructions = rl_variant_for(8, false) != RL_VARIANTS;
#else
    bool has_instructions = true;
#endif
    return has_instructions && (IN_DOUBLE || rl_variant_for(LANES, false) != RL_VARIANTS);
}

#endif
