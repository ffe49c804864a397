/* What the seeds of an adversarial study say together: for each measure means with 95 % intervals, and paired differences
 * with p, which are corrected (Holm) over the arms, one family for each measure. Diverged runs are counted and left out;
 * a pair drops out if either side diverged. */
#include "study/results.h"

#include "base/memory.h"
#include "num/statistics.h"

#include <math.h>

static bool counts(const rl_gan_trial *trial)
{
    return trial->done && trial->fate.state != RL_DIVERGED;
}

static rl_estimate estimate(const rl_running *running)
{
    const double mean = rl_running_mean(running), margin = rl_running_margin(running);
    return (rl_estimate){ running->n, mean, rl_running_sd(running), mean - margin, mean + margin };
}

static rl_running over_seeds(const rl_gan_results *results, size_t arm, int measure, size_t point)
{
    rl_running running = { 0 };
    const rl_gan_trial *trials = rl_gan_trials(results, arm);
    for (size_t s = 0; s < results->seeds; s++)
        if (counts(&trials[s]))
            rl_running_add(&running, trials[s].curve[measure][point]);
    return running;
}

static void add_to_ledger(rl_ledger *ledger, const rl_gan_trial *trial, int side, size_t units)
{
    ledger->trainings++;
    ledger->units += units;
    for (size_t i = 0; i < trial->event_count[side]; i++) {
        const rl_event *e = &trial->events[side][i];
        ledger->born_dead += e->kind == RL_BORN_DEAD;
        ledger->deaths += e->kind == RL_DEATH;
        ledger->revivals += e->kind == RL_REVIVAL;
        ledger->broken += e->kind == RL_NOT_A_NUMBER;
        ledger->death_causes[e->cause] += e->kind == RL_DEATH;
        ledger->revival_causes[e->cause] += e->kind == RL_REVIVAL;
    }
}

static void summarise_arm(const rl_gan_results *results, size_t which, rl_gan_arm *arm, rl_error *err)
{
    const size_t points = rl_curve_points(&results->recipe);
    const rl_gan_trial *trials = rl_gan_trials(results, which);
    size_t units = 0;
    for (int h = 0; h < results->recipe.hidden_count; h++)
        units += (size_t)results->recipe.hidden[h];
    for (size_t s = 0; s < results->seeds; s++) {
        arm->seeds += trials[s].done;
        arm->n += counts(&trials[s]);
        arm->diverged += trials[s].done && !counts(&trials[s]);
        arm->covered += counts(&trials[s]) && trials[s].curve[RL_GAN_MODES][points - 1] >= (double)results->classes;
        for (int side = 0; trials[s].done && side < RL_RIVALS; side++)
            add_to_ledger(&arm->ledger[side], &trials[s], side, units);
    }
    for (int m = 0; m < RL_GAN_MEASURES; m++) {
        arm->mean[m] = rl_new(results->memory, points, sizeof(double), err);
        arm->sd[m] = rl_new(results->memory, points, sizeof(double), err);
        for (size_t p = 0; p < points && !rl_failed(err); p++) {
            const rl_running running = over_seeds(results, which, m, p);
            arm->mean[m][p] = rl_running_mean(&running);
            arm->sd[m][p] = rl_running_sd(&running);
            if (p == 0)
                arm->first[m] = estimate(&running);
            if (p == points - 1)
                arm->last[m] = estimate(&running);
        }
    }
}

/* differences [seeds] is scratch; p is not corrected yet. */
static rl_comparison compare(const rl_gan_results *results, size_t arm, int measure, double *differences)
{
    const size_t last = rl_curve_points(&results->recipe) - 1;
    const rl_gan_trial *a = rl_gan_trials(results, 0), *b = rl_gan_trials(results, arm);
    rl_running running = { 0 };
    for (size_t s = 0; s < results->seeds; s++) {
        if (!counts(&a[s]) || !counts(&b[s]))
            continue;
        differences[running.n] = b[s].curve[measure][last] - a[s].curve[measure][last];
        rl_running_add(&running, differences[running.n]);
    }
    return (rl_comparison){ estimate(&running), rl_sign_flip_p(differences, running.n, results->first_seed), NAN };
}

static void summarise_pairs(const rl_gan_results *results, rl_gan_summary *summary, rl_error *err)
{
    const size_t pairs = results->arm_count - 1;
    double *differences = rl_new(results->memory, results->seeds, sizeof *differences, err);
    double *p = rl_new(results->memory, pairs, 2 * sizeof *p, err);
    for (int m = 0; m < RL_GAN_MEASURES && !rl_failed(err); m++) {
        for (size_t i = 0; i < pairs; i++) {
            summary->pairs[i * RL_GAN_MEASURES + (size_t)m] = compare(results, i + 1, m, differences);
            p[i] = summary->pairs[i * RL_GAN_MEASURES + (size_t)m].p;
        }
        rl_holm(p, pairs, p + pairs);
        for (size_t i = 0; i < pairs; i++)
            summary->pairs[i * RL_GAN_MEASURES + (size_t)m].p_holm = p[pairs + i];
    }
    rl_free(results->memory, differences);
    rl_free(results->memory, p);
}

bool rl_gan_summarise(const rl_gan_results *results, rl_gan_summary *summary, rl_error *err)
{
    if (rl_failed(err))
        return false;
    *summary = (rl_gan_summary){ .memory = results->memory };
    summary->arms = rl_new(results->memory, results->arm_count, sizeof *summary->arms, err);
    summary->pairs = rl_new(results->memory, (results->arm_count - 1) * RL_GAN_MEASURES, sizeof *summary->pairs, err);
    if (!rl_failed(err)) {
        summary->arm_count = results->arm_count;
        for (size_t a = 0; a < results->arm_count; a++)
            summarise_arm(results, a, &summary->arms[a], err);
        summarise_pairs(results, summary, err);
    }
    if (rl_failed(err))
        rl_gan_summary_free(summary);
    return !rl_failed(err);
}

void rl_gan_summary_free(rl_gan_summary *summary)
{
    const rl_memory memory = summary->memory;
    for (size_t a = 0; a < summary->arm_count; a++)
        for (int m = 0; m < RL_GAN_MEASURES; m++) {
            rl_free(memory, summary->arms[a].mean[m]);
            rl_free(memory, summary->arms[a].sd[m]);
        }
    rl_free(memory, summary->arms);
    rl_free(memory, summary->pairs);
    *summary = (rl_gan_summary){ .memory = memory };
}
