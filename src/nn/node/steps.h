/* What making the recurrent nodes shares: their shape rule, their parameters, their first weights, their tensors. */
#ifndef RL_NODE_STEPS_H
#define RL_NODE_STEPS_H

#include "nn/node/node.h"

/* What a cell needs, as multiples of its units. */
typedef struct {
    rl_kind kind;
    int gates;
    int kept, kept_back; /* numbers a step, from forward to backward and from there to learn (nn/layer/) */
    int state;           /* numbers that a step hands to the next */
    float forget;        /* where the biases of the second gate begin, above what is asked for */
} rl_cell;

/* Checks x and config, and begins the node: x gives [steps, features], the node [steps, units]. */
bool rl_steps_begin(const rl_net *net, rl_node x, const rl_cell *cell, const rl_dense_config *config,
    rl_node_data *node, rl_error *err);

/* Draws each gate's W_ih by the layer's initialiser, of gain lane_gains [lanes] (NULL: 1), and its W_hh by the one for
 * recurrent weights: lane_recurrent [lanes] where none was asked for. */
bool rl_steps_draw(rl_net *net, rl_node node, const rl_cell *cell, const double *lane_gains,
    const rl_initialiser *const *lane_recurrent, rl_error *err);

/* A gated cell from its configuration, and from its words. */
rl_node rl_gated(rl_net *net, rl_node x, const rl_cell *cell, const rl_dense_config *config, rl_error *err);
rl_node rl_gated_append(rl_net *net, const rl_phrase *phrase, const rl_dense_config *defaults, const rl_cell *cell,
    const rl_node_kind *kind, rl_error *err);

/* "gru 32", perhaps with the word no_bias. */
void rl_steps_describe(const rl_net *net, rl_node node, int lane, char *text, size_t room);

/* Numbers a lane that a call needs room for. */
size_t rl_steps_scratch(const rl_node_data *node);

/* As torch.nn.RNN, GRU and LSTM name them: weight_ih_l0 [gates · units, features], weight_hh_l0, bias_ih_l0, bias_hh_l0. */
size_t rl_steps_tensors(const rl_node_data *node, rl_node_tensor *tensors);

#endif
