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

/* Where the next DRAWN rows of an order of left rows go: picks [4][LANES], the one at (w, l) below left - (4l + w).
 * False if some number may have to be rejected. random stands at the beginning of a block. */
static bool draw_picks(const rl_random *random, uint32_t left, uint32_t picks[DRAWN])
{
    uint32_t fours[LANES];
    for (uint32_t l = 0; l < LANES; l++)
        fours[l] = 4 * l;
    ulane steps, doubtful = ulane_all(0);
    memcpy(&steps, fours, sizeof steps);
    const uint32_t block = (uint32_t)(random->at / 4);
    ulane counter[4] = { ulane_all(block) + steps / 4, ulane_all(0), ulane_all(random->stream[0]),
        ulane_all(random->stream[1]) };
    lane_philox(ulane_all(random->key[0]), ulane_all(random->key[1]), counter);
    for (uint32_t w = 0; w < 4; w++) {
        ulane bound = ulane_all(left - w) - steps, high;
        ulane low = ulane_product(counter[w], bound, &high);
        doubtful |= (ulane)(low < bound);
        memcpy(picks + w * LANES, &high, sizeof high);
    }
    uint32_t doubts[LANES], any = 0;
    memcpy(doubts, &doubtful, sizeof doubts);
    for (size_t l = 0; l < LANES; l++)
        any |= doubts[l];
    return any == 0;
}

void RL_EXPORT(rl_shuffle_in_lanes)(rl_random *random, uint32_t *order, size_t count)
{
    size_t left = count;
    uint32_t picks[DRAWN];
    while (left > DRAWN && left + random->at <= UINT32_MAX && random->at % 4 == 0 &&
           draw_picks(random, (uint32_t)left, picks)) {
        for (size_t i = 0; i < DRAWN; i++) {
            size_t pick = picks[i % 4 * LANES + i / 4];
            uint32_t last = order[left - 1 - i];
            order[left - 1 - i] = order[pick];
            order[pick] = last;
        }
        left -= DRAWN;
        random->at += DRAWN;
    }
    rl_random_shuffle(random, order, left);
}
