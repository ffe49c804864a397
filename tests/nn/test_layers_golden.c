/* Layers against PyTorch (golden/layers.txt): what nets of them give in both modes, their gradients in double precision
 * to 1e-9 and in every number of lanes to 2e-5, 20 steps of training, and the names and shapes of their tensors. */
#include "golden/golden.h"
#include "nets.h"
#include "nn/node/node.h"

#include <stdio.h>

enum { ROWS = 6, STEPS = 20 };

static void near(int number, const char *what, size_t i, double found, double expected, double tolerance)
{
    if (!(fabs(found - expected) <= tolerance * fmax(1, fabs(expected))))
        fail_msg("net %d, %s %zu: found %.12g, PyTorch %.12g", number, what, i, found, expected);
}

static rl_net *net_for(const golden *g, int number, int lanes, bool float64)
{
    rl_error err = { 0 };
    size_t count, own;
    rl_net *net = rl_net_new((rl_net_config){ .lanes = lanes, .float64 = float64 }, &err);
    rl_net_append(net, golden_words(g, golden_case(number, "layers").text), (rl_dense_config){ 0 }, &err);
    assert_no_error(&err);
    double *start = golden_numbers(g, golden_case(number, "start").text, &count);
    rl_parameters(net, &own);
    assert_int_equal(own, count);
    for (size_t i = 0; i < count; i++)
        for (int l = 0; l < lanes; l++)
            rl_net_set(net, i, l, start[i]);
    free(start);
    return net;
}

static void check_double(const golden *g, int number)
{
    rl_error err = { 0 };
    size_t count;
    rl_net *net = net_for(g, number, 1, true);
    rl_pass *pass = rl_pass_new(net, ROWS, &err);
    double *x = golden_numbers(g, golden_case(number, "x").text, &count);
    const char *const modes[] = { "evaluated", "outputs" };
    for (int training = 0; training < 2; training++) {
        if (training)
            rl_pass_training(pass, 0);
        rl_forward_f64(net, pass, x, ROWS);
        double *outputs = golden_numbers(g, golden_case(number, modes[training]).text, &count);
        for (size_t i = 0; i < count; i++)
            near(number, modes[training], i, ((const double *)(const void *)rl_output(pass))[i], outputs[i], 1e-9);
        free(outputs);
    }
    double *d = golden_numbers(g, golden_case(number, "d").text, &count);
    rl_backward_f64(net, pass, d);
    double *gradient = golden_numbers(g, golden_case(number, "gradient").text, &count);
    for (size_t i = 0; i < count; i++)
        near(number, "gradient", i, ((const double *)(const void *)rl_gradients(pass))[i], gradient[i], 1e-9);
    free(x);
    free(d);
    free(gradient);
    rl_pass_free(pass);
    rl_net_free(net);
}

/* Some of a case's numbers, in every lane. */
static float *spread(const golden *g, int number, const char *what, int lanes)
{
    size_t count;
    double *numbers = golden_numbers(g, golden_case(number, what).text, &count);
    float *all = malloc(count * (size_t)lanes * sizeof *all);
    assert_non_null(all);
    for (size_t i = 0; i < count * (size_t)lanes; i++)
        all[i] = (float)numbers[i / (size_t)lanes];
    free(numbers);
    return all;
}

static void check_lanes(const golden *g, int number, int lanes)
{
    rl_error err = { 0 };
    size_t count;
    rl_net *net = net_for(g, number, lanes, false);
    rl_pass *pass = rl_pass_new(net, ROWS, &err);
    float *x = spread(g, number, "x", lanes), *d = spread(g, number, "d", lanes);
    rl_pass_training(pass, 0);
    rl_forward(net, pass, x, ROWS);
    rl_backward(net, pass, d);
    double *expected = golden_numbers(g, golden_case(number, "outputs").text, &count);
    for (size_t i = 0; i < count * (size_t)lanes; i++)
        near(number, "outputs", i, (double)rl_output(pass)[i], expected[i / (size_t)lanes], 2e-5);
    free(expected);
    expected = golden_numbers(g, golden_case(number, "gradient").text, &count);
    for (size_t i = 0; i < count * (size_t)lanes; i++)
        near(number, "gradient", i, (double)rl_gradients(pass)[i], expected[i / (size_t)lanes], 2e-5);
    free(expected);
    free(x);
    free(d);
    rl_pass_free(pass);
    rl_net_free(net);
}

static void check_training(const golden *g, int number, int lanes)
{
    rl_error err = { 0 };
    size_t inputs, outputs, count;
    rl_net *net = net_for(g, number, lanes, false);
    double *x = golden_numbers(g, golden_case(number, "x").text, &inputs);
    double *y = golden_numbers(g, golden_case(number, "targets").text, &outputs);
    rl_dataset *data =
        rl_data_new("golden", 2 * ROWS, inputs / (2 * ROWS), 0, outputs / (2 * ROWS), (rl_memory){ 0 }, &err);
    assert_no_error(&err);
    for (size_t i = 0; i < inputs; i++)
        data->x[i] = (float)x[i];
    for (size_t i = 0; i < outputs; i++)
        data->y[i] = (float)y[i];
    assert_true(rl_train(net, data,
        &(rl_training){ .epochs = STEPS / 2,
            .batch = ROWS,
            .rate = 0.03125f,
            .optimiser = &rl_momentum,
            .momentum = 0.875f,
            .in_order = true },
        NULL, &err));
    double *end = golden_numbers(g, golden_case(number, "end").text, &count);
    for (size_t i = 0; i < count; i++)
        for (int l = 0; l < lanes; l++)
            near(number, "end", i, rl_net_get(net, i, l), end[i], 1e-4);
    free(x);
    free(y);
    free(end);
    rl_data_free(data);
    rl_net_free(net);
}

static void check_names(const golden *g, int number)
{
    char text[1024] = "";
    int used = 0;
    rl_net *net = net_for(g, number, 1, false);
    for (rl_node i = 0; i < net->count; i++) {
        rl_node_tensor tensors[RL_MOST_TENSORS];
        const rl_node_kind *kind = rl_node_kinds[net->nodes[i].kind];
        const size_t count = kind->tensors ? kind->tensors(&net->nodes[i], tensors) : 0;
        for (size_t t = 0; t < count; t++) {
            used +=
                snprintf(text + used, sizeof text - (size_t)used, "%s%d.%s ", used ? "; " : "", i - 1, tensors[t].name);
            for (int k = 0; k < tensors[t].rank; k++)
                used += snprintf(text + used, sizeof text - (size_t)used, "%s%zu", k ? "," : "", tensors[t].shape[k]);
        }
    }
    assert_string_equal(text, golden_words(g, golden_case(number, "names").text));
    rl_net_free(net);
}

static void layers_are_those_of_pytorch(void **state)
{
    (void)state;
    golden g = golden_open("layers.txt");
    int number = 0;
    for (; golden_line(&g, golden_case(number, "layers").text); number++) {
        check_names(&g, number);
        check_double(&g, number);
        for (int w = 0; w < LANE_COUNTS; w++)
            if (rl_lanes_supported(all_lanes[w])) {
                check_lanes(&g, number, all_lanes[w]);
                check_training(&g, number, all_lanes[w]);
            }
    }
    assert_in_range(number, 7, 1000);
    golden_close(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(layers_are_those_of_pytorch) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
