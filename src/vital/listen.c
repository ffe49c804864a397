#include "vital/listen.h"

#include <string.h>

static bool note_zeros(rl_listening *listening, const rl_net *net, rl_node i, rl_error *err)
{
    const rl_node_data *node = &net->nodes[i];
    const size_t lanes = (size_t)net->lanes;
    const float *w = (const float *)net->parameters + node->offset * lanes; /* [units][inputs][lanes] */
    unsigned zeros = 0;
    for (size_t k = 0; k < node->weights * lanes; k++) /* without a way out, so that it goes by vectors */
        zeros += w[k] == 0;
    if (!zeros)
        return true;
    rl_lane_set *open = listening->open[i] = rl_new(listening->memory, node->weights, sizeof *open, err);
    for (size_t k = 0; open && k < node->weights; k++)
        for (size_t l = 0; l < lanes; l++)
            open[k] |= (rl_lane_set)((w[k * lanes + l] != 0) << l); /* NaN listens too */
    return open != NULL;
}

bool rl_listening_new(rl_listening *listening, const rl_net *net, rl_error *err)
{
    const size_t nodes = (size_t)net->count;
    *listening =
        (rl_listening){ .memory = net->memory, .nodes = net->count, .all = (rl_lane_set)((1u << net->lanes) - 1) };
    listening->open = rl_new(net->memory, nodes, sizeof *listening->open, err);
    listening->conducts = rl_new(net->memory, nodes, sizeof *listening->conducts, err);
    listening->heard = rl_new(net->memory, nodes, sizeof *listening->heard, err);
    for (rl_node i = 0; i < net->count && !rl_failed(err); i++) {
        size_t units = (size_t)net->nodes[i].units;
        listening->heard[i] = rl_new(net->memory, units, sizeof **listening->heard, err);
        if (net->nodes[i].kind == RL_ACTIVATION)
            listening->conducts[i] = rl_new(net->memory, units, sizeof **listening->conducts, err);
        if (net->nodes[i].kind == RL_DENSE)
            note_zeros(listening, net, i, err);
    }
    if (!rl_failed(err))
        return true;
    rl_listening_free(listening);
    return false;
}

void rl_listening_free(rl_listening *listening)
{
    for (int i = 0; i < listening->nodes; i++) {
        if (listening->open)
            rl_free(listening->memory, listening->open[i]);
        if (listening->conducts)
            rl_free(listening->memory, listening->conducts[i]);
        if (listening->heard)
            rl_free(listening->memory, listening->heard[i]);
    }
    rl_free(listening->memory, listening->open);
    rl_free(listening->memory, listening->conducts);
    rl_free(listening->memory, listening->heard);
    *listening = (rl_listening){ 0 };
}

/* ---- One node: what it reads is heard wherever it passes something on. heard is added to. ---- */

/* x_i is heard if some z_o is heard and w_oi is not 0. */
static void dense(const rl_lane_set *open, const rl_lane_set *heard, size_t units, size_t inputs, rl_lane_set *x)
{
    rl_lane_set some = 0;
    for (size_t o = 0; o < units; o++) {
        some |= heard[o];
        if (open && heard[o])
            for (size_t i = 0; i < inputs; i++)
                x[i] |= heard[o] & open[o * inputs + i];
    }
    if (!open)
        for (size_t i = 0; i < inputs; i++)
            x[i] |= some;
}

static void through_curve(const rl_lane_set *conducts, const rl_lane_set *heard, size_t units, rl_lane_set *x)
{
    for (size_t u = 0; u < units; u++)
        x[u] |= heard[u] & conducts[u];
}

static void straight(const rl_lane_set *heard, size_t units, rl_lane_set *x)
{
    for (size_t u = 0; u < units; u++)
        x[u] |= heard[u];
}

static void begin(rl_listening *listening, const rl_net *net, rl_node lowest)
{
    for (rl_node i = lowest; i < net->count; i++)
        memset(listening->heard[i], 0, (size_t)net->nodes[i].units * sizeof **listening->heard);
    for (int o = 0; o < rl_net_outputs(net); o++)
        listening->heard[net->count - 1][o] = listening->all;
}

void rl_listen(rl_listening *listening, const rl_net *net, rl_node lowest)
{
    begin(listening, net, lowest);
    for (rl_node i = net->count - 1; i > lowest; i--) {
        const rl_node_data *node = &net->nodes[i];
        const size_t units = (size_t)node->units;
        for (int k = 0; k < 2 && node->reads[k] >= 0; k++) {
            rl_node from = node->reads[k];
            if (from < lowest)
                continue;
            if (node->kind == RL_DENSE)
                dense(listening->open[i], listening->heard[i], units, (size_t)net->nodes[from].units,
                    listening->heard[from]);
            else if (node->kind == RL_ACTIVATION)
                through_curve(listening->conducts[i], listening->heard[i], units, listening->heard[from]);
            else
                straight(listening->heard[i], units, listening->heard[from]);
        }
    }
}

void rl_listen_next_weights(rl_listening *listening, const rl_net *net)
{
    begin(listening, net, 0);
    for (rl_node i = net->count - 1; i > 0; i--) {
        const rl_node_data *node = &net->nodes[i];
        const size_t units = (size_t)node->units;
        for (int k = 0; k < 2 && node->reads[k] >= 0; k++) {
            rl_node from = node->reads[k];
            if (node->kind != RL_DENSE) {
                straight(listening->heard[i], units, listening->heard[from]);
                continue;
            }
            const rl_lane_set *open = listening->open[i];
            const size_t inputs = (size_t)net->nodes[from].units;
            for (size_t u = 0; u < units; u++)
                for (size_t x = 0; x < inputs; x++)
                    listening->heard[from][x] |= open ? open[u * inputs + x] : listening->all;
        }
    }
}
