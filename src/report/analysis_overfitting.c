/* The written comparison of cures for overfitting. Each activation is a setting, each cure an arm, and the first arm,
 * as a rule the one without a cure, is what the others are compared with. */
#include "report/essay.h"

#include <math.h>
#include <stdio.h>

typedef const rl_comparison *(*compared)(const rl_pair_summary *pair);

static const rl_comparison *by_gap(const rl_pair_summary *pair)
{
    return &pair->gap;
}

static const rl_comparison *by_success(const rl_pair_summary *pair)
{
    return &pair->test_accuracy;
}

static const rl_comparison *by_death(const rl_pair_summary *pair)
{
    return &pair->dead_share;
}

static void make_title(rl_essay *essay)
{
    snprintf(essay->title, sizeof essay->title, "Overfitting and its cures on %s",
        rl_plain(rl_data_title(essay->results).text).text);
}

static void say_who(rl_essay *essay)
{
    const rl_results *results = essay->results;
    rl_listing curves = { .wanted = rl_settings_of_a_regime(results) }, cures = { .wanted = results->arm_count };
    for (size_t s = 0; s < curves.wanted; s++)
        rl_list(&curves, rl_arm_title(results->settings[s].base).text);
    for (size_t a = 0; a < results->arm_count; a++)
        rl_list(&cures, rl_arm_within(results, a).text);
    char rows[100];
    rl_say_data(essay, rows, sizeof rows);
    rl_say(essay, RL_SAY_SETUP, 0,
        "On %.100s (%s), nets of the shape %.80s were trained from scratch with %s, each with %s.",
        rl_plain(rl_data_title(results).text).text, rows, rl_net_shape(results, &results->settings[0].recipe).text,
        curves.text, cures.text);
    rl_say(essay, RL_SAY_SETUP, 0, "%s.",
        results->seeds == 1 ? "There is a single seed, so nobody can tell a cure's doing from luck"
                            : "Nets of one seed share their first weights and the order of their rows, so what differs "
                              "comes from the cure");
    if (results->validation_rows)
        rl_say(essay, RL_SAY_SETUP, 1,
            "The %zu validation rows that early stopping looks at were set aside for all nets alike, so its price, "
            "fewer "
            "rows to train on, is not in these figures.",
            results->validation_rows);
    rl_say_interrupted(essay);
}

/* How far training and test lie apart with the first arm. */
static void say_gap(rl_essay *essay, size_t setting)
{
    const rl_results *results = essay->results;
    const rl_arm_summary *arm = rl_essay_arm(essay, setting, 0);
    if (!arm->n || !results->test_rows)
        return;
    if (results->classes)
        rl_say(essay, RL_SAY_SUCCESS, 0,
            "With %s, %s had %s %% of the training rows right and %s %% of the test rows: a gap "
            "of %s points.",
            rl_arm_within(results, 0).text, rl_where(essay, setting).text,
            rl_say_percent(arm->train_accuracy.mean).text, rl_say_percent(arm->test_accuracy.mean).text,
            rl_say_percent(arm->gap.mean).text);
    else
        rl_say(essay, RL_SAY_SUCCESS, 0, "With %s, %s ended at a training loss of %s and a test loss of %s.",
            rl_arm_within(results, 0).text, rl_where(essay, setting).text, rl_say_number(arm->final_loss.mean).text,
            rl_say_number(arm->test_loss.mean).text);
}

/* The arms that came out so against the first, with their change; how many. */
static size_t judged(
    const rl_essay *essay, size_t setting, compared of, rl_verdict verdict, bool shares, rl_listing *into)
{
    const rl_results *results = essay->results;
    *into = (rl_listing){ 0 };
    for (size_t a = 1; a < results->arm_count; a++)
        into->wanted += rl_judge(of(rl_essay_pair(essay, setting, a))) == verdict;
    for (size_t a = 1; a < results->arm_count; a++) {
        const rl_comparison *c = of(rl_essay_pair(essay, setting, a));
        char item[120];
        if (rl_judge(c) != verdict)
            continue;
        snprintf(item, sizeof item, "%.50s (%.40s)", rl_arm_within(results, a).text,
            rl_say_change(c->difference, shares).text);
        rl_list(into, item);
    }
    return into->count;
}

/* "In ReLU nets the gap was smaller with … and larger with …"; low, high: the words for it. */
static void say_verdicts(rl_essay *essay, size_t setting, int paragraph, int rank, compared of, bool shares,
    const char *what, const char *low, const char *high)
{
    rl_listing lower, higher, open;
    const size_t fewer = judged(essay, setting, of, RL_LOWER, shares, &lower),
                 more = judged(essay, setting, of, RL_HIGHER, shares, &higher);
    judged(essay, setting, of, RL_NOT_SHOWN, shares, &open);
    if (fewer + more == 0) {
        if (open.count)
            rl_say(
                essay, paragraph, rank, "In %s no cure was shown to change %s.", rl_where(essay, setting).text, what);
        return;
    }
    rl_say(essay, paragraph, rank, "In %s %s %s%s%s%s%s%s%s.", rl_where(essay, setting).text, what, fewer ? low : "",
        fewer ? " with " : "", fewer ? lower.text : "", fewer && more ? ", and " : "", more ? high : "",
        more ? " with " : "", more ? higher.text : "");
    if (open.count)
        rl_say(essay, paragraph, rank + 1, "There, %s could not be shown to change with %s.", what, open.text);
}

static void say_dead(rl_essay *essay, size_t setting)
{
    const rl_results *results = essay->results;
    rl_listing shares = { .wanted = results->arm_count };
    double most = 0, most_silent = 0;
    for (size_t a = 0; a < results->arm_count; a++) {
        const rl_arm_summary *arm = rl_essay_arm(essay, setting, a);
        char item[120];
        most = arm->n ? fmax(most, arm->dead_last.mean) : most;
        most_silent = arm->n ? fmax(most_silent, arm->silent_last.mean) : most_silent;
        snprintf(item, sizeof item, "%.20s %% with %.60s", rl_say_percent(arm->dead_last.mean).text,
            rl_arm_within(results, a).text);
        rl_list(&shares, item);
    }
    if (most > 0)
        rl_say(essay, RL_SAY_DEATH, 0, "The share of dead units at the end of %s was %s.",
            rl_where(essay, setting).text, shares.text);
    else
        rl_say(essay, RL_SAY_DEATH, 0, "In %s no unit was dead at the end%s%s%s.", rl_where(essay, setting).text,
            most_silent > 0 ? "; up to " : "", most_silent > 0 ? rl_say_percent(most_silent).text : "",
            most_silent > 0 ? " % were silent (z ≤ 0 on all those rows), which learn, if slowly" : "");
}

void rl_say_overfitting(rl_essay *essay)
{
    const rl_results *results = essay->results;
    make_title(essay);
    say_who(essay);
    for (size_t s = 0; s < results->setting_count; s++) {
        say_gap(essay, s);
        if (results->seeds < 2)
            continue;
        if (results->test_rows)
            say_verdicts(essay, s, RL_SAY_SUCCESS, s ? 2 : 0, by_gap, results->classes > 0, "the gap", "was smaller",
                "was larger");
        say_verdicts(essay, s, RL_SAY_SUCCESS, s ? 2 : 0, by_success, results->classes > 0, rl_measure(results),
            "was lower", "was higher");
    }
    if (results->test_rows)
        rl_say(essay, RL_SAY_SUCCESS, 4,
            "A small gap is no aim by itself: a net that learns nothing has none. What counts is the test rows.");
    rl_say_criterion(essay);
    rl_say(essay, RL_SAY_DEATH, 0,
        "A unit counts as dead if its slope is exactly 0 on each of the %zu training rows, so that no gradient reaches "
        "its weights.",
        results->train_rows);
    for (size_t s = 0; s < results->setting_count; s++) {
        say_dead(essay, s);
        if (results->seeds > 1)
            say_verdicts(
                essay, s, RL_SAY_DEATH, 2, by_death, true, "the share of dead units", "was lower", "was higher");
    }
    rl_say_diverged(essay);
    rl_say_remarks(essay);
}
