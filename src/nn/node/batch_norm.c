/* Making a batch norm: torch.nn.BatchNorm1d of a vector's values, BatchNorm2d of a picture's channels. It begins with γ = 1
 * and β = 0.
 *
 * What evaluation takes for mean and variance are the running ones, which begin with 0 and 1. They stand behind γ and β
 * among the parameters, as they do in PyTorch's files: whoever copies, keeps, saves or takes back a net's parameters has them
 * too. No gradient, optimiser or penalty reaches them; rl_update_statistics moves them after a training step,
 *
 *     running ← 0.9 running + 0.1 (mean, or variance by 1/(n - 1), of the n numbers a unit had in the batch)
 *
 * and counts in the last parameter how often it has. A float counts to 2^24 and stays there; nothing depends on it. */
#include "nn/node/node.h"
#include "nn/pass.h"

#include <math.h>

static const double MOMENTUM = 0.1;

rl_node rl_batch_norm(rl_net *net, rl_node x, rl_error *err)
{
    char text[RL_SHAPE_TEXT];
    if (!rl_net_readable(net, x, err))
        return -1;
    const rl_node_data *from = &net->nodes[x];
    if (from->shape.rank != 1 && from->shape.rank != 3) {
        rl_fail(err, RL_BAD_SHAPE,
            "batch_norm: node %d gives %s; expected a vector or a picture (layer_norm takes sequences)", x,
            rl_shape_text(from->shape, text));
        return -1;
    }
    const size_t units = (size_t)from->units;
    const rl_node node = rl_net_add_node(net,
        (rl_node_data){ .kind = RL_BATCH_NORM,
            .shape = from->shape,
            .reads = { x, -1 },
            .learns = true,
            .parameters = 4 * units + 1,
            .statistics = 2 * units + 1 },
        err);
    for (size_t u = 0; node >= 0 && u < units; u++)
        for (int l = 0; l < net->lanes; l++) {
            rl_net_set(net, net->nodes[node].offset + u, l, 1);
            rl_net_set(net, net->nodes[node].offset + 3 * units + u, l, 1);
        }
    return node;
}

static rl_node append(rl_net *net, const rl_phrase *p, const rl_dense_config *defaults, rl_error *err)
{
    (void)defaults;
    return p->words == 1 ? rl_batch_norm(net, p->reads, err) : rl_phrase_fail(p, &rl_node_batch_norm, err);
}

static size_t tensors(const rl_node_data *node, rl_node_tensor *tensors)
{
    static const char *const names[] = { "weight", "bias", "running_mean", "running_var" };
    const size_t units = (size_t)node->units;
    for (size_t i = 0; i < 4; i++)
        tensors[i] = (rl_node_tensor){ .name = names[i], .rank = 1, .shape = { units }, .row = i * units };
    tensors[4] = (rl_node_tensor){ .name = "num_batches_tracked", .row = 4 * units, .count = true };
    return 5;
}

/* In evaluation: as nn/layer/batch_norm.c has it, operation by operation. */
static size_t sum(const rl_net *net, rl_node which, int lane, size_t value, rl_term *terms, double *bias)
{
    const rl_norm_numbers n = rl_norm_numbers_of(net, which, lane, rl_unit_of(&net->nodes[which], value));
    if (net->float64) {
        const double scale = n.gamma * (1 / sqrt(n.variance + 1e-5));
        terms[0] = (rl_term){ .value = value, .weight = scale };
        *bias = n.beta - n.mean * scale;
    } else {
        const float scale = (float)n.gamma * (1 / sqrtf((float)n.variance + 1e-5F));
        terms[0] = (rl_term){ .value = value, .weight = (double)scale };
        *bias = (double)((float)n.beta - (float)n.mean * scale);
    }
    return 1;
}

rl_norm_numbers rl_norm_numbers_of(const rl_net *net, rl_node which, int lane, size_t unit)
{
    const rl_node_data *node = &net->nodes[which];
    const size_t units = (size_t)node->units, first = node->offset + unit;
    return (rl_norm_numbers){ .gamma = rl_net_get(net, first, lane),
        .beta = rl_net_get(net, first + units, lane),
        .mean = rl_net_get(net, first + 2 * units, lane),
        .variance = rl_net_get(net, first + 3 * units, lane) };
}

/* Room for what a call works out of each unit. */
static size_t scratch(const rl_node_data *node)
{
    return 4 * (size_t)node->units;
}

/* ---- The running statistics ---- */

static double batch_statistic(const rl_net *net, const rl_pass *pass, rl_node which, size_t row, int lane)
{
    const size_t at = row * (size_t)net->lanes + (size_t)lane;
    return net->float64 ? ((const double *)pass->statistics[which])[at]
                        : (double)((const float *)pass->statistics[which])[at];
}

static void move(rl_net *net, size_t row, int lane, double to)
{
    rl_net_set(net, row, lane, (1 - MOMENTUM) * rl_net_get(net, row, lane) + MOMENTUM * to);
}

void rl_update_statistics(rl_net *net, const rl_pass *pass, const bool *lanes)
{
    for (rl_node i = 0; i < net->count; i++) {
        const rl_node_data *node = &net->nodes[i];
        const size_t units = (size_t)node->units, count = (size_t)pass->batch * (size_t)node->positions;
        for (int l = 0; node->kind == RL_BATCH_NORM && count > 1 && l < net->lanes; l++) {
            if (lanes && !lanes[l])
                continue;
            for (size_t u = 0; u < units; u++) {
                const size_t mean = node->offset + 2 * units + u;
                move(net, mean, l, batch_statistic(net, pass, i, u, l));
                move(net, mean + units, l,
                    batch_statistic(net, pass, i, units + u, l) * (double)count / (double)(count - 1));
            }
            const size_t tracked = node->offset + 4 * units;
            rl_net_set(net, tracked, l, rl_net_get(net, tracked, l) + 1);
        }
    }
}

bool rl_batch_is_enough(const rl_net *net, size_t batch, rl_node *which)
{
    for (*which = 0; *which < net->count; ++*which) {
        const rl_node_data *node = &net->nodes[*which];
        if (node->kind == RL_BATCH_NORM && batch * (size_t)node->positions < 2)
            return false;
    }
    return true;
}

const rl_node_kind rl_node_batch_norm = {
    .word = "batch_norm",
    .expected = "batch_norm, and no more words",
    .append = append,
    .describe = rl_describe_word,
    .tensors = tensors,
    .sum = sum,
    .most_terms = rl_one_term,
    .scratch = scratch,
};
