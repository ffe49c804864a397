/* A trainer from the inside: everything that training keeps between two steps. */
#ifndef RL_TRAIN_TRAINER_H
#define RL_TRAIN_TRAINER_H

#include "base/threads.h"
#include "nn/pass.h"
#include "train/optimiser/update.h"
#include "train/optimisers.h"
#include "train/sweep.h"

/* What an adversarial trainer, whose net is the discriminator, has beside (adversarial.c). */
typedef struct {
    rl_trainer *generator; /* its rows are noise; NULL: no adversarial training */
    rl_dataset *real, *noise;
    rl_pass *judge; /* of the discriminator, to its input: what the generator learns by */
} rl_rival;

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
    rl_rival rival;
};

/* A trainer whose steps have room for so many rows for each of the data's. */
rl_trainer *rl_trainer_new_for(
    rl_net *net, const rl_dataset *data, const rl_training *how, int rows_for_each, rl_error *err);
/* Has every batch of an epoch enough rows for the net's batch norms? Else err says what is missing. */
bool rl_trainer_batches_suffice(const rl_net *net, size_t rows, int batch, rl_error *err);
/* The rates of this epoch; a lane that has ended is held at rate 0. */
void rl_trainer_set_rates(rl_trainer *trainer);

/* One step on the next batch rows of the order: everything but the count of steps. Leaves batch_loss and finite. */
bool rl_step_make(rl_trainer *trainer, int rows, rl_error *err); /* crew, and pass of so many rows */
void rl_step_free(rl_trainer *trainer);
void rl_step_run(rl_trainer *trainer, size_t batch);
/* Its halves that others share: rows and targets into x and y; and, from the gradient of the last node on, back through
 * the net and on to new parameters. */
void rl_step_gather(rl_trainer *trainer, size_t batch);
void rl_step_learn(rl_trainer *trainer);

/* The same for two nets. */
void rl_adversarial_run(rl_trainer *trainer, size_t batch);
void rl_adversarial_free(rl_trainer *trainer);

/* Puts a restored trainer where step says: the epoch, its order of rows, the place in it. */
void rl_trainer_seek(rl_trainer *trainer, long step);

#endif
