/* What a loss's file defines. Compiled once for every variant; losses.c lists all.
 *
 * Rows and lanes are independent. "scores" are the outputs of the net's last node (logits). */
#ifndef RL_NN_LOSS_H
#define RL_NN_LOSS_H

#include "kernel/lane.h"
#include "kernel/lane_math.h"
#include "nn/loss/loss_kernels.h"

#endif
