/* A pass from the inside: the scratch of one evaluation. Real is that of the net's variant. */
#ifndef RL_NN_PASS_H
#define RL_NN_PASS_H

#include "nn/losses.h"
#include "nn/net.h"

struct rl_pass {
    rl_memory memory;
    int nodes, lanes, max_batch, batch, workers;
    size_t real_size;
    bool training;
    uint64_t step;
    void **values;     /* [nodes]: real [max_batch][units][lanes]; the input's are the caller's */
    void **gradients;  /* [nodes]: the same, ∂L/∂value; NULL where nothing is learned before */
    void **drawn;      /* [nodes]: random numbers of the step; NULL where a node draws none */
    void **scratch;    /* [workers]: real, as much as the greediest node wants (rl_call) */
    void *dparameters; /* real [parameters][lanes] */
    void *outputs;     /* real [max_batch][outputs][lanes]: what the loss predicts */
    void *losses;      /* real [max_batch][lanes]: the loss of each row */
};

/* A pass that several workers may share, each with scratch of its own: see rl_block. */
rl_pass *rl_pass_new_shared(const rl_net *net, int max_batch, int workers, rl_error *err);

/* forward and backward whatever the scalar type; x and dloss are reals of the net's variant. */
void rl_pass_forward(const rl_net *net, rl_pass *pass, const void *x, int batch);
void rl_pass_backward(const rl_net *net, rl_pass *pass);

/* After a forward: row losses into pass->losses, predictions into pass->outputs. targets as the loss has them. */
void rl_pass_loss(const rl_net *net, rl_pass *pass, const rl_loss *loss, const void *targets);
/* After that: the gradient of the mean over the batch becomes that of the last node, as rl_pass_backward wants it. */
void rl_pass_loss_backward(const rl_net *net, rl_pass *pass, const rl_loss *loss, const void *targets);

/* Of the row losses, each lane's mean over the batch: mean [lanes]. */
void rl_pass_mean_loss(const rl_net *net, const rl_pass *pass, float *mean);

/* The same in parts, which workers may do at the same time: rows of a batch never mix on the way forward and back, and
 * then every unit's parameters learn from all rows. Whichever way it is cut, every number is the same sum. */
typedef struct {
    size_t first, rows; /* of the batch; a net of one lane takes at most RL_BLOCK_ROWS at once */
    int worker;
} rl_block;

void rl_pass_begin(rl_pass *pass, const void *x, int batch); /* x is read in what follows, not here */
void rl_pass_forward_block(const rl_net *net, rl_pass *pass, rl_block block);
void rl_pass_loss_block(const rl_net *net, rl_pass *pass, const rl_loss *loss, const void *targets, rl_block block);
void rl_pass_loss_backward_block(
    const rl_net *net, rl_pass *pass, const rl_loss *loss, const void *targets, rl_block block);
void rl_pass_backward_block(const rl_net *net, rl_pass *pass, rl_block block); /* all but the parameters */
void rl_pass_learn(const rl_net *net, rl_pass *pass, rl_node node, int unit, int last_unit);

#endif
