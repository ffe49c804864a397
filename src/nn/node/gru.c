/* Making a GRU node. */
#include "nn/node/steps.h"

static const rl_cell cell = { .kind = RL_GRU, .gates = 3, .kept = 4, .kept_back = 5, .state = 1 };

rl_node rl_gru(rl_net *net, rl_node x, rl_dense_config config, rl_error *err)
{
    return rl_gated(net, x, &cell, &config, err);
}

static rl_node append(rl_net *net, const rl_phrase *p, const rl_dense_config *defaults, rl_error *err)
{
    return rl_gated_append(net, p, defaults, &cell, &rl_node_gru, err);
}

const rl_node_kind rl_node_gru = {
    .word = "gru",
    .expected = "gru N, a whole number of at least 1 (then perhaps no_bias)",
    .append = append,
    .describe = rl_steps_describe,
    .tensors = rl_steps_tensors,
    .scratch = rl_steps_scratch,
};
