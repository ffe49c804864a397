#define _POSIX_C_SOURCE 200809L
#include "study/trial.h"

#include "study/maps.h"

#include "train/sweep.h"
#include "train/trainer.h"
#include "vital/monitor.h"

#include <limits.h>
#include <math.h>
#include <time.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* What looks at the net after every epoch: one sweep over the training part gives loss and accuracy and shows the
 * monitor every unit, a second one the test part. */
typedef struct {
    rl_trial *const *trials;       /* [used] */
    const rl_cell *const *cell_of; /* [used] where each belongs */
    int used;
    rl_sweep train, test;
    bool has_test;
    rl_monitor *monitor;
    long census; /* steps between censuses within an epoch; 0: none */
    double seconds_looking;
} recorder;

static void record_states(const recorder *r, unsigned char *states, int lane, bool gone)
{
    for (size_t i = 0; i < rl_monitor_units(r->monitor); i++) {
        rl_state seen = rl_monitor_state(r->monitor, i, lane);
        states[i] = gone ? RL_UNIT_BROKEN
                         : (unsigned char)((seen.dead ? RL_UNIT_DEAD : 0) | (seen.silent ? RL_UNIT_SILENT : 0) |
                                           (seen.broken ? RL_UNIT_BROKEN : 0));
    }
}

/* The dead share of each hidden layer, at the start or (until the next epoch) at the end. */
static void record_layers(const recorder *r, rl_trial *trial, bool end, int lane, bool gone)
{
    double *shares = trial->layer_dead + (end ? r->cell_of[lane]->layer_count : 0);
    size_t at = 0;
    for (size_t k = 0; k < r->cell_of[lane]->layer_count; k++) {
        const size_t units = (size_t)r->cell_of[lane]->layers[k].units;
        size_t dead = 0;
        for (size_t i = 0; i < units; i++, at++)
            dead += rl_monitor_state(r->monitor, at, lane).dead;
        shares[k] = gone ? (double)NAN : (double)dead / (double)units;
    }
}

static void record_lane(const recorder *r, const rl_moment *moment, int lane)
{
    rl_trial *trial = r->trials[lane];
    if (!isfinite(rl_sweep_loss(&r->train, lane)))
        rl_trainer_diverged(moment->trainer, lane);
    const bool gone = moment->fates[lane].state == RL_DIVERGED;
    const long e = moment->epoch;
    trial->fate = moment->fates[lane];
    trial->loss[e] = gone ? (double)NAN : rl_sweep_loss(&r->train, lane);
    trial->train_accuracy[e] = gone ? (double)NAN : rl_sweep_accuracy(&r->train, lane);
    trial->test_loss[e] = gone || !r->has_test ? (double)NAN : rl_sweep_loss(&r->test, lane);
    trial->test_accuracy[e] = gone || !r->has_test ? (double)NAN : rl_sweep_accuracy(&r->test, lane);
    const double units = (double)rl_monitor_units(r->monitor); /* none: shares are 0/0, not a number */
    const size_t census = rl_monitor_censuses(r->monitor) - 1;
    trial->dead_share[e] = gone ? (double)NAN : (double)rl_monitor_dead(r->monitor, census, lane) / units;
    trial->silent_share[e] = gone ? (double)NAN : (double)rl_monitor_silent(r->monitor, census, lane) / units;
    record_layers(r, trial, moment->epoch > 0, lane, gone);
    if (trial->states)
        record_states(r, trial->states + (size_t)e * rl_monitor_units(r->monitor), lane, gone);
}

static void after_epoch(void *self, const rl_moment *moment)
{
    recorder *r = self;
    double start = now();
    rl_monitor_begin(r->monitor);
    rl_sweep_run(&r->train, moment->net, rl_monitor_look_at, r->monitor);
    rl_monitor_end(r->monitor, moment->net, moment->step);
    if (r->has_test)
        rl_sweep_run(&r->test, moment->net, NULL, NULL);
    for (int l = 0; l < r->used; l++)
        record_lane(r, moment, l);
    r->seconds_looking += now() - start;
}

/* A census more within an epoch: only the monitor looks. The step that ends an epoch is looked at after it. */
static void after_step(void *self, const rl_moment *moment)
{
    recorder *r = self;
    if (!r->census || moment->step % r->census || moment->trainer->row == moment->trainer->data->rows)
        return;
    double start = now();
    rl_monitor_look(r->monitor, moment->net, moment->step);
    r->seconds_looking += now() - start;
}

/* A pack whose lanes have all ended is over before its last epoch: what was last seen stays. */
static void fill_rest(const recorder *r, long reached, long epochs)
{
    for (int l = 0; l < r->used; l++) {
        rl_trial *trial = r->trials[l];
        double *const curves[] = { trial->loss, trial->train_accuracy, trial->test_loss, trial->test_accuracy,
            trial->dead_share, trial->silent_share };
        for (size_t c = 0; c < sizeof curves / sizeof curves[0]; c++)
            for (long e = reached + 1; e <= epochs; e++)
                curves[c][e] = trial->fate.state == RL_DIVERGED ? (double)NAN : curves[c][reached];
        const size_t units = rl_monitor_units(r->monitor);
        for (long e = reached + 1; trial->states && e <= epochs; e++)
            for (size_t i = 0; i < units; i++)
                trial->states[(size_t)e * units + i] =
                    trial->fate.state == RL_DIVERGED ? RL_UNIT_BROKEN : trial->states[(size_t)reached * units + i];
    }
}

/* What came after a lane diverged is no history of its own: how long its neighbours went on decides whether it was
 * looked at again. */
static bool is_of(const rl_event *event, int lane, const rl_lane_fate *fate)
{
    return event->unit.lane == lane && (fate->state != RL_DIVERGED || event->step <= fate->diverged_at);
}

static void keep_events(const recorder *r, int lane, rl_memory memory, rl_error *err)
{
    rl_trial *trial = r->trials[lane];
    size_t all, count = 0;
    const rl_event *events = rl_monitor_events(r->monitor, &all);
    for (size_t i = 0; i < all; i++)
        count += is_of(&events[i], lane, &trial->fate);
    trial->events = rl_new(memory, count, sizeof *trial->events, err);
    for (size_t i = 0; trial->events && i < all; i++)
        if (is_of(&events[i], lane, &trial->fate)) {
            trial->events[trial->event_count] = events[i];
            trial->events[trial->event_count++].unit.lane = 0;
        }
}

/* The decided class at the middle of every cell of a grid over the plane. */
static void draw_boundary(const rl_net *net, int lane, const rl_parts *parts, const rl_loss *loss, const float low[2],
    const float high[2], unsigned char *cells, rl_error *err)
{
    rl_dataset *grid = rl_data_new("grid", RL_GRID * RL_GRID, 2, 2, 1, parts->train->memory, err);
    int *decided = rl_new(parts->train->memory, RL_GRID * RL_GRID, sizeof *decided, err);
    if (!rl_failed(err)) {
        for (size_t i = 0; i < RL_GRID * RL_GRID; i++) {
            const size_t at[2] = { i % RL_GRID, i / RL_GRID };
            for (size_t k = 0; k < 2; k++)
                grid->x[2 * i + k] = low[k] + (high[k] - low[k]) * ((float)at[k] + 0.5f) / RL_GRID;
        }
        if (parts->scaling.features)
            rl_scaling_apply(&parts->scaling, grid);
        if (rl_predict(net, lane, grid, loss, NULL, decided, err))
            for (size_t i = 0; i < RL_GRID * RL_GRID; i++)
                cells[i] = (unsigned char)decided[i];
    }
    rl_free(parts->train->memory, decided);
    rl_data_free(grid);
}

/* The mean of the slopes that a lane's hidden units have learned; NaN where they learn none. */
static double learned_alpha(rl_net *net, int lane)
{
    const float *parameters = rl_parameters(net, NULL); /* [count][lanes] */
    const size_t lanes = (size_t)rl_net_lanes(net);
    double sum = 0;
    size_t count = 0;
    for (rl_node n = 0; n < rl_net_nodes(net); n++) {
        const rl_node_info node = rl_net_node(net, n);
        for (size_t i = 0; node.curve && i < node.parameters; i++, count++)
            sum += (double)parameters[(node.offset + i) * lanes + (size_t)lane];
    }
    return count ? sum / (double)count : (double)NAN;
}

/* What reaches each step on the way back, before training or after; NaN once a lane has diverged. */
static void record_reach(const recorder *r, const rl_net *net, const rl_parts *parts, bool end, rl_error *err)
{
    for (int l = 0; l < r->used && !rl_failed(err); l++) {
        rl_trial *trial = r->trials[l];
        double *norms = end ? trial->reach_last : trial->reach_first;
        if (norms && end && trial->fate.state == RL_DIVERGED)
            for (size_t t = 0; t < r->cell_of[l]->steps; t++)
                norms[t] = (double)NAN;
        else if (norms)
            rl_through_time(net, l, parts->train, r->train.loss, norms, err);
    }
}

/* Trains until all lanes have ended; false if told to stop before. */
static bool train(rl_trainer *trainer, int lanes)
{
    while (rl_trainer_step(trainer, LONG_MAX))
        ;
    for (int l = 0; l < lanes; l++)
        if (rl_trainer_fate(trainer, l).state == RL_RUNNING)
            return false;
    return true;
}

static rl_arm arm_of(const rl_pack *pack, const rl_study *study, int lane)
{
    return rl_arm_on(study->settings[pack->setting].base, study->arms[pack->arm[lane]]);
}

/* Lanes of one pack change the same in their recipe. */
static rl_recipe recipe_of(const rl_pack *pack, const rl_study *study)
{
    return rl_recipe_changed(&study->settings[pack->setting].recipe, arm_of(pack, study, 0));
}

static bool any_revives(const rl_pack *pack, const rl_study *study, int lanes)
{
    for (int l = 0; l < lanes; l++)
        if (arm_of(pack, study, l).redo_every)
            return true;
    return false;
}

static rl_redo *make_redo(
    const rl_pack *pack, const rl_study *study, const rl_net *net, const rl_dataset *train, rl_error *err)
{
    long every[RL_MOST_LANES];
    for (int l = 0; l < rl_net_lanes(net); l++)
        every[l] = arm_of(pack, study, l).redo_every;
    return rl_redo_new(net, train, every, err);
}

static bool train_and_record(
    const rl_pack *pack, const rl_study *study, const rl_parts *parts, rl_net *net, recorder *r, rl_error *err)
{
    rl_training how = recipe_of(pack, study).training;
    rl_observer observers[2] = { { .after_step = after_step, .after_epoch = after_epoch, .self = r } };
    how.validation = parts->validation;
    how.observers = observers;
    how.observer_count = 1;
    how.keep_going = study->keep_going;
    how.keep_going_self = study->self;
    rl_redo *redo = NULL;
    if (any_revives(pack, study, rl_net_lanes(net))) {
        redo = make_redo(pack, study, net, parts->train, err);
        if (redo)
            observers[how.observer_count++] = rl_redo_observer(redo);
    }
    rl_trainer *trainer = rl_trainer_new(net, parts->train, &how, err);
    if (!trainer) {
        rl_redo_free(redo);
        return false;
    }
    bool whole = train(trainer, rl_net_lanes(net));
    for (int l = 0; l < pack->used && whole; l++) {
        r->trials[l]->fate = rl_trainer_fate(trainer, l);
        r->trials[l]->done = true;
    }
    if (whole)
        fill_rest(r, rl_trainer_epochs(trainer), how.epochs);
    rl_trainer_free(trainer);
    rl_redo_free(redo);
    return whole;
}

bool rl_pack_run(const rl_pack *pack, const rl_study *study, const rl_parts *parts, const rl_cell *const *cells,
    rl_trial *const *trials, const float low[2], const float high[2], double *seconds, rl_error *err)
{
    const rl_recipe recipe = recipe_of(pack, study);
    rl_arm arms[RL_MOST_LANES];
    uint64_t seeds[RL_MOST_LANES];
    for (int l = 0; l < pack->lanes; l++) {
        arms[l] = arm_of(pack, study, l);
        seeds[l] = study->first_seed + pack->seed[l];
    }
    recorder r = {
        .trials = trials, .cell_of = cells, .used = pack->used, .has_test = parts->test, .census = study->census
    };
    rl_net *net = rl_recipe_net(&recipe, arms, seeds, pack->lanes, parts->train, study->memory, err);
    if (net) {
        r.monitor = rl_monitor_new(net, parts->train, 0, err);
        rl_sweep_new(&r.train, net, parts->train, recipe.training.loss, err);
        if (r.has_test)
            rl_sweep_new(&r.test, net, parts->test, recipe.training.loss, err);
    }
    if (!rl_failed(err))
        record_reach(&r, net, parts, false, err);
    double start = now();
    bool whole = !rl_failed(err) && train_and_record(pack, study, parts, net, &r, err);
    *seconds = now() - start - r.seconds_looking;
    whole = whole && rl_monitor_check(r.monitor, err);
    if (whole)
        record_reach(&r, net, parts, true, err);
    for (int l = 0; l < pack->used && whole; l++) {
        trials[l]->seconds = *seconds / pack->used;
        trials[l]->learned_alpha = learned_alpha(net, l);
        keep_events(&r, l, study->memory, err);
        if (pack->seed[l] == 0 && trials[l]->fate.state != RL_DIVERGED)
            rl_maps_draw(cells[l]->maps, net, l, parts, r.monitor, err);
        if (cells[l]->boundary && pack->seed[l] == 0)
            draw_boundary(net, l, parts, r.train.loss, low, high, cells[l]->boundary, err);
    }
    if (r.train.data)
        rl_sweep_free(&r.train);
    if (r.test.data)
        rl_sweep_free(&r.test);
    rl_monitor_free(r.monitor);
    rl_net_free(net);
    return whole && !rl_failed(err);
}
