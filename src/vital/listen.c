#include "vital/listen.h"

#include "nn/layer/window.h"

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
    size_t most_terms = 0;
    for (rl_node i = 0; i < net->count && !rl_failed(err); i++) {
        const rl_node_kind *kind = rl_node_kinds[net->nodes[i].kind];
        const size_t values = (size_t)net->nodes[i].values, terms = kind->most_terms ? kind->most_terms(net, i) : 0;
        most_terms = terms > most_terms ? terms : most_terms;
        listening->heard[i] = rl_new(listening->memory, values, sizeof **listening->heard, err);
        if (rl_has_units(net, i))
            listening->conducts[i] = rl_new(listening->memory, values, sizeof **listening->conducts, err);
        if (net->nodes[i].kind == RL_DENSE || net->nodes[i].kind == RL_RECURRENT)
            note_zeros(listening, net, i, err);
    }
    listening->terms = rl_new(listening->memory, most_terms, sizeof *listening->terms, err);
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
    rl_free(listening->memory, listening->terms);
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

/* Any node that sums: x is heard if some value is heard in which its weight is not 0. Weights may differ by lane. */
static void through_sum(rl_listening *listening, const rl_net *net, rl_node which, bool everyone, rl_node lowest)
{
    const rl_node_data *node = &net->nodes[which];
    const rl_node_kind *kind = rl_node_kinds[node->kind];
    const int lanes = node->parameters > 0 ? net->lanes : 1;
    double bias;
    for (size_t v = 0; v < (size_t)node->values; v++) {
        const rl_lane_set heard = everyone ? listening->all : listening->heard[which][v];
        for (int l = 0; heard && l < lanes; l++) {
            const rl_lane_set here = lanes > 1 ? (rl_lane_set)(heard & 1u << l) : heard;
            const size_t count = here ? kind->sum(net, which, l, v, listening->terms, &bias) : 0;
            for (size_t i = 0; i < count; i++) {
                const rl_node from = node->reads[listening->terms[i].read];
                if (listening->terms[i].weight != 0 && from >= lowest) /* NaN listens too */
                    listening->heard[from][listening->terms[i].value] |= here;
            }
        }
    }
}

/* Of the numbers under a kernel the largest is heard, which the pass on row b has kept; without a pass any of them. */
static void through_max_pool(rl_listening *listening, const rl_net *net, rl_node which, const rl_pass *pass, size_t b)
{
    const rl_node_data *node = &net->nodes[which];
    const rl_window *w = &node->window;
    const size_t lanes = (size_t)net->lanes, values = (size_t)node->values;
    const float *kept = pass ? (const float *)pass->drawn[which] + b * values * lanes : NULL; /* [values][lanes] */
    for (size_t v = 0; v < values; v++) {
        const rl_lane_set heard = listening->heard[which][v];
        rl_lane_set *x = listening->heard[node->reads[0]] + v / (size_t)node->positions * w->size[0] * w->size[1];
        for (size_t t = 0, place; heard && t < w->kernel[0] * w->kernel[1]; t++) {
            if (!rl_window_meets(w, v % (size_t)node->positions, t, &place))
                continue;
            for (size_t l = 0; l < lanes; l++)
                if (!kept || kept[v * lanes + l] == (float)t)
                    x[place] |= (rl_lane_set)(heard & 1u << l);
        }
    }
}

/* Through one step's weights: x_i, and y_i of the step before, are heard if some unit is that conducts and its weight from
 * there is not 0. x, y NULL: not asked. */
static void through_weights(const rl_lane_set *open, const rl_lane_set *conducts, const rl_lane_set *heard,
    size_t units, size_t features, rl_lane_set *x, rl_lane_set *y)
{
    for (size_t o = 0; o < units; o++) {
        const rl_lane_set here = heard[o] & conducts[o];
        for (size_t i = 0; here && x && i < features; i++)
            x[i] |= open ? here & open[o * features + i] : here;
        for (size_t i = 0; here && y && i < units; i++)
            y[i] |= open ? here & open[units * features + o * units + i] : here;
    }
}

/* Elman's node, from its last step to its first: a unit is heard also by way of what comes after it. lowest: no node
 * before it is asked about. */
static void through_steps(rl_listening *listening, const rl_net *net, rl_node which, rl_node lowest)
{
    const rl_node_data *node = &net->nodes[which];
    const size_t units = (size_t)node->units, features = node->weights / units - units;
    rl_lane_set *heard = listening->heard[which];
    rl_lane_set *x = node->reads[0] >= lowest ? listening->heard[node->reads[0]] : NULL;
    for (size_t t = (size_t)node->positions; t-- > 0;)
        through_weights(listening->open[which], listening->conducts[which] + t * units, heard + t * units, units,
            features, x ? x + t * features : NULL, t > 0 ? heard + (t - 1) * units : NULL);
}

/* The same as if every unit at every step were an output that conducts. */
static void join_steps(rl_listening *listening, const rl_net *net, rl_node which)
{
    const rl_node_data *node = &net->nodes[which];
    const size_t units = (size_t)node->units, features = node->weights / units - units;
    for (size_t o = 0; o < units; o++)
        for (size_t t = 0; t < (size_t)node->positions; t++)
            through_weights(listening->open[which] ? listening->open[which] + o * features : NULL, &listening->all,
                &listening->all, 1, features, listening->heard[node->reads[0]] + t * features, NULL);
    for (size_t o = 0; o < units && node->positions > 1; o++)
        for (size_t i = 0; i < units; i++)
            listening->heard[which][i] |=
                listening->open[which] ? listening->open[which][units * (features + o) + i] : listening->all;
}

/* A node that is no sum and shows no slopes of its own: whatever it reads is heard if any of its values is. */
static void through_all(rl_listening *listening, const rl_net *net, rl_node which)
{
    const rl_node_data *node = &net->nodes[which];
    rl_lane_set some = 0;
    for (size_t v = 0; v < (size_t)node->values; v++)
        some |= listening->heard[which][v];
    for (size_t v = 0; v < (size_t)net->nodes[node->reads[0]].values; v++)
        listening->heard[node->reads[0]][v] |= some;
}

/* Everything but dense layers and curves. */
static void through_others(rl_listening *listening, const rl_net *net, rl_node which, bool everyone, rl_node lowest,
    const rl_pass *pass, size_t b)
{
    const rl_kind kind = net->nodes[which].kind;
    if (kind == RL_RECURRENT)
        through_steps(listening, net, which, lowest);
    else if (rl_node_kinds[kind]->sum)
        through_sum(listening, net, which, everyone, lowest);
    else if (net->nodes[which].reads[0] < lowest)
        return;
    else if (kind == RL_MAX_POOL)
        through_max_pool(listening, net, which, pass, b);
    else
        through_all(listening, net, which);
}

static void begin(rl_listening *listening, const rl_net *net, rl_node lowest)
{
    for (rl_node i = lowest; i < net->count; i++)
        memset(listening->heard[i], 0, (size_t)net->nodes[i].values * sizeof **listening->heard);
    for (int o = 0; o < rl_net_outputs(net); o++)
        listening->heard[net->count - 1][o] = listening->all;
}

void rl_listen(rl_listening *listening, const rl_net *net, rl_node lowest, const rl_pass *pass, size_t b)
{
    begin(listening, net, lowest);
    for (rl_node i = net->count - 1; i > 0 && i >= lowest; i--) { /* a recurrent one hears itself */
        const rl_node_data *node = &net->nodes[i];
        const rl_node from = node->reads[0];
        if (node->kind != RL_DENSE && node->kind != RL_ACTIVATION)
            through_others(listening, net, i, false, lowest, pass, b);
        else if (from >= lowest && node->kind == RL_DENSE)
            dense(listening->open[i], listening->heard[i], (size_t)node->values, (size_t)net->nodes[from].values,
                listening->heard[from]);
        else if (from >= lowest)
            through_curve(listening->conducts[i], listening->heard[i], (size_t)node->values, listening->heard[from]);
    }
}

void rl_listen_next_weights(rl_listening *listening, const rl_net *net)
{
    begin(listening, net, 0);
    for (rl_node i = net->count - 1; i > 0; i--) {
        const rl_node_data *node = &net->nodes[i];
        const rl_node from = node->reads[0];
        if (node->kind == RL_ACTIVATION) {
            for (size_t v = 0; v < (size_t)node->values; v++)
                listening->heard[from][v] |= listening->heard[i][v];
        } else if (node->kind == RL_RECURRENT) {
            join_steps(listening, net, i);
        } else if (node->kind != RL_DENSE) {
            through_others(listening, net, i, node->weights > 0, 0, NULL, 0);
        } else {
            const rl_lane_set *open = listening->open[i];
            const size_t units = (size_t)node->values, inputs = (size_t)net->nodes[from].values;
            for (size_t u = 0; u < units; u++)
                for (size_t x = 0; x < inputs; x++)
                    listening->heard[from][x] |= open ? open[u * inputs + x] : listening->all;
        }
    }
}
