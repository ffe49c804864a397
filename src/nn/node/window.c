/* Kernels that slide over pictures: their shape rule and their words, which convolutions and pools share. */
#include "nn/node/node.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { LARGEST = 1 << 15 };

size_t rl_window_extent(const rl_window *w, int side)
{
    return (w->kernel[side] - 1) * w->dilation[side] + 1;
}

static bool pair_is_good(const int pair[2], int low)
{
    return pair[0] >= low && pair[0] <= LARGEST && pair[1] >= low && pair[1] <= LARGEST;
}

static bool sizes_are_good(const char *what, rl_window_sizes s, rl_error *err)
{
    if (!pair_is_good(s.kernel, 1) || !pair_is_good(s.stride, 1) || !pair_is_good(s.dilation, 1) ||
        !pair_is_good(s.padding, 0))
        return rl_fail(err, RL_BAD_SHAPE,
            "%s: kernel %dx%d, stride %dx%d, dilation %dx%d, padding %dx%d; expected 1 to %d, a padding of at least 0",
            what, s.kernel[0], s.kernel[1], s.stride[0], s.stride[1], s.dilation[0], s.dilation[1], s.padding[0],
            s.padding[1], LARGEST);
    return true;
}

static rl_window window_of(rl_window_sizes s)
{
    rl_window w = { .groups = 1 };
    for (int side = 0; side < 2; side++) {
        w.kernel[side] = (size_t)s.kernel[side];
        w.stride[side] = (size_t)s.stride[side];
        w.dilation[side] = (size_t)s.dilation[side];
        w.padding[side] = (size_t)s.padding[side];
    }
    return w;
}

bool rl_window_over(const rl_net *net, rl_node x, const char *what, rl_window_sizes s, rl_window *w, rl_error *err)
{
    char shape[RL_SHAPE_TEXT];
    if (!rl_net_gives_picture(net, x, what, err) || !sizes_are_good(what, s, err))
        return false;
    const rl_node_data *from = &net->nodes[x];
    *w = window_of(s);
    w->channels = w->to_channels = (size_t)from->units;
    for (int side = 0; side < 2; side++)
        w->size[side] = (size_t)from->shape.size[1 + side];
    const size_t padded[2] = { w->size[0] + 2 * w->padding[0], w->size[1] + 2 * w->padding[1] };
    if (rl_window_extent(w, 0) > padded[0] || rl_window_extent(w, 1) > padded[1])
        return rl_fail(err, RL_BAD_SHAPE,
            "%s: a kernel of %zux%zu is larger than its picture: node %d gives %s, with padding %zux%zu; expected at "
            "most that",
            what, rl_window_extent(w, 0), rl_window_extent(w, 1), x, rl_shape_text(from->shape, shape), padded[0],
            padded[1]);
    for (int side = 0; side < 2; side++)
        w->to_size[side] = (padded[side] - rl_window_extent(w, side)) / w->stride[side] + 1;
    return true;
}

bool rl_window_under(const rl_net *net, rl_node x, const char *what, rl_window_sizes s, const int output_padding[2],
    rl_window *w, rl_error *err)
{
    char shape[RL_SHAPE_TEXT];
    if (!rl_net_gives_picture(net, x, what, err) || !sizes_are_good(what, s, err))
        return false;
    const rl_node_data *from = &net->nodes[x];
    *w = window_of(s);
    w->channels = w->to_channels = (size_t)from->units;
    for (int side = 0; side < 2; side++) {
        const int most = s.stride[side] > s.dilation[side] ? s.stride[side] : s.dilation[side];
        if (output_padding[side] < 0 || output_padding[side] >= most)
            return rl_fail(err, RL_BAD_SHAPE,
                "%s: output_padding %dx%d, stride %dx%d, dilation %dx%d; expected less than the larger of stride and "
                "dilation",
                what, output_padding[0], output_padding[1], s.stride[0], s.stride[1], s.dilation[0], s.dilation[1]);
        w->to_size[side] = (size_t)from->shape.size[1 + side];
        const size_t whole =
            (w->to_size[side] - 1) * w->stride[side] + rl_window_extent(w, side) + (size_t)output_padding[side];
        w->size[side] = whole > 2 * w->padding[side] ? whole - 2 * w->padding[side] : 0;
        if (w->size[side] < 1 || w->size[side] > INT_MAX)
            return rl_fail(err, RL_BAD_SHAPE,
                "%s: node %d gives %s, of which a kernel of %zux%zu, stride %zux%zu and padding %zux%zu make %s; "
                "expected a picture",
                what, x, rl_shape_text(from->shape, shape), rl_window_extent(w, 0), rl_window_extent(w, 1),
                w->stride[0], w->stride[1], w->padding[0], w->padding[1],
                w->size[side] < 1 ? "nothing" : "more than memory holds");
    }
    return true;
}

rl_shape rl_window_gives(const rl_window *w)
{
    return (rl_shape){ 3, { (int)w->to_channels, (int)w->to_size[0], (int)w->to_size[1] } };
}

bool rl_pair_of(const char *word, int low, int pair[2])
{
    rl_shape sizes;
    if (!rl_phrase_sizes(word, low, 2, &sizes))
        return false;
    pair[0] = sizes.size[0];
    pair[1] = sizes.size[sizes.rank - 1];
    return true;
}

bool rl_window_words(const rl_phrase *p, int *at, rl_window_sizes *s)
{
    const struct {
        const char *word;
        int low, *pair;
    } known[] = { { "stride", 1, s->stride }, { "padding", 0, s->padding }, { "dilation", 1, s->dilation } };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (*at + 1 < p->words && strcmp(p->word[*at], known[i].word) == 0) {
            *at += 2;
            return rl_pair_of(p->word[*at - 1], known[i].low, known[i].pair);
        }
    return false;
}

int rl_describe_pair(const size_t pair[2], char *text, size_t room)
{
    if (pair[0] == pair[1])
        return snprintf(text, room, "%zu", pair[0]);
    return snprintf(text, room, "%zux%zu", pair[0], pair[1]);
}

int rl_describe_window(const rl_window *w, const size_t stride[2], char *text, size_t room)
{
    static const size_t none[2] = { 0, 0 }, one[2] = { 1, 1 };
    const struct {
        const char *word;
        const size_t *pair, *usual;
    } known[] = { { "stride", w->stride, stride }, { "padding", w->padding, none }, { "dilation", w->dilation, one } };
    int used = 0;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (memcmp(known[i].pair, known[i].usual, sizeof none) != 0) {
            used += snprintf(text + used, room - (size_t)used, " %s ", known[i].word);
            used += rl_describe_pair(known[i].pair, text + used, room - (size_t)used);
        }
    return used;
}
