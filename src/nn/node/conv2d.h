/* What a convolving node and its transposed twin have in common. */
#ifndef RL_NN_CONV2D_H
#define RL_NN_CONV2D_H

#include "nn/node/node.h"

rl_window_sizes rl_conv2d_sizes(const rl_conv2d_config *config);

/* A node of this kind over that window, without its first weights: channels, groups and what biases begin with are
 * checked, and the window gets its groups. */
rl_node rl_conv2d_add(rl_net *net, rl_node x, rl_kind kind, const rl_conv2d_config *config, rl_window window,
    rl_shape shape, rl_error *err);

/* "conv 8 3 padding 1", and back. output_padding: what there is of it is told too. */
bool rl_conv2d_words(const rl_phrase *phrase, const rl_node_kind *kind, const rl_dense_config *defaults,
    rl_conv2d_config *config, rl_error *err);
void rl_conv2d_describe(const rl_net *net, rl_node node, const size_t output_padding[2], char *text, size_t room);

size_t rl_conv2d_tensors(const rl_node_data *node, rl_node_tensor *tensors);
size_t rl_conv2d_scratch(const rl_node_data *node);

#endif
