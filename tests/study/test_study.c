/* The study: the same results however it is cut into packs and threads, pairs that share all but the curve, and a
 * clean end when told to stop. */
#include <stdatomic.h>

#include "nets.h"
#include "relive_study.h"
#include "study/plan.h"

static const rl_regime regime = { .name = "test", .title = "Test", .about = "A test." };

static rl_study study_of(rl_setting *setting, const rl_arm *arms, size_t arm_count)
{
    *setting = (rl_setting){ .regime = &regime, .recipe = rl_recipe_default() };
    setting->recipe.training.epochs = 3;
    setting->recipe.hidden[0] = 12;
    return (rl_study){ .data = "moons:120",
        .data_seed = 3,
        .settings = setting,
        .setting_count = 1,
        .arms = arms,
        .arm_count = arm_count,
        .first_seed = 50,
        .seeds = 7,
        .boundaries = true };
}

static rl_arm arm(const char *text)
{
    rl_error err = { 0 };
    rl_arm made;
    assert_true(rl_arm_parse(text, &made, &err));
    return made;
}

static void assert_same_events(const rl_trial *x, const rl_trial *y)
{
    assert_int_equal(x->event_count, y->event_count);
    for (size_t i = 0; i < x->event_count; i++) {
        const rl_event *a = &x->events[i], *b = &y->events[i];
        assert_true(a->step == b->step && a->since == b->since && a->kind == b->kind && a->cause == b->cause);
        assert_true(a->row == b->row && a->unit.node == b->unit.node && a->unit.unit == b->unit.unit);
        assert_int_equal(a->unit.lane, 0);
        assert_memory_equal(a->terms, b->terms, sizeof a->terms);
    }
    assert_int_equal(x->states != NULL, x->seed == 50);
    assert_int_equal(y->states != NULL, x->seed == 50);
    if (x->states)
        assert_memory_equal(x->states, y->states, 4 * 12);
}

static void assert_same_trial(const rl_trial *x, const rl_trial *y, size_t bytes)
{
    assert_true(x->done && y->done);
    assert_int_equal(x->fate.state, y->fate.state);
    assert_memory_equal(x->loss, y->loss, bytes);
    assert_memory_equal(x->train_accuracy, y->train_accuracy, bytes);
    assert_memory_equal(x->test_loss, y->test_loss, bytes);
    assert_memory_equal(x->test_accuracy, y->test_accuracy, bytes);
    assert_memory_equal(x->dead_share, y->dead_share, bytes);
    assert_memory_equal(x->silent_share, y->silent_share, bytes);
    assert_same_events(x, y);
}

static void assert_same(const rl_results *a, const rl_results *b)
{
    for (size_t c = 0; c < a->setting_count * a->arm_count; c++) {
        for (size_t s = 0; s < a->seeds; s++) {
            assert_int_equal(a->cells[c].trials[s].seed, 50 + s);
            assert_same_trial(&a->cells[c].trials[s], &b->cells[c].trials[s],
                ((size_t)a->settings[0].recipe.training.epochs + 1) * sizeof(double));
        }
        if (a->cells[c].boundary)
            assert_memory_equal(a->cells[c].boundary, b->cells[c].boundary, RL_GRID * RL_GRID);
    }
}

static void cutting_changes_nothing(void **state)
{
    (void)state;
    const rl_arm arms[] = { arm("relu"), arm("leaky_relu:0.1"), arm("prelu"), arm("rrelu"), arm("gelu") };
    rl_error err = { 0 };
    rl_setting setting;
    rl_study study = study_of(&setting, arms, 5);
    setting.recipe.dropout = 0.2f;
    rl_results first, other;
    study.threads = 1;
    study.lanes = 1;
    assert_true(rl_study_run(&study, &first, &err));
    assert_non_null(first.cells[0].boundary);
    for (int threads = 1; threads < 4; threads++)
        for (int w = 0; w < LANE_COUNTS + 1; w++) {
            study.threads = threads;
            study.lanes = w < LANE_COUNTS ? all_lanes[w] : 0;
            if (study.lanes && !rl_lanes_supported(study.lanes))
                continue;
            assert_true(rl_study_run(&study, &other, &err));
            assert_same(&first, &other);
            rl_results_free(&other);
        }
    rl_results_free(&first);
}

/* Two arms that may not share a net: each gets packs as wide as its seeds need, and all of its trainings once. */
static void packs_are_no_wider_than_needed(void **state)
{
    (void)state;
    const rl_arm arms[] = { arm("relu"), arm("relu+l2:0.01") };
    rl_error err = { 0 };
    rl_setting setting;
    rl_study study = study_of(&setting, arms, 2);
    rl_dataset *data = rl_data_load(study.data, (rl_data_config){ .seed = study.data_seed }, &err);
    assert_non_null(data);
    for (study.seeds = 1; study.seeds <= 40; study.seeds++)
        for (int threads = 1; threads <= 4; threads++) {
            rl_plan plan;
            int ride[2][40] = { 0 };
            assert_true(rl_plan_make(&plan, &study, data, threads, &err));
            for (size_t p = 0; p < plan.count; p++) {
                const rl_pack *pack = &plan.packs[p];
                assert_true(rl_lanes_supported(pack->lanes));
                assert_in_range(pack->used, pack->lanes > 4 ? pack->lanes / 2 + 1 : 1, pack->lanes);
                for (int l = 0; l < pack->used; l++)
                    ride[pack->arm[l]][pack->seed[l]]++;
            }
            for (size_t a = 0; a < 2; a++)
                for (size_t s = 0; s < study.seeds; s++)
                    assert_int_equal(ride[a][s], 1);
            rl_plan_free(&plan);
        }
    rl_data_free(data);
    assert_int_equal(rl_lanes_holding(1, 1), 1);
    assert_int_equal(rl_lanes_holding(8, 16), 8);
    assert_int_equal(rl_lanes_holding(9, 16), 16);
    assert_int_equal(rl_lanes_holding(1, 16), 4);
}

/* Nets given as layers, arms with cells of their own among them: a lane is that training alone there too, what is counted is
 * what a census of the same net counts, and what reaches each step is what rl_through_time says. */
static void assert_same_depth(const rl_results *a, const rl_results *b)
{
    for (size_t c = 0; c < a->arm_count; c++) {
        const rl_cell *x = &a->cells[c], *y = &b->cells[c];
        assert_int_equal(x->units, y->units);
        for (size_t s = 0; s < a->seeds; s++) {
            const rl_trial *t = &x->trials[s], *u = &y->trials[s];
            const size_t points = (size_t)a->settings[0].recipe.training.epochs + 1;
            assert_memory_equal(t->loss, u->loss, points * sizeof(double));
            assert_memory_equal(t->test_loss, u->test_loss, points * sizeof(double));
            assert_memory_equal(t->layer_dead, u->layer_dead, 2 * x->layer_count * sizeof(double));
            assert_memory_equal(t->dead_share, u->dead_share, points * sizeof(double));
            assert_memory_equal(t->silent_share, u->silent_share, points * sizeof(double));
            assert_int_equal(t->event_count, u->event_count);
            if (x->steps) {
                assert_memory_equal(t->reach_first, u->reach_first, x->steps * sizeof(double));
                assert_memory_equal(t->reach_last, u->reach_last, x->steps * sizeof(double));
            }
        }
        if (x->maps->channels && x->maps->known)
            assert_memory_equal(
                x->maps->maps, y->maps->maps, x->maps->channels * x->maps->height * x->maps->width * sizeof(float));
    }
}

static void by_hand(const rl_results *results, const rl_study *study, size_t arm, size_t seed)
{
    rl_error err = { 0 };
    const rl_recipe *recipe = &study->settings[0].recipe;
    rl_dataset *data = rl_data_load(study->data, (rl_data_config){ .seed = study->data_seed }, &err);
    rl_parts parts;
    assert_true(rl_parts_make(recipe, data, study->data_seed, &parts, &err));
    const uint64_t own_seed = study->first_seed + seed;
    rl_net *net = rl_recipe_net(recipe, &study->arms[arm], &own_seed, 1, parts.train, (rl_memory){ 0 }, &err);
    const rl_cell *cell = &results->cells[arm];
    const rl_trial *trial = &cell->trials[seed];
    double norms[64];
    if (cell->steps) {
        assert_true(rl_through_time(net, 0, parts.train, NULL, norms, &err));
        assert_memory_equal(norms, trial->reach_first, cell->steps * sizeof(double));
    }
    assert_true(rl_train(net, parts.train, &recipe->training, NULL, &err));
    rl_census *census = rl_census_new(net, &err);
    assert_true(rl_census_take(census, net, parts.train, &err));
    assert_int_equal(trial->fate.state, RL_FINISHED);
    assert_int_equal(rl_census_units(census), cell->units);
    if (cell->units)
        assert_true(rl_census_dead_share(census, 0) == trial->dead_share[recipe->training.epochs]);
    else
        assert_true(isnan(trial->dead_share[0]));
    for (size_t k = 0, at = 0; k < cell->layer_count; k++) {
        size_t dead = 0;
        for (int u = 0; u < cell->layers[k].units; u++, at++) {
            assert_int_equal(rl_census_unit(census, at, 0).node, cell->layers[k].node);
            dead += rl_is_dead(rl_census_vitals(census, at, 0));
        }
        assert_true((double)dead / cell->layers[k].units == trial->layer_dead[cell->layer_count + k]);
    }
    if (cell->steps) {
        assert_true(rl_through_time(net, 0, parts.train, NULL, norms, &err));
        assert_memory_equal(norms, trial->reach_last, cell->steps * sizeof(double));
    }
    rl_census_free(census);
    rl_net_free(net);
    rl_parts_free(&parts);
    rl_data_free(data);
}

static void layers_are_studied_as_they_are(void **state)
{
    (void)state;
    static const struct {
        const char *layers, *data, *arms[5];
        size_t units, layer_count, steps;
    } nets[] = {
        { "conv 3 3 padding 1; curve; pool 2; flatten; dense 5; curve; outputs", "digits",
            { "relu", "leaky_relu", "prelu" }, 8, 2, 0 },
        { "rnn 5 curve; last; outputs", "adding:90:7", { "relu", "tanh", "gru", "lstm", "prelu" }, 5, 1, 7 },
    };
    for (size_t n = 0; n < sizeof nets / sizeof *nets; n++) {
        rl_error err = { 0 };
        rl_setting setting;
        rl_arm arms[5];
        size_t count = 0;
        while (count < 5 && nets[n].arms[count]) {
            arms[count] = arm(nets[n].arms[count]);
            count++;
        }
        rl_study study = study_of(&setting, arms, count);
        study.data = nets[n].data;
        study.seeds = 5;
        setting.recipe.layers = nets[n].layers;
        setting.recipe.training.rate = n ? 0.01f : 0.1f;
        setting.recipe.training.epochs = 2;
        setting.recipe.standardize = RL_CENTRED;
        rl_results alone, other;
        study.threads = study.lanes = 1;
        assert_true(rl_study_run(&study, &alone, &err));
        assert_ptr_not_equal(alone.settings[0].recipe.layers, nets[n].layers); /* results own their words */
        for (size_t a = 0; a < count; a++) {
            assert_int_equal(alone.cells[a].units, arms[a].gates ? 0 : nets[n].units);
            assert_int_equal(alone.cells[a].layer_count, arms[a].gates ? 0 : nets[n].layer_count);
            assert_int_equal(alone.cells[a].steps, nets[n].steps);
            assert_int_equal(alone.cells[a].maps->channels, n ? 0 : 3);
            by_hand(&alone, &study, a, 3);
        }
        for (int w = 0; w < LANE_COUNTS + 1; w++) {
            study.threads = 2;
            study.lanes = w < LANE_COUNTS ? all_lanes[w] : 0;
            if (study.lanes && !rl_lanes_supported(study.lanes))
                continue;
            assert_true(rl_study_run(&study, &other, &err));
            assert_same_depth(&alone, &other);
            rl_results_free(&other);
        }
        rl_results_free(&alone);
    }
}

static void layers_that_cannot_be_studied_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *layers, *arm, *says;
    } bad[] = {
        { "dense 5; relu; outputs", "relu", "none is \"curve\"" },
        { "dense 5; curve; outputs", "gru", "gru has no curve" },
        { NULL, "lstm", "lstm is a recurrent layer" },
        { "dense 5; curve; outputs", "relu+dropout:0.5", "in layers it is one of them" },
        { "input 3; dense 5; curve; outputs", "relu", "the input has 3 values; expected the 2 features" },
        { "dense 5; curve; dense 7", "relu", "the last layer gives 7 values; moons:120 needs 2" },
        { "dense 5; curve; outputs; dense 4; curve", "relu", "the last layer gives 4 values" },
        { "conv 4 3; curve; flatten; outputs", "relu", "conv: node 0" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        rl_error err = { 0 };
        rl_setting setting;
        const rl_arm only = arm(bad[i].arm);
        rl_study study = study_of(&setting, &only, 1);
        rl_results results;
        setting.recipe.layers = bad[i].layers;
        assert_false(rl_study_run(&study, &results, &err));
        if (!strstr(err.text, bad[i].says))
            fail_msg("%s gave: %s", bad[i].layers, err.text);
    }
}

/* Looking within epochs dates what the coarse census knew, finds what had come and gone between, and leaves every other
 * figure as it was: what the events add up to at an epoch's end is what was counted there. */
static void a_finer_census_changes_events_alone(void **state)
{
    (void)state;
    enum { STEPS = 3 }; /* an epoch: 96 rows by 32 */
    const rl_arm arms[] = { arm("relu"), arm("relu6"), arm("prelu") };
    rl_error err = { 0 };
    rl_setting setting;
    rl_study study = study_of(&setting, arms, 3);
    setting.recipe.training.rate = 50;
    rl_results coarse, fine, other;
    assert_true(rl_study_run(&study, &coarse, &err));
    for (long every = 1; every <= 2; every++) {
        study.census = every;
        study.lanes = 0;
        assert_true(rl_study_run(&study, &fine, &err));
        assert_int_equal(fine.census, every);
        size_t within = 0;
        for (size_t c = 0; c < 3; c++)
            for (size_t s = 0; s < 7; s++) {
                rl_trial *was = &coarse.cells[c].trials[s], *now = &fine.cells[c].trials[s];
                long dead[4] = { 0 };
                for (size_t i = 0; i < now->event_count; i++) {
                    const rl_event *e = &now->events[i];
                    const long epoch = rl_event_epoch(&setting.recipe, 96, e);
                    assert_true(e->step % STEPS == 0 || e->step % every == 0);
                    assert_true(e->since == (e->step == 0 ? -1 : e->step - 1) || every == 2);
                    assert_true(e->step <= STEPS * epoch && e->step > STEPS * (epoch - 1));
                    within += e->step % STEPS > 0;
                    for (long k = epoch; k < 4; k++)
                        dead[k] += e->kind == RL_REVIVAL ? -1 : e->kind != RL_NOT_A_NUMBER;
                }
                for (long k = 0; k < 4; k++)
                    assert_true(isnan(was->dead_share[k]) || dead[k] == lround(12 * was->dead_share[k]));
                size_t count = now->event_count;
                assert_true(count >= was->event_count);
                now->event_count = was->event_count = 0; /* all but the events is the same */
                assert_same_trial(was, now, 4 * sizeof(double));
                now->event_count = count;
            }
        assert_true(within > 20);
        study.lanes = 1;
        assert_true(rl_study_run(&study, &other, &err));
        assert_same(&fine, &other);
        rl_results_free(&other);
        rl_results_free(&fine);
    }
    rl_results_free(&coarse);
}

/* Two arms of one curve give the same bits; an arm alone gives what it gives beside others. */
static void arms_do_not_touch(void **state)
{
    (void)state;
    const rl_arm arms[] = { arm("relu"), arm("tanh"), arm("relu") };
    rl_error err = { 0 };
    rl_setting setting;
    rl_study study = study_of(&setting, arms, 3);
    rl_results all, alone;
    assert_true(rl_study_run(&study, &all, &err));
    study.arms = &arms[1];
    study.arm_count = 1;
    assert_true(rl_study_run(&study, &alone, &err));
    for (size_t s = 0; s < 7; s++) {
        assert_memory_equal(all.cells[0].trials[s].loss, all.cells[2].trials[s].loss, 4 * sizeof(double));
        assert_memory_equal(all.cells[1].trials[s].loss, alone.cells[0].trials[s].loss, 4 * sizeof(double));
    }
    rl_results_free(&all);
    rl_results_free(&alone);
}

/* Before the first step two leaky arms differ by He's gain alone; with one gain they are equal. */
static void pairs_start_alike(void **state)
{
    (void)state;
    const rl_arm arms[] = { arm("relu"), arm("leaky_relu:0.3") };
    rl_error err = { 0 };
    rl_setting setting;
    rl_study study = study_of(&setting, arms, 2);
    setting.recipe.init = &rl_xavier;
    rl_dataset *data = rl_data_load("moons:120", (rl_data_config){ .seed = 3 }, &err);
    const uint64_t seeds[1] = { 50 };
    rl_net *a = rl_recipe_net(&setting.recipe, &arms[0], seeds, 1, data, (rl_memory){ 0 }, &err);
    rl_net *b = rl_recipe_net(&setting.recipe, &arms[1], seeds, 1, data, (rl_memory){ 0 }, &err);
    assert_no_error(&err);
    size_t count;
    const float *w = rl_parameters(a, &count);
    assert_memory_equal(w, rl_parameters(b, NULL), count * sizeof *w);
    rl_net_free(a);
    rl_net_free(b);
    rl_data_free(data);
    (void)study;
}

static void diverged_lanes_have_no_figures(void **state)
{
    (void)state;
    const rl_arm arms[] = { arm("relu") };
    rl_error err = { 0 };
    rl_setting setting;
    rl_study study = study_of(&setting, arms, 1);
    setting.recipe.training.rate = 1e30f;
    rl_results results;
    rl_summary summary;
    assert_true(rl_study_run(&study, &results, &err));
    for (size_t s = 0; s < 7; s++) {
        const rl_trial *trial = &results.cells[0].trials[s];
        assert_int_equal(trial->fate.state, RL_DIVERGED);
        assert_true(trial->fate.diverged_at >= 1);
        assert_true(isnan(trial->loss[3]) && isnan(trial->test_accuracy[3]) && isfinite(trial->loss[0]));
    }
    assert_true(rl_summarise(&results, &summary, &err));
    assert_int_equal(summary.arms[0].diverged, 7);
    assert_int_equal(summary.arms[0].n, 0);
    rl_summary_free(&summary);
    rl_results_free(&results);
}

static bool stop_soon(void *self)
{
    return atomic_fetch_add((atomic_int *)self, 1) < 12;
}

static void stopped_keeps_whole_pairs(void **state)
{
    (void)state;
    const rl_arm arms[] = { arm("relu"), arm("leaky_relu") };
    rl_error err = { 0 };
    rl_setting setting;
    atomic_int asked = 0;
    rl_study study = study_of(&setting, arms, 2);
    study.seeds = 64;
    study.lanes = 4;
    study.threads = 1;
    study.keep_going = stop_soon;
    study.self = &asked;
    rl_results results;
    assert_true(rl_study_run(&study, &results, &err));
    assert_true(results.interrupted);
    size_t done[2] = { 0, 0 };
    for (size_t a = 0; a < 2; a++)
        for (size_t s = 0; s < 64; s++)
            done[a] += results.cells[a].trials[s].done;
    assert_true(done[0] >= 4 && done[0] < 64);
    assert_true(done[0] == done[1] || done[0] == done[1] + 4);
    assert_int_equal(results.trainings, done[0] + done[1]);
    rl_results_free(&results);
}

static void bad_studies_say_what(void **state)
{
    (void)state;
    const rl_arm arms[] = { arm("relu") };
    rl_setting setting;
    rl_results results;
    for (int c = 0; c < 7; c++) {
        rl_error err = { 0 };
        rl_study study = study_of(&setting, arms, 1);
        static const char *const said[] = { "seed", "nonsense", "batch 5000", "test share", "lanes 3", "learning rate",
            "census" };
        if (c == 0)
            study.seeds = 0;
        if (c == 1)
            study.data = "nonsense";
        if (c == 2)
            setting.recipe.training.batch = 5000;
        if (c == 3)
            setting.recipe.test_share = 1;
        if (c == 4)
            study.lanes = 3;
        if (c == 5)
            setting.recipe.training.rate = -1;
        if (c == 6)
            study.census = -1;
        assert_false(rl_study_run(&study, &results, &err));
        if (!strstr(err.text, said[c]))
            fail_msg("said \"%s\", not \"%s\"", err.text, said[c]);
    }
}

static bool run_once(rl_memory memory, rl_error *err)
{
    const rl_arm arms[] = { arm("relu"), arm("prelu") };
    rl_setting setting;
    rl_study study = study_of(&setting, arms, 2);
    study.threads = 1; /* the counting memory is not for threads */
    study.seeds = 2;
    study.memory = memory;
    rl_results results;
    rl_summary summary;
    bool done = rl_study_run(&study, &results, err);
    if (done) {
        if (rl_summarise(&results, &summary, err))
            rl_summary_free(&summary);
        rl_results_free(&results);
    }
    return !err->code;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    fail_every_allocation(run_once);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cutting_changes_nothing),
        cmocka_unit_test(packs_are_no_wider_than_needed),
        cmocka_unit_test(layers_are_studied_as_they_are),
        cmocka_unit_test(layers_that_cannot_be_studied_are_refused),
        cmocka_unit_test(a_finer_census_changes_events_alone),
        cmocka_unit_test(arms_do_not_touch),
        cmocka_unit_test(pairs_start_alike),
        cmocka_unit_test(diverged_lanes_have_no_figures),
        cmocka_unit_test(stopped_keeps_whole_pairs),
        cmocka_unit_test(bad_studies_say_what),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
