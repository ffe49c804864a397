/* A sweep: one forward pass in evaluation mode over a whole data set, block by block. It gives each lane's mean
 * loss and accuracy, and lets others (the census) look at every block on the way, so that all of it costs
 * one forward pass. Results do not depend on the size of the blocks. */
#ifndef RL_TRAIN_SWEEP_H
#define RL_TRAIN_SWEEP_H

#include "nn/pass.h"
#include "train/targets.h"

enum { RL_SWEEP_ROWS = 32 };

typedef struct {
    rl_memory memory;
    const rl_dataset *data; /* borrowed */
    const rl_loss *loss;
    rl_targets targets;
    rl_pass *pass;
    float *x;         /* [RL_SWEEP_ROWS][features][lanes] */
    float *y;         /* [RL_SWEEP_ROWS][targets][lanes] */
    int32_t *decided; /* [RL_SWEEP_ROWS][lanes] */
    double *loss_sum; /* [lanes] */
    uint64_t *right;  /* [lanes] */
} rl_sweep;

/* Called after each block's forward: rows first … first + batch - 1 are in pass. */
typedef void (*rl_visit)(void *self, const rl_net *net, const rl_pass *pass, size_t first);

/* loss NULL: the data's own. */
bool rl_sweep_new(rl_sweep *sweep, const rl_net *net, const rl_dataset *data, const rl_loss *loss, rl_error *err);
void rl_sweep_free(rl_sweep *sweep);
void rl_sweep_run(rl_sweep *sweep, const rl_net *net, rl_visit visit, void *self); /* visit may be NULL */
double rl_sweep_loss(const rl_sweep *sweep, int lane);
double rl_sweep_accuracy(const rl_sweep *sweep, int lane); /* NaN for real targets */

/* Fails unless net takes data's features (and is float32). */
bool rl_net_takes(const rl_net *net, const rl_dataset *data, rl_error *err);

#endif
