/* The input node: always the first, of any shape. */
#include "nn/node/node.h"

#include <stdio.h>

rl_node rl_input(rl_net *net, rl_shape shape, rl_error *err)
{
    if (rl_failed(err))
        return -1;
    if (net->count) {
        rl_fail(err, RL_BAD_SHAPE, "a net has one input, and it comes first");
        return -1;
    }
    return rl_net_add_node(net, (rl_node_data){ .kind = RL_INPUT, .shape = shape, .reads = { -1, -1 } }, err);
}

static rl_node append(rl_net *net, const rl_phrase *p, const rl_dense_config *defaults, rl_error *err)
{
    (void)defaults;
    rl_shape shape;
    if (p->words != 2 || !rl_phrase_sizes(p->word[1], 1, 4, &shape))
        return rl_phrase_fail(p, &rl_node_input, err);
    return rl_input(net, shape, err);
}

static void describe(const rl_net *net, rl_node node, int lane, char *text, size_t room)
{
    (void)lane;
    char shape[RL_SHAPE_TEXT];
    snprintf(text, room, "input %s", rl_shape_text(net->nodes[node].shape, shape));
}

const rl_node_kind rl_node_input = {
    .word = "input",
    .expected = "input N, a whole number of at least 1, or input CHANNELSxHEIGHTxWIDTH",
    .append = append,
    .describe = describe,
};
