/* Recurrent layers: values by hand, what must hold of any of them, lanes, errors. Derivatives are gradcheck's, and whole
 * trainings against PyTorch stand in tests/train/test_training_golden.c. */
#include "base/threads.h"
#include "lanes.h"
#include "nn/pass.h"

#include <stdio.h>

enum { STEPS = 7, FEATURES = 3, INPUTS = STEPS * FEATURES };

static const char *const texts[] = {
    "input 7x3; rnn 5 tanh; last; dense 3",
    "input 7x3; rnn 6 relu; flatten; dense 3",
    "input 7x3; rnn 4 leaky_relu:0.2 no_bias; rnn 4 gelu; add 1; last; dense 3",
    "input 7x3; rnn 5 prelu; rnn 3 prelu shared; last; dense 3",
    "input 7x3; rnn 5 rrelu; dropout 0.3; last; relu; dense 3",
    "input 7x3; gru 5; last; dense 3",
    "input 7x3; gru 9 no_bias; gru 2; flatten; dense 3",
    "input 7x3; lstm 5; last; dense 3",
    "input 7x3; lstm 3; tanh; lstm 3; add 1; rnn 17 identity; lstm 18 no_bias; last; dense 3",
};
enum { TEXTS = sizeof texts / sizeof *texts };

/* ---- By hand ---- */

static double sigmoid(double x)
{
    return 1 / (1 + exp(-x));
}

/* p_t of a row in double: [gates], the state's part apart in q. */
static void sums(const float *w, size_t gates, size_t units, const float *x, const double *y, double *p, double *q)
{
    const float *w_hh = w + gates * FEATURES, *b_ih = w_hh + gates * units, *b_hh = b_ih + gates;
    for (size_t o = 0; o < gates; o++) {
        p[o] = (double)b_ih[o];
        q[o] = (double)b_hh[o];
        for (size_t i = 0; i < FEATURES; i++)
            p[o] += (double)w[o * FEATURES + i] * (double)x[i];
        for (size_t i = 0; i < units; i++)
            q[o] += (double)w_hh[o * units + i] * y[i];
    }
}

enum { UNITS = 4 };

static void elman(const double *p, const double *q, double *y, double *c)
{
    (void)c;
    for (int u = 0; u < UNITS; u++)
        y[u] = tanh(p[u] + q[u]);
}

static void gru(const double *p, const double *q, double *y, double *c)
{
    (void)c;
    for (int u = 0; u < UNITS; u++) {
        const double r = sigmoid(p[u] + q[u]), z = sigmoid(p[UNITS + u] + q[UNITS + u]),
                     n = tanh(p[2 * UNITS + u] + r * q[2 * UNITS + u]);
        y[u] = (1 - z) * n + z * y[u];
    }
}

static void lstm(const double *p, const double *q, double *y, double *c)
{
    for (int u = 0; u < UNITS; u++) {
        const double i = sigmoid(p[u] + q[u]), f = sigmoid(p[UNITS + u] + q[UNITS + u]),
                     g = tanh(p[2 * UNITS + u] + q[2 * UNITS + u]), o = sigmoid(p[3 * UNITS + u] + q[3 * UNITS + u]);
        c[u] = f * c[u] + i * g;
        y[u] = o * tanh(c[u]);
    }
}

static void the_formulas_hold(void **state)
{
    (void)state;
    static const struct {
        const char *layers;
        size_t gates;
        void (*step)(const double *p, const double *q, double *y, double *c);
    } cells[] = { { "input 7x3; rnn 4", 1, elman }, { "input 7x3; gru 4", 3, gru }, { "input 7x3; lstm 4", 4, lstm } };
    for (size_t k = 0; k < 3; k++) {
        rl_error err = { 0 };
        rl_net *net = net_of(cells[k].layers, 1, 3, &err);
        rl_pass *pass = rl_pass_new(net, 1, &err);
        assert_no_error(&err);
        size_t count;
        float *w = rl_parameters(net, &count), x[INPUTS];
        rl_random random = rl_random_stream(k, RL_FOR_TESTS, 2);
        for (size_t i = 0; i < count; i++)
            w[i] = (float)rl_random_normal(&random);
        for (size_t i = 0; i < INPUTS; i++)
            x[i] = (float)rl_random_normal(&random);
        rl_forward(net, pass, x, 1);
        double y[UNITS] = { 0 }, c[UNITS] = { 0 }, p[4 * UNITS], q[4 * UNITS];
        for (size_t t = 0; t < STEPS; t++) {
            sums(w, cells[k].gates * UNITS, UNITS, x + t * FEATURES, y, p, q);
            cells[k].step(p, q, y, c);
            for (size_t u = 0; u < UNITS; u++)
                assert_true(fabs((double)rl_output(pass)[t * UNITS + u] - y[u]) < 1e-5);
        }
        rl_pass_free(pass);
        rl_net_free(net);
    }
}

/* ---- Laws ---- */

/* What a step gives does not depend on what comes after it; and a shorter sequence is the beginning of a longer one. */
static void the_future_does_not_matter(void **state)
{
    (void)state;
    static const char *const cells[] = { "rnn 5 softplus", "gru 5", "lstm 5" };
    for (size_t k = 0; k < 3; k++)
        for (int steps = 1; steps <= STEPS; steps++) {
            rl_error err = { 0 };
            char text[64];
            snprintf(text, sizeof text, "input %dx3; %s", steps, cells[k]);
            rl_net *part = net_of(text, 1, 5, &err);
            snprintf(text, sizeof text, "input 7x3; %s", cells[k]);
            rl_net *whole = net_of(text, 1, 5, &err);
            rl_pass *part_pass = rl_pass_new(part, 1, &err), *whole_pass = rl_pass_new(whole, 1, &err);
            assert_no_error(&err);
            float x[INPUTS];
            rl_random random = rl_random_stream(k, RL_FOR_TESTS, 3);
            for (size_t i = 0; i < INPUTS; i++)
                x[i] = (float)rl_random_normal(&random);
            rl_forward(part, part_pass, x, 1);
            rl_forward(whole, whole_pass, x, 1);
            assert_memory_equal(rl_output(part_pass), rl_output(whole_pass), (size_t)steps * 5 * sizeof(float));
            rl_pass_free(part_pass);
            rl_pass_free(whole_pass);
            rl_net_free(part);
            rl_net_free(whole);
        }
}

static void a_sequence_of_one_step_is_a_dense_layer(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_net *net = net_of("input 1x4; rnn 6 gelu; last; dense 2", 1, 8, &err);
    rl_net *dense = net_of("input 4; dense 6; gelu; dense 2", 1, 8, &err);
    rl_pass *pass = rl_pass_new(net, 9, &err), *other = rl_pass_new(dense, 9, &err);
    assert_no_error(&err);
    size_t count;
    float *w = rl_parameters(net, &count), *v = rl_parameters(dense, NULL);
    memcpy(v, w, 24 * sizeof *w); /* W_ih; W_hh [6][6] meets no state */
    memcpy(v + 24, w + 60, 6 * sizeof *w);
    for (size_t u = 0; u < 6; u++)
        assert_true(w[66 + u] == 0);
    memcpy(v + 30, w + 72, 14 * sizeof *w);
    run_once(net, pass, 9, 1);
    run_once(dense, other, 9, 1);
    assert_memory_equal(rl_output(pass), rl_output(other), 18 * sizeof(float));
    const float *dw = rl_gradients(pass), *dv = rl_gradients(other);
    assert_memory_equal(dw, dv, 24 * sizeof *dw);
    for (size_t i = 24; i < 60; i++)
        assert_true(dw[i] == 0);
    assert_memory_equal(dw + 60, dv + 24, 6 * sizeof *dw);
    assert_memory_equal(dw + 66, dv + 24, 6 * sizeof *dw);
    assert_memory_equal(dw + 72, dv + 30, 14 * sizeof *dw);
    rl_pass_free(pass);
    rl_pass_free(other);
    rl_net_free(net);
    rl_net_free(dense);
}

/* With the identity and a rectifier, a state that nothing is added to stays, and so does its gradient. */
static void the_identity_keeps(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_net *net = rl_net_new((rl_net_config){ .seed = 2 }, &err);
    rl_net_append(net, "input 7x3; rnn 5 relu; last", (rl_dense_config){ 0 }, &err);
    rl_pass *pass = rl_pass_new(net, 1, &err);
    assert_no_error(&err);
    float x[INPUTS] = { 1, -2, 0.5f };
    const float d[5] = { 1, 1, 1, 1, 1 };
    rl_forward(net, pass, x, 1);
    for (size_t t = 1; t < STEPS; t++)
        assert_memory_equal(rl_values(pass, 1), rl_values(pass, 1) + 5 * t, 5 * sizeof(float));
    rl_backward(net, pass, d);
    for (size_t u = 0; u < 5; u++) /* ∂L/∂W_ih of the first step is x where the unit is open */
        assert_true(rl_gradients(pass)[3 * u] == (rl_output(pass)[u] > 0 ? 1.0f : 0.0f));
    rl_pass_free(pass);
    rl_net_free(net);
}

static void weights_begin_as_the_curve_wants(void **state)
{
    (void)state;
    rl_error err = { 0 };
    const int lanes = 4;
    const rl_activation *const curves[] = { &rl_relu, &rl_tanh, &rl_leaky_relu, &rl_gelu };
    rl_net *net = rl_net_new((rl_net_config){ .seed = 6, .lanes = lanes }, &err);
    rl_node x = rl_input(net, (rl_shape){ 2, { 2, 3 } }, &err);
    rl_recurrent(net, x, (rl_dense_config){ .units = 8 }, (rl_activation_config){ .lane_curves = curves }, &err);
    assert_no_error(&err);
    const float *w = rl_parameters(net, NULL) + 24 * lanes; /* W_hh [8][8][lanes] */
    for (int l = 0; l < lanes; l++)
        for (int o = 0; o < 8; o++)
            for (int p = 0; p < 8; p++) {
                double product = 0;
                for (int i = 0; i < 8; i++)
                    product += (double)w[(o * 8 + i) * lanes + l] * (double)w[(p * 8 + i) * lanes + l];
                assert_true(fabs(product - (o == p)) < 1e-6);
            }
    for (int o = 0; o < 8; o++)
        for (int p = 0; p < 8; p++) {
            assert_true(w[(o * 8 + p) * lanes] == (float)(o == p));     /* relu */
            assert_true(w[(o * 8 + p) * lanes + 2] == (float)(o == p)); /* leaky_relu */
        }
    rl_net_free(net);
    net = rl_net_new((rl_net_config){ .seed = 6 }, &err);
    rl_net_append(net, "input 2x3; rnn 8; lstm 2",
        (rl_dense_config){ .recurrent_init = &rl_zeros, .init = &rl_normal, .sd = 1, .bias = 0.5f }, &err);
    assert_no_error(&err);
    w = rl_parameters(net, NULL);
    for (size_t i = 24; i < 88; i++)
        assert_true(w[i] == 0);
    const rl_node_info info = rl_net_node(net, 2);
    const float *b = w + info.offset + info.weights; /* b_ih [8], b_hh [8]: the forget gates begin open */
    for (size_t i = 0; i < 16; i++)
        assert_true(b[i] == (i >= 8 ? 0 : i / 2 == 1 ? 1.5f : 0.5f));
    rl_net_free(net);
}

static void a_sequence_of_nan_stays_so(void **state)
{
    (void)state;
    for (size_t n = 0; n < TEXTS; n++) {
        rl_error err = { 0 };
        const int lanes = rl_lanes_best();
        rl_net *net = net_of(texts[n], lanes, 9, &err);
        rl_pass *pass = rl_pass_new(net, 1, &err);
        assert_no_error(&err);
        float *x = calloc((size_t)(INPUTS * lanes), sizeof *x);
        x[2 * lanes + 1] = NAN;
        rl_forward(net, pass, x, 1);
        for (int o = 0; o < 3; o++)
            for (int l = 0; l < lanes; l++)
                assert_true(isnan(rl_output(pass)[o * lanes + l]) == (l == 1));
        free(x);
        rl_pass_free(pass);
        rl_net_free(net);
    }
}

/* With W_hh = s · 1 and an open rectifier, every step back multiplies by s; along open cells nothing is lost. */
static void gradients_are_followed_back(void **state)
{
    (void)state;
    enum { ROWS = 3 };
    rl_error err = { 0 };
    rl_net *net = net_of("input 7x3; rnn 4 relu; last", 1, 2, &err);
    rl_pass *pass = rl_pass_new(net, ROWS, &err);
    assert_no_error(&err);
    float x[ROWS * INPUTS] = { 0 }, d[ROWS * 4];
    double sum = 0, norms[STEPS];
    for (size_t i = 0; i < ROWS * 4; i++) {
        d[i] = (float)(i + 1) / ROWS;
        sum += (double)((i + 1) * (i + 1)) / ROWS;
    }
    rl_forward(net, pass, x, ROWS);
    rl_backward(net, pass, d);
    assert_true(rl_state_gradients(net, pass, 1, 0, norms, &err));
    for (size_t t = 0; t < STEPS; t++)
        assert_true(fabs(norms[t] - sqrt(sum)) < 1e-5);
    float *w = rl_parameters(net, NULL);
    for (size_t i = 12; i < 28; i++) /* W_hh = ½ */
        w[i] *= 0.5f;
    rl_forward(net, pass, x, ROWS);
    rl_backward(net, pass, d);
    assert_true(rl_state_gradients(net, pass, 1, 0, norms, &err));
    for (size_t t = 0; t < STEPS; t++)
        assert_true(fabs(norms[t] - sqrt(sum) * pow(0.5, (double)(STEPS - 1 - t))) < 1e-5);
    assert_false(rl_state_gradients(net, pass, 2, 0, norms, &err));
    assert_non_null(strstr(err.text, "node 2 (last) has no state"));
    rl_pass_free(pass);
    rl_net_free(net);

    /* An LSTM whose gates are shut but for the forget gate, which is open: what reaches its cells stays. */
    err = (rl_error){ 0 };
    net = net_of("input 7x3; lstm 1; last", 1, 2, &err);
    pass = rl_pass_new(net, 1, &err);
    assert_no_error(&err);
    w = rl_parameters(net, NULL);
    memset(w, 0, 24 * sizeof *w);
    w[16] = -20; /* i, f, g, o */
    w[17] = 20;
    rl_forward(net, pass, x, 1);
    rl_backward(net, pass, (const float[]){ 1 });
    assert_true(rl_state_gradients(net, pass, 1, 0, norms, &err));
    assert_true(fabs(norms[STEPS - 1] - 1) < 1e-6); /* y's: 1; c's comes with the step before: o = ½ */
    for (size_t t = 0; t + 1 < STEPS; t++)
        assert_true(fabs(norms[t] - 0.5) < 1e-6);
    rl_pass_free(pass);
    rl_net_free(net);
}

/* ---- Lanes, blocks, threads ---- */

static void a_lane_is_the_net_alone(void **state)
{
    (void)state;
    for (size_t n = 0; n < TEXTS; n++)
        assert_lanes_are_nets_alone(texts[n]);
}

static void lanes_may_have_curves_of_their_own(void **state)
{
    (void)state;
    enum { ROWS = 6 };
    const int lanes = rl_lanes_best();
    const rl_activation *const kinds[] = { &rl_relu, &rl_leaky_relu, &rl_tanh, &rl_gelu };
    const rl_activation *curves[RL_MOST_LANES];
    rl_error err = { 0 };
    for (int l = 0; l < lanes; l++)
        curves[l] = kinds[l % 4];
    rl_net *pack = rl_net_new((rl_net_config){ .seed = 5, .lanes = lanes }, &err);
    rl_node x = rl_input(pack, (rl_shape){ 2, { STEPS, FEATURES } }, &err);
    rl_recurrent(pack, x, (rl_dense_config){ .units = 7 }, (rl_activation_config){ .lane_curves = curves }, &err);
    rl_pass *pack_pass = rl_pass_new(pack, ROWS, &err);
    assert_no_error(&err);
    run_once(pack, pack_pass, ROWS, 5);
    for (int l = 0; l < lanes; l++) {
        rl_net *alone = rl_net_new((rl_net_config){ .seed = 5 + (uint64_t)l }, &err);
        x = rl_input(alone, (rl_shape){ 2, { STEPS, FEATURES } }, &err);
        rl_recurrent(alone, x, (rl_dense_config){ .units = 7 }, (rl_activation_config){ .curve = curves[l] }, &err);
        rl_pass *pass = rl_pass_new(alone, ROWS, &err);
        assert_no_error(&err);
        run_once(alone, pass, ROWS, 5 + (uint64_t)l);
        size_t count;
        rl_parameters(alone, &count);
        assert_in_lane(rl_gradients(pass), count, rl_gradients(pack_pass), lanes, l);
        rl_pass_free(pass);
        rl_net_free(alone);
    }
    assert_true(rl_net_set_curve(pack, 1, 1, &rl_relu, 0, &err));
    assert_ptr_equal(rl_net_curve(pack, 1, 1, NULL), &rl_relu);
    rl_pass_free(pack_pass);
    rl_net_free(pack);
}

static void a_row_is_the_same_anywhere(void **state)
{
    (void)state;
    for (size_t n = 0; n < TEXTS; n++) {
        rl_error err = { 0 };
        rl_net *net = net_of(texts[n], 1, 12, &err);
        assert_no_error(&err);
        assert_rows_stand_alone(net);
        rl_net_free(net);
    }
}

static void threads_give_the_same(void **state)
{
    (void)state;
    enum { ROWS = 130 };
    for (size_t n = 0; n < TEXTS; n++) {
        rl_error err = { 0 };
        rl_net *net = net_of(texts[n], 1, 12, &err);
        rl_crew *crew = rl_crew_new(3, (rl_memory){ 0 }, &err);
        rl_pass *pass = rl_pass_new(net, ROWS, &err), *shared = rl_pass_new_shared(net, ROWS, crew, &err);
        assert_no_error(&err);
        run_once(net, pass, ROWS, 3);
        run_once(net, shared, ROWS, 3);
        size_t count;
        rl_parameters(net, &count);
        assert_memory_equal(rl_output(pass), rl_output(shared), ROWS * 3 * sizeof(float));
        assert_memory_equal(rl_gradients(pass), rl_gradients(shared), count * sizeof(float));
        rl_pass_free(pass);
        rl_pass_free(shared);
        rl_crew_free(crew);
        rl_net_free(net);
    }
}

/* ---- Text and errors ---- */

static void text_round_trip(void **state)
{
    (void)state;
    for (size_t n = 0; n < TEXTS; n++) {
        rl_error err = { 0 };
        char said[256], again[256];
        rl_net *net = net_of(texts[n], 1, 1, &err);
        assert_no_error(&err);
        assert_true(rl_net_describe(net, 0, said, sizeof said, &err));
        rl_net *copy = net_of(said, 1, 1, &err);
        assert_no_error(&err);
        assert_true(rl_net_describe(copy, 0, again, sizeof again, &err));
        assert_string_equal(again, said);
        size_t count, other;
        const float *w = rl_parameters(net, &count), *v = rl_parameters(copy, &other);
        assert_int_equal(count, other);
        assert_memory_equal(w, v, count * sizeof *w);
        rl_net_free(net);
        rl_net_free(copy);
    }
    rl_error err = { 0 };
    char said[256];
    rl_net *net =
        net_of("input 4x2; rnn 3; rnn 3 leaky_relu:0.2; rnn 2 prelu:0.25 shared no_bias; gru 4 no_bias; lstm 5; last",
            1, 1, &err);
    assert_true(rl_net_describe(net, 0, said, sizeof said, &err));
    assert_string_equal(said,
        "input 4x2; rnn 3 tanh; rnn 3 leaky_relu:0.2; rnn 2 prelu:0.25 shared no_bias; gru 4 no_bias; lstm 5; last");
    rl_net_free(net);
}

static void bad_text_says_what(void **state)
{
    (void)state;
    static const struct {
        const char *layers, *said;
    } cases[] = {
        { "input 12; gru 3", "gru: node 0 gives 12" },
        { "input 12; rnn 3", "rnn: node 0 gives 12" },
        { "input 1x4x3; lstm 3", "lstm: node 0 gives 1x4x3" },
        { "input 12; last", "last: node 0 gives 12" },
        { "input 0x3; lstm 3", "input" },
        { "input 4x3; lstm 0", "lstm N" },
        { "input 4x3; lstm", "lstm N" },
        { "input 4x3; gru 3 relu", "gru N" },
        { "input 4x3; rnn 3 rel", "did you mean \"relu\"" },
        { "input 4x3; rnn 3 relu shared", "rnn N" },
        { "input 4x3; rnn 3 relu no_bias more", "rnn N" },
        { "input 4x3; last 2", "last" },
        { "input 4x3; rnn 3; dense 2", "dense: node 1 gives a sequence of 4x3" },
        { "input 4x3; rnn 3; last; gru 2", "gru: node 2 gives 3" },
        { "input 4x3; lstm 1000000000", "lstm: expected 1 to 4 sizes" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rl_error err = { 0 };
        rl_net *net = net_of(cases[i].layers, 1, 1, &err);
        if (!err.code || !strstr(err.text, cases[i].said))
            fail_msg("\"%s\" said \"%s\", not \"%s\"", cases[i].layers, err.text, cases[i].said);
        rl_net_free(net);
    }
}

static bool make_and_free(rl_memory memory, rl_error *err)
{
    rl_net *net = rl_net_new((rl_net_config){ .memory = memory, .lanes = 4 }, err);
    if (net)
        rl_net_append(
            net, "input 4x2; rnn 3 relu; gru 3; lstm 2; rnn 2 prelu; last; dense 2", (rl_dense_config){ 0 }, err);
    rl_pass *pass = err->code ? NULL : rl_pass_new(net, 5, err);
    rl_net *copy = err->code ? NULL : rl_net_copy_lane(net, 2, err);
    rl_pass_free(pass);
    rl_net_free(copy);
    rl_net_free(net);
    return !err->code;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    fail_every_allocation(make_and_free);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_formulas_hold),
        cmocka_unit_test(the_future_does_not_matter),
        cmocka_unit_test(a_sequence_of_one_step_is_a_dense_layer),
        cmocka_unit_test(the_identity_keeps),
        cmocka_unit_test(weights_begin_as_the_curve_wants),
        cmocka_unit_test(a_sequence_of_nan_stays_so),
        cmocka_unit_test(gradients_are_followed_back),
        cmocka_unit_test(a_lane_is_the_net_alone),
        cmocka_unit_test(lanes_may_have_curves_of_their_own),
        cmocka_unit_test(a_row_is_the_same_anywhere),
        cmocka_unit_test(threads_give_the_same),
        cmocka_unit_test(text_round_trip),
        cmocka_unit_test(bad_text_says_what),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
