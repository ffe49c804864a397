/* Shuffling, the fast twin of rl_random_shuffle (num/random.c): the same permutation, its random numbers made LANES
 * blocks at a time. They all belong to one order: this has nothing to do with the lanes of a net, and the widest variant
 * serves any.
 *
 * A number below a bound is the upper half of bits · bound (Lemire 2019); about one in 2³²/bound must be rejected, and
 * those that follow then come from the next bits on. That is left to the plain twin. */
#include "kernel/lanes/shuffle.h"
#include <stdbool.h>

#include "kernel/lane_philox.h"

enum { DRAWN = 4 * LANES };

/* Where the next DRAWN rows of an order of left rows go: picks [4][LANES], the one at (w, l) below left - (4l + w); past
 * the order's end, 0. False if some number may have to be rejected. random stands at the beginning of a block. */
static bool draw_picks(const rl_random *random, uint32_t left, uint32_t picks[DRAWN])
{
    uint32_t numbers[LANES];
    for (uint32_t l = 0; l < LANES; l++)
        numbers[l] = l;
    ulane lanes;
    memcpy(&lanes, numbers, sizeof lanes);
    ulane counter[4] = { ulane_all((uint32_t)(random->at / 4)) + lanes, ulane_all(0), ulane_all(random->stream[0]),
        ulane_all(random->stream[1]) };
    lane_philox(ulane_all(random->key[0]), ulane_all(random->key[1]), counter);
    mask certain = mask_not((mask){ 0 });
    for (uint32_t w = 0; w < 4; w++) {
        const ulane behind = ulane_all(left - w) - 4 * lanes; /* its highest bit is set past the end */
        const ulane bound = behind & ((behind >> 31) - ulane_all(1));
        ulane high, low = ulane_product(counter[w], bound, &high);
        certain &= (mask)(low >= bound);
        memcpy(picks + w * LANES, &high, sizeof high);
    }
    return mask_all(certain);
}

static inline void exchange(uint32_t *one, uint32_t *other)
{
    const uint32_t was = *one;
    *one = *other;
    *other = was;
}

void RL_EXPORT(rl_shuffle_in_lanes)(rl_random *random, uint32_t *order, size_t count)
{
    size_t left = count;
    uint32_t picks[DRAWN];
    while (left > 1 && left <= INT32_MAX && left + random->at <= UINT32_MAX && random->at % 4 == 0 &&
           draw_picks(random, (uint32_t)left, picks)) {
        const size_t drawn = left > DRAWN ? DRAWN : left - 1;
        for (size_t l = 0; l < drawn / 4; l++, left -= 4)
            for (size_t w = 0; w < 4; w++)
                exchange(order + left - 1 - w, order + picks[w * LANES + l]);
        for (size_t w = 0; w < drawn % 4; w++, left--)
            exchange(order + left - 1, order + picks[w * LANES + drawn / 4]);
        random->at += drawn;
    }
    rl_random_shuffle(random, order, left);
}
