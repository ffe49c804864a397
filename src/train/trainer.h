/* A trainer from the inside: everything that training keeps between two steps. */
#ifndef RL_TRAIN_TRAINER_H
#define RL_TRAIN_TRAINER_H

#include "base/threads.h"
#include "nn/pass.h"
#include "train/optimiser/update.h"
#include "train/optimisers.h"
#include "train/sweep.h"

struct rl_trainer {
    rl_memory memory;
    rl_net *net;
    const rl_dataset *data;
    rl_training how;               /* with defaults filled in */
    const rl_optimiser *optimiser; /* of the net's variant */
    rl_crew *crew;                 /* NULL: one thread */
    rl_targets targets;
    rl_pass *pass;
    bool told_to_stop;
    long step, epoch, steps_per_epoch;
    size_t row; /* next row of the epoch */
    /* state that a checkpoint keeps, beside the net's parameters and the step */
    float *moments[RL_MOST_MOMENTS]; /* [parameters][lanes] each */
    rl_lane_fate *fates;             /* [lanes] */
    long *waited;                    /* [lanes]: epochs without a better validation loss */
    double *best_loss;               /* [lanes] */
    float *best;                     /* [parameters][lanes]; NULL without early stopping */
    /* scratch */
    uint32_t *order;       /* [lanes][rows] */
    float *x, *y;          /* the batch: [batch][features][lanes], [batch][targets][lanes] */
    float *rates;          /* [lanes], of this epoch */
    float *batch_loss;     /* [lanes] */
    int32_t *finite;       /* [lanes] */
    bool *share_finite;    /* [shares of the crew] */
    unsigned char *decays; /* [parameters] */
    rl_sweep validation;
};

/* One step on the next batch rows of the order: everything but the count of steps. Leaves batch_loss and finite. */
bool rl_step_make(rl_trainer *trainer, rl_error *err); /* crew and pass */
void rl_step_free(rl_trainer *trainer);
void rl_step_run(rl_trainer *trainer, size_t batch);

/* Puts a restored trainer where step says: the epoch, its order of rows, the place in it. */
void rl_trainer_seek(rl_trainer *trainer, long step);

#endif
