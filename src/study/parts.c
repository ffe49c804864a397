/* From a recipe to the things that are trained: parts of the data, and the net. */
#include "base/memory.h"
#include "relive_study.h"

#include <stdio.h>
#include <string.h>

/* The validation part is drawn from what is left for training, with a stream of its own. */
static bool cut(const rl_recipe *recipe, const rl_dataset *data, uint64_t data_seed, rl_parts *parts, rl_error *err)
{
    if (!(recipe->test_share >= 0 && recipe->test_share < 1))
        return rl_fail(err, RL_BAD_CONFIG, "test share %g: expected at least 0 and below 1", recipe->test_share);
    bool stops_early = recipe->training.patience > 0;
    double validation = recipe->validation_share > 0 ? recipe->validation_share : stops_early ? 0.1 : 0;
    if (!(validation < 1))
        return rl_fail(err, RL_BAD_CONFIG, "validation share %g: expected at least 0 and below 1", validation);
    if (recipe->test_share > 0)
        rl_data_split(data, recipe->test_share, data_seed, &parts->train, &parts->test, err);
    else
        parts->train = rl_data_copy(data, err);
    if (validation > 0 && !rl_failed(err)) {
        rl_dataset *rest = NULL;
        rl_data_split(parts->train, validation, ~data_seed, &rest, &parts->validation, err);
        rl_data_free(parts->train);
        parts->train = rest;
    }
    return !rl_failed(err);
}

static bool has_rows(const rl_dataset *part, const char *what, rl_error *err)
{
    return !part || part->rows > 0 ||
           rl_fail(err, RL_BAD_SHAPE, "%s: no rows are left for the %s part", part->name, what);
}

bool rl_parts_make(const rl_recipe *recipe, const rl_dataset *data, uint64_t data_seed, rl_parts *parts, rl_error *err)
{
    *parts = (rl_parts){ 0 };
    if (rl_failed(err))
        return false;
    if (cut(recipe, data, data_seed, parts, err) && has_rows(parts->train, "training", err) &&
        has_rows(parts->validation, "validation", err) && has_rows(parts->test, "test", err) && recipe->standardize &&
        rl_scaling_measure(parts->train, &parts->scaling, data->memory, err)) {
        rl_dataset *const all[] = { parts->train, parts->validation, parts->test };
        for (int i = 0; i < 3; i++)
            if (all[i])
                rl_scaling_apply(&parts->scaling, all[i]);
    }
    if (!rl_failed(err))
        return true;
    rl_parts_free(parts);
    return false;
}

void rl_parts_free(rl_parts *parts)
{
    rl_data_free(parts->train);
    rl_data_free(parts->validation);
    rl_data_free(parts->test);
    rl_scaling_free(&parts->scaling);
    *parts = (rl_parts){ 0 };
}

static int outputs_of(const rl_recipe *recipe, const rl_dataset *data)
{
    if (recipe->training.loss == &rl_binary)
        return 1;
    return (int)(data->classes ? data->classes : data->targets);
}

static size_t parameters_of_layers(const rl_recipe *recipe, const rl_dataset *data)
{
    rl_error err = { 0 };
    size_t count = 0;
    const uint64_t seed = 0;
    const rl_arm arm = { .curve = &rl_relu };
    rl_net *net = rl_recipe_net(recipe, &arm, &seed, 1, data, data->memory, &err);
    if (net)
        rl_parameters(net, &count);
    rl_net_free(net);
    return count;
}

size_t rl_recipe_parameters(const rl_recipe *recipe, const rl_dataset *data)
{
    if (recipe->layers)
        return parameters_of_layers(recipe, data);
    size_t inputs = data->features, count = 0;
    for (int h = 0; h < recipe->hidden_count; h++) {
        count += (inputs + 1) * (size_t)recipe->hidden[h];
        inputs = (size_t)recipe->hidden[h];
    }
    return count + (inputs + 1) * (size_t)outputs_of(recipe, data);
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

static bool is_curve(const char *layer)
{
    const char *rest = after(layer, "curve");
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

/* Square data are a picture of one channel if the first layer wants pictures. */
static rl_shape input_of(const char *layers, const rl_dataset *data)
{
    static const char *const picture_words[] = { "conv", "conv_transposed", "pool", "average_pool", "global_pool" };
    const int features = (int)data->features;
    int side = 1;
    while (side < features / side)
        side++;
    for (size_t i = 0; i < sizeof picture_words / sizeof *picture_words; i++)
        if (after(layers, picture_words[i]) && side * side == features)
            return (rl_shape){ 3, { 1, side, side } };
    return (rl_shape){ 1, { features } };
}

/* One layer after the other, since only here is it known which curve each lane has. */
static void append_text(
    rl_net *net, const rl_recipe *recipe, const rl_activation_config *curves, const rl_dataset *data, rl_error *err)
{
    enum { LONGEST = 160 };
    const rl_dense_config dense = { .init = recipe->init, .sd = recipe->init_sd, .bias = recipe->bias };
    if (!after(recipe->layers, "input"))
        rl_input(net, input_of(recipe->layers, data), err);
    for (const char *at = recipe->layers; *at && err->code == RL_OK;) {
        const size_t length = strcspn(at, ";");
        char layer[LONGEST];
        if (length >= sizeof layer) {
            rl_fail(err, RL_BAD_CONFIG, "layers: \"%.40s…\" is too long for one layer", at);
            return;
        }
        memcpy(layer, at, length);
        layer[length] = '\0';
        rl_dense_config recurrent = dense;
        if (is_curve(layer))
            rl_activate_with(net, rl_net_nodes(net) - 1, *curves, err);
        else if (is_recurrent(layer, &recurrent))
            rl_recurrent(net, rl_net_nodes(net) - 1, recurrent, *curves, err);
        else
            rl_net_append(net, layer, dense, err);
        at += length + (at[length] == ';');
    }
    if (err->code == RL_OK && (size_t)rl_net_inputs(net) != data->features)
        rl_fail(err, RL_BAD_SHAPE, "layers: the input has %d values; expected the %zu features of %s",
            rl_net_inputs(net), data->features, data->name);
    if (err->code == RL_OK && rl_net_outputs(net) != outputs_of(recipe, data))
        rl_fail(err, RL_BAD_SHAPE, "layers: the last layer gives %d values; %s needs %d", rl_net_outputs(net),
            data->name, outputs_of(recipe, data));
}

static void append_layers(
    rl_net *net, const rl_recipe *recipe, const rl_activation_config *curves, const rl_dataset *data, rl_error *err)
{
    if (recipe->layers) {
        append_text(net, recipe, curves, data, err);
        return;
    }
    rl_node x = rl_input(net, (rl_shape){ 1, { (int)data->features } }, err);
    rl_dense_config dense = { .init = recipe->init, .sd = recipe->init_sd };
    for (int h = 0; h < recipe->hidden_count; h++) {
        dense.units = recipe->hidden[h];
        dense.bias = recipe->bias;
        x = rl_dense(net, x, dense, err);
        x = rl_activate_with(net, x, *curves, err);
        if (recipe->dropout > 0)
            x = rl_dropout(net, x, recipe->dropout, err);
    }
    dense.units = outputs_of(recipe, data);
    dense.bias = 0;
    rl_dense(net, x, dense, err);
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
    append_layers(net, recipe, &(rl_activation_config){ .lane_curves = curves, .lane_alphas = alphas }, data, err);
    if (!rl_failed(err))
        return net;
    rl_net_free(net);
    return NULL;
}
