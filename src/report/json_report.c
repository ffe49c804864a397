/* results.json: the study as other programs read it. Names and order are the program's contract; whatever is not
 * finite is null. Curves are means over the seeds that did not diverge, one point before the first step and
 * one after each epoch. */
#include "report/json_pieces.h"
#include "report/ledger.h"
#include "report/words.h"

#include <math.h>
#include <string.h>

static rl_json *first_and_last(rl_estimate first, rl_estimate last)
{
    rl_json *object = rl_json_object();
    rl_json_set(&object, "initial", rl_estimate_json(first));
    rl_json_set(&object, "final", rl_estimate_json(last));
    return object;
}

static rl_json *data_of(const rl_results *results)
{
    rl_json *data = rl_json_object();
    rl_json_set(&data, "name", rl_json_text(results->data_name));
    rl_json_set(&data, "spec", rl_json_text(results->data_spec));
    rl_json_set(&data, "rows", rl_json_count(results->rows));
    rl_json_set(&data, "features", rl_json_count(results->features));
    rl_json_set(&data, "classes", rl_json_count(results->classes));
    rl_json_set(&data, "train_rows", rl_json_count(results->train_rows));
    rl_json_set(&data, "test_rows", rl_json_count(results->test_rows));
    rl_json_set(&data, "validation_rows", rl_json_count(results->validation_rows));
    rl_json_set(&data, "seed", rl_json_count(results->data_seed));
    return data;
}

/* Where the cures are the arms, each activation is a setting of every regime. */
static rl_json *study_of(const rl_results *results)
{
    const size_t curves = rl_settings_of_a_regime(results);
    const bool cures = rl_arm_is_cure(results->arms[0]);
    rl_json *activations = rl_json_array(), *regimes = rl_json_array(), *cured = rl_json_array();
    for (size_t s = 0; cures && s < curves; s++)
        rl_json_push(&activations, rl_label_json(results->settings[s].base));
    for (size_t arm = 0; arm < results->arm_count; arm++)
        rl_json_push(cures ? &cured : &activations, rl_label_json(results->arms[arm]));
    for (size_t s = 0; s < results->setting_count; s += curves) {
        rl_json *regime = rl_json_object();
        rl_json_set(&regime, "name", rl_json_text(results->settings[s].name));
        rl_json_set(&regime, "title", rl_json_text(results->settings[s].title));
        rl_json_set(&regime, "about", rl_json_text(results->settings[s].about));
        rl_json_set(
            &regime, "settings", rl_recipe_json(&results->settings[s].recipe, results->classes, results->train_rows));
        rl_json_push(&regimes, regime);
    }
    rl_json *study = rl_json_object();
    rl_json_set(&study, "topic", rl_json_text((results->topic ? results->topic : &rl_topic_activations)->name));
    if (results->architecture && results->architecture != &rl_architecture_mlp)
        rl_json_set(&study, "model", rl_json_text(results->architecture->name));
    rl_json_set(&study, "version", rl_json_text(rl_version()));
    rl_json_set(&study, "data", data_of(results));
    rl_json_set(&study, "activations", activations);
    rl_json_set(&study, "cures", cured);
    rl_json_set(&study, "seeds", rl_json_count(results->seeds));
    rl_json_set(&study, "seed", rl_json_count(results->first_seed));
    rl_json_set(&study, "census", results->census ? rl_json_integer(results->census) : rl_json_null());
    rl_json_set(&study, "regimes", regimes);
    rl_json_set(&study, "compared_by", rl_json_text(rl_measure(results)));
    rl_json_set(&study, "interrupted", rl_json_bool(results->interrupted));
    return study;
}

/* What the arm changes in its recipe, as one types it. */
static rl_json *cure_of(rl_arm arm)
{
    char label[RL_NAME_ROOM];
    arm.curve = NULL;
    arm.gates = NULL;
    arm.redo_every = 0;
    rl_arm_label(arm, label, sizeof label);
    return rl_json_text(label);
}

/* What is known beside of nets that are given as layers. */
static rl_json *layers_of(const rl_cell *cell, const rl_arm_summary *summary)
{
    rl_json *list = rl_json_array();
    for (size_t i = 0; i < cell->layer_count; i++) {
        rl_json *layer = rl_json_object();
        rl_json_set(&layer, "name", rl_json_text(cell->layers[i].name));
        rl_json_set(&layer, "kind", rl_json_text(cell->layers[i].kind));
        rl_json_set(&layer, "units", rl_json_integer(cell->layers[i].units));
        rl_json_set(&layer, "dead_share", first_and_last(summary->layer_dead_first[i], summary->layer_dead_last[i]));
        rl_json_push(&list, layer);
    }
    return list;
}

/* From decades back to norms: a geometric mean and its interval. */
static rl_json *norm_of(rl_estimate decades)
{
    rl_json *object = rl_json_object();
    rl_json_set(&object, "n", rl_json_count(decades.n));
    rl_json_set(&object, "mean", rl_json_number(pow(10, decades.mean)));
    rl_json_set(&object, "ci95", rl_interval_json(pow(10, decades.low), pow(10, decades.high)));
    return object;
}

static rl_json *norms_of(const rl_estimate *decades, size_t steps, rl_estimate kept)
{
    rl_json *object = rl_json_object(), *norms = rl_json_array();
    for (size_t t = 0; t < steps; t++)
        rl_json_push(&norms, norm_of(decades[t]));
    rl_json_set(&object, "norms", norms);
    rl_json_set(&object, "kept", norm_of(kept));
    return object;
}

static rl_json *through_time(const rl_cell *cell, const rl_arm_summary *summary)
{
    if (!cell->steps)
        return rl_json_null();
    rl_json *object = rl_json_object();
    rl_json_set(&object, "steps", rl_json_count(cell->steps));
    rl_json_set(&object, "initial", norms_of(summary->reach_first, cell->steps, summary->kept_first));
    rl_json_set(&object, "final", norms_of(summary->reach_last, cell->steps, summary->kept_last));
    return object;
}

static rl_json *arm_of(const rl_results *results, const rl_arm_summary *summary)
{
    const rl_arm arm = rl_results_arm(results, summary->setting, summary->arm);
    const rl_recipe *recipe = &results->settings[summary->setting].recipe;
    size_t points = (size_t)rl_epochs(recipe) + 1;
    rl_json *object = rl_json_object();
    rl_json_set(&object, "regime", rl_json_text(results->settings[summary->setting].name));
    rl_json_set(&object, "activation", rl_json_text(rl_arm_name(arm)));
    rl_json_set(&object, "alpha", rl_alpha_json(arm));
    rl_json_set(&object, "cure", cure_of(arm));
    rl_json_set(&object, "redo_every", arm.redo_every ? rl_json_integer(arm.redo_every) : rl_json_null());
    rl_json_set(&object, "seeds", rl_json_count(summary->seeds));
    rl_json_set(&object, "n", rl_json_count(summary->n));
    rl_json_set(&object, "diverged", rl_json_count(summary->diverged));
    rl_json_set(&object, "final_loss", rl_estimate_json(summary->final_loss));
    rl_json_set(&object, "test_loss", rl_estimate_json(summary->test_loss));
    rl_json_set(&object, "gap", rl_estimate_json(summary->gap));
    rl_json_set(
        &object, "learned_alpha", summary->learned_alpha.n ? rl_estimate_json(summary->learned_alpha) : rl_json_null());
    rl_json_set(&object, "train_accuracy", rl_estimate_json(summary->train_accuracy));
    rl_json_set(&object, "test_accuracy", rl_estimate_json(summary->test_accuracy));
    rl_json_set(&object, "dead_share", first_and_last(summary->dead_first, summary->dead_last));
    rl_json_set(&object, "silent_share", first_and_last(summary->silent_first, summary->silent_last));
    rl_json_set(&object, "loss_curve", rl_json_numbers(summary->loss_curve, points));
    rl_json_set(&object, "dead_curve", rl_json_numbers(summary->dead_curve, points));
    rl_json_set(&object, "accuracy_curve", rl_json_numbers(summary->accuracy_curve, points));
    rl_json_set(&object, "test_loss_curve", rl_json_numbers(summary->test_loss_curve, points));
    rl_json_set(&object, "events", rl_ledger_json(results, summary->setting, summary->arm));
    if (recipe->layers) {
        const rl_cell *cell = rl_results_cell(results, summary->setting, summary->arm);
        rl_json_set(&object, "parameters", rl_json_count(cell->parameters));
        rl_json_set(&object, "layers", layers_of(cell, summary));
        rl_json_set(&object, "through_time", through_time(cell, summary));
    }
    return object;
}

#define COMPARED "test_accuracy_difference"

/* Without a test part, or with real targets, the pairs are compared by something else, which gets a member of its own. */
static const char *compared_by(const rl_results *results)
{
    if (results->classes)
        return results->test_rows ? COMPARED : "train_accuracy_difference";
    return results->test_rows ? "test_loss_difference" : "train_loss_difference";
}

static rl_json *pair_of(const rl_results *results, const rl_pair_summary *pair)
{
    rl_json *object = rl_json_object();
    rl_json_set(&object, "regime", rl_json_text(results->settings[pair->setting].name));
    rl_json_set(&object, "a", rl_label_json(rl_results_arm(results, pair->setting, pair->a)));
    rl_json_set(&object, "b", rl_label_json(rl_results_arm(results, pair->setting, pair->b)));
    rl_json_set(&object, "n", rl_json_count(pair->dead_share.difference.n));
    const char *measure = compared_by(results);
    if (strcmp(measure, COMPARED) != 0)
        rl_json_set(&object, COMPARED, rl_json_null());
    rl_json_set(&object, measure, rl_comparison_json(pair->test_accuracy));
    rl_json_set(&object, "dead_share_difference", rl_comparison_json(pair->dead_share));
    rl_json_set(&object, "gap_difference", rl_comparison_json(pair->gap));
    return object;
}

static rl_json *timing_of(const rl_results *results)
{
    rl_json *timing = rl_json_object();
    rl_json_set(&timing, "trainings", rl_json_count(results->trainings));
    rl_json_set(&timing, "seconds", rl_json_number(results->seconds));
    rl_json_set(&timing, "samples_per_second",
        rl_json_number(results->seconds > 0 ? results->samples / results->seconds : NAN));
    rl_json_set(&timing, "threads", rl_json_integer(results->threads));
    rl_json_set(&timing, "lanes", rl_json_integer(results->lanes));
    rl_json_set(&timing, "kernels", rl_json_text(rl_processor_kernels()));
    return timing;
}

char *rl_results_json(const rl_results *results, const rl_summary *summary, rl_error *err)
{
    if (rl_failed(err))
        return NULL;
    rl_json *arms = rl_json_array(), *pairs = rl_json_array();
    for (size_t i = 0; i < results->setting_count * results->arm_count; i++)
        rl_json_push(&arms, arm_of(results, &summary->arms[i]));
    for (size_t i = 0; i < summary->pair_count; i++)
        rl_json_push(&pairs, pair_of(results, &summary->pairs[i]));
    rl_json *document = rl_json_object();
    rl_json_set(&document, "schema", rl_json_integer(1));
    rl_json_set(&document, "study", study_of(results));
    rl_json_set(&document, "arms", arms);
    rl_json_set(&document, "pairs", pairs);
    rl_json_set(&document, "timing", timing_of(results));
    char *page = rl_json_page(document, err);
    rl_json_free(document);
    return page;
}
