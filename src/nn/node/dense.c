/* Making a dense node: its shape rule, its parameters, its first weights. */
#include "nn/init/init.h"
#include "nn/net.h"

#include <math.h>

rl_node rl_dense(rl_net *net, rl_node x, rl_dense_config config, rl_error *err)
{
    if (!rl_net_readable(net, x, err))
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
    size_t weights = (size_t)config.units * (size_t)net->nodes[x].units;
    rl_node node = rl_net_add_node(net,
        (rl_node_data){ .kind = RL_DENSE,
            .units = config.units,
            .reads = { x, -1 },
            .learns = true,
            .parameters = weights + (config.no_bias ? 0 : (size_t)config.units),
            .weights = weights,
            .bias = !config.no_bias,
            .dense = config },
        err);
    return node >= 0 && rl_dense_draw(net, node, NULL, err) ? node : -1;
}

/* Drawn in double, lane by lane, each from its own seed: a lane starts as that seed alone would. */
bool rl_dense_draw(rl_net *net, rl_node which, const double *lane_gains, rl_error *err)
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
