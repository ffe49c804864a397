/* Results that no net ever gave: any number of regimes, arms and seeds, differences either way or none, diverged
 * runs, real targets, no test part. The figures of a summary are worked out here from the trials, by simpler
 * statistics than the study's (p from a normal), so that thousands of summaries take no time. */
#ifndef RL_TESTS_REPORT_SYNTHETIC_H
#define RL_TESTS_REPORT_SYNTHETIC_H

#include "num/random.h"
#include "relive_study.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    size_t settings, arms, seeds;
    long epochs;
    double gain;      /* later arms' accuracy minus the first arm's, in shares; each setting takes a part of it */
    double noise;     /* spread of that difference over seeds */
    double death;     /* share of the first arm's units that die in the last setting; less in those before */
    double diverging; /* share of runs that diverge */
    size_t planar;    /* 1: two features, with boundaries */
    bool real_targets, no_test, interrupted;
    const char *name; /* of the data; "digits" if NULL */
    uint64_t seed;
} synthetic_plan;

static inline void *synthetic_block(size_t count, size_t size)
{
    void *block = calloc(count ? count : 1, size);
    assert(block);
    return block;
}

static inline char *synthetic_text(const char *text)
{
    char *copy = synthetic_block(strlen(text) + 1, 1);
    return strcpy(copy, text);
}

static inline rl_trial synthetic_trial(
    const synthetic_plan *plan, size_t setting, size_t arm, uint64_t seed, rl_random *random)
{
    size_t points = (size_t)plan->epochs + 1;
    rl_trial trial = { .seed = seed, .done = true, .fate = { RL_FINISHED, -1, -1 }, .seconds = 0.01 };
    double **curves[] = { &trial.loss, &trial.train_accuracy, &trial.test_loss, &trial.test_accuracy, &trial.dead_share,
        &trial.silent_share };
    for (size_t i = 0; i < sizeof curves / sizeof *curves; i++)
        *curves[i] = synthetic_block(points, sizeof(double));
    trial.layer_dead = synthetic_block(2 * 3, sizeof(double));
    double part = plan->settings > 1 ? (double)setting / (double)(plan->settings - 1) : 1;
    double level = 0.9 - 0.3 * part, ours = arm ? plan->gain * part : 0;
    double shift = plan->noise * rl_random_normal(random), luck = plan->noise * rl_random_normal(random);
    double death = arm == 0 ? plan->death * part : 0;
    bool diverges = rl_random_uniform(random) < plan->diverging;
    long last = diverges ? plan->epochs / 3 : plan->epochs;
    if (diverges)
        trial.fate = (rl_lane_fate){ RL_DIVERGED, 45 * last + 7, -1 };
    for (size_t e = 0; e < points; e++) {
        double grown = 1 - exp(-5.0 * (double)e / (double)points);
        double accuracy = fmin(1, fmax(0, 0.1 + (level - 0.1 + ours + shift + (arm ? luck : 0)) * grown));
        double loss = (plan->real_targets ? 1.0 : 2.3) * (1 - grown) + (1 - accuracy) * 0.4 * grown;
        double dead = fmin(1, fmax(0, death * grown * (1 + 0.2 * shift / (plan->noise + 1e-9))));
        bool gone = diverges && (long)e > last;
        trial.loss[e] = gone ? NAN : loss;
        trial.train_accuracy[e] = gone || plan->real_targets ? NAN : fmin(1, accuracy + 0.01);
        trial.test_loss[e] = gone || plan->no_test ? NAN : loss + 0.02 - (arm ? luck : 0);
        trial.test_accuracy[e] = gone || plan->real_targets || plan->no_test ? NAN : accuracy;
        trial.dead_share[e] = gone ? NAN : dead;
        trial.silent_share[e] = gone ? NAN : fmin(1, arm == 0 ? dead : 0.5 * plan->death * part * grown);
    }
    return trial;
}

static inline rl_dataset *synthetic_points(size_t rows, rl_random *random)
{
    rl_dataset *data = synthetic_block(1, sizeof *data);
    *data = (rl_dataset){ .name = synthetic_text("moons"), .rows = rows, .features = 2, .classes = 2, .targets = 1 };
    data->x = synthetic_block(2 * rows, sizeof(float));
    data->y = synthetic_block(rows, sizeof(float));
    for (size_t i = 0; i < rows; i++) {
        double turn = 3.14159265 * rl_random_uniform(random);
        bool second = i % 2;
        data->x[2 * i] = (float)((second ? 1 - cos(turn) : cos(turn)) + 0.1 * rl_random_normal(random));
        data->x[2 * i + 1] = (float)((second ? 0.5 - sin(turn) : sin(turn)) + 0.1 * rl_random_normal(random));
        data->y[i] = second;
    }
    return data;
}

/* Two regions with a wavy border that differs from arm to arm. */
static inline unsigned char *synthetic_boundary(size_t arm)
{
    unsigned char *decided = synthetic_block((size_t)RL_GRID * RL_GRID, 1);
    for (size_t row = 0; row < RL_GRID; row++)
        for (size_t column = 0; column < RL_GRID; column++) {
            double x = -1.5 + 4.0 * (double)column / RL_GRID, y = -1 + 2.5 * (double)row / RL_GRID;
            decided[row * RL_GRID + column] = y < 0.25 + (0.5 - 0.1 * (double)arm) * cos(3 * x + (double)arm);
        }
    return decided;
}

static inline rl_results *synthetic_results(synthetic_plan plan)
{
    static const char *const NAMES[] = { "healthy", "high-rate", "low-bias", "raw-inputs", "deep" };
    static const char *const TITLES[] = { "Healthy", "High rate", "Low bias", "Raw inputs", "Deep" };
    const rl_arm arms[] = { { .curve = &rl_relu }, { .curve = &rl_leaky_relu, .alpha = 0.01f },
        { .curve = &rl_elu, .alpha = 1 }, { .curve = &rl_gelu }, { .curve = &rl_leaky_relu, .alpha = 0.2f },
        { .curve = &rl_tanh } };
    rl_random random = rl_random_stream(plan.seed, RL_FOR_TESTS, 1);
    rl_results *results = synthetic_block(1, sizeof *results);
    size_t test_rows = plan.no_test ? 0 : 360;
    *results = (rl_results){ .data_name = synthetic_text(plan.name ? plan.name : "digits"),
        .rows = 1437 + test_rows,
        .features = plan.planar ? 2 : 64,
        .classes = plan.real_targets ? 0
                   : plan.planar     ? 2
                                     : 10,
        .train_rows = 1437,
        .test_rows = test_rows,
        .data_seed = 1,
        .first_seed = 1,
        .seeds = plan.seeds,
        .setting_count = plan.settings,
        .arm_count = plan.arms,
        .interrupted = plan.interrupted,
        .grid_low = { -1.5f, -1 },
        .grid_high = { 2.5f, 1.5f },
        .trainings = plan.settings * plan.arms * plan.seeds,
        .seconds = 1.5,
        .samples = 1e7,
        .threads = 2,
        .lanes = 16 };
    results->class_names = results->classes ? synthetic_block(results->classes, sizeof(char *)) : NULL;
    for (size_t c = 0; c < results->classes; c++) {
        char name[32];
        snprintf(name, sizeof name, "%zu", c);
        results->class_names[c] = synthetic_text(name);
    }
    results->settings = synthetic_block(plan.settings, sizeof *results->settings);
    for (size_t s = 0; s < plan.settings; s++) {
        snprintf(results->settings[s].name, RL_NAME_ROOM, "%s", NAMES[s % 5]);
        snprintf(results->settings[s].title, RL_NAME_ROOM, "%s", TITLES[s % 5]);
        results->settings[s].about =
            synthetic_text("The learning rate is ten times too high, so that single steps throw units far below zero.");
        results->settings[s].recipe = (rl_recipe){ .hidden = { 32 },
            .hidden_count = 1,
            .standardize = true,
            .test_share = plan.no_test ? 0 : 0.2,
            .training = { .epochs = plan.epochs, .batch = 32, .rate = 0.1f } };
    }
    results->arms = synthetic_block(plan.arms, sizeof *results->arms);
    for (size_t a = 0; a < plan.arms; a++)
        results->arms[a] = arms[a % 6];
    results->points = plan.planar ? synthetic_points(400, &random) : NULL;
    results->cells = synthetic_block(plan.settings * plan.arms, sizeof *results->cells);
    for (size_t i = 0; i < plan.settings * plan.arms; i++) {
        rl_cell *cell = &results->cells[i];
        *cell = (rl_cell){ .setting = i / plan.arms,
            .arm = i % plan.arms,
            .trials = synthetic_block(plan.seeds, sizeof(rl_trial)),
            .layers = synthetic_block(3, sizeof(rl_hidden_layer)),
            .layer_count = 3,
            .units = 32 };
        for (int k = 0; k < 3; k++)
            cell->layers[k] = (rl_hidden_layer){ .node = 2 + 2 * k, .units = 8 << (k % 2), .kind = "dense" };
        for (size_t seed = 0; seed < plan.seeds; seed++) {
            cell->trials[seed] = synthetic_trial(&plan, cell->setting, cell->arm, 1 + seed, &random);
            cell->trials[seed].done = !plan.interrupted || seed < (plan.seeds + 1) / 2;
        }
        cell->boundary = plan.planar ? synthetic_boundary(cell->arm) : NULL;
    }
    return results;
}

static inline void synthetic_free(rl_results *results)
{
    for (size_t i = 0; i < results->setting_count * results->arm_count; i++) {
        for (size_t seed = 0; seed < results->seeds; seed++) {
            rl_trial *t = &results->cells[i].trials[seed];
            double *curves[] = { t->loss, t->train_accuracy, t->test_loss, t->test_accuracy, t->dead_share,
                t->silent_share, t->layer_dead };
            for (size_t c = 0; c < sizeof curves / sizeof *curves; c++)
                free(curves[c]);
        }
        free(results->cells[i].layers);
        free(results->cells[i].trials);
        free(results->cells[i].boundary);
    }
    for (size_t s = 0; s < results->setting_count; s++)
        free(results->settings[s].about);
    for (size_t c = 0; c < results->classes; c++)
        free(results->class_names[c]);
    if (results->points) {
        free(results->points->name);
        free(results->points->x);
        free(results->points->y);
    }
    free(results->points);
    free(results->class_names);
    free(results->settings);
    free(results->arms);
    free(results->cells);
    free(results->data_name);
    free(results);
}

static inline rl_estimate synthetic_estimate(const double *values, size_t n)
{
    rl_estimate e = { n, NAN, NAN, NAN, NAN };
    if (!n)
        return e;
    double sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++)
        sum += values[i];
    e.mean = sum / (double)n;
    for (size_t i = 0; i < n; i++)
        squares += (values[i] - e.mean) * (values[i] - e.mean);
    if (n < 2)
        return e;
    e.sd = sqrt(squares / (double)(n - 1));
    double half = (1.96 + 2.4 / (double)(n - 1)) * e.sd / sqrt((double)n);
    e.low = e.mean - half;
    e.high = e.mean + half;
    return e;
}

static inline bool synthetic_counts(const rl_trial *trial)
{
    return trial->done && trial->fate.state != RL_DIVERGED;
}

/* Over the trials of a cell that count, point e of one curve (the byte offset of its pointer in rl_trial). */
static inline rl_estimate synthetic_point(const rl_results *results, const rl_cell *cell, size_t curve, size_t e)
{
    double *values = synthetic_block(results->seeds, sizeof *values);
    size_t n = 0;
    for (size_t i = 0; i < results->seeds; i++)
        if (synthetic_counts(&cell->trials[i]))
            values[n++] = (*(double *const *)((const char *)&cell->trials[i] + curve))[e];
    rl_estimate estimate = synthetic_estimate(values, n);
    free(values);
    return estimate;
}

static inline rl_comparison synthetic_comparison(
    const rl_results *results, const rl_cell *a, const rl_cell *b, size_t curve, size_t e, size_t pairs)
{
    double *values = synthetic_block(results->seeds, sizeof *values);
    size_t n = 0;
    for (size_t i = 0; i < results->seeds; i++)
        if (synthetic_counts(&a->trials[i]) && synthetic_counts(&b->trials[i]))
            values[n++] = (*(double *const *)((const char *)&b->trials[i] + curve))[e] -
                          (*(double *const *)((const char *)&a->trials[i] + curve))[e];
    rl_comparison c = { .difference = synthetic_estimate(values, n), .p = NAN, .p_holm = NAN };
    if (n > 1) {
        double scale = c.difference.sd / sqrt((double)n);
        double p = scale > 0                ? erfc(fabs(c.difference.mean) / scale / sqrt(2))
                   : c.difference.mean == 0 ? 1
                                            : pow(0.5, (double)n - 1);
        c.p = fmax(p, 1e-5);
        c.p_holm = fmin(1, c.p * (double)pairs);
    }
    free(values);
    return c;
}

#define CURVE(name) offsetof(rl_trial, name)

static inline rl_summary *synthetic_summary(const rl_results *results)
{
    rl_summary *summary = synthetic_block(1, sizeof *summary);
    size_t cells = results->setting_count * results->arm_count;
    summary->arms = synthetic_block(cells, sizeof *summary->arms);
    summary->pair_count = results->arm_count > 1 ? results->setting_count * (results->arm_count - 1) : 0;
    summary->pairs = synthetic_block(summary->pair_count, sizeof *summary->pairs);
    size_t measure = results->classes     ? results->test_rows ? CURVE(test_accuracy) : CURVE(train_accuracy)
                         : results->test_rows ? CURVE(test_loss)
                                          : CURVE(loss);
    size_t accuracy = results->test_rows ? CURVE(test_accuracy) : CURVE(train_accuracy);
    for (size_t i = 0, pair = 0; i < cells; i++) {
        const rl_cell *cell = &results->cells[i];
        size_t last = (size_t)results->settings[cell->setting].recipe.training.epochs;
        rl_arm_summary *arm = &summary->arms[i];
        *arm = (rl_arm_summary){ .setting = cell->setting, .arm = cell->arm };
        for (size_t seed = 0; seed < results->seeds; seed++) {
            arm->seeds += cell->trials[seed].done;
            arm->n += synthetic_counts(&cell->trials[seed]);
        }
        arm->diverged = arm->seeds - arm->n;
        arm->final_loss = synthetic_point(results, cell, CURVE(loss), last);
        arm->train_accuracy = synthetic_point(results, cell, CURVE(train_accuracy), last);
        arm->test_loss = synthetic_point(results, cell, CURVE(test_loss), last);
        arm->gap = arm->learned_alpha = synthetic_estimate(NULL, 0); /* none is known */
        arm->test_accuracy = synthetic_point(results, cell, CURVE(test_accuracy), last);
        arm->dead_first = synthetic_point(results, cell, CURVE(dead_share), 0);
        arm->dead_last = synthetic_point(results, cell, CURVE(dead_share), last);
        arm->silent_first = synthetic_point(results, cell, CURVE(silent_share), 0);
        arm->silent_last = synthetic_point(results, cell, CURVE(silent_share), last);
        double **curves[] = { &arm->loss_curve, &arm->loss_sd, &arm->dead_curve, &arm->dead_sd, &arm->accuracy_curve,
            &arm->accuracy_sd, &arm->test_loss_curve, &arm->test_loss_sd };
        const size_t sources[] = { CURVE(loss), CURVE(dead_share), accuracy, CURVE(test_loss) };
        for (size_t c = 0; c < 8; c++) {
            *curves[c] = synthetic_block(last + 1, sizeof(double));
            for (size_t e = 0; e <= last; e++) {
                rl_estimate point = synthetic_point(results, cell, sources[c / 2], e);
                (*curves[c])[e] = c % 2 ? point.sd : point.mean;
            }
        }
        if (cell->arm) {
            const rl_cell *first = &results->cells[cell->setting * results->arm_count];
            summary->pairs[pair++] = (rl_pair_summary){ .setting = cell->setting,
                .a = 0,
                .b = cell->arm,
                .gap = { .difference = synthetic_estimate(NULL, 0), .p = NAN, .p_holm = NAN },
                .test_accuracy = synthetic_comparison(results, first, cell, measure, last, summary->pair_count),
                .dead_share =
                    synthetic_comparison(results, first, cell, CURVE(dead_share), last, summary->pair_count) };
        }
    }
    return summary;
}

static inline void synthetic_summary_free(rl_summary *summary, const rl_results *results)
{
    for (size_t i = 0; i < results->setting_count * results->arm_count; i++) {
        rl_arm_summary *arm = &summary->arms[i];
        double *curves[] = { arm->loss_curve, arm->loss_sd, arm->dead_curve, arm->dead_sd, arm->accuracy_curve,
            arm->accuracy_sd, arm->test_loss_curve, arm->test_loss_sd };
        for (size_t c = 0; c < sizeof curves / sizeof *curves; c++)
            free(curves[c]);
    }
    free(summary->arms);
    free(summary->pairs);
    free(summary);
}

#endif
