/* Philox 4×32-10 on lanes: LANES blocks of four random numbers at once, each the very numbers of rl_philox
 * (num/random.c, the plain twin). A lane may count blocks of one stream, or be the same block of its own stream. */
#ifndef RL_KERNEL_LANE_PHILOX_H
#define RL_KERNEL_LANE_PHILOX_H

#include "kernel/lane.h"

/* counter becomes the random numbers. */
static inline void lane_philox(ulane key0, ulane key1, ulane counter[4])
{
    ulane c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    for (int round = 0; round < 10; round++) {
        ulane high0, high1;
        ulane low0 = ulane_product(c0, ulane_all(0xD2511F53u), &high0);
        ulane low1 = ulane_product(c2, ulane_all(0xCD9E8D57u), &high1);
        c0 = high1 ^ c1 ^ key0;
        c1 = low1;
        c2 = high0 ^ c3 ^ key1;
        c3 = low0;
        key0 += ulane_all(0x9E3779B9u);
        key1 += ulane_all(0xBB67AE85u);
    }
    counter[0] = c0;
    counter[1] = c1;
    counter[2] = c2;
    counter[3] = c3;
}

#endif
