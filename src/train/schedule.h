/* Learning rates by epoch. */
#ifndef RL_TRAIN_SCHEDULE_H
#define RL_TRAIN_SCHEDULE_H

#include "relive.h"

/* What the rate is multiplied with in an epoch (0 is the first). how has its defaults filled in. */
double rl_schedule_factor(const rl_training *how, long epoch);

#endif
