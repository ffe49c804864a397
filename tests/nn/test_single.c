/* A net of one lane goes its own way (nn/single.h) and may be shared by a crew: every value and gradient must be those of
 * the same net in a lane of a pack, bit for bit, for any number of rows and threads. */
#include "base/threads.h"
#include "lanes.h"
#include "nn/pass.h"

/* Layers that a crew shares by units, layers that it shares by rows, and what may stand between them. */
static const char *const texts[] = {
    "input 5; dense 7; relu; dense 3",
    "input 130; dense 140; relu; dense 3",
    "input 130; dense 140",
    "input 17; relu; dense 20; dropout 0.3; dense 900; gelu; dense 20; dense 10",
    "input 130; dense 130; prelu; dense 131; rrelu; dense 131; add 4; tanh; dense 200; prelu shared; dense 3",
    "input 130; dense 130; leaky_relu:0.1; dense 130; add 2; dense 130; selu",
    "input 3x4x5; prelu; relu; add 1; concatenate 2; dropout 0.2; flatten; dense 20; reshape 5x2x2; prelu; flatten; "
    "dense 3",
    "input 1x9x8; conv 8 3; leaky_relu; pool 2; conv 16 3 padding 1; tanh; average_pool 2 padding 1; flatten; dense 3",
    "input 4x7x9; conv 6 3x2 stride 2 padding 1 groups 2; prelu; conv 5 2 dilation 2 no_bias; relu; concatenate 3 @3; "
    "conv 3 1 @4; add 6 @6; pool 2 stride 1 padding 1; global_pool; flatten; dense 4",
    "input 2x11x6; conv 25 2x3 stride 3x2 padding 2x1 dilation 2x1; relu; conv 26 1; pool 2x3 stride 1x2; dropout 0.2; "
    "conv 3 2x1; flatten",
    "input 3x4x5; conv_transposed 8 3; leaky_relu; conv_transposed 4 2x3 stride 2x3 output_padding 1x2 groups 2; tanh; "
    "add 4; conv_transposed 5 3 stride 2 padding 1x2 dilation 2 no_bias; flatten; dense 3",
    "input 17; layer_norm; dense 40; layer_norm; gelu; layer_norm; add 4; dense 3",
    "input 6x9; layer_norm; rnn 5; layer_norm; tanh; layer_norm; add 4; flatten; dense 3",
    "input 3x4x5; layer_norm; conv 4 3 padding 1; layer_norm; tanh; layer_norm; add 4; flatten; dense 3",
    "input 19; batch_norm; dense 130; batch_norm; relu; dense 130; batch_norm; add 3; batch_norm; dense 3",
    "input 3x5x7; batch_norm; conv 4 3 padding 1; batch_norm; relu; batch_norm; add 4; pool 2; conv 17 2; batch_norm; "
    "global_pool; batch_norm; flatten; dense 3",
    "input 2x6x6; conv_transposed 2 1; conv_transposed 2 3 padding 1; add 2; conv_transposed 17 3 padding 1 @1; "
    "flatten",
};
enum { TEXTS = sizeof texts / sizeof *texts, LANES = 4, LANE = 2 };

/* Forward and backward while training; numbers [rows][width] in every lane. */
static void run(const rl_net *net, rl_pass *pass, int rows)
{
    const int lanes = rl_net_lanes(net), inputs = rl_net_inputs(net), outputs = rl_net_outputs(net);
    rl_random random = rl_random_stream(5, RL_FOR_TESTS, 1);
    float *x = malloc((size_t)(rows * inputs * lanes) * sizeof *x),
          *d = malloc((size_t)(rows * outputs * lanes) * sizeof *d);
    for (int i = 0; i < rows * inputs; i++)
        for (int l = 0, first = i * lanes; l < lanes; l++)
            x[first + l] = l ? x[first] : (float)rl_random_normal(&random);
    for (int i = 0; i < rows * outputs; i++)
        for (int l = 0, first = i * lanes; l < lanes; l++)
            d[first + l] = l ? d[first] : (float)rl_random_normal(&random);
    rl_pass_training(pass, 41);
    rl_forward(net, pass, x, rows);
    rl_backward(net, pass, d);
    free(x);
    free(d);
}

static void assert_lane(const float *alone, const float *pack, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_memory_equal(&alone[i], &pack[i * LANES + LANE], sizeof *alone);
}

/* Gives how many nodes of the net alone have no values: none unless they are hidden. */
static int compare(const char *text, int rows, int threads, bool hide)
{
    int without = 0;
    rl_error err = { 0 };
    rl_net *pack = net_of(text, LANES, 30, &err), *alone = rl_net_copy_lane(pack, LANE, &err);
    rl_crew *crew = threads > 1 ? rl_crew_new(threads, (rl_memory){ 0 }, &err) : NULL;
    rl_pass *pack_pass = rl_pass_new(pack, rows, &err), *pass = rl_pass_new_shared(alone, rows, crew, &err);
    assert_no_error(&err);
    if (hide)
        rl_pass_hide(alone, pass);
    run(pack, pack_pass, rows);
    run(alone, pass, rows);
    for (rl_node i = 1; i < rl_net_nodes(alone); i++) {
        const float *values = rl_values(pass, i);
        if (values)
            assert_lane(values, rl_values(pack_pass, i), (size_t)rows * (size_t)rl_net_node(alone, i).values);
        without += !values;
    }
    size_t count;
    rl_parameters(alone, &count);
    assert_lane(rl_gradients(pass), rl_gradients(pack_pass), count);
    rl_pass_free(pass);
    rl_pass_free(pack_pass);
    rl_crew_free(crew);
    rl_net_free(alone);
    rl_net_free(pack);
    return without;
}

static void alone_is_as_in_a_lane(void **state)
{
    (void)state;
    static const int rows[] = { 1, 15, 16, 33, 64, 65, 130 };
    for (size_t t = 0; t < TEXTS; t++)
        for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
            assert_int_equal(compare(texts[t], rows[r], 1, false), 0);
}

static void shared_is_as_alone(void **state)
{
    (void)state;
    static const int rows[] = { 1, 40, 64, 130 };
    for (size_t t = 0; t < TEXTS; t++)
        for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
            for (int threads = 2; threads < 8; threads += 2)
                assert_int_equal(compare(texts[t], rows[r], threads, false), 0);
}

/* Convolutions that go with their curve and pooling if nobody looks, and what must not: what another node reads, curves
 * that learn or draw their slope, other windows. without: nodes that then have no values. */
static const struct {
    const char *layers;
    int without;
} pooled[] = {
    { "input 1x28x28; conv 8 3; leaky_relu; pool 2; conv 16 3; leaky_relu; pool 2; flatten; dense 10", 4 },
    { "input 1x6x10; conv 3 2; relu; pool 2; flatten; dense 3", 2 }, /* of the input one number more than 3 vectors */
    { "input 3x9x8; conv 5 2; relu; pool 2; flatten; dense 3", 2 },  /* the last column is in no square */
    { "input 2x8x9; conv 4 3; tanh; pool 2", 2 }, /* and here the last column; the pooling is the last */
    { "input 2x7x70; conv 3 3 padding 1; gelu; pool 2; flatten; dense 3", 2 },
    { "input 1x5x40; conv 2 2x1; elu; pool 2; conv 3 1; mish; pool 2; flatten", 4 },
    { "input 4x21x13; conv 6 3x2 stride 2x1 padding 1 groups 2; relu; pool 2; conv 4 2 dilation 2 no_bias; selu; pool "
      "2; "
      "flatten; dense 4",
        4 },
    { "input 2x3x3; conv 33 2 padding 1; sigmoid; pool 2; conv 9 2; softplus; flatten; dense 3", 2 },
    { "input 2x8x8; conv 4 3 padding 1; relu; pool 2; add 3; concatenate 3; flatten; dense 3", 2 },
    { "input 1x6x6; conv 4 3; relu; pool 2; conv 4 1 @1; pool 2 @4; concatenate 3", 0 },
    { "input 1x6x6; conv 4 3; relu; pool 2; pool 2 @2; concatenate 3", 0 },
    { "input 1x6x6; conv 4 3; prelu; pool 2; conv 3 1; rrelu; pool 2; flatten", 0 },
    { "input 1x8x8; conv 4 3; relu; pool 2 stride 1; conv 3 1; relu; pool 3; flatten", 0 },
    { "input 1x8x8; conv 4 3; batch_norm; relu; pool 2; flatten", 0 },
};
enum { POOLED = sizeof pooled / sizeof *pooled };

static void hidden_is_as_seen(void **state)
{
    (void)state;
    static const int rows[] = { 1, 6, 65 };
    for (size_t t = 0; t < POOLED; t++)
        for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
            for (int threads = 1; threads < 6; threads += 3)
                assert_int_equal(compare(pooled[t].layers, rows[r], threads, true), pooled[t].without);
    for (size_t t = 0; t < TEXTS; t++)
        compare(texts[t], 33, 2, true);
}

static void hidden_gives_back_to_the_input(void **state)
{
    (void)state;
    enum { ROWS = 19 };
    for (size_t t = 0; t < POOLED; t++) {
        rl_error err = { 0 };
        rl_net *net = net_of(pooled[t].layers, 1, 30, &err);
        rl_pass *seen = rl_pass_new_to_input(net, ROWS, &err), *hidden = rl_pass_new_to_input(net, ROWS, &err);
        assert_no_error(&err);
        rl_pass_hide(net, hidden);
        run_once(net, seen, ROWS, 8);
        run_once(net, hidden, ROWS, 8);
        assert_memory_equal(
            rl_input_gradients(seen), rl_input_gradients(hidden), ROWS * (size_t)rl_net_inputs(net) * sizeof(float));
        rl_pass_free(hidden);
        rl_pass_free(seen);
        rl_net_free(net);
    }
}

/* A row's place in the block does not matter: a sweep over a set and a look at one witness see the same. */
static void a_row_is_the_same_anywhere(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_net *net = net_of("input 130; dense 140; relu; dense 9", 1, 30, &err);
    assert_no_error(&err);
    assert_rows_stand_alone(net);
    rl_net_free(net);
}

static bool make_and_free(rl_memory memory, rl_error *err)
{
    rl_net *net = rl_net_new((rl_net_config){ .memory = memory }, err);
    if (net)
        rl_net_append(net, "input 130; dense 140; relu; dense 3", (rl_dense_config){ 0 }, err);
    rl_crew *crew = err->code ? NULL : rl_crew_new(2, memory, err);
    rl_pass *pass = err->code ? NULL : rl_pass_new_shared(net, 70, crew, err);
    rl_pass_free(pass);
    rl_crew_free(crew);
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
        cmocka_unit_test(alone_is_as_in_a_lane),
        cmocka_unit_test(shared_is_as_alone),
        cmocka_unit_test(hidden_is_as_seen),
        cmocka_unit_test(hidden_gives_back_to_the_input),
        cmocka_unit_test(a_row_is_the_same_anywhere),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
