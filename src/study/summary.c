/* What the seeds say together: means with 95 % intervals for each arm, paired differences with p for each pair.
 *
 * Trials that were never finished are left out. Of the finished ones, diverged runs are counted and left out of
 * every figure (loss, accuracy, dead and silent shares, curves); a pair drops out if either side diverged. A
 * measure that is not there (accuracy of real targets, test figures without a test part) is NaN, and so is all
 * that is made of it. p's are corrected (Holm) over all pairs of the study, one family for each measure. */
#include "study/results.h"

#include "base/memory.h"
#include "num/statistics.h"

#include <math.h>

static bool diverged(const rl_trial *trial)
{
    return trial->fate.state == RL_DIVERGED;
}

static bool counts(const rl_trial *trial)
{
    return trial->done && !diverged(trial);
}

static rl_estimate estimate(const rl_running *running)
{
    double mean = rl_running_mean(running), margin = rl_running_margin(running);
    return (rl_estimate){ running->n, mean, rl_running_sd(running), mean - margin, mean + margin };
}

/* ---- One arm ---- */

typedef const double *(*rl_measure)(const rl_results *results, const rl_trial *trial); /* [points] */

static const double *loss(const rl_results *results, const rl_trial *trial)
{
    (void)results;
    return trial->loss;
}

static const double *test_loss(const rl_results *results, const rl_trial *trial)
{
    (void)results;
    return trial->test_loss;
}

static const double *train_accuracy(const rl_results *results, const rl_trial *trial)
{
    (void)results;
    return trial->train_accuracy;
}

static const double *test_accuracy(const rl_results *results, const rl_trial *trial)
{
    (void)results;
    return trial->test_accuracy;
}

static const double *dead_share(const rl_results *results, const rl_trial *trial)
{
    (void)results;
    return trial->dead_share;
}

static const double *silent_share(const rl_results *results, const rl_trial *trial)
{
    (void)results;
    return trial->silent_share;
}

/* The accuracy that matters: on the test part, if there is one. */
static const double *accuracy(const rl_results *results, const rl_trial *trial)
{
    return results->test_rows > 0 ? trial->test_accuracy : trial->train_accuracy;
}

/* What pairs are compared by: that accuracy or, for real targets, the loss on the same part. */
static const double *success(const rl_results *results, const rl_trial *trial)
{
    if (results->classes > 0)
        return accuracy(results, trial);
    return results->test_rows > 0 ? trial->test_loss : trial->loss;
}

/* A measure at one point of the curve, over the seeds that count. */
static rl_running over_seeds(const rl_results *results, const rl_cell *cell, rl_measure measure, size_t point)
{
    rl_running running = { 0 };
    for (size_t i = 0; i < results->seeds; i++)
        if (counts(&cell->trials[i]))
            rl_running_add(&running, measure(results, &cell->trials[i])[point]);
    return running;
}

/* How much better the net does on what it was trained on. */
static double gap_of(const rl_results *results, const rl_trial *trial, size_t point)
{
    if (results->classes > 0)
        return trial->train_accuracy[point] - trial->test_accuracy[point];
    return trial->test_loss[point] - trial->loss[point];
}

static rl_estimate estimate_gap(const rl_results *results, const rl_cell *cell, size_t point)
{
    rl_running running = { 0 };
    for (size_t i = 0; i < results->seeds; i++)
        if (counts(&cell->trials[i]))
            rl_running_add(&running, gap_of(results, &cell->trials[i], point));
    return estimate(&running);
}

static rl_estimate estimate_alpha(const rl_results *results, const rl_cell *cell)
{
    rl_running running = { 0 };
    for (size_t i = 0; i < results->seeds; i++)
        if (counts(&cell->trials[i]) && isfinite(cell->trials[i].learned_alpha))
            rl_running_add(&running, cell->trials[i].learned_alpha);
    return estimate(&running);
}

static rl_estimate estimate_at(const rl_results *results, const rl_cell *cell, rl_measure measure, size_t point)
{
    rl_running running = over_seeds(results, cell, measure, point);
    return estimate(&running);
}

/* Means and deviations [points] over the seeds that count. */
static void make_curve(const rl_results *results, const rl_cell *cell, rl_measure measure, size_t points,
    rl_memory memory, double **means, double **sds, rl_error *err)
{
    *means = rl_new(memory, points, sizeof **means, err);
    *sds = rl_new(memory, points, sizeof **sds, err);
    if (rl_failed(err))
        return;
    for (size_t point = 0; point < points; point++) {
        rl_running running = over_seeds(results, cell, measure, point);
        (*means)[point] = rl_running_mean(&running);
        (*sds)[point] = rl_running_sd(&running);
    }
}

/* One number of each trial, over the seeds that count: the i-th of a block. */
static rl_estimate estimate_of(
    const rl_results *results, const rl_cell *cell, const double *(*of)(const rl_trial *trial), size_t i, bool decades)
{
    rl_running running = { 0 };
    for (size_t s = 0; s < results->seeds; s++) {
        if (!counts(&cell->trials[s]))
            continue;
        const double number = of(&cell->trials[s])[i];
        if (!decades)
            rl_running_add(&running, number);
        else if (number > 0 && isfinite(number))
            rl_running_add(&running, log10(number));
    }
    return estimate(&running);
}

static const double *layer_dead(const rl_trial *trial)
{
    return trial->layer_dead;
}

static const double *reach_first(const rl_trial *trial)
{
    return trial->reach_first;
}

static const double *reach_last(const rl_trial *trial)
{
    return trial->reach_last;
}

/* What the first step gets of what reaches the last, in decades. */
static rl_estimate estimate_kept(
    const rl_results *results, const rl_cell *cell, const double *(*of)(const rl_trial *trial))
{
    rl_running running = { 0 };
    for (size_t s = 0; cell->steps > 0 && s < results->seeds; s++) {
        if (!counts(&cell->trials[s]))
            continue;
        const double *norms = of(&cell->trials[s]), kept = log10(norms[0]) - log10(norms[cell->steps - 1]);
        if (isfinite(kept))
            rl_running_add(&running, kept);
    }
    return estimate(&running);
}

/* The hidden layers one by one, and the way back through time. */
static void summarise_depth(
    const rl_results *results, const rl_cell *cell, rl_memory memory, rl_arm_summary *arm, rl_error *err)
{
    arm->layer_dead_first = rl_new(memory, cell->layer_count, sizeof *arm->layer_dead_first, err);
    arm->layer_dead_last = rl_new(memory, cell->layer_count, sizeof *arm->layer_dead_last, err);
    arm->reach_first = rl_new(memory, cell->steps, sizeof *arm->reach_first, err);
    arm->reach_last = rl_new(memory, cell->steps, sizeof *arm->reach_last, err);
    if (rl_failed(err))
        return;
    for (size_t k = 0; k < cell->layer_count; k++) {
        arm->layer_dead_first[k] = estimate_of(results, cell, layer_dead, k, false);
        arm->layer_dead_last[k] = estimate_of(results, cell, layer_dead, cell->layer_count + k, false);
    }
    for (size_t t = 0; t < cell->steps; t++) {
        arm->reach_first[t] = estimate_of(results, cell, reach_first, t, true);
        arm->reach_last[t] = estimate_of(results, cell, reach_last, t, true);
    }
    arm->kept_first = estimate_kept(results, cell, reach_first);
    arm->kept_last = estimate_kept(results, cell, reach_last);
}

static void summarise_arm(
    const rl_results *results, const rl_cell *cell, rl_memory memory, rl_arm_summary *arm, rl_error *err)
{
    size_t points = rl_curve_points(&results->settings[cell->setting].recipe);
    size_t last = points - 1;
    arm->setting = cell->setting;
    arm->arm = cell->arm;
    for (size_t i = 0; i < results->seeds; i++) {
        const rl_trial *trial = &cell->trials[i];
        arm->seeds += trial->done;
        arm->n += counts(trial);
        arm->diverged += trial->done && diverged(trial);
    }
    arm->final_loss = estimate_at(results, cell, loss, last);
    arm->test_loss = estimate_at(results, cell, test_loss, last);
    arm->gap = estimate_gap(results, cell, last);
    arm->learned_alpha = estimate_alpha(results, cell);
    arm->train_accuracy = estimate_at(results, cell, train_accuracy, last);
    arm->test_accuracy = estimate_at(results, cell, test_accuracy, last);
    arm->dead_first = estimate_at(results, cell, dead_share, 0);
    arm->dead_last = estimate_at(results, cell, dead_share, last);
    arm->silent_first = estimate_at(results, cell, silent_share, 0);
    arm->silent_last = estimate_at(results, cell, silent_share, last);
    make_curve(results, cell, loss, points, memory, &arm->loss_curve, &arm->loss_sd, err);
    make_curve(results, cell, dead_share, points, memory, &arm->dead_curve, &arm->dead_sd, err);
    make_curve(results, cell, accuracy, points, memory, &arm->accuracy_curve, &arm->accuracy_sd, err);
    make_curve(results, cell, test_loss, points, memory, &arm->test_loss_curve, &arm->test_loss_sd, err);
    summarise_depth(results, cell, memory, arm, err);
}

/* ---- Pairs ---- */

static double success_at(const rl_results *results, const rl_trial *trial, size_t point)
{
    return success(results, trial)[point];
}

static double dead_share_at(const rl_results *results, const rl_trial *trial, size_t point)
{
    return dead_share(results, trial)[point];
}

/* b - a at the end of training, over the pairs that count; differences [seeds] is scratch. p is not corrected yet. */
static rl_comparison compare(const rl_results *results, const rl_cell *a, const rl_cell *b,
    double (*measure)(const rl_results *results, const rl_trial *trial, size_t point), double *differences)
{
    size_t last = rl_curve_points(&results->settings[a->setting].recipe) - 1;
    rl_running running = { 0 };
    for (size_t i = 0; i < results->seeds; i++) {
        const rl_trial *one = &a->trials[i], *other = &b->trials[i];
        if (!counts(one) || !counts(other))
            continue;
        double difference = measure(results, other, last) - measure(results, one, last);
        differences[running.n] = difference;
        rl_running_add(&running, difference);
    }
    return (rl_comparison){ estimate(&running), rl_sign_flip_p(differences, running.n, results->first_seed), NAN };
}

/* Holm over one measure of all pairs; scratch [2][pair_count]. */
static void correct(rl_summary *summary, rl_comparison *(*of)(rl_pair_summary *pair), double *scratch)
{
    double *p = scratch, *corrected = scratch + summary->pair_count;
    for (size_t i = 0; i < summary->pair_count; i++)
        p[i] = of(&summary->pairs[i])->p;
    rl_holm(p, summary->pair_count, corrected);
    for (size_t i = 0; i < summary->pair_count; i++)
        of(&summary->pairs[i])->p_holm = corrected[i];
}

static rl_comparison *by_accuracy(rl_pair_summary *pair)
{
    return &pair->test_accuracy;
}

static rl_comparison *by_dead_share(rl_pair_summary *pair)
{
    return &pair->dead_share;
}

static rl_comparison *by_gap(rl_pair_summary *pair)
{
    return &pair->gap;
}

static void summarise_pairs(const rl_results *results, rl_summary *summary, rl_error *err)
{
    double *differences = rl_new(summary->memory, results->seeds, sizeof *differences, err);
    double *scratch = rl_new(summary->memory, summary->pair_count, 2 * sizeof *scratch, err);
    if (!rl_failed(err)) {
        rl_pair_summary *pair = summary->pairs;
        for (size_t setting = 0; setting < results->setting_count; setting++)
            for (size_t arm = 1; arm < results->arm_count; arm++, pair++) {
                const rl_cell *a = rl_results_cell(results, setting, 0), *b = rl_results_cell(results, setting, arm);
                pair->setting = setting;
                pair->a = 0;
                pair->b = arm;
                pair->test_accuracy = compare(results, a, b, success_at, differences);
                pair->dead_share = compare(results, a, b, dead_share_at, differences);
                pair->gap = compare(results, a, b, gap_of, differences);
            }
        correct(summary, by_accuracy, scratch);
        correct(summary, by_dead_share, scratch);
        correct(summary, by_gap, scratch);
    }
    rl_free(summary->memory, differences);
    rl_free(summary->memory, scratch);
}

/* ---- All ---- */

bool rl_summarise(const rl_results *results, rl_summary *summary, rl_error *err)
{
    if (rl_failed(err))
        return false;
    size_t cells = results->setting_count * results->arm_count;
    size_t others = results->arm_count > 0 ? results->arm_count - 1 : 0;
    *summary = (rl_summary){ .memory = results->memory };
    summary->arms = rl_new(summary->memory, cells, sizeof *summary->arms, err);
    summary->pairs = rl_new(summary->memory, results->setting_count * others, sizeof *summary->pairs, err);
    if (!rl_failed(err)) {
        summary->cell_count = cells;
        summary->pair_count = results->setting_count * others;
        for (size_t i = 0; i < cells; i++)
            summarise_arm(results, &results->cells[i], summary->memory, &summary->arms[i], err);
        summarise_pairs(results, summary, err);
    }
    if (rl_failed(err))
        rl_summary_free(summary);
    return !rl_failed(err);
}

void rl_summary_free(rl_summary *summary)
{
    const rl_memory memory = summary->memory;
    for (size_t i = 0; i < summary->cell_count; i++) {
        const rl_arm_summary *arm = &summary->arms[i];
        double *const curves[] = { arm->loss_curve, arm->dead_curve, arm->loss_sd, arm->dead_sd, arm->accuracy_curve,
            arm->accuracy_sd, arm->test_loss_curve, arm->test_loss_sd };
        for (size_t curve = 0; curve < sizeof curves / sizeof *curves; curve++)
            rl_free(memory, curves[curve]);
        rl_estimate *const estimates[] = { arm->layer_dead_first, arm->layer_dead_last, arm->reach_first,
            arm->reach_last };
        for (size_t e = 0; e < sizeof estimates / sizeof *estimates; e++)
            rl_free(memory, estimates[e]);
    }
    rl_free(memory, summary->arms);
    rl_free(memory, summary->pairs);
    *summary = (rl_summary){ .memory = memory };
}
