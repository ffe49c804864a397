/* The summary of a study: who counts, what is a mean of what, which way differences point, and that nothing leaks
 * whichever allocation fails. Results are made by hand, with numbers that can be added up in the head. */
#include "relive_study.h"

#include "base/memory.h"
#include "num/statistics.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { EPOCHS = 3, POINTS = EPOCHS + 1 };

static void assert_near(double found, double expected, double tolerance)
{
    if (!(fabs(found - expected) <= tolerance))
        fail_msg("found %.17g, expected %.17g within %g", found, expected, tolerance);
}

/* ---- memory that counts, and fails when told ---- */

typedef struct {
    long live, left; /* blocks held; allocations until one fails (below 0: never) */
} counter;

static void *counted(void *self, void *block, size_t bytes)
{
    counter *count = self;
    if (bytes == 0) {
        count->live -= block != NULL;
        free(block);
        return NULL;
    }
    if (count->left == 0)
        return NULL;
    count->left--;
    count->live += block == NULL;
    return realloc(block, bytes);
}

/* ---- results by hand ---- */

static double *curve_of(rl_results *r, double first, double last, rl_error *err)
{
    double *curve = rl_new(r->memory, POINTS, sizeof *curve, err);
    for (size_t i = 0; curve && i < POINTS; i++)
        curve[i] = first + (last - first) * (double)i / EPOCHS;
    return curve;
}

/* Every measure of a trial ends at a number of its own made of x: loss x, train accuracy x + 1, test loss x + 2,
 * test accuracy x + 3, dead share x + 4, silent share x + 5; all begin one lower. */
static void fill(rl_results *r, size_t setting, size_t arm, size_t seed, double x, rl_error *err)
{
    rl_trial *trial = &r->cells[setting * r->arm_count + arm].trials[seed];
    *trial = (rl_trial){ .seed = seed, .done = true, .fate = { RL_FINISHED, -1, -1 } };
    double **const curves[] = { &trial->loss, &trial->train_accuracy, &trial->test_loss, &trial->test_accuracy,
        &trial->dead_share, &trial->silent_share };
    for (size_t i = 0; i < 6; i++)
        *curves[i] = curve_of(r, x + (double)i - 1, x + (double)i, err);
}

static void diverge(rl_results *r, size_t setting, size_t arm, size_t seed)
{
    rl_trial *trial = &r->cells[setting * r->arm_count + arm].trials[seed];
    trial->fate = (rl_lane_fate){ RL_DIVERGED, 7, -1 };
    for (size_t i = 1; i < POINTS; i++)
        trial->loss[i] = trial->dead_share[i] = trial->test_accuracy[i] = NAN;
}

/* Of setting s, arm a, seed i: x = 100 s + 10 a + i², so that differences of arms vary only if a test makes them. */
static rl_results make(size_t settings, size_t arms, size_t seeds, counter *count, rl_error *err)
{
    rl_results r = { .classes = 2,
        .test_rows = 10,
        .first_seed = 1,
        .seeds = seeds,
        .setting_count = settings,
        .arm_count = arms,
        .memory = { counted, count } };
    r.data_name = rl_copy_text(r.memory, "made", err);
    r.class_names = rl_new(r.memory, 2, sizeof *r.class_names, err);
    for (size_t c = 0; r.class_names && c < 2; c++)
        r.class_names[c] = rl_copy_text(r.memory, c ? "yes" : "no", err);
    r.arms = rl_new(r.memory, arms, sizeof *r.arms, err);
    r.settings = rl_new(r.memory, settings, sizeof *r.settings, err);
    for (size_t s = 0; r.settings && s < settings; s++) {
        r.settings[s].about = rl_copy_text(r.memory, "about", err);
        r.settings[s].recipe.training.epochs = EPOCHS;
    }
    r.cells = rl_new(r.memory, settings * arms, sizeof *r.cells, err);
    for (size_t c = 0; r.cells && c < settings * arms; c++) {
        r.cells[c].setting = c / arms;
        r.cells[c].arm = c % arms;
        r.cells[c].trials = rl_new(r.memory, seeds, sizeof(rl_trial), err);
        r.cells[c].boundary = rl_new(r.memory, RL_GRID, RL_GRID, err);
        for (size_t i = 0; r.cells[c].trials && i < seeds; i++)
            fill(&r, c / arms, c % arms, i, 100.0 * (double)(c / arms) + 10.0 * (double)(c % arms) + (double)(i * i),
                err);
    }
    return r;
}

/* ---- arms ---- */

static void means_and_intervals(void **state)
{
    (void)state;
    counter count = { 0, -1 };
    rl_error err = { 0 };
    rl_results r = make(2, 2, 3, &count, &err);
    rl_summary s = { 0 };
    assert_true(rl_summarise(&r, &s, &err));
    assert_int_equal(s.cell_count, 4);
    const rl_arm_summary *arm = &s.arms[1 * 2 + 1]; /* x: 110, 111, 114 */
    assert_int_equal(arm->setting, 1);
    assert_int_equal(arm->arm, 1);
    assert_int_equal(arm->seeds, 3);
    assert_int_equal(arm->n, 3);
    assert_int_equal(arm->diverged, 0);
    const double mean = 335.0 / 3, sd = sqrt(13.0 / 3), margin = 4.302652729749464 * sd / sqrt(3);
    const struct {
        rl_estimate found;
        double above; /* x */
    } estimates[] = {
        { arm->final_loss, 0 },
        { arm->train_accuracy, 1 },
        { arm->test_accuracy, 3 },
        { arm->dead_first, 3 },
        { arm->dead_last, 4 },
        { arm->silent_first, 4 },
        { arm->silent_last, 5 },
    };
    for (size_t i = 0; i < sizeof estimates / sizeof *estimates; i++) {
        rl_estimate e = estimates[i].found;
        assert_int_equal(e.n, 3);
        assert_near(e.mean, mean + estimates[i].above, 1e-12);
        assert_near(e.sd, sd, 1e-12);
        assert_near(e.low, mean + estimates[i].above - margin, 1e-9);
        assert_near(e.high, mean + estimates[i].above + margin, 1e-9);
    }
    for (size_t i = 0; i < POINTS; i++) {
        double grown = (double)i / EPOCHS - 1;
        assert_near(arm->loss_curve[i], mean + grown, 1e-12);
        assert_near(arm->dead_curve[i], mean + 4 + grown, 1e-12);
        assert_near(arm->accuracy_curve[i], mean + 3 + grown, 1e-12);
        assert_near(arm->loss_sd[i], sd, 1e-12);
        assert_near(arm->dead_sd[i], sd, 1e-12);
        assert_near(arm->accuracy_sd[i], sd, 1e-12);
    }
    rl_summary_free(&s);
    rl_results_free(&r);
    assert_int_equal(count.live, 0);
}

static void diverged_runs_are_counted_and_left_out(void **state)
{
    (void)state;
    counter count = { 0, -1 };
    rl_error err = { 0 };
    rl_results r = make(1, 2, 5, &count, &err);
    diverge(&r, 0, 0, 4);
    diverge(&r, 0, 0, 2);
    rl_summary s = { 0 };
    assert_true(rl_summarise(&r, &s, &err));
    const rl_arm_summary *arm = &s.arms[0]; /* x: 0, 1, 9 */
    assert_int_equal(arm->seeds, 5);
    assert_int_equal(arm->n, 3);
    assert_int_equal(arm->diverged, 2);
    assert_int_equal(arm->final_loss.n, 3);
    assert_near(arm->final_loss.mean, 10.0 / 3, 1e-12);
    assert_near(arm->train_accuracy.mean, 10.0 / 3 + 1, 1e-12); /* not NaN in those runs: they are left out still */
    assert_near(arm->dead_first.mean, 10.0 / 3 + 3, 1e-12);
    assert_near(arm->loss_curve[0], 10.0 / 3 - 1, 1e-12);
    assert_near(arm->dead_curve[POINTS - 1], 10.0 / 3 + 4, 1e-12);
    rl_summary_free(&s);
    rl_results_free(&r);
    assert_int_equal(count.live, 0);
}

static void unfinished_runs_do_not_exist(void **state)
{
    (void)state;
    counter count = { 0, -1 };
    rl_error err = { 0 };
    rl_results r = make(1, 2, 4, &count, &err);
    r.cells[1].trials[3].done = false;
    r.cells[1].trials[2].done = false;
    diverge(&r, 0, 1, 2); /* stopped while it diverged: still unfinished */
    rl_summary s = { 0 };
    assert_true(rl_summarise(&r, &s, &err));
    assert_int_equal(s.arms[0].seeds, 4);
    assert_int_equal(s.arms[1].seeds, 2);
    assert_int_equal(s.arms[1].n, 2);
    assert_int_equal(s.arms[1].diverged, 0);
    assert_near(s.arms[1].final_loss.mean, 10.5, 1e-12);
    assert_int_equal(s.pairs[0].test_accuracy.difference.n, 2);
    rl_summary_free(&s);
    rl_results_free(&r);
    assert_int_equal(count.live, 0);
}

static void too_few_runs_give_nan(void **state)
{
    (void)state;
    counter count = { 0, -1 };
    rl_error err = { 0 };
    rl_results r = make(2, 2, 1, &count, &err);
    diverge(&r, 1, 0, 0);
    rl_summary s = { 0 };
    assert_true(rl_summarise(&r, &s, &err));
    rl_estimate one = s.arms[0].test_accuracy, none = s.arms[2].test_accuracy;
    assert_int_equal(one.n, 1);
    assert_near(one.mean, 3, 0);
    assert_true(isnan(one.sd) && isnan(one.low) && isnan(one.high));
    assert_int_equal(none.n, 0);
    assert_true(isnan(none.mean) && isnan(none.sd) && isnan(none.low) && isnan(none.high));
    assert_true(isnan(s.arms[2].loss_curve[0]) && isnan(s.arms[0].loss_sd[0]));
    assert_int_equal(s.pairs[0].test_accuracy.difference.n, 1);
    assert_near(s.pairs[0].test_accuracy.difference.mean, 10, 1e-12);
    assert_true(isnan(s.pairs[0].test_accuracy.p) && isnan(s.pairs[0].test_accuracy.p_holm));
    assert_int_equal(s.pairs[1].dead_share.difference.n, 0);
    assert_true(isnan(s.pairs[1].dead_share.difference.mean) && isnan(s.pairs[1].dead_share.p));
    rl_summary_free(&s);
    rl_results_free(&r);
    assert_int_equal(count.live, 0);
}

/* ---- pairs ---- */

static void set_last(rl_results *r, size_t setting, size_t arm, size_t seed, double accuracy, double dead)
{
    rl_trial *trial = &r->cells[setting * r->arm_count + arm].trials[seed];
    trial->test_accuracy[EPOCHS] = accuracy;
    trial->dead_share[EPOCHS] = dead;
}

static void pairs_are_b_minus_a_by_seed(void **state)
{
    (void)state;
    counter count = { 0, -1 };
    rl_error err = { 0 };
    enum { SETTINGS = 2, ARMS = 3, SEEDS = 8 };
    rl_results r = make(SETTINGS, ARMS, SEEDS, &count, &err);
    double accuracy[SETTINGS][ARMS - 1][SEEDS], dead[SETTINGS][ARMS - 1][SEEDS];
    for (size_t s = 0; s < SETTINGS; s++)
        for (size_t i = 0; i < SEEDS; i++) {
            set_last(&r, s, 0, i, 0.5 + 0.01 * (double)i, 0.3);
            for (size_t a = 1; a < ARMS; a++) {
                accuracy[s][a - 1][i] = 0.01 * (double)(i % 3 + a) - 0.02 * (double)s;
                dead[s][a - 1][i] = -0.1 + 0.03 * (double)(i % (a + 1 + s));
                set_last(&r, s, a, i, 0.5 + 0.01 * (double)i + accuracy[s][a - 1][i], 0.3 + dead[s][a - 1][i]);
            }
        }
    rl_summary summary = { 0 };
    assert_true(rl_summarise(&r, &summary, &err));
    assert_int_equal(summary.pair_count, SETTINGS * (ARMS - 1));
    double p[2][SETTINGS * (ARMS - 1)], holm[2][SETTINGS * (ARMS - 1)];
    for (size_t s = 0, k = 0; s < SETTINGS; s++)
        for (size_t a = 1; a < ARMS; a++, k++) {
            const rl_pair_summary *pair = &summary.pairs[k];
            assert_int_equal(pair->setting, s);
            assert_int_equal(pair->a, 0);
            assert_int_equal(pair->b, a);
            const rl_comparison *comparisons[] = { &pair->test_accuracy, &pair->dead_share };
            const double *differences[] = { accuracy[s][a - 1], dead[s][a - 1] };
            for (size_t m = 0; m < 2; m++) {
                rl_running running = { 0 };
                for (size_t i = 0; i < SEEDS; i++)
                    rl_running_add(&running, differences[m][i]);
                rl_estimate e = comparisons[m]->difference;
                assert_int_equal(e.n, SEEDS);
                assert_near(e.mean, running.mean, 1e-12);
                assert_near(e.sd, rl_running_sd(&running), 1e-12);
                assert_near(e.high - e.low, 2 * rl_running_margin(&running), 1e-12);
                p[m][k] = comparisons[m]->p;
                assert_near(p[m][k], rl_sign_flip_p(differences[m], SEEDS, r.first_seed), 0);
            }
        }
    for (size_t m = 0; m < 2; m++) {
        rl_holm(p[m], SETTINGS * (ARMS - 1), holm[m]); /* one family a measure, over all regimes */
        for (size_t k = 0; k < SETTINGS * (ARMS - 1); k++) {
            assert_near((m ? summary.pairs[k].dead_share : summary.pairs[k].test_accuracy).p_holm, holm[m][k], 0);
            assert_true(holm[m][k] >= p[m][k] && holm[m][k] <= 1);
        }
    }
    rl_summary_free(&summary);
    rl_results_free(&r);
    assert_int_equal(count.live, 0);
}

static void a_pair_drops_out_if_either_side_diverged(void **state)
{
    (void)state;
    counter count = { 0, -1 };
    rl_error err = { 0 };
    rl_results r = make(1, 2, 6, &count, &err);
    for (size_t i = 0; i < 6; i++)
        set_last(&r, 0, 1, i, r.cells[0].trials[i].test_accuracy[EPOCHS] + (double)(1 << i), 0);
    diverge(&r, 0, 0, 1); /* 2 */
    diverge(&r, 0, 1, 4); /* 16 */
    diverge(&r, 0, 0, 5); /* 32, both sides */
    diverge(&r, 0, 1, 5);
    rl_summary s = { 0 };
    assert_true(rl_summarise(&r, &s, &err));
    assert_int_equal(s.pairs[0].test_accuracy.difference.n, 3);
    assert_near(s.pairs[0].test_accuracy.difference.mean, (1 + 4 + 8) / 3.0, 1e-12);
    const double remaining[] = { 1, 4, 8 };
    assert_near(s.pairs[0].test_accuracy.p, rl_sign_flip_p(remaining, 3, r.first_seed), 0);
    assert_int_equal(s.pairs[0].dead_share.difference.n, 3);
    rl_summary_free(&s);
    rl_results_free(&r);
    assert_int_equal(count.live, 0);
}

/* Test accuracy; without a test part train accuracy; for real targets test loss; without both training loss. */
static void pairs_compare_the_best_measure_there_is(void **state)
{
    (void)state;
    for (size_t k = 0; k < 4; k++) {
        counter count = { 0, -1 };
        rl_error err = { 0 };
        rl_results r = make(1, 2, 2, &count, &err);
        const bool real = k / 2, no_test = k % 2;
        for (size_t i = 0; i < 2; i++) {
            const rl_trial *b = &r.cells[1].trials[i];
            b->loss[EPOCHS] = 1000;
            b->test_loss[EPOCHS] = 2000;
            b->train_accuracy[EPOCHS] = real ? NAN : 3000;
            b->test_accuracy[EPOCHS] = real || no_test ? NAN : 4000;
            const rl_trial *a = &r.cells[0].trials[i];
            a->loss[EPOCHS] = a->test_loss[EPOCHS] = a->train_accuracy[EPOCHS] = a->test_accuracy[EPOCHS] = 0;
        }
        if (real) {
            for (size_t c = 0; c < r.classes; c++)
                rl_free(r.memory, r.class_names[c]);
            r.classes = 0;
        }
        r.test_rows = no_test ? 0 : 10;
        rl_summary s = { 0 };
        assert_true(rl_summarise(&r, &s, &err));
        const double expected[] = { 4000, 3000, 2000, 1000 };
        assert_near(s.pairs[0].test_accuracy.difference.mean, expected[k], 1e-12);
        if (real)
            assert_true(isnan(s.arms[1].accuracy_curve[EPOCHS]) && isnan(s.arms[1].test_accuracy.mean));
        else
            assert_near(s.arms[1].accuracy_curve[EPOCHS], expected[k], 1e-12);
        rl_summary_free(&s);
        rl_results_free(&r);
        assert_int_equal(count.live, 0);
    }
}

static void one_arm_has_no_pairs(void **state)
{
    (void)state;
    counter count = { 0, -1 };
    rl_error err = { 0 };
    rl_results r = make(2, 1, 3, &count, &err);
    rl_summary s = { 0 };
    assert_true(rl_summarise(&r, &s, &err));
    assert_int_equal(s.cell_count, 2);
    assert_int_equal(s.pair_count, 0);
    rl_summary_free(&s);
    rl_results_free(&r);
    assert_int_equal(count.live, 0);
}

/* ---- when memory fails ---- */

static void every_failed_allocation_is_reported_and_nothing_leaks(void **state)
{
    (void)state;
    counter count = { 0, -1 };
    rl_error err = { 0 };
    rl_results r = make(2, 2, 2, &count, &err);
    const long held = count.live;
    bool done = false;
    for (long n = 0; !done; n++) {
        count.left = n;
        rl_error failed = { 0 };
        rl_summary s = { 0 };
        done = rl_summarise(&r, &s, &failed);
        count.left = -1;
        if (!done) {
            assert_int_equal(failed.code, RL_NO_MEMORY);
            assert_int_equal(count.live, held);
        } else
            assert_true(n > 20);
        rl_summary_free(&s); /* harmless after a failure */
    }
    assert_int_equal(count.live, held);
    rl_results_free(&r);
    assert_int_equal(count.live, 0);
}

static void results_of_any_state_can_be_freed(void **state)
{
    (void)state;
    bool whole = false;
    for (long n = 0; !whole; n++) {
        counter count = { 0, n };
        rl_error err = { 0 };
        rl_results r = make(2, 2, 2, &count, &err);
        whole = !err.code;
        rl_results_free(&r);
        assert_int_equal(count.live, 0);
        rl_results_free(&r); /* twice is harmless */
        assert_null(r.cells);
    }
}

static void a_set_error_stops_it(void **state)
{
    (void)state;
    rl_error err = { .code = RL_BAD_FILE, .text = "before" };
    rl_results r = { 0 };
    rl_summary s = { 0 };
    assert_false(rl_summarise(&r, &s, &err));
    assert_int_equal(err.code, RL_BAD_FILE);
    assert_string_equal(err.text, "before");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(means_and_intervals),
        cmocka_unit_test(diverged_runs_are_counted_and_left_out),
        cmocka_unit_test(unfinished_runs_do_not_exist),
        cmocka_unit_test(too_few_runs_give_nan),
        cmocka_unit_test(pairs_are_b_minus_a_by_seed),
        cmocka_unit_test(a_pair_drops_out_if_either_side_diverged),
        cmocka_unit_test(pairs_compare_the_best_measure_there_is),
        cmocka_unit_test(one_arm_has_no_pairs),
        cmocka_unit_test(every_failed_allocation_is_reported_and_nothing_leaks),
        cmocka_unit_test(results_of_any_state_can_be_freed),
        cmocka_unit_test(a_set_error_stops_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
