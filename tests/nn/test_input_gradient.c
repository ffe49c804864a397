/* The gradient by a net's inputs: that of the double build in every number of lanes, bit for bit that of a net alone, and
 * no change to any other gradient. (That it is the right one gradcheck says, and PyTorch: train/test_adversarial.) */
#include <stdio.h>

#include "lanes.h"
#include "nn/pass.h"

enum { ROWS = 35 };

static const char *const nets[] = {
    "input 3; dense 5; relu; dense 4; leaky_relu:0.2; dense 2",
    "input 130; dense 150; relu; dense 140; relu; dense 1", /* large alone: cut by units, not by rows */
    "input 2; tanh; dense 6; relu; dense 2; add 0; dropout 0.3; tanh",
    "input 2x5x5; conv 3 2; leaky_relu; pool 2; flatten; dense 2",
    "input 4x3; rnn 5 relu; gru 3; last; dense 2",
    "input 4; tanh",
};
enum { NETS = sizeof nets / sizeof *nets };

typedef struct {
    size_t inputs, outputs, parameters;
    float *x, *d; /* [ROWS][inputs][lanes], [ROWS][outputs][lanes] */
} batch;

/* Lane l of every pack has the same numbers. */
static batch batch_for(const rl_net *net)
{
    batch b = { (size_t)rl_net_inputs(net), (size_t)rl_net_outputs(net), net->parameter_count, NULL, NULL };
    const size_t lanes = (size_t)rl_net_lanes(net);
    b.x = calloc(ROWS * b.inputs * lanes, sizeof *b.x);
    b.d = calloc(ROWS * b.outputs * lanes, sizeof *b.d);
    assert_true(b.x && b.d);
    for (size_t l = 0; l < lanes; l++) {
        rl_random random = rl_random_stream(7 + l, RL_FOR_TESTS, 1);
        for (size_t i = 0; i < ROWS * b.inputs; i++)
            b.x[i * lanes + l] = (float)rl_random_normal(&random);
        for (size_t i = 0; i < ROWS * b.outputs; i++)
            b.d[i * lanes + l] = (float)rl_random_normal(&random);
    }
    return b;
}

static void drop(batch *b)
{
    free(b->x);
    free(b->d);
}

static rl_pass *run(const rl_net *net, const batch *b, bool to_input)
{
    rl_error err = { 0 };
    rl_pass *pass = to_input ? rl_pass_new_to_input(net, ROWS, &err) : rl_pass_new(net, ROWS, &err);
    assert_no_error(&err);
    rl_pass_training(pass, 3);
    rl_forward(net, pass, b->x, ROWS);
    rl_backward(net, pass, b->d);
    return pass;
}

static void it_changes_nothing_else_and_is_there_only_if_asked_for(void **state)
{
    (void)state;
    for (size_t n = 0; n < NETS; n++) {
        rl_error err = { 0 };
        rl_net *net = net_of(nets[n], 1, 7, &err);
        assert_no_error(&err);
        batch b = batch_for(net);
        rl_pass *with = run(net, &b, true), *without = run(net, &b, false);
        assert_null(rl_input_gradients(without));
        assert_non_null(rl_input_gradients(with));
        if (b.parameters)
            assert_memory_equal(rl_gradients(with), rl_gradients(without), b.parameters * sizeof(float));
        rl_pass_free(with);
        rl_pass_free(without);
        drop(&b);
        rl_net_free(net);
    }
}

static void a_lane_has_what_its_net_has_alone(void **state)
{
    (void)state;
    for (size_t n = 0; n < NETS; n++)
        for (int w = 1; w < LANE_COUNTS; w++) {
            const int lanes = all_lanes[w];
            if (!rl_lanes_supported(lanes))
                continue;
            rl_error err = { 0 };
            rl_net *pack = net_of(nets[n], lanes, 7, &err);
            assert_no_error(&err);
            batch all = batch_for(pack);
            rl_pass *pass = run(pack, &all, true);
            for (int l = 0; l < lanes; l++) {
                rl_net *alone = rl_net_copy_lane(pack, l, &err);
                assert_no_error(&err);
                batch one = batch_for(alone);
                for (size_t i = 0; i < ROWS * one.inputs; i++)
                    one.x[i] = all.x[i * (size_t)lanes + (size_t)l];
                for (size_t i = 0; i < ROWS * one.outputs; i++)
                    one.d[i] = all.d[i * (size_t)lanes + (size_t)l];
                rl_pass *single = run(alone, &one, true);
                assert_in_lane(rl_input_gradients(single), ROWS * one.inputs, rl_input_gradients(pass), lanes, l);
                rl_pass_free(single);
                drop(&one);
                rl_net_free(alone);
            }
            rl_pass_free(pass);
            drop(&all);
            rl_net_free(pack);
        }
}

static void it_is_that_of_double_precision(void **state)
{
    (void)state;
    for (size_t n = 0; n < NETS; n++) {
        rl_error err = { 0 };
        rl_net *net = net_of(nets[n], 1, 7, &err);
        rl_net *fine = rl_net_new((rl_net_config){ .seed = 7, .float64 = true }, &err);
        rl_net_append(fine, nets[n], (rl_dense_config){ 0 }, &err);
        assert_no_error(&err);
        batch b = batch_for(net);
        for (size_t i = 0; i < b.parameters; i++)
            rl_net_set(fine, i, 0, rl_net_get(net, i, 0));
        double *x = calloc(ROWS * b.inputs, sizeof *x), *d = calloc(ROWS * b.outputs, sizeof *d);
        assert_true(x && d);
        for (size_t i = 0; i < ROWS * b.inputs; i++)
            x[i] = (double)b.x[i];
        for (size_t i = 0; i < ROWS * b.outputs; i++)
            d[i] = (double)b.d[i];
        rl_pass *pass = run(net, &b, true), *exact = rl_pass_new_to_input(fine, ROWS, &err);
        assert_no_error(&err);
        rl_pass_training(exact, 3);
        rl_forward_f64(fine, exact, x, ROWS);
        rl_backward_f64(fine, exact, d);
        const double *expected = exact->gradients[0];
        for (size_t i = 0; i < ROWS * b.inputs; i++)
            if (!(fabs((double)rl_input_gradients(pass)[i] - expected[i]) <= 1e-5 * fmax(1, fabs(expected[i]))))
                fail_msg("%s, input %zu: found %.9g, in double precision %.9g", nets[n], i,
                    (double)rl_input_gradients(pass)[i], expected[i]);
        rl_pass_free(pass);
        rl_pass_free(exact);
        free(x);
        free(d);
        drop(&b);
        rl_net_free(net);
        rl_net_free(fine);
    }
}

/* With 1 for every weight and every gradient, a number of the picture gets 1 for each time a kernel meets it: in pictures
 * of many sizes, whose last numbers fill their vectors or do not. */
static void a_convolution_forgets_no_place(void **state)
{
    (void)state;
    enum { MOST = 18, OUTPUTS = 3 };
    for (int height = 3; height <= 7; height++)
        for (int width = 3; width <= MOST; width++)
            for (int kernel = 1; kernel <= 3; kernel++)
                for (int stride = 1; stride <= 2; stride++) {
                    const int down = (height - kernel) / stride + 1, across = (width - kernel) / stride + 1;
                    int met[7 * MOST] = { 0 };
                    for (int o = 0; o < down * across; o++)
                        for (int t = 0; t < kernel * kernel; t++)
                            met[(o / across * stride + t / kernel) * width + o % across * stride + t % kernel] +=
                                OUTPUTS;
                    char text[80];
                    snprintf(text, sizeof text, "input 1x%dx%d; conv %d %d stride %d", height, width, OUTPUTS, kernel,
                        stride);
                    rl_error err = { 0 };
                    rl_net *net = net_of(text, 1, 7, &err);
                    rl_pass *pass = rl_pass_new_to_input(net, 1, &err);
                    assert_no_error(&err);
                    float x[7 * MOST] = { 0 }, d[OUTPUTS * 7 * MOST];
                    for (size_t i = 0; i < net->parameter_count; i++)
                        rl_net_set(net, i, 0, 1);
                    for (int i = 0; i < rl_net_outputs(net); i++)
                        d[i] = 1;
                    rl_forward(net, pass, x, 1);
                    rl_backward(net, pass, d);
                    for (int i = 0; i < height * width; i++)
                        if (rl_input_gradients(pass)[i] != (float)met[i])
                            fail_msg("%s: place %d gets %g; expected %d", text, i, (double)rl_input_gradients(pass)[i],
                                met[i]);
                    rl_pass_free(pass);
                    rl_net_free(net);
                }
}

static bool make(rl_memory memory, rl_error *err)
{
    rl_net *net = rl_net_new((rl_net_config){ .memory = memory }, err);
    rl_net_append(net, nets[2], (rl_dense_config){ 0 }, err);
    rl_pass *pass = rl_pass_new_to_input(net, 3, err);
    const bool made = pass;
    rl_pass_free(pass);
    rl_net_free(net);
    return made;
}

static void memory_may_run_out(void **state)
{
    (void)state;
    fail_every_allocation(make);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_changes_nothing_else_and_is_there_only_if_asked_for),
        cmocka_unit_test(a_lane_has_what_its_net_has_alone),
        cmocka_unit_test(it_is_that_of_double_precision),
        cmocka_unit_test(a_convolution_forgets_no_place),
        cmocka_unit_test(memory_may_run_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
