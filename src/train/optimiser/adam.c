/* Adam. Its l2 comes in through the gradient, and so is divided by √v like the rest of it: a parameter with large
 * gradients decays less (see adamw.c). */
#include "train/optimiser/adam_step.h"

static void step(const rl_update *update)
{
    adam_step(update);
}

const rl_optimiser RL_EXPORT(rl_adam) = { .name = "adam", .moments = 2, .step = step };
