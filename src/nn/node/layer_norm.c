/* Making a layer norm: torch.nn.LayerNorm of a vector, of each step of a sequence, or of a whole picture (of all its
 * channels, rows and columns together, as in LayerNorm([C, H, W]); the last size alone would be one row of one channel). It
 * begins with γ = 1 and β = 0, and is the same function while training and in evaluation. */
#include "nn/node/node.h"

rl_node rl_layer_norm(rl_net *net, rl_node x, rl_error *err)
{
    if (!rl_net_readable(net, x, err))
        return -1;
    const rl_node_data *from = &net->nodes[x];
    const size_t width = (size_t)(from->shape.rank == 2 ? from->shape.size[1] : from->values);
    const rl_node node = rl_net_add_node(net,
        (rl_node_data){ .kind = RL_LAYER_NORM,
            .shape = from->shape,
            .reads = { x, -1 },
            .learns = true,
            .parameters = 2 * width,
            .kept = 2 * ((size_t)from->values / width) },
        err);
    for (size_t i = 0; node >= 0 && i < width; i++)
        for (int l = 0; l < net->lanes; l++)
            rl_net_set(net, net->nodes[node].offset + i, l, 1);
    return node;
}

static rl_node append(rl_net *net, const rl_phrase *p, const rl_dense_config *defaults, rl_error *err)
{
    (void)defaults;
    return p->words == 1 ? rl_layer_norm(net, p->reads, err) : rl_phrase_fail(p, &rl_node_layer_norm, err);
}

static size_t tensors(const rl_node_data *node, rl_node_tensor *tensors)
{
    const rl_shape shape = node->shape;
    tensors[0] = (rl_node_tensor){ .name = "weight", .rank = shape.rank == 2 ? 1 : shape.rank };
    for (int i = 0; i < tensors[0].rank; i++)
        tensors[0].shape[i] = (size_t)shape.size[shape.rank == 2 ? 1 : i];
    tensors[1] = tensors[0];
    tensors[1].name = "bias";
    tensors[1].row = node->parameters / 2;
    return 2;
}

const rl_node_kind rl_node_layer_norm = {
    .word = "layer_norm",
    .expected = "layer_norm, and no more words",
    .append = append,
    .describe = rl_describe_word,
    .tensors = tensors,
};
