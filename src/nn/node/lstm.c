/* Making an LSTM node. Its forget gates begin open: their biases start 1 above the others (Gers, Schmidhuber & Cummins
 * 2000; Jozefowicz, Zaremba & Sutskever 2015). */
#include "nn/node/steps.h"

static const rl_cell cell = { .kind = RL_LSTM, .gates = 4, .kept = 6, .kept_back = 6, .state = 2, .forget = 1 };

rl_node rl_lstm(rl_net *net, rl_node x, rl_dense_config config, rl_error *err)
{
    return rl_gated(net, x, &cell, &config, err);
}

static rl_node append(rl_net *net, const rl_phrase *p, const rl_dense_config *defaults, rl_error *err)
{
    return rl_gated_append(net, p, defaults, &cell, &rl_node_lstm, err);
}

const rl_node_kind rl_node_lstm = {
    .word = "lstm",
    .expected = "lstm N, a whole number of at least 1 (then perhaps no_bias)",
    .append = append,
    .describe = rl_steps_describe,
    .tensors = rl_steps_tensors,
    .scratch = rl_steps_scratch,
};
