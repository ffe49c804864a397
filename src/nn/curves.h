/* The curves by place in the list and by variant. */
#ifndef RL_NN_CURVES_H
#define RL_NN_CURVES_H

#include "kernel/kernel.h"
#include "nn/activation/curve_kernels.h"

/* Where curve stands in rl_activations, or (size_t)-1 if it is none of them. */
size_t rl_activation_index(const rl_activation *curve);

/* The kernels of the curve at that place for nets of this variant. */
const rl_curve *rl_curve_of(rl_variant variant, size_t index);

#endif
