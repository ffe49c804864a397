/* Making a concatenate node: two vectors as one, or two pictures of one size as one with the channels of both. */
#include "nn/node/node.h"

#include <limits.h>
#include <stdio.h>

rl_node rl_concatenate(rl_net *net, rl_node x, rl_node y, rl_error *err)
{
    if (!rl_net_readable(net, x, err) || !rl_net_readable(net, y, err))
        return -1;
    const rl_node_data *one = &net->nodes[x], *other = &net->nodes[y];
    rl_shape shape = one->shape;
    bool fits = shape.rank == other->shape.rank && shape.size[0] <= INT_MAX - other->shape.size[0];
    for (int i = 1; i < shape.rank; i++)
        fits = fits && shape.size[i] == other->shape.size[i];
    if (!fits) {
        char first[RL_SHAPE_TEXT], second[RL_SHAPE_TEXT];
        rl_fail(err, RL_BAD_SHAPE,
            "concatenate: node %d gives %s and node %d gives %s; expected the same but for the first size", x,
            rl_shape_text(shape, first), y, rl_shape_text(other->shape, second));
        return -1;
    }
    shape.size[0] += other->shape.size[0];
    return rl_net_add_node(net,
        (rl_node_data){
            .kind = RL_CONCATENATE, .shape = shape, .reads = { x, y }, .learns = one->learns || other->learns },
        err);
}

static rl_node append(rl_net *net, const rl_phrase *p, const rl_dense_config *defaults, rl_error *err)
{
    (void)defaults;
    long node;
    if (p->words != 2 || !rl_parse_long(p->word[1], 0, net->count - 1, &node))
        return rl_phrase_fail(p, &rl_node_concatenate, err);
    return rl_concatenate(net, p->reads, (rl_node)node, err);
}

static void describe(const rl_net *net, rl_node node, int lane, char *text, size_t room)
{
    (void)lane;
    snprintf(text, room, "concatenate %d", net->nodes[node].reads[1]);
}

static size_t sum(const rl_net *net, rl_node node, int lane, size_t value, rl_term *terms, double *bias)
{
    (void)lane;
    const size_t width = (size_t)net->nodes[net->nodes[node].reads[0]].values;
    terms[0] = (rl_term){ .read = value >= width, .value = value >= width ? value - width : value, .weight = 1 };
    *bias = 0;
    return 1;
}

const rl_node_kind rl_node_concatenate = {
    .word = "concatenate",
    .expected = "concatenate K, an earlier node",
    .append = append,
    .describe = describe,
    .sum = sum,
    .most_terms = rl_one_term,
    .passes_on = true,
};
