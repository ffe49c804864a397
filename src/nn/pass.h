/* A pass from the inside: the scratch of one evaluation. Real is that of the net's variant. */
#ifndef RL_NN_PASS_H
#define RL_NN_PASS_H

#include "base/threads.h"
#include "nn/losses.h"
#include "nn/net.h"
#include "nn/single.h"

/* How gradients flow to a node and on from it, walking back from the last one. */
typedef struct {
    bool wanted;   /* must its gradient be known: is anything learned here or before, or is the input's asked for? */
    bool reached;  /* does the output depend on it? */
    bool fresh[2]; /* is it the first to write to the gradient of what it reads? */
    int readers;   /* how many write to its gradient */
    bool pooled;   /* a curve or a max pooling that is in one go with the convolution before */
} rl_flow;

struct rl_pass {
    rl_memory memory;
    int nodes, lanes, max_batch, batch;
    size_t real_size;
    bool to_input; /* backward goes on to the net's input */
    bool training;
    uint64_t step;
    void **values;    /* [nodes]: real [max_batch][units][lanes]; the input's are the caller's */
    void **gradients; /* [nodes]: the same, ∂L/∂value; NULL where it is not wanted */
    rl_flow *flow;    /* [nodes] */
    rl_call *calls;   /* [nodes]: what its kernels need to know of each node, for all rows of the batch */
    void **drawn;     /* [nodes]: random numbers of the step, or what forward keeps for backward; NULL: neither */
    void **kept, **kept_back; /* [nodes]: what layers keep from forward on, and from backward on; NULL where nothing */
    void **statistics; /* [nodes]: real [4][units][lanes] of a batch norm, of the last training forward; else NULL */
    rl_crew *crew;     /* borrowed; NULL: one thread */
    void **scratch;    /* [shares of the crew]: real, as much as the greediest node wants (rl_call) */
    float *turned;     /* [blocks][inputs][RL_BLOCK_ROWS]: what a large node of a net of one lane reads */
    void *dparameters; /* real [parameters][lanes] */
    void *outputs;     /* real [max_batch][outputs][lanes]: what the loss predicts */
    void *losses;      /* real [max_batch][lanes]: the loss of each row */
};

/* The pre-activations of a node that has units, of the last forward: real [batch][values][lanes]. An Elman node keeps its
 * own. */
static inline const void *rl_pass_z(const rl_net *net, const rl_pass *pass, rl_node node)
{
    return net->nodes[node].kind == RL_ACTIVATION ? pass->values[net->nodes[node].reads[0]] : pass->kept[node];
}

/* A pass of a net of one lane whose work a crew shares; packs do not ask it. The crew must outlive the pass. */
rl_pass *rl_pass_new_shared(const rl_net *net, int max_batch, rl_crew *crew, rl_error *err);

/* Before the first forward: nobody will ever read what the nodes of this pass give, save the last, nor their gradients,
 * save the input's and those of parameters. What is faster without does without; rl_values of such a node is NULL. */
void rl_pass_hide(const rl_net *net, rl_pass *pass);

/* forward and backward whatever the scalar type; x and dloss are reals of the net's variant. */
void rl_pass_forward(const rl_net *net, rl_pass *pass, const void *x, int batch);
void rl_pass_backward(const rl_net *net, rl_pass *pass);

/* After a forward: row losses into pass->losses, predictions into pass->outputs. targets as the loss has them. */
void rl_pass_loss(const rl_net *net, rl_pass *pass, const rl_loss *loss, const void *targets);
/* After that: the gradient of the mean over the batch becomes that of the last node, as rl_pass_backward wants it. */
void rl_pass_loss_backward(const rl_net *net, rl_pass *pass, const rl_loss *loss, const void *targets);

/* Of the row losses, each lane's mean over the batch: mean [lanes]. */
void rl_pass_mean_loss(const rl_net *net, const rl_pass *pass, float *mean);

/* Does a training batch of so many rows give each unit of every batch norm two numbers? Else which does not have them. */
bool rl_batch_is_enough(const rl_net *net, size_t batch, rl_node *which);

/* Some rows of that, for workers who share it: rows never mix. */
typedef struct {
    size_t first, rows;
} rl_block;
void rl_pass_loss_block(const rl_net *net, rl_pass *pass, const rl_loss *loss, const void *targets, rl_block block);
void rl_pass_loss_backward_block(
    const rl_net *net, rl_pass *pass, const rl_loss *loss, const void *targets, rl_block block);

/* The halves of rl_pass_backward: gradients of all nodes, which row by row are sums of their own, and then what some
 * units' parameters learn from all rows; share of the crew, in whose scratch that is done. */
void rl_pass_propagate(const rl_net *net, rl_pass *pass);
void rl_pass_learn(const rl_net *net, rl_pass *pass, rl_node node, size_t unit, size_t last_unit, int share);

#endif
