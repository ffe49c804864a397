/* One step of training: gather a batch, forward, loss, backward, learn, change the parameters.
 *
 * A crew may share the step of a wide net of one lane: the batch by rows, and then every layer by units, whose parameters
 * learn from all rows and are changed while their gradient is still in the cache. Every number is the same sum however
 * it is cut, so any number of threads gives the same bits. */
#include "train/gradient/gradient.h"
#include "train/trainer.h"

#include <string.h>

/* Units of a node that learn at once, before their parameters are changed. */
enum { UNITS_AT_ONCE = 24 };

/* Multiply-adds a step from which a second thread is worth its calls. (Measured: documentation/performance.md.) */
static const double WORTH_SHARING = 1e6;

/* At each position a weight is in one multiply-add a row forward, one for its own gradient, and one for that of its
 * inputs. */
static double multiply_adds(const rl_trainer *t)
{
    double parameters = 0;
    for (rl_node i = 1; i < t->net->count; i++)
        parameters += (double)t->net->nodes[i].parameters * t->net->nodes[i].positions;
    return 3 * parameters * t->how.batch;
}

bool rl_step_make(rl_trainer *t, int rows, rl_error *err)
{
    if (rl_net_is_single(t->net) && t->how.threads > 1 && multiply_adds(t) >= WORTH_SHARING)
        t->crew = rl_crew_new(t->how.threads, t->memory, err);
    t->share_finite = rl_new(t->memory, (size_t)rl_crew_size(t->crew), sizeof *t->share_finite, err);
    t->pass = rl_pass_new_shared(t->net, rows, t->crew, err);
    if (t->pass)
        rl_pass_hide(t->net, t->pass);
    return !rl_failed(err);
}

void rl_step_free(rl_trainer *t)
{
    rl_pass_free(t->pass);
    rl_free(t->memory, t->share_finite);
    rl_crew_free(t->crew);
}

/* ---- The batch ---- */

/* out [rows][width][lanes]. One lane has nothing to interleave. */
static void gather(const rl_net *net, size_t rows, size_t width, const float *data, rl_orders orders, float *out)
{
    if (!rl_net_is_single(net)) {
        rl_rows_of(net->variant)->gather(rows, width, data, orders, out);
        return;
    }
    for (size_t b = 0; b < rows; b++)
        memcpy(out + b * width, data + orders.first[b] * width, width * sizeof *out);
}

static void gather_rows(void *self, int share, int shares)
{
    rl_trainer *t = self;
    const size_t lanes = (size_t)t->net->lanes, features = t->data->features, targets = t->targets.width;
    size_t first, end;
    rl_share_of((size_t)t->pass->batch, 1, share, shares, &first, &end);
    const rl_orders orders = { t->order + t->row + first, 1, t->data->rows };
    gather(t->net, end - first, features, t->data->x, orders, t->x + first * features * lanes);
    gather(t->net, end - first, targets, t->targets.rows, orders, t->y + first * targets * lanes);
}

static void judge_rows(void *self, int share, int shares)
{
    rl_trainer *t = self;
    size_t first, end;
    rl_share_of((size_t)t->pass->batch, 1, share, shares, &first, &end);
    const rl_block block = { first, end - first };
    rl_pass_loss_block(t->net, t->pass, t->how.loss, t->y, block);
    rl_pass_loss_backward_block(t->net, t->pass, t->how.loss, t->y, block);
}

/* ---- Parameters ---- */

/* Rows of a variant, from the number first of the flat array on, of which rates [lanes] and decays [rows] are known. */
static void change(rl_trainer *t, rl_variant variant, const rl_optimiser *optimiser, size_t first, size_t rows,
    const float *rates, int32_t *finite)
{
    float *w = (float *)t->net->parameters + first, *dw = (float *)t->pass->dparameters + first; /* [rows][lanes] */
    const rl_gradient_kernels *gradients = rl_gradient_kernels_of(variant);
    const double coupled = optimiser->decouples_decay ? 0 : (double)t->how.l2;
    if (t->how.l1 > 0 || coupled > 0)
        gradients->penalise(rows, t->decays + first, (double)t->how.l1, coupled, w, dw);
    optimiser->step(&(rl_update){ .count = rows,
        .w = w,
        .dw = dw,
        .moments = { t->moments[0] ? t->moments[0] + first : NULL, t->moments[1] ? t->moments[1] + first : NULL },
        .rate = rates,
        .l2 = (double)t->how.l2 - coupled,
        .decays = t->decays + first,
        .step = t->step + 1,
        .momentum = (double)t->how.momentum,
        .beta1 = (double)t->how.beta1,
        .beta2 = (double)t->how.beta2,
        .smoothing = (double)t->how.smoothing,
        .epsilon = (double)t->how.epsilon });
    gradients->finite(rows, w, finite);
}

/* Numbers of a net of one lane, as rows of a wide variant and a rest. Penalties act on all of them or on none, so that
 * the first of their decays speak for the rows. */
static bool change_run(rl_trainer *t, size_t first, size_t count)
{
    const rl_variant wide = t->net->wide;
    const size_t width = rl_gemm_of(wide)->width, rows = count / width, done = rows * width;
    float rates[RL_MOST_LANES];
    int32_t finite[RL_MOST_LANES], rest_finite;
    for (size_t l = 0; l < RL_MOST_LANES; l++)
        rates[l] = t->rates[0];
    change(t, wide, rl_optimiser_of(wide, t->how.optimiser), first, rows, rates, finite);
    change(t, t->net->variant, t->optimiser, first + done, count - done, rates, &rest_finite);
    bool all = rest_finite;
    for (size_t l = 0; l < width; l++)
        all = all && finite[l];
    return all;
}

static bool change_units(rl_trainer *t, rl_node i, size_t unit, size_t last_unit, int share)
{
    (void)share;
    const rl_node_data *node = &t->net->nodes[i];
    if (!rl_learns_by_units(node)) { /* weights, biases and what never decays: each of them as one */
        const size_t others = rl_learned_slopes(node) + node->statistics;
        const size_t biases = node->parameters - node->weights - others;
        bool finite = change_run(t, node->offset, node->weights);
        finite = change_run(t, node->offset + node->weights, biases) && finite;
        return change_run(t, node->offset + node->parameters - others, others) && finite;
    }
    const size_t inputs = node->weights / (size_t)node->units, units = last_unit - unit;
    bool finite = change_run(t, node->offset + unit * inputs, units * inputs);
    return (!node->bias || change_run(t, node->offset + node->weights + unit, units)) && finite;
}

/* Calls act for all parameters of a share: some units after the other; a curve's α may be one for all units. */
typedef bool unit_action(rl_trainer *t, rl_node node, size_t unit, size_t last_unit, int share);
static bool for_units(rl_trainer *t, int share, int shares, unit_action *act)
{
    bool good = true;
    for (rl_node i = t->net->count - 1; i > 0; i--) {
        const rl_node_data *node = &t->net->nodes[i];
        size_t unit, end, step = rl_learns_by_units(node) ? UNITS_AT_ONCE : (size_t)node->units;
        rl_share_of(node->parameters ? (size_t)node->units : 0, rl_learns_by_units(node) ? RL_GRAIN_OF_UNITS : step,
            share, shares, &unit, &end);
        for (; unit < end; unit += step)
            good = act(t, i, unit, end - unit < step ? end : unit + step, share) && good;
    }
    return good;
}

static bool learn_units(rl_trainer *t, rl_node node, size_t unit, size_t last_unit, int share)
{
    rl_pass_learn(t->net, t->pass, node, unit, last_unit, share);
    return true;
}

static bool learn_and_change_units(rl_trainer *t, rl_node node, size_t unit, size_t last_unit, int share)
{
    return learn_units(t, node, unit, last_unit, share) && change_units(t, node, unit, last_unit, share);
}

static void learn_share(void *self, int share, int shares)
{
    for_units(self, share, shares, learn_units);
}

static void change_share(void *self, int share, int shares)
{
    ((rl_trainer *)self)->share_finite[share] = for_units(self, share, shares, change_units);
}

static void learn_and_change_share(void *self, int share, int shares)
{
    ((rl_trainer *)self)->share_finite[share] = for_units(self, share, shares, learn_and_change_units);
}

static void clip(rl_trainer *t)
{
    rl_gradient_kernels_of(t->net->variant)->clip(t->net->parameter_count, (double)t->how.clip, t->pass->dparameters);
}

static void learn_alone(rl_trainer *t)
{
    if (t->how.clip > 0) { /* its norm is that of the whole gradient */
        rl_crew_run(t->crew, learn_share, t);
        clip(t);
        rl_crew_run(t->crew, change_share, t);
    } else {
        rl_crew_run(t->crew, learn_and_change_share, t);
    }
    *t->finite = true;
    for (int s = 0; s < rl_crew_size(t->crew); s++)
        *t->finite = *t->finite && t->share_finite[s];
}

static void learn_in_a_pack(rl_trainer *t)
{
    for (rl_node i = t->net->count - 1; i > 0; i--)
        rl_pass_learn(t->net, t->pass, i, 0, (size_t)t->net->nodes[i].units, 0);
    if (t->how.clip > 0)
        clip(t);
    change(t, t->net->variant, t->optimiser, 0, t->net->parameter_count, t->rates, t->finite);
}

/* ---- The step ---- */

void rl_step_gather(rl_trainer *t, size_t batch)
{
    t->pass->batch = (int)batch;
    rl_crew_run(t->crew, gather_rows, t);
}

void rl_step_learn(rl_trainer *t)
{
    rl_pass_propagate(t->net, t->pass);
    if (rl_net_is_single(t->net))
        learn_alone(t);
    else
        learn_in_a_pack(t);
}

void rl_step_run(rl_trainer *t, size_t batch)
{
    rl_step_gather(t, batch);
    rl_pass_training(t->pass, (uint64_t)t->step);
    rl_pass_forward(t->net, t->pass, t->x, (int)batch);
    rl_crew_run(t->crew, judge_rows, t);
    rl_pass_mean_loss(t->net, t->pass, t->batch_loss);
    rl_step_learn(t);
}
