/* Making a node that gives the last step of a sequence. */
#include "nn/node/node.h"

rl_node rl_last(rl_net *net, rl_node x, rl_error *err)
{
    if (!rl_net_gives_sequence(net, x, "last", err))
        return -1;
    const rl_node_data *from = &net->nodes[x];
    return rl_net_add_node(net,
        (rl_node_data){
            .kind = RL_LAST, .shape = rl_vector(from->shape.size[1]), .reads = { x, -1 }, .learns = from->learns },
        err);
}

static rl_node append(rl_net *net, const rl_phrase *p, const rl_dense_config *defaults, rl_error *err)
{
    (void)defaults;
    return p->words == 1 ? rl_last(net, p->reads, err) : rl_phrase_fail(p, &rl_node_last, err);
}

static size_t sum(const rl_net *net, rl_node which, int lane, size_t value, rl_term *terms, double *bias)
{
    (void)lane;
    const rl_node_data *node = &net->nodes[which];
    terms[0] = (rl_term){ .value = (size_t)(net->nodes[node->reads[0]].values - node->values) + value, .weight = 1 };
    *bias = 0;
    return 1;
}

const rl_node_kind rl_node_last = {
    .word = "last",
    .expected = "last, and no more words",
    .append = append,
    .describe = rl_describe_word,
    .sum = sum,
    .most_terms = rl_one_term,
    .passes_on = true,
};
