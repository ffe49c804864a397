/* Making a dense node: its shape rule, its parameters, its first weights. */
#include "nn/init/init.h"
#include "nn/node/node.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

rl_node rl_dense(rl_net *net, rl_node x, rl_dense_config config, rl_error *err)
{
    if (!rl_net_gives_vector(net, x, "dense", err))
        return -1;
    if (config.units < 1) {
        rl_fail(err, RL_BAD_SHAPE, "dense: %d units; expected at least 1", config.units);
        return -1;
    }
    if (!isfinite(config.bias) || !isfinite(config.sd) || config.sd < 0) {
        rl_fail(err, RL_BAD_CONFIG, "dense: expected a finite bias and a finite deviation of at least 0");
        return -1;
    }
    if (!config.init)
        config.init = &rl_he;
    size_t weights = (size_t)config.units * (size_t)net->nodes[x].values;
    rl_node node = rl_net_add_node(net,
        (rl_node_data){ .kind = RL_DENSE,
            .shape = rl_vector(config.units),
            .reads = { x, -1 },
            .learns = true,
            .parameters = weights + (config.no_bias ? 0 : (size_t)config.units),
            .weights = weights,
            .bias = !config.no_bias,
            .dense = config },
        err);
    return node >= 0 && rl_weights_draw(net, node, NULL, err) ? node : -1;
}

/* How often a kernel's weight meets an input; a dense one does once. */
static size_t taps_of(const rl_node_data *node)
{
    return node->window.groups ? node->window.kernel[0] * node->window.kernel[1] : 1;
}

/* Drawn in double, lane by lane, each from its own seed: a lane starts as that seed alone would. */
bool rl_weights_draw(rl_net *net, rl_node which, const double *lane_gains, rl_error *err)
{
    const rl_node_data *node = &net->nodes[which];
    size_t units = (size_t)node->units, inputs = node->weights / units;
    double *w = rl_new(net->memory, node->weights + units, sizeof *w, err);
    if (!w)
        return false;
    for (int l = 0; l < net->lanes; l++) {
        rl_random random = rl_random_stream(net->seeds[l], RL_FOR_INIT, (uint64_t)which);
        double *b = w + node->weights;
        for (size_t o = 0; o < units; o++)
            b[o] = (double)node->dense.bias;
        node->dense.init->draw(&(rl_draw){ .random = &random,
            .units = node->units,
            .inputs = (int)inputs,
            .fan_out = (int)(units * taps_of(node)),
            .gain = lane_gains ? lane_gains[l] : 1,
            .sd = (double)node->dense.sd,
            .w = w,
            .b = node->bias ? b : NULL });
        for (size_t i = 0; i < node->parameters; i++)
            rl_net_set(net, node->offset + i, l, w[i]);
    }
    rl_free(net->memory, w);
    return true;
}

static rl_node append(rl_net *net, const rl_phrase *p, const rl_dense_config *defaults, rl_error *err)
{
    rl_dense_config dense = *defaults;
    long units;
    bool flag = p->words == 3 && strcmp(p->word[2], "no_bias") == 0;
    if (p->words != 2 + flag || !rl_parse_long(p->word[1], 1, 1 << 30, &units))
        return rl_phrase_fail(p, &rl_node_dense, err);
    dense.units = (int)units;
    dense.no_bias = dense.no_bias || flag;
    return rl_dense(net, p->reads, dense, err);
}

static void describe(const rl_net *net, rl_node node, int lane, char *text, size_t room)
{
    (void)lane;
    snprintf(text, room, "dense %d%s", net->nodes[node].units, net->nodes[node].bias ? "" : " no_bias");
}

static size_t tensors(const rl_node_data *node, rl_node_tensor *tensors)
{
    const size_t units = (size_t)node->units;
    return rl_weight_tensors(node, 2, (size_t[]){ units, node->weights / units }, tensors);
}

static size_t most_terms(const rl_net *net, rl_node node)
{
    return net->nodes[node].weights / (size_t)net->nodes[node].units;
}

static size_t sum(const rl_net *net, rl_node which, int lane, size_t unit, rl_term *terms, double *bias)
{
    const rl_node_data *node = &net->nodes[which];
    const size_t inputs = most_terms(net, which);
    for (size_t i = 0; i < inputs; i++)
        terms[i] = (rl_term){ .value = i, .weight = rl_net_get(net, node->offset + unit * inputs + i, lane) };
    *bias = node->bias ? rl_net_get(net, node->offset + node->weights + unit, lane) : 0;
    return inputs;
}

const rl_node_kind rl_node_dense = {
    .word = "dense",
    .expected = "dense N, a whole number of at least 1 (then perhaps no_bias)",
    .append = append,
    .describe = describe,
    .tensors = tensors,
    .draw = rl_weights_draw,
    .sum = sum,
    .most_terms = most_terms,
};
