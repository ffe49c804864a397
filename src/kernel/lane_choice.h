/* Choices between two vectors, for loops in which every instruction counts.
 *
 * pick() goes by a mask as wide as its numbers. gcc 12 makes of it an and and two exclusive ors, though AVX-512 compares into
 * a register of one bit a lane, and both it and AVX blend in one instruction.
 *
 *     choice_equal(a, b)      where a == b
 *     choice_above(a, b)      where a is larger than b, or a NaN and b none
 *     choice_up_to(count)     the first count numbers
 *     choose(c, yes, no)      yes where c is set, else no */
#ifndef RL_KERNEL_LANE_CHOICE_H
#define RL_KERNEL_LANE_CHOICE_H

#include "kernel/deal.h"

#if RL_WIDTH == 16 && defined(__AVX512F__)

typedef __mmask16 choice;

static inline choice choice_equal(lane a, lane b)
{
    return _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_EQ_OQ);
}

static inline choice choice_above(lane a, lane b)
{
    const choice number = _mm512_cmp_ps_mask((__m512)b, (__m512)b, _CMP_ORD_Q);
    return _mm512_mask_cmp_ps_mask(number, (__m512)a, (__m512)b, _CMP_NLE_UQ);
}

static inline lane choose(choice c, lane yes, lane no)
{
    return (lane)_mm512_mask_blend_ps(c, (__m512)no, (__m512)yes);
}

#else

typedef mask choice;

static inline choice choice_equal(lane a, lane b)
{
    return a == b;
}

static inline choice choice_above(lane a, lane b)
{
    return mask_not(a <= b) & (b == b);
}

static inline lane choose(choice c, lane yes, lane no)
{
#if RL_WIDTH == 8 && defined(__AVX__)
    return (lane)_mm256_blendv_ps((__m256)no, (__m256)yes, (__m256)c);
#else
    return pick(c, yes, no);
#endif
}

#endif

/* Of a row that has only so many numbers, perhaps fewer than a vector: those beyond count as 0, and are not touched. */
#if RL_WIDTH == 16 && defined(__AVX512F__)

static inline choice choice_up_to(size_t count)
{
    return (choice)(count < LANES ? (1u << count) - 1 : (1u << LANES) - 1);
}

static inline lane lane_load_some(const real *row, size_t count)
{
    return (lane)_mm512_maskz_loadu_ps(choice_up_to(count), row);
}

static inline void lane_store_some(real *row, size_t count, lane x)
{
    _mm512_mask_storeu_ps(row, choice_up_to(count), (__m512)x);
}

#else

static inline choice choice_up_to(size_t count)
{
    return deal_up_to(count);
}

static inline lane lane_load_some(const real *row, size_t count)
{
    lane x = lane_zero();
    memcpy(&x, row, (count < LANES ? count : LANES) * sizeof *row);
    return x;
}

static inline void lane_store_some(real *row, size_t count, lane x)
{
    memcpy(row, &x, (count < LANES ? count : LANES) * sizeof *row);
}

#endif

#endif
