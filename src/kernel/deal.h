/* Dealing out the numbers of two vectors, and back: what lies side by side, the even ones and the odd ones apart. */
#ifndef RL_KERNEL_DEAL_H
#define RL_KERNEL_DEAL_H

#include "kernel/lane.h"

#if RL_WIDTH == 1

static inline lane deal_even(lane a, lane b)
{
    (void)b;
    return a;
}
static inline lane deal_odd(lane a, lane b)
{
    (void)a;
    return b;
}
static inline lane deal_first(lane even, lane odd)
{
    (void)odd;
    return even;
}
static inline lane deal_second(lane even, lane odd)
{
    (void)even;
    return odd;
}
static inline lane deal_halves(lane a, lane b)
{
    (void)b;
    return a;
}
static inline lane deal_second_half(lane a)
{
    return a;
}
static inline lane deal_places(void)
{
    return 0;
}

#else

#if RL_WIDTH == 4
#define DEAL_EVEN   0, 2, 4, 6
#define DEAL_ODD    1, 3, 5, 7
#define DEAL_FIRST  0, 4, 1, 5
#define DEAL_SECOND 2, 6, 3, 7
#define DEAL_HALVES 0, 1, 4, 5
#define DEAL_TURNED 2, 3, 0, 1
#define DEAL_PLACES 0, 1, 2, 3
#elif RL_WIDTH == 8
#define DEAL_EVEN   0, 2, 4, 6, 8, 10, 12, 14
#define DEAL_ODD    1, 3, 5, 7, 9, 11, 13, 15
#define DEAL_FIRST  0, 8, 1, 9, 2, 10, 3, 11
#define DEAL_SECOND 4, 12, 5, 13, 6, 14, 7, 15
#define DEAL_HALVES 0, 1, 2, 3, 8, 9, 10, 11
#define DEAL_TURNED 4, 5, 6, 7, 0, 1, 2, 3
#define DEAL_PLACES 0, 1, 2, 3, 4, 5, 6, 7
#elif RL_WIDTH == 16
#define DEAL_EVEN   0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
#define DEAL_ODD    1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31
#define DEAL_FIRST  0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define DEAL_SECOND 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#define DEAL_HALVES 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23
#define DEAL_TURNED 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7
#define DEAL_PLACES 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
#endif

/* Of a and b one after the other. */
static inline lane deal_even(lane a, lane b)
{
    return __builtin_shufflevector(a, b, DEAL_EVEN);
}
static inline lane deal_odd(lane a, lane b)
{
    return __builtin_shufflevector(a, b, DEAL_ODD);
}

/* Even and odd ones in turn: the first vector of that, and the second. */
static inline lane deal_first(lane even, lane odd)
{
    return __builtin_shufflevector(even, odd, DEAL_FIRST);
}
static inline lane deal_second(lane even, lane odd)
{
    return __builtin_shufflevector(even, odd, DEAL_SECOND);
}

/* The first half of a, then that of b. */
static inline lane deal_halves(lane a, lane b)
{
    return __builtin_shufflevector(a, b, DEAL_HALVES);
}

/* What stands in the second half of a, in the first. */
static inline lane deal_second_half(lane a)
{
    return __builtin_shufflevector(a, a, DEAL_TURNED);
}

/* 0, 1, 2, …: which number of the vector each is. */
static inline lane deal_places(void)
{
    return (lane){ DEAL_PLACES };
}

#endif

/* 0, 1, 0, 1, …, of vectors that follow each other: what number of a pair each is in the first vector, or in the next. */
static inline lane deal_parity(size_t vector)
{
    return LANES == 1 ? lane_all((real)vector) : deal_first(lane_zero(), lane_all(1));
}

/* The first count numbers. */
static inline mask deal_up_to(size_t count)
{
    return deal_places() < lane_all((real)count);
}

#endif
