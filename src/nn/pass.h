/* A pass from the inside: the scratch of one evaluation. Real is that of the net's variant. */
#ifndef RL_NN_PASS_H
#define RL_NN_PASS_H

#include "nn/losses.h"
#include "nn/net.h"

struct rl_pass {
    rl_memory memory;
    int nodes, lanes, max_batch, batch;
    size_t real_size;
    bool training;
    uint64_t step;
    void **values;     /* [nodes]: real [max_batch][units][lanes]; the input's are the caller's */
    void **gradients;  /* [nodes]: the same, ∂L/∂value; NULL where nothing is learned before */
    bool *begun;       /* [nodes]: has this backward written to the node's gradient yet? */
    void **drawn;      /* [nodes]: random numbers of the step; NULL where a node draws none */
    void *scratch;     /* real [max_batch][most units][lanes]; NULL unless some node has groups of lanes */
    void *dparameters; /* real [parameters][lanes] */
    void *outputs;     /* real [max_batch][outputs][lanes]: what the loss predicts */
    void *losses;      /* real [max_batch][lanes]: the loss of each row */
};

/* forward and backward whatever the scalar type; x and dloss are reals of the net's variant. */
void rl_pass_forward(const rl_net *net, rl_pass *pass, const void *x, int batch);
void rl_pass_backward(const rl_net *net, rl_pass *pass);

/* After a forward: row losses into pass->losses, predictions into pass->outputs. targets as the loss has them. */
void rl_pass_loss(const rl_net *net, rl_pass *pass, const rl_loss *loss, const void *targets);
/* After that: the gradient of the mean over the batch becomes that of the last node, as rl_pass_backward wants it. */
void rl_pass_loss_backward(const rl_net *net, rl_pass *pass, const rl_loss *loss, const void *targets);

#endif
