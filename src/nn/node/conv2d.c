/* Making a convolving node: its shape rule, its parameters, its first weights. */
#include "nn/node/conv2d.h"
#include "nn/layer/window.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

rl_window_sizes rl_conv2d_sizes(const rl_conv2d_config *config)
{
    rl_window_sizes sizes = { .padding = { config->padding[0], config->padding[1] } };
    for (int i = 0; i < 2; i++) {
        sizes.kernel[i] = config->kernel[i] ? config->kernel[i] : config->kernel[0];
        sizes.stride[i] = config->stride[i] ? config->stride[i] : config->stride[0] ? config->stride[0] : 1;
        sizes.dilation[i] = config->dilation[i] ? config->dilation[i] : config->dilation[0] ? config->dilation[0] : 1;
    }
    return sizes;
}

rl_node rl_conv2d_add(rl_net *net, rl_node x, rl_kind kind, const rl_conv2d_config *config, rl_window window,
    rl_shape shape, rl_error *err)
{
    const char *what = rl_node_kinds[kind]->word;
    const int groups = config->groups ? config->groups : 1, from = net->nodes[x].units;
    if (config->channels < 1 || groups < 1 || config->channels % groups || from % groups) {
        rl_fail(err, RL_BAD_SHAPE,
            "%s: %d channels from %d in %d groups; expected at least 1 each, and groups that divide both", what,
            config->channels, from, groups);
        return -1;
    }
    if (!isfinite(config->bias) || !isfinite(config->sd) || config->sd < 0) {
        rl_fail(err, RL_BAD_CONFIG, "%s: expected a finite bias and a finite deviation of at least 0", what);
        return -1;
    }
    window.groups = (size_t)groups;
    const size_t taps = window.kernel[0] * window.kernel[1];
    const size_t weights = window.to_channels * (window.channels / window.groups) * taps;
    return rl_net_add_node(net,
        (rl_node_data){ .kind = kind,
            .shape = shape,
            .reads = { x, -1 },
            .learns = true,
            .parameters = weights + (config->no_bias ? 0 : (size_t)config->channels),
            .weights = weights,
            .bias = !config->no_bias,
            .dense = { .units = config->channels,
                .init = config->init ? config->init : &rl_he,
                .sd = config->sd,
                .bias = config->bias,
                .no_bias = config->no_bias },
            .window = window },
        err);
}

rl_node rl_conv2d(rl_net *net, rl_node x, rl_conv2d_config config, rl_error *err)
{
    rl_window window;
    if (!rl_window_over(net, x, "conv", rl_conv2d_sizes(&config), &window, err))
        return -1;
    window.to_channels = config.channels > 0 ? (size_t)config.channels : 0;
    rl_node node = rl_conv2d_add(net, x, RL_CONV2D, &config, window, rl_window_gives(&window), err);
    return node >= 0 && rl_weights_draw(net, node, NULL, err) ? node : -1;
}

bool rl_conv2d_words(const rl_phrase *p, const rl_node_kind *kind, const rl_dense_config *defaults,
    rl_conv2d_config *config, rl_error *err)
{
    *config = (rl_conv2d_config){
        .init = defaults->init, .sd = defaults->sd, .bias = defaults->bias, .no_bias = defaults->no_bias
    };
    rl_window_sizes sizes = { .stride = { 1, 1 }, .dilation = { 1, 1 } };
    long channels = 0, groups = 1;
    bool good =
        p->words >= 3 && rl_parse_long(p->word[1], 1, 1 << 20, &channels) && rl_pair_of(p->word[2], 1, sizes.kernel);
    for (int at = 3; good && at < p->words;) {
        if (strcmp(p->word[at], "no_bias") == 0) {
            config->no_bias = true;
            at++;
        } else if (strcmp(p->word[at], "groups") == 0 && at + 1 < p->words) {
            good = rl_parse_long(p->word[at + 1], 1, 1 << 20, &groups);
            at += 2;
        } else if (strcmp(p->word[at], "output_padding") == 0 && at + 1 < p->words) {
            good = kind == &rl_node_conv2d_transposed && rl_pair_of(p->word[at + 1], 0, config->output_padding);
            at += 2;
        } else {
            good = rl_window_words(p, &at, &sizes);
        }
    }
    if (!good)
        return rl_phrase_fail(p, kind, err) >= 0;
    config->channels = (int)channels;
    config->groups = (int)groups;
    memcpy(config->kernel, sizes.kernel, sizeof config->kernel);
    memcpy(config->stride, sizes.stride, sizeof config->stride);
    memcpy(config->padding, sizes.padding, sizeof config->padding);
    memcpy(config->dilation, sizes.dilation, sizeof config->dilation);
    return true;
}

static rl_node append(rl_net *net, const rl_phrase *p, const rl_dense_config *defaults, rl_error *err)
{
    rl_conv2d_config config;
    return rl_conv2d_words(p, &rl_node_conv2d, defaults, &config, err) ? rl_conv2d(net, p->reads, config, err) : -1;
}

void rl_conv2d_describe(const rl_net *net, rl_node which, const size_t output_padding[2], char *text, size_t room)
{
    static const size_t one[2] = { 1, 1 };
    const rl_node_data *node = &net->nodes[which];
    const rl_window *w = &node->window;
    int used = snprintf(text, room, "%s %d ", rl_node_kinds[node->kind]->word, node->units);
    used += rl_describe_pair(w->kernel, text + used, room - (size_t)used);
    used += rl_describe_window(w, one, text + used, room - (size_t)used);
    if (output_padding[0] || output_padding[1]) {
        used += snprintf(text + used, room - (size_t)used, " output_padding ");
        used += rl_describe_pair(output_padding, text + used, room - (size_t)used);
    }
    if (w->groups > 1)
        used += snprintf(text + used, room - (size_t)used, " groups %zu", w->groups);
    if (!node->bias)
        snprintf(text + used, room - (size_t)used, " no_bias");
}

static void describe(const rl_net *net, rl_node which, int lane, char *text, size_t room)
{
    (void)lane;
    rl_conv2d_describe(net, which, (const size_t[2]){ 0, 0 }, text, room);
}

size_t rl_conv2d_tensors(const rl_node_data *node, rl_node_tensor *tensors)
{
    const rl_window *w = &node->window;
    const size_t shape[] = { w->to_channels, w->channels / w->groups, w->kernel[0], w->kernel[1] };
    return rl_weight_tensors(node, 4, shape, tensors);
}

static size_t most_terms(const rl_net *net, rl_node node)
{
    return net->nodes[node].weights / (size_t)net->nodes[node].units;
}

static size_t sum(const rl_net *net, rl_node which, int lane, size_t value, rl_term *terms, double *bias)
{
    const rl_node_data *node = &net->nodes[which];
    const rl_window *w = &node->window;
    const size_t taps = w->kernel[0] * w->kernel[1], each = most_terms(net, which);
    const size_t output = value / (size_t)node->positions;
    const size_t first = output / (w->to_channels / w->groups) * (w->channels / w->groups);
    size_t count = 0;
    for (size_t k = 0; k < each; k++) {
        size_t place;
        if (!rl_window_meets(w, value % (size_t)node->positions, k % taps, &place))
            continue;
        terms[count++] = (rl_term){ .value = (first + k / taps) * w->size[0] * w->size[1] + place,
            .weight = rl_net_get(net, node->offset + output * each + k, lane) };
    }
    *bias = node->bias ? rl_net_get(net, node->offset + node->weights + output, lane) : 0;
    return count;
}

size_t rl_conv2d_scratch(const rl_node_data *node)
{
    return rl_planes_scratch(&node->window);
}

const rl_node_kind rl_node_conv2d = {
    .word = "conv",
    .expected =
        "conv CHANNELS KERNEL, then perhaps stride S, padding P, dilation D (sizes as 3 or 3x5), groups G, no_bias",
    .append = append,
    .describe = describe,
    .tensors = rl_conv2d_tensors,
    .draw = rl_weights_draw,
    .sum = sum,
    .most_terms = most_terms,
    .scratch = rl_conv2d_scratch,
};
