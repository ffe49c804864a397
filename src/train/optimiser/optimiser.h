/* What an optimiser's file defines: one update of all parameters. Compiled once for every variant;
 * optimisers.c lists all. */
#ifndef RL_TRAIN_OPTIMISER_H
#define RL_TRAIN_OPTIMISER_H

#include "kernel/lane.h"
#include "train/optimiser/update.h"

#endif
