/* What must hold of nets of any layers, however many ride together: shared by the tests of src/nn/. */
#ifndef RL_TESTS_NN_LANES_H
#define RL_TESTS_NN_LANES_H

#include "nets.h"

static inline rl_net *net_of(const char *layers, int lanes, uint64_t seed, rl_error *err)
{
    rl_net *net = rl_net_new((rl_net_config){ .seed = seed, .lanes = lanes }, err);
    rl_net_append(net, layers, (rl_dense_config){ .bias = 0.1f }, err);
    return net;
}

/* One forward and backward while training; each lane has x and gradients of its own. */
static inline void run_once(const rl_net *net, rl_pass *pass, int rows, uint64_t first_seed)
{
    const int lanes = rl_net_lanes(net), inputs = rl_net_inputs(net), outputs = rl_net_outputs(net);
    float *x = calloc((size_t)(rows * inputs * lanes), sizeof *x),
          *d = calloc((size_t)(rows * outputs * lanes), sizeof *d);
    assert_non_null(x);
    assert_non_null(d);
    for (int l = 0; l < lanes; l++) {
        rl_random random = rl_random_stream(first_seed + (uint64_t)l, RL_FOR_TESTS, 1);
        for (int i = 0; i < rows * inputs; i++)
            x[i * lanes + l] = (float)rl_random_normal(&random);
        for (int i = 0; i < rows * outputs; i++)
            d[i * lanes + l] = (float)rl_random_normal(&random);
    }
    rl_pass_training(pass, 41);
    rl_forward(net, pass, x, rows);
    rl_backward(net, pass, d);
    free(x);
    free(d);
}

/* numbers [count] are those of lane l in pack [count][lanes], bit for bit. */
static inline void assert_in_lane(const float *numbers, size_t count, const float *pack, int lanes, int l)
{
    for (size_t i = 0; i < count; i++)
        assert_memory_equal(&numbers[i], &pack[i * (size_t)lanes + (size_t)l], sizeof(float));
}

/* In packs of every width: first parameters, a copy of the lane, outputs and gradients are those of the seed alone. */
static inline void assert_lanes_are_nets_alone(const char *layers)
{
    enum { ROWS = 11 };
    for (int w = 1; w < LANE_COUNTS; w++) {
        const int lanes = all_lanes[w];
        if (!rl_lanes_supported(lanes))
            continue;
        rl_error err = { 0 };
        rl_net *pack = net_of(layers, lanes, 100, &err);
        rl_pass *pack_pass = rl_pass_new(pack, ROWS, &err);
        assert_no_error(&err);
        run_once(pack, pack_pass, ROWS, 100);
        for (int l = 0; l < lanes; l++) {
            rl_net *alone = net_of(layers, 1, 100 + (uint64_t)l, &err), *copy = rl_net_copy_lane(pack, l, &err);
            rl_pass *pass = rl_pass_new(alone, ROWS, &err);
            assert_no_error(&err);
            size_t count;
            const float *parameters = rl_parameters(alone, &count);
            assert_memory_equal(parameters, rl_parameters(copy, NULL), count * sizeof *parameters);
            assert_in_lane(parameters, count, rl_parameters(pack, NULL), lanes, l);
            run_once(alone, pass, ROWS, 100 + (uint64_t)l);
            assert_in_lane(rl_gradients(pass), count, rl_gradients(pack_pass), lanes, l);
            assert_in_lane(rl_output(pass), (size_t)(ROWS * rl_net_outputs(alone)), rl_output(pack_pass), lanes, l);
            rl_pass_free(pass);
            rl_net_free(alone);
            rl_net_free(copy);
        }
        rl_pass_free(pack_pass);
        rl_net_free(pack);
    }
}

/* A row gives the same bits alone and at any place among 70. */
static inline void assert_rows_stand_alone(const rl_net *net)
{
    enum { ROWS = 70 };
    rl_error err = { 0 };
    const size_t inputs = (size_t)rl_net_inputs(net), outputs = (size_t)rl_net_outputs(net);
    rl_pass *pass = rl_pass_new(net, ROWS, &err), *one = rl_pass_new(net, 1, &err);
    rl_dataset *data = normal_data(ROWS, inputs, 2, 4);
    assert_no_error(&err);
    rl_forward(net, pass, data->x, ROWS);
    for (size_t r = 0; r < ROWS; r++) {
        rl_forward(net, one, data->x + r * inputs, 1);
        assert_memory_equal(rl_output(one), rl_output(pass) + r * outputs, outputs * sizeof(float));
    }
    rl_data_free(data);
    rl_pass_free(one);
    rl_pass_free(pass);
}

#endif
