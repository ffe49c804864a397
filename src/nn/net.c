/* Nets: making, growing and asking them. The nodes themselves are made in nn/node/. */
#include "nn/node/node.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#define DECLARE_LAYERS(name, lanes, float64) extern const rl_layer *const rl_layer_list_##name[RL_KINDS];
extern const rl_layer *const rl_layer_list[RL_KINDS];
RL_SUFFIXED_VARIANTS(DECLARE_LAYERS)

const rl_layer *const *rl_layers_of(rl_variant variant)
{
#define LIST_LAYERS(name, lanes, float64) rl_layer_list_##name,
    static const rl_layer *const *const lists[RL_VARIANTS] = { rl_layer_list, RL_SUFFIXED_VARIANTS(LIST_LAYERS) };
    return lists[variant];
}

bool rl_lanes_supported(int lanes)
{
    return rl_variant_for(lanes, false) != RL_VARIANTS;
}

/* A pack has all its numbers once a lane: from here on they are read from further away than the vectors along the columns
 * of one net are worth. (Measured, 2^20 bytes of second-level cache, ns a sample and net in 16 lanes and alone:
 * 64-256-10 1017 and 1164, 784-32-10 1310 and 1312, 784-64-10 2591 and 2367, 784-256-10 19500 and 8960. What a row
 * makes counts as well: of convolutions on 8x8 pictures a comparison's 192 trainings took 21 s in lanes and 24 alone, on
 * 28x28 ones 16 trainings 31 and 9.) */
int rl_lanes_for(size_t numbers)
{
    return numbers < 1 << 15 ? rl_lanes_best() : 1;
}

rl_net *rl_net_new(rl_net_config config, rl_error *err)
{
    if (rl_failed(err))
        return NULL;
    int lanes = config.lanes ? config.lanes : 1;
    rl_variant variant = rl_variant_for(lanes, config.float64);
    if (variant == RL_VARIANTS) {
        rl_fail(err, RL_BAD_CONFIG, "lanes %d: this processor has %s kernels; expected %s", lanes,
            rl_processor_kernels(), config.float64 ? "1 in double precision" : "1, 4, 8 (AVX2) or 16 (AVX-512)");
        return NULL;
    }
    rl_net *net = rl_new(config.memory, 1, sizeof *net, err);
    if (!net)
        return NULL;
    *net = (rl_net){
        .memory = config.memory, .lanes = lanes, .variant = variant, .wide = variant, .float64 = config.float64
    };
    if (rl_net_is_single(net))
        net->wide = rl_variant_for(rl_lanes_best(), false);
    net->seeds = rl_new(config.memory, (size_t)lanes, sizeof *net->seeds, err);
    if (!net->seeds) {
        rl_net_free(net);
        return NULL;
    }
    for (int l = 0; l < lanes; l++)
        net->seeds[l] = config.seeds ? config.seeds[l] : config.seed + (uint64_t)l;
    return net;
}

void rl_node_release(rl_memory memory, rl_node_data *node)
{
    rl_free(memory, node->groups);
    rl_free(memory, node->lane_alphas);
    rl_free(memory, node->alphas);
}

void rl_net_free(rl_net *net)
{
    if (!net)
        return;
    rl_memory memory = net->memory;
    for (int i = 0; i < net->count; i++)
        rl_node_release(memory, &net->nodes[i]);
    rl_free(memory, net->nodes);
    rl_free(memory, net->parameters);
    rl_free(memory, net->seeds);
    rl_free(memory, net);
}

bool rl_net_readable(const rl_net *net, rl_node x, rl_error *err)
{
    if (rl_failed(err))
        return false;
    if (net->count == 0)
        return rl_fail(err, RL_BAD_SHAPE, "the net has no input yet: expected an input before any other layer");
    if (x < 0 || x >= net->count)
        return rl_fail(err, RL_BAD_SHAPE, "node %d cannot be read: the net has nodes 0 to %d", x, net->count - 1);
    return true;
}

const char *rl_shape_text(rl_shape shape, char *text)
{
    size_t used = 0;
    text[0] = 0;
    for (int i = 0; i < shape.rank && used < RL_SHAPE_TEXT; i++)
        used += (size_t)snprintf(text + used, RL_SHAPE_TEXT - used, "%s%d", i ? "x" : "", shape.size[i]);
    return text;
}

bool rl_node_measure(rl_node_data *node, const char *what, rl_error *err)
{
    const rl_shape shape = node->shape;
    long values = shape.rank >= 1 && shape.rank <= 4;
    for (int i = 0; values > 0 && i < shape.rank; i++)
        values = shape.size[i] < 1 || values > INT_MAX / shape.size[i] ? 0 : values * shape.size[i];
    if (rl_failed(err))
        return false;
    if (values < 1)
        return rl_fail(err, RL_BAD_SHAPE, "%s: expected 1 to 4 sizes of at least 1 whose product is below 2^31", what);
    node->values = (int)values;
    node->units = shape.rank == 3 ? shape.size[0] : shape.rank == 2 ? shape.size[1] : node->values;
    node->positions = node->values / node->units;
    return true;
}

bool rl_net_gives_vector(const rl_net *net, rl_node x, const char *what, rl_error *err)
{
    char text[RL_SHAPE_TEXT];
    if (!rl_net_readable(net, x, err))
        return false;
    if (net->nodes[x].shape.rank == 3)
        return rl_fail(err, RL_BAD_SHAPE, "%s: node %d gives a picture of %s; expected a vector (flatten it first)",
            what, x, rl_shape_text(net->nodes[x].shape, text));
    if (net->nodes[x].shape.rank == 2)
        return rl_fail(err, RL_BAD_SHAPE,
            "%s: node %d gives a sequence of %s; expected a vector (take its last step, or flatten it)", what, x,
            rl_shape_text(net->nodes[x].shape, text));
    return true;
}

bool rl_net_gives_picture(const rl_net *net, rl_node x, const char *what, rl_error *err)
{
    char text[RL_SHAPE_TEXT];
    if (!rl_net_readable(net, x, err))
        return false;
    if (net->nodes[x].shape.rank != 3)
        return rl_fail(err, RL_BAD_SHAPE,
            "%s: node %d gives %s values; expected a picture of CHANNELSxHEIGHTxWIDTH (input 1x28x28, or reshape)",
            what, x, rl_shape_text(net->nodes[x].shape, text));
    return true;
}

bool rl_net_gives_sequence(const rl_net *net, rl_node x, const char *what, rl_error *err)
{
    char text[RL_SHAPE_TEXT];
    if (!rl_net_readable(net, x, err))
        return false;
    if (net->nodes[x].shape.rank != 2)
        return rl_fail(err, RL_BAD_SHAPE,
            "%s: node %d gives %s values; expected a sequence of STEPSxFEATURES (input 8x8, or reshape)", what, x,
            rl_shape_text(net->nodes[x].shape, text));
    return true;
}

rl_node rl_net_add_node(rl_net *net, rl_node_data node, rl_error *err)
{
    size_t total = 0, row = (size_t)net->lanes * rl_real_size(net);
    rl_node_data *nodes = NULL;
    void *parameters = NULL;
    rl_node_measure(&node, rl_node_kinds[node.kind]->word, err);
    if (!rl_failed(err)) {
        if (net->count == INT_MAX || __builtin_add_overflow(net->parameter_count, node.parameters, &total))
            rl_fail(err, RL_BAD_SHAPE, "the net is too large");
        nodes = rl_new(net->memory, (size_t)net->count + 1, sizeof *nodes, err);
        parameters = rl_new(net->memory, total, row, err);
    }
    if (rl_failed(err)) {
        rl_free(net->memory, nodes);
        rl_free(net->memory, parameters);
        rl_node_release(net->memory, &node);
        return -1;
    }
    node.offset = net->parameter_count;
    if (net->count) {
        memcpy(nodes, net->nodes, (size_t)net->count * sizeof *nodes);
        memcpy(parameters, net->parameters, net->parameter_count * row);
    }
    rl_free(net->memory, net->nodes);
    rl_free(net->memory, net->parameters);
    nodes[net->count] = node;
    net->nodes = nodes;
    net->parameters = parameters;
    net->parameter_count = total;
    return net->count++;
}

void rl_net_set(rl_net *net, size_t row, int lane, double value)
{
    size_t at = row * (size_t)net->lanes + (size_t)lane;
    if (net->float64)
        ((double *)net->parameters)[at] = value;
    else
        ((float *)net->parameters)[at] = (float)value;
}

double rl_net_get(const rl_net *net, size_t row, int lane)
{
    size_t at = row * (size_t)net->lanes + (size_t)lane;
    return net->float64 ? ((const double *)net->parameters)[at] : ((const float *)net->parameters)[at];
}

size_t rl_learned_slopes(const rl_node_data *node)
{
    if (node->group_count == 0 || !node->groups[0].curve->learned)
        return 0;
    return node->shared ? 1 : (size_t)node->units;
}

rl_alphas rl_node_alphas(const rl_net *net, rl_node which)
{
    const rl_node_data *node = &net->nodes[which];
    if (!node->groups[0].curve->learned)
        return (rl_alphas){ node->alphas, 0, 0 };
    const size_t row = node->offset + node->parameters - rl_learned_slopes(node);
    return (
        rl_alphas){ (const char *)net->parameters + row * (size_t)net->lanes * rl_real_size(net), 0, !node->shared };
}

/* A node of the copy reads what the original reads; only curves and slopes are narrowed to the one lane. */
rl_node rl_net_copy_node(rl_net *copy, const rl_net *net, rl_node which, int lane, rl_error *err)
{
    const rl_node_data *from = &net->nodes[which];
    float alpha;
    const rl_activation *curve = rl_net_curve(net, which, lane, &alpha);
    rl_node_data node = *from;
    node.groups = NULL;
    node.lane_alphas = NULL;
    node.alphas = NULL;
    node.group_count = 0;
    if (curve)
        rl_node_take_curves(
            copy, &(rl_activation_config){ .curve = curve, .alpha = &alpha, .shared = from->shared }, &node, err);
    return rl_net_add_node(copy, node, err);
}

rl_net *rl_net_copy_lane(const rl_net *net, int lane, rl_error *err)
{
    if (!rl_failed(err) && (lane < 0 || lane >= net->lanes))
        rl_fail(err, RL_BAD_CONFIG, "lane %d: the net has lanes 0 to %d", lane, net->lanes - 1);
    rl_net *copy = rl_net_new(
        (rl_net_config){
            .seed = rl_failed(err) ? 0 : net->seeds[lane], .float64 = net->float64, .memory = net->memory },
        err);
    for (rl_node i = 0; copy && i < net->count && !rl_failed(err); i++)
        rl_net_copy_node(copy, net, i, lane, err);
    if (rl_failed(err)) {
        rl_net_free(copy);
        return NULL;
    }
    for (size_t row = 0; row < net->parameter_count; row++)
        rl_net_set(copy, row, 0, rl_net_get(net, row, lane));
    return copy;
}

int rl_net_lanes(const rl_net *net)
{
    return net->lanes;
}

int rl_net_nodes(const rl_net *net)
{
    return net->count;
}

int rl_net_inputs(const rl_net *net)
{
    return net->count ? net->nodes[0].values : 0;
}

int rl_net_outputs(const rl_net *net)
{
    return net->count ? net->nodes[net->count - 1].values : 0;
}

uint64_t rl_net_seed(const rl_net *net, int lane)
{
    return net->seeds[lane];
}

rl_node_info rl_net_node(const rl_net *net, rl_node node)
{
    const rl_node_data *n = &net->nodes[node];
    rl_node_info info = { .kind = rl_node_kinds[n->kind]->word,
        .shape = n->shape,
        .units = n->units,
        .positions = n->positions,
        .values = n->values,
        .reads = { n->reads[0], n->reads[1] },
        .parameters = n->parameters,
        .offset = n->offset,
        .weights = n->weights,
        .statistics = n->statistics };
    info.curve = rl_net_curve(net, node, 0, &info.alpha);
    return info;
}

const rl_activation *rl_net_curve(const rl_net *net, rl_node node, int lane, float *alpha)
{
    const rl_node_data *n = &net->nodes[node];
    for (int g = 0; g < n->group_count; g++)
        if (n->groups[g].mask[lane]) {
            if (alpha)
                *alpha = n->lane_alphas[lane];
            return n->groups[g].curve;
        }
    return NULL;
}

float *rl_parameters(rl_net *net, size_t *count)
{
    if (count)
        *count = net->parameter_count;
    return net->float64 ? NULL : net->parameters;
}

double *rl_parameters_f64(rl_net *net, size_t *count)
{
    if (count)
        *count = net->parameter_count;
    return net->float64 ? net->parameters : NULL;
}
