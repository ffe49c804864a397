/* Random numbers without state: number i of a stream is a function of (seed, purpose, stream, i), so no order
 * of evaluation can change it. Philox 4×32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
 * SC 2011). */
#ifndef RL_NUM_RANDOM_H
#define RL_NUM_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* What a stream is for. Two purposes never share numbers. The values are part of "same seed, same bits". */
typedef enum {
    RL_FOR_INIT = 1,
    RL_FOR_SHUFFLE,
    RL_FOR_DROPOUT,
    RL_FOR_RRELU,
    RL_FOR_DATA,
    RL_FOR_SPLIT,
    RL_FOR_STATISTICS,
    RL_FOR_TESTS,
    RL_FOR_REVIVAL,
    RL_FOR_BIRTH,
    RL_FOR_SIGNAL,
    RL_FOR_NOISE,
} rl_purpose;

/* One stream: made from seed, purpose and a number of the caller's (node, epoch, step, …). */
typedef struct {
    uint32_t key[2];
    uint32_t stream[2]; /* upper half of the counter */
    uint64_t at;        /* index of the next 32-bit number: plain data, may be set */
    uint32_t block[4];  /* the four numbers around at, once made */
    uint64_t made;      /* 1 + the block's index; 0: none */
} rl_random;

rl_random rl_random_stream(uint64_t seed, rl_purpose purpose, uint64_t stream);

uint32_t rl_random_bits(rl_random *random);
uint32_t rl_random_below(rl_random *random, uint32_t bound); /* unbiased, 0 … bound - 1; bound > 0 */
double rl_random_uniform(rl_random *random);                 /* (0, 1), 52 bits, never 0 or 1 */
double rl_random_normal(rl_random *random);                  /* N(0, 1), Box–Muller, two uniforms a number */

/* The bare generator: ten rounds on a counter. It is here for its published answers. */
void rl_philox(const uint32_t key[2], const uint32_t counter[4], uint32_t out[4]);

/* order[0 … count - 1] becomes a random permutation of itself (Fisher–Yates). */
void rl_random_shuffle(rl_random *random, uint32_t *order, size_t count);

#endif
