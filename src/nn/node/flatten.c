/* Making a flatten node: whatever was given, as a vector. */
#include "nn/node/node.h"

rl_node rl_flatten(rl_net *net, rl_node x, rl_error *err)
{
    if (!rl_net_readable(net, x, err))
        return -1;
    const rl_node_data *from = &net->nodes[x];
    return rl_net_add_node(net,
        (rl_node_data){
            .kind = RL_FLATTEN, .shape = rl_vector(from->values), .reads = { x, -1 }, .learns = from->learns },
        err);
}

static rl_node append(rl_net *net, const rl_phrase *p, const rl_dense_config *defaults, rl_error *err)
{
    (void)defaults;
    return p->words == 1 ? rl_flatten(net, p->reads, err) : rl_phrase_fail(p, &rl_node_flatten, err);
}

const rl_node_kind rl_node_flatten = {
    .word = "flatten",
    .expected = "flatten, and no more words",
    .append = append,
    .describe = rl_describe_word,
    .sum = rl_sum_of_copy,
    .most_terms = rl_one_term,
    .passes_on = true,
};
