/* The optimisers by name and by variant. */
#ifndef RL_TRAIN_OPTIMISERS_H
#define RL_TRAIN_OPTIMISERS_H

#include "kernel/kernel.h"
#include "train/optimiser/update.h"

/* The same optimiser for nets of this variant; NULL if it is none of rl_optimisers. */
const rl_optimiser *rl_optimiser_of(rl_variant variant, const rl_optimiser *optimiser);

#endif
