/* What a node that is linear in evaluation says of itself: each value is bias + Σ weight · x of its terms. Bounds, causes of
 * death and reachability rest on it. Also: a transposed convolution's first weights. */
#include "lanes.h"
#include "nn/node/node.h"
#include "nn/pass.h"

static const char *const texts[] = {
    "input 7; dense 5; dropout 0.4; add 1; dense 4 no_bias; concatenate 1; dense 3; reshape 3x1x1; flatten",
    "input 4x5x6; conv 6 3x2 stride 2x1 padding 1 dilation 1x2 groups 2; average_pool 2 padding 1; global_pool",
    ("input 4x3x2; conv_transposed 6 3x2 stride 2x3 padding 1x0 output_padding 1x2 groups 2; conv_transposed 2 2 "
     "dilation 3 no_bias; conv_transposed 3 1 padding 1"),
    "input 6; batch_norm; dense 4; batch_norm; dense 2",
    "input 2x4x5; conv 3 2; batch_norm; flatten; batch_norm",
    "input 5x4; reshape 4x5; last; dense 2",
};
enum { TEXTS = sizeof texts / sizeof *texts, LANES = 4, ROWS = 3 };

/* Of all kinds that say so; returns how many values were compared. */
static size_t compare(const rl_net *net, const rl_pass *pass, rl_node which)
{
    const rl_node_data *node = &net->nodes[which];
    const rl_node_kind *kind = rl_node_kinds[node->kind];
    if (!kind->sum)
        return 0;
    rl_term *terms = calloc(kind->most_terms(net, which), sizeof *terms);
    for (int l = 0; l < LANES; l++)
        for (size_t v = 0; v < (size_t)node->values; v++) {
            double bias;
            const size_t count = kind->sum(net, which, l, v, terms, &bias);
            assert_true(count <= kind->most_terms(net, which));
            for (size_t b = 0; b < ROWS; b++) {
                double sum = bias, size = fabs(bias);
                for (size_t i = 0; i < count; i++) {
                    const rl_node from = node->reads[terms[i].read];
                    const size_t width = (size_t)net->nodes[from].values;
                    assert_true(terms[i].value < width);
                    const float x = rl_values(pass, from)[(b * width + terms[i].value) * LANES + (size_t)l];
                    sum += terms[i].weight * (double)x;
                    size += fabs(terms[i].weight * (double)x);
                }
                const float y = rl_values(pass, which)[(b * (size_t)node->values + v) * LANES + (size_t)l];
                if (!(fabs(sum - (double)y) <= 1e-5 * size))
                    fail_msg("%s, value %zu: %.9g, its terms %.9g", kind->word, v, (double)y, sum);
            }
        }
    free(terms);
    return (size_t)node->values;
}

static void values_are_the_sums_of_their_terms(void **state)
{
    (void)state;
    for (size_t t = 0; t < TEXTS; t++) {
        rl_error err = { 0 };
        rl_net *net = net_of(texts[t], LANES, 8, &err);
        rl_pass *pass = rl_pass_new(net, ROWS, &err);
        assert_no_error(&err);
        run_once(net, pass, ROWS, 8);
        rl_update_statistics(net, pass, NULL);
        float *x = calloc((size_t)(ROWS * rl_net_inputs(net) * LANES), sizeof *x);
        rl_random random = rl_random_stream(t, RL_FOR_TESTS, 5);
        for (int i = 0; i < ROWS * rl_net_inputs(net) * LANES; i++)
            x[i] = (float)rl_random_normal(&random);
        rl_pass_evaluation(pass);
        rl_forward(net, pass, x, ROWS);
        size_t compared = 0;
        for (rl_node i = 1; i < rl_net_nodes(net); i++)
            compared += compare(net, pass, i);
        assert_true(compared > 0);
        free(x);
        rl_pass_free(pass);
        rl_net_free(net);
    }
}

/* Each value that comes out, but for those at the edge, meets 4 of the kernel's 16 weights in each of 16 channels. */
static void a_signal_keeps_its_size(void **state)
{
    (void)state;
    enum { SIDE = 16, CHANNELS = 32 };
    rl_error err = { 0 };
    rl_net *net = net_of("input 16x8x8; conv_transposed 32 4 stride 2 padding 1", 1, 4, &err);
    rl_pass *pass = rl_pass_new(net, 1, &err);
    assert_no_error(&err);
    float x[16 * 64];
    rl_random random = rl_random_stream(6, RL_FOR_TESTS, 5);
    double in = 0, out = 0;
    for (size_t i = 0; i < 16 * 64; i++) {
        x[i] = (float)rl_random_normal(&random);
        in += (double)x[i] * (double)x[i] / (16 * 64);
    }
    rl_forward(net, pass, x, 1);
    for (size_t i = 0; i < CHANNELS * SIDE * SIDE; i++) {
        const size_t row = i / SIDE % SIDE, column = i % SIDE;
        const double z = (double)rl_output(pass)[i] - 0.1; /* net_of's biases */
        if (row > 0 && row < SIDE - 1 && column > 0 && column < SIDE - 1)
            out += z * z / (CHANNELS * (SIDE - 2) * (SIDE - 2));
    }
    assert_true(fabs(out / in - 1) < 0.1);
    rl_pass_free(pass);
    rl_net_free(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_the_sums_of_their_terms),
        cmocka_unit_test(a_signal_keeps_its_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
