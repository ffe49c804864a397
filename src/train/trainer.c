/* The training loop: step after step (step.c), and a look around after every epoch.
 *
 * Lanes march in step but live apart: a lane whose loss or weights stop being finite has diverged, one that early
 * stopping halts keeps its best weights, and neither changes a bit of its neighbours. */
#include "train/trainer.h"

#include "num/random.h"
#include "train/schedule.h"

#include <math.h>
#include <string.h>

static float or_default(float value, float fallback)
{
    return value == 0 ? fallback : value;
}

static bool check_number(const char *what, float value, float low, float below, rl_error *err)
{
    if (value >= low && value < below)
        return true;
    return rl_fail(err, RL_BAD_CONFIG,
        below < INFINITY ? "%s %g: expected at least %g and below %g"
                         : "%s %g: expected a finite number of at least %g",
        what, (double)value, (double)low, (double)below);
}

static bool check_rate(float rate, rl_error *err)
{
    return (rate > 0 && rate < INFINITY) ||
           rl_fail(err, RL_BAD_CONFIG, "learning rate %g: expected a finite number above 0", (double)rate);
}

bool rl_trainer_batches_suffice(const rl_net *net, size_t rows, int batch, rl_error *err)
{
    const size_t last = rows % (size_t)batch;
    rl_node norm;
    if (rl_failed(err) || rl_batch_is_enough(net, last ? last : (size_t)batch, &norm))
        return !rl_failed(err);
    return rl_fail(err, RL_BAD_CONFIG,
        "batch %d: of %zu rows %s batch has one alone, on which node %d (batch_norm) cannot measure a variance; "
        "expected "
        "at least 2 in every batch",
        batch, rows, batch == 1 ? "every" : "the last", norm);
}

/* Fills in defaults and refuses what makes no sense. */
static bool settle(rl_training *how, const rl_net *net, const rl_dataset *data, rl_error *err)
{
    how->epochs = how->epochs ? how->epochs : 10;
    how->optimiser = how->optimiser ? how->optimiser : &rl_sgd;
    if (!rl_optimiser_of(net->variant, how->optimiser))
        return rl_fail(err, RL_BAD_CONFIG, "optimiser: expected one of the library's, see rl_optimisers");
    how->momentum = or_default(how->momentum, 0.9f);
    how->beta1 = or_default(how->beta1, 0.9f);
    how->beta2 = or_default(how->beta2, 0.999f);
    how->smoothing = or_default(how->smoothing, 0.99f);
    how->epsilon = or_default(how->epsilon, 1e-8f);
    how->step_factor = or_default(how->step_factor, 0.1f);
    if (how->step_every == 0)
        how->step_every = how->epochs < 3 ? 1 : how->epochs / 3;
    if (how->batch < 0)
        how->batch = data->rows <= INT32_MAX ? (int)data->rows : INT32_MAX;
    if (how->batch == 0)
        how->batch = data->rows < 32 ? (int)data->rows : 32;
    for (int l = 0; how->lane_rates && l < net->lanes; l++)
        check_rate(how->lane_rates[l], err);
    if (!how->lane_rates)
        check_rate(how->rate, err);
    check_number("momentum", how->momentum, 0, 1, err);
    check_number("beta1", how->beta1, 0, 1, err);
    check_number("beta2", how->beta2, 0, 1, err);
    check_number("smoothing", how->smoothing, 0, 1, err);
    check_number("epsilon", how->epsilon, 0, INFINITY, err);
    check_number("step factor", how->step_factor, 0, INFINITY, err);
    check_number("clip", how->clip, 0, INFINITY, err);
    check_number("l1", how->l1, 0, INFINITY, err);
    check_number("l2", how->l2, 0, INFINITY, err);
    if (how->threads < 0)
        return rl_fail(err, RL_BAD_CONFIG, "threads %d: expected at least 0", how->threads);
    if (how->epochs < 0 || how->step_every < 0 || how->patience < 0)
        return rl_fail(err, RL_BAD_CONFIG, "epochs, step_every and patience: expected at least 0");
    if ((size_t)how->batch > data->rows)
        return rl_fail(
            err, RL_BAD_CONFIG, "batch %d: expected 1 to %zu, the rows of the training set", how->batch, data->rows);
    if (!rl_trainer_batches_suffice(net, data->rows, how->batch, err))
        return false;
    if (how->patience && !how->validation)
        return rl_fail(err, RL_BAD_CONFIG, "early stopping needs a validation set");
    return !rl_failed(err);
}

/* Penalties act on weights; on biases, and with them on a norm's γ and β, only if asked for; and never on PReLU's slopes (He
 * et al. 2015) or on statistics. */
static void mark_decays(rl_trainer *t)
{
    for (rl_node i = 0; i < t->net->count; i++) {
        const rl_node_data *node = &t->net->nodes[i];
        const size_t learned = node->parameters - rl_learned_slopes(node) - node->statistics;
        const size_t decayed = t->how.decay_biases ? learned : node->weights;
        memset(t->decays + node->offset, 1, decayed);
    }
}

static bool make_arrays(rl_trainer *t, int rows_for_each, rl_error *err)
{
    const size_t lanes = (size_t)t->net->lanes, parameters = t->net->parameter_count;
    const size_t batch = (size_t)t->how.batch * (size_t)rows_for_each;
    if (batch > INT32_MAX)
        return rl_fail(
            err, RL_BAD_CONFIG, "batch %d: expected at most %d rows", t->how.batch, INT32_MAX / rows_for_each);
    for (int m = 0; m < t->optimiser->moments; m++)
        t->moments[m] = rl_new(t->memory, parameters, lanes * sizeof(float), err);
    t->fates = rl_new(t->memory, lanes, sizeof *t->fates, err);
    t->waited = rl_new(t->memory, lanes, sizeof *t->waited, err);
    t->best_loss = rl_new(t->memory, lanes, sizeof *t->best_loss, err);
    if (t->how.patience)
        t->best = rl_new(t->memory, parameters, lanes * sizeof *t->best, err);
    t->order = rl_new(t->memory, t->data->rows, lanes * sizeof *t->order, err);
    t->x = rl_new(t->memory, batch * t->data->features, lanes * sizeof *t->x, err);
    t->y = rl_new(t->memory, batch * t->targets.width, lanes * sizeof *t->y, err);
    t->rates = rl_new(t->memory, lanes, sizeof *t->rates, err);
    t->batch_loss = rl_new(t->memory, lanes, sizeof *t->batch_loss, err);
    t->finite = rl_new(t->memory, lanes, sizeof *t->finite, err);
    t->decays = rl_new(t->memory, parameters, 1, err);
    rl_step_make(t, (int)batch, err);
    if (t->how.patience)
        rl_sweep_new(&t->validation, t->net, t->how.validation, t->how.loss, err);
    return !rl_failed(err);
}

rl_trainer *rl_trainer_new(rl_net *net, const rl_dataset *data, const rl_training *how, rl_error *err)
{
    return rl_trainer_new_for(net, data, how, 1, err);
}

rl_trainer *rl_trainer_new_for(
    rl_net *net, const rl_dataset *data, const rl_training *how, int rows_for_each, rl_error *err)
{
    if (!rl_net_takes(net, data, err))
        return NULL;
    if (data->rows > UINT32_MAX) {
        rl_fail(err, RL_BAD_SHAPE, "%s has %zu rows; expected at most 2^32 - 1", data->name, data->rows);
        return NULL;
    }
    rl_training settled = *how;
    if (!settle(&settled, net, data, err))
        return NULL;
    rl_trainer *t = rl_new(net->memory, 1, sizeof *t, err);
    if (!t)
        return NULL;
    *t = (rl_trainer){ .memory = net->memory, .net = net, .data = data, .how = settled };
    t->optimiser = rl_optimiser_of(net->variant, t->how.optimiser);
    t->steps_per_epoch = (long)((data->rows + (size_t)t->how.batch - 1) / (size_t)t->how.batch);
    if (!rl_targets_make(&t->targets, data, &t->how.loss, rl_net_outputs(net), net->memory, err) ||
        !make_arrays(t, rows_for_each, err)) {
        rl_trainer_free(t);
        return NULL;
    }
    mark_decays(t);
    for (int l = 0; l < net->lanes; l++) {
        t->fates[l] = (rl_lane_fate){ .state = RL_RUNNING, .diverged_at = -1, .best_epoch = -1 };
        t->best_loss[l] = INFINITY;
    }
    return t;
}

void rl_trainer_free(rl_trainer *t)
{
    if (!t)
        return;
    rl_memory memory = t->memory;
    rl_adversarial_free(t);
    for (int m = 0; m < RL_MOST_MOMENTS; m++)
        rl_free(memory, t->moments[m]);
    rl_free(memory, t->fates);
    rl_free(memory, t->waited);
    rl_free(memory, t->best_loss);
    rl_free(memory, t->best);
    rl_free(memory, t->order);
    rl_free(memory, t->x);
    rl_free(memory, t->y);
    rl_free(memory, t->rates);
    rl_free(memory, t->batch_loss);
    rl_free(memory, t->finite);
    rl_free(memory, t->decays);
    rl_step_free(t);
    rl_targets_free(&t->targets);
    if (t->validation.data)
        rl_sweep_free(&t->validation);
    rl_free(memory, t);
}

/* ---- One epoch's beginning ---- */

/* Each lane's own order, a function of its seed and the epoch alone. */
static void shuffle(rl_trainer *t)
{
    const size_t rows = t->data->rows, lanes = (size_t)t->net->lanes;
    for (size_t l = 0; l < lanes; l++) {
        uint32_t *order = t->order + l * rows;
        for (size_t r = 0; r < rows; r++)
            order[r] = (uint32_t)r;
        if (!t->how.in_order) {
            rl_random random = rl_random_stream(t->net->seeds[l], RL_FOR_SHUFFLE, (uint64_t)t->epoch);
            rl_rows_widest()->shuffle(&random, order, rows);
        }
    }
}

void rl_trainer_set_rates(rl_trainer *t)
{
    double factor = rl_schedule_factor(&t->how, t->epoch);
    for (int l = 0; l < t->net->lanes; l++) {
        float rate = t->how.lane_rates ? t->how.lane_rates[l] : t->how.rate;
        t->rates[l] = t->fates[l].state == RL_RUNNING ? (float)((double)rate * factor) : 0;
    }
}

void rl_trainer_diverged(rl_trainer *t, int lane)
{
    if (t->fates[lane].state == RL_DIVERGED)
        return;
    t->fates[lane].state = RL_DIVERGED;
    t->fates[lane].diverged_at = t->step;
    t->rates[lane] = 0;
}

static void notice_divergence(rl_trainer *t)
{
    for (int l = 0; l < t->net->lanes; l++)
        if (t->fates[l].state == RL_RUNNING && (!t->finite[l] || !isfinite(t->batch_loss[l])))
            rl_trainer_diverged(t, l);
}

/* By the batch that the step learned from; of the lanes that go on: what has ended, or has just diverged, stays as it is. */
static void update_statistics(rl_trainer *t)
{
    const rl_trainer *generator = t->rival.generator;
    bool running[RL_MOST_LANES];
    for (int l = 0; l < t->net->lanes; l++)
        running[l] = t->fates[l].state == RL_RUNNING;
    rl_update_statistics(t->net, t->pass, running);
    if (generator)
        rl_update_statistics(generator->net, generator->pass, running);
}

/* ---- One epoch's end ---- */

static void copy_lane(const rl_net *net, const float *from, float *to, int lane)
{
    for (size_t i = 0; i < net->parameter_count; i++)
        to[i * (size_t)net->lanes + (size_t)lane] = from[i * (size_t)net->lanes + (size_t)lane];
}

static void validate(rl_trainer *t)
{
    rl_sweep_run(&t->validation, t->net, NULL, NULL);
    for (int l = 0; l < t->net->lanes; l++) {
        rl_lane_fate *fate = &t->fates[l];
        if (fate->state != RL_RUNNING)
            continue;
        double loss = rl_sweep_loss(&t->validation, l);
        if (loss < t->best_loss[l]) {
            t->best_loss[l] = loss;
            t->waited[l] = 0;
            fate->best_epoch = t->epoch;
            copy_lane(t->net, t->net->parameters, t->best, l);
        } else if (++t->waited[l] >= t->how.patience) {
            fate->state = RL_STOPPED_EARLY;
        }
    }
}

/* Lanes that early stopping halted, and at the end all that it watched, take their best weights back. */
static void restore_best(rl_trainer *t)
{
    for (int l = 0; l < t->net->lanes; l++)
        if (t->best && t->fates[l].best_epoch >= 0 &&
            (t->fates[l].state == RL_STOPPED_EARLY || t->fates[l].state == RL_FINISHED))
            copy_lane(t->net, t->best, t->net->parameters, l);
}

typedef enum { BEFORE_EPOCH, AFTER_STEP, AFTER_EPOCH } occasion;

static void tell(rl_trainer *t, occasion what)
{
    rl_moment now = { .net = t->net,
        .pass = t->step ? t->pass : NULL,
        .trainer = t,
        .step = t->step,
        .epoch = t->epoch,
        .batch_loss = t->step ? t->batch_loss : NULL,
        .generator_loss = t->step && t->rival.generator ? t->rival.generator->batch_loss : NULL,
        .fates = t->fates };
    for (size_t i = 0; i < t->how.observer_count; i++) {
        const rl_observer *observer = &t->how.observers[i];
        void (*told)(void *self, const rl_moment *now) = what == BEFORE_EPOCH ? observer->before_epoch
                                                         : what == AFTER_STEP ? observer->after_step
                                                                              : observer->after_epoch;
        if (told)
            told(observer->self, &now);
    }
}

static bool any_running(const rl_trainer *t)
{
    for (int l = 0; l < t->net->lanes; l++)
        if (t->fates[l].state == RL_RUNNING)
            return true;
    return false;
}

static void end_epoch(rl_trainer *t)
{
    t->row = 0;
    t->epoch++;
    if (t->how.patience)
        validate(t);
    if (t->epoch == t->how.epochs)
        for (int l = 0; l < t->net->lanes; l++)
            if (t->fates[l].state == RL_RUNNING)
                t->fates[l].state = RL_FINISHED;
    restore_best(t);
    tell(t, AFTER_EPOCH);
}

/* ---- The loop ---- */

static bool begin_epoch(rl_trainer *t)
{
    if (t->how.keep_going && !t->how.keep_going(t->how.keep_going_self)) {
        t->told_to_stop = true;
        return false;
    }
    tell(t, BEFORE_EPOCH);
    shuffle(t);
    rl_trainer_set_rates(t);
    return true;
}

bool rl_trainer_step(rl_trainer *t, long steps)
{
    if (t->step == 0 && steps > 0 && any_running(t))
        tell(t, AFTER_EPOCH);
    for (long done = 0; done < steps && any_running(t); done++) {
        if (t->row == 0 && !begin_epoch(t))
            return false;
        size_t left = t->data->rows - t->row;
        size_t batch = left < (size_t)t->how.batch ? left : (size_t)t->how.batch;
        if (t->rival.generator)
            rl_adversarial_run(t, batch);
        else
            rl_step_run(t, batch);
        t->row += batch;
        t->step++;
        notice_divergence(t);
        update_statistics(t);
        tell(t, AFTER_STEP);
        if (t->row == t->data->rows)
            end_epoch(t);
    }
    return any_running(t);
}

void rl_trainer_seek(rl_trainer *t, long step)
{
    t->step = step;
    t->epoch = step / t->steps_per_epoch;
    t->row = (size_t)(step % t->steps_per_epoch) * (size_t)t->how.batch;
    if (t->row) {
        shuffle(t);
        rl_trainer_set_rates(t);
    }
}

bool rl_trainer_set_rate(rl_trainer *t, float rate, rl_error *err)
{
    if (rl_failed(err) || !check_rate(rate, err))
        return false;
    t->how.rate = rate;
    t->how.lane_rates = NULL;
    rl_trainer_set_rates(t);
    return true;
}

long rl_trainer_steps(const rl_trainer *t)
{
    return t->step;
}

long rl_trainer_epochs(const rl_trainer *t)
{
    return t->epoch;
}

int rl_trainer_threads(const rl_trainer *t)
{
    return rl_crew_size(t->crew);
}

rl_lane_fate rl_trainer_fate(const rl_trainer *t, int lane)
{
    return t->fates[lane];
}

bool rl_train(rl_net *net, const rl_dataset *data, const rl_training *how, rl_lane_fate *fates, rl_error *err)
{
    rl_trainer *t = rl_trainer_new(net, data, how, err);
    if (!t)
        return false;
    while (rl_trainer_step(t, t->steps_per_epoch) && !t->told_to_stop)
        ;
    bool stopped = t->told_to_stop;
    for (int l = 0; fates && l < net->lanes; l++)
        fates[l] = t->fates[l];
    rl_trainer_free(t);
    return !stopped || rl_fail(err, RL_INTERRUPTED, "interrupted");
}
