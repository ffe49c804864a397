/* A model revived: its dead units get another chance. Outputs before and after are compared on the data before the
 * treated net is given. */
#include "base/error.h"
#include "relive_study.h"

#include <math.h>
#include <stdlib.h>

/* Outputs that should stay the same may differ by this share of the largest one (of 1 if that is smaller). */
#define ALLOWED 1e-6

typedef struct {
    const rl_model *model;
    rl_treatment how;
    rl_dataset *data; /* as the net takes it */
    rl_revived *found;
} treatment;

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
        side->dormant += is_dormant(signs, t->how.tau);
    }
    rl_examination_free(e);
    if (t->model->classes && t->data->classes == t->model->classes)
        rl_evaluate(net, t->data, t->model->loss, NULL, &side->accuracy, err);
    return err->code == RL_OK;
}

/* Whom to treat, and whether the outputs ought to stay the same. */
static bool choose(treatment *t, rl_error *err)
{
    const double tau = t->how.tau;
    rl_examination *e = examine(t, t->found->net, err);
    if (!e)
        return false;
    const size_t units = rl_examination_units(e);
    t->found->units = calloc(units + 1, sizeof *t->found->units);
    t->found->fates = calloc(units + 1, sizeof *t->found->fates);
    t->found->same_expected = t->how.cure == RL_CURE_REDRAW;
    for (size_t i = 0; t->found->units && t->found->fates && i < units; i++) {
        rl_signs signs = rl_examination_signs(e, i, 0);
        if (tau < 0 ? !(signs.words & RL_DEAD) : !is_dormant(signs, tau))
            continue;
        t->found->units[t->found->count++] = rl_examination_unit(e, i, 0);
        t->found->same_expected = t->found->same_expected && signs.mean_size == 0;
    }
    rl_examination_free(e);
    return (t->found->units && t->found->fates) ||
           rl_fail(err, RL_NO_MEMORY, "out of memory for a list of %zu units", units);
}

/* Every layer that has such a unit gets the other curve. */
static bool swap_curves(treatment *t, rl_error *err)
{
    rl_node *nodes = calloc(t->found->count + 1, sizeof *nodes);
    if (!nodes)
        return rl_fail(err, RL_NO_MEMORY, "out of memory for a list of layers");
    for (size_t i = 0; i < t->found->count; i++)
        nodes[i] = t->found->units[i].node;
    rl_net *swapped = rl_swap_curve(t->found->net, nodes, t->found->count, &rl_leaky_relu, t->how.alpha, err);
    free(nodes);
    if (!swapped)
        return false;
    rl_net_free(t->found->net);
    t->found->net = swapped;
    return true;
}

static bool treat(treatment *t, rl_error *err)
{
    rl_revived *found = t->found;
    if (t->how.cure == RL_CURE_LEAKY)
        return swap_curves(t, err);
    if (t->how.cure == RL_CURE_LIFT)
        return rl_lift(found->net, found->units, found->count, t->data, t->how.share, found->fates, err);
    return rl_revive(found->net, found->units, found->count, t->data,
        (rl_revive_config){ .init = t->how.init, .sd = t->how.sd, .round = t->how.round }, found->fates, err);
}

/* The raw outputs of both nets. */
static bool compare(treatment *t, rl_error *err)
{
    enum { BLOCK = 64 };
    const rl_net *nets[2] = { t->model->net, t->found->net };
    rl_pass *passes[2] = { rl_pass_new(nets[0], BLOCK, err), rl_pass_new(nets[1], BLOCK, err) };
    const size_t outputs = (size_t)rl_net_outputs(t->found->net);
    for (size_t first = 0; err->code == RL_OK && first < t->data->rows; first += BLOCK) {
        const size_t left = t->data->rows - first, batch = left < BLOCK ? left : BLOCK;
        for (int i = 0; i < 2; i++)
            rl_forward(nets[i], passes[i], t->data->x + first * t->data->features, (int)batch);
        const float *before = rl_output(passes[0]), *after = rl_output(passes[1]);
        for (size_t i = 0; i < batch * outputs; i++) {
            double change = fabs((double)before[i] - (double)after[i]);
            if (isfinite(before[i]))
                t->found->largest = fmax(t->found->largest, fabs((double)before[i]));
            if (before[i] != after[i] && !(isnan(before[i]) && isnan(after[i])) && !(change <= t->found->difference))
                t->found->difference = change;
        }
    }
    rl_pass_free(passes[0]);
    rl_pass_free(passes[1]);
    if (err->code == RL_OK && t->found->same_expected &&
        !(t->found->difference <= ALLOWED * fmax(1, t->found->largest)))
        rl_fail(err, RL_BAD_CONFIG,
            "the outputs differ by %.3g on %zu rows where they should be equal: nothing was written",
            t->found->difference, t->data->rows);
    return err->code == RL_OK;
}

static bool run(treatment *t, rl_error *err)
{
    rl_revived *found = t->found;
    found->net = rl_net_copy_lane(t->model->net, 0, err);
    return found->net && look_at(t, t->model->net, &found->before, err) && choose(t, err) && treat(t, err) &&
           compare(t, err) && look_at(t, found->net, &found->after, err);
}

bool rl_revive_model(
    rl_revived *found, const rl_model *model, const char *path, const rl_dataset *data, rl_treatment how, rl_error *err)
{
    *found = (rl_revived){ .model = path,
        .data = data->name,
        .rows = data->rows,
        .cure = how.cure,
        .share = how.share,
        .alpha = how.alpha,
        .tau = how.tau };
    if (data->features != (size_t)rl_net_inputs(model->net))
        return rl_fail(err, RL_BAD_SHAPE, "%s has %zu features, the model %s takes %d", data->name, data->features,
            path, rl_net_inputs(model->net));
    treatment t = { .model = model, .how = how, .data = rl_data_copy(data, err), .found = found };
    if (t.data)
        rl_scaling_apply(&model->scaling, t.data);
    const bool done = t.data && run(&t, err);
    rl_data_free(t.data);
    if (!done)
        rl_revived_free(found);
    return done;
}

void rl_revived_free(rl_revived *found)
{
    rl_net_free(found->net);
    free(found->units);
    free(found->fates);
    *found = (rl_revived){ 0 };
}
