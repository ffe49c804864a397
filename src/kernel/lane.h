/* The lane type: RL_WIDTH numbers side by side, one per independent copy of a net.
 *
 * Files that compute on lanes are compiled once for every variant (a width, a scalar type, an instruction
 * set). The build defines
 *
 *     RL_WIDTH      1, 4, 8 or 16
 *     RL_FLOAT64    defined: real is double (gradient checks), else float
 *     RL_VARIANT    a suffix for the names they export; not defined in the plain one-lane variant
 *
 * and such a file then reads like the textbook's loop over single numbers. All arithmetic on a lane is exactly
 * the arithmetic on each of its numbers, so every width gives the same bits. A fused multiply-add is written as
 * lane_fma; nothing else is fused (the build passes -ffp-contract=off). Where the processor has none (plain
 * x86-64, WebAssembly) lane_fma rounds twice, at every width. */
#ifndef RL_KERNEL_LANE_H
#define RL_KERNEL_LANE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef RL_FLOAT64
typedef double real;
typedef int64_t whole;
#define WHOLE_MAX INT64_MAX
#else
typedef float real;
typedef int32_t whole;
#define WHOLE_MAX INT32_MAX
#endif

/* RL_EXPORT(rl_relu) is rl_relu in the plain one-lane variant, rl_relu_avx2x8 in another. */
#ifdef RL_VARIANT
#define RL_JOIN_(name, variant) name##_##variant
#define RL_JOIN(name, variant)  RL_JOIN_(name, variant)
#define RL_EXPORT(name)         RL_JOIN(name, RL_VARIANT)
#else
#define RL_EXPORT(name) name
#endif

enum { LANES = RL_WIDTH };

#if RL_WIDTH == 1
#include "kernel/lane_scalar.h"
#else
#include "kernel/lane_vector.h"
#endif

static inline lane lane_load(const real *row) /* [LANES] */
{
    lane x;
    memcpy(&x, row, sizeof x);
    return x;
}

static inline void lane_store(real *row, lane x) /* [LANES] */
{
    memcpy(row, &x, sizeof x);
}

static inline lane lane_zero(void)
{
    return lane_all(0);
}

/* Comparisons are written z > 0 and give a mask; a comparison with NaN is false. Masks take & and |. */

/* Finite is what leaves 0 when taken from itself. */
static inline mask lane_is_finite(lane a)
{
    return (a - a) == lane_zero();
}

#endif
