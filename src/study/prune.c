/* A model pruned: what is constant, on data or by proof in a box, goes; the outputs of both nets are compared before the
 * smaller one is given. */
#include "base/error.h"
#include "relive_study.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { POINTS = 20000, ROWS_AT_ONCE = 256 };

/* Outputs may differ by this share of the largest one (of 1 if that is smaller): some hundred float roundings. */
#define ALLOWED 1e-5

typedef struct {
    const rl_model *model;
    const char *path;
    rl_prune_config config;
    rl_dataset *data; /* as the net takes it; NULL: none was given */
    rl_interval *box; /* [features] as the net takes it; NULL: none was asked for */
    size_t features;
    rl_pruned *found;
} pruning;

/* ---- The evidence --------------------------------------------------------------------------------------------------- */

static bool no_memory(rl_error *err, const char *what)
{
    return rl_fail(err, RL_NO_MEMORY, "out of memory for %s", what);
}

static bool load_box(pruning *p, rl_error *err)
{
    p->found->sides = calloc(p->features, sizeof *p->found->sides);
    p->box = calloc(p->features, sizeof *p->box);
    if (!p->found->sides || !p->box)
        return no_memory(err, "a box");
    if (!rl_box_load(p->config.box, p->features, p->config.data, p->found->sides, err))
        return false;
    memcpy(p->box, p->found->sides, p->features * sizeof *p->box);
    return rl_box_scale(&p->model->scaling, p->box, err);
}

static bool load(pruning *p, rl_error *err)
{
    const rl_dataset *data = p->config.data;
    if (data && data->features != p->features)
        return rl_fail(err, RL_BAD_SHAPE, "%s has %zu features, the model %s takes %zu", data->name, data->features,
            p->path, p->features);
    if (p->config.box && !load_box(p, err))
        return false;
    if (!data)
        return p->config.box || rl_fail(err, RL_BAD_CONFIG, "pruning needs evidence: data, or a box");
    p->data = rl_data_copy(data, err);
    if (p->data)
        rl_scaling_apply(&p->model->scaling, p->data);
    return p->data;
}

static size_t hidden_units(const rl_net *net)
{
    size_t units = 0;
    for (rl_node i = 0; i < rl_net_nodes(net) - 1; i++)
        units += rl_net_node(net, i).curve ? (size_t)rl_net_node(net, i).units : 0;
    return units;
}

static bool find_proved(pruning *p, size_t units, rl_error *err)
{
    size_t all;
    rl_certificate *found = calloc(units + 1, sizeof *found);
    if (!found)
        return no_memory(err, "the proofs");
    rl_certify_bounds(p->model->net, 0, p->box, found, units, &all, err);
    for (size_t i = 0; err->code == RL_OK && i < units; i++)
        if (found[i].constant) {
            p->found->units[p->found->count] = found[i].unit;
            p->found->values[p->found->count++] = found[i].value;
        }
    free(found);
    return err->code == RL_OK;
}

static bool find_constants(pruning *p, rl_error *err)
{
    const size_t units = hidden_units(p->model->net);
    p->found->units = calloc(units + 1, sizeof *p->found->units);
    p->found->values = calloc(units + 1, sizeof *p->found->values);
    p->found->fates = calloc(units + 1, sizeof *p->found->fates);
    if (!p->found->units || !p->found->values || !p->found->fates)
        return no_memory(err, "lists of units");
    if (p->box)
        return find_proved(p, units, err);
    return rl_constants_on_data(
        p->model->net, 0, p->data, p->found->units, p->found->values, units, &p->found->count, err);
}

/* ---- Before and after ------------------------------------------------------------------------------------------------- */

/* Widens found.difference and size by the outputs on these rows; NaN where only one of the two is NaN. */
static bool compare_on(pruning *p, const rl_dataset *rows, double *size, rl_error *err)
{
    const rl_net *nets[2] = { p->model->net, p->found->net };
    rl_pass *passes[2] = { rl_pass_new(nets[0], ROWS_AT_ONCE, err), rl_pass_new(nets[1], ROWS_AT_ONCE, err) };
    const size_t outputs = (size_t)rl_net_outputs(nets[0]);
    for (size_t first = 0; err->code == RL_OK && first < rows->rows; first += ROWS_AT_ONCE) {
        const size_t left = rows->rows - first, batch = left < ROWS_AT_ONCE ? left : ROWS_AT_ONCE;
        for (int i = 0; i < 2; i++)
            rl_forward(nets[i], passes[i], rows->x + first * rows->features, (int)batch);
        const float *one = rl_output(passes[0]), *other = rl_output(passes[1]);
        for (size_t i = 0; i < batch * outputs; i++) {
            if (one[i] == other[i] || (isnan(one[i]) && isnan(other[i])))
                continue;
            const double difference = fabs((double)one[i] - (double)other[i]);
            if (!(difference <= p->found->difference))
                p->found->difference = difference;
        }
        for (size_t i = 0; i < batch * outputs; i++)
            *size = isfinite(one[i]) ? fmax(*size, fabs((double)one[i])) : *size;
    }
    p->found->compared += rows->rows;
    rl_pass_free(passes[0]);
    rl_pass_free(passes[1]);
    return err->code == RL_OK;
}

static bool compare(pruning *p, rl_error *err)
{
    double size = 1;
    if (p->data && !compare_on(p, p->data, &size, err))
        return false;
    if (p->box) {
        rl_dataset *points = rl_box_sample(p->found->sides, p->features, POINTS, p->config.seed, (rl_memory){ 0 }, err);
        if (points) {
            rl_scaling_apply(&p->model->scaling, points);
            compare_on(p, points, &size, err);
        }
        rl_data_free(points);
    }
    p->found->allowed = ALLOWED * size;
    if (err->code == RL_OK && !(p->found->difference <= p->found->allowed))
        rl_fail(err, RL_BAD_CONFIG,
            "the outputs differ by %.3g on %zu rows, and rounding explains %.3g: nothing was written",
            p->found->difference, p->found->compared, p->found->allowed);
    return err->code == RL_OK;
}

/* The share of dead units: on the data if there are any, else by proof. */
static bool dead_share(const pruning *p, const rl_net *net, double *share, rl_error *err)
{
    if (p->data) {
        rl_census *census = rl_census_new(net, err);
        if (census && rl_census_take(census, net, p->data, err))
            *share = rl_census_dead_share(census, 0);
        rl_census_free(census);
        return err->code == RL_OK;
    }
    size_t dead = 0, units = hidden_units(net);
    if (!rl_certify(net, 0, p->box, NULL, 0, &dead, err))
        return false;
    *share = units ? (double)dead / (double)units : 0;
    return true;
}

static bool look_at(const pruning *p, const rl_net *net, rl_pruned_side *side, rl_error *err)
{
    *side = (rl_pruned_side){ .units = hidden_units(net), .accuracy = NAN, .dead_share = NAN };
    for (rl_node i = 0; i < rl_net_nodes(net); i++)
        side->parameters += rl_net_node(net, i).parameters;
    const size_t classes = p->model->classes;
    if (p->data && classes && p->data->classes == classes &&
        !rl_evaluate(net, p->data, p->model->loss, NULL, &side->accuracy, err))
        return false;
    return dead_share(p, net, &side->dead_share, err);
}

static bool describe_layers(pruning *p, rl_error *err)
{
    const rl_net *net = p->model->net;
    p->found->layers = calloc((size_t)rl_net_nodes(net), sizeof *p->found->layers);
    if (!p->found->layers)
        return no_memory(err, "a list of layers");
    for (rl_node i = 0; i < rl_net_nodes(net) - 1; i++) {
        float alpha;
        const rl_activation *curve = rl_net_curve(net, i, 0, &alpha);
        if (!curve)
            continue;
        rl_pruned_layer *layer = &p->found->layers[p->found->layer_count++];
        *layer = (rl_pruned_layer){
            .node = i, .units_before = rl_net_node(net, i).units, .units_after = rl_net_node(p->found->net, i).units
        };
        snprintf(layer->name, sizeof layer->name, "hidden %zu", p->found->layer_count);
        rl_arm_label((rl_arm){ .curve = curve, .alpha = alpha }, layer->activation, sizeof layer->activation);
    }
    return true;
}

static bool prune(pruning *p, rl_error *err)
{
    rl_pruned *found = p->found;
    if (!load(p, err) || !find_constants(p, err))
        return false;
    found->net = rl_prune(p->model->net, found->units, found->count, found->values, found->fates, NULL, err);
    return found->net && compare(p, err) && describe_layers(p, err) && look_at(p, p->model->net, &found->before, err) &&
           look_at(p, found->net, &found->after, err);
}

bool rl_prune_model(rl_pruned *found, const rl_model *model, const char *path, rl_prune_config config, rl_error *err)
{
    *found = (rl_pruned){ .model = path,
        .data = config.data ? config.data->name : NULL,
        .rows = config.data ? config.data->rows : 0,
        .box = config.box,
        .features = (size_t)rl_net_inputs(model->net) };
    pruning p = { .model = model, .path = path, .config = config, .features = found->features, .found = found };
    const bool done = prune(&p, err);
    rl_data_free(p.data);
    free(p.box);
    if (!done)
        rl_pruned_free(found);
    return done;
}

void rl_pruned_free(rl_pruned *found)
{
    rl_net_free(found->net);
    free(found->layers);
    free(found->units);
    free(found->values);
    free(found->fates);
    free(found->sides);
    *found = (rl_pruned){ 0 };
}
