/* What a loss compares outputs with, row by row: class numbers, real targets, or classes made into 0s and a 1. */
#ifndef RL_TRAIN_TARGETS_H
#define RL_TRAIN_TARGETS_H

#include "base/memory.h"

typedef struct {
    size_t width;      /* numbers a row */
    const float *rows; /* [rows][width] */
    float *owned;      /* where they had to be made */
    rl_memory memory;
} rl_targets;

/* Fails where loss, data and the net's outputs do not fit together. A NULL loss means the data's own:
 * cross_entropy for classes, squared for real targets; *loss is set to it. */
bool rl_targets_make(
    rl_targets *targets, const rl_dataset *data, const rl_loss **loss, int outputs, rl_memory memory, rl_error *err);
void rl_targets_free(rl_targets *targets);

#endif
