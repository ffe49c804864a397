/* Nets and passes: shapes, text, values by hand, and above all that a lane of a pack is that net alone. */
#include "lanes.h"

static void dense_by_hand(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_net *net = net_of("input 2; dense 3; relu; dense 1", 1, 1, &err);
    assert_no_error(&err);
    size_t count;
    float *w = rl_parameters(net, &count);
    assert_int_equal(count, 13);
    const float chosen[13] = { 1, 2, -1, 1, 0.5f, 0.5f, 0, 1, -3, 2, 3, 4, 0.25f };
    memcpy(w, chosen, sizeof chosen);
    rl_pass *pass = rl_pass_new(net, 2, &err);
    const float x[4] = { 1, 2, -1, 0.5f };
    rl_forward(net, pass, x, 2);
    /* z = (5, 2, -1.5) and (0, 2.5, -3.25); a = max(z, 0) */
    const float z[6] = { 5, 2, -1.5f, 0, 2.5f, -3.25f };
    assert_memory_equal(rl_values(pass, 1), z, sizeof z);
    const float y[2] = { 2 * 5 + 3 * 2 + 0.25f, 3 * 2.5f + 0.25f };
    assert_memory_equal(rl_output(pass), y, sizeof y);
    const float dloss[2] = { 1, 10 };
    rl_backward(net, pass, dloss);
    /* z = 0 passes nothing on: ReLU's slope at 0 is 0 */
    const float dw[13] = { 2, 4, 3 - 30, 6 + 15, 0, 0, 2, 3 + 30, 0, 5, 2 + 25, 0, 11 };
    assert_memory_equal(rl_gradients(pass), dw, sizeof dw);
    rl_pass_free(pass);
    rl_net_free(net);
}

static void slope_at_zero_can_be_one(void **state)
{
    (void)state;
    rl_error err = { 0 };
    for (int at_zero = 0; at_zero < 2; at_zero++) {
        rl_net *net =
            net_of(at_zero ? "input 1; dense 1; relu:1; dense 1" : "input 1; dense 1; relu; dense 1", 1, 1, &err);
        assert_no_error(&err);
        const float chosen[4] = { 1, 0, 1, 0 };
        memcpy(rl_parameters(net, NULL), chosen, sizeof chosen);
        rl_pass *pass = rl_pass_new(net, 1, &err);
        rl_forward(net, pass, (const float[]){ 0 }, 1);
        rl_backward(net, pass, (const float[]){ 1 });
        assert_true(rl_gradients(pass)[1] == (float)at_zero);
        rl_pass_free(pass);
        rl_net_free(net);
    }
}

static void skip_adds(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_net *net = net_of("input 2; dense 2; tanh; add 0; dense 1 @3; identity", 1, 3, &err);
    assert_no_error(&err);
    rl_pass *pass = rl_pass_new(net, 1, &err);
    const float x[2] = { 0.5f, -2 };
    rl_forward(net, pass, x, 1);
    for (int i = 0; i < 2; i++)
        assert_true(rl_values(pass, 3)[i] == rl_values(pass, 2)[i] + x[i]);
    rl_pass_free(pass);
    rl_net_free(net);
}

static void text_round_trip(void **state)
{
    (void)state;
    static const char *const texts[] = { "input 64; dense 32; relu; dense 10", "input 2x3x4; batch_norm; layer_norm",
        "input 3; dense 5; leaky_relu:0.2; dropout 0.5; dense 5; add 2; prelu:0.25 shared; dense 2 no_bias @4",
        "input 2x3x4; prelu:0.25; flatten; relu @1; concatenate 1; flatten; reshape 48x1x1",
        ("input 3x9x8; conv 6 3x2 stride 2 padding 1 dilation 1x2 groups 3 no_bias; pool 2 stride 1 padding 1; "
         "average_pool 2x3; global_pool; flatten"),
        "input 4x3x2; conv_transposed 6 3x2; relu; conv_transposed 2 3 stride 2x3 padding 1x0 dilation 1x2 "
        "output_padding "
        "1x2 groups 2 no_bias" };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        rl_error err = { 0 };
        char said[256];
        rl_net *net = net_of(texts[i], 1, 1, &err);
        assert_no_error(&err);
        assert_true(rl_net_describe(net, 0, said, sizeof said, &err));
        assert_string_equal(said, texts[i]);
        assert_false(rl_net_describe(net, 0, said, 20, &err));
        rl_net_free(net);
    }
}

static void bad_text_says_what(void **state)
{
    (void)state;
    static const struct {
        const char *layers, *said;
    } cases[] = {
        { "input 2; dens 3", "did you mean \"dense\"" },
        { "input 2; leaky_rel", "did you mean \"leaky_relu\"" },
        { "input 2; dense 0", "at least 1" },
        { "input 2; dense x", "dense x" },
        { "input 2; dense 3 4", "expected dense N" },
        { "input 0", "at least 1" },
        { "dense 3", "no input yet" },
        { "input 2; input 3", "one input" },
        { "input 2; dense 3; add 0", "gives 3 values" },
        { "input 2; add 7", "add 7" },
        { "input 2; dropout 1", "below 1" },
        { "input 2; relu:abc", "after the colon" },
        { "input 2; relu shared", "stands alone" },
        { "input 2; dense 3 @5", "@5" },
        { "input 2;; dense 3", "between two semicolons" },
        { "input 2; dense 99999999999999999999", "dense 9999" },
        { "input 1000000000; dense 1000000000", "memory" },
        { "input 2; relu a b c d e f g h i j k l m n o p", "too many" },
        { "input 2; relu relu", "stands alone" },
        { "input 2x3x4; dense 5", "a picture of 2x3x4; expected a vector (flatten it first)" },
        { "input 2x3x4x5x6", "expected input N" },
        { "input 2x0x4", "expected input N" },
        { "input 99999x99999x99999", "below 2^31" },
        { "input 2x3x4; flatten 3", "expected flatten" },
        { "input 24; reshape 5x5", "gives 24, 24 values; expected the 25 of 5x5" },
        { "input 24; reshape", "expected reshape N" },
        { "input 2x3x4; relu; flatten; concatenate 1", "gives 24 and node 1 gives 2x3x4" },
        { "input 1x3x3; conv 2 5", "conv: a kernel of 5x5 is larger than its picture: node 0 gives 1x3x3" },
        { "input 1x3x9; pool 4", "pool: a kernel of 4x4 is larger than its picture" },
        { "input 1x4x4; conv 2 3 dilation 2", "a kernel of 5x5 is larger than its picture" },
        { "input 9; conv 2 3", "conv: node 0 gives 9 values; expected a picture" },
        { "input 9; global_pool", "global_pool: node 0 gives 9 values; expected a picture" },
        { "input 3x4x4; conv 4 2 groups 2", "groups that divide both" },
        { "input 1x4x4; conv 4", "expected conv CHANNELS KERNEL" },
        { "input 1x4x4; conv 4 2 stride 0", "expected conv CHANNELS KERNEL" },
        { "input 1x4x4; conv 4 2x2x2", "expected conv CHANNELS KERNEL" },
        { "input 8x8; batch_norm", "batch_norm: node 0 gives 8x8; expected a vector or a picture (layer_norm takes" },
        { "batch_norm", "no input yet" },
        { "layer_norm", "no input yet" },
        { "input 4; batch_norm 4", "\"batch_norm 4\"; expected batch_norm, and no more words" },
        { "input 4; layer_norm 4", "\"layer_norm 4\"; expected layer_norm, and no more words" },
        { "input 9; conv_transposed 2 3", "conv_transposed: node 0 gives 9 values; expected a picture" },
        { "input 3x4x4; conv_transposed 4 2 groups 2", "conv_transposed: 4 channels from 3 in 2 groups" },
        { "input 1x4x4; conv_transposed 4", "expected conv_transposed CHANNELS KERNEL" },
        { "input 1x4x4; conv 4 2 output_padding 1", "expected conv CHANNELS KERNEL" },
        { "input 1x4x4; conv_transposed 4 2 output_padding 1",
            "output_padding 1x1, stride 1x1, dilation 1x1; expected" },
        { "input 1x4x4; conv_transposed 4 2 stride 2x3 output_padding 1x3", "output_padding 1x3, stride 2x3" },
        { "input 1x2x2; conv_transposed 4 1 padding 1",
            "conv_transposed: node 0 gives 1x2x2, of which a kernel of 1x1, "
            "stride 1x1 and padding 1x1 make nothing; expected a picture" },
        { "input 1x9x1000000; conv_transposed 4 1 stride 30000", "make more than memory holds" },
        { "input 1x4x4; pool 2 dilation 2", "expected pool KERNEL" },
        { "input 1x4x4; pool 2 padding 2", "at most half the kernel" },
        { "input 1x8x8; conv 4 3; relu; dense 5", "dense: node 2 gives a picture of 4x6x6; expected a vector" },
        { "input 1x99x99; conv 4 40000", "expected 1 to 32768" },
        { "input 2x3x4; flatten; add 0", "gives 24 values and node 0 gives 2x3x4" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rl_error err = { 0 };
        rl_net *net = net_of(cases[i].layers, 1, 1, &err);
        if (!err.code || !strstr(err.text, cases[i].said))
            fail_msg("\"%s\" said \"%s\", not \"%s\"", cases[i].layers, err.text, cases[i].said);
        rl_net_free(net);
    }
}

/* ---- Lanes ---- */

static const char *const lane_nets[] = {
    "input 5; dense 7; relu; dense 3",
    "input 5; dense 6; leaky_relu:0.1; dropout 0.3; dense 5; gelu; dense 3",
    "input 5; dense 9; prelu; dense 9; add 2; softplus; dense 3",
    "input 5; dense 4; rrelu; dense 4; prelu shared; dense 3",
    "input 5; dense 13; tanh; dense 11; selu; dense 2; mish; dense 3",
};

static void a_lane_is_the_net_alone(void **state)
{
    (void)state;
    for (size_t n = 0; n < sizeof lane_nets / sizeof lane_nets[0]; n++)
        assert_lanes_are_nets_alone(lane_nets[n]);
}

/* Curves mixed within one pack: each lane as if its curve were the only one. */
static void lanes_may_have_curves_of_their_own(void **state)
{
    (void)state;
    enum { ROWS = 6 };
    const int lanes = rl_lanes_best();
    const rl_activation *const kinds[] = { &rl_relu, &rl_leaky_relu, &rl_tanh, &rl_gelu };
    const rl_activation *curves[16];
    float alphas[16];
    rl_error err = { 0 };
    for (int l = 0; l < lanes; l++) {
        curves[l] = kinds[l % 4];
        alphas[l] = curves[l] == &rl_leaky_relu ? 0.01f * (float)l : curves[l]->alpha;
    }
    rl_net *pack = rl_net_new((rl_net_config){ .seed = 5, .lanes = lanes }, &err);
    rl_node x = rl_input(pack, (rl_shape){ 1, { 5 } }, &err);
    x = rl_dense(pack, x, (rl_dense_config){ .units = 7 }, &err);
    x = rl_activate_with(pack, x, (rl_activation_config){ .lane_curves = curves, .lane_alphas = alphas }, &err);
    rl_dense(pack, x, (rl_dense_config){ .units = 3 }, &err);
    rl_pass *pack_pass = rl_pass_new(pack, ROWS, &err);
    assert_no_error(&err);
    run_once(pack, pack_pass, ROWS, 5);
    for (int l = 0; l < lanes; l++) {
        rl_net *alone = rl_net_new((rl_net_config){ .seed = 5 + (uint64_t)l }, &err);
        x = rl_input(alone, (rl_shape){ 1, { 5 } }, &err);
        x = rl_dense(alone, x, (rl_dense_config){ .units = 7 }, &err);
        x = rl_activate_with(alone, x, (rl_activation_config){ .curve = curves[l], .alpha = &alphas[l] }, &err);
        rl_dense(alone, x, (rl_dense_config){ .units = 3 }, &err);
        rl_pass *pass = rl_pass_new(alone, ROWS, &err);
        run_once(alone, pass, ROWS, 5 + (uint64_t)l);
        size_t count;
        rl_parameters(alone, &count);
        assert_in_lane(rl_gradients(pass), count, rl_gradients(pack_pass), lanes, l);
        rl_pass_free(pass);
        rl_net_free(alone);
    }
    rl_pass_free(pack_pass);
    rl_net_free(pack);
    curves[1] = &rl_prelu;
    pack = rl_net_new((rl_net_config){ .lanes = lanes }, &err);
    x = rl_input(pack, (rl_shape){ 1, { 5 } }, &err);
    assert_int_equal(rl_activate_with(pack, x, (rl_activation_config){ .lane_curves = curves }, &err), -1);
    assert_non_null(strstr(err.text, "cannot share a pack"));
    rl_net_free(pack);
}

/* The net that was changed and its old pass give what a net made so gives. */
static void a_lane_may_change_its_curve(void **state)
{
    (void)state;
    enum { ROWS = 6, LANES = 4 };
    const rl_activation *const curves[LANES] = { &rl_relu, &rl_leaky_relu, &rl_relu, &rl_tanh };
    const float alphas[LANES] = { 0, 0.25f, 0, 0 };
    rl_error err = { 0 };
    rl_net *changed = net_of("input 5; dense 7; relu; dense 3", LANES, 5, &err);
    rl_pass *pass = rl_pass_new(changed, ROWS, &err);
    assert_no_error(&err);
    run_once(changed, pass, ROWS, 5);
    assert_true(rl_net_set_curve(changed, 2, 1, &rl_leaky_relu, 0.5f, &err));
    assert_true(rl_net_set_curve(changed, 2, 3, &rl_tanh, 0, &err));
    assert_true(rl_net_set_curve(changed, 2, 1, &rl_leaky_relu, 0.25f, &err));
    run_once(changed, pass, ROWS, 5);

    rl_net *made = rl_net_new((rl_net_config){ .seed = 5, .lanes = LANES }, &err);
    rl_node x = rl_dense(made, rl_input(made, (rl_shape){ 1, { 5 } }, &err), (rl_dense_config){ .units = 7 }, &err);
    x = rl_activate_with(made, x, (rl_activation_config){ .lane_curves = curves, .lane_alphas = alphas }, &err);
    rl_dense(made, x, (rl_dense_config){ .units = 3 }, &err);
    rl_pass *other = rl_pass_new(made, ROWS, &err);
    assert_no_error(&err);
    size_t count;
    const float *w = rl_parameters(changed, &count);
    memcpy(rl_parameters(made, NULL), w, count * LANES * sizeof *w);
    run_once(made, other, ROWS, 5);
    assert_memory_equal(rl_output(pass), rl_output(other), ROWS * 3 * LANES * sizeof(float));
    assert_memory_equal(rl_gradients(pass), rl_gradients(other), count * LANES * sizeof(float));
    float alpha;
    assert_ptr_equal(rl_net_curve(changed, 2, 1, &alpha), &rl_leaky_relu);
    assert_true(alpha == 0.25f);
    assert_ptr_equal(rl_net_curve(changed, 2, 2, NULL), &rl_relu);
    rl_pass_free(pass);
    rl_pass_free(other);
    rl_net_free(changed);
    rl_net_free(made);
}

static void a_curve_that_cannot_change_says_why(void **state)
{
    (void)state;
    const struct {
        const char *layers;
        rl_node node;
        int lane;
        const rl_activation *curve;
        float alpha;
        const char *said;
    } cases[] = {
        { "input 2; dense 2; relu; dense 1", 1, 0, &rl_relu, 0, "node 1, lane 0: expected an activation" },
        { "input 2; dense 2; relu; dense 1", 2, 4, &rl_relu, 0, "a lane of 0 to 3" },
        { "input 2; dense 2; relu; dense 1", 2, -1, &rl_relu, 0, "a lane of 0 to 3" },
        { "input 2; dense 2; relu; dense 1", 7, 0, &rl_relu, 0, "nodes 0 to 3" },
        { "input 2; dense 2; relu; dense 1", 2, 0, &rl_leaky_relu, NAN, "finite" },
        { "input 2; dense 2; relu; dense 1", 2, 0, &rl_prelu, 0, "cannot share a pack" },
        { "input 2; dense 2; prelu; dense 1", 2, 0, &rl_prelu, 0.5f, "stays for good" },
        { "input 2; dense 2; rrelu; dense 1", 2, 0, &rl_rrelu, 0.5f, "stays for good" },
        { "input 2; dense 2; relu; dense 1", 2, 0, NULL, 0, "no curve" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rl_error err = { 0 };
        rl_net *net = net_of(cases[i].layers, 4, 1, &err);
        assert_no_error(&err);
        float before, after;
        const rl_activation *was = rl_net_curve(net, 2, 0, &before);
        assert_false(rl_net_set_curve(net, cases[i].node, cases[i].lane, cases[i].curve, cases[i].alpha, &err));
        if (!strstr(err.text, cases[i].said))
            fail_msg("said \"%s\", not \"%s\"", err.text, cases[i].said);
        assert_ptr_equal(rl_net_curve(net, 2, 0, &after), was);
        assert_true(after == before);
        rl_net_free(net);
    }
}

static void nan_stays_in_its_lane(void **state)
{
    (void)state;
    rl_error err = { 0 };
    const int lanes = rl_lanes_best();
    for (size_t n = 0; n < sizeof lane_nets / sizeof lane_nets[0]; n++) {
        rl_net *net = net_of(lane_nets[n], lanes, 9, &err);
        rl_pass *pass = rl_pass_new(net, 1, &err);
        assert_no_error(&err);
        float *x = calloc((size_t)(5 * lanes), sizeof *x);
        x[2 * lanes + 1] = NAN;
        rl_forward(net, pass, x, 1);
        for (int o = 0; o < 3; o++)
            for (int l = 0; l < lanes; l++)
                assert_int_equal(isnan(rl_output(pass)[o * lanes + l]) != 0, l == 1);
        free(x);
        rl_pass_free(pass);
        rl_net_free(net);
    }
}

static void dropout_keeps_the_mean(void **state)
{
    (void)state;
    enum { ROWS = 400, UNITS = 50 };
    rl_error err = { 0 };
    rl_net *net = net_of("input 50; dropout 0.25", 1, 77, &err);
    rl_pass *pass = rl_pass_new(net, ROWS, &err);
    float *x = calloc(ROWS * UNITS, sizeof *x);
    for (int i = 0; i < ROWS * UNITS; i++)
        x[i] = 3;
    rl_forward(net, pass, x, ROWS);
    assert_memory_equal(rl_output(pass), x, ROWS * UNITS * sizeof *x);
    rl_pass_training(pass, 1);
    rl_forward(net, pass, x, ROWS);
    double kept = 0;
    for (int i = 0; i < ROWS * UNITS; i++) {
        assert_true(rl_output(pass)[i] == 0 || rl_output(pass)[i] == 4);
        kept += rl_output(pass)[i] != 0;
    }
    kept /= ROWS * UNITS;
    assert_true(fabs(kept - 0.75) < 4 * sqrt(0.75 * 0.25 / (ROWS * UNITS)));
    free(x);
    rl_pass_free(pass);
    rl_net_free(net);
}

static void he_depends_on_the_curve(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_net *relu = net_of("input 100; dense 200; relu", 1, 4, &err),
           *leaky = net_of("input 100; dense 200; leaky_relu:1", 1, 4, &err);
    assert_no_error(&err);
    for (int i = 0; i < 20000; i++) /* the same draws, a gain of √2 against 1 */
        assert_true(fabsf(rl_parameters(relu, NULL)[i] - sqrtf(2) * rl_parameters(leaky, NULL)[i]) < 1e-6f);
    rl_net_free(relu);
    rl_net_free(leaky);
}

static bool make_and_run(rl_memory memory, rl_error *err)
{
    rl_net *net = rl_net_new((rl_net_config){ .lanes = 4, .memory = memory }, err);
    if (net)
        rl_net_append(
            net, "input 5; dense 6; rrelu; dropout 0.5; dense 6; add 2; prelu; dense 2", (rl_dense_config){ 0 }, err);
    rl_net *copy = err->code ? NULL : rl_net_copy_lane(net, 2, err);
    rl_pass *pass = err->code ? NULL : rl_pass_new(net, 3, err);
    rl_pass_free(pass);
    rl_net_free(copy);
    rl_net_free(net);
    return !err->code;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    fail_every_allocation(make_and_run);
}

static void lanes_are_checked(void **state)
{
    (void)state;
    for (int lanes = -1; lanes < 20; lanes++) {
        rl_error err = { 0 };
        rl_net *net = rl_net_new((rl_net_config){ .lanes = lanes }, &err);
        assert_int_equal(net != NULL, lanes == 0 || rl_lanes_supported(lanes));
        rl_net_free(net);
    }
    assert_true(rl_lanes_supported(1) && rl_lanes_supported(4) && rl_lanes_supported(rl_lanes_best()));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dense_by_hand),
        cmocka_unit_test(slope_at_zero_can_be_one),
        cmocka_unit_test(skip_adds),
        cmocka_unit_test(text_round_trip),
        cmocka_unit_test(bad_text_says_what),
        cmocka_unit_test(a_lane_is_the_net_alone),
        cmocka_unit_test(lanes_may_have_curves_of_their_own),
        cmocka_unit_test(a_lane_may_change_its_curve),
        cmocka_unit_test(a_curve_that_cannot_change_says_why),
        cmocka_unit_test(nan_stays_in_its_lane),
        cmocka_unit_test(dropout_keeps_the_mean),
        cmocka_unit_test(he_depends_on_the_curve),
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(lanes_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
