/* Adversarial studies: what counts as good and as covered, the same results however seeds are packed, names of arms, what
 * is refused, what the summary makes of trials. */
#include "nets.h"
#include "relive_study.h"
#include "study/gan_score.h"

/* ---- Modes ---- */

static void put(float *samples, size_t *count, size_t many, double x, double y)
{
    for (size_t i = 0; i < many; i++, ++*count) {
        samples[2 * *count] = (float)x;
        samples[2 * *count + 1] = (float)y;
    }
}

static void modes_are_counted_as_the_rule_says(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_gan_truth truth;
    rl_dataset *ring = rl_data_load("ring:80000:0.05", (rl_data_config){ 0 }, &err);
    assert_true(rl_gan_truth_make(ring, &truth, (rl_memory){ 0 }, &err));
    assert_no_error(&err);
    assert_int_equal(truth.modes, 8);
    /* Five standard errors: 0.05/√10000 of a centre, 0.05/√(2 · 160000) of the deviation. */
    assert_true(fabs(truth.deviation - 0.05) < 5 * 0.05 / sqrt(320000));
    for (size_t m = 0; m < 8; m++) {
        const double angle = 2 * 3.14159265358979323846 * (double)m / 8;
        assert_true(fabs(truth.centres[2 * m] - cos(angle)) < 5 * 0.0005);
        assert_true(fabs(truth.centres[2 * m + 1] - sin(angle)) < 5 * 0.0005);
    }
    truth.deviation = 0.05;
    for (size_t i = 0; i < 16; i++) /* as if they had been measured without error */
        truth.centres[i] = i % 2 ? sin(3.14159265358979323846 * (double)(i / 2) / 4)
                                 : cos(3.14159265358979323846 * (double)(i / 2) / 4);

    float samples[2 * 1000];
    size_t count = 0, counts[8];
    double modes, quality;
    put(samples, &count, 400, 1, 0);      /* east: at its centre */
    put(samples, &count, 10, 0, 1.149);   /* north: just within three deviations, and just enough */
    put(samples, &count, 9, -1, 0);       /* west: one too few */
    put(samples, &count, 300, 0, -1.151); /* south: just too far */
    put(samples, &count, 200, 0, 0);      /* nowhere */
    put(samples, &count, 80, (double)NAN, 0);
    put(samples, &count, 1, (double)INFINITY, -(double)INFINITY);
    assert_int_equal(count, 1000);
    rl_gan_score(&truth, NULL, samples, count, counts, &modes, &quality);
    assert_true(modes == 2);
    assert_true(fabs(quality - 0.419) < 1e-12);
    assert_int_equal(counts[0], 400);
    assert_int_equal(counts[2], 10);
    assert_int_equal(counts[4], 9);
    assert_int_equal(counts[6], 0);
    /* Real rows cover everything, and 98.9 % of them are good: 1 - e^(-9/2). */
    float *rows = calloc(2 * 2500, sizeof *rows);
    assert_non_null(rows);
    memcpy(rows, ring->x, 2 * 2500 * sizeof *rows);
    rl_gan_score(&truth, NULL, rows, 2500, counts, &modes, &quality);
    assert_true(modes == 8);
    assert_true(fabs(quality - (1 - exp(-4.5))) < 5 * sqrt(0.0111 * 0.9889 / 2500));
    free(rows);
    rl_gan_truth_free(&truth);
    rl_data_free(ring);
}

/* ---- Pictures: the balls, by their definition ---- */

static double square_between(const float *a, const float *b, size_t features)
{
    double sum = 0;
    for (size_t i = 0; i < features; i++)
        sum += ((double)a[i] - (double)b[i]) * ((double)a[i] - (double)b[i]);
    return sum;
}

static double third_least(const double *numbers, size_t count)
{
    double least[3] = { (double)INFINITY, (double)INFINITY, (double)INFINITY };
    for (size_t i = 0; i < count; i++)
        for (double n = numbers[i], *at = least; at < least + 3; at++)
            if (n < *at) {
                const double farther = *at;
                *at = n;
                n = farther;
            }
    return least[2];
}

static void pictures_are_good_within_some_real_rows_third_neighbour(void **state)
{
    (void)state;
    enum { REAL = 150, SAMPLES = 400, FEATURES = 16, MODES = 3 };
    rl_error err = { 0 };
    rl_gan_truth truth;
    rl_dataset *real = normal_data(REAL, FEATURES, MODES, 4), *samples = normal_data(SAMPLES, FEATURES, 0, 5);
    for (size_t r = 0; r < REAL; r++)
        for (size_t i = 0; i < FEATURES; i++)
            real->x[r * FEATURES + i] += 0.5f * real->y[r];
    for (size_t i = 0; i < SAMPLES * FEATURES; i++) /* some near, some far */
        samples->x[i] *= 0.004f * (float)(i / FEATURES);
    assert_true(rl_gan_truth_make_balls(real, &truth, (rl_memory){ 0 }, &err));
    rl_pass *pass = rl_pass_new(truth.balls, RL_GAN_BALL_ROWS, &err);
    assert_no_error(&err);
    assert_true(isnan(truth.deviation));
    static double squares[REAL], radii[REAL];
    for (size_t r = 0; r < REAL; r++) {
        size_t others = 0;
        for (size_t o = 0; o < REAL; o++)
            if (o != r)
                squares[others++] = square_between(real->x + r * FEATURES, real->x + o * FEATURES, FEATURES);
        radii[r] = third_least(squares, others);
    }
    size_t good = 0, of[MODES] = { 0 }, counts[MODES];
    for (size_t s = 0; s < SAMPLES; s++) {
        double deepest = -(double)INFINITY;
        size_t row = 0;
        for (size_t r = 0; r < REAL; r++) {
            const double depth = radii[r] - square_between(samples->x + s * FEATURES, real->x + r * FEATURES, FEATURES);
            if (depth > deepest) {
                deepest = depth;
                row = r;
            }
        }
        good += deepest >= 0;
        of[(size_t)real->y[row]] += deepest >= 0;
    }
    double modes, quality, covered = 0;
    rl_gan_score(&truth, pass, samples->x, SAMPLES, counts, &modes, &quality);
    assert_in_range(good, SAMPLES / 8, SAMPLES - SAMPLES / 8); /* there are both */
    assert_true(fabs(quality - (double)good / SAMPLES) < 1e-12);
    for (size_t m = 0; m < MODES; m++) {
        assert_int_equal(counts[m], of[m]);
        covered += 100 * of[m] >= SAMPLES;
    }
    assert_true(modes == covered);
    /* Every real row lies in a ball of its own. */
    rl_gan_score(&truth, pass, real->x, REAL, counts, &modes, &quality);
    assert_true(quality == 1 && modes == MODES);
    rl_pass_free(pass);
    rl_gan_truth_free(&truth);
    rl_data_free(real);
    rl_data_free(samples);
}

/* ---- A study ---- */

static rl_gan_study small_study(const rl_rivals *arms, size_t arm_count)
{
    rl_gan_study study = { .data = "ring:256",
        .recipe = rl_gan_recipe("ring"),
        .noise = 2,
        .arms = arms,
        .arm_count = arm_count,
        .first_seed = 40,
        .seeds = 5,
        .threads = 1 };
    study.recipe.hidden[0] = study.recipe.hidden[1] = 8;
    study.recipe.training.epochs = 6;
    return study;
}

static void arms_of(rl_rivals arms[3])
{
    static const char *const texts[] = { "relu", "relu/leaky_relu:0.2", "tanh/elu" };
    rl_error err = { 0 };
    for (size_t a = 0; a < 3; a++)
        assert_true(rl_rivals_parse(texts[a], &arms[a], &err));
}

static bool same_event(const rl_event *a, const rl_event *b)
{
    return a->step == b->step && a->since == b->since && a->kind == b->kind && a->unit.node == b->unit.node &&
           a->unit.unit == b->unit.unit && a->cause == b->cause && a->row == b->row && a->z_before == b->z_before &&
           a->z_after == b->z_after;
}

static void assert_same_trial(const rl_gan_trial *a, const rl_gan_trial *b, long epochs)
{
    assert_true(a->done && b->done && a->seed == b->seed);
    assert_int_equal(a->fate.state, b->fate.state);
    for (int m = 0; m < RL_GAN_MEASURES; m++)
        for (long e = 0; e <= epochs; e++)
            if (!(a->curve[m][e] == b->curve[m][e]))
                fail_msg("seed %d, %s, epoch %ld: %.17g and %.17g", (int)a->seed,
                    rl_gan_measure_name((rl_gan_measure)m), e, a->curve[m][e], b->curve[m][e]);
    for (int side = 0; side < RL_RIVALS; side++) {
        assert_int_equal(a->event_count[side], b->event_count[side]);
        for (size_t i = 0; i < a->event_count[side]; i++)
            assert_true(same_event(&a->events[side][i], &b->events[side][i]));
    }
    assert_int_equal(a->samples != NULL, b->samples != NULL);
    if (a->samples)
        assert_memory_equal(a->samples, b->samples, RL_GAN_SHOTS * RL_GAN_SHOWN * 2 * sizeof *a->samples);
}

static void packing_and_threads_change_nothing(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_rivals arms[3];
    arms_of(arms);
    rl_gan_study study = small_study(arms, 3);
    study.lanes = 1;
    rl_gan_results alone, packed;
    assert_true(rl_gan_run(&study, &alone, &err));
    size_t events = 0;
    for (size_t i = 0; i < 15; i++)
        events += alone.trials[i].event_count[RL_GENERATOR] + alone.trials[i].event_count[RL_DISCRIMINATOR];
    assert_true(events > 0);
    for (int w = 1; w < LANE_COUNTS + 3; w++) { /* the last three leave the choice to the study */
        study.lanes = w < LANE_COUNTS ? all_lanes[w] : 0;
        study.threads = w < LANE_COUNTS ? 1 + w % 2 : 1 + w - LANE_COUNTS;
        if (study.lanes && !rl_lanes_supported(study.lanes))
            continue;
        assert_true(rl_gan_run(&study, &packed, &err));
        assert_int_equal(packed.trainings, 15);
        for (size_t i = 0; i < 15; i++)
            assert_same_trial(&alone.trials[i], &packed.trials[i], 6);
        rl_gan_results_free(&packed);
    }
    rl_gan_results_free(&alone);
}

static void a_summary_says_in_how_many_seeds_all_modes_were_covered(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_rivals arms[3];
    arms_of(arms);
    rl_gan_study study = small_study(arms, 2);
    rl_gan_results results;
    rl_gan_summary summary;
    assert_true(rl_gan_run(&study, &results, &err));
    for (size_t s = 0; s < 5; s++) {
        results.trials[s].curve[RL_GAN_MODES][6] = s < 3 ? 8 : 7;
        results.trials[5 + s].curve[RL_GAN_MODES][6] = 8;
    }
    results.trials[0].fate = (rl_lane_fate){ .state = RL_DIVERGED, .diverged_at = 9 };
    assert_true(rl_gan_summarise(&results, &summary, &err));
    assert_int_equal(summary.arms[0].covered, 2); /* the diverged one does not count */
    assert_int_equal(summary.arms[0].seeds, 5);
    assert_int_equal(summary.arms[0].n, 4);
    assert_int_equal(summary.arms[0].diverged, 1);
    assert_int_equal(summary.arms[1].covered, 5);
    assert_true(fabs(summary.arms[0].last[RL_GAN_MODES].mean - 7.5) < 1e-12);
    assert_int_equal(summary.pairs[RL_GAN_MODES].difference.n, 4);
    assert_true(fabs(summary.pairs[RL_GAN_MODES].difference.mean - 0.5) < 1e-12);
    char *json = rl_gan_json(&results, &summary, &err), *table = rl_gan_table(&results, &summary, &err);
    assert_no_error(&err);
    assert_non_null(strstr(table, "2 of 5"));
    assert_non_null(strstr(json, "\"all_modes_covered\""));
    free(json);
    free(table);
    rl_gan_summary_free(&summary);
    rl_gan_results_free(&results);
}

static bool never(void *self)
{
    (void)self;
    return false;
}

static void it_can_be_told_to_stop(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_rivals arms[3];
    arms_of(arms);
    rl_gan_study study = small_study(arms, 3);
    study.keep_going = never;
    rl_gan_results results;
    assert_true(rl_gan_run(&study, &results, &err));
    assert_true(results.interrupted);
    assert_int_equal(results.trainings, 0);
    rl_gan_results_free(&results);
}

/* ---- Names, and what is refused ---- */

static void an_arm_is_one_curve_or_two(void **state)
{
    (void)state;
    static const struct {
        const char *text, *label, *error;
    } cases[] = {
        { "relu", "relu", NULL },
        { "leaky_relu:0.2", "leaky_relu:0.2", NULL },
        { "relu/relu", "relu", NULL },
        { "relu/leaky_relu", "relu/leaky_relu:0.01", NULL },
        { "tanh/elu:0.5", "tanh/elu:0.5", NULL },
        { "relu/", NULL, "unknown activation \"\"" },
        { "relu/leaky", NULL, "unknown activation \"leaky\"" },
        { "relu+l2:0.1", NULL, "\"relu+l2:0.1\": expected a curve for both nets" },
        { "relu/relu+redo", NULL, "\"relu/relu+redo\": expected a curve for both nets" },
        { "prelu", NULL, "\"prelu\": prelu has an α of its own making; expected a fixed curve" },
        { "relu/rrelu", NULL, "\"relu/rrelu\": rrelu has an α of its own making; expected a fixed curve" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rl_error err = { 0 };
        rl_rivals rivals;
        char label[2 * RL_NAME_ROOM];
        assert_int_equal(rl_rivals_parse(cases[i].text, &rivals, &err), cases[i].label != NULL);
        if (!cases[i].label) {
            assert_int_equal(strncmp(err.text, cases[i].error, strlen(cases[i].error)), 0);
            continue;
        }
        rl_rivals_label(rivals, label, sizeof label);
        assert_string_equal(label, cases[i].label);
    }
}

static void what_makes_no_sense_is_refused(void **state)
{
    (void)state;
    rl_rivals arms[3];
    arms_of(arms);
    static const struct {
        const char *data;
        int noise, lanes;
        long epochs;
        size_t seeds;
        const char *says;
    } bad[] = {
        { "moons", 2, 0, 6, 5,
            "moons: adversarial nets are measured on clouds or square pictures with classes; expected ring, blobs" },
        { "iris", 2, 0, 6, 5,
            "iris: adversarial nets are measured on clouds or square pictures with classes; expected ring, blobs" },
        { "ring:80:0", 2, 0, 6, 5, "ring:80:0: its clouds are points; expected a noise above 0" },
        { "ring:80", 0, 0, 6, 5, "noise of 0 values: expected at least 1" },
        { "ring:80", 2, 3, 6, 5, "lanes 3: this processor has" },
        { "ring:80", 2, 0, 0, 5, "epochs 0: expected at least 1" },
        { "ring:80", 2, 0, 6, 0, "an adversarial study needs at least one activation and one seed" },
        { "ring:40", 2, 0, 6, 5, "batch 64: expected 1 to 40, the rows of the training set" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        rl_error err = { 0 };
        rl_gan_study study = small_study(arms, 3);
        rl_gan_results results;
        study.data = bad[i].data;
        study.noise = bad[i].noise;
        study.lanes = bad[i].lanes;
        study.recipe.training.epochs = bad[i].epochs;
        study.seeds = bad[i].seeds;
        assert_false(rl_gan_run(&study, &results, &err));
        if (strncmp(err.text, bad[i].says, strlen(bad[i].says)) != 0)
            fail_msg("\"%s\" is not \"%s\"", err.text, bad[i].says);
        rl_gan_results_free(&results);
    }
}

static bool run_small(rl_memory memory, rl_error *err)
{
    rl_rivals arms[3];
    arms_of(arms);
    rl_gan_study study = small_study(arms, 1);
    rl_gan_results results = { 0 };
    rl_gan_summary summary = { 0 };
    study.data = "ring:64";
    study.seeds = 1;
    study.lanes = 1;
    study.recipe.training.epochs = 1;
    study.memory = memory;
    const bool ran = rl_gan_run(&study, &results, err) && rl_gan_summarise(&results, &summary, err);
    rl_gan_summary_free(&summary);
    rl_gan_results_free(&results);
    return ran;
}

static void memory_may_run_out(void **state)
{
    (void)state;
    fail_every_allocation(run_small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(modes_are_counted_as_the_rule_says),
        cmocka_unit_test(pictures_are_good_within_some_real_rows_third_neighbour),
        cmocka_unit_test(packing_and_threads_change_nothing),
        cmocka_unit_test(a_summary_says_in_how_many_seeds_all_modes_were_covered),
        cmocka_unit_test(it_can_be_told_to_stop),
        cmocka_unit_test(an_arm_is_one_curve_or_two),
        cmocka_unit_test(what_makes_no_sense_is_refused),
        cmocka_unit_test(memory_may_run_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
