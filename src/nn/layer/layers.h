/* All layers of one variant. */
#ifndef RL_NN_LAYERS_H
#define RL_NN_LAYERS_H

#include "kernel/lane.h"
#include "nn/layer/layer.h"

extern const rl_layer RL_EXPORT(rl_layer_input), RL_EXPORT(rl_layer_dense), RL_EXPORT(rl_layer_activation),
    RL_EXPORT(rl_layer_dropout), RL_EXPORT(rl_layer_add), RL_EXPORT(rl_layer_copy), RL_EXPORT(rl_layer_concatenate),
    RL_EXPORT(rl_layer_conv2d), RL_EXPORT(rl_layer_conv2d_transposed), RL_EXPORT(rl_layer_max_pool),
    RL_EXPORT(rl_layer_average_pool), RL_EXPORT(rl_layer_recurrent), RL_EXPORT(rl_layer_gru), RL_EXPORT(rl_layer_lstm),
    RL_EXPORT(rl_layer_last), RL_EXPORT(rl_layer_layer_norm), RL_EXPORT(rl_layer_batch_norm);
extern const rl_layer *const RL_EXPORT(rl_layer_list)[RL_KINDS];

/* A convolution's forward; add: to what y holds, where no other bias is to be added. */
void RL_EXPORT(rl_convolve)(const rl_call *call, bool add);

#endif
