/* The training loop: it learns, its lanes are the nets alone, it goes on where it was, it notices what goes wrong. */
#include <stdio.h>
#include <unistd.h>

#include "nets.h"

enum { ROWS = 70, FEATURES = 5, CLASSES = 3 };

/* Ways to train, each with something of its own that lanes or checkpoints could get wrong. */
static const struct {
    const char *layers;
    rl_training how;
} ways[] = {
    { "input 5; dense 7; relu; dense 3", { .rate = 0.1f, .epochs = 4 } },
    { "input 5; dense 7; leaky_relu; dense 3",
        { .rate = 0.05f, .epochs = 3, .batch = 16, .optimiser = &rl_momentum, .l2 = 0.01f } },
    { "input 5; dense 7; tanh; dropout 0.4; dense 3",
        { .rate = 0.02f, .epochs = 3, .batch = 9, .optimiser = &rl_nesterov, .clip = 0.5f } },
    { "input 5; dense 7; prelu; dense 3",
        { .rate = 0.01f, .epochs = 3, .optimiser = &rl_rmsprop, .schedule = RL_STEP, .step_every = 2 } },
    { "input 5; dense 8; rrelu; dense 3",
        { .rate = 0.01f, .epochs = 3, .optimiser = &rl_adam, .l1 = 0.001f, .schedule = RL_COSINE } },
    { "input 5; dense 9; gelu; dense 9; add 2; dense 3",
        { .rate = 0.01f, .epochs = 4, .optimiser = &rl_adamw, .l2 = 0.1f, .decay_biases = true, .loss = &rl_squared } },
    { "input 5; batch_norm; dense 9; batch_norm; relu; dense 3", { .rate = 0.01f,
                                                                     .epochs = 4,
                                                                     .batch = 16,
                                                                     .optimiser = &rl_adamw,
                                                                     .l2 = 0.1f,
                                                                     .decay_biases = true,
                                                                     .clip = 1 } },
    { "input 5; layer_norm; dense 20; batch_norm; relu; dense 3", { .rate = 0.5f, .epochs = 30, .patience = 2 } },
    { "input 5; dense 20; elu; dense 3", { .rate = 0.5f, .epochs = 30, .patience = 2 } },
};
enum { WAYS = sizeof ways / sizeof ways[0] };

static rl_net *net_of(const char *layers, int lanes, uint64_t seed)
{
    rl_error err = { 0 };
    rl_net *net = rl_net_new((rl_net_config){ .seed = seed, .lanes = lanes }, &err);
    rl_net_append(net, layers, (rl_dense_config){ 0 }, &err);
    assert_no_error(&err);
    return net;
}

static rl_training training_of(int way, const rl_dataset *validation)
{
    rl_training how = ways[way].how;
    how.validation = how.patience ? validation : NULL;
    return how;
}

static void a_lane_trains_as_the_net_alone(void **state)
{
    (void)state;
    rl_dataset *data = normal_data(ROWS, FEATURES, CLASSES, 1), *validation = normal_data(31, FEATURES, CLASSES, 2);
    for (int way = 0; way < WAYS; way++)
        for (int w = 1; w < LANE_COUNTS; w++) {
            const int lanes = all_lanes[w];
            if (!rl_lanes_supported(lanes))
                continue;
            rl_error err = { 0 };
            rl_training how = training_of(way, validation);
            rl_net *pack = net_of(ways[way].layers, lanes, 200);
            rl_lane_fate fates[16], fate;
            assert_true(rl_train(pack, data, &how, fates, &err));
            for (int l = 0; l < lanes; l += lanes / 2 - 1) {
                rl_net *alone = net_of(ways[way].layers, 1, 200 + (uint64_t)l), *copy = rl_net_copy_lane(pack, l, &err);
                assert_true(rl_train(alone, data, &how, &fate, &err));
                size_t count;
                float *w_alone = rl_parameters(alone, &count);
                assert_memory_equal(w_alone, rl_parameters(copy, NULL), count * sizeof *w_alone);
                assert_int_equal(fate.state, fates[l].state);
                assert_int_equal(fate.best_epoch, fates[l].best_epoch);
                double loss[16], loss_alone;
                assert_true(rl_evaluate(pack, data, how.loss, loss, NULL, &err));
                assert_true(rl_evaluate(alone, data, how.loss, &loss_alone, NULL, &err));
                assert_true(loss[l] == loss_alone);
                rl_net_free(alone);
                rl_net_free(copy);
            }
            rl_net_free(pack);
        }
    rl_data_free(data);
    rl_data_free(validation);
}

static void resumed_goes_on_to_the_same_bits(void **state)
{
    (void)state;
    char folder[] = "/tmp/relive-test-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/state.safetensors", folder);
    rl_dataset *data = normal_data(ROWS, FEATURES, CLASSES, 1), *validation = normal_data(31, FEATURES, CLASSES, 2);
    for (int way = 0; way < WAYS; way++)
        for (long pause = 1; pause < 8; pause += 3) { /* within an epoch and between two */
            rl_error err = { 0 };
            rl_training how = training_of(way, validation);
            rl_net *through = net_of(ways[way].layers, 4, 8), *begun = net_of(ways[way].layers, 4, 8),
                   *resumed = net_of(ways[way].layers, 4, 8);
            rl_lane_fate fates[4];
            assert_true(rl_train(through, data, &how, fates, &err));
            rl_trainer *first = rl_trainer_new(begun, data, &how, &err),
                       *second = rl_trainer_new(resumed, data, &how, &err);
            assert_no_error(&err);
            rl_trainer_step(first, pause);
            assert_int_equal(rl_trainer_steps(first), pause);
            assert_true(rl_trainer_save(first, path, &err));
            assert_true(rl_trainer_resume(second, path, &err));
            assert_no_error(&err);
            while (rl_trainer_step(second, 5))
                ;
            size_t count;
            float *w = rl_parameters(through, &count);
            assert_memory_equal(w, rl_parameters(resumed, NULL), count * 4 * sizeof *w);
            for (int l = 0; l < 4; l++) {
                assert_int_equal(rl_trainer_fate(second, l).state, fates[l].state);
                assert_int_equal(rl_trainer_fate(second, l).best_epoch, fates[l].best_epoch);
            }
            rl_trainer_free(first);
            rl_trainer_free(second);
            rl_net_free(through);
            rl_net_free(begun);
            rl_net_free(resumed);
        }
    /* a state of other settings is refused, and changes nothing */
    rl_error err = { 0 };
    rl_net *other = net_of("input 5; dense 8; relu; dense 3", 4, 8);
    size_t count;
    float *w = rl_parameters(other, &count), before = w[0];
    rl_trainer *trainer = rl_trainer_new(other, data, &ways[0].how, &err);
    assert_false(rl_trainer_resume(trainer, path, &err));
    assert_int_equal(err.code, RL_BAD_FILE);
    assert_true(w[0] == before);
    rl_trainer_free(trainer);
    rl_net_free(other);
    rl_data_free(data);
    rl_data_free(validation);
    unlink(path);
    rmdir(folder);
}

static void divergence_ends_its_lane_alone(void **state)
{
    (void)state;
    rl_dataset *data = normal_data(ROWS, FEATURES, 0, 3);
    rl_error err = { 0 };
    const float rates[4] = { 0.01f, 1e9f, 0.01f, 0.02f };
    rl_training how = { .epochs = 5, .batch = 10, .lane_rates = rates };
    rl_net *pack = net_of("input 5; dense 6; relu; dense 1", 4, 30);
    rl_lane_fate fates[4];
    assert_true(rl_train(pack, data, &how, fates, &err));
    assert_int_equal(fates[1].state, RL_DIVERGED);
    assert_in_range(fates[1].diverged_at, 1, 10);
    for (int l = 0; l < 4; l++) {
        rl_net *alone = net_of("input 5; dense 6; relu; dense 1", 1, 30 + (uint64_t)l),
               *copy = rl_net_copy_lane(pack, l, &err);
        rl_training how_alone = { .epochs = 5, .batch = 10, .rate = rates[l] };
        rl_lane_fate fate;
        assert_true(rl_train(alone, data, &how_alone, &fate, &err));
        assert_int_equal(fate.diverged_at, fates[l].diverged_at);
        size_t count;
        float *w = rl_parameters(alone, &count);
        if (l != 1) {
            assert_int_equal(fate.state, RL_FINISHED);
            assert_memory_equal(w, rl_parameters(copy, NULL), count * sizeof *w);
        }
        rl_net_free(alone);
        rl_net_free(copy);
    }
    rl_net_free(pack);
    rl_data_free(data);
}

/* Remembers the least validation loss that any epoch ended with. */
typedef struct {
    const rl_dataset *validation;
    double least;
    long epochs;
} watcher;

static void watch_validation(void *self, const rl_moment *now)
{
    watcher *w = self;
    rl_error err = { 0 };
    double loss;
    if (now->epoch == 0 || now->fates[0].state == RL_STOPPED_EARLY)
        return;
    assert_true(rl_evaluate(now->net, w->validation, NULL, &loss, NULL, &err));
    w->least = loss < w->least ? loss : w->least;
    w->epochs = now->epoch;
}

static void early_stopping_keeps_the_best(void **state)
{
    (void)state;
    rl_dataset *data = normal_data(40, FEATURES, CLASSES, 5), *validation = normal_data(40, FEATURES, CLASSES, 6);
    rl_error err = { 0 };
    watcher w = { .validation = validation, .least = INFINITY };
    const rl_observer observer = { .after_epoch = watch_validation, .self = &w };
    rl_training how = { .rate = 0.5f,
        .epochs = 200,
        .batch = 8,
        .validation = validation,
        .patience = 3,
        .observers = &observer,
        .observer_count = 1 };
    rl_net *net = net_of("input 5; dense 30; tanh; dense 3", 1, 3);
    rl_lane_fate fate;
    assert_true(rl_train(net, data, &how, &fate, &err));
    assert_int_equal(fate.state, RL_STOPPED_EARLY); /* noise cannot be learned */
    assert_true(w.epochs < 199);
    double loss;
    assert_true(rl_evaluate(net, validation, NULL, &loss, NULL, &err));
    assert_true(loss == w.least);
    rl_net_free(net);
    rl_data_free(data);
    rl_data_free(validation);
}

static void it_learns(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_dataset *data = rl_data_load("iris", (rl_data_config){ .seed = 1 }, &err);
    assert_no_error(&err);
    rl_scaling scaling;
    assert_true(rl_scaling_measure(data, &scaling, (rl_memory){ 0 }, &err));
    rl_scaling_apply(&scaling, data);
    rl_net *net = net_of("input 4; dense 16; relu; dense 3", 1, 1);
    double before, after, accuracy;
    rl_evaluate(net, data, NULL, &before, NULL, &err);
    assert_true(rl_train(net, data, &(rl_training){ .rate = 0.1f, .epochs = 200 }, NULL, &err));
    rl_evaluate(net, data, NULL, &after, &accuracy, &err);
    assert_no_error(&err);
    if (!(after < 0.1 && after < before && accuracy > 0.96))
        fail_msg("loss %g -> %g, accuracy %g", before, after, accuracy);
    float outputs[150 * 3];
    int decided[150], right = 0;
    assert_true(rl_predict(net, 0, data, &rl_cross_entropy, outputs, decided, &err));
    for (int r = 0; r < 150; r++) {
        right += decided[r] == (int)data->y[r];
        assert_true(fabsf(outputs[3 * r] + outputs[3 * r + 1] + outputs[3 * r + 2] - 1) < 1e-6f);
    }
    assert_true(fabs(right / 150.0 - accuracy) < 1e-12);
    rl_scaling_free(&scaling);
    rl_net_free(net);
    rl_data_free(data);
}

static void bad_settings_say_what(void **state)
{
    (void)state;
    rl_dataset *data = normal_data(20, FEATURES, CLASSES, 1), *real = normal_data(20, FEATURES, 0, 1),
               *narrow = normal_data(20, 4, CLASSES, 1);
    const struct {
        const rl_dataset *data;
        rl_training how;
        const char *said;
    } cases[] = {
        { data, { .rate = 0 }, "learning rate 0" },
        { data, { .rate = -1 }, "learning rate -1" },
        { data, { .rate = NAN }, "learning rate" },
        { data, { .rate = INFINITY }, "learning rate inf" },
        { data, { .rate = 1, .batch = 21 }, "batch 21" },
        { data, { .rate = 1, .momentum = 1 }, "momentum 1" },
        { data, { .rate = 1, .l2 = -1 }, "l2 -1" },
        { data, { .rate = 1, .clip = NAN }, "clip" },
        { data, { .rate = 1, .patience = 2 }, "validation" },
        { data, { .rate = 1, .epochs = -1 }, "epochs" },
        { data, { .rate = 1, .loss = &rl_binary }, "2 classes and 1 output" },
        { real, { .rate = 1, .loss = &rl_cross_entropy }, "real targets" },
        { real, { .rate = 1 }, "1 real targets" },
        { narrow, { .rate = 1 }, "4 features" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rl_error err = { 0 };
        rl_net *net = net_of("input 5; dense 3", 1, 1);
        assert_false(rl_train(net, cases[i].data, &cases[i].how, NULL, &err));
        if (!strstr(err.text, cases[i].said))
            fail_msg("said \"%s\", not \"%s\"", err.text, cases[i].said);
        rl_net_free(net);
    }
    rl_data_free(data);
    rl_data_free(real);
    rl_data_free(narrow);
}

static bool stop_at_once(void *self)
{
    return ++*(int *)self < 3;
}

static void it_stops_when_told(void **state)
{
    (void)state;
    rl_dataset *data = normal_data(20, FEATURES, CLASSES, 1);
    rl_error err = { 0 };
    int asked = 0;
    rl_net *net = net_of("input 5; dense 3", 1, 1);
    assert_false(rl_train(
        net, data, &(rl_training){ .rate = 0.1f, .keep_going = stop_at_once, .keep_going_self = &asked }, NULL, &err));
    assert_int_equal(err.code, RL_INTERRUPTED);
    assert_int_equal(asked, 3);
    rl_net_free(net);
    rl_data_free(data);
}

/* After some steps the rate changes: from then on it is as if that had been the rate from the first, which for plain
 * descent in order on whole epochs is another training; and within an epoch it holds from the very next step. */
static void the_rate_may_change(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_dataset *data = normal_data(ROWS, FEATURES, CLASSES, 1);
    const float rates[4] = { 0.1f, 0.2f, 0.3f, 0.4f };
    const rl_training fast = { .lane_rates = rates, .epochs = 3, .in_order = true },
                      slow = { .rate = 0.02f, .epochs = 1, .in_order = true };
    rl_net *net = net_of("input 5; dense 7; relu; dense 3", 4, 3),
           *other = net_of("input 5; dense 7; relu; dense 3", 4, 3);
    rl_trainer *changed = rl_trainer_new(net, data, &fast, &err), *first = rl_trainer_new(other, data, &fast, &err);
    const long epoch = (ROWS + 31) / 32;
    rl_trainer_step(changed, epoch);
    rl_trainer_step(first, epoch);
    assert_true(rl_trainer_set_rate(changed, 0.02f, &err));
    rl_trainer_step(changed, epoch);
    rl_trainer *second = rl_trainer_new(other, data, &slow, &err);
    rl_trainer_step(second, epoch);
    assert_no_error(&err);
    size_t count;
    float *w = rl_parameters(net, &count);
    const size_t bytes = count * 4 * sizeof *w;
    assert_memory_equal(w, rl_parameters(other, NULL), bytes);

    float *before = malloc(bytes);
    rl_trainer_step(changed, 1);
    memcpy(before, w, bytes);
    assert_true(rl_trainer_set_rate(changed, 1e-30f, &err));
    rl_trainer_step(changed, 1);
    assert_memory_equal(w, before, bytes);
    assert_true(rl_trainer_set_rate(changed, 0.1f, &err));
    rl_trainer_step(changed, 1);
    assert_memory_not_equal(w, before, bytes);
    free(before);

    const float bad[] = { 0, -1, NAN, INFINITY };
    for (int i = 0; i < 4; i++) {
        err = (rl_error){ 0 };
        assert_false(rl_trainer_set_rate(changed, bad[i], &err));
        assert_non_null(strstr(err.text, "learning rate"));
    }
    rl_trainer_free(changed);
    rl_trainer_free(first);
    rl_trainer_free(second);
    rl_net_free(net);
    rl_net_free(other);
    rl_data_free(data);
}

static bool train_once(rl_memory memory, rl_error *err)
{
    rl_dataset *data = normal_data(20, FEATURES, CLASSES, 1);
    rl_net *net = rl_net_new((rl_net_config){ .lanes = 4, .memory = memory }, err);
    if (net)
        rl_net_append(net, "input 5; dense 6; relu; dense 3", (rl_dense_config){ 0 }, err);
    double loss[4], accuracy[4];
    float outputs[20 * 3];
    if (!err->code) {
        rl_train(net, data,
            &(rl_training){ .rate = 0.1f,
                .epochs = 2,
                .optimiser = &rl_adam,
                .validation = data,
                .patience = 1,
                .loss = &rl_squared },
            NULL, err);
        rl_evaluate(net, data, &rl_squared, loss, accuracy, err);
        rl_predict(net, 1, data, &rl_squared, outputs, NULL, err);
        rl_census *census = err->code ? NULL : rl_census_new(net, err);
        if (census)
            rl_census_take(census, net, data, err);
        rl_census_free(census);
    }
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
        cmocka_unit_test(a_lane_trains_as_the_net_alone),
        cmocka_unit_test(resumed_goes_on_to_the_same_bits),
        cmocka_unit_test(divergence_ends_its_lane_alone),
        cmocka_unit_test(early_stopping_keeps_the_best),
        cmocka_unit_test(it_learns),
        cmocka_unit_test(bad_settings_say_what),
        cmocka_unit_test(it_stops_when_told),
        cmocka_unit_test(the_rate_may_change),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
