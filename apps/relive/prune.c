/* relive prune: a smaller model that says the same. What is constant, on data or by proof in a box, goes; the outputs of
 * both models are compared before anything is written. */
#include "program.h"
#include "terminal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { POINTS = 20000, ROWS_AT_ONCE = 256 };

/* Outputs may differ by this share of the largest one (of 1 if that is smaller): some hundred float roundings. */
#define ALLOWED 1e-5

typedef struct {
    const settings *asked;
    rl_model model, small; /* small borrows all but its net from model */
    rl_dataset *data;      /* as the net takes it; NULL: none was asked for */
    rl_interval *sides;    /* [features] of the raw box, NULL without one … */
    rl_interval *box;      /* … and as the net takes it */
    size_t features;
    rl_unit *units;       /* [count] constant on the evidence */
    float *values;        /* [count] */
    rl_prune_fate *fates; /* [count] */
    size_t count;
    rl_prune_report report;
    rl_pruned_layer *layers; /* [layer_count] */
    rl_pruned found;
} pruning;

/* ---- The evidence --------------------------------------------------------------------------------------------------- */

static bool no_memory(rl_error *err, const char *what)
{
    return rl_fail(err, RL_NO_MEMORY, "out of memory for %s", what);
}

static bool load_data(pruning *p, const char *path, rl_error *err)
{
    p->data = rl_data_load(p->asked->data,
        (rl_data_config){
            .seed = p->asked->data_seed, .class_names = p->model.class_names, .classes = p->model.classes },
        err);
    if (p->data && p->data->features != p->features)
        rl_fail(err, RL_BAD_SHAPE, "%s has %zu features, the model %s takes %zu", p->data->name, p->data->features,
            path, p->features);
    return err->code == RL_OK;
}

static bool load_box(pruning *p, rl_error *err)
{
    p->sides = calloc(p->features, sizeof *p->sides);
    p->box = calloc(p->features, sizeof *p->box);
    if (!p->sides || !p->box)
        return no_memory(err, "a box");
    if (!rl_box_load(p->asked->box, p->features, p->data, p->sides, err))
        return false;
    memcpy(p->box, p->sides, p->features * sizeof *p->box);
    return rl_box_scale(&p->model.scaling, p->box, err);
}

/* Data are read unless a box alone was asked for. */
static bool load(pruning *p, const request *how, rl_error *err)
{
    const settings *s = p->asked;
    if (!rl_model_load(&p->model, how->operand, (rl_memory){ 0 }, err))
        return false;
    p->features = (size_t)rl_net_inputs(p->model.net);
    const bool wants_data = !s->box || !strcmp(s->box, "data") || request_has(how, "data");
    if (wants_data && !load_data(p, how->operand, err))
        return false;
    if (s->box && !load_box(p, err))
        return false;
    if (p->data)
        rl_scaling_apply(&p->model.scaling, p->data);
    return true;
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
    rl_certify_bounds(p->model.net, 0, p->box, found, units, &all, err);
    for (size_t i = 0; err->code == RL_OK && i < units; i++)
        if (found[i].constant) {
            p->units[p->count] = found[i].unit;
            p->values[p->count++] = found[i].value;
        }
    free(found);
    return err->code == RL_OK;
}

static bool find_constants(pruning *p, rl_error *err)
{
    const size_t units = hidden_units(p->model.net);
    p->units = calloc(units + 1, sizeof *p->units);
    p->values = calloc(units + 1, sizeof *p->values);
    p->fates = calloc(units + 1, sizeof *p->fates);
    if (!p->units || !p->values || !p->fates)
        return no_memory(err, "lists of units");
    if (p->box)
        return find_proved(p, units, err);
    return rl_constants_on_data(p->model.net, 0, p->data, p->units, p->values, units, &p->count, err);
}

/* ---- Before and after ------------------------------------------------------------------------------------------------- */

/* Widens found.difference and size by the outputs on these rows; NaN where only one of the two is NaN. */
static bool compare_on(pruning *p, const rl_dataset *rows, double *size, rl_error *err)
{
    const rl_net *nets[2] = { p->model.net, p->small.net };
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
            if (!(difference <= p->found.difference))
                p->found.difference = difference;
        }
        for (size_t i = 0; i < batch * outputs; i++)
            *size = isfinite(one[i]) ? fmax(*size, fabs((double)one[i])) : *size;
    }
    p->found.compared += rows->rows;
    rl_pass_free(passes[0]);
    rl_pass_free(passes[1]);
    return err->code == RL_OK;
}

static bool compare(pruning *p, rl_error *err)
{
    double size = 1;
    if (p->data && !compare_on(p, p->data, &size, err))
        return false;
    if (p->sides) {
        rl_dataset *points = rl_box_sample(p->sides, p->features, POINTS, p->asked->data_seed, (rl_memory){ 0 }, err);
        if (points) {
            rl_scaling_apply(&p->model.scaling, points);
            compare_on(p, points, &size, err);
        }
        rl_data_free(points);
    }
    p->found.allowed = ALLOWED * size;
    if (err->code == RL_OK && !(p->found.difference <= p->found.allowed))
        rl_fail(err, RL_BAD_CONFIG,
            "the outputs differ by %.3g on %zu rows, and rounding explains %.3g: nothing was written",
            p->found.difference, p->found.compared, p->found.allowed);
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
    const size_t classes = p->model.classes;
    if (p->data && classes && p->data->classes == classes &&
        !rl_evaluate(net, p->data, p->model.loss, NULL, &side->accuracy, err))
        return false;
    return dead_share(p, net, &side->dead_share, err);
}

static bool describe_layers(pruning *p, rl_error *err)
{
    const rl_net *net = p->model.net;
    p->layers = calloc((size_t)rl_net_nodes(net), sizeof *p->layers);
    if (!p->layers)
        return no_memory(err, "a list of layers");
    for (rl_node i = 0; i < rl_net_nodes(net) - 1; i++) {
        float alpha;
        const rl_activation *curve = rl_net_curve(net, i, 0, &alpha);
        if (!curve)
            continue;
        rl_pruned_layer *layer = &p->layers[p->found.layer_count++];
        *layer = (rl_pruned_layer){
            .node = i, .units_before = rl_net_node(net, i).units, .units_after = rl_net_node(p->small.net, i).units
        };
        snprintf(layer->name, sizeof layer->name, "hidden %zu", p->found.layer_count);
        rl_arm_label((rl_arm){ .curve = curve, .alpha = alpha }, layer->activation, sizeof layer->activation);
    }
    return true;
}

static bool prune(pruning *p, const char *path, rl_error *err)
{
    if (!find_constants(p, err))
        return false;
    p->small = p->model;
    p->small.net = rl_prune(p->model.net, p->units, p->count, p->values, p->fates, &p->report, err);
    if (!p->small.net || !compare(p, err) || !describe_layers(p, err) ||
        !look_at(p, p->model.net, &p->found.before, err) || !look_at(p, p->small.net, &p->found.after, err))
        return false;
    p->found.model = path;
    p->found.saved = p->asked->save;
    p->found.data = p->data ? p->data->name : NULL;
    p->found.rows = p->data ? p->data->rows : 0;
    p->found.box = p->asked->box;
    p->found.sides = p->sides;
    p->found.features = p->features;
    p->found.layers = p->layers;
    p->found.units = p->units;
    p->found.values = p->values;
    p->found.fates = p->fates;
    p->found.count = p->count;
    return true;
}

/* ---- On the terminal --------------------------------------------------------------------------------------------------- */

static void print_share(const char *what, double before, double after)
{
    char texts[2][32];
    for (int i = 0; i < 2; i++) {
        const double share = i ? after : before;
        if (isfinite(share))
            snprintf(texts[i], sizeof texts[i], "%.2f %%", 100 * share);
        else
            snprintf(texts[i], sizeof texts[i], "–");
    }
    printf("  %-12s", what);
    print_right(stdout, texts[0], 12);
    print_right(stdout, texts[1], 12);
    putchar('\n');
}

static void print_kept(const rl_pruned *found)
{
    for (int fate = RL_REMOVED + 1; fate <= RL_KEPT_AS_LAST; fate++) {
        size_t kept = 0;
        for (size_t i = 0; i < found->count; i++)
            kept += found->fates[i] == (rl_prune_fate)fate;
        if (kept)
            printf("  %zu constant unit%s %s\n", kept, kept == 1 ? "" : "s", rl_prune_fate_name((rl_prune_fate)fate));
    }
}

static void print_all(const pruning *p)
{
    const rl_pruned *found = &p->found;
    style look = terminal_style(stdout);
    printf("%s%s%s: %zu of %zu hidden units are constant, %zu removed\n", look.bold, found->model, look.plain,
        found->count, found->before.units, p->report.removed);
    if (found->box)
        printf("  evidence: proof, for every input in the box %s: the same function everywhere in it\n", found->box);
    else
        printf("  evidence: %s, %zu rows: the same function on these\n", found->data, found->rows);
    print_kept(found);
    printf("\n  %s%-12s%12s%12s%s\n", look.bold, "", "before", "after", look.plain);
    for (size_t i = 0; i < found->layer_count; i++)
        printf("  %-12s%12d%12d  %s\n", found->layers[i].name, found->layers[i].units_before,
            found->layers[i].units_after, found->layers[i].activation);
    printf("  %-12s%12zu%12zu\n", "units", found->before.units, found->after.units);
    printf("  %-12s%12zu%12zu\n", "parameters", found->before.parameters, found->after.parameters);
    print_share("accuracy", found->before.accuracy, found->after.accuracy);
    print_share(found->data ? "dead" : "proved dead", found->before.dead_share, found->after.dead_share);
    printf("\n  outputs differ by %.3g at most, on %zu %s (allowed: %.3g)\n", found->difference, found->compared,
        !found->box    ? "rows"
        : !found->data ? "random points of the box"
                       : "rows and random points of the box",
        found->allowed);
    printf("  written to %s%s%s\n", look.bold, found->saved, look.plain);
}

int run_prune(const request *asked, rl_error *err)
{
    settings s;
    if (!settings_make(asked, NULL, &s, err))
        return EXIT_BAD_INPUT;
    if (!s.save)
        rl_fail(err, RL_BAD_CONFIG, "prune writes a new model: --save FILE says where");
    pruning p = { .asked = &s };
    char *document = NULL;
    if (err->code == RL_OK && check_writable_file("--save", s.save, err) && load(&p, asked, err) &&
        prune(&p, asked->operand, err)) {
        if (s.json)
            document = rl_pruned_json(&p.found, err);
        if (err->code == RL_OK && rl_model_save(&p.small, s.save, err)) {
            if (document)
                fputs(document, stdout);
            else
                print_all(&p);
        }
    }
    free(document);
    free(p.layers);
    free(p.units);
    free(p.values);
    free(p.fates);
    free(p.sides);
    free(p.box);
    rl_data_free(p.data);
    rl_net_free(p.small.net);
    rl_model_free(&p.model);
    return err->code ? EXIT_BAD_INPUT : EXIT_DONE;
}
