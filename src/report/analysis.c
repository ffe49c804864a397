/* The written comparison of activations, made from this run's numbers (how: essay.h). */
#include "report/essay.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LISTED = 6 };

/* ---- What was done ---- */

static void arms_listed(const rl_essay *essay, rl_listing *names)
{
    const rl_results *results = essay->results;
    names->wanted = results->arm_count;
    for (size_t a = 0; a < results->arm_count && results->arm_count <= LISTED; a++)
        rl_list(names, rl_arm_title(results->arms[a]).text);
    if (results->arm_count > LISTED)
        snprintf(names->text, sizeof names->text, "%zu activations", results->arm_count);
}

void rl_say_data(rl_essay *essay, char *rows, size_t room)
{
    const rl_results *results = essay->results;
    if (results->test_rows)
        snprintf(rows, room, "%zu rows for training and %zu for testing", results->train_rows, results->test_rows);
    else
        snprintf(rows, room, "%zu training rows and no test part", results->train_rows);
}

void rl_say_interrupted(rl_essay *essay)
{
    const rl_results *results = essay->results;
    if (!results->interrupted)
        return;
    size_t least = SIZE_MAX, most = 0;
    for (size_t i = 0; i < results->setting_count * results->arm_count; i++) {
        size_t seeds_done = essay->summary->arms[i].seeds;
        least = seeds_done < least ? seeds_done : least;
        most = seeds_done > most ? seeds_done : most;
    }
    if (least == most)
        rl_say(essay, RL_SAY_SETUP, 0,
            "The study was interrupted: %zu of %zu seeds were finished everywhere, and only those count.", least,
            results->seeds);
    else
        rl_say(essay, RL_SAY_SETUP, 0,
            "The study was interrupted: %zu to %zu of %zu seeds were finished, and only those count.", least, most,
            results->seeds);
}

void rl_say_setup(rl_essay *essay)
{
    const rl_results *results = essay->results;
    rl_listing names = { 0 };
    arms_listed(essay, &names);
    char rows[100], regimes[200], seeds[60];
    rl_say_data(essay, rows, sizeof rows);
    if (results->setting_count == 1)
        snprintf(regimes, sizeof regimes, "in the regime %.150s", rl_where(essay, 0).text);
    else
        snprintf(regimes, sizeof regimes, "in %.30s regimes", rl_number_word(results->setting_count).text);
    snprintf(seeds, sizeof seeds, results->seeds == 1 ? "a single seed" : "%zu seeds", results->seeds);
    rl_say(essay, RL_SAY_SETUP, 0, "On %.150s (%s), networks were trained from scratch with %s, %s and with %s%s.",
        rl_plain(rl_data_title(results).text).text, rows, names.text, regimes, seeds,
        results->seeds > 1 && results->setting_count * results->arm_count > 1 ? " each" : "");
    rl_say_interrupted(essay);
    if (results->arm_count > 1 && rl_any_steps(results))
        rl_say(essay, RL_SAY_SETUP, 2,
            "The nets of a pair share their seed and the order of their rows; what differs within a pair comes from "
            "the "
            "activation, or the gates, and the first weights that go with it.");
    else if (results->arm_count > 1)
        rl_say(essay, RL_SAY_SETUP, 2,
            "The nets of a pair share their seed, and with it the random draws behind their initial weights and the "
            "order of "
            "their rows; what differs within a pair comes from the activation.");
    else
        rl_say(essay, RL_SAY_SETUP, 0, "Only one activation was trained, so nothing is compared here.");
}

/* ---- Who did better ---- */

static const char *higher_word(const rl_essay *essay, rl_outcome outcome)
{
    return (outcome == RL_BETTER) == (essay->results->classes > 0) ? "higher" : "lower";
}

rl_words rl_change_words(const rl_essay *essay, const rl_comparison *c, bool with_interval)
{
    bool shares = essay->results->classes > 0;
    rl_words words;
    const char *unit = shares ? " points" : "";
    if (with_interval)
        snprintf(words.text, sizeof words.text, "%.40s%s, 95 %% interval %.80s",
            rl_say_change(c->difference, shares).text, unit, rl_say_interval(c->difference, shares).text);
    else
        snprintf(words.text, sizeof words.text, "%.40s%s", rl_say_change(c->difference, shares).text, unit);
    return words;
}

/* The regimes in which arm b came out so against the first; how many. */
static size_t regimes_with(const rl_essay *essay, size_t arm, rl_outcome outcome, bool numbers, rl_listing *into)
{
    size_t count = 0;
    for (size_t s = 0; s < essay->results->setting_count; s++)
        count += rl_outcome_of(essay->results, rl_essay_pair(essay, s, arm)) == outcome;
    *into = (rl_listing){ .wanted = count };
    for (size_t s = 0; s < essay->results->setting_count; s++) {
        const rl_pair_summary *pair = rl_essay_pair(essay, s, arm);
        if (rl_outcome_of(essay->results, pair) != outcome)
            continue;
        char item[300];
        if (numbers)
            snprintf(item, sizeof item, "%.40s (%.120s)", rl_where(essay, s).text,
                rl_change_words(essay, &pair->test_accuracy, count == 1).text);
        else
            snprintf(item, sizeof item, "%.100s", rl_where(essay, s).text);
        rl_list(into, item);
    }
    return count;
}

static size_t regimes_judged(const rl_essay *essay, size_t arm, rl_verdict verdict, rl_listing *into)
{
    size_t count = 0;
    for (size_t s = 0; s < essay->results->setting_count; s++)
        count += rl_judge(&rl_essay_pair(essay, s, arm)->test_accuracy) == verdict;
    *into = (rl_listing){ .wanted = count };
    if (count > 2 && count == essay->results->setting_count) {
        snprintf(into->text, sizeof into->text, "all %.30s regimes", rl_number_word(count).text);
        return count;
    }
    for (size_t s = 0; s < essay->results->setting_count; s++)
        if (rl_judge(&rl_essay_pair(essay, s, arm)->test_accuracy) == verdict)
            rl_list(into, rl_where(essay, s).text);
    return count;
}

static void say_shown(rl_essay *essay, size_t arm, int rank)
{
    rl_words us, them;
    rl_listing where;
    for (int i = 0; i < 2; i++) {
        rl_outcome outcome = i ? RL_WORSE : RL_BETTER;
        if (regimes_with(essay, arm, outcome, true, &where))
            rl_say(essay, RL_SAY_SUCCESS, rank, "%.100s ended with a %s %s than %.100s in %s.",
                rl_short_name(essay, arm, &us), higher_word(essay, outcome), rl_measure(essay->results),
                rl_short_name(essay, 0, &them), where.text);
    }
}

/* A comparison that divergence has thinned out must not look like a full one. */
static void say_thinned(rl_essay *essay)
{
    for (size_t s = 0; s < essay->results->setting_count; s++) {
        const rl_pair_summary *pair = rl_essay_pair(essay, s, 1);
        size_t n = pair->test_accuracy.difference.n, seeds = rl_essay_arm(essay, s, 0)->seeds;
        if (rl_outcome_of(essay->results, pair) != RL_UNDECIDED && n < seeds)
            rl_say(essay, RL_SAY_SUCCESS, 1, "In %s this rests on the %zu of %zu pairs in which neither run diverged.",
                rl_where(essay, s).text, n, seeds);
    }
}

static void say_pair_of_arms(rl_essay *essay)
{
    rl_words us, them;
    rl_listing where;
    say_shown(essay, 1, 0);
    say_thinned(essay);
    size_t count = regimes_judged(essay, 1, RL_NOT_SHOWN, &where);
    if (count)
        rl_say(essay, RL_SAY_SUCCESS, 0,
            "In %s no difference in %s could be shown, so there %.100s did not measurably help.", where.text,
            rl_measure(essay->results), rl_short_name(essay, 1, &us));
    if (regimes_judged(essay, 1, RL_IDENTICAL, &where))
        rl_say(essay, RL_SAY_SUCCESS, 0, "In %s every pair came out with exactly the same %s.", where.text,
            rl_measure(essay->results));
    if (essay->results->seeds > 1 && regimes_judged(essay, 1, RL_NO_PAIRS, &where))
        rl_say(essay, RL_SAY_SUCCESS, 0,
            "In %s fewer than two pairs were left to compare, so nothing can be said about %s and %s there.",
            where.text, rl_short_name(essay, 0, &them), rl_short_name(essay, 1, &us));
}

static void say_many_arms(rl_essay *essay)
{
    const rl_results *results = essay->results;
    rl_words them;
    size_t better = 0, worse = 0, unmade = 0, same = 0, pairs = essay->summary->pair_count;
    for (size_t i = 0; i < pairs; i++) {
        rl_outcome outcome = rl_outcome_of(results, &essay->summary->pairs[i]);
        rl_verdict verdict = rl_judge(&essay->summary->pairs[i].test_accuracy);
        better += outcome == RL_BETTER;
        worse += outcome == RL_WORSE;
        unmade += verdict == RL_NO_PAIRS;
        same += verdict == RL_IDENTICAL;
    }
    if (unmade < pairs)
        rl_say(essay, RL_SAY_SUCCESS, 0,
            "Of %zu comparisons with %.100s by %s, %.30s came out better, %.30s worse, and in %.30s no difference "
            "could be "
            "shown.",
            pairs - unmade, rl_short_name(essay, 0, &them), rl_measure(results), rl_how_many(better).text,
            rl_how_many(worse).text, rl_how_many(pairs - unmade - better - worse).text);
    if (same)
        rl_say(
            essay, RL_SAY_SUCCESS, 4, "Among the latter are %zu in which all pairs came out exactly the same.", same);
    if (unmade && results->seeds > 1)
        rl_say(essay, RL_SAY_SUCCESS, 0, "Where runs diverged or were missing, %zu more could not be made.", unmade);
    for (size_t arm = 1; arm < results->arm_count; arm++)
        say_shown(essay, arm, arm < 4 ? 1 : 3);
}

/* One seed: numbers, but no winner. */
static void say_single_seed(rl_essay *essay)
{
    const rl_results *results = essay->results;
    rl_say(essay, RL_SAY_SUCCESS, 0,
        "With a single seed nobody can tell an activation's doing from luck, so this text names no winner; several "
        "seeds would give "
        "intervals.");
    const rl_arm_summary *a = rl_essay_arm(essay, 0, 0), *b = rl_essay_arm(essay, 0, 1);
    rl_words us, them;
    if (results->classes && a->n && b->n && results->test_rows)
        rl_say(essay, RL_SAY_SUCCESS, 1, "In %s test accuracy ended at %s %% with %s and at %s %% with %s.",
            rl_where(essay, 0).text, rl_say_percent(a->test_accuracy.mean).text, rl_short_name(essay, 0, &them),
            rl_say_percent(b->test_accuracy.mean).text, rl_short_name(essay, 1, &us));
}

void rl_say_criterion(rl_essay *essay)
{
    if (essay->results->seeds > 1)
        rl_say(essay, RL_SAY_SUCCESS, 1,
            "A difference counts as shown where its 95 %% interval leaves out 0 and its p, corrected by Holm's method, "
            "is below 0.05.");
}

static void say_success(rl_essay *essay)
{
    const rl_results *results = essay->results;
    if (results->arm_count < 2)
        return;
    if (results->seeds == 1)
        say_single_seed(essay);
    else if (results->arm_count == 2)
        say_pair_of_arms(essay);
    else
        say_many_arms(essay);
    rl_say_criterion(essay);
}

/* ---- Who died ---- */

static bool leaks(rl_arm arm)
{
    return arm.curve == &rl_leaky_relu && arm.alpha > 0;
}

/* "0.0 % in *healthy*, …"; only regimes with a run to speak of, of nets that have units. */
static size_t dead_shares(const rl_essay *essay, size_t arm, rl_listing *into, double *largest)
{
    *into = (rl_listing){ 0 };
    *largest = 0;
    for (size_t s = 0; s < essay->results->setting_count; s++)
        into->wanted += isfinite(rl_essay_arm(essay, s, arm)->dead_last.mean);
    for (size_t s = 0; s < essay->results->setting_count; s++) {
        const rl_arm_summary *found = rl_essay_arm(essay, s, arm);
        if (!isfinite(found->dead_last.mean))
            continue;
        char item[200];
        snprintf(item, sizeof item, "%.20s %% in %.60s", rl_say_percent(found->dead_last.mean).text,
            rl_where(essay, s).text);
        rl_list(into, item);
        *largest = fmax(*largest, found->dead_last.mean);
    }
    return into->count;
}

void rl_say_dying(rl_essay *essay, size_t arm)
{
    rl_words us;
    rl_listing shares;
    double largest;
    if (dead_shares(essay, arm, &shares, &largest) && largest > 0)
        rl_say(essay, RL_SAY_DEATH, arm == 0 ? 0 : 1, "The share of dead %.100s units at the end %s %s.",
            rl_short_name(essay, arm, &us), essay->results->seeds > 1 ? "averaged" : "was", shares.text);
}

/* The arms of which no unit died, in one sentence. */
static void say_undying(rl_essay *essay)
{
    rl_listing names = { .last = " or " }, shares;
    bool none_can = true;
    for (int listed = 0; listed < 2; listed++)
        for (size_t arm = 0; arm < essay->results->arm_count; arm++) {
            double largest;
            bool undying = dead_shares(essay, arm, &shares, &largest) && largest == 0;
            if (!undying)
                continue;
            none_can = none_can && leaks(essay->results->arms[arm]);
            if (listed)
                rl_list(&names, rl_arm_short(essay->results, arm).text);
            else
                names.wanted++;
        }
    if (!names.count)
        return;
    rl_say(essay, RL_SAY_DEATH, 0, "No %s unit was dead at the end of any run that stayed finite.", names.text);
    if (none_can)
        rl_say(essay, RL_SAY_DEATH, 4, "By this definition none can be, for %s slope below 0 is α rather than 0.",
            names.count > 1 ? "their" : "its");
}

static void say_silent(rl_essay *essay, size_t arm)
{
    double most = 0;
    size_t where = 0, finite = 0;
    for (size_t s = 0; s < essay->results->setting_count; s++) {
        const rl_arm_summary *found = rl_essay_arm(essay, s, arm);
        finite += found->n;
        if (found->n && found->silent_last.mean > most) {
            most = found->silent_last.mean;
            where = s;
        }
    }
    rl_words us;
    if (!leaks(essay->results->arms[arm]))
        return;
    if (most > 0)
        rl_say(essay, RL_SAY_DEATH, 2,
            "%.100s units can fall silent, though (z ≤ 0 on all those rows): at the end %s %% were in %s. A silent one "
            "still learns, if slowly.",
            rl_short_name(essay, arm, &us), rl_say_percent(most).text, rl_where(essay, where).text);
    else if (finite)
        rl_say(essay, RL_SAY_DEATH, 4,
            "At the end no %.100s unit was silent (z ≤ 0 on all those rows) in a run that stayed finite.",
            rl_short_name(essay, arm, &us));
}

/* Death without visible harm, where there is such a regime. */
static void say_harmless(rl_essay *essay)
{
    const rl_results *results = essay->results;
    rl_words them;
    for (size_t s = 0; s < results->setting_count && results->arm_count == 2; s++) {
        const rl_arm_summary *first = rl_essay_arm(essay, s, 0);
        const rl_pair_summary *pair = rl_essay_pair(essay, s, 1);
        if (first->n < 2 || first->dead_last.mean < 0.1 || rl_judge(&pair->dead_share) != RL_LOWER ||
            rl_judge(&pair->test_accuracy) != RL_NOT_SHOWN)
            continue;
        rl_say(essay, RL_SAY_DEATH, 3,
            "In %s %s ended with more dead units but no shown disadvantage in %s: dead units are waste, not always "
            "harm.",
            rl_where(essay, s).text, rl_short_name(essay, 0, &them), rl_measure(results));
        return;
    }
}

static void say_born_dead(rl_essay *essay)
{
    double most = 0;
    size_t where = 0;
    for (size_t s = 0; s < essay->results->setting_count; s++) {
        const rl_arm_summary *found = rl_essay_arm(essay, s, 0);
        if (found->n && found->dead_first.mean > most) {
            most = found->dead_first.mean;
            where = s;
        }
    }
    rl_words us;
    if (most >= 0.005)
        rl_say(essay, RL_SAY_DEATH, 3,
            "Some %.100s units were dead before the first step, at most %s %% on average (in %s).",
            rl_short_name(essay, 0, &us), rl_say_percent(most).text, rl_where(essay, where).text);
}

void rl_say_death(rl_essay *essay)
{
    const rl_results *results = essay->results;
    rl_say(essay, RL_SAY_DEATH, 0,
        "A unit counts as dead if its slope is exactly 0 on each of the %zu training rows, so that no gradient reaches "
        "its weights.",
        results->train_rows);
    rl_say_units_of_layers(essay);
    for (size_t arm = 0; arm < results->arm_count; arm++)
        rl_say_dying(essay, arm);
    say_undying(essay);
    rl_say_layer_by_layer(essay);
    for (size_t arm = 0; arm < results->arm_count; arm++)
        say_silent(essay, arm);
    say_born_dead(essay);
    if (results->seeds > 1)
        say_harmless(essay);
}

/* ---- What to keep in mind ---- */

void rl_say_diverged(rl_essay *essay)
{
    const rl_results *results = essay->results;
    size_t cells = results->setting_count * results->arm_count, diverged = 0, runs = 0, worst = 0;
    for (size_t i = 0; i < cells; i++) {
        const rl_arm_summary *arm = &essay->summary->arms[i];
        diverged += arm->diverged;
        runs += arm->seeds;
        if (arm->diverged > essay->summary->arms[worst].diverged)
            worst = i;
    }
    const rl_arm_summary *most = &essay->summary->arms[worst];
    rl_words name;
    if (!runs)
        rl_say(essay, RL_SAY_CAUTION, 0, "No training was finished, so there are no figures.");
    else if (!diverged)
        rl_say(essay, RL_SAY_CAUTION, 1, "No run diverged.");
    else if (diverged == runs)
        rl_say(essay, RL_SAY_CAUTION, 0,
            "Every run diverged: loss or weights stopped being finite, and so there are no figures to compare. A "
            "smaller learning rate is the first thing to try.");
    else if (diverged == most->diverged)
        rl_say(essay, RL_SAY_CAUTION, 0,
            "%zu of %zu runs diverged, that is, loss or weights stopped being finite; all of them are among the %zu "
            "with %.100s in %s. They are "
            "counted, and left out of all averages and pairs.",
            diverged, runs, most->seeds, rl_short_name(essay, most->arm, &name), rl_where(essay, most->setting).text);
    else
        rl_say(essay, RL_SAY_CAUTION, 0,
            "%zu of %zu runs diverged, that is, loss or weights stopped being finite (%zu of %zu with %.100s in %s "
            "alone); they are counted, and "
            "left out of all averages and pairs.",
            diverged, runs, most->diverged, most->seeds, rl_short_name(essay, most->arm, &name),
            rl_where(essay, most->setting).text);
}

/* True of every study: they fill up a text that is short of words. */
void rl_say_remarks(rl_essay *essay)
{
    const rl_results *results = essay->results;
    bool several = results->seeds > 1;
    if (several && results->arm_count > 1)
        rl_say(essay, RL_SAY_CAUTION, 5,
            "That no difference could be shown is not proof that there is none; more seeds narrow the intervals.");
    rl_say(essay, RL_SAY_CAUTION, 5,
        "The figures hold for this data set, these settings and these seeds; another learning rate, width or data set "
        "may turn them around.");
    if (several)
        rl_say(essay, RL_SAY_CAUTION, 6,
            "An interval says how well a mean over seeds is known, and not how far single trainings scatter; the plots "
            "show that as bands.");
    rl_say(essay, RL_SAY_CAUTION, 6,
        "A unit that gives zero on many rows is sparse, not dead: one row that wakes it keeps it alive.");
    rl_say(essay, RL_SAY_CAUTION, 7,
        "Dead on these rows may also mean rare rather than impossible, since an input that nobody showed could still "
        "wake such a unit.");
    rl_say(essay, RL_SAY_CAUTION, 7,
        "Under plain gradient descent, without momentum, decay or noise, a dead unit of the first layer stays dead as "
        "long as the data stay the "
        "same, while a deeper one may come back, because its inputs move.");
    if (several && results->arm_count > 1)
        rl_say(essay, RL_SAY_CAUTION, 8,
            "Each p comes from a paired permutation test, in which the signs of the differences are flipped at "
            "random.");
    rl_say(essay, RL_SAY_CAUTION, 8,
        "Losses and accuracies are measured in evaluation mode, and losses without penalties.");
    rl_say(essay, RL_SAY_CAUTION, 8,
        "All settings are listed on the report's page, and the same seeds give the same numbers again on the same "
        "machine.");
    rl_say(essay, RL_SAY_CAUTION, 8,
        "A study's report also has one line for every training, as comma-separated values, for those who want to "
        "count for themselves.");
    rl_say(essay, RL_SAY_CAUTION, 8,
        "In the report each plot comes with the data and the script it was drawn from, so that it can be drawn again "
        "or changed.");
    rl_say(essay, RL_SAY_CAUTION, 9, "Hidden units are counted, outputs are not.");
}

/* ---- The text ---- */

static void make_title(rl_essay *essay)
{
    const rl_results *results = essay->results;
    const rl_words data = rl_plain(rl_data_title(results).text);
    rl_words first, second;
    char *title = essay->title;
    if (results->arm_count == 1)
        snprintf(title, sizeof essay->title, "%.150s on %.150s", rl_short_name(essay, 0, &first), data.text);
    else if (results->arm_count == 2)
        snprintf(title, sizeof essay->title, "%.100s and %.100s on %.150s", rl_short_name(essay, 0, &first),
            rl_short_name(essay, 1, &second), data.text);
    else
        snprintf(title, sizeof essay->title, "A comparison of %.30s activations on %.150s",
            rl_number_word(results->arm_count).text, data.text);
}

void rl_say_activations(rl_essay *essay)
{
    make_title(essay);
    rl_say_setup(essay);
    say_success(essay);
    rl_say_through_time(essay);
    rl_say_death(essay);
    rl_say_diverged(essay);
    rl_say_remarks(essay);
}

char *rl_analysis(const rl_results *results, const rl_summary *summary, rl_error *err)
{
    if (rl_failed(err))
        return NULL;
    rl_essay essay = { .results = results, .summary = summary };
    essay.sentences = rl_new(results->memory, RL_MOST_SENTENCES, sizeof *essay.sentences, err);
    if (!essay.sentences)
        return NULL;
    if (results->topic == &rl_topic_overfitting)
        rl_say_overfitting(&essay);
    else if (results->topic == &rl_topic_alpha)
        rl_say_alpha(&essay);
    else
        rl_say_activations(&essay);
    return rl_essay_end(&essay, err);
}
