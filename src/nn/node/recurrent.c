/* Making Elman's recurrent node: which lane has which curve, and W_hh as that curve wants it at the start: the identity
 * for rectifiers, so that a step hands on what it got (Le, Jaitly & Hinton 2015), orthogonal matrices for others. */
#include "nn/node/steps.h"

#include <stdio.h>
#include <string.h>

static const rl_cell cell = { .kind = RL_RECURRENT, .gates = 1, .kept = 1, .kept_back = 2, .state = 1 };

rl_node rl_recurrent(rl_net *net, rl_node x, rl_dense_config config, rl_activation_config curve, rl_error *err)
{
    rl_node_data node = { 0 };
    if (!curve.curve && !curve.lane_curves)
        curve.curve = &rl_tanh;
    if (rl_steps_begin(net, x, &cell, &config, &node, err))
        rl_node_take_curves(net, &curve, &node, err);
    const size_t slopes = rl_learned_slopes(&node);
    node.parameters += slopes;
    rl_node which = rl_net_add_node(net, node, err);
    if (which < 0)
        return -1;
    double gains[RL_MOST_LANES];
    const rl_initialiser *recurrent[RL_MOST_LANES];
    for (int l = 0; l < net->lanes; l++) {
        float alpha;
        const rl_activation *f = rl_net_curve(net, which, l, &alpha);
        gains[l] = rl_curve_gain(f, alpha);
        recurrent[l] = f->rectifier ? &rl_eye : &rl_orthogonal;
        for (size_t i = node.parameters - slopes; i < node.parameters; i++)
            rl_net_set(net, net->nodes[which].offset + i, l, (double)alpha);
    }
    return rl_steps_draw(net, which, &cell, gains, recurrent, err) ? which : -1;
}

/* "rnn N", a curve, no_bias, and after a prelu shared: all but N may be left out. */
static rl_node append(rl_net *net, const rl_phrase *p, const rl_dense_config *defaults, rl_error *err)
{
    rl_dense_config config = *defaults;
    rl_activation_config curve = { 0 };
    float alpha;
    long units;
    int at = 2;
    if (p->words < 2 || !rl_parse_long(p->word[1], 1, 1 << 30, &units))
        return rl_phrase_fail(p, &rl_node_recurrent, err);
    config.units = (int)units;
    if (at < p->words && strcmp(p->word[at], "no_bias") != 0 && !rl_phrase_curve(p->word[at++], &curve, &alpha, err))
        return -1;
    if (at < p->words && curve.curve && curve.curve->learned && strcmp(p->word[at], "shared") == 0)
        curve.shared = at++ > 0;
    if (at < p->words && strcmp(p->word[at], "no_bias") == 0)
        config.no_bias = at++ > 0;
    return at == p->words ? rl_recurrent(net, p->reads, config, curve, err)
                          : rl_phrase_fail(p, &rl_node_recurrent, err);
}

static void describe(const rl_net *net, rl_node which, int lane, char *text, size_t room)
{
    const rl_node_data *node = &net->nodes[which];
    char curve[64];
    rl_describe_curve(net, which, lane, curve, sizeof curve);
    snprintf(text, room, "rnn %d %s%s", node->shape.size[1], curve, node->bias ? "" : " no_bias");
}

/* And a PReLU's slopes, which torch.nn.RNN does not have: "weight" [units], or [1], as torch.nn.PReLU names them. */
static size_t tensors(const rl_node_data *node, rl_node_tensor *list)
{
    const size_t count = rl_steps_tensors(node, list), slopes = rl_learned_slopes(node);
    if (slopes > 0)
        list[count] =
            (rl_node_tensor){ .name = "weight", .rank = 1, .shape = { slopes }, .row = node->parameters - slopes };
    return count + (slopes > 0);
}

const rl_node_kind rl_node_recurrent = {
    .word = "rnn",
    .expected = "rnn N, a whole number of at least 1 (then perhaps a curve, tanh unless told, and no_bias)",
    .append = append,
    .describe = describe,
    .tensors = tensors,
    .scratch = rl_steps_scratch,
};
