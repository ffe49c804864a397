/* Making an add node: a skip connection. */
#include "nn/node/node.h"

#include <stdio.h>
#include <string.h>

rl_node rl_add(rl_net *net, rl_node x, rl_node y, rl_error *err)
{
    if (!rl_net_readable(net, x, err) || !rl_net_readable(net, y, err))
        return -1;
    const rl_shape shape = net->nodes[x].shape;
    if (memcmp(&shape, &net->nodes[y].shape, sizeof shape) != 0) {
        char one[RL_SHAPE_TEXT], other[RL_SHAPE_TEXT];
        rl_fail(err, RL_BAD_SHAPE, "add: node %d gives %s values and node %d gives %s; expected the same", x,
            rl_shape_text(shape, one), y, rl_shape_text(net->nodes[y].shape, other));
        return -1;
    }
    return rl_net_add_node(net,
        (rl_node_data){
            .kind = RL_ADD, .shape = shape, .reads = { x, y }, .learns = net->nodes[x].learns || net->nodes[y].learns },
        err);
}

static rl_node append(rl_net *net, const rl_phrase *p, const rl_dense_config *defaults, rl_error *err)
{
    (void)defaults;
    long node;
    if (p->words != 2 || !rl_parse_long(p->word[1], 0, net->count - 1, &node))
        return rl_phrase_fail(p, &rl_node_add, err);
    return rl_add(net, p->reads, (rl_node)node, err);
}

static void describe(const rl_net *net, rl_node node, int lane, char *text, size_t room)
{
    (void)lane;
    snprintf(text, room, "add %d", net->nodes[node].reads[1]);
}

static size_t sum(const rl_net *net, rl_node node, int lane, size_t value, rl_term *terms, double *bias)
{
    (void)net, (void)node, (void)lane;
    for (int k = 0; k < 2; k++)
        terms[k] = (rl_term){ .read = k, .value = value, .weight = 1 };
    *bias = 0;
    return 2;
}

static size_t most_terms(const rl_net *net, rl_node node)
{
    (void)net, (void)node;
    return 2;
}

const rl_node_kind rl_node_add = {
    .word = "add",
    .expected = "add K, an earlier node",
    .append = append,
    .describe = describe,
    .sum = sum,
    .most_terms = most_terms,
    .passes_on = true,
};
