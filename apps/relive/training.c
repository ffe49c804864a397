#define _GNU_SOURCE /* sched_getaffinity */
#include "training.h"

#include <limits.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    const settings *s;
    const rl_parts *parts;
    training_run *run;
    size_t packs;
    int threads_of_a_net; /* what threads there are, if packs are fewer */
    atomic_size_t next_pack;
    atomic_long epochs_done; /* by all packs */
    progress bar;
    pthread_mutex_t lock; /* of what follows and of the bar */
    rl_error first_error;
    size_t first_error_pack;
    double training_seconds; /* of all threads */
} job;

/* One net of several lanes, being trained. */
typedef struct {
    job *job;
    rl_net *net;
    rl_monitor *monitor;
    seed_run *runs[RL_MOST_LANES]; /* [used] */
    bool ended[RL_MOST_LANES];     /* [used]: trained to its end, and all of it kept */
    int used;
    double looking; /* seconds spent at looking, not training */
    rl_error *err;
} pack;

static bool keep_going(void *self)
{
    const pack *p = self;
    return !interrupted() && p->err->code == RL_OK;
}

/* ---- Looking ------------------------------------------------------------------------------------------------------ */

typedef struct {
    double loss[RL_MOST_LANES], accuracy[RL_MOST_LANES];
} scores;

static bool score(const pack *p, const rl_dataset *part, scores *seen)
{
    for (int l = 0; l < RL_MOST_LANES; l++)
        seen->loss[l] = seen->accuracy[l] = (double)NAN;
    return !part || rl_evaluate(p->net, part, p->job->s->recipe.training.loss, seen->loss, seen->accuracy, p->err);
}

/* A place for a look at this step: a second look at the same step takes the first one's. */
static look *room_for(seed_run *run, long step, rl_error *err)
{
    if (run->look_count && run->looks[run->look_count - 1].step == step)
        return &run->looks[run->look_count - 1];
    if (run->look_count == run->look_room) {
        size_t room = run->look_room ? 2 * run->look_room : 64;
        look *grown = room <= SIZE_MAX / sizeof *grown ? realloc(run->looks, room * sizeof *grown) : NULL;
        if (!grown) {
            rl_fail(err, RL_NO_MEMORY, "out of memory for the record of %zu looks", room);
            return NULL;
        }
        run->looks = grown;
        run->look_room = room;
    }
    return &run->looks[run->look_count++];
}

/* A lane that has ended is not looked at again: what comes after belongs to its neighbours. */
static void look_at(pack *p, long step, long epoch, const rl_lane_fate *fates, bool epoch_over)
{
    double start = clock_seconds();
    scores train, validation, test;
    if (!score(p, p->job->parts->train, &train) || !score(p, p->job->parts->validation, &validation) ||
        !score(p, p->job->parts->test, &test))
        return;
    rl_monitor_look(p->monitor, p->net, step);
    if (!rl_monitor_check(p->monitor, p->err))
        return;
    const size_t census = rl_monitor_censuses(p->monitor) - 1;
    const double units = (double)rl_monitor_units(p->monitor);
    for (int l = 0; l < p->used; l++) {
        look *seen = p->runs[l]->ended ? NULL : room_for(p->runs[l], step, p->err);
        if (!seen)
            continue;
        p->runs[l]->ended = epoch_over && fates[l].state != RL_RUNNING;
        *seen = (look){ step, epoch, train.loss[l], train.accuracy[l], validation.loss[l], test.loss[l],
            test.accuracy[l], (double)rl_monitor_dead(p->monitor, census, l) / units,
            (double)rl_monitor_silent(p->monitor, census, l) / units };
        if (fates[l].state == RL_DIVERGED)
            *seen = (look){ step, epoch, NAN, NAN, NAN, NAN, NAN, NAN, NAN };
    }
    p->looking += clock_seconds() - start;
}

static void after_epoch(void *self, const rl_moment *now)
{
    pack *p = self;
    look_at(p, now->step, now->epoch, now->fates, true);
    job *j = p->job;
    long one = now->epoch > 0, done = atomic_fetch_add(&j->epochs_done, one) + one;
    if (pthread_mutex_trylock(&j->lock) == 0) {
        progress_show(&j->bar, (double)done / ((double)j->packs * (double)j->s->recipe.training.epochs));
        pthread_mutex_unlock(&j->lock);
    }
}

static void after_step(void *self, const rl_moment *now)
{
    pack *p = self;
    if (p->job->s->census && now->step % p->job->s->census == 0)
        look_at(p, now->step, now->epoch, now->fates, false);
}

/* ---- What came out ------------------------------------------------------------------------------------------------ */

static bool keep_curve(seed_run *run, rl_error *err)
{
    run->found.loss_curve = malloc((run->look_count + 1) * sizeof(double));
    if (!run->found.loss_curve)
        return rl_fail(err, RL_NO_MEMORY, "out of memory");
    long before = -1;
    for (size_t i = 0; i < run->look_count; i++) {
        const look *seen = &run->looks[i];
        if (i == 0 || seen->epoch > before)
            run->found.loss_curve[run->found.points++] = seen->train_loss;
        before = seen->epoch;
    }
    return true;
}

/* The ids of the dead and silent units, hidden layer by hidden layer. */
static bool keep_layers(pack *p, int lane, rl_error *err)
{
    const size_t units = rl_monitor_units(p->monitor);
    rl_trained *found = &p->runs[lane]->found;
    rl_node node = -1;
    for (size_t i = 0; i < units; i++) {
        rl_unit unit = rl_monitor_unit(p->monitor, i, lane);
        if (unit.node != node) {
            node = unit.node;
            rl_layer_state *grown = realloc(found->layers, (found->layer_count + 1) * sizeof *grown);
            if (!grown)
                return rl_fail(err, RL_NO_MEMORY, "out of memory");
            found->layers = grown;
            rl_layer_state *state = &grown[found->layer_count++];
            *state = (rl_layer_state){
                .node = node, .units = rl_net_node(p->net, node).units, .rows = p->job->parts->train->rows
            };
            snprintf(state->name, sizeof state->name, "hidden %zu", found->layer_count);
            rl_arm arm = { 0 };
            arm.curve = rl_net_curve(p->net, node, lane, &arm.alpha);
            rl_arm_label(arm, state->activation, sizeof state->activation);
            state->dead = calloc((size_t)state->units, sizeof *state->dead);
            state->silent = calloc((size_t)state->units, sizeof *state->silent);
            if (!state->dead || !state->silent)
                return rl_fail(err, RL_NO_MEMORY, "out of memory");
        }
        rl_layer_state *state = &found->layers[found->layer_count - 1];
        rl_state seen = rl_monitor_state(p->monitor, i, lane);
        if (seen.dead)
            state->dead[state->dead_count++] = unit.unit;
        if (seen.silent)
            state->silent[state->silent_count++] = unit.unit;
    }
    return true;
}

/* What came after a lane diverged is no history of its own. */
static bool is_of(const rl_event *event, int lane, const rl_lane_fate *fate)
{
    return event->unit.lane == lane && (fate->state != RL_DIVERGED || event->step <= fate->diverged_at);
}

static bool keep_events(pack *p, int lane, rl_error *err)
{
    rl_trained *found = &p->runs[lane]->found;
    size_t all;
    const rl_event *events = rl_monitor_events(p->monitor, &all);
    found->events = malloc((all + 1) * sizeof *found->events);
    if (!found->events)
        return rl_fail(err, RL_NO_MEMORY, "out of memory for %zu events", all);
    for (size_t i = 0; i < all; i++)
        if (is_of(&events[i], lane, &found->fate)) {
            found->events[found->event_count] = events[i];
            found->events[found->event_count++].unit.lane = 0;
        }
    return true;
}

/* What reaches the steps of a sequence on the way back, before this run's first step or at its end. */
static void keep_reach(pack *p, bool last)
{
    const size_t steps = rl_recurrent_steps(p->net);
    const double start = clock_seconds();
    for (int l = 0; l < p->used && steps > 0 && p->err->code == RL_OK; l++) {
        rl_trained *found = &p->runs[l]->found;
        double *norms = calloc(steps, sizeof *norms);
        *(last ? &found->reach_last : &found->reach_first) = norms;
        found->steps = steps;
        if (!norms)
            rl_fail(p->err, RL_NO_MEMORY, "out of memory");
        else
            rl_through_time(p->net, l, p->job->parts->train, p->job->s->recipe.training.loss, norms, p->err);
    }
    p->looking += clock_seconds() - start;
}

/* The figures of the end: after early stopping those of the weights that were taken back. */
static void keep_end(pack *p, const rl_trainer *trainer)
{
    rl_lane_fate fates[RL_MOST_LANES];
    for (int l = 0; l < rl_net_lanes(p->net); l++)
        fates[l] = rl_trainer_fate(trainer, l);
    look_at(p, rl_trainer_steps(trainer), rl_trainer_epochs(trainer), fates, true);
    keep_reach(p, true);
    for (int l = 0; l < p->used && p->err->code == RL_OK; l++) {
        seed_run *run = p->runs[l];
        const look *last = &run->looks[run->look_count - 1];
        run->found.fate = fates[l];
        run->found.train_loss = last->train_loss;
        run->found.train_accuracy = last->train_accuracy;
        run->found.validation_loss = last->validation_loss;
        run->found.test_loss = last->test_loss;
        run->found.test_accuracy = last->test_accuracy;
        run->net = rl_net_copy_lane(p->net, l, p->err);
        p->ended[l] = keep_curve(run, p->err) && keep_layers(p, l, p->err) && keep_events(p, l, p->err) && run->net;
    }
}

static void free_seed_run(seed_run *r)
{
    for (size_t k = 0; r && k < r->found.layer_count; k++) {
        free(r->found.layers[k].dead);
        free(r->found.layers[k].silent);
    }
    if (r) {
        free(r->found.layers);
        free(r->found.events);
        free(r->found.loss_curve);
        free(r->found.reach_first);
        free(r->found.reach_last);
        free(r->looks);
        rl_trainer_free(r->trainer);
        rl_net_free(r->trainers_net);
        rl_net_free(r->net);
    }
    free(r);
}

static double judged_loss(const seed_run *r)
{
    return isfinite(r->found.validation_loss) ? r->found.validation_loss
           : isfinite(r->found.test_loss)     ? r->found.test_loss
                                              : r->found.train_loss;
}

/* Of two equally good the earlier seed, whichever was finished first. Diverged runs are never best. */
static bool is_better(const seed_run *r, const seed_run *best)
{
    const double loss = judged_loss(r), least = best ? judged_loss(best) : INFINITY;
    return r->found.fate.state != RL_DIVERGED &&
           (loss < least || (best && !(least < loss) && r->found.seed < best->found.seed));
}

/* Of many seeds only what is asked for stays in memory. */
static void settle_seed(job *j, seed_run *r, bool ended)
{
    training_run *run = j->run;
    const size_t at = (size_t)(r->found.seed - j->s->first_seed);
    if (ended) {
        const look *last = &r->looks[r->look_count - 1];
        run->lines[at] = (seed_line){ last->train_loss, last->train_accuracy, last->test_accuracy, last->dead_share,
            last->silent_share, r->found.fate.state == RL_DIVERGED ? r->found.fate.diverged_at : -1 };
        run->finished++;
    }
    if (j->s->seeds == 1)
        run->only = r;
    if (ended && run->runs)
        run->runs[at] = r;
    seed_run *beaten = r;
    if (ended && j->s->save && is_better(r, run->best)) {
        beaten = run->best;
        run->best = r;
    }
    if (!beaten || j->s->seeds == 1)
        return;
    rl_net_free(beaten->net);
    beaten->net = NULL;
    if (!run->runs || !ended)
        free_seed_run(beaten);
}

/* ---- One pack ----------------------------------------------------------------------------------------------------- */

static bool state_path(const char *model, char *path, size_t room, rl_error *err)
{
    if (snprintf(path, room, "%s.state", model) < (int)room)
        return true;
    return rl_fail(err, RL_BAD_CONFIG, "--save: the path is too long");
}

/* --resume takes the model's name, or its state's. */
static bool resume(rl_trainer *trainer, const char *name, rl_error *err)
{
    char path[PATH_MAX];
    if (!state_path(name, path, sizeof path, err))
        return false;
    return rl_trainer_resume(trainer, access(path, F_OK) == 0 ? path : name, err);
}

bool training_save_state(const training_run *run, const char *model, rl_error *err)
{
    char path[PATH_MAX];
    return state_path(model, path, sizeof path, err) && rl_trainer_save(run->only->trainer, path, err);
}

static bool all_ended(const pack *p, const rl_trainer *trainer)
{
    for (int l = 0; l < p->used; l++)
        if (rl_trainer_fate(trainer, l).state == RL_RUNNING)
            return false;
    return true;
}

static void train_pack(pack *p)
{
    const settings *s = p->job->s;
    rl_training how = s->recipe.training;
    rl_observer observers[2] = { { .after_step = after_step, .after_epoch = after_epoch, .self = p } };
    how.validation = p->job->parts->validation;
    how.observers = observers;
    how.observer_count = 1;
    how.keep_going = keep_going;
    how.keep_going_self = p;
    how.threads = p->job->threads_of_a_net;
    if (s->init_from)
        rl_model_load_parameters(p->net, s->init_from, p->err);
    p->monitor = rl_monitor_new(p->net, p->job->parts->train, 0, p->err);
    rl_redo *redo = NULL;
    if (s->arms[0].redo_every) {
        long every[RL_MOST_LANES];
        for (int l = 0; l < RL_MOST_LANES; l++)
            every[l] = s->arms[0].redo_every;
        redo = rl_redo_new(p->net, p->job->parts->train, every, p->err);
        if (redo)
            observers[how.observer_count++] = rl_redo_observer(redo);
    }
    rl_trainer *trainer = p->err->code ? NULL : rl_trainer_new(p->net, p->job->parts->train, &how, p->err);
    if (!trainer) {
        rl_redo_free(redo);
        return;
    }
    double start = clock_seconds();
    long before = 0;
    if (!s->resume || resume(trainer, s->resume, p->err)) {
        before = rl_trainer_epochs(trainer);
        rl_lane_fate fates[RL_MOST_LANES];
        for (int l = 0; l < rl_net_lanes(p->net); l++)
            fates[l] = rl_trainer_fate(trainer, l);
        atomic_fetch_add(&p->job->epochs_done, before);
        look_at(p, rl_trainer_steps(trainer), before, fates, false);
        keep_reach(p, false);
        while (p->err->code == RL_OK && rl_trainer_step(trainer, LONG_MAX))
            ;
    }
    double seconds = clock_seconds() - start - p->looking;
    rl_redo_free(redo);
    bool ended = p->err->code == RL_OK && all_ended(p, trainer);
    if (ended)
        keep_end(p, trainer);
    pthread_mutex_lock(&p->job->lock);
    p->job->training_seconds += seconds;
    p->job->run->threads_of_a_net = rl_trainer_threads(trainer); /* the same for all */
    if (ended)
        p->job->run->samples +=
            (double)(rl_trainer_epochs(trainer) - before) * (double)p->job->parts->train->rows * p->used;
    pthread_mutex_unlock(&p->job->lock);
    if (s->seeds == 1)
        p->runs[0]->trainer = trainer;
    else
        rl_trainer_free(trainer);
}

static void run_pack(job *j, size_t index)
{
    const settings *s = j->s;
    const size_t lanes = (size_t)j->run->lanes;
    rl_error err = { 0 };
    pack p = { .job = j, .err = &err };
    rl_arm arms[RL_MOST_LANES];
    uint64_t seeds[RL_MOST_LANES];
    for (size_t l = 0; l < lanes; l++) { /* lanes beyond the last seed repeat it */
        size_t at = index * lanes + l < s->seeds ? index * lanes + l : s->seeds - 1;
        arms[l] = s->arms[0];
        seeds[l] = s->first_seed + at;
        if (index * lanes + l < s->seeds && !err.code) {
            p.runs[p.used] = calloc(1, sizeof **p.runs);
            if (!p.runs[p.used])
                rl_fail(&err, RL_NO_MEMORY, "out of memory for %zu seeds", lanes);
            else
                p.runs[p.used++]->found.seed = seeds[l];
        }
    }
    p.net = rl_recipe_net(&s->recipe, arms, seeds, (int)lanes, j->parts->train, (rl_memory){ 0 }, &err);
    if (p.net)
        train_pack(&p);
    rl_monitor_free(p.monitor);
    if (s->seeds == 1 && p.used)
        p.runs[0]->trainers_net = p.net;
    else
        rl_net_free(p.net);
    pthread_mutex_lock(&j->lock);
    for (int l = 0; l < p.used; l++)
        settle_seed(j, p.runs[l], p.ended[l]);
    if (err.code && (!j->first_error.code || index < j->first_error_pack)) {
        j->first_error = err;
        j->first_error_pack = index;
    }
    pthread_mutex_unlock(&j->lock);
}

/* ---- All of them -------------------------------------------------------------------------------------------------- */

static void *work(void *self)
{
    job *j = self;
    for (;;) {
        size_t index = atomic_fetch_add(&j->next_pack, 1);
        if (index >= j->packs || interrupted())
            return NULL;
        run_pack(j, index);
    }
}

static int processors(void)
{
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0 ? CPU_COUNT(&set) : 1;
}

/* One seed has no use for lanes, nor have large nets; a few seeds ride narrower, so that every thread has some. */
static int choose_lanes(const settings *s, const rl_dataset *train, int threads)
{
    if (s->seeds == 1)
        return 1;
    if (s->lanes)
        return s->lanes;
    int lanes = rl_recipe_lanes(&s->recipe, s->arms[0], train);
    while (lanes > 4 && (s->seeds + (size_t)lanes - 1) / (size_t)lanes < (size_t)threads)
        lanes /= 2;
    return rl_lanes_supported(lanes) ? lanes : 1;
}

bool training_do(const settings *s, const rl_parts *parts, training_run *run, rl_error *err)
{
    int threads = s->threads ? s->threads : processors();
    *run = (training_run){ .seeds = s->seeds, .lanes = choose_lanes(s, parts->train, threads), .threads_of_a_net = 1 };
    job j = { .s = s, .parts = parts, .run = run, .packs = (s->seeds + (size_t)run->lanes - 1) / (size_t)run->lanes };
    run->threads = (size_t)threads < j.packs ? threads : (int)j.packs;
    j.threads_of_a_net = threads / run->threads;
    const bool whole = s->seeds == 1 || s->json || s->log || s->out;
    run->lines = calloc(s->seeds, sizeof *run->lines);
    run->runs = whole ? calloc(s->seeds, sizeof *run->runs) : NULL;
    pthread_t *others = calloc((size_t)run->threads, sizeof *others);
    if (run->lines && (run->runs || !whole) && others) {
        for (size_t i = 0; i < s->seeds; i++)
            run->lines[i].diverged_at = SEED_UNFINISHED;
        pthread_mutex_init(&j.lock, NULL);
        progress_start(&j.bar);
        int started = 0;
        while (started < run->threads - 1 && pthread_create(&others[started], NULL, work, &j) == 0)
            started++;
        work(&j);
        for (int t = 0; t < started; t++)
            pthread_join(others[t], NULL);
        progress_end(&j.bar);
        pthread_mutex_destroy(&j.lock);
        run->seconds = j.training_seconds / run->threads;
        if (j.first_error.code)
            rl_fail(err, j.first_error.code, "%s", j.first_error.text);
    } else {
        rl_fail(err, RL_NO_MEMORY, "out of memory for %zu seeds", s->seeds);
    }
    free(others);
    return err->code == RL_OK;
}

void training_free(training_run *run)
{
    for (size_t i = 0; run->runs && i < run->seeds; i++)
        if (run->runs[i] != run->only && run->runs[i] != run->best)
            free_seed_run(run->runs[i]);
    if (run->best != run->only)
        free_seed_run(run->best);
    free_seed_run(run->only);
    free(run->runs);
    free(run->lines);
    *run = (training_run){ 0 };
}
