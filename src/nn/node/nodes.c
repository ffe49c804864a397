/* The list of all kinds of node, in the order of rl_kind. */
#include "nn/node/node.h"

const rl_node_kind *const rl_node_kinds[RL_KINDS] = {
    [RL_INPUT] = &rl_node_input,
    [RL_DENSE] = &rl_node_dense,
    [RL_ACTIVATION] = &rl_node_activation,
    [RL_DROPOUT] = &rl_node_dropout,
    [RL_ADD] = &rl_node_add,
    [RL_FLATTEN] = &rl_node_flatten,
    [RL_RESHAPE] = &rl_node_reshape,
    [RL_CONCATENATE] = &rl_node_concatenate,
    [RL_CONV2D] = &rl_node_conv2d,
    [RL_CONV2D_TRANSPOSED] = &rl_node_conv2d_transposed,
    [RL_MAX_POOL] = &rl_node_max_pool,
    [RL_AVERAGE_POOL] = &rl_node_average_pool,
    [RL_GLOBAL_POOL] = &rl_node_global_pool,
    [RL_RECURRENT] = &rl_node_recurrent,
    [RL_GRU] = &rl_node_gru,
    [RL_LSTM] = &rl_node_lstm,
    [RL_LAST] = &rl_node_last,
    [RL_LAYER_NORM] = &rl_node_layer_norm,
    [RL_BATCH_NORM] = &rl_node_batch_norm,
};

size_t rl_weight_tensors(const rl_node_data *node, int rank, const size_t *shape, rl_node_tensor *tensors)
{
    tensors[0] = (rl_node_tensor){ .name = "weight", .rank = rank };
    for (int i = 0; i < rank; i++)
        tensors[0].shape[i] = shape[i];
    tensors[1] = (rl_node_tensor){
        .name = "bias", .rank = 1, .shape = { node->parameters - node->weights }, .row = node->weights
    };
    return node->bias ? 2 : 1;
}

size_t rl_sum_of_copy(const rl_net *net, rl_node node, int lane, size_t value, rl_term *terms, double *bias)
{
    (void)net, (void)node, (void)lane;
    terms[0] = (rl_term){ .value = value, .weight = 1 };
    *bias = 0;
    return 1;
}

size_t rl_one_term(const rl_net *net, rl_node node)
{
    (void)net, (void)node;
    return 1;
}
