/* Making pooling nodes: the largest or the mean under a kernel, or of a whole channel. */
#include "nn/layer/window.h"
#include "nn/node/node.h"

#include <stdio.h>
#include <string.h>

static rl_node pool(rl_net *net, rl_node x, rl_kind kind, rl_pool_config config, rl_error *err)
{
    const char *what = rl_node_kinds[kind]->word;
    rl_window_sizes sizes = { .dilation = { 1, 1 }, .padding = { config.padding[0], config.padding[1] } };
    rl_window window;
    for (int i = 0; i < 2; i++) {
        sizes.kernel[i] = config.kernel[i] ? config.kernel[i] : config.kernel[0];
        sizes.stride[i] = config.stride[i] ? config.stride[i] : config.stride[0] ? config.stride[0] : sizes.kernel[i];
    }
    if (!rl_window_over(net, x, what, sizes, &window, err))
        return -1;
    if (2 * window.padding[0] > window.kernel[0] || 2 * window.padding[1] > window.kernel[1]) {
        rl_fail(err, RL_BAD_SHAPE, "%s: padding %zux%zu; expected at most half the kernel of %zux%zu", what,
            window.padding[0], window.padding[1], window.kernel[0], window.kernel[1]);
        return -1;
    }
    return rl_net_add_node(net,
        (rl_node_data){ .kind = kind,
            .shape = rl_window_gives(&window),
            .reads = { x, -1 },
            .learns = net->nodes[x].learns,
            .keeps = kind == RL_MAX_POOL,
            .window = window },
        err);
}

rl_node rl_max_pool(rl_net *net, rl_node x, rl_pool_config config, rl_error *err)
{
    return pool(net, x, RL_MAX_POOL, config, err);
}

rl_node rl_average_pool(rl_net *net, rl_node x, rl_pool_config config, rl_error *err)
{
    return pool(net, x, RL_AVERAGE_POOL, config, err);
}

rl_node rl_global_pool(rl_net *net, rl_node x, rl_error *err)
{
    if (!rl_net_gives_picture(net, x, "global_pool", err))
        return -1;
    const rl_shape shape = net->nodes[x].shape;
    return pool(net, x, RL_GLOBAL_POOL, (rl_pool_config){ .kernel = { shape.size[1], shape.size[2] } }, err);
}

static rl_node append_pool(rl_net *net, const rl_phrase *p, rl_kind kind, rl_error *err)
{
    rl_pool_config config = { .kernel = { 0 } };
    rl_window_sizes sizes = { .dilation = { 1, 1 } };
    bool good = p->words >= 2 && rl_pair_of(p->word[1], 1, sizes.kernel);
    for (int at = 2; good && at < p->words;)
        good = strcmp(p->word[at], "dilation") != 0 && rl_window_words(p, &at, &sizes);
    if (!good)
        return rl_phrase_fail(p, rl_node_kinds[kind], err);
    memcpy(config.kernel, sizes.kernel, sizeof config.kernel);
    memcpy(config.stride, sizes.stride, sizeof config.stride);
    memcpy(config.padding, sizes.padding, sizeof config.padding);
    return pool(net, p->reads, kind, config, err);
}

static rl_node append_max(rl_net *net, const rl_phrase *p, const rl_dense_config *defaults, rl_error *err)
{
    (void)defaults;
    return append_pool(net, p, RL_MAX_POOL, err);
}

static rl_node append_average(rl_net *net, const rl_phrase *p, const rl_dense_config *defaults, rl_error *err)
{
    (void)defaults;
    return append_pool(net, p, RL_AVERAGE_POOL, err);
}

static rl_node append_global(rl_net *net, const rl_phrase *p, const rl_dense_config *defaults, rl_error *err)
{
    (void)defaults;
    return p->words == 1 ? rl_global_pool(net, p->reads, err) : rl_phrase_fail(p, &rl_node_global_pool, err);
}

static void describe(const rl_net *net, rl_node node, int lane, char *text, size_t room)
{
    (void)lane;
    const rl_window *w = &net->nodes[node].window;
    int used = snprintf(text, room, "%s ", rl_node_kinds[net->nodes[node].kind]->word);
    used += rl_describe_pair(w->kernel, text + used, room - (size_t)used);
    rl_describe_window(w, w->kernel, text + used, room - (size_t)used);
}

static size_t most_terms(const rl_net *net, rl_node node)
{
    const rl_window *w = &net->nodes[node].window;
    return w->kernel[0] * w->kernel[1];
}

static size_t sum(const rl_net *net, rl_node which, int lane, size_t value, rl_term *terms, double *bias)
{
    (void)lane;
    const rl_node_data *node = &net->nodes[which];
    const rl_window *w = &node->window;
    const size_t taps = most_terms(net, which), channel = value / (size_t)node->positions;
    const double share = (double)(1.0F / (float)taps);
    size_t count = 0;
    for (size_t t = 0, place; t < taps; t++)
        if (rl_window_meets(w, value % (size_t)node->positions, t, &place))
            terms[count++] = (rl_term){ .value = channel * w->size[0] * w->size[1] + place, .weight = share };
    *bias = 0;
    return count;
}

const rl_node_kind rl_node_max_pool = {
    .word = "pool",
    .expected = "pool KERNEL, then perhaps stride S, padding P (sizes as 2 or 2x3)",
    .append = append_max,
    .describe = describe,
};

const rl_node_kind rl_node_average_pool = {
    .word = "average_pool",
    .expected = "average_pool KERNEL, then perhaps stride S, padding P (sizes as 2 or 2x3)",
    .append = append_average,
    .describe = describe,
    .sum = sum,
    .most_terms = most_terms,
};

const rl_node_kind rl_node_global_pool = {
    .word = "global_pool",
    .expected = "global_pool, and no more words",
    .append = append_global,
    .describe = rl_describe_word,
    .sum = sum,
    .most_terms = most_terms,
};
