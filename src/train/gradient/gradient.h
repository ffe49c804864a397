/* What happens to a gradient between backward and the optimiser, on lanes. Compiled once for every variant. */
#ifndef RL_TRAIN_GRADIENT_H
#define RL_TRAIN_GRADIENT_H

#include "kernel/kernel.h"

/* real is that of the variant; w, dw [count][LANES]; decays [count] says on which rows penalties act. */
typedef struct rl_gradient_kernels {
    /* Scales each lane's dw so that its norm is at most limit. */
    void (*clip)(size_t count, double limit, void *dw);
    /* dw += l2 · w + l1 · sign(w), sign(0) = 0 */
    void (*penalise)(size_t count, const unsigned char *decays, double l1, double l2, const void *w, void *dw);
    /* finite whole [LANES]: not 0 where every number of the lane is finite */
    void (*finite)(size_t count, const void *w, void *finite);
} rl_gradient_kernels;
const rl_gradient_kernels *rl_gradient_kernels_of(rl_variant variant);

#endif
