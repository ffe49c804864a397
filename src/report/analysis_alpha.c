/* The written comparison of slopes α. */
#include "report/essay.h"

#include <math.h>
#include <stdio.h>

static void make_title(rl_essay *essay)
{
    snprintf(essay->title, sizeof essay->title, "Which slope below zero? α on %s",
        rl_plain(rl_data_title(essay->results).text).text);
}

static bool is_fixed(rl_arm arm)
{
    return arm.curve == &rl_relu || arm.curve == &rl_leaky_relu;
}

static double by_measure(const rl_results *results, const rl_arm_summary *arm)
{
    if (!results->classes)
        return results->test_rows ? arm->test_loss.mean : arm->final_loss.mean;
    return results->test_rows ? arm->test_accuracy.mean : arm->train_accuracy.mean;
}

/* The fixed slope with the best mean; arm_count if no run stayed finite. */
static size_t best_of(const rl_essay *essay, size_t setting)
{
    const rl_results *results = essay->results;
    size_t best = results->arm_count;
    double most = -INFINITY;
    for (size_t a = 0; a < results->arm_count; a++) {
        const double mean = by_measure(results, rl_essay_arm(essay, setting, a));
        const double success = results->classes ? mean : -mean;
        if (is_fixed(results->arms[a]) && isfinite(success) && success > most) {
            most = success;
            best = a;
        }
    }
    return best;
}

static void say_best(rl_essay *essay, size_t setting)
{
    const rl_results *results = essay->results;
    const size_t best = best_of(essay, setting);
    size_t better = 0, worse = 0;
    for (size_t a = 1; a < results->arm_count; a++) {
        const rl_outcome outcome = rl_outcome_of(results, rl_essay_pair(essay, setting, a));
        better += outcome == RL_BETTER;
        worse += outcome == RL_WORSE;
    }
    if (best == results->arm_count)
        return;
    rl_words first, winner;
    const double most = by_measure(results, rl_essay_arm(essay, setting, best));
    rl_say(essay, RL_SAY_SUCCESS, 0,
        "In %s %s (%s%s) had the best mean %s; of the others %s were shown to be better than %s and %s worse.",
        rl_where(essay, setting).text, rl_short_name(essay, best, &winner),
        results->classes ? rl_say_percent(most).text : rl_say_number(most).text, results->classes ? " %" : "",
        rl_measure(results), rl_how_many(better).text, rl_short_name(essay, 0, &first), rl_how_many(worse).text);
}

/* What PReLU made of its α. */
static void say_learned(rl_essay *essay)
{
    const rl_results *results = essay->results;
    for (size_t a = 0; a < results->arm_count; a++) {
        rl_listing learned = { 0 };
        if (!results->arms[a].curve->learned)
            continue;
        for (size_t s = 0; s < results->setting_count; s++)
            learned.wanted += rl_essay_arm(essay, s, a)->learned_alpha.n > 0;
        for (size_t s = 0; s < results->setting_count; s++) {
            const rl_estimate alpha = rl_essay_arm(essay, s, a)->learned_alpha;
            char item[200];
            snprintf(item, sizeof item, "%.60s in %.80s", rl_say_mean(alpha, false).text, rl_where(essay, s).text);
            if (alpha.n)
                rl_list(&learned, item);
        }
        if (learned.count)
            rl_say(essay, RL_SAY_SUCCESS, 0,
                "PReLU, which starts at α = %s and learns one for each unit, ended with a mean α of %s.",
                rl_say_number((double)results->arms[a].alpha).text, learned.text);
    }
}

static void say_linear(rl_essay *essay)
{
    const rl_results *results = essay->results;
    for (size_t a = 1; a < results->arm_count; a++)
        if (results->arms[a].curve == &rl_leaky_relu && results->arms[a].alpha == 1)
            rl_say(essay, RL_SAY_SUCCESS, 1, "With α = 1 the curve is a straight line and the whole net a linear one.");
}

static void say_death(rl_essay *essay)
{
    const rl_results *results = essay->results;
    double most = 0;
    size_t finite = 0;
    for (size_t s = 0; s < results->setting_count; s++)
        for (size_t a = 1; a < results->arm_count; a++) {
            const rl_arm_summary *arm = rl_essay_arm(essay, s, a);
            finite += arm->n;
            most = arm->n ? fmax(most, arm->dead_last.mean) : most;
        }
    rl_words first;
    rl_say(essay, RL_SAY_DEATH, 0,
        "A unit counts as dead if its slope is exactly 0 on each of the %zu training rows, so that no gradient reaches "
        "its "
        "weights.",
        results->train_rows);
    rl_say_dying(essay, 0);
    if (finite && most == 0)
        rl_say(essay, RL_SAY_DEATH, 0,
            "With all others than %s no unit was dead at the end of any run that stayed finite.",
            rl_short_name(essay, 0, &first));
    else if (finite)
        rl_say(essay, RL_SAY_DEATH, 0, "With the others at most %s %% were, on average over the seeds of one regime.",
            rl_say_percent(most).text);
}

void rl_say_alpha(rl_essay *essay)
{
    make_title(essay);
    rl_say_setup(essay);
    for (size_t s = 0; s < essay->results->setting_count && essay->results->seeds > 1 && essay->results->arm_count > 1;
         s++)
        say_best(essay, s);
    if (essay->results->seeds == 1)
        rl_say(essay, RL_SAY_SUCCESS, 0,
            "With a single seed nobody can tell a slope's doing from luck, so this text names "
            "no winner; several seeds would give intervals.");
    say_learned(essay);
    say_linear(essay);
    rl_say_criterion(essay);
    say_death(essay);
    rl_say_diverged(essay);
    rl_say_remarks(essay);
}
