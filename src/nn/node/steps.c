/* Making recurrent nodes: what Elman's layer, the GRU and the LSTM have in common. */
#include "nn/node/steps.h"
#include "nn/init/init.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

bool rl_steps_begin(
    const rl_net *net, rl_node x, const rl_cell *cell, const rl_dense_config *config, rl_node_data *node, rl_error *err)
{
    const char *word = rl_node_kinds[cell->kind]->word;
    if (!rl_net_gives_sequence(net, x, word, err))
        return false;
    if (config->units < 1)
        return rl_fail(err, RL_BAD_SHAPE, "%s: %d units; expected at least 1", word, config->units);
    if (!isfinite(config->bias) || !isfinite(config->sd) || config->sd < 0)
        return rl_fail(err, RL_BAD_CONFIG, "%s: expected a finite bias and a finite deviation of at least 0", word);
    const rl_shape from = net->nodes[x].shape;
    const size_t units = (size_t)config->units, features = (size_t)from.size[1], rows = (size_t)cell->gates * units;
    size_t weights, numbers;
    if (__builtin_mul_overflow(rows, features + units, &weights) ||
        __builtin_mul_overflow((size_t)from.size[0] * (size_t)(cell->kept + cell->kept_back), units, &numbers))
        return rl_fail(err, RL_BAD_SHAPE, "%s: %d units are too many", word, config->units);
    *node = (rl_node_data){ .kind = cell->kind,
        .shape = { 2, { from.size[0], config->units } },
        .reads = { x, -1 },
        .learns = true,
        .parameters = weights + (config->no_bias ? 0 : 2 * rows),
        .weights = weights,
        .bias = !config->no_bias,
        .dense = *config,
        .gates = (size_t)cell->gates,
        .state = (size_t)cell->state * units,
        .kept = (size_t)from.size[0] * (size_t)cell->kept * units,
        .kept_back = (size_t)from.size[0] * (size_t)cell->kept_back * units };
    if (!node->dense.init)
        node->dense.init = &rl_he;
    return rl_node_measure(node, word, err);
}

/* One gate of one lane: [units][inputs] from its stretch of w. */
static void draw(const rl_initialiser *init, const rl_node_data *node, rl_random *random, size_t inputs, double gain,
    double *w, double *b)
{
    init->draw(&(rl_draw){ .random = random,
        .units = node->shape.size[1],
        .inputs = (int)inputs,
        .gain = gain,
        .sd = (double)node->dense.sd,
        .w = w,
        .b = b });
}

/* In double, lane by lane, each from its own seed: a lane starts as that seed alone would. */
bool rl_steps_draw(rl_net *net, rl_node which, const rl_cell *cell, const double *lane_gains,
    const rl_initialiser *const *lane_recurrent, rl_error *err)
{
    const rl_node_data *node = &net->nodes[which];
    const size_t units = (size_t)node->shape.size[1], features = (size_t)net->nodes[node->reads[0]].shape.size[1];
    const size_t rows = (size_t)cell->gates * units;
    double *w = rl_new(net->memory, node->weights + 2 * rows, sizeof *w, err);
    if (!w)
        return false;
    double *w_hh = w + rows * features, *b_ih = w + node->weights, *b_hh = b_ih + rows;
    for (int l = 0; l < net->lanes; l++) {
        rl_random random = rl_random_stream(net->seeds[l], RL_FOR_INIT, (uint64_t)which);
        for (size_t o = 0; o < rows; o++) {
            b_ih[o] = (double)node->dense.bias + (o / units == 1 ? (double)cell->forget : 0);
            b_hh[o] = 0;
        }
        const rl_initialiser *recurrent = node->dense.recurrent_init ? node->dense.recurrent_init : lane_recurrent[l];
        for (size_t g = 0; g < (size_t)cell->gates; g++) {
            draw(node->dense.init, node, &random, features, lane_gains ? lane_gains[l] : 1, w + g * units * features,
                node->bias ? b_ih + g * units : NULL);
            draw(recurrent, node, &random, units, 1, w_hh + g * units * units, node->bias ? b_hh + g * units : NULL);
        }
        for (size_t i = 0; i < node->weights + (node->bias ? 2 * rows : 0); i++)
            rl_net_set(net, node->offset + i, l, w[i]);
    }
    rl_free(net->memory, w);
    return true;
}

rl_node rl_gated(rl_net *net, rl_node x, const rl_cell *cell, const rl_dense_config *config, rl_error *err)
{
    rl_node_data node;
    if (!rl_steps_begin(net, x, cell, config, &node, err))
        return -1;
    const rl_initialiser *recurrent[RL_MOST_LANES];
    for (int l = 0; l < net->lanes; l++)
        recurrent[l] = &rl_orthogonal;
    rl_node which = rl_net_add_node(net, node, err);
    return which >= 0 && rl_steps_draw(net, which, cell, NULL, recurrent, err) ? which : -1;
}

rl_node rl_gated_append(rl_net *net, const rl_phrase *p, const rl_dense_config *defaults, const rl_cell *cell,
    const rl_node_kind *kind, rl_error *err)
{
    rl_dense_config config = *defaults;
    long units;
    const bool flag = p->words == 3 && strcmp(p->word[2], "no_bias") == 0;
    if (p->words != 2 + flag || !rl_parse_long(p->word[1], 1, 1 << 30, &units))
        return rl_phrase_fail(p, kind, err);
    config.units = (int)units;
    config.no_bias = config.no_bias || flag;
    return rl_gated(net, p->reads, cell, &config, err);
}

void rl_steps_describe(const rl_net *net, rl_node which, int lane, char *text, size_t room)
{
    (void)lane;
    const rl_node_data *node = &net->nodes[which];
    snprintf(text, room, "%s %d%s", rl_node_kinds[node->kind]->word, node->shape.size[1], node->bias ? "" : " no_bias");
}

/* Weights turned for a net of one lane; or one step of one group of lanes. */
size_t rl_steps_scratch(const rl_node_data *node)
{
    return node->weights + (size_t)node->units;
}

size_t rl_steps_tensors(const rl_node_data *node, rl_node_tensor *tensors)
{
    const size_t units = (size_t)node->shape.size[1], rows = node->gates * units;
    const size_t features = node->weights / rows - units;
    tensors[0] = (rl_node_tensor){ .name = "weight_ih_l0", .rank = 2, .shape = { rows, features } };
    tensors[1] =
        (rl_node_tensor){ .name = "weight_hh_l0", .rank = 2, .shape = { rows, units }, .row = rows * features };
    if (!node->bias)
        return 2;
    tensors[2] = (rl_node_tensor){ .name = "bias_ih_l0", .rank = 1, .shape = { rows }, .row = node->weights };
    tensors[3] = (rl_node_tensor){ .name = "bias_hh_l0", .rank = 1, .shape = { rows }, .row = node->weights + rows };
    return 4;
}
