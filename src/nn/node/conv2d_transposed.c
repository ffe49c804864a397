/* Making a transposed convolution: its shape rule, its parameters, its first weights. */
#include "nn/init/init.h"
#include "nn/layer/window.h"
#include "nn/node/conv2d.h"

#include <math.h>

static bool draw(rl_net *net, rl_node which, const double *lane_gains, rl_error *err);

rl_node rl_conv2d_transposed(rl_net *net, rl_node x, rl_conv2d_config config, rl_error *err)
{
    rl_window window;
    if (!rl_window_under(
            net, x, rl_node_conv2d_transposed.word, rl_conv2d_sizes(&config), config.output_padding, &window, err))
        return -1;
    window.channels = config.channels > 0 ? (size_t)config.channels : 0;
    const rl_shape shape = { 3, { config.channels, (int)window.size[0], (int)window.size[1] } };
    rl_node node = rl_conv2d_add(net, x, RL_CONV2D_TRANSPOSED, &config, window, shape, err);
    return node >= 0 && draw(net, node, NULL, err) ? node : -1;
}

/* How many of its weights are drawn for one channel that comes out, and how many of these meet each of its values, on
 * average: with a stride, only one in so many rows and columns of the kernel. */
static size_t inputs_of(const rl_window *w)
{
    return w->to_channels / w->groups * w->kernel[0] * w->kernel[1];
}
static double fan_in(const rl_window *w)
{
    return fmax(1, (double)inputs_of(w) / (double)(w->stride[0] * w->stride[1]));
}

/* As rl_weights_draw: [channels that come out][those of a group that go in][kernel]. Then each goes to its place. */
static bool draw(rl_net *net, rl_node which, const double *lane_gains, rl_error *err)
{
    const rl_node_data *node = &net->nodes[which];
    const rl_window *win = &node->window;
    const size_t taps = win->kernel[0] * win->kernel[1], inputs = inputs_of(win), outputs = win->channels / win->groups;
    double *w = rl_new(net->memory, node->weights + win->channels, sizeof *w, err), *b = w + node->weights;
    if (!w)
        return false;
    for (int l = 0; l < net->lanes; l++) {
        rl_random random = rl_random_stream(net->seeds[l], RL_FOR_INIT, (uint64_t)which);
        for (size_t o = 0; o < win->channels; o++)
            b[o] = (double)node->dense.bias;
        node->dense.init->draw(&(rl_draw){ .random = &random,
            .units = node->units,
            .inputs = (int)inputs,
            .fan_in = fan_in(win),
            .fan_out = (int)(outputs * taps),
            .gain = lane_gains ? lane_gains[l] : 1,
            .sd = (double)node->dense.sd,
            .w = w,
            .b = node->bias ? b : NULL });
        for (size_t o = 0; o < win->channels; o++)
            for (size_t i = 0; i < inputs; i++) {
                const size_t channel = o / outputs * (win->to_channels / win->groups) + i / taps;
                rl_net_set(
                    net, node->offset + (channel * outputs + o % outputs) * taps + i % taps, l, w[o * inputs + i]);
            }
        for (size_t o = 0; node->bias && o < win->channels; o++)
            rl_net_set(net, node->offset + node->weights + o, l, b[o]);
    }
    rl_free(net->memory, w);
    return true;
}

static rl_node append(rl_net *net, const rl_phrase *p, const rl_dense_config *defaults, rl_error *err)
{
    rl_conv2d_config config;
    if (!rl_conv2d_words(p, &rl_node_conv2d_transposed, defaults, &config, err))
        return -1;
    return rl_conv2d_transposed(net, p->reads, config, err);
}

static void describe(const rl_net *net, rl_node which, int lane, char *text, size_t room)
{
    (void)lane;
    const rl_window *w = &net->nodes[which].window;
    size_t more[2];
    for (int side = 0; side < 2; side++)
        more[side] =
            w->size[side] + 2 * w->padding[side] - (w->to_size[side] - 1) * w->stride[side] - rl_window_extent(w, side);
    rl_conv2d_describe(net, which, more, text, room);
}

static size_t most_terms(const rl_net *net, rl_node node)
{
    return inputs_of(&net->nodes[node].window);
}

/* A value meets those places of what goes in from which the window that leads back would look at it. */
static size_t sum(const rl_net *net, rl_node which, int lane, size_t value, rl_term *terms, double *bias)
{
    const rl_node_data *node = &net->nodes[which];
    const rl_window *w = &node->window;
    const size_t taps = w->kernel[0] * w->kernel[1], outputs = w->channels / w->groups;
    const size_t here = value % (size_t)node->positions, output = value / (size_t)node->positions;
    const size_t inputs = w->to_channels / w->groups, first = output / outputs * inputs;
    size_t count = 0;
    for (size_t t = 0; t < taps; t++) {
        const size_t tap[2] = { t / w->kernel[1], t % w->kernel[1] };
        const size_t at[2] = { here / w->size[1], here % w->size[1] };
        size_t from[2];
        bool meets = true;
        for (int side = 0; side < 2; side++) {
            const size_t ahead = at[side] + w->padding[side], back = tap[side] * w->dilation[side];
            from[side] = ahead < back ? 0 : (ahead - back) / w->stride[side];
            meets = meets && ahead >= back && (ahead - back) % w->stride[side] == 0 && from[side] < w->to_size[side];
        }
        for (size_t i = 0; meets && i < inputs; i++)
            terms[count++] = (rl_term){ .value = ((first + i) * w->to_size[0] + from[0]) * w->to_size[1] + from[1],
                .weight = rl_net_get(net, node->offset + ((first + i) * outputs + output % outputs) * taps + t, lane) };
    }
    *bias = node->bias ? rl_net_get(net, node->offset + node->weights + output, lane) : 0;
    return count;
}

const rl_node_kind rl_node_conv2d_transposed = {
    .word = "conv_transposed",
    .expected = "conv_transposed CHANNELS KERNEL, then perhaps stride S, padding P, output_padding P, dilation D "
                "(sizes as 3 or 3x5), groups G, no_bias",
    .append = append,
    .describe = describe,
    .tensors = rl_conv2d_tensors,
    .draw = draw,
    .sum = sum,
    .most_terms = most_terms,
    .scratch = rl_conv2d_scratch,
};
