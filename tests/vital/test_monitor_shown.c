/* A monitor whose reference rows are each lane's own and move between censuses, as the samples of a generator do. */
#include "nets.h"
#include "vital/census.h"
#include "vital/monitor.h"

enum { ROWS = 40, FEATURES = 3 };

static rl_net *net_of(int lanes)
{
    rl_error err = { 0 };
    rl_net *net = rl_net_new((rl_net_config){ .seed = 3, .lanes = lanes }, &err);
    rl_net_append(net, "input 3; dense 12; relu; dense 9; relu; dense 1", (rl_dense_config){ 0 }, &err);
    assert_no_error(&err);
    return net;
}

/* Rows of lane l about a place that moves. */
static void draw(float *rows, int lanes, double place, uint64_t stream)
{
    for (int l = 0; l < lanes; l++) {
        rl_random random = rl_random_stream((uint64_t)l, RL_FOR_TESTS, stream);
        for (size_t i = 0; i < ROWS * FEATURES; i++)
            rows[i * (size_t)lanes + (size_t)l] = (float)(place * (1 + l % 3) + rl_random_normal(&random));
    }
}

static void look(rl_monitor *monitor, const rl_net *net, const float *now, const float *were, long step)
{
    rl_monitor_show(monitor, now, were);
    rl_monitor_look(monitor, net, step);
}

/* Every unit of every lane, as a census over that lane's own rows alone has it. */
static void check_states(const rl_monitor *monitor, const rl_net *net, const float *rows, int lanes)
{
    for (int l = 0; l < lanes; l++) {
        rl_error err = { 0 };
        rl_net *alone = rl_net_copy_lane(net, l, &err);
        rl_dataset *data = rl_data_new("own", ROWS, FEATURES, 0, 1, (rl_memory){ 0 }, &err);
        rl_census *census = rl_census_new(alone, &err);
        assert_no_error(&err);
        for (size_t i = 0; i < ROWS * FEATURES; i++)
            data->x[i] = rows[i * (size_t)lanes + (size_t)l];
        assert_true(rl_census_take(census, alone, data, &err));
        for (size_t u = 0; u < rl_census_units(census); u++) {
            const rl_vitals v = rl_census_vitals(census, u, 0);
            const rl_state seen = rl_monitor_state(monitor, u, l);
            assert_int_equal(seen.dead, rl_is_dead(v));
            assert_int_equal(seen.silent, rl_is_silent(v));
        }
        rl_census_free(census);
        rl_data_free(data);
        rl_net_free(alone);
    }
}

static void it_sees_each_lanes_own_rows(void **state)
{
    (void)state;
    for (int w = 0; w < LANE_COUNTS; w++) {
        const int lanes = all_lanes[w];
        if (!rl_lanes_supported(lanes))
            continue;
        rl_error err = { 0 };
        rl_net *net = net_of(lanes);
        rl_dataset *reference = rl_data_new("shown", ROWS, FEATURES, 0, 1, (rl_memory){ 0 }, &err);
        rl_monitor *monitor = rl_monitor_new(net, reference, 0, &err);
        float *rows[2] = { calloc(ROWS * FEATURES * (size_t)lanes, sizeof(float)),
            calloc(ROWS * FEATURES * (size_t)lanes, sizeof(float)) };
        assert_no_error(&err);
        assert_true(rows[0] && rows[1]);
        static const double places[] = { 0, 3, -3, 0 };
        for (long step = 0; step < 4; step++) {
            float *now = rows[step % 2];
            draw(now, lanes, places[step], (uint64_t)step);
            look(monitor, net, now, rows[1 - step % 2], step);
            check_states(monitor, net, now, lanes);
        }
        assert_true(rl_monitor_check(monitor, &err));
        /* The net never changed: whoever died, and came back, did so by what moved below it, and the terms say it all. */
        size_t count, deaths = 0, revivals = 0;
        const rl_event *events = rl_monitor_events(monitor, &count);
        for (size_t i = 0; i < count; i++) {
            const rl_event *e = &events[i];
            deaths += e->kind == RL_DEATH;
            revivals += e->kind == RL_REVIVAL;
            if (e->kind == RL_BORN_DEAD)
                continue;
            assert_int_equal(e->cause, RL_BY_INPUTS);
            assert_true(e->terms[RL_BY_BIAS] == 0 && e->terms[RL_BY_WEIGHTS] == 0);
            const double moved = e->z_after - e->z_before;
            assert_true(fabs(e->terms[RL_BY_INPUTS] - moved) <= 1e-9 * fmax(1, fabs(moved)));
            assert_true(e->kind == RL_DEATH ? e->z_before > 0 && e->z_after <= 0 : e->z_before <= 0 && e->z_after > 0);
        }
        assert_true(deaths > 0 && revivals > 0);
        free(rows[0]);
        free(rows[1]);
        rl_monitor_free(monitor);
        rl_data_free(reference);
        rl_net_free(net);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(it_sees_each_lanes_own_rows) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
