/* Training one wide net: on any number of threads, and in a lane of a pack, the same bits. */
#include "nets.h"

enum { ROWS = 150, FEATURES = 40, CLASSES = 3 };

/* Wide enough for several threads, each with something of its own that cutting a step could get wrong. */
static const struct {
    const char *layers;
    rl_training how;
} ways[] = {
    { "input 40; dense 450; relu; dense 3", { .rate = 0.05f, .epochs = 2, .batch = 64 } },
    { "input 40; dense 130; relu; dense 135; relu; dense 3",
        { .rate = 0.02f, .epochs = 2, .batch = 70, .optimiser = &rl_momentum, .clip = 0.5f, .l2 = 0.01f } },
    { "input 40; dense 450; prelu; dropout 0.4; dense 3",
        { .rate = 0.01f, .epochs = 2, .batch = 33, .optimiser = &rl_rmsprop, .l1 = 0.001f, .decay_biases = true } },
    { "input 40; dense 130; prelu shared; dense 130; add 2; rrelu; dense 3",
        { .rate = 0.01f, .epochs = 2, .batch = 128, .optimiser = &rl_adamw, .l2 = 0.1f } },
    { "input 40; dense 450; gelu; dense 3",
        { .rate = 0.01f, .epochs = 2, .batch = 100, .optimiser = &rl_adam, .loss = &rl_squared } },
    { "input 40; reshape 1x5x8; conv 24 3 padding 1; leaky_relu; pool 2 stride 1; conv 25 2; prelu; flatten; dense 3",
        { .rate = 0.01f, .epochs = 2, .batch = 70, .optimiser = &rl_momentum, .l2 = 0.01f } },
    { "input 40; dense 450; relu; dense 3", { .rate = 1e30f, .epochs = 2, .batch = 64 } }, /* diverges */
};
enum { WAYS = sizeof ways / sizeof *ways };

typedef struct {
    float *parameters;
    size_t count;
    rl_lane_fate fate;
} outcome;

static outcome train(int way, int lanes, int lane, int threads)
{
    rl_error err = { 0 };
    rl_dataset *data = normal_data(ROWS, FEATURES, CLASSES, 1);
    rl_net *net = rl_net_new((rl_net_config){ .seed = 20 + (lanes == 1 ? (uint64_t)lane : 0), .lanes = lanes }, &err);
    rl_net_append(net, ways[way].layers, (rl_dense_config){ 0 }, &err);
    rl_training how = ways[way].how;
    how.threads = threads;
    rl_trainer *trainer = err.code ? NULL : rl_trainer_new(net, data, &how, &err);
    assert_no_error(&err);
    assert_int_equal(rl_trainer_threads(trainer), lanes == 1 && threads ? threads : 1);
    while (rl_trainer_step(trainer, 1))
        ;
    outcome o = { .fate = rl_trainer_fate(trainer, lanes == 1 ? 0 : lane) };
    rl_net *copy = rl_net_copy_lane(net, lanes == 1 ? 0 : lane, &err);
    float *w = rl_parameters(copy, &o.count);
    o.parameters = malloc(o.count * sizeof *w);
    memcpy(o.parameters, w, o.count * sizeof *w);
    rl_net_free(copy);
    rl_trainer_free(trainer);
    rl_net_free(net);
    rl_data_free(data);
    return o;
}

/* NaN is as good as NaN: a diverged net's payloads depend on how a processor orders its operands. */
static void assert_same(outcome a, outcome b, int way)
{
    assert_int_equal(a.fate.state, b.fate.state);
    assert_int_equal(a.fate.diverged_at, b.fate.diverged_at);
    assert_int_equal(a.count, b.count);
    for (size_t i = 0; i < a.count; i++)
        if (memcmp(&a.parameters[i], &b.parameters[i], sizeof(float)) != 0 &&
            !(isnan(a.parameters[i]) && isnan(b.parameters[i])))
            fail_msg("way %d: parameter %zu differs", way, i);
    free(b.parameters);
}

static void any_number_of_threads_gives_the_same_bits(void **state)
{
    (void)state;
    for (int way = 0; way < WAYS; way++) {
        outcome alone = train(way, 1, 0, 0);
        assert_int_equal(alone.fate.state, way == WAYS - 1 ? RL_DIVERGED : RL_FINISHED);
        for (int threads = 2; threads < 6; threads++)
            assert_same(alone, train(way, 1, 0, threads), way);
        free(alone.parameters);
    }
}

static void a_wide_net_in_a_lane_is_the_net_alone(void **state)
{
    (void)state;
    for (int way = 0; way < WAYS - 1; way++)
        for (int lane = 0; lane < 4; lane += 3) {
            outcome alone = train(way, 1, lane, 2);
            assert_same(alone, train(way, 4, lane, 2), way);
            free(alone.parameters);
        }
}

static void small_nets_keep_to_one_thread(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_dataset *data = normal_data(ROWS, FEATURES, CLASSES, 1);
    rl_net *net = rl_net_new((rl_net_config){ .seed = 1 }, &err);
    rl_net_append(net, "input 40; dense 16; relu; dense 3", (rl_dense_config){ 0 }, &err);
    rl_trainer *trainer = rl_trainer_new(net, data, &(rl_training){ .rate = 0.1f, .threads = 8 }, &err);
    assert_no_error(&err);
    assert_int_equal(rl_trainer_threads(trainer), 1);
    rl_trainer_free(trainer);
    assert_null(rl_trainer_new(net, data, &(rl_training){ .rate = 0.1f, .threads = -1 }, &err));
    assert_int_equal(err.code, RL_BAD_CONFIG);
    assert_non_null(strstr(err.text, "threads -1"));
    rl_net_free(net);
    rl_data_free(data);
}

static bool train_once(rl_memory memory, rl_error *err)
{
    rl_dataset *data = normal_data(ROWS, FEATURES, CLASSES, 1);
    rl_net *net = rl_net_new((rl_net_config){ .memory = memory }, err);
    if (net)
        rl_net_append(net, ways[0].layers, (rl_dense_config){ 0 }, err);
    if (!err->code)
        rl_train(net, data, &(rl_training){ .rate = 0.1f, .epochs = 1, .batch = 64, .threads = 3 }, NULL, err);
    rl_net_free(net);
    rl_data_free(data);
    return !err->code;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    fail_every_allocation(train_once);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_number_of_threads_gives_the_same_bits),
        cmocka_unit_test(a_wide_net_in_a_lane_is_the_net_alone),
        cmocka_unit_test(small_nets_keep_to_one_thread),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
