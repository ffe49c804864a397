/* Making a reshape node: as many numbers in another shape, PyTorch's Unflatten. */
#include "nn/node/node.h"

#include <stdio.h>

rl_node rl_reshape(rl_net *net, rl_node x, rl_shape shape, rl_error *err)
{
    if (!rl_net_readable(net, x, err))
        return -1;
    const rl_node_data *from = &net->nodes[x];
    rl_node_data node = { .kind = RL_RESHAPE, .shape = shape, .reads = { x, -1 }, .learns = from->learns };
    if (!rl_node_measure(&node, "reshape", err))
        return -1;
    if (node.values != from->values) {
        char has[RL_SHAPE_TEXT], wants[RL_SHAPE_TEXT];
        rl_fail(err, RL_BAD_SHAPE, "reshape: node %d gives %s, %d values; expected the %d of %s", x,
            rl_shape_text(from->shape, has), from->values, node.values, rl_shape_text(shape, wants));
        return -1;
    }
    return rl_net_add_node(net, node, err);
}

static rl_node append(rl_net *net, const rl_phrase *p, const rl_dense_config *defaults, rl_error *err)
{
    (void)defaults;
    rl_shape shape;
    if (p->words != 2 || !rl_phrase_sizes(p->word[1], 1, 4, &shape))
        return rl_phrase_fail(p, &rl_node_reshape, err);
    return rl_reshape(net, p->reads, shape, err);
}

static void describe(const rl_net *net, rl_node node, int lane, char *text, size_t room)
{
    (void)lane;
    char shape[RL_SHAPE_TEXT];
    snprintf(text, room, "reshape %s", rl_shape_text(net->nodes[node].shape, shape));
}

const rl_node_kind rl_node_reshape = {
    .word = "reshape",
    .expected = "reshape N, or reshape CHANNELSxHEIGHTxWIDTH",
    .append = append,
    .describe = describe,
    .sum = rl_sum_of_copy,
    .most_terms = rl_one_term,
    .passes_on = true,
};
