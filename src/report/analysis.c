/* The written comparison, made from this run's numbers.
 *
 * Every sentence is put down together with the condition under which it is true, so that none can be false when another
 * data set turns the result around. A sentence has a rank: those of rank 0 are always there; the others join in order
 * of rank for as long as the text stays within its length, and are then read in the order in which they were put down.
 * Remarks that hold of every study come last and fill up what is short.
 *
 * "Better", "worse", "higher" and "lower" are said of a comparison only as rl_judge allows. */
#include "report/analysis.h"
#include "report/judge.h"
#include "report/words.h"
#include "report/writing.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { LEAST_WORDS = 200, MOST_WORDS = 300, MOST_SENTENCES = 64, LEAST_RANK = 9, LISTED = 6 };
enum { SETUP, SUCCESS, DEATH, CAUTION, PARAGRAPHS };

typedef struct {
    int paragraph, rank;
    bool chosen;
    char text[700];
} draft_sentence;

typedef struct {
    const rl_results *results;
    const rl_summary *summary;
    size_t count;
    draft_sentence *sentences; /* [MOST_SENTENCES] */
} draft;

/* ---- Counting ---- */

rl_word_count rl_count_words(const char *text)
{
    size_t tokens = 0, told = 0, runs = 0;
    bool in_token = false, in_run = false, tells = false;
    for (const char *c = text;; c++) {
        unsigned char byte = (unsigned char)*c;
        bool space = !byte || isspace(byte), letter = isalnum(byte) || byte == '_';
        if (space && in_token) {
            tokens++;
            told += tells;
        }
        bool run = letter || byte >= 0x80;
        runs += in_run && !run;
        tells = space ? false : tells || letter;
        in_token = !space;
        in_run = run;
        if (!byte)
            break;
    }
    return (rl_word_count){ .least = told, .most = tokens > runs ? tokens : runs };
}

/* ---- Putting sentences together ---- */

static void say(draft *essay, int paragraph, int rank, const char *format, ...) __attribute__((format(printf, 4, 5)));
static void say(draft *essay, int paragraph, int rank, const char *format, ...)
{
    if (essay->count == MOST_SENTENCES)
        return;
    draft_sentence *sentence = &essay->sentences[essay->count++];
    sentence->paragraph = paragraph;
    sentence->rank = rank;
    va_list list;
    va_start(list, format);
    vsnprintf(sentence->text, sizeof sentence->text, format, list);
    va_end(list);
}

/* "a", "a and b", "a, b and c" */
typedef struct {
    size_t count, wanted;
    const char *last; /* " and " if NULL */
    char text[500];
} listing;

static void list(listing *to, const char *item)
{
    const char *between = to->count == 0 ? "" : to->count + 1 < to->wanted ? ", " : to->last ? to->last : " and ";
    size_t used = strlen(to->text);
    snprintf(to->text + used, sizeof to->text - used, "%s%.80s", between, item);
    to->count++;
}

/* Names of data and regimes are the user's; in Markdown these characters would do something. */
static rl_words plain(const char *text)
{
    rl_words words = { { 0 } };
    size_t used = 0;
    for (; *text && used + 8 < sizeof words.text; text++) {
        if (strchr("\\`*[]<>|#", *text))
            words.text[used++] = '\\';
        words.text[used++] = *text;
    }
    return words;
}

static rl_words regime(const draft *essay, size_t setting)
{
    rl_words words;
    snprintf(words.text, sizeof words.text, "*%.100s*", plain(essay->results->settings[setting].name).text);
    return words;
}

static rl_words number_word(size_t number)
{
    static const char *const NUMBERS[] = { "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
        "ten" };
    rl_words words;
    if (number <= 10)
        snprintf(words.text, sizeof words.text, "%s", NUMBERS[number]);
    else
        snprintf(words.text, sizeof words.text, "%zu", number);
    return words;
}

static rl_words how_many(size_t number)
{
    rl_words words = { "none" };
    if (number)
        snprintf(words.text, sizeof words.text, "%zu", number);
    return words;
}

static const rl_arm_summary *arm_at(const draft *essay, size_t setting, size_t arm)
{
    return &essay->summary->arms[setting * essay->results->arm_count + arm];
}

static const rl_pair_summary *pair_at(const draft *essay, size_t setting, size_t arm)
{
    return &essay->summary->pairs[setting * (essay->results->arm_count - 1) + arm - 1];
}

static const char *short_name(const draft *essay, size_t arm, rl_words *room)
{
    *room = rl_arm_short(essay->results, arm);
    return room->text;
}

/* ---- What was done ---- */

static void arms_listed(const draft *essay, listing *names)
{
    const rl_results *results = essay->results;
    names->wanted = results->arm_count;
    for (size_t a = 0; a < results->arm_count && results->arm_count <= LISTED; a++)
        list(names, rl_arm_title(results->arms[a]).text);
    if (results->arm_count > LISTED)
        snprintf(names->text, sizeof names->text, "%zu activations", results->arm_count);
}

static void say_setup(draft *essay)
{
    const rl_results *results = essay->results;
    listing names = { 0 };
    arms_listed(essay, &names);
    char rows[100], regimes[200], seeds[60];
    if (results->test_rows)
        snprintf(
            rows, sizeof rows, "%zu rows for training and %zu for testing", results->train_rows, results->test_rows);
    else
        snprintf(rows, sizeof rows, "%zu training rows and no test part", results->train_rows);
    if (results->setting_count == 1)
        snprintf(regimes, sizeof regimes, "in the regime %.150s", regime(essay, 0).text);
    else
        snprintf(regimes, sizeof regimes, "in %.30s regimes", number_word(results->setting_count).text);
    snprintf(seeds, sizeof seeds, results->seeds == 1 ? "a single seed" : "%zu seeds", results->seeds);
    say(essay, SETUP, 0, "On %.150s (%s), networks were trained from scratch with %s, %s and with %s%s.",
        plain(rl_data_title(results).text).text, rows, names.text, regimes, seeds,
        results->seeds > 1 && results->setting_count * results->arm_count > 1 ? " each" : "");
    if (results->interrupted) {
        size_t least = SIZE_MAX, most = 0;
        for (size_t i = 0; i < results->setting_count * results->arm_count; i++) {
            size_t seeds_done = essay->summary->arms[i].seeds;
            least = seeds_done < least ? seeds_done : least;
            most = seeds_done > most ? seeds_done : most;
        }
        if (least == most)
            say(essay, SETUP, 0,
                "The study was interrupted: %zu of %zu seeds were finished everywhere, and only those count.", least,
                results->seeds);
        else
            say(essay, SETUP, 0,
                "The study was interrupted: %zu to %zu of %zu seeds were finished, and only those count.", least, most,
                results->seeds);
    }
    if (results->arm_count > 1)
        say(essay, SETUP, 2,
            "The nets of a pair share their seed, and with it the random draws behind their initial weights and the "
            "order of "
            "their rows; what differs within a pair comes from the activation.");
    else
        say(essay, SETUP, 0, "Only one activation was trained, so nothing is compared here.");
}

/* ---- Who did better ---- */

static const char *higher_word(const draft *essay, rl_outcome outcome)
{
    return (outcome == RL_BETTER) == (essay->results->classes > 0) ? "higher" : "lower";
}

static rl_words change(const draft *essay, const rl_comparison *c, bool with_interval)
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
static size_t regimes_with(const draft *essay, size_t arm, rl_outcome outcome, bool numbers, listing *into)
{
    size_t count = 0;
    for (size_t s = 0; s < essay->results->setting_count; s++)
        count += rl_outcome_of(essay->results, pair_at(essay, s, arm)) == outcome;
    *into = (listing){ .wanted = count };
    for (size_t s = 0; s < essay->results->setting_count; s++) {
        const rl_pair_summary *pair = pair_at(essay, s, arm);
        if (rl_outcome_of(essay->results, pair) != outcome)
            continue;
        char item[300];
        if (numbers)
            snprintf(item, sizeof item, "%.40s (%.120s)", regime(essay, s).text,
                change(essay, &pair->test_accuracy, count == 1).text);
        else
            snprintf(item, sizeof item, "%.100s", regime(essay, s).text);
        list(into, item);
    }
    return count;
}

static size_t regimes_judged(const draft *essay, size_t arm, rl_verdict verdict, listing *into)
{
    size_t count = 0;
    for (size_t s = 0; s < essay->results->setting_count; s++)
        count += rl_judge(&pair_at(essay, s, arm)->test_accuracy) == verdict;
    *into = (listing){ .wanted = count };
    if (count > 2 && count == essay->results->setting_count) {
        snprintf(into->text, sizeof into->text, "all %.30s regimes", number_word(count).text);
        return count;
    }
    for (size_t s = 0; s < essay->results->setting_count; s++)
        if (rl_judge(&pair_at(essay, s, arm)->test_accuracy) == verdict)
            list(into, regime(essay, s).text);
    return count;
}

static void say_shown(draft *essay, size_t arm, int rank)
{
    rl_words us, them;
    listing where;
    for (int i = 0; i < 2; i++) {
        rl_outcome outcome = i ? RL_WORSE : RL_BETTER;
        if (regimes_with(essay, arm, outcome, true, &where))
            say(essay, SUCCESS, rank, "%.100s ended with a %s %s than %.100s in %s.", short_name(essay, arm, &us),
                higher_word(essay, outcome), rl_measure(essay->results), short_name(essay, 0, &them), where.text);
    }
}

/* A comparison that divergence has thinned out must not look like a full one. */
static void say_thinned(draft *essay)
{
    for (size_t s = 0; s < essay->results->setting_count; s++) {
        const rl_pair_summary *pair = pair_at(essay, s, 1);
        size_t n = pair->test_accuracy.difference.n, seeds = arm_at(essay, s, 0)->seeds;
        if (rl_outcome_of(essay->results, pair) != RL_UNDECIDED && n < seeds)
            say(essay, SUCCESS, 1, "In %s this rests on the %zu of %zu pairs in which neither run diverged.",
                regime(essay, s).text, n, seeds);
    }
}

static void say_pair_of_arms(draft *essay)
{
    rl_words us, them;
    listing where;
    say_shown(essay, 1, 0);
    say_thinned(essay);
    size_t count = regimes_judged(essay, 1, RL_NOT_SHOWN, &where);
    if (count)
        say(essay, SUCCESS, 0, "In %s no difference in %s could be shown, so there %.100s did not measurably help.",
            where.text, rl_measure(essay->results), short_name(essay, 1, &us));
    if (regimes_judged(essay, 1, RL_IDENTICAL, &where))
        say(essay, SUCCESS, 0, "In %s every pair came out with exactly the same %s.", where.text,
            rl_measure(essay->results));
    if (essay->results->seeds > 1 && regimes_judged(essay, 1, RL_NO_PAIRS, &where))
        say(essay, SUCCESS, 0,
            "In %s fewer than two pairs were left to compare, so nothing can be said about %s and %s there.",
            where.text, short_name(essay, 0, &them), short_name(essay, 1, &us));
}

static void say_many_arms(draft *essay)
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
        say(essay, SUCCESS, 0,
            "Of %zu comparisons with %.100s by %s, %.30s came out better, %.30s worse, and in %.30s no difference "
            "could be "
            "shown.",
            pairs - unmade, short_name(essay, 0, &them), rl_measure(results), how_many(better).text,
            how_many(worse).text, how_many(pairs - unmade - better - worse).text);
    if (same)
        say(essay, SUCCESS, 4, "Among the latter are %zu in which all pairs came out exactly the same.", same);
    if (unmade && results->seeds > 1)
        say(essay, SUCCESS, 0, "Where runs diverged or were missing, %zu more could not be made.", unmade);
    for (size_t arm = 1; arm < results->arm_count; arm++)
        say_shown(essay, arm, arm < 4 ? 1 : 3);
}

/* One seed: numbers, but no winner. */
static void say_single_seed(draft *essay)
{
    const rl_results *results = essay->results;
    say(essay, SUCCESS, 0,
        "With a single seed nobody can tell an activation's doing from luck, so this text names no winner; several "
        "seeds would give "
        "intervals.");
    const rl_arm_summary *a = arm_at(essay, 0, 0), *b = arm_at(essay, 0, 1);
    rl_words us, them;
    if (results->classes && a->n && b->n && results->test_rows)
        say(essay, SUCCESS, 1, "In %s test accuracy ended at %s %% with %s and at %s %% with %s.",
            regime(essay, 0).text, rl_say_percent(a->test_accuracy.mean).text, short_name(essay, 0, &them),
            rl_say_percent(b->test_accuracy.mean).text, short_name(essay, 1, &us));
}

static void say_success(draft *essay)
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
    if (results->seeds > 1)
        say(essay, SUCCESS, 1,
            "A difference counts as shown where its 95 %% interval leaves out 0 and its p, corrected by Holm's method, "
            "is below 0.05.");
}

/* ---- Who died ---- */

static bool leaks(rl_arm arm)
{
    return arm.curve == &rl_leaky_relu && arm.alpha > 0;
}

/* "0.0 % in *healthy*, …"; only regimes with a run to speak of. */
static size_t dead_shares(const draft *essay, size_t arm, listing *into, double *largest)
{
    *into = (listing){ 0 };
    *largest = 0;
    for (size_t s = 0; s < essay->results->setting_count; s++)
        into->wanted += arm_at(essay, s, arm)->n > 0;
    for (size_t s = 0; s < essay->results->setting_count; s++) {
        const rl_arm_summary *found = arm_at(essay, s, arm);
        if (!found->n)
            continue;
        char item[200];
        snprintf(
            item, sizeof item, "%.20s %% in %.60s", rl_say_percent(found->dead_last.mean).text, regime(essay, s).text);
        list(into, item);
        *largest = fmax(*largest, found->dead_last.mean);
    }
    return into->count;
}

static void say_dying(draft *essay, size_t arm)
{
    rl_words us;
    listing shares;
    double largest;
    if (dead_shares(essay, arm, &shares, &largest) && largest > 0)
        say(essay, DEATH, arm == 0 ? 0 : 1, "The share of dead %.100s units at the end %s %s.",
            short_name(essay, arm, &us), essay->results->seeds > 1 ? "averaged" : "was", shares.text);
}

/* The arms of which no unit died, in one sentence. */
static void say_undying(draft *essay)
{
    listing names = { .last = " or " }, shares;
    bool none_can = true;
    for (int listed = 0; listed < 2; listed++)
        for (size_t arm = 0; arm < essay->results->arm_count; arm++) {
            double largest;
            bool undying = dead_shares(essay, arm, &shares, &largest) && largest == 0;
            if (!undying)
                continue;
            none_can = none_can && leaks(essay->results->arms[arm]);
            if (listed)
                list(&names, rl_arm_short(essay->results, arm).text);
            else
                names.wanted++;
        }
    if (!names.count)
        return;
    say(essay, DEATH, 0, "No %s unit was dead at the end of any run that stayed finite.", names.text);
    if (none_can)
        say(essay, DEATH, 4, "By this definition none can be, for %s slope below 0 is α rather than 0.",
            names.count > 1 ? "their" : "its");
}

static void say_silent(draft *essay, size_t arm)
{
    double most = 0;
    size_t where = 0, finite = 0;
    for (size_t s = 0; s < essay->results->setting_count; s++) {
        const rl_arm_summary *found = arm_at(essay, s, arm);
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
        say(essay, DEATH, 2,
            "%.100s units can fall silent, though (z ≤ 0 on all those rows): at the end %s %% were in %s. A silent one "
            "still learns, if slowly.",
            short_name(essay, arm, &us), rl_say_percent(most).text, regime(essay, where).text);
    else if (finite)
        say(essay, DEATH, 4,
            "At the end no %.100s unit was silent (z ≤ 0 on all those rows) in a run that stayed finite.",
            short_name(essay, arm, &us));
}

/* Death without visible harm, where there is such a regime. */
static void say_harmless(draft *essay)
{
    const rl_results *results = essay->results;
    rl_words them;
    for (size_t s = 0; s < results->setting_count && results->arm_count == 2; s++) {
        const rl_arm_summary *first = arm_at(essay, s, 0);
        const rl_pair_summary *pair = pair_at(essay, s, 1);
        if (first->n < 2 || first->dead_last.mean < 0.1 || rl_judge(&pair->dead_share) != RL_LOWER ||
            rl_judge(&pair->test_accuracy) != RL_NOT_SHOWN)
            continue;
        say(essay, DEATH, 3,
            "In %s %s ended with more dead units but no shown disadvantage in %s: dead units are waste, not always "
            "harm.",
            regime(essay, s).text, short_name(essay, 0, &them), rl_measure(results));
        return;
    }
}

static void say_born_dead(draft *essay)
{
    double most = 0;
    size_t where = 0;
    for (size_t s = 0; s < essay->results->setting_count; s++) {
        const rl_arm_summary *found = arm_at(essay, s, 0);
        if (found->n && found->dead_first.mean > most) {
            most = found->dead_first.mean;
            where = s;
        }
    }
    rl_words us;
    if (most >= 0.005)
        say(essay, DEATH, 3, "Some %.100s units were dead before the first step, at most %s %% on average (in %s).",
            short_name(essay, 0, &us), rl_say_percent(most).text, regime(essay, where).text);
}

static void say_death(draft *essay)
{
    const rl_results *results = essay->results;
    say(essay, DEATH, 0,
        "A unit counts as dead if its slope is exactly 0 on each of the %zu training rows, so that no gradient reaches "
        "its weights.",
        results->train_rows);
    for (size_t arm = 0; arm < results->arm_count; arm++)
        say_dying(essay, arm);
    say_undying(essay);
    for (size_t arm = 0; arm < results->arm_count; arm++)
        say_silent(essay, arm);
    say_born_dead(essay);
    if (results->seeds > 1)
        say_harmless(essay);
}

/* ---- What to keep in mind ---- */

static void say_diverged(draft *essay)
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
        say(essay, CAUTION, 0, "No training was finished, so there are no figures.");
    else if (!diverged)
        say(essay, CAUTION, 1, "No run diverged.");
    else if (diverged == runs)
        say(essay, CAUTION, 0,
            "Every run diverged: loss or weights stopped being finite, and so there are no figures to compare. A "
            "smaller learning rate is the first thing to try.");
    else if (diverged == most->diverged)
        say(essay, CAUTION, 0,
            "%zu of %zu runs diverged, that is, loss or weights stopped being finite; all of them are among the %zu "
            "with %.100s in %s. They are "
            "counted, and left out of all averages and pairs.",
            diverged, runs, most->seeds, short_name(essay, most->arm, &name), regime(essay, most->setting).text);
    else
        say(essay, CAUTION, 0,
            "%zu of %zu runs diverged, that is, loss or weights stopped being finite (%zu of %zu with %.100s in %s "
            "alone); they are counted, and "
            "left out of all averages and pairs.",
            diverged, runs, most->diverged, most->seeds, short_name(essay, most->arm, &name),
            regime(essay, most->setting).text);
}

/* True of every study: they fill up a text that is short of words. */
static void say_remarks(draft *essay)
{
    const rl_results *results = essay->results;
    bool several = results->seeds > 1;
    if (several && results->arm_count > 1)
        say(essay, CAUTION, 5,
            "That no difference could be shown is not proof that there is none; more seeds narrow the intervals.");
    say(essay, CAUTION, 5,
        "The figures hold for this data set, these settings and these seeds; another learning rate, width or data set "
        "may turn them around.");
    if (several)
        say(essay, CAUTION, 6,
            "An interval says how well a mean over seeds is known, and not how far single trainings scatter; the plots "
            "show that as bands.");
    say(essay, CAUTION, 6,
        "A unit that gives zero on many rows is sparse, not dead: one row that wakes it keeps it alive.");
    say(essay, CAUTION, 7,
        "Dead on these rows may also mean rare rather than impossible, since an input that nobody showed could still "
        "wake such a unit.");
    say(essay, CAUTION, 7,
        "Under plain gradient descent, without momentum, decay or noise, a dead unit of the first layer stays dead as "
        "long as the data stay the "
        "same, while a deeper one may come back, because its inputs move.");
    if (several && results->arm_count > 1)
        say(essay, CAUTION, 8,
            "Each p comes from a paired permutation test, in which the signs of the differences are flipped at "
            "random.");
    say(essay, CAUTION, 8, "Losses and accuracies are measured in evaluation mode, and losses without penalties.");
    say(essay, CAUTION, 8,
        "All settings are listed on the report's page, and the same seeds give the same numbers again on the same "
        "machine.");
    say(essay, CAUTION, 8,
        "A study's report also has one line for every training, as comma-separated values, for those who want to "
        "count for themselves.");
    say(essay, CAUTION, 8,
        "In the report each plot comes with the data and the script it was drawn from, so that it can be drawn again "
        "or changed.");
    say(essay, CAUTION, 9, "Hidden units are counted, outputs are not.");
}

/* ---- The text ---- */

static void write_title(rl_writing *to, const draft *essay)
{
    const rl_results *results = essay->results;
    rl_words first, second;
    if (results->arm_count == 1)
        rl_write(to, "# %s on ", short_name(essay, 0, &first));
    else if (results->arm_count == 2)
        rl_write(to, "# %s and %s on ", short_name(essay, 0, &first), short_name(essay, 1, &second));
    else
        rl_write(to, "# A comparison of %s activations on ", number_word(results->arm_count).text);
    rl_write(to, "%s\n", plain(rl_data_title(results).text).text);
}

static void write_essay(rl_writing *to, const draft *essay)
{
    write_title(to, essay);
    for (int paragraph = 0; paragraph < PARAGRAPHS; paragraph++) {
        const char *before = "\n";
        for (size_t i = 0; i < essay->count; i++)
            if (essay->sentences[i].chosen && essay->sentences[i].paragraph == paragraph) {
                rl_write(to, "%s%s", before, essay->sentences[i].text);
                before = " ";
            }
        rl_write(to, "%s", *before == ' ' ? "\n" : "");
    }
}

static rl_word_count length_of(const draft *essay, rl_memory memory, rl_error *err)
{
    rl_writing trial = rl_writing_begin(memory, err);
    write_essay(&trial, essay);
    rl_word_count length = rl_count_words(trial.text ? trial.text : "");
    rl_writing_drop(&trial);
    return length;
}

/* Facts join as long as there is room; remarks only until the text is comfortably long. */
static void choose(draft *essay, rl_memory memory, rl_error *err)
{
    enum { FIRST_REMARK = 5, COMFORTABLE = LEAST_WORDS + 25 };
    for (size_t i = 0; i < essay->count; i++)
        essay->sentences[i].chosen = essay->sentences[i].rank == 0;
    for (int rank = 1; rank <= LEAST_RANK && !rl_failed(err); rank++)
        for (size_t i = 0; i < essay->count; i++) {
            draft_sentence *sentence = &essay->sentences[i];
            if (sentence->rank != rank || (rank >= FIRST_REMARK && length_of(essay, memory, err).least >= COMFORTABLE))
                continue;
            sentence->chosen = true;
            sentence->chosen = length_of(essay, memory, err).most <= MOST_WORDS;
        }
}

char *rl_analysis(const rl_results *results, const rl_summary *summary, rl_error *err)
{
    if (rl_failed(err))
        return NULL;
    draft essay = { .results = results, .summary = summary };
    essay.sentences = rl_new(results->memory, MOST_SENTENCES, sizeof *essay.sentences, err);
    if (!essay.sentences)
        return NULL;
    say_setup(&essay);
    say_success(&essay);
    say_death(&essay);
    say_diverged(&essay);
    say_remarks(&essay);
    choose(&essay, results->memory, err);
    rl_writing text = rl_writing_begin(results->memory, err);
    write_essay(&text, &essay);
    rl_free(results->memory, essay.sentences);
    return rl_writing_end(&text);
}
