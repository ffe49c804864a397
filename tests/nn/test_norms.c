/* Layers that normalise: what a batch and a row become, by hand; running statistics, which only rl_update_statistics moves, and
 * in a training none of its optimisers, penalties or clips; lanes; rows; what cannot be measured. Derivatives are gradcheck's
 * and PyTorch's (test_layers_golden.c); threads stand in test_single.c. */
#include "lanes.h"
#include "nn/pass.h"
#include "train/trainer.h"

static const char *const texts[] = {
    "input 7; layer_norm; dense 33; layer_norm; gelu; dense 3",
    "input 4x5; layer_norm; gru 3; layer_norm; flatten; dense 2",
    "input 2x3x5; layer_norm; conv 3 2; layer_norm; relu; flatten; dense 2",
    "input 7; batch_norm; dense 33; batch_norm; relu; dropout 0.3; dense 5; batch_norm; dense 3",
    "input 2x5x5; batch_norm; conv 5 3 padding 1; batch_norm; relu; pool 2; conv 4 2; batch_norm; flatten; dense 3",
};
enum { TEXTS = sizeof texts / sizeof *texts };

/* ---- By hand ---- */

/* Each unit's numbers over the batch, of node 1, in a pack in which each lane has its own. */
static void a_batch_is_normalised(void **state)
{
    (void)state;
    static const char *const layers[] = { "input 5; batch_norm", "input 3x4x5; batch_norm", "input 2x1x1; batch_norm" };
    enum { ROWS = 9 };
    const int lanes = rl_lanes_best();
    for (size_t t = 0; t < 3; t++) {
        rl_error err = { 0 };
        rl_net *net = net_of(layers[t], lanes, 1, &err);
        rl_pass *pass = rl_pass_new(net, ROWS + 2, &err);
        assert_no_error(&err);
        const rl_node_info info = rl_net_node(net, 1);
        const size_t units = (size_t)info.units, positions = (size_t)info.positions, width = (size_t)lanes;
        float *w = rl_parameters(net, NULL), *x = calloc(ROWS * units * positions * width, sizeof *x);
        rl_random random = rl_random_stream(t, RL_FOR_TESTS, 2);
        for (size_t i = 0; i < 4 * units * width; i++)
            w[i] = fabsf((float)rl_random_normal(&random)) + 0.1f;
        for (size_t i = 0; i < ROWS * units * positions * width; i++)
            x[i] = 2 + 3 * (float)rl_random_normal(&random);
        float *was = calloc(4 * units * width, sizeof *was);
        memcpy(was, w, 4 * units * width * sizeof *was);
        rl_pass_training(pass, 0);
        rl_forward(net, pass, x, ROWS);
        assert_memory_equal(w, was, 4 * units * width * sizeof *was);
        rl_update_statistics(net, pass, NULL);
        const double n = (double)(ROWS * positions);
        for (size_t u = 0; u < units; u++)
            for (size_t l = 0; l < width; l++) {
                double mean = 0, variance = 0;
                for (size_t i = 0; i < ROWS * positions; i++)
                    mean += (double)x[((i / positions * units + u) * positions + i % positions) * width + l] / n;
                for (size_t i = 0; i < ROWS * positions; i++) {
                    const double off =
                        (double)x[((i / positions * units + u) * positions + i % positions) * width + l] - mean;
                    variance += off * off / n;
                }
                const double gamma = (double)was[u * width + l], beta = (double)was[(units + u) * width + l];
                for (size_t i = 0; i < ROWS * positions; i++) {
                    const size_t at = ((i / positions * units + u) * positions + i % positions) * width + l;
                    const double y = gamma * ((double)x[at] - mean) / sqrt(variance + 1e-5) + beta;
                    assert_true(fabs((double)rl_output(pass)[at] - y) < 1e-5);
                }
                const size_t m = (2 * units + u) * width + l, v = m + units * width;
                assert_true(fabs((double)w[m] - (0.9 * (double)was[m] + 0.1 * mean)) < 1e-5);
                assert_true(fabs((double)w[v] - (0.9 * (double)was[v] + 0.1 * variance * n / (n - 1))) < 1e-5);
                assert_true(w[4 * units * width + l] == 1);
            }
        /* in evaluation by the running ones, whatever else is in the batch */
        rl_pass_evaluation(pass);
        rl_forward(net, pass, x, 1);
        for (size_t u = 0; u < units; u++) {
            const size_t m = 2 * units * width + u * width;
            const double y = (double)w[u * width] * ((double)x[u * positions * width] - (double)w[m]) /
                                 sqrt((double)w[m + units * width] + 1e-5) +
                             (double)w[(units + u) * width];
            assert_true(fabs((double)rl_output(pass)[u * positions * width] - y) < 1e-5);
        }
        free(was);
        free(x);
        rl_pass_free(pass);
        rl_net_free(net);
    }
}

/* A batch that gives a unit one number: β comes out, and nothing is learned of its variance. */
static void one_number_has_no_variance(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_net *net = net_of("input 2; batch_norm", 1, 1, &err);
    rl_pass *pass = rl_pass_new(net, 1, &err);
    float *w = rl_parameters(net, NULL), was[9];
    w[2] = 0.25f;
    w[3] = -4;
    memcpy(was, w, sizeof was);
    rl_pass_training(pass, 0);
    rl_forward(net, pass, (const float[]){ 5, 6 }, 1);
    assert_true(rl_output(pass)[0] == 0.25f && rl_output(pass)[1] == -4);
    rl_update_statistics(net, pass, NULL);
    assert_memory_equal(w, was, sizeof was);
    rl_pass_free(pass);
    rl_net_free(net);
}

static void a_row_is_normalised(void **state)
{
    (void)state;
    static const char *const layers[] = { "input 21; layer_norm", "input 3x7; layer_norm", "input 3x7x1; layer_norm" };
    for (size_t t = 0; t < 3; t++) {
        rl_error err = { 0 };
        rl_net *net = net_of(layers[t], 1, 1, &err);
        rl_pass *pass = rl_pass_new(net, 2, &err);
        const size_t width = t == 1 ? 7 : 21;
        float *w = rl_parameters(net, NULL), x[42];
        rl_random random = rl_random_stream(t, RL_FOR_TESTS, 2);
        for (size_t i = 0; i < 2 * width; i++)
            w[i] = (float)rl_random_normal(&random);
        for (size_t i = 0; i < 42; i++)
            x[i] = 5 + (float)rl_random_normal(&random);
        x[40] = NAN;
        for (int training = 0; training < 2; training++) {
            if (training)
                rl_pass_training(pass, 0);
            rl_forward(net, pass, x, 2);
            for (size_t i = 0; i < 42; i++) {
                const size_t first = i / width * width;
                double mean = 0, variance = 0;
                for (size_t k = first; k < first + width; k++)
                    mean += (double)x[k] / (double)width;
                for (size_t k = first; k < first + width; k++)
                    variance += ((double)x[k] - mean) * ((double)x[k] - mean) / (double)width;
                const double y =
                    (double)w[i - first] * ((double)x[i] - mean) / sqrt(variance + 1e-5) + (double)w[width + i - first];
                assert_true(first + width > 40 && first <= 40 ? isnan(rl_output(pass)[i])
                                                              : fabs((double)rl_output(pass)[i] - y) < 1e-5);
            }
        }
        rl_pass_free(pass);
        rl_net_free(net);
    }
}

/* ---- Lanes and rows ---- */

static void a_lane_is_the_net_alone(void **state)
{
    (void)state;
    for (size_t n = 0; n < TEXTS; n++)
        assert_lanes_are_nets_alone(texts[n]);
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

/* ---- In a training ---- */

/* The statistics of every batch norm after a step are those before it, moved by what a forward of the same parameters
 * measures, bit for bit, whatever else the step did. */
static void only_batches_move_statistics(void **state)
{
    (void)state;
    enum { ROWS = 12, STEPS = 4 };
    size_t kinds;
    const rl_optimiser *const *optimisers = rl_optimisers(&kinds);
    rl_dataset *data = normal_data(ROWS, 7, 3, 5);
    for (size_t o = 0; o < kinds; o++)
        for (int w = 0; w < LANE_COUNTS; w++) {
            const int lanes = all_lanes[w];
            if (!rl_lanes_supported(lanes))
                continue;
            rl_error err = { 0 };
            rl_net *net = net_of("input 7; batch_norm; dense 9; batch_norm; relu; dense 3", lanes, 1, &err),
                   *twin = net_of("input 7; batch_norm; dense 9; batch_norm; relu; dense 3", lanes, 1, &err);
            rl_pass *pass = rl_pass_new(twin, ROWS, &err);
            rl_trainer *trainer = rl_trainer_new(net, data,
                &(rl_training){ .epochs = STEPS,
                    .batch = -1,
                    .rate = 0.1f,
                    .optimiser = optimisers[o],
                    .l1 = 0.1f,
                    .l2 = 0.1f,
                    .decay_biases = true,
                    .clip = 0.5f,
                    .in_order = true },
                &err);
            assert_no_error(&err);
            float *x = calloc((size_t)(ROWS * 7 * lanes), sizeof *x);
            for (int i = 0; i < ROWS * 7 * lanes; i++)
                x[i] = data->x[i / lanes];
            size_t count;
            float *now = rl_parameters(net, &count), *then = rl_parameters(twin, NULL);
            rl_pass_training(pass, 0);
            for (int step = 0; step < STEPS; step++) {
                memcpy(then, now, count * (size_t)lanes * sizeof *now);
                rl_forward(twin, pass, x, ROWS);
                rl_update_statistics(twin, pass, NULL);
                rl_trainer_step(trainer, 1);
                for (rl_node i = 0; i < rl_net_nodes(net); i++) {
                    const rl_node_info info = rl_net_node(net, i);
                    const size_t first = (info.offset + info.parameters - info.statistics) * (size_t)lanes;
                    assert_memory_equal(now + first, then + first, info.statistics * (size_t)lanes * sizeof *now);
                    assert_true(info.parameters == info.statistics || /* what is learned has moved */
                                memcmp(now + info.offset * (size_t)lanes, then + info.offset * (size_t)lanes,
                                    (size_t)lanes * sizeof *now) != 0);
                }
            }
            free(x);
            rl_trainer_free(trainer);
            rl_pass_free(pass);
            rl_net_free(twin);
            rl_net_free(net);
        }
    rl_data_free(data);
}

/* γ and β decay with biases or not at all. */
static void factors_decay_as_biases_do(void **state)
{
    (void)state;
    rl_dataset *data = normal_data(8, 3, 2, 5);
    for (int decayed = 0; decayed < 2; decayed++) {
        float after[2];
        for (int l2 = 0; l2 < 2; l2++) {
            rl_error err = { 0 };
            rl_net *net = net_of("input 3; dense 4; batch_norm; layer_norm; dense 2", 1, 1, &err);
            rl_train(net, data,
                &(rl_training){ .epochs = 1, .batch = -1, .rate = 0.1f, .l2 = l2 ? 0.5f : 0, .decay_biases = decayed },
                NULL, &err);
            assert_no_error(&err);
            after[l2] = rl_parameters(net, NULL)[rl_net_node(net, 2).offset];
            rl_net_free(net);
        }
        assert_true((after[0] != after[1]) == decayed);
    }
    rl_data_free(data);
}

/* A lane that has diverged and one that early stopping has halted stay as they are, statistics too. */
static void ended_lanes_stand_still(void **state)
{
    (void)state;
    enum { LANES = 4 };
    rl_error err = { 0 };
    rl_dataset *data = normal_data(40, 7, 3, 5), *other = normal_data(20, 7, 3, 6);
    rl_net *net = net_of("input 7; dense 9; batch_norm; relu; dense 3", LANES, 1, &err);
    const float rates[LANES] = { 0.1f, 1e30f, 0.5f, 0.01f };
    rl_trainer *trainer = rl_trainer_new(net, data,
        &(rl_training){ .epochs = 60, .batch = 10, .lane_rates = rates, .validation = other, .patience = 3 }, &err);
    assert_no_error(&err);
    size_t count, stopped = 0, diverged = 0;
    float *w = rl_parameters(net, &count), *was = calloc(count * LANES, sizeof *was);
    bool ended[LANES] = { false };
    for (bool more = true; more;) {
        more = rl_trainer_step(trainer, 1);
        for (size_t l = 0; l < LANES; l++) {
            const rl_lane_fate fate = rl_trainer_fate(trainer, (int)l);
            for (size_t i = 0; ended[l] && i < count; i++)
                if (isfinite(was[i * LANES + l]))
                    assert_memory_equal(&w[i * LANES + l], &was[i * LANES + l], sizeof *w);
            if (fate.state == RL_RUNNING || ended[l])
                continue;
            ended[l] = true;
            stopped += fate.state == RL_STOPPED_EARLY;
            diverged += fate.state == RL_DIVERGED;
            for (size_t i = 0; i < count; i++)
                was[i * LANES + l] = w[i * LANES + l];
        }
    }
    assert_true(stopped >= 1 && diverged == 1);
    free(was);
    rl_trainer_free(trainer);
    rl_net_free(net);
    rl_data_free(data);
    rl_data_free(other);
}

/* The best weights that early stopping gives back come with their own statistics. */
typedef struct {
    float *best;
    size_t bytes;
    long epoch;
} keeper;

static void keep(void *self, const rl_moment *now)
{
    keeper *k = self;
    if (now->fates[0].state == RL_RUNNING && now->fates[0].best_epoch == now->epoch && now->epoch > 0)
        memcpy(k->best, rl_parameters((rl_net *)(uintptr_t)now->net, NULL), k->bytes);
    k->epoch = now->epoch;
}

static void the_best_weights_have_their_statistics(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_dataset *data = normal_data(40, 7, 3, 5), *other = normal_data(20, 7, 3, 6);
    rl_net *net = net_of("input 7; dense 9; batch_norm; relu; dense 3", 1, 1, &err);
    size_t count;
    float *w = rl_parameters(net, &count);
    keeper k = { .best = calloc(count, sizeof *w), .bytes = count * sizeof *w };
    rl_lane_fate fate;
    rl_train(net, data,
        &(rl_training){ .epochs = 60,
            .batch = 10,
            .rate = 0.3f,
            .validation = other,
            .patience = 3,
            .observers = &(rl_observer){ .after_epoch = keep, .self = &k },
            .observer_count = 1 },
        &fate, &err);
    assert_no_error(&err);
    assert_int_equal(fate.state, RL_STOPPED_EARLY);
    assert_memory_equal(w, k.best, k.bytes);
    free(k.best);
    rl_net_free(net);
    rl_data_free(data);
    rl_data_free(other);
}

static void a_batch_of_one_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *layers;
        size_t rows;
        int batch;
        const char *said;
    } cases[] = {
        { "input 4; batch_norm; dense 2", 33, 32,
            "batch 32: of 33 rows the last batch has one alone, on which node 1 (ba" },
        { "input 4; dense 4; batch_norm; dense 2", 8, 1,
            "batch 1: of 8 rows every batch has one alone, on which node 2" },
        { "input 4; reshape 4x1x1; batch_norm; flatten; dense 2", 5, 2, "the last batch has one alone" },
        { "input 4; batch_norm; dense 2", 34, 32, NULL },
        { "input 4; reshape 1x2x2; batch_norm; flatten; dense 2", 5, 2, NULL },
        { "input 4; layer_norm; dense 2", 5, 1, NULL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rl_error err = { 0 };
        rl_dataset *data = normal_data(cases[i].rows, 4, 2, 1);
        rl_net *net = net_of(cases[i].layers, 1, 1, &err);
        rl_train(net, data, &(rl_training){ .rate = 0.1f, .epochs = 1, .batch = cases[i].batch }, NULL, &err);
        if (!cases[i].said)
            assert_no_error(&err);
        else if (!strstr(err.text, cases[i].said))
            fail_msg("case %zu said \"%s\"", i, err.text);
        rl_net_free(net);
        rl_data_free(data);
    }
}

static bool make_and_free(rl_memory memory, rl_error *err)
{
    rl_net *net = rl_net_new((rl_net_config){ .memory = memory, .lanes = 4 }, err);
    if (net)
        rl_net_append(net, "input 4x2; layer_norm; flatten; batch_norm; dense 2", (rl_dense_config){ 0 }, err);
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
        cmocka_unit_test(a_batch_is_normalised),
        cmocka_unit_test(one_number_has_no_variance),
        cmocka_unit_test(a_row_is_normalised),
        cmocka_unit_test(a_lane_is_the_net_alone),
        cmocka_unit_test(a_row_is_the_same_anywhere),
        cmocka_unit_test(only_batches_move_statistics),
        cmocka_unit_test(factors_decay_as_biases_do),
        cmocka_unit_test(ended_lanes_stand_still),
        cmocka_unit_test(the_best_weights_have_their_statistics),
        cmocka_unit_test(a_batch_of_one_is_refused),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
