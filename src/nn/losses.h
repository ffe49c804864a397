/* The losses by name and by variant. */
#ifndef RL_NN_LOSSES_H
#define RL_NN_LOSSES_H

#include "kernel/kernel.h"
#include "nn/loss/loss_kernels.h"

/* The kernels of loss for nets of this variant; NULL if loss is none of rl_losses. */
const rl_loss_kernels *rl_loss_kernels_of(rl_variant variant, const rl_loss *loss);

#endif
