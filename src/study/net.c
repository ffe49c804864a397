/* From a recipe to its net: hidden layers by their widths, or layers as text.
 *
 *     input 1x28x28; conv 8 3; curve; pool 2; flatten; outputs
 *     rnn 32 curve; last; outputs
 *
 * is what rl_net_append takes and two words more, which only a recipe can fill in: "curve" is each lane's own, "outputs" a
 * dense layer for these data. An arm with gates has its cell where "rnn N curve" stands. The recipe's bias is that of hidden
 * layers: the last layer's begins at 0. */
#include "base/memory.h"
#include "base/text.h"
#include "nn/net.h"
#include "nn/node/node.h"
#include "study/plan.h"

#include <stdio.h>
#include <string.h>

/* What the layers of a net are made from. */
typedef struct {
    rl_net *net;
    const rl_recipe *recipe;
    rl_activation_config curves; /* of each lane */
    const rl_gates *gates;       /* of all lanes, or NULL */
    const rl_dataset *data;
    rl_error *err;
} builder;

static int outputs_of(const rl_recipe *recipe, const rl_dataset *data)
{
    if (recipe->training.loss == &rl_binary)
        return 1;
    return (int)(data->classes ? data->classes : data->targets);
}

/* ---- Layers as text ---- */

#define SPACES " \t\r\n"

/* What stands after a word that text begins with; NULL: it begins otherwise. */
static const char *after(const char *text, const char *word)
{
    const char *rest = text + strspn(text, SPACES);
    if (strncmp(rest, word, strlen(word)) != 0)
        return NULL;
    rest += strlen(word);
    return strchr(SPACES ";", *rest) ? rest : NULL;
}

static bool is_blank(const char *text)
{
    return !text[strspn(text, SPACES)];
}

static bool is_word(const char *layer, const char *word)
{
    const char *rest = after(layer, word);
    return rest && is_blank(rest);
}

/* "rnn N curve", perhaps with no_bias. Anything else is left to rl_net_append, which says what is wrong with it. */
static bool is_recurrent(const char *layer, rl_dense_config *config)
{
    char units[16];
    int end;
    long count;
    const char *rest = after(layer, "rnn");
    if (!rest || sscanf(rest, "%15s%n", units, &end) != 1 || !rl_parse_long(units, 1, 1 << 30, &count) ||
        !(rest = after(rest + end, "curve")))
        return false;
    config->units = (int)count;
    const char *without = after(rest, "no_bias");
    config->no_bias = without;
    return is_blank(without ? without : rest);
}

/* One layer of the text, and the rest of it; NULL: it is too long. */
enum { LONGEST = 160 };
static const char *cut_layer(const char *at, char layer[LONGEST])
{
    const size_t length = strcspn(at, ";");
    if (length >= LONGEST)
        return NULL;
    memcpy(layer, at, length);
    layer[length] = '\0';
    return at + length + (at[length] == ';');
}

bool rl_recipe_has_curve(const rl_recipe *recipe)
{
    char layer[LONGEST];
    rl_dense_config unused = { 0 };
    if (!recipe->layers)
        return recipe->hidden_count > 0;
    for (const char *at = recipe->layers; at && *at;) {
        at = cut_layer(at, layer);
        if (at && (is_word(layer, "curve") || is_recurrent(layer, &unused)))
            return true;
    }
    return false;
}

static bool begins_with_any(const char *layers, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (after(layers, words[i]))
            return true;
    return false;
}

/* The sequences of the adding problem are of pairs, a number and a mark. */
static bool is_adding(const rl_dataset *data)
{
    return strcmp(data->name, "adding") == 0 || strncmp(data->name, "adding:", 7) == 0;
}

/* Where the text does not say: square data are a picture of one channel or a sequence of its rows, if that is what the
 * first layer reads. */
static rl_shape input_of(const char *layers, const rl_dataset *data)
{
    static const char *const of_pictures[] = { "conv", "conv_transposed", "pool", "average_pool", "global_pool" },
                             *const of_sequences[] = { "rnn", "gru", "lstm" };
    const int features = (int)data->features;
    int side = 1;
    while (side < features / side)
        side++;
    const bool square = side * side == features;
    if (square && begins_with_any(layers, of_pictures, sizeof of_pictures / sizeof *of_pictures))
        return (rl_shape){ 3, { 1, side, side } };
    if (begins_with_any(layers, of_sequences, sizeof of_sequences / sizeof *of_sequences)) {
        if (is_adding(data))
            return (rl_shape){ 2, { features / 2, 2 } };
        if (square)
            return (rl_shape){ 2, { side, side } };
    }
    return (rl_shape){ 1, { features } };
}

static void append_curve(const builder *b)
{
    if (b->gates)
        rl_fail(b->err, RL_BAD_CONFIG, "layers: %s has no curve; expected nets whose only curve is in \"rnn N curve\"",
            b->gates->name);
    rl_activate_with(b->net, rl_net_nodes(b->net) - 1, b->curves, b->err);
}

static void append_recurrent(const builder *b, rl_dense_config config)
{
    const rl_node x = rl_net_nodes(b->net) - 1;
    if (b->gates)
        b->gates->append(b->net, x, config, b->err);
    else
        rl_recurrent(b->net, x, config, b->curves, b->err);
}

static void append_layer(const builder *b, const char *layer, rl_dense_config config)
{
    rl_dense_config recurrent = config;
    if (is_word(layer, "curve"))
        append_curve(b);
    else if (is_recurrent(layer, &recurrent))
        append_recurrent(b, recurrent);
    else if (is_word(layer, "outputs")) {
        config.units = outputs_of(b->recipe, b->data);
        rl_dense(b->net, rl_net_nodes(b->net) - 1, config, b->err);
    } else
        rl_net_append(b->net, layer, config, b->err);
}

/* One layer after the other, since only here is it known which curve each lane has. */
static void append_text(const builder *b)
{
    const rl_recipe *recipe = b->recipe;
    char layer[LONGEST];
    if (!after(recipe->layers, "input"))
        rl_input(b->net, input_of(recipe->layers, b->data), b->err);
    for (const char *at = recipe->layers, *rest; *at && !rl_failed(b->err); at = rest) {
        rest = cut_layer(at, layer);
        if (!rest) {
            rl_fail(b->err, RL_BAD_CONFIG, "layers: \"%.40s…\" is too long for one layer", at);
            return;
        }
        append_layer(b, layer,
            (rl_dense_config){ .init = recipe->init,
                .sd = recipe->init_sd,
                .bias = is_blank(rest) ? 0 : recipe->bias,
                .recurrent_init = recipe->recurrent_init });
    }
    if (!rl_failed(b->err) && (size_t)rl_net_inputs(b->net) != b->data->features)
        rl_fail(b->err, RL_BAD_SHAPE, "layers: the input has %d values; expected the %zu features of %s",
            rl_net_inputs(b->net), b->data->features, b->data->name);
    if (!rl_failed(b->err) && rl_net_outputs(b->net) != outputs_of(recipe, b->data))
        rl_fail(b->err, RL_BAD_SHAPE, "layers: the last layer gives %d values; %s needs %d", rl_net_outputs(b->net),
            b->data->name, outputs_of(recipe, b->data));
    if (!rl_failed(b->err) && recipe->recurrent_init && !rl_recurrent_steps(b->net))
        rl_fail(b->err, RL_BAD_CONFIG, "layers: a recurrent initialiser needs a recurrent layer; there is none");
}

/* ---- Layers by their widths ---- */

static void append_hidden(const builder *b)
{
    const rl_recipe *recipe = b->recipe;
    if (b->gates)
        rl_fail(b->err, RL_BAD_CONFIG, "%s is a recurrent layer; expected layers with \"rnn N curve\"", b->gates->name);
    if (recipe->recurrent_init)
        rl_fail(b->err, RL_BAD_CONFIG, "a recurrent initialiser needs layers with a recurrent one");
    rl_node x = rl_input(b->net, (rl_shape){ 1, { (int)b->data->features } }, b->err);
    rl_dense_config dense = { .init = recipe->init, .sd = recipe->init_sd };
    for (int h = 0; h < recipe->hidden_count; h++) {
        dense.units = recipe->hidden[h];
        dense.bias = recipe->bias;
        x = rl_dense(b->net, x, dense, b->err);
        x = rl_activate_with(b->net, x, b->curves, b->err);
        if (recipe->dropout > 0)
            x = rl_dropout(b->net, x, recipe->dropout, b->err);
    }
    dense.units = outputs_of(recipe, b->data);
    dense.bias = 0;
    rl_dense(b->net, x, dense, b->err);
}

rl_net *rl_recipe_net(const rl_recipe *recipe, const rl_arm *lane_arms, const uint64_t *seeds, int lanes,
    const rl_dataset *data, rl_memory memory, rl_error *err)
{
    const rl_activation *curves[RL_MOST_LANES];
    float alphas[RL_MOST_LANES];
    rl_net *net = rl_net_new((rl_net_config){ .seeds = seeds, .lanes = lanes, .memory = memory }, err);
    if (!net)
        return NULL;
    for (int l = 0; l < lanes; l++) {
        curves[l] = lane_arms[l].curve;
        alphas[l] = lane_arms[l].alpha;
    }
    const builder b = { .net = net,
        .recipe = recipe,
        .curves = { .lane_curves = curves, .lane_alphas = alphas },
        .gates = lane_arms[0].gates,
        .data = data,
        .err = err };
    if (recipe->layers)
        append_text(&b);
    else
        append_hidden(&b);
    if (!rl_failed(err))
        return net;
    rl_net_free(net);
    return NULL;
}

/* ---- What is in it ---- */

/* Its parameters, and every value that a row makes with its gradient. */
static size_t numbers_of_layers(const rl_recipe *recipe, rl_arm arm, const rl_dataset *data)
{
    rl_error err = { 0 };
    size_t count = 0;
    const uint64_t seed = 0;
    rl_net *net = rl_recipe_net(recipe, &arm, &seed, 1, data, data->memory, &err);
    if (net)
        rl_parameters(net, &count);
    for (rl_node i = 0; net && i < net->count; i++)
        count += 2 * (size_t)net->nodes[i].values;
    rl_net_free(net);
    return count;
}

size_t rl_numbers_of_widths(const rl_recipe *recipe, size_t inputs, size_t outputs)
{
    size_t parameters = 0, values = inputs + outputs;
    for (int h = 0; h < recipe->hidden_count; h++) {
        const size_t units = (size_t)recipe->hidden[h];
        parameters += (inputs + 1) * units;
        values += 2 * units; /* z and a */
        inputs = units;
    }
    return parameters + (inputs + 1) * outputs + 2 * values;
}

int rl_recipe_lanes(const rl_recipe *recipe, rl_arm arm, const rl_dataset *data)
{
    return rl_lanes_for(recipe->layers
                            ? numbers_of_layers(recipe, arm, data)
                            : rl_numbers_of_widths(recipe, data->features, (size_t)outputs_of(recipe, data)));
}

/* The layer with drawn weights that a curve's values come from: "conv" also where something stands between. */
static const char *fed_by(const rl_net *net, rl_node node)
{
    const rl_node reads = net->nodes[node].reads[0];
    if (net->nodes[node].gates > 0 || reads < 0)
        return rl_node_kinds[net->nodes[node].kind]->word;
    const rl_node_kind *kind = rl_node_kinds[net->nodes[reads].kind];
    return kind->draw || net->nodes[reads].gates > 0 ? kind->word : fed_by(net, reads);
}

size_t rl_hidden_layers(const rl_net *net, rl_hidden_layer *layers, size_t room)
{
    size_t count = 0;
    for (rl_node n = 0; n < net->count; n++) {
        if (!rl_has_units(net, n))
            continue;
        if (count < room) {
            layers[count] = (rl_hidden_layer){ .node = n, .units = net->nodes[n].units };
            snprintf(layers[count].name, sizeof layers[count].name, "hidden %zu", count + 1);
            snprintf(layers[count].kind, sizeof layers[count].kind, "%s", fed_by(net, n));
        }
        count++;
    }
    return count;
}
