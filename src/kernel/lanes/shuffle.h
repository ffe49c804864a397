/* The fast twin of rl_random_shuffle: the same permutation. */
#ifndef RL_KERNEL_SHUFFLE_H
#define RL_KERNEL_SHUFFLE_H

#include "kernel/lane.h"
#include "num/random.h"

void RL_EXPORT(rl_shuffle_in_lanes)(rl_random *random, uint32_t *order, size_t count);

#endif
