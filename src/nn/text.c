/* A net as a line of text: what a model file carries and a user types.
 *
 *     input 64; dense 32; relu; dropout 0.5; dense 32; leaky_relu:0.2; add 3; dense 10
 *
 * Each layer reads the one before it, or node K where "@K" follows. Its first word says what it is: that of its kind
 * (nn/node/), or a curve's name. The input is node 0. */
#include "nn/node/node.h"

#include <stdio.h>
#include <string.h>

static bool cut(const char *layer, size_t length, rl_node before, rl_phrase *p, rl_error *err)
{
    *p = (rl_phrase){ .reads = before };
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
        } else if (p->words < RL_MOST_WORDS) {
            p->word[p->words++] = word;
        } else {
            return rl_fail(err, RL_BAD_CONFIG, "layers: \"%s\" is one word too many", word);
        }
    }
    return true;
}

rl_node rl_phrase_fail(const rl_phrase *p, const rl_node_kind *kind, rl_error *err)
{
    char words[RL_LONGEST_LAYER] = "";
    for (int i = 0, used = 0; i < p->words && used < (int)sizeof words; i++)
        used += snprintf(words + used, sizeof words - (size_t)used, "%s%s", i ? " " : "", p->word[i]);
    rl_fail(err, RL_BAD_CONFIG, "layers: \"%s\"; expected %s", words, kind->expected);
    return -1;
}

bool rl_phrase_sizes(const char *word, int low, int most, rl_shape *sizes)
{
    char copy[RL_LONGEST_LAYER];
    *sizes = (rl_shape){ 0 };
    snprintf(copy, sizeof copy, "%s", word);
    for (char *at = copy; at;) {
        char *end = strchr(at, 'x');
        long size;
        if (end)
            *end++ = '\0';
        if (sizes->rank == most || !rl_parse_long(at, low, 1 << 30, &size))
            return false;
        sizes->size[sizes->rank++] = (int)size;
        at = end;
    }
    return true;
}

void rl_describe_word(const rl_net *net, rl_node node, int lane, char *text, size_t room)
{
    (void)lane;
    snprintf(text, room, "%s", rl_node_kinds[net->nodes[node].kind]->word);
}

static const rl_node_kind *kind_of(const rl_phrase *p, rl_error *err)
{
    enum { MOST_NAMES = 64 };
    const char *names[MOST_NAMES], *colon = strchr(p->word[0], ':');
    const size_t length = colon ? (size_t)(colon - p->word[0]) : strlen(p->word[0]);
    size_t count, named = 0;
    for (int k = 0; k < RL_KINDS; k++) {
        if (k == RL_ACTIVATION)
            continue;
        if (strcmp(rl_node_kinds[k]->word, p->word[0]) == 0)
            return rl_node_kinds[k];
        names[named++] = rl_node_kinds[k]->word;
    }
    const rl_activation *const *curves = rl_activations(&count);
    for (size_t i = 0; i < count && named < MOST_NAMES; i++) {
        if (strlen(curves[i]->name) == length && strncmp(curves[i]->name, p->word[0], length) == 0)
            return rl_node_kinds[RL_ACTIVATION];
        names[named++] = curves[i]->name;
    }
    char name[RL_LONGEST_LAYER];
    snprintf(name, sizeof name, "%.*s", (int)length, p->word[0]);
    rl_fail_unknown(err, "layer", name, names, named);
    return NULL;
}

bool rl_net_append(rl_net *net, const char *layers, rl_dense_config dense, rl_error *err)
{
    for (const char *at = layers; !rl_failed(err) && *at;) {
        size_t length = strcspn(at, ";");
        rl_phrase p;
        if (!cut(at, length, net->count - 1, &p, err))
            return false;
        at += length + (at[length] == ';');
        if (p.words == 0) {
            if (*at)
                rl_fail(err, RL_BAD_CONFIG, "layers: nothing stands between two semicolons");
            continue;
        }
        const rl_node_kind *kind = kind_of(&p, err);
        if (kind)
            kind->append(net, &p, &dense, err);
    }
    return !rl_failed(err);
}

void rl_node_describe(const rl_net *net, rl_node node, int lane, char *text, size_t room)
{
    const rl_node read = net->nodes[node].reads[0];
    char layer[RL_LONGEST_LAYER] = "", reads[16] = "";
    rl_node_kinds[net->nodes[node].kind]->describe(net, node, lane, layer, sizeof layer);
    if (read >= 0 && read != node - 1)
        snprintf(reads, sizeof reads, " @%d", read);
    snprintf(text, room, "%s%s", layer, reads);
}

bool rl_net_describe(const rl_net *net, int lane, char *text, size_t room, rl_error *err)
{
    if (rl_failed(err))
        return false;
    size_t used = 0;
    for (rl_node i = 0; i < net->count && used < room; i++) {
        char layer[RL_NODE_TEXT];
        rl_node_describe(net, i, lane, layer, sizeof layer);
        used += (size_t)snprintf(text + used, room - used, "%s%s", i ? "; " : "", layer);
    }
    if (used >= room)
        return rl_fail(err, RL_BAD_CONFIG, "the net's description needs more than %zu bytes", room);
    return true;
}
