/* Vital signs of units that stand at every step of a sequence: those of an Elman node, and of an activation that reads a
 * sequence. What instruments say is compared with counts over the values of a pass; and who cannot deal with sequences
 * says so. */
#include "nets.h"

#include <stdio.h>

enum { STEPS = 5, FEATURES = 2, ROWS = 37, FIRST = 6, SECOND = 4 };

/* Elman with ReLU (node 1), then one whose curve stands apart (node 3), both with units that tend to die. */
static const char layers[] = "input 5x2; rnn 6 relu; gru 4; relu; last; dense 2";

static rl_net *net_with(int lanes, uint64_t seed)
{
    rl_error err = { 0 };
    rl_net *net = rl_net_new((rl_net_config){ .seed = seed, .lanes = lanes }, &err);
    rl_net_append(net, layers, (rl_dense_config){ .bias = -1, .recurrent_init = &rl_lecun }, &err);
    assert_no_error(&err);
    return net;
}

static rl_dataset *sequences(void)
{
    return normal_data(ROWS, STEPS * FEATURES, 2, 8);
}

/* Of one lane, its net alone: how many of a unit's values are above 0, its highest, and where. */
typedef struct {
    uint64_t fired;
    float highest;
    size_t row;
} count;

static void count_units(const rl_net *net, int lane, const rl_dataset *data, count counts[FIRST + SECOND])
{
    rl_error err = { 0 };
    rl_net *alone = rl_net_copy_lane(net, lane, &err);
    rl_pass *pass = rl_pass_new(alone, ROWS, &err);
    assert_no_error(&err);
    rl_forward(alone, pass, data->x, ROWS);
    for (size_t u = 0; u < FIRST + SECOND; u++) {
        const size_t units = u < FIRST ? FIRST : SECOND, unit = u < FIRST ? u : u - FIRST;
        const float *values = rl_values(pass, u < FIRST ? 1 : 2);
        counts[u] = (count){ .highest = -INFINITY };
        for (size_t r = 0; r < ROWS; r++)
            for (size_t t = 0; t < STEPS; t++) {
                const float here = values[(r * STEPS + t) * units + unit];
                counts[u].fired += here > 0;
                if (here > counts[u].highest) {
                    counts[u].highest = here;
                    counts[u].row = r;
                }
            }
    }
    rl_pass_free(pass);
    rl_net_free(alone);
}

static void the_census_counts_every_step(void **state)
{
    (void)state;
    rl_dataset *data = sequences();
    size_t dead = 0;
    for (int w = 0; w < LANE_COUNTS; w++) {
        if (!rl_lanes_supported(all_lanes[w]))
            continue;
        rl_error err = { 0 };
        rl_net *net = net_with(all_lanes[w], 3);
        rl_census *census = rl_census_new(net, &err);
        assert_true(rl_census_take(census, net, data, &err));
        assert_int_equal(rl_census_units(census), FIRST + SECOND);
        for (int l = 0; l < all_lanes[w]; l++) {
            count counts[FIRST + SECOND];
            count_units(net, l, data, counts);
            for (size_t u = 0; u < FIRST + SECOND; u++) {
                const rl_vitals v = rl_census_vitals(census, u, l);
                assert_int_equal(rl_census_unit(census, u, l).node, u < FIRST ? 1 : 3);
                assert_int_equal(v.rows, ROWS * STEPS);
                assert_int_equal(v.fired, counts[u].fired);
                assert_int_equal(v.conducted, counts[u].fired);
                assert_int_equal(rl_is_dead(v), counts[u].fired == 0);
                dead += rl_is_dead(v);
            }
        }
        rl_census_free(census);
        rl_net_free(net);
    }
    assert_true(dead > 0);
    rl_data_free(data);
}

static void the_examination_agrees(void **state)
{
    (void)state;
    rl_dataset *data = sequences();
    for (int w = 0; w < LANE_COUNTS; w++) {
        if (!rl_lanes_supported(all_lanes[w]))
            continue;
        rl_error err = { 0 };
        rl_net *net = net_with(all_lanes[w], 3);
        rl_examination *e = rl_examine_new(net, (rl_thresholds){ 0 }, &err);
        assert_true(rl_examine_rows(e, net, data, &err) && rl_examine_end(e, net, &err));
        for (int l = 0; l < all_lanes[w]; l++) {
            count counts[FIRST + SECOND];
            count_units(net, l, data, counts);
            for (size_t u = 0; u < FIRST + SECOND; u++) {
                const rl_signs s = rl_examination_signs(e, u, l);
                assert_int_equal(s.counts.rows, ROWS * STEPS);
                assert_int_equal(s.counts.fired, counts[u].fired);
                assert_int_equal(s.counts.conducted, counts[u].fired);
                assert_true(fabs(s.zeros - (1 - (double)counts[u].fired / (ROWS * STEPS))) < 1e-12);
                assert_true(s.steepest == (counts[u].fired ? 1.0f : 0.0f));
                assert_int_equal((s.words & RL_DEAD) != 0, counts[u].fired == 0);
                if (counts[u].fired) {
                    assert_true(s.highest_z == counts[u].highest);
                    assert_int_equal(s.highest_row, counts[u].row);
                }
            }
        }
        rl_examination_free(e);
        rl_net_free(net);
    }
    rl_data_free(data);
}

/* One unit a feature: 0 leads to the output, 1 to unit 0 at the next step, 2 only to itself, 3 nowhere. */
static void who_is_heard_through_time(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_net *net = rl_net_new((rl_net_config){ 0 }, &err);
    rl_net_append(
        net, "input 3x1; rnn 4 relu; last; dense 1", (rl_dense_config){ .bias = 1, .recurrent_init = &rl_zeros }, &err);
    assert_no_error(&err);
    float *w = rl_parameters(net, NULL), *w_hh = w + 4, *out = w + 4 + 16 + 8;
    w_hh[0 * 4 + 1] = w_hh[2 * 4 + 2] = 0.5f;
    for (int u = 0; u < 4; u++) {
        w[u] = 0;
        out[u] = u == 0;
    }
    rl_dataset *data = normal_data(5, 3, 2, 1);
    rl_examination *e = rl_examine_new(net, (rl_thresholds){ 0 }, &err);
    assert_true(rl_examine_rows(e, net, data, &err) && rl_examine_end(e, net, &err));
    static const bool severed[4] = { false, false, false, true }, starved[4] = { false, false, true, true };
    for (size_t u = 0; u < 4; u++) {
        const rl_signs s = rl_examination_signs(e, u, 0);
        assert_int_equal(s.severed, severed[u]);
        assert_int_equal(s.starved, starved[u]);
    }
    rl_examination_free(e);
    rl_data_free(data);
    rl_net_free(net);
}

/* Nets pushed about by hand, and watched: states are the census's; terms add up to what z did, and z is the kernels'. */
static void the_monitor_agrees_and_explains(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_dataset *data = sequences();
    const int lanes = rl_lanes_best();
    rl_net *net = net_with(lanes, 40);
    rl_monitor *m = rl_monitor_new(net, data, 1, &err);
    rl_census *census = rl_census_new(net, &err);
    assert_no_error(&err);
    size_t parameters, events = 0, deaths = 0, revivals = 0;
    float *w = rl_parameters(net, &parameters);
    rl_random random = rl_random_stream(4, RL_FOR_TESTS, 1);
    for (long step = 0; step < 12; step++) {
        rl_monitor_look(m, net, step);
        assert_true(rl_census_take(census, net, data, &err));
        for (int l = 0; l < lanes; l++)
            for (size_t u = 0; u < FIRST + SECOND; u++) {
                const rl_state seen = rl_monitor_state(m, u, l);
                const rl_vitals v = rl_census_vitals(census, u, l);
                assert_int_equal(seen.dead, rl_is_dead(v));
                assert_int_equal(seen.silent, rl_is_silent(v));
            }
        size_t all;
        for (const rl_event *e = rl_monitor_events(m, &all); events < all; events++) {
            const rl_event *now = &e[events];
            if (now->row < 0)
                continue;
            double sum = 0;
            for (int t = 0; t < RL_TERMS; t++)
                sum += now->terms[t];
            assert_true(fabs(sum - (now->z_after - now->z_before)) < 1e-9);
            deaths += now->kind == RL_DEATH;
            revivals += now->kind == RL_REVIVAL;
            if (now->kind == RL_REVIVAL) { /* then it is most awake: its highest z */
                count counts[FIRST + SECOND];
                count_units(net, now->unit.lane, data, counts);
                const count c = counts[now->unit.node == 1 ? now->unit.unit : FIRST + now->unit.unit];
                assert_int_equal(now->row, c.row);
                assert_true(fabs(now->z_after - (double)c.highest) < 1e-5);
            }
        }
        for (size_t i = 0; i < parameters * (size_t)lanes; i++)
            w[i] += 0.3f * (float)rl_random_normal(&random);
    }
    assert_true(rl_monitor_check(m, &err));
    assert_true(deaths > 10 && revivals > 10);
    rl_census_free(census);
    rl_monitor_free(m);
    rl_net_free(net);
    rl_data_free(data);
}

static void expect_same(const rl_net *net, const rl_net *other)
{
    size_t found_count, as_many;
    const float *w = rl_parameters((rl_net *)(uintptr_t)net, &found_count);
    const float *v = rl_parameters((rl_net *)(uintptr_t)other, &as_many);
    char text[2][256];
    assert_true(rl_net_describe(net, 0, text[0], sizeof text[0], &(rl_error){ 0 }));
    assert_true(rl_net_describe(other, 0, text[1], sizeof text[1], &(rl_error){ 0 }));
    assert_string_equal(text[0], text[1]);
    assert_int_equal(found_count, as_many);
    assert_memory_equal(w, v, found_count * sizeof *w);
}

/* Steps are places: a recurrent unit stays, and what is constant behind the sequence leaves. */
static void dense_units_behind_a_sequence_leave(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_net *net = rl_net_new((rl_net_config){ .seed = 3 }, &err);
    rl_net_append(net, "input 5x2; rnn 6 relu; last; dense 12; relu; dense 2", (rl_dense_config){ .bias = -1 }, &err);
    rl_dataset *data = normal_data(60, STEPS * FEATURES, 2, 4);
    assert_int_equal(rl_net_inputs(net), STEPS * FEATURES);
    rl_unit units[18];
    float values[18];
    rl_prune_fate fates[18];
    size_t found_count, removed = 0;
    assert_true(rl_constants_on_data(net, 0, data, units, values, 18, &found_count, &err));
    rl_net *small = rl_prune(net, units, found_count, values, fates, NULL, &err);
    assert_no_error(&err);
    for (size_t i = 0; i < found_count; i++) {
        assert_int_equal(fates[i], units[i].node == 1 ? RL_KEPT_FOR_PLACE : RL_REMOVED);
        removed += fates[i] == RL_REMOVED;
    }
    assert_true(removed > 0);
    assert_int_equal(rl_net_node(small, 3).units, 12 - (int)removed);
    float before[120], after[120];
    assert_true(rl_predict(net, 0, data, &rl_squared, before, NULL, &err));
    assert_true(rl_predict(small, 0, data, &rl_squared, after, NULL, &err));
    assert_memory_equal(before, after, sizeof before);
    rl_net_free(small);
    rl_net_free(net);
    rl_data_free(data);
}

static void who_cannot_says_so(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_dataset *data = sequences();
    rl_net *net = net_with(1, 3);
    rl_interval box[STEPS * FEATURES] = { { 0, 1 } };
    rl_unit units[1] = { { 1, 0, 0 } };
    size_t found;
    assert_false(rl_certify(net, 0, box, units, 1, &found, &err));
    assert_non_null(strstr(err.text, "node 1 is a recurrent layer (rnn)"));
    err = (rl_error){ 0 };
    rl_prune_fate kept;
    rl_net *same = rl_prune(net, units, 1, NULL, &kept, NULL, &err);
    assert_no_error(&err);
    assert_int_equal(kept, RL_KEPT_FOR_PLACE);
    expect_same(net, same);
    rl_net_free(same);
    err = (rl_error){ 0 };
    rl_revive_fate fate;
    assert_true(rl_revive(net, units, 1, data, (rl_revive_config){ 0 }, &fate, &err));
    assert_int_equal(fate, RL_TIED);
    assert_true(rl_lift(net, units, 1, data, 0.5, &fate, &err));
    assert_int_equal(fate, RL_TIED);

    /* Another curve within: the rest stays as it is. */
    const rl_node node = 1;
    rl_net *leaky = rl_swap_curve(net, &node, 1, &rl_leaky_relu, 0.1f, &err);
    assert_no_error(&err);
    char text[128];
    assert_true(rl_net_describe(leaky, 0, text, sizeof text, &err));
    assert_string_equal(text, "input 5x2; rnn 6 leaky_relu:0.1; gru 4; relu; last; dense 2");
    size_t parameters;
    const float *w = rl_parameters(net, &parameters);
    assert_memory_equal(w, rl_parameters(leaky, NULL), parameters * sizeof *w);
    rl_net *learned = rl_swap_curve(net, &node, 1, &rl_prelu, 0.25f, &err);
    assert_no_error(&err);
    const rl_node_info was = rl_net_node(net, 1), is = rl_net_node(learned, 1);
    const float *v = rl_parameters(learned, NULL);
    assert_int_equal(is.parameters, was.parameters + FIRST);
    assert_memory_equal(w, v, was.parameters * sizeof *w);
    for (size_t u = 0; u < FIRST; u++)
        assert_true(v[was.parameters + u] == 0.25f);
    assert_memory_equal(w + was.parameters, v + is.parameters, (parameters - was.parameters) * sizeof *w);
    rl_net_free(learned);
    rl_net_free(leaky);
    rl_net_free(net);
    rl_data_free(data);
}

/* Gated nets have no units of their own; what they read from and lead to is looked at all the same. */
static void gates_are_no_units(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_dataset *data = sequences();
    rl_net *net = rl_net_new((rl_net_config){ .seed = 1 }, &err);
    rl_net_append(
        net, "input 5x2; relu; lstm 4; gru 3; prelu; last; dense 6; relu; dense 2", (rl_dense_config){ 0 }, &err);
    rl_census *census = rl_census_new(net, &err);
    assert_true(rl_census_take(census, net, data, &err));
    assert_int_equal(rl_census_units(census), 2 + 3 + 6);
    rl_examination *e = rl_examine_new(net, (rl_thresholds){ 0 }, &err);
    assert_true(rl_examine_rows(e, net, data, &err) && rl_examine_end(e, net, &err));
    for (size_t u = 0; u < 11; u++) {
        assert_int_equal(rl_census_vitals(census, u, 0).rows, u < 5 ? ROWS * STEPS : ROWS);
        assert_false(rl_examination_signs(e, u, 0).starved);
    }
    rl_examination_free(e);
    rl_census_free(census);
    rl_net_free(net);
    rl_data_free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_census_counts_every_step),
        cmocka_unit_test(the_examination_agrees),
        cmocka_unit_test(who_is_heard_through_time),
        cmocka_unit_test(the_monitor_agrees_and_explains),
        cmocka_unit_test(dense_units_behind_a_sequence_leave),
        cmocka_unit_test(who_cannot_says_so),
        cmocka_unit_test(gates_are_no_units),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
