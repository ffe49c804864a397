/* All losses of this variant: a new one is a file here and a line in this list. */
#include "nn/loss/loss.h"

#define LOSSES(X)                                                                                                      \
    X(rl_cross_entropy)                                                                                                \
    X(rl_binary)                                                                                                       \
    X(rl_squared)

#define DECLARE(name) extern const rl_loss RL_EXPORT(name);
LOSSES(DECLARE)

#define ADDRESS(name) &RL_EXPORT(name),
const rl_loss *const RL_EXPORT(rl_loss_list)[] = { LOSSES(ADDRESS) NULL };
