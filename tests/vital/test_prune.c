/* Pruning: the same outputs from fewer units; what skips tie together leaves together or stays. */
#include <stdio.h>
#include <unistd.h>

#include "nets.h"

enum { ROOM = 256, ROWS = 100 };

static rl_net *net_of(const char *layers, float bias, uint64_t seed)
{
    rl_error err = { 0 };
    rl_net *net = rl_net_new((rl_net_config){ .seed = seed }, &err);
    rl_net_append(net, layers, (rl_dense_config){ .bias = bias }, &err);
    assert_no_error(&err);
    return net;
}

static float *outputs_of(const rl_net *net, const rl_dataset *data)
{
    rl_error err = { 0 };
    const size_t outputs = (size_t)rl_net_outputs(net);
    float *all = malloc(data->rows * outputs * sizeof *all);
    rl_pass *pass = rl_pass_new(net, (int)data->rows, &err);
    assert_no_error(&err);
    rl_forward(net, pass, data->x, (int)data->rows);
    memcpy(all, rl_output(pass), data->rows * outputs * sizeof *all);
    rl_pass_free(pass);
    return all;
}

/* The largest difference between the outputs of two nets, over the largest output. */
static double difference(const rl_net *net, const rl_net *other, const rl_dataset *data)
{
    float *a = outputs_of(net, data), *b = outputs_of(other, data);
    double most = 0, size = 0;
    assert_int_equal(rl_net_outputs(net), rl_net_outputs(other));
    for (size_t i = 0; i < data->rows * (size_t)rl_net_outputs(net); i++) {
        most = fmax(most, fabs((double)a[i] - (double)b[i]));
        size = fmax(size, fabs((double)a[i]));
    }
    free(a);
    free(b);
    return size > 0 ? most / size : most;
}

/* Sets the row of weights of one unit, and its bias. */
static void set_unit(rl_net *net, rl_node dense, int unit, float weight, float bias)
{
    const rl_node_info info = rl_net_node(net, dense);
    const size_t inputs = info.weights / (size_t)info.units;
    float *w = rl_parameters(net, NULL) + info.offset;
    for (size_t k = 0; k < inputs; k++)
        w[(size_t)unit * inputs + k] = weight;
    if (info.parameters > info.weights)
        w[info.weights + (size_t)unit] = bias;
}

/* Prunes what is constant on data. */
static rl_net *prune_on(const rl_net *net, const rl_dataset *data, rl_prune_report *report, rl_prune_fate *fates)
{
    rl_error err = { 0 };
    rl_unit units[ROOM];
    float values[ROOM];
    size_t count;
    assert_true(rl_constants_on_data(net, 0, data, units, values, ROOM, &count, &err));
    assert_true(count <= ROOM);
    rl_net *small = rl_prune(net, units, count, values, fates, report, &err);
    assert_no_error(&err);
    assert_int_equal(report->removed + report->kept, count);
    return small;
}

static void expect_text(const rl_net *net, const char *layers)
{
    char text[256];
    rl_error err = { 0 };
    assert_true(rl_net_describe(net, 0, text, sizeof text, &err));
    assert_string_equal(text, layers);
}

/* Dead ReLU units gave 0: their terms leave every sum as it was, to the bit. */
static void dead_units_leave_the_same_bits(void **state)
{
    (void)state;
    size_t removed = 0;
    for (uint64_t seed = 0; seed < 12; seed++) {
        rl_dataset *data = normal_data(ROWS, 5, 3, seed);
        rl_net *net = net_of("input 5; dense 24; relu; dropout 0.4; dense 16; relu; dense 12; relu; dense 3", -2, seed);
        rl_prune_report report;
        rl_net *small = prune_on(net, data, &report, NULL);
        assert_true(difference(net, small, data) == 0);
        assert_int_equal(report.units_before, 52);
        assert_int_equal(report.units_before - report.units_after, report.removed);
        size_t before, after;
        rl_parameters(net, &before);
        rl_parameters(small, &after);
        assert_true(report.parameters_before == before && report.parameters_after == after);
        assert_true(report.removed == 0 || after < before);
        removed += report.removed;
        rl_census *census = rl_census_new(small, &(rl_error){ 0 });
        assert_true(rl_census_take(census, small, data, &(rl_error){ 0 }));
        assert_true(rl_census_dead_share(census, 0) * (double)report.units_after <= (double)report.kept + 0.5);
        rl_census_free(census);
        rl_net_free(net);
        rl_net_free(small);
        rl_data_free(data);
    }
    assert_true(removed > 60);
}

/* Constants that are not 0 go into the next bias; a layer without biases gets them only if it must. */
static void constants_become_biases(void **state)
{
    (void)state;
    static const struct {
        const char *layers, *left;
    } cases[] = {
        { "input 4; dense 6; sigmoid; dense 3", "input 4; dense 4; sigmoid; dense 3" },
        { "input 4; dense 6; relu6; dropout 0.5; dense 3", "input 4; dense 4; relu6; dropout 0.5; dense 3" },
        { "input 4; dense 6; tanh; dense 3 no_bias; softplus; dense 2",
            "input 4; dense 4; tanh; dense 3; softplus; dense 2" },
        { "input 4; dense 6; batch_norm; relu; batch_norm; dense 3",
            "input 4; dense 4; batch_norm; relu; batch_norm; dense 3" },
        { "input 4; dense 6; batch_norm; tanh; dropout 0.5; batch_norm; dense 3 no_bias",
            "input 4; dense 4; batch_norm; tanh; dropout 0.5; batch_norm; dense 3" },
        { "input 4; dense 6; prelu; dense 3", "input 4; dense 4; prelu:0.25; dense 3" },
        { "input 4; dense 6; prelu shared; dense 3", "input 4; dense 4; prelu:0.25 shared; dense 3" },
        { "input 4; dense 6; relu; tanh; dense 3 no_bias", "input 4; dense 4; relu; tanh; dense 3" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rl_dataset *data = normal_data(ROWS, 4, 2, i);
        rl_net *net = net_of(cases[i].layers, 0.1f, i);
        set_unit(net, 1, 1, 0, 0.7f);
        set_unit(net, 1, 4, 0, i == 1 ? 8 : -0.4f);       /* ReLU6 at its lid */
        for (rl_node n = 0; n < rl_net_nodes(net); n++) { /* a norm's numbers too: each has its own */
            const rl_node_info norm = rl_net_node(net, n);
            for (size_t k = 0; norm.statistics && k < norm.parameters; k++)
                rl_parameters(net, NULL)[norm.offset + k] = 0.2f + 0.1f * (float)(k % 11);
        }
        const rl_node_info curve = rl_net_node(net, 2);
        for (size_t u = 0; curve.curve && u < curve.parameters;
             u++) /* slopes of their own, to see that the right ones stay */
            rl_parameters(net, NULL)[curve.offset + u] = 0.1f * (float)(u + 1);
        rl_prune_report report;
        rl_net *small = prune_on(net, data, &report, NULL);
        expect_text(small, cases[i].left);
        if (!(difference(net, small, data) < 1e-6))
            fail_msg("%s: outputs differ by %g", cases[i].layers, difference(net, small, data));
        rl_net_free(net);
        rl_net_free(small);
        rl_data_free(data);
    }
}

/* What fed nothing but zeros needs no bias. */
static void zeros_need_no_bias(void **state)
{
    (void)state;
    rl_dataset *data = normal_data(ROWS, 3, 2, 1);
    rl_net *net = net_of("input 3; dense 4; relu; dense 2 no_bias", 0.5f, 1);
    set_unit(net, 1, 2, 0, -1);
    rl_prune_report report;
    rl_net *small = prune_on(net, data, &report, NULL);
    expect_text(small, "input 3; dense 3; relu; dense 2 no_bias");
    assert_true(difference(net, small, data) == 0);
    assert_int_equal(report.parameters_before - report.parameters_after, 3 + 1 + 2);
    rl_net_free(net);
    rl_net_free(small);
    rl_data_free(data);
}

/* A sum of two paths: a place leaves only where both are constant. */
static void skips_are_respected(void **state)
{
    (void)state;
    rl_dataset *data = normal_data(ROWS, 3, 2, 2);
    rl_net *net = net_of("input 3; dense 5; relu; dense 5; relu; add 2; dense 4; tanh; dense 2", 0.6f, 2);
    set_unit(net, 1, 0, 0, -1); /* dead in both */
    set_unit(net, 3, 0, 0, -1);
    set_unit(net, 1, 1, 0, -1); /* dead in the first alone */
    set_unit(net, 3, 2, 0, -1); /* dead in the second alone */
    set_unit(net, 1, 3, 0, 2);  /* constant in both */
    set_unit(net, 3, 3, 0, 3);
    rl_prune_report report;
    rl_prune_fate fates[ROOM];
    rl_net *small = prune_on(net, data, &report, fates);
    expect_text(small, "input 3; dense 3; relu; dense 3; relu; add 2; dense 4; tanh; dense 2");
    assert_true(difference(net, small, data) < 1e-6);
    assert_int_equal(report.removed, 4);
    assert_int_equal(report.kept, 2);
    for (size_t i = 0; i < 6; i++) /* by node, then unit: 0, 1, 3 of the first, 0, 2, 3 of the second */
        assert_int_equal(fates[i], i == 1 || i == 4 ? RL_KEPT_FOR_SKIP : RL_REMOVED);
    rl_net_free(net);
    rl_net_free(small);

    /* Two paths that nothing but the sum reads: one of them constant is not enough, whichever it is. */
    for (rl_node dead = 1; dead <= 3; dead += 2) {
        net = net_of("input 3; dense 4; relu; dense 4 @0; relu; add 2; dense 2", 0.6f, 5);
        set_unit(net, dead, 1, 0, 2);
        small = prune_on(net, data, &report, fates);
        assert_true(report.removed == 0 && report.kept == 1 && fates[0] == RL_KEPT_FOR_SKIP);
        assert_true(difference(net, small, data) == 0);
        rl_net_free(net);
        rl_net_free(small);
    }

    /* The pre-activation is read by someone else, too. */
    net = net_of("input 3; dense 4; relu; dense 4; add 1; relu; dense 2", 0.6f, 3);
    set_unit(net, 1, 1, 0, -1);
    small = prune_on(net, data, &report, fates);
    assert_true(report.removed == 0 && report.kept == 1 && fates[0] == RL_KEPT_FOR_SKIP);
    assert_true(difference(net, small, data) == 0);
    rl_net_free(net);
    rl_net_free(small);
    rl_data_free(data);
}

/* What is said of one curve follows for those that read it. */
static void constants_pass_through_curves(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_dataset *data = normal_data(ROWS, 3, 2, 7);
    rl_net *net = net_of("input 3; dense 4; relu; gelu; dropout 0.2; dense 2", 0.6f, 7);
    set_unit(net, 1, 1, 0, 1.5f);
    rl_net *small = rl_prune(net, (rl_unit[]){ { 2, 1, 0 } }, 1, (float[]){ 1.5f }, NULL, NULL, &err);
    expect_text(small, "input 3; dense 3; relu; gelu; dropout 0.2; dense 2");
    assert_true(difference(net, small, data) < 1e-6);
    rl_net_free(net);
    rl_net_free(small);
    rl_data_free(data);
}

/* Nets of pictures, and what is left of them when channel 1 of the first convolution gives 0.7 (by sigmoid) or 0 (by
 * ReLU) everywhere. */
static void channels_leave_where_they_can(void **state)
{
    (void)state;
    static const struct {
        const char *layers, *left;
        rl_prune_fate fate;
    } cases[] = {
        { "conv 3 3; relu; conv 2 3 padding 1; relu; flatten; dense 2",
            "conv 2 3; relu; conv 2 3 padding 1; relu; flatten; dense 2", RL_REMOVED },
        { "conv 3 3; sigmoid; conv 2 3; relu; flatten; dense 2", "conv 2 3; sigmoid; conv 2 3; relu; flatten; dense 2",
            RL_REMOVED },
        { "conv 3 3; sigmoid; conv 2 3 padding 1; relu; flatten; dense 2",
            "conv 3 3; sigmoid; conv 2 3 padding 1; relu; flatten; dense 2", RL_KEPT_FOR_PADDING },
        { "conv 3 3 no_bias; relu; pool 3 padding 1 stride 2; dropout 0.25; flatten; dense 2",
            "conv 2 3 no_bias; relu; pool 3 stride 2 padding 1; dropout 0.25; flatten; dense 2", RL_REMOVED },
        { "conv 3 3; sigmoid; pool 3 padding 1; flatten; dense 2 no_bias",
            "conv 2 3; sigmoid; pool 3 padding 1; flatten; dense 2", RL_REMOVED },
        { "conv 3 3; relu; average_pool 2 padding 1; flatten; dense 2",
            "conv 2 3; relu; average_pool 2 padding 1; flatten; dense 2", RL_REMOVED },
        { "conv 3 3; sigmoid; average_pool 2; flatten; dense 2", "conv 2 3; sigmoid; average_pool 2; flatten; dense 2",
            RL_REMOVED },
        { "conv 3 3; sigmoid; average_pool 2 padding 1; flatten; dense 2",
            "conv 3 3; sigmoid; average_pool 2 padding 1; flatten; dense 2", RL_KEPT_FOR_PADDING },
        { "conv 3 3; prelu:0.1; global_pool; flatten; dense 4; tanh; dense 2",
            "conv 2 3; prelu:0.1; global_pool; flatten; dense 4; tanh; dense 2", RL_REMOVED },
        { "conv 3 3; relu; conv 3 1; add 2; conv 2 1; flatten; dense 2",
            "conv 3 3; relu; conv 3 1; add 2; conv 2 1; flatten; dense 2", RL_KEPT_FOR_SKIP },
        { "conv 3 3; relu; conv 3 3 groups 3; relu; flatten; dense 2",
            "conv 3 3; relu; conv 3 3 groups 3; relu; flatten; dense 2", RL_KEPT_FOR_PLACE },
        { "conv 3 3; relu; concatenate 1; conv 2 1; flatten; dense 2",
            "conv 3 3; relu; concatenate 1; conv 2 1; flatten; dense 2", RL_KEPT_FOR_PLACE },
        { "conv 3 3; relu; reshape 4x3x3; conv 2 1; flatten; dense 2",
            "conv 3 3; relu; reshape 4x3x3; conv 2 1; flatten; dense 2", RL_KEPT_FOR_PLACE },
        { "conv 3 3; relu; flatten; dense 48; add 3; dense 2", "conv 3 3; relu; flatten; dense 48; add 3; dense 2",
            RL_KEPT_FOR_PLACE },
        { "conv 3 3; relu; flatten", "conv 3 3; relu; flatten", RL_KEPT_FOR_OUTPUT },
        { "conv 3 3; batch_norm; relu; conv 2 3 padding 1; relu; flatten; dense 2",
            "conv 2 3; batch_norm; relu; conv 2 3 padding 1; relu; flatten; dense 2", RL_REMOVED },
        { "conv 3 3; sigmoid; batch_norm; conv 2 3; tanh; flatten; dense 2",
            "conv 2 3; sigmoid; batch_norm; conv 2 3; tanh; flatten; dense 2", RL_REMOVED },
        { "conv 3 3; sigmoid; batch_norm; conv 2 3 padding 1; relu; flatten; dense 2",
            "conv 3 3; sigmoid; batch_norm; conv 2 3 padding 1; relu; flatten; dense 2", RL_KEPT_FOR_PADDING },
        { "conv 3 3; relu; batch_norm; flatten; batch_norm; dense 2",
            "conv 2 3; relu; batch_norm; flatten; batch_norm; dense 2", RL_REMOVED },
        { "conv 3 3; relu; layer_norm; flatten; dense 2", "conv 3 3; relu; layer_norm; flatten; dense 2",
            RL_KEPT_FOR_PLACE },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char whole[160];
        const bool gives_zero = strstr(cases[i].layers, "sigmoid") == NULL;
        snprintf(whole, sizeof whole, "input 2x6x%d; %s", strstr(cases[i].layers, "add 3") ? 6 : 5, cases[i].layers);
        rl_net *net = net_of(whole, 0.3f, i);
        rl_dataset *data = normal_data(ROWS, (size_t)rl_net_inputs(net), 2, i);
        if (strstr(cases[i].layers, "no_bias; relu")) { /* no bias to hold it down: nothing to see either */
            for (size_t k = 0; k < ROWS * data->features; k++)
                data->x[k] = fabsf(data->x[k]);
            set_unit(net, 1, 1, -1, 0);
        } else {
            set_unit(net, 1, 1, 0, gives_zero ? strstr(cases[i].layers, "prelu") ? 0 : -1 : 0.8473f);
        }
        rl_prune_report report;
        rl_prune_fate fates[ROOM];
        rl_net *small = prune_on(net, data, &report, fates);
        assert_true(report.removed + report.kept >= 1);
        assert_int_equal(fates[0], cases[i].fate);
        assert_true(difference(net, small, data) <= (gives_zero ? 0 : 2e-6));
        snprintf(whole, sizeof whole, "input 2x6x%d; %s", strstr(cases[i].layers, "add 3") ? 6 : 5, cases[i].left);
        expect_text(small, whole);
        rl_net_free(net);
        rl_net_free(small);
        rl_data_free(data);
    }
}

/* Whatever ties channels together: what is left says the same to the bit where only dead units left. */
static void dead_channels_leave_the_same_bits(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "input 1x9x8; conv 8 3 padding 1; relu; pool 2; conv 12 3; relu; flatten; dense 9; relu; dense 3",
        "input 2x7x7; conv 9 3 stride 2; relu; conv 9 3 padding 1; relu; add 2; relu; global_pool; flatten; dense 3",
        "input 1x8x8; conv 8 3 dilation 2; relu; conv 6 2 groups 2; relu; flatten; dense 14; relu; dense 3",
        "input 48; dense 24; relu; reshape 6x2x2; conv 14 2; relu; average_pool 1; flatten; dense 3",
        "input 1x6x6; conv 5 3; relu; conv 6 3 @0; relu; concatenate 2; conv 14 2; relu; flatten; dense 3",
    };
    for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) {
        size_t removed = 0;
        for (uint64_t seed = 0; seed < 8; seed++) {
            rl_net *net = net_of(texts[t], t == 1 ? -2.6f : -1.6f, seed); /* a sum leaves if both its parts do */
            rl_dataset *data = normal_data(ROWS, (size_t)rl_net_inputs(net), 3, seed);
            rl_prune_report report;
            rl_net *small = prune_on(net, data, &report, NULL);
            assert_true(difference(net, small, data) == 0);
            removed += report.removed;
            rl_net_free(net);
            rl_net_free(small);
            rl_data_free(data);
        }
        assert_true(removed > 4);
    }
}

static void inputs_and_outputs_keep_their_width(void **state)
{
    (void)state;
    static const char *const layers[] = { "input 3; dense 3; relu; add 0; dense 4; tanh; dense 2",
        "input 3; dense 4; tanh; dense 2; relu; add 3" };
    for (size_t i = 0; i < 2; i++) {
        rl_dataset *data = normal_data(ROWS, 3, 2, 3);
        rl_net *net = net_of(layers[i], 0.5f, 3);
        set_unit(net, i ? 3 : 1, 1, 0, -1);
        rl_prune_report report;
        rl_prune_fate fates[ROOM];
        rl_net *small = prune_on(net, data, &report, fates);
        assert_true(report.removed == 0 && report.kept == 1 && fates[0] == RL_KEPT_FOR_OUTPUT);
        expect_text(small, layers[i]);
        assert_true(difference(net, small, data) == 0);
        rl_net_free(net);
        rl_net_free(small);
        rl_data_free(data);
    }
}

/* All units of a layer are constant: one stays, the function is the same. */
static void a_layer_keeps_one_unit(void **state)
{
    (void)state;
    rl_dataset *data = normal_data(ROWS, 3, 2, 4);
    rl_net *net = net_of("input 3; dense 4; relu; dense 5; relu; dense 2", 0.5f, 4);
    for (int u = 0; u < 4; u++)
        set_unit(net, 1, u, 0, u == 2 ? 1.5f : -1);
    rl_prune_report report;
    rl_prune_fate fates[ROOM];
    rl_net *small = prune_on(net, data, &report, fates);
    expect_text(small, "input 3; dense 1; relu; dense 1; relu; dense 2"); /* what reads constants is constant */
    assert_true(fates[0] == RL_KEPT_AS_LAST && fates[1] == RL_REMOVED && fates[4] == RL_KEPT_AS_LAST);
    assert_int_equal(report.removed, 7);
    assert_true(difference(net, small, data) < 1e-6);
    rl_net_free(net);
    rl_net_free(small);
    rl_data_free(data);
}

/* Pruned on a proof, the function is the same everywhere in the box. */
static void a_proof_holds_in_the_whole_box(void **state)
{
    (void)state;
    size_t removed = 0;
    for (uint64_t seed = 0; seed < 8; seed++) {
        rl_error err = { 0 };
        rl_net *net = net_of("input 3; dense 20; relu; dense 20; relu6; dense 12; hard_swish; dense 2", -1, seed);
        const rl_interval box[] = { { 0, 1 }, { -0.5f, 0.5f }, { 2, 2.5f } };
        rl_certificate found[ROOM];
        rl_unit units[ROOM];
        float values[ROOM];
        size_t count, constants = 0;
        assert_true(rl_certify_bounds(net, 0, box, found, ROOM, &count, &err));
        for (size_t i = 0; i < count; i++)
            if (found[i].constant) {
                units[constants] = found[i].unit;
                values[constants++] = found[i].value;
            }
        rl_prune_report report;
        rl_net *small = rl_prune(net, units, constants, values, NULL, &report, &err);
        assert_no_error(&err);
        removed += report.removed;
        rl_dataset *data = rl_data_new("box", 4096, 3, 2, 1, (rl_memory){ 0 }, &err);
        rl_random random = rl_random_stream(seed, RL_FOR_TESTS, 5);
        for (size_t i = 0; i < 4096 * 3; i++)
            data->x[i] = (float)((double)box[i % 3].lo +
                                 rl_random_uniform(&random) * ((double)box[i % 3].hi - (double)box[i % 3].lo));
        assert_true(difference(net, small, data) < 1e-6);
        rl_data_free(data);
        rl_net_free(net);
        rl_net_free(small);
    }
    assert_true(removed > 40);
}

/* Constant: varies by no more than 4 ε of its size; NaN is none; every lane of a pack is asked for itself. */
static void constants_are_found_in_every_lane(void **state)
{
    (void)state;
    for (int w = 0; w < LANE_COUNTS; w++) {
        const int lanes = all_lanes[w];
        if (!rl_lanes_supported(lanes))
            continue;
        rl_error err = { 0 };
        rl_dataset *data = normal_data(70, 1, 2, 6);
        rl_net *net = rl_net_new((rl_net_config){ .lanes = lanes }, &err);
        rl_net_append(net, "input 1; dense 5; identity; dense 1", (rl_dense_config){ 0 }, &err);
        float *p = rl_parameters(net, NULL);
        static const float weights[] = { 1, 0, 1e-7f, 1e-5f, NAN }, biases[] = { 0, 3, 3, 3, 0 };
        for (int u = 0; u < 5; u++)
            for (int l = 0; l < lanes; l++) {
                p[u * lanes + l] = weights[(u + l) % 5];
                p[(5 + u) * lanes + l] = biases[(u + l) % 5];
            }
        for (int l = 0; l < lanes; l++) {
            rl_unit units[5];
            float values[5];
            size_t count;
            assert_true(rl_constants_on_data(net, l, data, units, values, 5, &count, &err));
            assert_int_equal(count, 2);
            for (size_t i = 0; i < 2; i++) {
                const int kind = (units[i].unit + l) % 5;
                assert_true(units[i].node == 2 && units[i].lane == l && (kind == 1 || kind == 2));
                assert_true(fabsf(values[i] - 3) < 2e-6f);
            }
        }
        rl_net_free(net);
        rl_data_free(data);
    }
}

/* A unit that is no number on one row only is no constant. */
static void one_broken_row_is_enough(void **state)
{
    (void)state;
    for (size_t row = 0; row < 40; row += 39) {
        rl_error err = { 0 };
        rl_dataset *data = normal_data(40, 1, 2, 6);
        rl_net *net = net_of("input 1; dense 1; relu; dense 1", 0, 1);
        rl_unit unit;
        float value;
        size_t count;
        set_unit(net, 1, 0, 0, 3);
        assert_true(rl_constants_on_data(net, 0, data, &unit, &value, 1, &count, &err) && count == 1 && value == 3);
        data->x[row] = INFINITY; /* times 0 */
        assert_true(rl_constants_on_data(net, 0, data, &unit, &value, 1, &count, &err));
        assert_int_equal(count, 0);
        rl_net_free(net);
        rl_data_free(data);
    }
}

/* A unit that nothing feeds is proved constant, at its curve's value. */
static void constants_are_proved(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_net *net = net_of("input 2; dense 3; tanh; dense 1", 0.2f, 1);
    const rl_interval box[] = { { -1, 1 }, { -1, 1 } };
    rl_certificate found[3];
    size_t count;
    set_unit(net, 1, 1, 0, 0.7f);
    assert_true(rl_certify_bounds(net, 0, box, found, 3, &count, &err));
    assert_true(!found[0].constant && found[1].constant && !found[2].constant);
    assert_true(fabs((double)found[1].value - tanh(0.7)) < 1e-6);
    rl_net_free(net);
}

static void models_go_round_through_files(void **state)
{
    (void)state;
    rl_error err = { 0 };
    char folder[] = "/tmp/relive-prune-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/small.safetensors", folder);
    rl_dataset *data = normal_data(ROWS, 5, 3, 8);
    rl_net *net = net_of("input 5; dense 8; relu; dense 8; relu; add 2; dense 3", 0, 8);
    set_unit(net, 1, 3, 0, -1);
    set_unit(net, 3, 3, 0, 2);
    rl_prune_report report;
    rl_model model = { .net = prune_on(net, data, &report, NULL), .classes = 3 }, back;
    assert_true(report.removed > 0);
    assert_true(rl_model_save(&model, path, &err));
    assert_true(rl_model_load(&back, path, (rl_memory){ 0 }, &err));
    assert_true(difference(model.net, back.net, data) == 0);
    remove(path);
    rmdir(folder);
    rl_model_free(&model);
    rl_model_free(&back);
    rl_net_free(net);
    rl_data_free(data);
}

static void bad_requests_are_refused(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_net *net = net_of("input 3; dense 4; relu; dense 2", 0, 1);
    static const rl_unit bad[] = { { 1, 0, 0 }, { 2, 4, 0 }, { 2, -1, 0 }, { 9, 0, 0 }, { -1, 0, 0 }, { 2, 0, 1 } };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        err = (rl_error){ 0 };
        assert_null(rl_prune(net, &bad[i], 1, NULL, NULL, NULL, &err));
        assert_int_equal(err.code, RL_BAD_CONFIG);
    }
    err = (rl_error){ 0 };
    assert_null(rl_prune(net, (rl_unit[]){ { 2, 0, 0 } }, 1, (float[]){ NAN }, NULL, NULL, &err));
    err = (rl_error){ 0 };
    rl_net *none = rl_prune(net, NULL, 0, NULL, NULL, NULL, &err);
    expect_text(none, "input 3; dense 4; relu; dense 2");
    rl_net_free(none);
    rl_net_free(net);
    net = rl_net_new((rl_net_config){ .lanes = 4 }, &err);
    rl_net_append(net, "input 3; dense 4; relu; dense 2", (rl_dense_config){ 0 }, &err);
    assert_null(rl_prune(net, (rl_unit[]){ { 2, 0, 0 } }, 1, NULL, NULL, NULL, &err));
    assert_int_equal(err.code, RL_BAD_CONFIG);
    rl_net_free(net);
}

static bool prune_with_memory(rl_memory memory, rl_error *err)
{
    rl_dataset *data = normal_data(20, 2, 2, 1);
    rl_net *net = rl_net_new((rl_net_config){ .memory = memory }, err);
    if (net)
        rl_net_append(
            net, "input 2; dense 4; relu; dense 4; relu; add 2; dense 2", (rl_dense_config){ .bias = -2 }, err);
    rl_unit units[8];
    float values[8];
    size_t count;
    rl_net *small = NULL;
    if (net && rl_constants_on_data(net, 0, data, units, values, 8, &count, err))
        small = rl_prune(net, units, count, values, NULL, NULL, err);
    const bool done = small != NULL;
    rl_net_free(small);
    rl_net_free(net);
    rl_data_free(data);
    return done;
}

static void memory_may_run_out(void **state)
{
    (void)state;
    fail_every_allocation(prune_with_memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dead_units_leave_the_same_bits),
        cmocka_unit_test(constants_become_biases),
        cmocka_unit_test(zeros_need_no_bias),
        cmocka_unit_test(skips_are_respected),
        cmocka_unit_test(constants_pass_through_curves),
        cmocka_unit_test(channels_leave_where_they_can),
        cmocka_unit_test(dead_channels_leave_the_same_bits),
        cmocka_unit_test(inputs_and_outputs_keep_their_width),
        cmocka_unit_test(a_layer_keeps_one_unit),
        cmocka_unit_test(a_proof_holds_in_the_whole_box),
        cmocka_unit_test(constants_are_found_in_every_lane),
        cmocka_unit_test(one_broken_row_is_enough),
        cmocka_unit_test(constants_are_proved),
        cmocka_unit_test(models_go_round_through_files),
        cmocka_unit_test(bad_requests_are_refused),
        cmocka_unit_test(memory_may_run_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
