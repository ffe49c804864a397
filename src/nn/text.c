/* A net as a line of text: what a model file carries and a user types.
 *
 *     input 64; dense 32; relu; dropout 0.5; dense 32; leaky_relu:0.2; add 3; dense 10
 *
 * Each layer reads the one before it, or node K where "@K" follows; "add K" adds node K to what it reads.
 * "dense N no_bias" and "prelu shared" are the two flags. The input is node 0. */
#include "base/text.h"
#include "nn/net.h"

#include <stdio.h>
#include <string.h>

enum { MOST_WORDS = 4, LONGEST_LAYER = 80 };

/* One layer, cut into words; "@K" is taken out of them. */
typedef struct {
    char text[LONGEST_LAYER];
    char *word[MOST_WORDS];
    int words;
    rl_node reads;
} phrase;

static bool cut(const char *layer, size_t length, rl_node before, phrase *p, rl_error *err)
{
    *p = (phrase){ .reads = before };
    if (length >= sizeof p->text)
        return rl_fail(err, RL_BAD_CONFIG, "layers: \"%.40s…\" is too long for one layer", layer);
    memcpy(p->text, layer, length);
    char *rest = NULL;
    for (char *word = strtok_r(p->text, " \t\r\n", &rest); word; word = strtok_r(NULL, " \t\r\n", &rest)) {
        long node;
        if (word[0] == '@') {
            if (!rl_parse_long(word + 1, 0, before, &node))
                return rl_fail(
                    err, RL_BAD_CONFIG, "layers: \"%s\" names no earlier node; expected @0 to @%d", word, before);
            p->reads = (rl_node)node;
        } else if (p->words < MOST_WORDS) {
            p->word[p->words++] = word;
        } else {
            return rl_fail(err, RL_BAD_CONFIG, "layers: \"%s\" is one word too many", word);
        }
    }
    return true;
}

static bool fail_argument(const phrase *p, const char *expected, rl_error *err)
{
    return rl_fail(
        err, RL_BAD_CONFIG, "layers: \"%s %s\"; expected %s", p->word[0], p->words > 1 ? p->word[1] : "", expected);
}

static rl_node append_input(rl_net *net, const phrase *p, rl_dense_config dense, rl_error *err)
{
    (void)dense;
    long units;
    if (p->words != 2 || !rl_parse_long(p->word[1], 1, 1 << 30, &units))
        return fail_argument(p, "input N, a whole number of at least 1", err), -1;
    return rl_input(net, (rl_shape){ 1, { (int)units } }, err);
}

static rl_node append_dense(rl_net *net, const phrase *p, rl_dense_config dense, rl_error *err)
{
    long units;
    bool flag = p->words == 3 && strcmp(p->word[2], "no_bias") == 0;
    if (p->words != 2 + flag || !rl_parse_long(p->word[1], 1, 1 << 30, &units))
        return fail_argument(p, "dense N, a whole number of at least 1 (then perhaps no_bias)", err), -1;
    dense.units = (int)units;
    dense.no_bias = dense.no_bias || flag;
    return rl_dense(net, p->reads, dense, err);
}

static rl_node append_dropout(rl_net *net, const phrase *p, rl_dense_config dense, rl_error *err)
{
    (void)dense;
    double share;
    if (p->words != 2 || !rl_parse_double(p->word[1], &share))
        return fail_argument(p, "dropout P, a number from 0 to below 1", err), -1;
    return rl_dropout(net, p->reads, (float)share, err);
}

static rl_node append_add(rl_net *net, const phrase *p, rl_dense_config dense, rl_error *err)
{
    (void)dense;
    long node;
    if (p->words != 2 || !rl_parse_long(p->word[1], 0, net->count - 1, &node))
        return fail_argument(p, "add K, an earlier node", err), -1;
    return rl_add(net, p->reads, (rl_node)node, err);
}

static const struct {
    const char *word;
    rl_node (*append)(rl_net *net, const phrase *p, rl_dense_config dense, rl_error *err);
} layer_words[] = {
    { "input", append_input },
    { "dense", append_dense },
    { "dropout", append_dropout },
    { "add", append_add },
};
enum { LAYER_WORDS = sizeof layer_words / sizeof layer_words[0] };

static const rl_activation *curve_named(const char *name, rl_error *err)
{
    enum { MOST_NAMES = 64 };
    const char *names[MOST_NAMES];
    size_t count, named = 0;
    for (; named < LAYER_WORDS; named++)
        names[named] = layer_words[named].word;
    const rl_activation *const *curves = rl_activations(&count);
    for (size_t i = 0; i < count && named < MOST_NAMES; i++) {
        if (strcmp(curves[i]->name, name) == 0)
            return curves[i];
        names[named++] = curves[i]->name;
    }
    rl_fail_unknown(err, "layer", name, names, named);
    return NULL;
}

static rl_node append_activation(rl_net *net, const phrase *p, rl_error *err)
{
    rl_activation_config config = { .shared = p->words == 2 && strcmp(p->word[1], "shared") == 0 };
    char name[LONGEST_LAYER];
    snprintf(name, sizeof name, "%s", p->word[0]);
    float alpha;
    char *colon = strchr(name, ':');
    if (colon) {
        double value;
        *colon = '\0';
        if (!rl_parse_double(colon + 1, &value))
            return rl_fail(err, RL_BAD_CONFIG, "layers: \"%s\"; expected a number after the colon", p->word[0]), -1;
        alpha = (float)value;
        config.alpha = &alpha;
    }
    config.curve = curve_named(name, err);
    if (!config.curve)
        return -1;
    if (p->words != 1 + config.shared || (config.shared && !config.curve->learned))
        return rl_fail(err, RL_BAD_CONFIG, "layers: \"%s %s\"; an activation stands alone (prelu may be shared)",
                   p->word[0], p->words > 1 ? p->word[1] : ""),
               -1;
    return rl_activate_with(net, p->reads, config, err);
}

bool rl_net_append(rl_net *net, const char *layers, rl_dense_config dense, rl_error *err)
{
    for (const char *at = layers; !rl_failed(err) && *at;) {
        size_t length = strcspn(at, ";");
        phrase p;
        if (!cut(at, length, net->count - 1, &p, err))
            return false;
        at += length + (at[length] == ';');
        if (p.words == 0) {
            if (*at)
                rl_fail(err, RL_BAD_CONFIG, "layers: nothing stands between two semicolons");
            continue;
        }
        size_t w = 0;
        while (w < LAYER_WORDS && strcmp(layer_words[w].word, p.word[0]) != 0)
            w++;
        if (w < LAYER_WORDS)
            layer_words[w].append(net, &p, dense, err);
        else
            append_activation(net, &p, err);
    }
    return !rl_failed(err);
}

static void describe_layer(const rl_net *net, rl_node i, int lane, char *text, size_t room)
{
    const rl_node_data *node = &net->nodes[i];
    char number[32];
    float alpha = 0;
    const rl_activation *curve = rl_net_curve(net, i, lane, &alpha);
    switch (node->kind) {
    case RL_INPUT:
        snprintf(text, room, "input %d", node->units);
        break;
    case RL_DENSE:
        snprintf(text, room, "dense %d%s", node->units, node->bias ? "" : " no_bias");
        break;
    case RL_DROPOUT:
        rl_write_float((float)node->share, number, sizeof number);
        snprintf(text, room, "dropout %s", number);
        break;
    case RL_ADD:
        snprintf(text, room, "add %d", node->reads[1]);
        break;
    case RL_ACTIVATION:
        rl_write_float(alpha, number, sizeof number);
        if (curve->has_alpha || alpha != curve->alpha)
            snprintf(text, room, "%s:%s%s", curve->name, number, node->shared ? " shared" : "");
        else
            snprintf(text, room, "%s", curve->name);
        break;
    case RL_KINDS:
        break;
    }
}

bool rl_net_describe(const rl_net *net, int lane, char *text, size_t room, rl_error *err)
{
    if (rl_failed(err))
        return false;
    size_t used = 0;
    for (rl_node i = 0; i < net->count && used < room; i++) {
        const rl_node read = net->nodes[i].reads[0];
        char layer[LONGEST_LAYER + 40] = "", reads[16] = "";
        describe_layer(net, i, lane, layer, sizeof layer);
        if (read >= 0 && read != i - 1)
            snprintf(reads, sizeof reads, " @%d", read);
        used += (size_t)snprintf(text + used, room - used, "%s%s%s", i ? "; " : "", layer, reads);
    }
    if (used >= room)
        return rl_fail(err, RL_BAD_CONFIG, "the net's description needs more than %zu bytes", room);
    return true;
}
