/* relive revive: dead units of a saved model get another chance. Outputs before and after are compared on the data
 * before anything is written. */
#include "program.h"
#include "terminal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Outputs that should stay the same may differ by this share of the largest one (of 1 if that is smaller). */
#define ALLOWED 1e-6

typedef struct {
    const settings *asked;
    rl_model model;   /* as loaded */
    rl_net *net;      /* treated */
    rl_dataset *data; /* as the net takes it */
    rl_unit *units;
    rl_revive_fate *fates;
    rl_revived found;
} treatment;

static bool load(treatment *t, const char *path, rl_error *err)
{
    if (!rl_model_load(&t->model, path, (rl_memory){ 0 }, err))
        return false;
    t->data = rl_data_load(t->asked->data,
        (rl_data_config){
            .seed = t->asked->data_seed, .class_names = t->model.class_names, .classes = t->model.classes },
        err);
    if (!t->data)
        return false;
    if (t->data->features != (size_t)rl_net_inputs(t->model.net))
        return rl_fail(err, RL_BAD_SHAPE, "%s has %zu features, the model %s takes %d", t->data->name,
            t->data->features, path, rl_net_inputs(t->model.net));
    if (t->model.scaling.features)
        rl_scaling_apply(&t->model.scaling, t->data);
    t->net = rl_net_copy_lane(t->model.net, 0, err);
    return err->code == RL_OK;
}

static rl_examination *examine(const treatment *t, const rl_net *net, rl_error *err)
{
    rl_examination *e = rl_examine_new(net, (rl_thresholds){ 0 }, err);
    if (e && rl_examine_rows(e, net, t->data, err) && rl_examine_end(e, net, err))
        return e;
    rl_examination_free(e);
    return NULL;
}

static bool is_dormant(rl_signs signs, double tau)
{
    return !(signs.words & RL_BROKEN) && signs.dormancy <= (tau < 0 ? 0.025 : tau);
}

static bool look_at(const treatment *t, const rl_net *net, rl_revived_side *side, rl_error *err)
{
    rl_examination *e = examine(t, net, err);
    if (!e)
        return false;
    *side = (rl_revived_side){ .units = rl_examination_units(e), .accuracy = NAN };
    for (rl_node i = 0; i < rl_net_nodes(net); i++)
        side->parameters += rl_net_node(net, i).parameters;
    for (size_t i = 0; i < side->units; i++) {
        rl_signs signs = rl_examination_signs(e, i, 0);
        side->dead += (signs.words & RL_DEAD) != 0;
        side->dormant += is_dormant(signs, t->asked->revive_tau);
    }
    rl_examination_free(e);
    if (t->model.classes && t->data->classes == t->model.classes)
        rl_evaluate(net, t->data, t->model.loss, NULL, &side->accuracy, err);
    return err->code == RL_OK;
}

/* Whom to treat, and whether the outputs ought to stay the same. */
static bool choose(treatment *t, rl_error *err)
{
    const double tau = t->asked->revive_tau;
    rl_examination *e = examine(t, t->net, err);
    if (!e)
        return false;
    const size_t units = rl_examination_units(e);
    t->units = calloc(units + 1, sizeof *t->units);
    t->fates = calloc(units + 1, sizeof *t->fates);
    t->found.same_expected = t->asked->cure == RL_CURE_REDRAW;
    for (size_t i = 0; t->units && t->fates && i < units; i++) {
        rl_signs signs = rl_examination_signs(e, i, 0);
        if (tau < 0 ? !(signs.words & RL_DEAD) : !is_dormant(signs, tau))
            continue;
        t->units[t->found.count++] = rl_examination_unit(e, i, 0);
        t->found.same_expected = t->found.same_expected && signs.mean_size == 0;
    }
    rl_examination_free(e);
    return (t->units && t->fates) || rl_fail(err, RL_NO_MEMORY, "out of memory for a list of %zu units", units);
}

/* Every layer that has such a unit gets the other curve. */
static bool swap_curves(treatment *t, rl_error *err)
{
    rl_node *nodes = calloc(t->found.count + 1, sizeof *nodes);
    if (!nodes)
        return rl_fail(err, RL_NO_MEMORY, "out of memory for a list of layers");
    for (size_t i = 0; i < t->found.count; i++)
        nodes[i] = t->units[i].node;
    rl_net *swapped =
        rl_swap_curve(t->net, nodes, t->found.count, t->asked->cure_curve.curve, t->asked->cure_curve.alpha, err);
    free(nodes);
    if (!swapped)
        return false;
    rl_net_free(t->net);
    t->net = swapped;
    return true;
}

static bool treat(treatment *t, rl_error *err)
{
    const settings *s = t->asked;
    if (s->cure == RL_CURE_LEAKY)
        return swap_curves(t, err);
    if (s->cure == RL_CURE_LIFT)
        return rl_lift(t->net, t->units, t->found.count, t->data, s->cure_share, t->fates, err);
    return rl_revive(t->net, t->units, t->found.count, t->data,
        (rl_revive_config){
            .init = s->init_asked ? s->recipe.init : NULL, .sd = s->recipe.init_sd, .round = s->first_seed },
        t->fates, err);
}

/* The raw outputs of both nets. */
static bool compare(treatment *t, rl_error *err)
{
    enum { BLOCK = 64 };
    const rl_net *nets[2] = { t->model.net, t->net };
    rl_pass *passes[2] = { rl_pass_new(nets[0], BLOCK, err), rl_pass_new(nets[1], BLOCK, err) };
    const size_t outputs = (size_t)rl_net_outputs(t->net);
    for (size_t first = 0; err->code == RL_OK && first < t->data->rows; first += BLOCK) {
        const size_t left = t->data->rows - first, batch = left < BLOCK ? left : BLOCK;
        for (int i = 0; i < 2; i++)
            rl_forward(nets[i], passes[i], t->data->x + first * t->data->features, (int)batch);
        const float *before = rl_output(passes[0]), *after = rl_output(passes[1]);
        for (size_t i = 0; i < batch * outputs; i++) {
            double change = fabs((double)before[i] - (double)after[i]);
            if (isfinite(before[i]))
                t->found.largest = fmax(t->found.largest, fabs((double)before[i]));
            if (before[i] != after[i] && !(isnan(before[i]) && isnan(after[i])) && !(change <= t->found.difference))
                t->found.difference = change;
        }
    }
    rl_pass_free(passes[0]);
    rl_pass_free(passes[1]);
    if (err->code == RL_OK && t->found.same_expected && !(t->found.difference <= ALLOWED * fmax(1, t->found.largest)))
        rl_fail(err, RL_BAD_CONFIG,
            "the outputs differ by %.3g on %zu rows where they should be equal: nothing was written",
            t->found.difference, t->data->rows);
    return err->code == RL_OK;
}

static bool run(treatment *t, const char *path, rl_error *err)
{
    const settings *s = t->asked;
    t->found = (rl_revived){ .model = path,
        .saved = s->save,
        .data = t->data->name,
        .rows = t->data->rows,
        .cure = s->cure,
        .share = s->cure_share,
        .alpha = s->cure_curve.alpha,
        .tau = s->revive_tau };
    bool done = look_at(t, t->model.net, &t->found.before, err) && choose(t, err) && treat(t, err) && compare(t, err) &&
                look_at(t, t->net, &t->found.after, err);
    t->found.units = t->units;
    t->found.fates = t->fates;
    return done;
}

/* ---- On the terminal ------------------------------------------------------------------------------------------------ */

static void print_fates(const rl_revived *found)
{
    for (int fate = RL_WOKEN; fate <= RL_TIED; fate++) {
        size_t count = 0;
        for (size_t i = 0; i < found->count; i++)
            count += found->fates[i] == (rl_revive_fate)fate;
        if (count)
            printf("  %zu %s\n", count, rl_revive_fate_name((rl_revive_fate)fate));
    }
}

static void print_found(const rl_revived *found)
{
    style look = terminal_style(stdout);
    printf("%s%s%s: %zu of %zu hidden units are %s, on %s (%zu rows)\n", look.bold, found->model, look.plain,
        found->count, found->before.units, found->tau < 0 ? "dead" : "dormant", found->data, found->rows);
    if (found->cure == RL_CURE_LEAKY && found->count)
        printf("  their layers are now leaky_relu:%.6g\n", (double)found->alpha);
    else
        print_fates(found);
    const rl_revived_side *b = &found->before, *a = &found->after;
    printf("\n  %s%-12s%12s%12s%s\n", look.bold, "", "before", "after", look.plain);
    printf("  %-12s%12zu%12zu\n  %-12s%12zu%12zu\n", "units", b->units, a->units, "parameters", b->parameters,
        a->parameters);
    if (isfinite(b->accuracy) && isfinite(a->accuracy))
        printf("  %-12s%10.2f %%%10.2f %%\n", "accuracy", 100 * b->accuracy, 100 * a->accuracy);
    printf("  %-12s%12zu%12zu\n", "dead", b->dead, a->dead);
    if (b->units)
        printf("  %-12s%10.2f %%%10.2f %%\n", "dead share", 100 * (double)b->dead / (double)b->units,
            100 * (double)a->dead / (double)a->units);
    printf("  %-12s%12zu%12zu\n", "dormant", b->dormant, a->dormant);
    printf("\n  outputs differ by %.3g at most, on %zu rows (the largest is %.3g)%s\n", found->difference, found->rows,
        found->largest, found->same_expected ? ": the same" : "");
}

int run_revive(const request *asked, rl_error *err)
{
    settings s;
    if (!settings_make(asked, NULL, &s, err))
        return EXIT_BAD_INPUT;
    if (!s.save)
        return rl_fail(err, RL_BAD_CONFIG, "revive writes a new model: --save FILE says where"), EXIT_BAD_INPUT;
    s.init_asked = request_has(asked, "init");
    treatment t = { .asked = &s };
    char *document = NULL;
    if (check_writable_file("--save", s.save, err) && load(&t, asked->operand, err) && run(&t, asked->operand, err)) {
        if (s.json)
            document = rl_revived_json(&t.found, err);
        else
            print_found(&t.found);
        rl_model treated = t.model;
        treated.net = t.net;
        if (err->code == RL_OK && rl_model_save(&treated, s.save, err)) {
            if (document)
                fputs(document, stdout);
            else
                printf("  written to %s; to train on: train --init-from %s\n", s.save, s.save);
        }
    }
    free(document);
    free(t.units);
    free(t.fates);
    rl_data_free(t.data);
    rl_net_free(t.net);
    rl_model_free(&t.model);
    return err->code ? EXIT_BAD_INPUT : EXIT_DONE;
}
