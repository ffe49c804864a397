/* How a loss's kernels are called: what passes know of a loss, whatever the variant. */
#ifndef RL_NN_LOSS_KERNELS_H
#define RL_NN_LOSS_KERNELS_H

#include "relive.h"

/* real and whole are those of the variant.
 *   scores, outputs, dscores  [batch][width][LANES]
 *   targets  [batch][1][LANES] class numbers where the loss takes classes, else [batch][width][LANES]
 *   losses   [batch][LANES], the loss of each row (squared: the sum of squares over its outputs / width)
 *   decided  whole [batch][LANES], the class the net would name
 * backward adds scale · ∂(loss of the row)/∂scores. forward also leaves in outputs what predict gives. */
typedef struct rl_loss_kernels {
    void (*predict)(size_t batch, size_t width, const void *scores, void *outputs);
    void (*forward)(size_t batch, size_t width, const void *scores, const void *targets, void *outputs, void *losses);
    void (*backward)(size_t batch, size_t width, const void *scores, const void *targets, const void *outputs,
        double scale, void *dscores);
    void (*decide)(size_t batch, size_t width, const void *scores, void *decided);
} rl_loss_kernels;

#endif
