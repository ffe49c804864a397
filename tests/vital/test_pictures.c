/* Units that stand at many positions: census, examination and monitor must find in a picture's channel what a plain count
 * over all examples and all positions finds, in every lane. */
#include "nets.h"

enum { ROWS = 70 };

static const char *const texts[] = {
    "input 2x3x4; leaky_relu:0.3; relu; flatten; dense 4",
    "input 3x5x5; prelu; relu6; prelu; hard_swish; dropout 0.4; flatten; dense 6; relu; dense 2",
    "input 2x6x5; conv 7 3 padding 1 stride 2; relu; pool 2; conv 6 1 padding 1 groups 1; relu; flatten; dense 3",
    "input 2x2x3; conv_transposed 7 3 padding 1 stride 2; relu; conv_transposed 3 2; relu; flatten; dense 3",
    "input 2x6x5; conv 7 3 stride 2; batch_norm; relu; conv 6 1; layer_norm; relu; flatten; batch_norm; dense 3",
    "input 20; dense 36; reshape 9x2x2; relu; flatten; dense 18; reshape 2x3x3; relu; flatten; dense 2",
};
enum { TEXTS = sizeof texts / sizeof *texts };

/* The channels differ: some hardly ever above 0, some never. */
static rl_net *net_of(const char *text, int lanes)
{
    rl_error err = { 0 };
    rl_net *net = rl_net_new((rl_net_config){ .seed = 3, .lanes = lanes }, &err);
    rl_net_append(net, text, (rl_dense_config){ .bias = -0.5f }, &err);
    assert_no_error(&err);
    size_t count;
    float *w = rl_parameters(net, &count);
    for (size_t i = 0; i < count * (size_t)lanes; i++)
        w[i] += (float)(i % 7 == 3) * -0.4f;
    return net;
}

static rl_dataset *data_for(const rl_net *net)
{
    const size_t features = (size_t)rl_net_inputs(net);
    rl_dataset *data = normal_data(ROWS, features, 2, 9);
    for (size_t i = 0; i < ROWS * features; i++)
        data->x[i] -= i % features < features / 3 ? 8 : 1.5f * (float)(i % features % 5);
    return data;
}

/* One unit, looked at example by example and position by position. */
typedef struct {
    uint64_t conducted, fired, broken;
    float highest, lowest_a;
    long row;
    uint64_t zeros;
} tally;

static tally count(const rl_net *net, rl_pass *pass, const rl_dataset *data, rl_unit who)
{
    const rl_node_info info = rl_net_node(net, who.node);
    const size_t lanes = (size_t)rl_net_lanes(net), positions = (size_t)info.positions;
    tally t = { .highest = -INFINITY, .lowest_a = INFINITY, .row = -1 };
    float *x = malloc(data->features * lanes * sizeof *x);
    float alpha;
    const rl_activation *curve = rl_net_curve(net, who.node, who.lane, &alpha);
    if (curve->learned)
        alpha =
            rl_parameters((rl_net *)(uintptr_t)net, NULL)[(info.offset + (size_t)who.unit) * lanes + (size_t)who.lane];
    for (size_t r = 0; r < data->rows; r++) {
        for (size_t i = 0; i < data->features * lanes; i++)
            x[i] = data->x[r * data->features + i / lanes];
        rl_forward(net, pass, x, 1);
        for (size_t p = 0; p < positions; p++) {
            const size_t at = ((size_t)who.unit * positions + p) * lanes + (size_t)who.lane;
            const float z = rl_values(pass, info.reads[0])[at], a = rl_values(pass, who.node)[at];
            t.conducted += rl_activation_conducts(curve, alpha, z);
            t.fired += z > 0;
            t.zeros += a == 0;
            t.lowest_a = a < t.lowest_a ? a : t.lowest_a;
            if (z > t.highest) {
                t.highest = z;
                t.row = (long)r;
            }
        }
    }
    free(x);
    return t;
}

/* Gives how many are dead, in all lanes. */
static size_t check(const char *text, int lanes)
{
    rl_error err = { 0 };
    rl_net *net = net_of(text, lanes);
    rl_dataset *data = data_for(net);
    rl_pass *pass = rl_pass_new(net, 1, &err);
    rl_census *census = rl_census_new(net, &err);
    rl_examination *e = rl_examine_new(net, (rl_thresholds){ 0 }, &err);
    rl_monitor *monitor = rl_monitor_new(net, data, 0, &err);
    assert_true(rl_census_take(census, net, data, &err));
    assert_true(rl_examine_rows(e, net, data, &err) && rl_examine_end(e, net, &err));
    rl_monitor_look(monitor, net, 0);
    assert_true(rl_monitor_check(monitor, &err));
    size_t dead = 0;
    for (size_t i = 0; i < rl_census_units(census); i++)
        for (int l = 0; l < lanes; l++) {
            const rl_unit who = rl_census_unit(census, i, l);
            const rl_node_info info = rl_net_node(net, who.node);
            const tally t = count(net, pass, data, who);
            const rl_vitals v = rl_census_vitals(census, i, l);
            const rl_signs s = rl_examination_signs(e, i, l);
            assert_int_equal(v.rows, ROWS * info.positions);
            assert_int_equal(v.conducted, t.conducted);
            assert_int_equal(v.fired, t.fired);
            assert_int_equal(v.broken, 0);
            assert_memory_equal(&s.counts, &v, sizeof v);
            assert_true(s.highest_z == t.highest && s.lowest_a == t.lowest_a);
            assert_int_equal(s.highest_row, t.row);
            assert_true(s.zeros == (double)t.zeros / (ROWS * info.positions));
            assert_int_equal(rl_monitor_state(monitor, i, l).dead, t.conducted == 0);
            assert_int_equal(rl_monitor_state(monitor, i, l).silent, t.fired == 0);
            dead += t.conducted == 0;
        }
    rl_monitor_free(monitor);
    rl_examination_free(e);
    rl_census_free(census);
    rl_pass_free(pass);
    rl_data_free(data);
    rl_net_free(net);
    return dead;
}

static void a_channel_is_one_unit(void **state)
{
    (void)state;
    for (int w = 0; w < LANE_COUNTS; w++) {
        size_t dead = 0;
        for (int t = 0; t < TEXTS && rl_lanes_supported(all_lanes[w]); t++)
            dead += check(texts[t], all_lanes[w]);
        assert_true(dead > 0 || !rl_lanes_supported(all_lanes[w])); /* else this says little */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(a_channel_is_one_unit) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
