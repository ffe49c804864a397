/* An adversarial study: every arm with every seed, many pairs of nets in lanes. What is measured after an epoch is
 * measured in three sweeps: the generator over fixed noise, which gives the samples; the discriminator over real rows and
 * samples; the samples against what real rows look like. */
#define _POSIX_C_SOURCE 200809L
#include "base/memory.h"
#include "base/threads.h"
#include "num/random.h"
#include "study/gan_score.h"
#include "study/plan.h"
#include "study/results.h"
#include "train/sweep.h"
#include "train/trainer.h"
#include "vital/monitor.h"

#include <limits.h>
#include <math.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

enum { ROWS = RL_SWEEP_ROWS };

const char *rl_gan_measure_name(rl_gan_measure measure)
{
    static const char *const names[RL_GAN_MEASURES] = { "modes", "high_quality", "generator_loss", "discriminator_loss",
        "generator_dead", "discriminator_dead", "generator_silent", "discriminator_silent" };
    return names[measure];
}

/* ---- What is shared by all packs ---- */

/* One training in a lane. */
typedef struct {
    size_t arm, seed;
} job;

typedef struct {
    int lanes, used;
    job jobs[RL_MOST_LANES]; /* [lanes]: those after used repeat the last one */
} gan_pack;

typedef struct {
    const rl_gan_study *study;
    rl_gan_results *results;
    rl_dataset *data;   /* as the nets see it */
    rl_dataset *judged; /* of it, the real rows that the discriminator's units are judged on, and as many rows more */
    size_t real_judged;
    rl_dataset *latents; /* [RL_GAN_SAMPLES][noise] */
    float middle, scale; /* what the nets see is (data - middle) / scale */
    rl_gan_truth truth;
    gan_pack *packs;
    size_t pack_count;
    double *seconds;  /* [packs] of training */
    rl_error *errors; /* [packs] */
    atomic_size_t epochs_done;
    atomic_bool failed;
} work;

/* ---- Nets ---- */

/* Hidden layers as the recipe has them, each lane with its arm's curve. What draws pictures ends in a tanh, which keeps
 * pixels between -1 and 1. */
static rl_net *make_net(
    const work *w, const gan_pack *pack, rl_side side, int inputs, int outputs, const uint64_t *seeds, rl_error *err)
{
    const rl_recipe *recipe = &w->study->recipe;
    const rl_activation *curves[RL_MOST_LANES];
    float alphas[RL_MOST_LANES];
    for (int l = 0; l < pack->lanes; l++) {
        const rl_arm arm = w->study->arms[pack->jobs[l].arm].side[side];
        curves[l] = arm.curve;
        alphas[l] = arm.alpha;
    }
    rl_net *net = rl_net_new((rl_net_config){ .seeds = seeds, .lanes = pack->lanes, .memory = w->study->memory }, err);
    if (!net)
        return NULL;
    rl_dense_config dense = { .init = recipe->init, .sd = recipe->init_sd, .bias = recipe->bias };
    rl_node x = rl_input(net, (rl_shape){ 1, { inputs } }, err);
    for (int h = 0; h < recipe->hidden_count; h++) {
        dense.units = recipe->hidden[h];
        x = rl_dense(net, x, dense, err);
        x = rl_activate_with(net, x, (rl_activation_config){ .lane_curves = curves, .lane_alphas = alphas }, err);
    }
    dense.units = outputs;
    dense.bias = 0;
    x = rl_dense(net, x, dense, err);
    if (side == RL_GENERATOR && w->truth.balls)
        rl_activate(net, x, &rl_tanh, err);
    return net;
}

/* ---- Looking after every epoch ---- */

typedef struct {
    work *w;
    const gan_pack *pack;
    int worker;
    rl_gan_trial *trials[RL_MOST_LANES];
    rl_net *net[RL_RIVALS];
    rl_pass *pass[RL_RIVALS]; /* ROWS rows */
    rl_monitor *monitor[RL_RIVALS];
    float *x;                  /* [ROWS][noise or features][lanes] */
    float *made;               /* [RL_GAN_SAMPLES][features][lanes] */
    float *shown, *shown_were; /* what the discriminator is judged on, now and before: [judged rows][features][lanes] */
    float *samples;            /* of one lane: [RL_GAN_SAMPLES][features] */
    size_t *counts;            /* [modes] */
    rl_pass *score_pass;       /* of pictures */
    double seconds_looking;
} recorder;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* All samples, and the generator's units on the way. */
static void sweep_generator(recorder *r, long step)
{
    const rl_net *net = r->net[RL_GENERATOR];
    const rl_dataset *latents = r->w->latents;
    const size_t row = r->w->data->features * (size_t)net->lanes;
    rl_monitor_begin(r->monitor[RL_GENERATOR]);
    for (size_t first = 0; first < latents->rows; first += ROWS) {
        const size_t rows = latents->rows - first < ROWS ? latents->rows - first : ROWS;
        rl_monitor_rows(r->monitor[RL_GENERATOR], net, false, first, rows, r->x);
        rl_pass_forward(net, r->pass[RL_GENERATOR], r->x, (int)rows);
        memcpy(r->made + first * row, rl_output(r->pass[RL_GENERATOR]), rows * row * sizeof *r->made);
        rl_monitor_look_at(r->monitor[RL_GENERATOR], net, r->pass[RL_GENERATOR], first);
    }
    rl_monitor_end(r->monitor[RL_GENERATOR], net, step);
}

/* -ln σ(s) */
static double surprise(double s)
{
    return log1p(exp(-fabs(s))) + fmax(-s, 0);
}

/* Both losses [lanes], and the discriminator's units: on real rows, and on the first samples. */
static void sweep_discriminator(recorder *r, long step, double *loss, double *generator_loss)
{
    const rl_net *net = r->net[RL_DISCRIMINATOR];
    const size_t lanes = (size_t)net->lanes, row = r->w->data->features * lanes, real = r->w->real_judged;
    const size_t all = r->w->judged->rows;
    float *before = r->shown_were;
    r->shown_were = r->shown;
    r->shown = before;
    memcpy(r->shown, r->shown_were, real * row * sizeof *r->shown);
    memcpy(r->shown + real * row, r->made, (all - real) * row * sizeof *r->shown);
    rl_monitor_show(r->monitor[RL_DISCRIMINATOR], r->shown, r->shown_were);
    rl_monitor_begin(r->monitor[RL_DISCRIMINATOR]);
    for (size_t l = 0; l < lanes; l++)
        loss[l] = generator_loss[l] = 0;
    for (size_t first = 0; first < all; first += ROWS) {
        const size_t rows = all - first < ROWS ? all - first : ROWS;
        rl_pass_forward(net, r->pass[RL_DISCRIMINATOR], r->shown + first * row, (int)rows);
        rl_monitor_look_at(r->monitor[RL_DISCRIMINATOR], net, r->pass[RL_DISCRIMINATOR], first);
        const float *scores = rl_output(r->pass[RL_DISCRIMINATOR]); /* [rows][lanes] */
        for (size_t b = 0; b < rows; b++)
            for (size_t l = 0; l < lanes; l++) {
                const double s = (double)scores[b * lanes + l];
                if (first + b < real) {
                    loss[l] += surprise(s) / (2 * (double)real);
                } else {
                    loss[l] += surprise(-s) / (2 * (double)(all - real));
                    generator_loss[l] += surprise(s) / (double)(all - real);
                }
            }
    }
    rl_monitor_end(r->monitor[RL_DISCRIMINATOR], net, step);
}

static double share(size_t count, const rl_monitor *monitor)
{
    return (double)count / (double)(rl_monitor_units(monitor) ? rl_monitor_units(monitor) : 1);
}

/* The first rows of a lane's samples as the data has them. */
static void keep_shot(const recorder *r, const rl_gan_trial *trial, long epoch)
{
    const rl_gan_results *results = r->w->results;
    const size_t numbers = RL_GAN_SHOWN * results->features;
    for (size_t s = 0; trial->samples && s < RL_GAN_SHOTS; s++)
        for (size_t i = 0; results->shots[s] == epoch && i < numbers; i++)
            trial->samples[s * numbers + i] = r->samples[i] * r->w->scale + r->w->middle;
}

static void record_lane(recorder *r, const rl_moment *moment, int lane, double loss, double generator_loss)
{
    rl_gan_trial *trial = r->trials[lane];
    const size_t lanes = (size_t)r->pack->lanes, numbers = RL_GAN_SAMPLES * r->w->data->features;
    double found[RL_GAN_MEASURES];
    for (size_t i = 0; i < numbers; i++)
        r->samples[i] = r->made[i * lanes + (size_t)lane];
    rl_gan_score(&r->w->truth, r->score_pass, r->samples, RL_GAN_SAMPLES, r->counts, &found[RL_GAN_MODES],
        &found[RL_GAN_QUALITY]);
    found[RL_GAN_GENERATOR_LOSS] = generator_loss;
    found[RL_GAN_DISCRIMINATOR_LOSS] = loss;
    for (int side = 0; side < RL_RIVALS; side++) {
        const rl_monitor *monitor = r->monitor[side];
        const size_t census = rl_monitor_censuses(monitor) - 1;
        found[RL_GAN_GENERATOR_DEAD + side] = share(rl_monitor_dead(monitor, census, lane), monitor);
        found[RL_GAN_GENERATOR_SILENT + side] = share(rl_monitor_silent(monitor, census, lane), monitor);
    }
    if (!isfinite(loss) || !isfinite(generator_loss))
        rl_trainer_diverged(moment->trainer, lane);
    const bool gone = moment->fates[lane].state == RL_DIVERGED;
    for (int m = 0; m < RL_GAN_MEASURES; m++)
        trial->curve[m][moment->epoch] = gone ? (double)NAN : found[m];
    keep_shot(r, trial, moment->epoch);
}

static void after_epoch(void *self, const rl_moment *moment)
{
    recorder *r = self;
    const double start = now();
    double loss[RL_MOST_LANES], generator_loss[RL_MOST_LANES];
    sweep_generator(r, moment->step);
    sweep_discriminator(r, moment->step, loss, generator_loss);
    for (int l = 0; l < r->pack->used; l++)
        record_lane(r, moment, l, loss[l], generator_loss[l]);
    r->seconds_looking += now() - start;
    const rl_gan_study *study = r->w->study;
    const size_t done = atomic_fetch_add(&r->w->epochs_done, 1) + 1;
    const size_t all = r->w->pack_count * (size_t)(study->recipe.training.epochs + 1);
    if (r->worker == 0 && study->progress)
        study->progress(study->self, (double)done / (double)all);
}

/* ---- One pack ---- */

static void make_recorder(recorder *r, const uint64_t *seeds, rl_error *err)
{
    const work *w = r->w;
    const int features = (int)w->data->features, noise = w->study->noise;
    const size_t lanes = (size_t)r->pack->lanes, row = (size_t)features * lanes * sizeof(float);
    const rl_memory memory = w->study->memory;
    uint64_t complements[RL_MOST_LANES];
    for (int l = 0; l < r->pack->lanes; l++)
        complements[l] = ~seeds[l];
    r->net[RL_GENERATOR] = make_net(w, r->pack, RL_GENERATOR, noise, features, complements, err);
    r->net[RL_DISCRIMINATOR] = make_net(w, r->pack, RL_DISCRIMINATOR, features, 1, seeds, err);
    const rl_dataset *const references[RL_RIVALS] = { w->latents, w->judged };
    for (int side = 0; side < RL_RIVALS && !rl_failed(err); side++) {
        r->pass[side] = rl_pass_new(r->net[side], ROWS, err);
        r->monitor[side] = rl_monitor_new(r->net[side], references[side], 0, err);
    }
    r->x = rl_new(memory, ROWS * (size_t)noise, lanes * sizeof *r->x, err);
    r->made = rl_new(memory, RL_GAN_SAMPLES, row, err);
    r->shown = rl_new(memory, w->judged->rows, row, err);
    r->shown_were = rl_new(memory, w->judged->rows, row, err);
    r->samples = rl_new(memory, RL_GAN_SAMPLES, (size_t)features * sizeof *r->samples, err);
    r->counts = rl_new(memory, w->truth.modes, sizeof *r->counts, err);
    if (w->truth.balls)
        r->score_pass = rl_pass_new(w->truth.balls, RL_GAN_BALL_ROWS, err);
    if (!rl_failed(err))
        rl_rows_of(r->net[RL_DISCRIMINATOR]->variant)
            ->spread(w->real_judged, w->data->features, w->judged->x, r->shown);
}

static void free_recorder(recorder *r)
{
    const rl_memory memory = r->w->study->memory;
    rl_pass_free(r->score_pass);
    for (int side = 0; side < RL_RIVALS; side++) {
        rl_pass_free(r->pass[side]);
        rl_monitor_free(r->monitor[side]);
        rl_net_free(r->net[side]);
    }
    void *const blocks[] = { r->x, r->made, r->shown, r->shown_were, r->samples, r->counts };
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        rl_free(memory, blocks[i]);
}

/* What came after a lane diverged is no history of its own. */
static bool is_of(const rl_event *event, int lane, const rl_lane_fate *fate)
{
    return event->unit.lane == lane && (fate->state != RL_DIVERGED || event->step <= fate->diverged_at);
}

static void keep_events(const recorder *r, int lane, rl_side side, rl_error *err)
{
    rl_gan_trial *trial = r->trials[lane];
    size_t all, count = 0;
    const rl_event *events = rl_monitor_events(r->monitor[side], &all);
    for (size_t i = 0; i < all; i++)
        count += is_of(&events[i], lane, &trial->fate);
    trial->events[side] = rl_new(r->w->study->memory, count, sizeof **trial->events, err);
    for (size_t i = 0; trial->events[side] && i < all; i++)
        if (is_of(&events[i], lane, &trial->fate)) {
            trial->events[side][trial->event_count[side]] = events[i];
            trial->events[side][trial->event_count[side]++].unit.lane = 0;
        }
}

/* A pack whose lanes have all diverged is over before its last epoch. */
static void fill_rest(const recorder *r, long reached)
{
    for (int l = 0; l < r->pack->used; l++)
        for (int m = 0; m < RL_GAN_MEASURES; m++)
            for (long e = reached + 1; e <= r->w->study->recipe.training.epochs; e++)
                r->trials[l]->curve[m][e] = (double)NAN;
}

/* Trains until all lanes have ended; false if told to stop before, or after an error. */
static bool train(recorder *r, rl_error *err)
{
    const rl_gan_study *study = r->w->study;
    const rl_observer observer = { .after_epoch = after_epoch, .self = r };
    rl_training how = study->recipe.training, generator_how = how;
    how.observers = &observer;
    how.observer_count = 1;
    how.keep_going = study->keep_going;
    how.keep_going_self = study->self;
    rl_trainer *trainer = rl_trainer_new_adversarial(
        r->net[RL_DISCRIMINATOR], r->net[RL_GENERATOR], r->w->data, &how, &generator_how, err);
    if (!trainer)
        return false;
    while (rl_trainer_step(trainer, LONG_MAX))
        ;
    bool whole = true;
    for (int l = 0; l < r->pack->used; l++) {
        r->trials[l]->fate = rl_trainer_fate(trainer, l);
        whole = whole && r->trials[l]->fate.state != RL_RUNNING;
    }
    fill_rest(r, rl_trainer_epochs(trainer));
    rl_trainer_free(trainer);
    return whole;
}

static void run_pack(void *self, int worker, size_t index)
{
    work *w = self;
    const gan_pack *pack = &w->packs[index];
    rl_error *err = &w->errors[index];
    uint64_t seeds[RL_MOST_LANES];
    recorder r = { .w = w, .pack = pack, .worker = worker };
    if (atomic_load(&w->failed) || (w->study->keep_going && !w->study->keep_going(w->study->self)))
        return;
    for (int l = 0; l < pack->lanes; l++) {
        seeds[l] = w->study->first_seed + pack->jobs[l].seed;
        r.trials[l] = &w->results->trials[pack->jobs[l].arm * w->study->seeds + pack->jobs[l].seed];
    }
    make_recorder(&r, seeds, err);
    const double start = now();
    bool whole = !rl_failed(err) && train(&r, err);
    w->seconds[index] = now() - start - r.seconds_looking;
    for (int side = 0; side < RL_RIVALS && whole; side++) {
        whole = rl_monitor_check(r.monitor[side], err);
        for (int l = 0; l < pack->used && whole; l++)
            keep_events(&r, l, (rl_side)side, err);
    }
    for (int l = 0; l < pack->used && whole && !rl_failed(err); l++)
        r.trials[l]->done = true;
    free_recorder(&r);
    if (rl_failed(err))
        atomic_store(&w->failed, true);
}

/* ---- The plan ---- */

/* Seeds in blocks of as many as there are lanes, each block of all arms before the next, so that an interrupted study
 * leaves whole pairs; every pack is full but the last, which may be narrower. */
static void make_plan(work *w, int lanes, rl_error *err)
{
    const rl_gan_study *study = w->study;
    const size_t jobs = study->arm_count * study->seeds, width = (size_t)lanes;
    w->pack_count = (jobs + width - 1) / width;
    w->packs = rl_new(study->memory, w->pack_count, sizeof *w->packs, err);
    w->seconds = rl_new(study->memory, w->pack_count, sizeof *w->seconds, err);
    w->errors = rl_new(study->memory, w->pack_count, sizeof *w->errors, err);
    size_t at = 0;
    for (size_t block = 0; !rl_failed(err) && block < study->seeds; block += width)
        for (size_t arm = 0; arm < study->arm_count; arm++)
            for (size_t s = block; s < study->seeds && s < block + width; s++, at++) {
                gan_pack *pack = &w->packs[at / width];
                pack->lanes = lanes;
                for (size_t l = at % width; l < width; l++)
                    pack->jobs[l] = (job){ arm, s };
                pack->used = (int)(at % width) + 1;
            }
    if (!rl_failed(err) && !study->lanes)
        w->packs[w->pack_count - 1].lanes = rl_lanes_holding((size_t)w->packs[w->pack_count - 1].used, lanes);
}

/* Of the larger of the two nets. */
static size_t numbers_of(const rl_gan_study *study, size_t features)
{
    const size_t generator = rl_numbers_of_widths(&study->recipe, (size_t)study->noise, features);
    const size_t discriminator = rl_numbers_of_widths(&study->recipe, features, 1);
    return generator > discriminator ? generator : discriminator;
}

/* Unless told: as many as are fastest, if every thread then has a pack. */
static int lanes_of(const work *w, int threads)
{
    const rl_gan_study *study = w->study;
    if (study->lanes)
        return study->lanes;
    const size_t jobs = study->arm_count * study->seeds, a_thread = (jobs + (size_t)threads - 1) / (size_t)threads;
    return rl_lanes_holding(a_thread, rl_lanes_for(numbers_of(study, w->data->features)));
}

/* ---- Data ---- */

static bool is_cloudy(const rl_dataset *data)
{
    return data->features == 2 && (strncmp(data->name, "ring", 4) == 0 || strncmp(data->name, "blobs", 5) == 0);
}

static bool is_pictures(const rl_dataset *data)
{
    size_t side = 1;
    while (side * side < data->features)
        side++;
    return data->classes > 0 && side >= 4 && side * side == data->features;
}

/* From -1 to 1, as tanh draws them. */
static void scale_pixels(work *w)
{
    const size_t numbers = w->data->rows * w->data->features;
    float low = w->data->x[0], high = low;
    for (size_t i = 0; i < numbers; i++) {
        low = fminf(low, w->data->x[i]);
        high = fmaxf(high, w->data->x[i]);
    }
    w->middle = (low + high) / 2;
    w->scale = high > low ? (high - low) / 2 : 1;
    for (size_t i = 0; i < numbers; i++)
        w->data->x[i] = (w->data->x[i] - w->middle) / w->scale;
}

static bool know_truth(work *w, rl_error *err)
{
    w->scale = 1;
    if (is_cloudy(w->data)) {
        return rl_gan_truth_make(w->data, &w->truth, w->study->memory, err) &&
               (w->truth.deviation > 0 ||
                   rl_fail(err, RL_BAD_CONFIG, "%s: its clouds are points; expected a noise above 0", w->data->name));
    }
    if (!is_pictures(w->data))
        return rl_fail(err, RL_BAD_CONFIG,
            "%s: adversarial nets are measured on clouds or square pictures with classes; expected ring, blobs or "
            "digits",
            w->data->name);
    scale_pixels(w);
    return rl_gan_truth_make_balls(w->data, &w->truth, w->study->memory, err);
}

static bool prepare_data(work *w, rl_error *err)
{
    const rl_gan_study *study = w->study;
    w->data = rl_data_load(study->data, (rl_data_config){ .seed = study->data_seed, .memory = study->memory }, err);
    if (!w->data || !know_truth(w, err))
        return false;
    const size_t real = w->data->rows < RL_GAN_JUDGED ? w->data->rows : RL_GAN_JUDGED, features = w->data->features;
    w->real_judged = real;
    w->judged = rl_data_new(w->data->name, real + RL_GAN_JUDGED, features, 0, 1, study->memory, err);
    w->latents = rl_data_new("noise", RL_GAN_SAMPLES, (size_t)study->noise, 0, 1, study->memory, err);
    if (rl_failed(err))
        return false;
    memcpy(w->judged->x, w->data->x, real * features * sizeof *w->judged->x);
    rl_noise_draw(&study->data_seed, 1, UINT64_MAX, RL_GAN_SAMPLES, (size_t)study->noise, w->latents->x);
    return true;
}

/* ---- Results ---- */

static void copy_names(rl_gan_results *r, const rl_dataset *data, rl_error *err)
{
    r->class_names = rl_new(r->memory, data->classes, sizeof *r->class_names, err);
    for (size_t c = 0; r->class_names && c < data->classes; c++)
        r->class_names[c] = rl_copy_text(r->memory, data->class_names[c], err);
}

static void make_trials(rl_gan_results *r, rl_error *err)
{
    r->trials = rl_new(r->memory, r->arm_count * r->seeds, sizeof *r->trials, err);
    for (size_t i = 0; !rl_failed(err) && i < r->arm_count * r->seeds; i++) {
        rl_gan_trial *trial = &r->trials[i];
        *trial =
            (rl_gan_trial){ .seed = r->first_seed + i % r->seeds, .fate = { .diverged_at = -1, .best_epoch = -1 } };
        for (int m = 0; m < RL_GAN_MEASURES; m++)
            trial->curve[m] = rl_new(r->memory, rl_curve_points(&r->recipe), sizeof(double), err);
        if (i % r->seeds == 0)
            trial->samples = rl_new(r->memory, RL_GAN_SHOTS * RL_GAN_SHOWN, r->features * sizeof *trial->samples, err);
    }
}

static bool make_results(const work *w, rl_gan_results *r, rl_error *err)
{
    static const double shots[RL_GAN_SHOTS] = { 0, 0.05, 0.2, 0.5, 1 };
    const rl_gan_study *study = w->study;
    const rl_dataset *data = w->data;
    r->rows = data->rows;
    r->features = data->features;
    r->classes = data->classes;
    r->data_seed = study->data_seed;
    r->first_seed = study->first_seed;
    r->seeds = study->seeds;
    r->arm_count = study->arm_count;
    r->recipe = study->recipe;
    r->noise = study->noise;
    r->deviation = w->truth.deviation;
    for (size_t s = 0; s < RL_GAN_SHOTS; s++)
        r->shots[s] = lround(shots[s] * (double)study->recipe.training.epochs);
    r->data_name = rl_copy_text(r->memory, data->name, err);
    r->data_spec = rl_copy_text(r->memory, study->data, err);
    copy_names(r, data, err);
    r->arms = rl_new(r->memory, study->arm_count, sizeof *r->arms, err);
    const size_t shown = data->rows < RL_GAN_SHOWN ? data->rows : RL_GAN_SHOWN;
    r->shown = rl_data_new(data->name, shown, data->features, 0, 1, r->memory, err);
    if (rl_failed(err))
        return false;
    memcpy(r->arms, study->arms, study->arm_count * sizeof *r->arms);
    for (size_t i = 0; i < shown * data->features; i++)
        r->shown->x[i] = data->x[i] * w->scale + w->middle;
    make_trials(r, err);
    return !rl_failed(err);
}

const rl_gan_trial *rl_gan_trials(const rl_gan_results *results, size_t arm)
{
    return &results->trials[arm * results->seeds];
}

void rl_gan_results_free(rl_gan_results *r)
{
    const rl_memory memory = r->memory;
    for (size_t i = 0; r->trials && i < r->arm_count * r->seeds; i++) {
        for (int m = 0; m < RL_GAN_MEASURES; m++)
            rl_free(memory, r->trials[i].curve[m]);
        for (int side = 0; side < RL_RIVALS; side++)
            rl_free(memory, r->trials[i].events[side]);
        rl_free(memory, r->trials[i].samples);
    }
    for (size_t c = 0; r->class_names && c < r->classes; c++)
        rl_free(memory, r->class_names[c]);
    rl_free(memory, r->class_names);
    rl_free(memory, r->trials);
    rl_free(memory, r->arms);
    rl_free(memory, r->data_name);
    rl_free(memory, r->data_spec);
    rl_data_free(r->shown);
    *r = (rl_gan_results){ .memory = memory };
}

/* ---- All ---- */

static bool check(const rl_gan_study *study, rl_error *err)
{
    if (rl_failed(err))
        return false;
    if (study->arm_count == 0 || study->seeds == 0)
        return rl_fail(err, RL_BAD_CONFIG, "an adversarial study needs at least one activation and one seed");
    if (study->noise < 1)
        return rl_fail(err, RL_BAD_CONFIG, "noise of %d values: expected at least 1", study->noise);
    if (study->recipe.training.epochs < 1)
        return rl_fail(err, RL_BAD_CONFIG, "epochs %ld: expected at least 1", study->recipe.training.epochs);
    if (!rl_lanes_supported(study->lanes ? study->lanes : 1))
        return rl_fail(err, RL_BAD_CONFIG,
            "lanes %d: this processor has %s kernels; expected 1, 4, 8 (AVX2) or 16 (AVX-512)", study->lanes,
            rl_processor_kernels());
    return true;
}

/* The first error by place in the plan, not by time: the same run fails the same way. */
static void collect(const work *w, int threads, int lanes, rl_error *err)
{
    rl_gan_results *r = w->results;
    for (size_t p = 0; p < w->pack_count; p++) {
        if (rl_failed(&w->errors[p]))
            rl_fail(err, w->errors[p].code, "%s", w->errors[p].text);
        r->seconds += w->seconds[p] / threads;
    }
    for (size_t i = 0; i < r->arm_count * r->seeds; i++) {
        r->trainings += r->trials[i].done;
        r->interrupted = r->interrupted || !r->trials[i].done;
    }
    r->samples = (double)r->trainings * (double)r->recipe.training.epochs * (double)r->rows;
    r->threads = threads;
    r->lanes = lanes;
}

bool rl_gan_run(const rl_gan_study *study, rl_gan_results *results, rl_error *err)
{
    *results = (rl_gan_results){ .memory = study->memory };
    if (!check(study, err))
        return false;
    work w = { .study = study, .results = results };
    const int threads = study->threads > 0 ? study->threads : rl_threads_available();
    if (prepare_data(&w, err) && make_results(&w, results, err)) {
        const int lanes = lanes_of(&w, threads);
        make_plan(&w, lanes, err);
        if (!rl_failed(err)) {
            rl_threads_run(threads, w.pack_count, run_pack, &w);
            collect(&w, threads, lanes, err);
        }
    }
    rl_data_free(w.data);
    rl_data_free(w.judged);
    rl_data_free(w.latents);
    rl_gan_truth_free(&w.truth);
    rl_free(study->memory, w.packs);
    rl_free(study->memory, w.seconds);
    rl_free(study->memory, w.errors);
    if (rl_failed(err))
        rl_gan_results_free(results);
    return !rl_failed(err);
}
