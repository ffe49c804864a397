/* Making an activation node, which lane has which curve, and the weights before it redrawn for that curve; and giving a
 * lane another curve later. */
#include "nn/curves.h"
#include "nn/node/node.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

rl_node rl_activate(rl_net *net, rl_node x, const rl_activation *curve, rl_error *err)
{
    return rl_activate_with(net, x, (rl_activation_config){ .curve = curve }, err);
}

static const rl_activation *curve_of(const rl_activation_config *config, int lane)
{
    return config->lane_curves ? config->lane_curves[lane] : config->curve;
}

static float alpha_of(const rl_activation_config *config, int lane)
{
    if (config->lane_alphas)
        return config->lane_alphas[lane];
    return config->alpha ? *config->alpha : curve_of(config, lane)->alpha;
}

/* What was asked for, checked before anything is made. A curve that learns or draws its α has arrays of its own, so
 * all lanes must have it. */
static bool acceptable(const rl_net *net, const rl_activation_config *config, rl_error *err)
{
    const rl_activation *first = curve_of(config, 0);
    for (int l = 0; l < net->lanes; l++) {
        const rl_activation *curve = curve_of(config, l);
        if (!curve || rl_activation_index(curve) == (size_t)-1)
            return rl_fail(err, RL_BAD_CONFIG, "activation: lane %d has no curve of the library's", l);
        if (curve != first && (curve->learned || curve->drawn || first->learned || first->drawn))
            return rl_fail(err, RL_BAD_CONFIG, "activation: %s and %s cannot share a pack", first->name, curve->name);
        if (!isfinite(alpha_of(config, l)))
            return rl_fail(err, RL_BAD_CONFIG, "activation: %s needs a finite α", curve->name);
    }
    return true;
}

static void group_lanes(const rl_net *net, const rl_activation_config *config, rl_node_data *node)
{
    for (int l = 0; l < net->lanes; l++) {
        const rl_activation *curve = curve_of(config, l);
        int g = 0;
        while (g < node->group_count && node->groups[g].curve != curve)
            g++;
        if (g == node->group_count) {
            const size_t index = rl_activation_index(curve);
            node->groups[g] = (rl_group){ .curve = curve, .index = index, .kernels = rl_curve_of(net->variant, index) };
            node->group_count++;
        }
        node->groups[g].mask[l] = -1;
        node->lane_alphas[l] = alpha_of(config, l);
        if (net->float64)
            ((double *)node->alphas)[l] = (double)node->lane_alphas[l];
        else
            ((float *)node->alphas)[l] = node->lane_alphas[l];
    }
}

/* It keeps the variance of a signal that a rectifier halves (He et al. 2015); other curves ask for 1. ReLU's
 * parameter is its slope at the point 0, not below it. */
double rl_curve_gain(const rl_activation *curve, float alpha)
{
    double below = curve->has_alpha ? (double)alpha : 0;
    return curve->rectifier ? sqrt(2 / (1 + below * below)) : 1;
}

static bool redraw(rl_net *net, rl_node x, const rl_node_data *node, rl_error *err)
{
    const rl_node_kind *kind = rl_node_kinds[net->nodes[x].kind];
    if (!kind->draw)
        return true;
    double gains[RL_MOST_LANES];
    for (int g = 0; g < node->group_count; g++)
        for (int l = 0; l < net->lanes; l++)
            if (node->groups[g].mask[l])
                gains[l] = rl_curve_gain(node->groups[g].curve, node->lane_alphas[l]);
    return kind->draw(net, x, gains, err);
}

bool rl_node_take_curves(const rl_net *net, const rl_activation_config *config, rl_node_data *node, rl_error *err)
{
    const size_t lanes = (size_t)net->lanes;
    if (rl_failed(err) || !acceptable(net, config, err))
        return false;
    node->draws = curve_of(config, 0)->drawn;
    node->shared = config->shared;
    node->groups = rl_new(net->memory, lanes, sizeof *node->groups, err);
    node->lane_alphas = rl_new(net->memory, lanes, sizeof *node->lane_alphas, err);
    node->alphas = rl_new(net->memory, lanes, rl_real_size(net), err);
    if (!rl_failed(err))
        group_lanes(net, config, node);
    return !rl_failed(err);
}

rl_node rl_activate_with(rl_net *net, rl_node x, rl_activation_config config, rl_error *err)
{
    if (!rl_net_readable(net, x, err) || !acceptable(net, &config, err))
        return -1;
    const rl_node_data *from = &net->nodes[x];
    const rl_activation *first = curve_of(&config, 0);
    rl_node_data node = { .kind = RL_ACTIVATION,
        .shape = from->shape,
        .reads = { x, -1 },
        .learns = from->learns || first->learned,
        .parameters = !first->learned ? 0
                      : config.shared ? 1
                                      : (size_t)from->units };
    rl_node_take_curves(net, &config, &node, err);
    rl_node where = rl_net_add_node(net, node, err);
    if (where < 0 || !redraw(net, x, &net->nodes[where], err))
        return -1;
    for (size_t i = 0; i < node.parameters; i++)
        for (int l = 0; l < net->lanes; l++)
            rl_net_set(net, net->nodes[where].offset + i, l, (double)net->nodes[where].lane_alphas[l]);
    return where;
}

bool rl_net_set_curve(rl_net *net, rl_node which, int lane, const rl_activation *curve, float alpha, rl_error *err)
{
    if (!rl_net_readable(net, which, err))
        return false;
    rl_node_data *node = &net->nodes[which];
    if (node->group_count == 0 || lane < 0 || lane >= net->lanes)
        return rl_fail(err, RL_BAD_CONFIG, "node %d, lane %d: expected an activation and a lane of 0 to %d", which,
            lane, net->lanes - 1);
    const rl_activation *curves[RL_MOST_LANES];
    float alphas[RL_MOST_LANES];
    for (int l = 0; l < net->lanes; l++)
        curves[l] = rl_net_curve(net, which, l, &alphas[l]);
    const rl_activation *was = curves[lane];
    curves[lane] = curve;
    alphas[lane] = alpha;
    const rl_activation_config config = { .lane_curves = curves, .lane_alphas = alphas };
    if (!acceptable(net, &config, err))
        return false;
    if (was->learned || was->drawn || curve->learned || curve->drawn)
        return rl_fail(
            err, RL_BAD_CONFIG, "%s for %s: a curve that learns or draws its α stays for good", curve->name, was->name);
    memset(node->groups, 0, (size_t)net->lanes * sizeof *node->groups);
    node->group_count = 0;
    group_lanes(net, &config, node);
    return true;
}

bool rl_phrase_curve(const char *word, rl_activation_config *config, float *alpha, rl_error *err)
{
    char name[RL_LONGEST_LAYER];
    snprintf(name, sizeof name, "%s", word);
    char *colon = strchr(name, ':');
    if (colon) {
        double value;
        *colon = '\0';
        if (!rl_parse_double(colon + 1, &value))
            return rl_fail(err, RL_BAD_CONFIG, "layers: \"%s\"; expected a number after the colon", word);
        *alpha = (float)value;
        config->alpha = alpha;
    }
    config->curve = rl_activation_named(name, err);
    return config->curve != NULL;
}

/* Its word is the curve's name, an α after a colon. */
static rl_node append(rl_net *net, const rl_phrase *p, const rl_dense_config *defaults, rl_error *err)
{
    (void)defaults;
    rl_activation_config config = { .shared = p->words == 2 && strcmp(p->word[1], "shared") == 0 };
    float alpha;
    if (!rl_phrase_curve(p->word[0], &config, &alpha, err))
        return -1;
    if (p->words != 1 + config.shared || (config.shared && !config.curve->learned))
        return rl_phrase_fail(p, &rl_node_activation, err);
    return rl_activate_with(net, p->reads, config, err);
}

void rl_describe_curve(const rl_net *net, rl_node node, int lane, char *text, size_t room)
{
    char number[32];
    float alpha = 0;
    const rl_activation *curve = rl_net_curve(net, node, lane, &alpha);
    rl_write_float(alpha, number, sizeof number);
    if (curve->has_alpha || alpha != curve->alpha)
        snprintf(text, room, "%s:%s%s", curve->name, number, net->nodes[node].shared ? " shared" : "");
    else
        snprintf(text, room, "%s", curve->name);
}

/* A learned slope is PyTorch's PReLU: "weight" [units], or [1]. */
static size_t tensors(const rl_node_data *node, rl_node_tensor *tensors)
{
    if (node->parameters == 0)
        return 0;
    *tensors = (rl_node_tensor){ .name = "weight", .rank = 1, .shape = { node->parameters } };
    return 1;
}

const rl_node_kind rl_node_activation = {
    .word = "activation",
    .expected = "an activation, which stands alone (prelu may be shared)",
    .append = append,
    .describe = rl_describe_curve,
    .tensors = tensors,
};
