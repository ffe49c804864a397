/* The recipe that a study starts from: a net that learns the digits well and in which hardly anything dies. */
#include "relive_study.h"

rl_recipe rl_recipe_default(void)
{
    return (rl_recipe){
        .hidden = { 32 },
        .hidden_count = 1,
        .init = &rl_he,
        .standardize = RL_STANDARDISED,
        .test_share = 0.2,
        .training = { .epochs = 20, .rate = 0.1f, .optimiser = &rl_sgd },
    };
}
