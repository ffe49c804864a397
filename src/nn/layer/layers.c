/* The list of layers, in the order of rl_kind. */
#include "nn/layer/layers.h"

const rl_layer *const RL_EXPORT(rl_layer_list)[RL_KINDS] = {
    [RL_INPUT] = &RL_EXPORT(rl_layer_input),
    [RL_DENSE] = &RL_EXPORT(rl_layer_dense),
    [RL_ACTIVATION] = &RL_EXPORT(rl_layer_activation),
    [RL_DROPOUT] = &RL_EXPORT(rl_layer_dropout),
    [RL_ADD] = &RL_EXPORT(rl_layer_add),
    [RL_FLATTEN] = &RL_EXPORT(rl_layer_copy),
    [RL_RESHAPE] = &RL_EXPORT(rl_layer_copy),
    [RL_CONCATENATE] = &RL_EXPORT(rl_layer_concatenate),
    [RL_CONV2D] = &RL_EXPORT(rl_layer_conv2d),
    [RL_CONV2D_TRANSPOSED] = &RL_EXPORT(rl_layer_conv2d_transposed),
    [RL_MAX_POOL] = &RL_EXPORT(rl_layer_max_pool),
    [RL_AVERAGE_POOL] = &RL_EXPORT(rl_layer_average_pool),
    [RL_GLOBAL_POOL] = &RL_EXPORT(rl_layer_average_pool),
    [RL_RECURRENT] = &RL_EXPORT(rl_layer_recurrent),
    [RL_GRU] = &RL_EXPORT(rl_layer_gru),
    [RL_LSTM] = &RL_EXPORT(rl_layer_lstm),
    [RL_LAST] = &RL_EXPORT(rl_layer_last),
    [RL_LAYER_NORM] = &RL_EXPORT(rl_layer_layer_norm),
    [RL_BATCH_NORM] = &RL_EXPORT(rl_layer_batch_norm),
};
