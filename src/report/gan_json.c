/* results.json of an adversarial study. Whatever is not finite is null; curves are means over the seeds that did not
 * diverge, one point before the first step and one after each epoch. */
#include "report/gan.h"
#include "report/json_pieces.h"
#include "report/ledger.h"

#include <math.h>
#include <stdio.h>

static const char *const sides[RL_RIVALS] = { "generator", "discriminator" };

static rl_json *label_of(const rl_gan_results *results, size_t arm)
{
    char label[2 * RL_NAME_ROOM];
    rl_rivals_label(results->arms[arm], label, sizeof label);
    return rl_json_text(label);
}

static rl_json *study_of(const rl_gan_results *results)
{
    rl_json *data = rl_json_object(), *activations = rl_json_array(), *study = rl_json_object();
    rl_json_set(&data, "name", rl_json_text(results->data_name));
    rl_json_set(&data, "spec", rl_json_text(results->data_spec));
    rl_json_set(&data, "rows", rl_json_count(results->rows));
    rl_json_set(&data, "features", rl_json_count(results->features));
    rl_json_set(&data, "classes", rl_json_count(results->classes));
    rl_json_set(&data, "seed", rl_json_count(results->data_seed));
    for (size_t a = 0; a < results->arm_count; a++)
        rl_json_push(&activations, label_of(results, a));
    rl_json_set(&study, "model", rl_json_text("gan"));
    rl_json_set(&study, "version", rl_json_text(rl_version()));
    rl_json_set(&study, "data", data);
    rl_json_set(&study, "activations", activations);
    rl_json_set(&study, "seeds", rl_json_count(results->seeds));
    rl_json_set(&study, "seed", rl_json_count(results->first_seed));
    rl_json_set(&study, "noise", rl_json_integer(results->noise));
    rl_json_set(&study, "samples", rl_json_integer(RL_GAN_SAMPLES));
    rl_json_set(&study, "deviation", rl_json_number(results->deviation));
    rl_json_set(&study, "settings", rl_recipe_json(&results->recipe, 2, results->rows));
    return study;
}

static rl_json *seeds_of(const rl_gan_results *results, size_t arm)
{
    const long last = rl_epochs(&results->recipe);
    const rl_gan_trial *trials = rl_gan_trials(results, arm);
    rl_json *list = rl_json_array();
    for (size_t s = 0; s < results->seeds; s++) {
        if (!trials[s].done)
            continue;
        rl_json *seed = rl_json_object();
        rl_json_set(&seed, "seed", rl_json_count(trials[s].seed));
        for (int m = 0; m < RL_GAN_MEASURES; m++)
            rl_json_set(&seed, rl_gan_measure_name((rl_gan_measure)m), rl_json_number(trials[s].curve[m][last]));
        rl_json_set(&seed, "diverged_at",
            trials[s].fate.diverged_at >= 0 ? rl_json_integer(trials[s].fate.diverged_at) : rl_json_null());
        rl_json_push(&list, seed);
    }
    return list;
}

static rl_json *ledger_of(const rl_ledger *ledger)
{
    rl_json *object = rl_json_object();
    rl_json_set(&object, "units", rl_json_count(ledger->units));
    rl_json_set(&object, "born_dead", rl_json_count(ledger->born_dead));
    rl_json_set(&object, "deaths", rl_json_count(ledger->deaths));
    rl_json_set(&object, "revivals", rl_json_count(ledger->revivals));
    rl_json_set(&object, "deaths_by_cause", rl_causes_json(ledger->death_causes));
    return object;
}

static rl_json *arm_of(const rl_gan_results *results, const rl_gan_summary *summary, size_t which)
{
    const rl_gan_arm *arm = &summary->arms[which];
    rl_json *object = rl_json_object(), *covered = rl_json_object(), *curves = rl_json_object(),
            *ledger = rl_json_object();
    rl_json_set(&object, "activation", label_of(results, which));
    for (int side = 0; side < RL_RIVALS; side++) {
        const rl_arm curve = results->arms[which].side[side];
        rl_json *net = rl_json_object();
        rl_json_set(&net, "activation", rl_json_text(curve.curve->name));
        rl_json_set(&net, "alpha", rl_alpha_json(curve));
        rl_json_set(&object, sides[side], net);
        rl_json_set(&ledger, sides[side], ledger_of(&arm->ledger[side]));
    }
    rl_json_set(&object, "seeds", rl_json_count(arm->seeds));
    rl_json_set(&object, "n", rl_json_count(arm->n));
    rl_json_set(&object, "diverged", rl_json_count(arm->diverged));
    rl_json_set(&covered, "seeds", rl_json_count(arm->covered));
    rl_json_set(
        &covered, "share", rl_json_number(arm->seeds ? (double)arm->covered / (double)arm->seeds : (double)NAN));
    rl_json_set(&object, "all_modes_covered", covered);
    for (int m = 0; m < RL_GAN_MEASURES; m++) {
        rl_json *measure = rl_json_object();
        rl_json_set(&measure, "initial", rl_estimate_json(arm->first[m]));
        rl_json_set(&measure, "final", rl_estimate_json(arm->last[m]));
        rl_json_set(&object, rl_gan_measure_name((rl_gan_measure)m), measure);
        rl_json_set(&curves, rl_gan_measure_name((rl_gan_measure)m),
            rl_json_numbers(arm->mean[m], (size_t)rl_epochs(&results->recipe) + 1));
    }
    rl_json_set(&object, "curves", curves);
    rl_json_set(&object, "ledger", ledger);
    rl_json_set(&object, "trainings", seeds_of(results, which));
    return object;
}

static rl_json *pair_of(const rl_gan_results *results, const rl_gan_summary *summary, size_t b)
{
    rl_json *pair = rl_json_object();
    rl_json_set(&pair, "a", label_of(results, 0));
    rl_json_set(&pair, "b", label_of(results, b));
    for (int m = 0; m < RL_GAN_MEASURES; m++) {
        const rl_comparison *c = &summary->pairs[(b - 1) * RL_GAN_MEASURES + (size_t)m];
        char name[64];
        if (m == 0)
            rl_json_set(&pair, "n", rl_json_count(c->difference.n));
        snprintf(name, sizeof name, "%s_difference", rl_gan_measure_name((rl_gan_measure)m));
        rl_json_set(&pair, name, rl_comparison_json(*c));
    }
    return pair;
}

char *rl_gan_json(const rl_gan_results *results, const rl_gan_summary *summary, rl_error *err)
{
    if (rl_failed(err))
        return NULL;
    rl_json *document = rl_json_object(), *arms = rl_json_array(), *pairs = rl_json_array(), *timing = rl_json_object();
    for (size_t a = 0; a < results->arm_count; a++)
        rl_json_push(&arms, arm_of(results, summary, a));
    for (size_t b = 1; b < results->arm_count; b++)
        rl_json_push(&pairs, pair_of(results, summary, b));
    rl_json_set(&timing, "trainings", rl_json_count(results->trainings));
    rl_json_set(&timing, "seconds", rl_json_number(results->seconds));
    rl_json_set(&timing, "samples_per_second",
        rl_json_number(results->seconds > 0 ? results->samples / results->seconds : (double)NAN));
    rl_json_set(&timing, "threads", rl_json_integer(results->threads));
    rl_json_set(&timing, "lanes", rl_json_integer(results->lanes));
    rl_json_set(&document, "schema", rl_json_integer(1));
    rl_json_set(&document, "study", study_of(results));
    rl_json_set(&document, "arms", arms);
    rl_json_set(&document, "pairs", pairs);
    rl_json_set(&document, "timing", timing);
    rl_json_set(&document, "interrupted", rl_json_bool(results->interrupted));
    char *page = rl_json_page(document, err);
    rl_json_free(document);
    return page;
}
