/* All optimisers of this variant: a new one is a file here and a line in this list. */
#include "train/optimiser/optimiser.h"

#define OPTIMISERS(X)                                                                                                  \
    X(rl_sgd)                                                                                                          \
    X(rl_momentum)                                                                                                     \
    X(rl_nesterov)                                                                                                     \
    X(rl_rmsprop)                                                                                                      \
    X(rl_adam)                                                                                                         \
    X(rl_adamw)

#define DECLARE(name) extern const rl_optimiser RL_EXPORT(name);
OPTIMISERS(DECLARE)

#define ADDRESS(name) &RL_EXPORT(name),
const rl_optimiser *const RL_EXPORT(rl_optimiser_list)[] = { OPTIMISERS(ADDRESS) NULL };
