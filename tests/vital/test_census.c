/* The census: hand-made units of each kind, in every lane; what is dead, what is merely silent, what is broken. */
#include <stdio.h>

#include "nets.h"

/* One feature x in {-1, 0, 1, 2}, six hidden units z = w x + b, each of one kind. */
enum { ALIVE, DEAD, AT_ZERO, RARE, ALWAYS, BROKEN, UNITS };
static const float weights[UNITS] = { 1, 1, 0, 1, 1, NAN }, biases[UNITS] = { 0, -5, 0, -1.5f, 5, 0 };

static rl_net *net_with(const char *curve, int lanes)
{
    rl_error err = { 0 };
    char layers[64];
    snprintf(layers, sizeof layers, "input 1; dense 6; %s; dense 2", curve);
    rl_net *net = rl_net_new((rl_net_config){ .lanes = lanes }, &err);
    rl_net_append(net, layers, (rl_dense_config){ 0 }, &err);
    assert_no_error(&err);
    float *w = rl_parameters(net, NULL);
    for (int u = 0; u < UNITS; u++)
        for (int l = 0; l < lanes; l++) {
            int kind = (u + l) % UNITS; /* each lane has them in another order */
            w[u * lanes + l] = weights[kind];
            w[(UNITS + u) * lanes + l] = biases[kind];
        }
    return net;
}

static rl_dataset *points(void)
{
    rl_error err = { 0 };
    rl_dataset *data = rl_data_new("points", 4, 1, 2, 1, (rl_memory){ 0 }, &err);
    assert_no_error(&err);
    for (int r = 0; r < 4; r++)
        data->x[r] = (float)(r - 1);
    return data;
}

static void check(const char *curve, const uint64_t conducted[UNITS], const bool dead[UNITS], const bool silent[UNITS])
{
    rl_dataset *data = points();
    for (int w = 0; w < LANE_COUNTS; w++) {
        const int lanes = all_lanes[w];
        if (!rl_lanes_supported(lanes))
            continue;
        rl_error err = { 0 };
        rl_net *net = net_with(curve, lanes);
        rl_census *census = rl_census_new(net, &err);
        assert_true(rl_census_take(census, net, data, &err));
        assert_true(rl_census_take(census, net, data, &err)); /* a second one starts anew */
        assert_int_equal(rl_census_units(census), UNITS);
        for (int l = 0; l < lanes; l++) {
            int dead_count = 0, silent_count = 0;
            for (size_t u = 0; u < UNITS; u++) {
                size_t kind = (u + (size_t)l) % UNITS;
                rl_vitals v = rl_census_vitals(census, u, l);
                assert_int_equal(v.rows, 4);
                assert_int_equal(v.conducted, conducted[kind]);
                assert_int_equal(v.broken, kind == BROKEN ? 4 : 0);
                assert_int_equal(rl_is_dead(v), dead[kind]);
                assert_int_equal(rl_is_silent(v), silent[kind]);
                dead_count += dead[kind];
                silent_count += silent[kind];
                rl_unit unit = rl_census_unit(census, u, l);
                assert_int_equal(unit.node, 2);
                assert_int_equal(unit.unit, u);
            }
            assert_true(rl_census_dead_share(census, l) == dead_count / 6.0);
            assert_true(rl_census_silent_share(census, l) == silent_count / 6.0);
        }
        rl_census_free(census);
        rl_net_free(net);
    }
    rl_data_free(data);
}

static void relu_units(void **state)
{
    (void)state;
    check("relu", (const uint64_t[UNITS]){ 2, 0, 0, 1, 4, 0 }, (const bool[UNITS]){ 0, 1, 1, 0, 0, 0 },
        (const bool[UNITS]){ 0, 1, 1, 0, 0, 0 });
}

static void relu_with_slope_at_zero(void **state)
{
    (void)state;
    check("relu:1", (const uint64_t[UNITS]){ 3, 0, 4, 1, 4, 0 }, (const bool[UNITS]){ 0, 1, 0, 0, 0, 0 },
        (const bool[UNITS]){ 0, 1, 1, 0, 0, 0 });
}

/* A silent Leaky ReLU unit still learns. */
static void leaky_units(void **state)
{
    (void)state;
    check("leaky_relu", (const uint64_t[UNITS]){ 4, 4, 4, 4, 4, 0 }, (const bool[UNITS]){ 0 },
        (const bool[UNITS]){ 0, 1, 1, 0, 0, 0 });
}

/* z reaches 7: a ReLU6 unit is dead above 6 as well as below 0, and then not silent. */
static void relu6_units(void **state)
{
    (void)state;
    check("relu6", (const uint64_t[UNITS]){ 2, 0, 0, 1, 2, 0 }, (const bool[UNITS]){ 0, 1, 1, 0, 0, 0 },
        (const bool[UNITS]){ 0, 1, 1, 0, 0, 0 });
    rl_error err = { 0 };
    rl_dataset *data = points();
    rl_net *net = net_with("relu6", 1);
    rl_parameters(net, NULL)[UNITS + ALWAYS] = 10;
    rl_census *census = rl_census_new(net, &err);
    assert_true(rl_census_take(census, net, data, &err));
    assert_true(rl_is_dead(rl_census_vitals(census, ALWAYS, 0)));
    assert_false(rl_is_silent(rl_census_vitals(census, ALWAYS, 0)));
    rl_census_free(census);
    rl_net_free(net);
    rl_data_free(data);
}

/* Slopes that only round to 0 are not death. */
static void saturated_is_not_dead(void **state)
{
    (void)state;
    check("sigmoid", (const uint64_t[UNITS]){ 4, 4, 4, 4, 4, 0 }, (const bool[UNITS]){ 0 },
        (const bool[UNITS]){ 0, 1, 1, 0, 0, 0 });
    rl_error err = { 0 };
    rl_dataset *data = points();
    rl_net *net = net_with("tanh", 1);
    rl_parameters(net, NULL)[UNITS + DEAD] = -500;
    rl_census *census = rl_census_new(net, &err);
    assert_true(rl_census_take(census, net, data, &err));
    assert_false(rl_is_dead(rl_census_vitals(census, DEAD, 0)));
    rl_census_free(census);
    rl_net_free(net);
    rl_data_free(data);
}

/* The output's curve has no units; dropout is off whatever training did. */
static void only_hidden_units_count(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_dataset *data = points();
    rl_net *net = rl_net_new((rl_net_config){ 0 }, &err);
    rl_net_append(
        net, "input 1; dense 3; relu; dropout 0.9; dense 4; tanh; dense 2; relu", (rl_dense_config){ .bias = 9 }, &err);
    rl_census *census = rl_census_new(net, &err);
    assert_true(rl_census_take(census, net, data, &err));
    assert_int_equal(rl_census_units(census), 7);
    assert_int_equal(rl_census_unit(census, 3, 0).node, 5);
    for (size_t u = 0; u < 3; u++)
        assert_int_equal(rl_census_vitals(census, u, 0).fired, 4);
    rl_census_free(census);
    rl_net_free(net);
    rl_data_free(data);
}

static void wrong_reference_is_refused(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_dataset *data = normal_data(4, 3, 2, 1);
    rl_net *net = net_with("relu", 1);
    rl_census *census = rl_census_new(net, &err);
    assert_false(rl_census_take(census, net, data, &err));
    assert_int_equal(err.code, RL_BAD_SHAPE);
    rl_census_free(census);
    rl_net_free(net);
    rl_data_free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(relu_units),
        cmocka_unit_test(relu_with_slope_at_zero),
        cmocka_unit_test(leaky_units),
        cmocka_unit_test(relu6_units),
        cmocka_unit_test(saturated_is_not_dead),
        cmocka_unit_test(only_hidden_units_count),
        cmocka_unit_test(wrong_reference_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
