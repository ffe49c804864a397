/* A study: every arm of every setting with every seed, packs on threads, results in their places whatever the
 * order in which packs finish. */
#include "base/threads.h"
#include "study/maps.h"
#include "study/trial.h"

#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

typedef struct {
    const rl_study *study;
    rl_plan plan;
    rl_parts *parts; /* [settings] */
    rl_results *results;
    double *seconds;    /* [packs] of training */
    rl_error *errors;   /* [packs] */
    atomic_size_t done; /* packs */
    atomic_bool failed; /* some pack: the others need not begin */
} work;

/* ---- The room for results ---- */

static long epochs_of(const rl_recipe *recipe)
{
    return recipe->training.epochs;
}

static bool make_trial(rl_trial *trial, uint64_t seed, long epochs, rl_memory memory, rl_error *err)
{
    *trial = (rl_trial){ .seed = seed, .fate = { .diverged_at = -1, .best_epoch = -1 }, .learned_alpha = (double)NAN };
    double **const curves[] = { &trial->loss, &trial->train_accuracy, &trial->test_loss, &trial->test_accuracy,
        &trial->dead_share, &trial->silent_share };
    for (size_t c = 0; c < sizeof curves / sizeof curves[0]; c++)
        *curves[c] = rl_new(memory, (size_t)epochs + 1, sizeof(double), err);
    return !rl_failed(err);
}

/* A unit's state at every census is kept of the first seed, for a picture. */
static void make_states(rl_trial *trial, const rl_recipe *recipe, size_t units, rl_memory memory, rl_error *err)
{
    trial->states = rl_new(memory, (size_t)epochs_of(recipe) + 1, units, err);
}

/* What the nets of a cell are made of is learned from one of them. */
static void look_into(const rl_study *study, const rl_results *r, rl_cell *cell, const rl_dataset *train, rl_error *err)
{
    const rl_arm arm = rl_arm_on(r->settings[cell->setting].base, r->arms[cell->arm]);
    const rl_recipe recipe = rl_recipe_changed(&r->settings[cell->setting].recipe, arm);
    rl_net *net = rl_recipe_net(&recipe, &arm, &study->first_seed, 1, train, r->memory, err);
    if (!net)
        return;
    rl_parameters(net, &cell->parameters);
    cell->steps = rl_recurrent_steps(net);
    cell->layer_count = rl_hidden_layers(net, NULL, 0);
    cell->layers = rl_new(r->memory, cell->layer_count, sizeof *cell->layers, err);
    if (cell->layers)
        rl_hidden_layers(net, cell->layers, cell->layer_count);
    for (size_t i = 0; cell->layers && i < cell->layer_count; i++)
        cell->units += (size_t)cell->layers[i].units;
    cell->maps = rl_maps_new(net, r->memory, err);
    rl_net_free(net);
}

/* What only nets of this cell have. */
static void make_more(rl_trial *trial, const rl_cell *cell, rl_memory memory, rl_error *err)
{
    trial->layer_dead = rl_new(memory, cell->layer_count, 2 * sizeof *trial->layer_dead, err);
    if (cell->steps == 0)
        return;
    trial->reach_first = rl_new(memory, cell->steps, sizeof *trial->reach_first, err);
    trial->reach_last = rl_new(memory, cell->steps, sizeof *trial->reach_last, err);
}

static bool make_cells(const rl_study *study, const rl_parts *parts, rl_results *r, rl_error *err)
{
    r->cells = rl_new(r->memory, r->setting_count * r->arm_count, sizeof *r->cells, err);
    for (size_t i = 0; !rl_failed(err) && i < r->setting_count * r->arm_count; i++) {
        rl_cell *cell = &r->cells[i];
        cell->setting = i / r->arm_count;
        cell->arm = i % r->arm_count;
        look_into(study, r, cell, parts[cell->setting].train, err);
        cell->trials = rl_new(r->memory, r->seeds, sizeof *cell->trials, err);
        for (size_t s = 0; cell->trials && s < r->seeds && !rl_failed(err); s++) {
            make_trial(
                &cell->trials[s], r->first_seed + s, epochs_of(&r->settings[cell->setting].recipe), r->memory, err);
            make_more(&cell->trials[s], cell, r->memory, err);
        }
        if (!rl_failed(err) && cell->units)
            make_states(&cell->trials[0], &r->settings[cell->setting].recipe, cell->units, r->memory, err);
        if (study->boundaries && r->features == 2 && r->classes > 1 && r->classes <= 255)
            cell->boundary = rl_new(r->memory, RL_GRID, RL_GRID, err);
    }
    return !rl_failed(err);
}

static bool copy_question(const rl_study *study, const rl_dataset *data, rl_results *r, rl_error *err)
{
    r->data_name = rl_copy_text(r->memory, data->name, err);
    r->data_spec = rl_copy_text(r->memory, study->data, err);
    if (data->classes)
        r->class_names = rl_new(r->memory, data->classes, sizeof *r->class_names, err);
    for (size_t c = 0; r->class_names && c < data->classes; c++)
        r->class_names[c] = rl_copy_text(r->memory, data->class_names[c], err);
    r->arms = rl_new(r->memory, study->arm_count, sizeof *r->arms, err);
    r->settings = rl_new(r->memory, study->setting_count, sizeof *r->settings, err);
    if (rl_failed(err))
        return false;
    memcpy(r->arms, study->arms, study->arm_count * sizeof *r->arms);
    for (size_t i = 0; i < study->setting_count; i++) {
        const rl_regime *regime = study->settings[i].regime;
        snprintf(r->settings[i].name, sizeof r->settings[i].name, "%s", regime->name);
        snprintf(r->settings[i].title, sizeof r->settings[i].title, "%s", regime->title);
        r->settings[i].about = rl_copy_text(r->memory, regime->about, err);
        r->settings[i].recipe = study->settings[i].recipe;
        if (study->settings[i].recipe.layers)
            r->settings[i].recipe.layers = r->settings[i].layers =
                rl_copy_text(r->memory, study->settings[i].recipe.layers, err);
        r->settings[i].base = study->settings[i].base;
    }
    return !rl_failed(err);
}

/* The plane of a data set of two features, with a margin; the points shown are the first setting's training rows, raw. */
static bool lay_out_plane(const rl_study *study, const rl_dataset *data, rl_results *r, rl_error *err)
{
    if (!study->boundaries || data->features != 2)
        return true;
    for (size_t k = 0; k < 2; k++) {
        float low = data->x[k], high = data->x[k];
        for (size_t i = 1; i < data->rows; i++) {
            float x = data->x[2 * i + k];
            low = x < low ? x : low;
            high = x > high ? x : high;
        }
        float margin = high > low ? 0.08f * (high - low) : 1;
        r->grid_low[k] = low - margin;
        r->grid_high[k] = high + margin;
    }
    rl_recipe raw = study->settings[0].recipe;
    raw.standardize = RL_AS_THEY_ARE;
    rl_parts parts;
    if (!rl_parts_make(&raw, data, study->data_seed, &parts, err))
        return false;
    r->points = parts.train;
    parts.train = NULL;
    rl_parts_free(&parts);
    return true;
}

static bool make_results(
    const rl_study *study, const rl_dataset *data, const rl_parts *parts, rl_results *r, rl_error *err)
{
    const rl_parts *first = &parts[0];
    r->topic = study->topic ? study->topic : &rl_topic_activations;
    r->architecture = study->architecture ? study->architecture : &rl_architecture_mlp;
    r->rows = data->rows;
    r->features = data->features;
    r->classes = data->classes;
    r->train_rows = first->train->rows;
    r->test_rows = first->test ? first->test->rows : 0;
    r->validation_rows = first->validation ? first->validation->rows : 0;
    r->data_seed = study->data_seed;
    r->first_seed = study->first_seed;
    r->seeds = study->seeds;
    r->census = study->census;
    r->setting_count = study->setting_count;
    r->arm_count = study->arm_count;
    return copy_question(study, data, r, err) && make_cells(study, parts, r, err) && lay_out_plane(study, data, r, err);
}

/* ---- The run ---- */

static void run_pack(void *self, int worker, size_t index)
{
    work *run = self;
    const rl_study *study = run->study;
    const rl_pack *pack = &run->plan.packs[index];
    rl_trial *trials[RL_MOST_LANES];
    const rl_cell *cells[RL_MOST_LANES];
    if (atomic_load(&run->failed) || (study->keep_going && !study->keep_going(study->self)))
        return;
    for (int l = 0; l < pack->used; l++) {
        cells[l] = rl_results_cell(run->results, pack->setting, pack->arm[l]);
        trials[l] = &cells[l]->trials[pack->seed[l]];
    }
    if (!rl_pack_run(pack, study, &run->parts[pack->setting], cells, trials, run->results->grid_low,
            run->results->grid_high, &run->seconds[index], &run->errors[index]) &&
        rl_failed(&run->errors[index]))
        atomic_store(&run->failed, true);
    size_t done = atomic_fetch_add(&run->done, 1) + 1;
    if (worker == 0 && study->progress)
        study->progress(study->self, (double)done / (double)run->plan.count);
}

/* The first error by place in the plan, not by time: the same run fails the same way. */
static void collect(work *run, int threads, rl_error *err)
{
    rl_results *r = run->results;
    for (size_t p = 0; p < run->plan.count; p++) {
        if (rl_failed(&run->errors[p]))
            rl_fail(err, run->errors[p].code, "%s", run->errors[p].text);
        r->seconds += run->seconds[p] / threads;
    }
    for (size_t i = 0; i < r->setting_count * r->arm_count; i++)
        for (size_t s = 0; s < r->seeds; s++) {
            const rl_trial *trial = &r->cells[i].trials[s];
            r->trainings += trial->done;
            r->interrupted = r->interrupted || !trial->done;
            if (trial->done)
                r->samples += (double)epochs_of(&r->settings[r->cells[i].setting].recipe) *
                              (double)run->parts[r->cells[i].setting].train->rows;
        }
    r->threads = threads;
    r->lanes = run->plan.lanes;
}

/* Layers say themselves where dropout is; and somewhere in them the activation must make a difference. */
static bool check_layers(const rl_recipe *recipe, rl_arm arm, rl_error *err)
{
    if (!recipe->layers)
        return true;
    if (recipe->dropout > 0 || arm.changes[RL_CHANGE_DROPOUT] > 0)
        return rl_fail(err, RL_BAD_CONFIG,
            "dropout goes with hidden layers by their widths; in layers it is one of them: "
            "\"dropout 0.5\"");
    return rl_recipe_has_curve(recipe) ||
           rl_fail(err, RL_BAD_CONFIG,
               "layers: none is \"curve\" or \"rnn N curve\", so activations make no difference in \"%.100s\"",
               recipe->layers);
}

static bool check(const rl_study *study, rl_error *err)
{
    if (rl_failed(err))
        return false;
    if (study->setting_count == 0 || study->arm_count == 0 || study->seeds == 0)
        return rl_fail(err, RL_BAD_CONFIG, "a study needs at least one regime, one activation and one seed");
    if (study->census < 0)
        return rl_fail(err, RL_BAD_CONFIG, "a census every %ld steps: expected at least 0", study->census);
    for (size_t i = 0; i < study->setting_count; i++) {
        if (study->settings[i].recipe.training.epochs < 1)
            return rl_fail(
                err, RL_BAD_CONFIG, "epochs %ld: expected at least 1", study->settings[i].recipe.training.epochs);
        for (size_t a = 0; a < study->arm_count; a++) {
            const rl_arm arm = rl_arm_on(study->settings[i].base, study->arms[a]);
            if (rl_arm_is_cure(arm))
                return rl_fail(err, RL_BAD_CONFIG, "arm %zu has no activation, and its regime gives none", a + 1);
            if (!check_layers(&study->settings[i].recipe, arm, err))
                return false;
        }
    }
    return true;
}

static bool run_all(work *run, int threads, rl_error *err)
{
    const rl_study *study = run->study;
    rl_dataset *data =
        rl_data_load(study->data, (rl_data_config){ .seed = study->data_seed, .memory = study->memory }, err);
    run->parts = rl_new(study->memory, study->setting_count, sizeof *run->parts, err);
    for (size_t i = 0; i < study->setting_count && !rl_failed(err); i++)
        rl_parts_make(&study->settings[i].recipe, data, study->data_seed, &run->parts[i], err);
    if (!rl_failed(err) && rl_plan_make(&run->plan, study, data, threads, err)) {
        run->seconds = rl_new(study->memory, run->plan.count, sizeof *run->seconds, err);
        run->errors = rl_new(study->memory, run->plan.count, sizeof *run->errors, err);
    }
    if (!rl_failed(err) && make_results(study, data, run->parts, run->results, err)) {
        rl_threads_run(threads, run->plan.count, run_pack, run);
        collect(run, threads, err);
    }
    rl_data_free(data);
    for (size_t i = 0; run->parts && i < study->setting_count; i++)
        rl_parts_free(&run->parts[i]);
    rl_free(study->memory, run->parts);
    rl_free(study->memory, run->seconds);
    rl_free(study->memory, run->errors);
    rl_plan_free(&run->plan);
    return !rl_failed(err);
}

/* Where some arm stops early, all arms of that setting leave it the same validation rows: they train on the same
 * rows as it does. */
static void leave_validation_rows(const rl_study *study, rl_setting *settings)
{
    for (size_t i = 0; i < study->setting_count; i++) {
        settings[i] = study->settings[i];
        for (size_t a = 0; a < study->arm_count; a++) {
            const rl_arm arm = rl_arm_on(settings[i].base, study->arms[a]);
            if (arm.changes[RL_CHANGE_EARLY_STOP] > 0 && settings[i].recipe.validation_share <= 0)
                settings[i].recipe.validation_share = 0.1;
        }
    }
}

bool rl_study_run(const rl_study *study, rl_results *results, rl_error *err)
{
    *results = (rl_results){ .memory = study->memory };
    if (!check(study, err))
        return false;
    rl_study settled = *study;
    rl_setting *settings = rl_new(study->memory, study->setting_count, sizeof *settings, err);
    if (!settings)
        return false;
    leave_validation_rows(study, settings);
    settled.settings = settings;
    work run = { .study = &settled, .results = results };
    bool ran = run_all(&run, study->threads > 0 ? study->threads : rl_threads_available(), err);
    rl_free(study->memory, settings);
    if (!ran)
        rl_results_free(results);
    return ran;
}
