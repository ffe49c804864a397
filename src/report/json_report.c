/* results.json: the study as other programs read it. Names and order are the program's contract; whatever is not
 * finite is null. Curves are means over the seeds that did not diverge, one point before the first step and
 * one after each epoch. */
#include "format/json.h"
#include "report/words.h"

#include <math.h>
#include <string.h>

static rl_json *interval(double low, double high)
{
    return isfinite(low) && isfinite(high) ? rl_json_numbers((double[]){ low, high }, 2) : rl_json_null();
}

static rl_json *estimate(rl_estimate e)
{
    rl_json *object = rl_json_object();
    rl_json_set(&object, "mean", rl_json_number(e.mean));
    rl_json_set(&object, "sd", rl_json_number(e.sd));
    rl_json_set(&object, "ci95", interval(e.low, e.high));
    return object;
}

static rl_json *first_and_last(rl_estimate first, rl_estimate last)
{
    rl_json *object = rl_json_object();
    rl_json_set(&object, "initial", estimate(first));
    rl_json_set(&object, "final", estimate(last));
    return object;
}

static rl_json *alpha_of(rl_arm arm)
{
    return arm.curve->has_alpha || arm.curve == &rl_relu ? rl_json_float(arm.alpha) : rl_json_null();
}

static rl_json *label_of(rl_arm arm)
{
    char label[RL_NAME_ROOM];
    rl_arm_label(arm, label, sizeof label);
    return rl_json_text(label);
}

static const char *schedule_name(rl_schedule schedule)
{
    return schedule == RL_STEP ? "step" : schedule == RL_COSINE ? "cosine" : "constant";
}

static const char *name_of_loss(const rl_results *results, const rl_training *how)
{
    return how->loss ? how->loss->name : results->classes ? "cross_entropy" : "squared";
}

static rl_json *recipe_of(const rl_results *results, const rl_recipe *recipe)
{
    const rl_training *how = &recipe->training;
    rl_json *hidden = rl_json_array();
    for (int i = 0; i < recipe->hidden_count; i++)
        rl_json_push(&hidden, rl_json_integer(recipe->hidden[i]));
    rl_json *object = rl_json_object();
    rl_json_set(&object, "hidden", hidden);
    rl_json_set(&object, "init", rl_json_text(recipe->init ? rl_initialiser_name(recipe->init) : "he"));
    rl_json_set(&object, "init_sd", rl_json_float(recipe->init_sd));
    rl_json_set(&object, "bias", rl_json_float(recipe->bias));
    rl_json_set(&object, "dropout", rl_json_float(recipe->dropout));
    rl_json_set(&object, "standardize", rl_json_bool(recipe->standardize));
    rl_json_set(&object, "test_share", rl_json_number(recipe->test_share));
    rl_json_set(&object, "validation_share", rl_json_number(recipe->validation_share));
    rl_json_set(&object, "epochs", rl_json_integer(rl_epochs(recipe)));
    rl_json_set(&object, "batch", rl_json_integer(how->batch > 0 ? how->batch : 32));
    rl_json_set(&object, "lr", rl_json_float(how->rate));
    rl_json_set(&object, "optimizer", rl_json_text(how->optimiser ? rl_optimiser_name(how->optimiser) : "sgd"));
    rl_json_set(&object, "momentum", rl_json_float(how->momentum));
    rl_json_set(&object, "beta1", rl_json_float(how->beta1));
    rl_json_set(&object, "beta2", rl_json_float(how->beta2));
    rl_json_set(&object, "smoothing", rl_json_float(how->smoothing));
    rl_json_set(&object, "epsilon", rl_json_float(how->epsilon));
    rl_json_set(&object, "schedule", rl_json_text(schedule_name(how->schedule)));
    rl_json_set(&object, "step_every", rl_json_integer(how->step_every));
    rl_json_set(&object, "step_factor", rl_json_float(how->step_factor));
    rl_json_set(&object, "clip", rl_json_float(how->clip));
    rl_json_set(&object, "l1", rl_json_float(how->l1));
    rl_json_set(&object, "l2", rl_json_float(how->l2));
    rl_json_set(&object, "decay_biases", rl_json_bool(how->decay_biases));
    rl_json_set(&object, "loss", rl_json_text(name_of_loss(results, how)));
    rl_json_set(&object, "patience", rl_json_integer(how->patience));
    rl_json_set(&object, "in_order", rl_json_bool(how->in_order));
    return object;
}

static rl_json *data_of(const rl_results *results)
{
    rl_json *data = rl_json_object();
    rl_json_set(&data, "name", rl_json_text(results->data_name));
    rl_json_set(&data, "rows", rl_json_count(results->rows));
    rl_json_set(&data, "features", rl_json_count(results->features));
    rl_json_set(&data, "classes", rl_json_count(results->classes));
    rl_json_set(&data, "train_rows", rl_json_count(results->train_rows));
    rl_json_set(&data, "test_rows", rl_json_count(results->test_rows));
    rl_json_set(&data, "validation_rows", rl_json_count(results->validation_rows));
    rl_json_set(&data, "seed", rl_json_count(results->data_seed));
    return data;
}

static rl_json *study_of(const rl_results *results)
{
    rl_json *activations = rl_json_array(), *regimes = rl_json_array();
    for (size_t arm = 0; arm < results->arm_count; arm++)
        rl_json_push(&activations, label_of(results->arms[arm]));
    for (size_t s = 0; s < results->setting_count; s++) {
        rl_json *regime = rl_json_object();
        rl_json_set(&regime, "name", rl_json_text(results->settings[s].name));
        rl_json_set(&regime, "title", rl_json_text(results->settings[s].title));
        rl_json_set(&regime, "about", rl_json_text(results->settings[s].about));
        rl_json_set(&regime, "settings", recipe_of(results, &results->settings[s].recipe));
        rl_json_push(&regimes, regime);
    }
    rl_json *study = rl_json_object();
    rl_json_set(&study, "version", rl_json_text(rl_version()));
    rl_json_set(&study, "data", data_of(results));
    rl_json_set(&study, "activations", activations);
    rl_json_set(&study, "seeds", rl_json_count(results->seeds));
    rl_json_set(&study, "seed", rl_json_count(results->first_seed));
    rl_json_set(&study, "regimes", regimes);
    rl_json_set(&study, "compared_by", rl_json_text(rl_measure(results)));
    rl_json_set(&study, "interrupted", rl_json_bool(results->interrupted));
    return study;
}

static rl_json *arm_of(const rl_results *results, const rl_arm_summary *summary)
{
    rl_arm arm = results->arms[summary->arm];
    const rl_recipe *recipe = &results->settings[summary->setting].recipe;
    size_t points = (size_t)rl_epochs(recipe) + 1;
    rl_json *object = rl_json_object();
    rl_json_set(&object, "regime", rl_json_text(results->settings[summary->setting].name));
    rl_json_set(&object, "activation", rl_json_text(arm.curve->name));
    rl_json_set(&object, "alpha", alpha_of(arm));
    rl_json_set(&object, "seeds", rl_json_count(summary->seeds));
    rl_json_set(&object, "n", rl_json_count(summary->n));
    rl_json_set(&object, "diverged", rl_json_count(summary->diverged));
    rl_json_set(&object, "final_loss", estimate(summary->final_loss));
    rl_json_set(&object, "train_accuracy", estimate(summary->train_accuracy));
    rl_json_set(&object, "test_accuracy", estimate(summary->test_accuracy));
    rl_json_set(&object, "dead_share", first_and_last(summary->dead_first, summary->dead_last));
    rl_json_set(&object, "silent_share", first_and_last(summary->silent_first, summary->silent_last));
    rl_json_set(&object, "loss_curve", rl_json_numbers(summary->loss_curve, points));
    rl_json_set(&object, "dead_curve", rl_json_numbers(summary->dead_curve, points));
    rl_json_set(&object, "accuracy_curve", rl_json_numbers(summary->accuracy_curve, points));
    return object;
}

static rl_json *comparison(const rl_comparison *c)
{
    rl_json *object = rl_json_object();
    rl_json_set(&object, "mean", rl_json_number(c->difference.mean));
    rl_json_set(&object, "ci95", interval(c->difference.low, c->difference.high));
    rl_json_set(&object, "p", rl_json_number(c->p));
    rl_json_set(&object, "p_holm", rl_json_number(c->p_holm));
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
    rl_json_set(&object, "a", label_of(results->arms[pair->a]));
    rl_json_set(&object, "b", label_of(results->arms[pair->b]));
    rl_json_set(&object, "n", rl_json_count(pair->dead_share.difference.n));
    const char *measure = compared_by(results);
    if (strcmp(measure, COMPARED) != 0)
        rl_json_set(&object, COMPARED, rl_json_null());
    rl_json_set(&object, measure, comparison(&pair->test_accuracy));
    rl_json_set(&object, "dead_share_difference", comparison(&pair->dead_share));
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
