/* Adversarial training: against PyTorch (golden/adversarial.txt), its lanes against the nets alone, what diverges, what is
 * refused. */
#include "golden/golden.h"
#include "nets.h"
#include "train/trainer.h"

enum { PAIRS = 3, ROWS = 8, STEPS = 20, SEED = 5 };

static rl_net *net_of(const char *layers, int lanes, uint64_t seed)
{
    rl_error err = { 0 };
    rl_net *net = rl_net_new((rl_net_config){ .seed = seed, .lanes = lanes }, &err);
    rl_net_append(net, layers, (rl_dense_config){ 0 }, &err);
    assert_no_error(&err);
    return net;
}

/* ---- PyTorch ---- */

static void near(int number, const char *what, size_t i, double found, double expected, double tolerance)
{
    if (!(fabs(found - expected) <= tolerance * fmax(1, fabs(expected))))
        fail_msg("pair %d, %s %zu: found %.9g, PyTorch %.9g", number, what, i, found, expected);
}

static rl_net *golden_net(const golden *g, int number, const char *which, int lanes)
{
    char start[40];
    size_t count;
    snprintf(start, sizeof start, "%s_start", which);
    uint64_t seeds[RL_MOST_LANES];
    for (int l = 0; l < lanes; l++)
        seeds[l] = SEED; /* the same noise in every lane */
    rl_error err = { 0 };
    rl_net *net = rl_net_new((rl_net_config){ .seeds = seeds, .lanes = lanes }, &err);
    rl_net_append(net, golden_words(g, golden_case(number, which).text), (rl_dense_config){ 0 }, &err);
    assert_no_error(&err);
    double *numbers = golden_numbers(g, golden_case(number, start).text, &count);
    assert_int_equal(count, net->parameter_count);
    for (size_t i = 0; i < count; i++)
        for (int l = 0; l < lanes; l++)
            rl_net_set(net, i, l, numbers[i]);
    free(numbers);
    return net;
}

static rl_training golden_training(const golden *g, int number, const char *which)
{
    char name[40], rate[40];
    snprintf(name, sizeof name, "%s_optimiser", which);
    snprintf(rate, sizeof rate, "%s_rate", which);
    rl_error err = { 0 };
    rl_training how = { .optimiser = rl_optimiser_named(golden_words(g, golden_case(number, name).text), &err),
        .rate = (float)golden_number(g, golden_case(number, rate).text),
        .beta1 = (float)golden_number(g, golden_case(number, "beta1").text),
        .in_order = true,
        .batch = ROWS,
        .epochs = STEPS / 2 };
    assert_no_error(&err);
    return how;
}

typedef struct {
    int number;
    const double *losses; /* [STEPS][2] */
    const double *first;  /* [ROWS][features] */
} witness;

static void after_step(void *self, const rl_moment *now)
{
    const witness *w = self;
    const size_t lanes = (size_t)rl_net_lanes(now->net), inputs = (size_t)rl_net_inputs(now->net);
    for (size_t l = 0; l < lanes; l++) {
        near(w->number, "loss of D at step", (size_t)now->step, (double)now->batch_loss[l],
            w->losses[2 * (now->step - 1)], 1e-4);
        near(w->number, "loss of G at step", (size_t)now->step, (double)now->generator_loss[l],
            w->losses[2 * (now->step - 1) + 1], 1e-4);
    }
    for (size_t i = 0; now->step == 1 && i < ROWS * inputs * lanes; i++)
        near(w->number, "gradient by made rows", i / lanes, (double)rl_input_gradients(now->trainer->rival.judge)[i],
            w->first[i / lanes], 2e-6);
}

static void check_end(const golden *g, int number, const char *which, const rl_net *net)
{
    size_t count;
    double *end = golden_numbers(g, golden_case(number, which).text, &count);
    for (size_t i = 0; i < count; i++)
        for (int l = 0; l < net->lanes; l++)
            near(number, which, i, rl_net_get(net, i, l), end[i], 1e-4);
    free(end);
}

static void check_pair(const golden *g, int number, int lanes)
{
    rl_error err = { 0 };
    size_t count;
    rl_net *generator = golden_net(g, number, "generator", lanes),
           *discriminator = golden_net(g, number, "discriminator", lanes);
    double *rows = golden_numbers(g, golden_case(number, "real").text, &count);
    rl_dataset *real = rl_data_new("golden", 2 * ROWS, count / (2 * ROWS), 0, 1, (rl_memory){ 0 }, &err);
    assert_no_error(&err);
    for (size_t i = 0; i < count; i++)
        real->x[i] = (float)rows[i];
    double *losses = golden_numbers(g, golden_case(number, "losses").text, &count),
           *first = golden_numbers(g, golden_case(number, "first_gradient").text, &count);
    witness watching = { number, losses, first };
    const rl_observer observer = { .after_step = after_step, .self = &watching };
    rl_training how = golden_training(g, number, "discriminator"), other = golden_training(g, number, "generator");
    how.observers = &observer;
    how.observer_count = 1;
    rl_trainer *trainer = rl_trainer_new_adversarial(discriminator, generator, real, &how, &other, &err);
    assert_no_error(&err);
    while (rl_trainer_step(trainer, STEPS))
        ;
    assert_int_equal(rl_trainer_steps(trainer), STEPS);
    for (int l = 0; l < lanes; l++)
        assert_int_equal(rl_trainer_fate(trainer, l).state, RL_FINISHED);
    check_end(g, number, "generator_end", generator);
    check_end(g, number, "discriminator_end", discriminator);
    rl_trainer_free(trainer);
    free(rows);
    free(losses);
    free(first);
    rl_data_free(real);
    rl_net_free(generator);
    rl_net_free(discriminator);
}

static void it_trains_as_pytorch_does(void **state)
{
    (void)state;
    golden g = golden_open("adversarial.txt");
    for (int number = 0; number < PAIRS; number++)
        for (int w = 0; w < LANE_COUNTS; w++)
            if (rl_lanes_supported(all_lanes[w]))
                check_pair(&g, number, all_lanes[w]);
    golden_close(&g);
}

/* ---- Lanes ---- */

/* Each with something that lanes could get wrong: a short last batch, dropout, clipping, a large layer alone. */
static const struct {
    const char *generator, *discriminator;
    rl_training how, other;
} ways[] = {
    { "input 3; dense 7; relu; dense 5", "input 5; dense 6; leaky_relu:0.2; dense 1",
        { .rate = 0.01f, .epochs = 3, .batch = 16, .optimiser = &rl_adam, .beta1 = 0.5f },
        { .rate = 0.02f, .optimiser = &rl_adam, .beta1 = 0.5f, .schedule = RL_COSINE } },
    { "input 2; dense 7; dropout 0.3; tanh; dense 5; tanh",
        "input 5; dense 130; relu; dropout 0.4; dense 130; relu; dense 1",
        { .rate = 0.05f, .epochs = 2, .clip = 0.5f, .threads = 2 },
        { .rate = 0.1f, .l2 = 0.01f, .optimiser = &rl_momentum } },
    { "input 3; dense 7; batch_norm; relu; dense 5", "input 5; dense 6; batch_norm; relu; layer_norm; dense 1",
        { .rate = 0.01f, .epochs = 3, .batch = 16, .optimiser = &rl_adam }, { .rate = 0.02f, .optimiser = &rl_adam } },
};
enum { WAYS = sizeof ways / sizeof *ways };

typedef struct {
    rl_net *generator, *discriminator;
    rl_lane_fate fates[RL_MOST_LANES];
} outcome;

static outcome run(int way, int lanes, uint64_t seed, float rate, const rl_dataset *data)
{
    rl_error err = { 0 };
    outcome out = { net_of(ways[way].generator, lanes, 1000 + seed), net_of(ways[way].discriminator, lanes, seed),
        { { 0 } } };
    rl_training how = ways[way].how;
    float rates[RL_MOST_LANES];
    for (int l = 0; l < lanes; l++)
        rates[l] = seed + (uint64_t)l == 203 && rate > 0 ? rate : how.rate;
    how.lane_rates = rates;
    rl_trainer *trainer =
        rl_trainer_new_adversarial(out.discriminator, out.generator, data, &how, &ways[way].other, &err);
    assert_no_error(&err);
    while (rl_trainer_step(trainer, 1))
        ;
    for (int l = 0; l < lanes; l++)
        out.fates[l] = rl_trainer_fate(trainer, l);
    rl_trainer_free(trainer);
    return out;
}

static void drop(outcome *out)
{
    rl_net_free(out->generator);
    rl_net_free(out->discriminator);
}

static void assert_same_lane(const rl_net *alone, const rl_net *pack, int l)
{
    for (size_t i = 0; i < alone->parameter_count; i++)
        assert_true(rl_net_get(alone, i, 0) == rl_net_get(pack, i, l));
}

static void a_lane_trains_as_its_pair_alone(void **state)
{
    (void)state;
    rl_dataset *data = normal_data(70, 5, 3, 1);
    for (int way = 0; way < WAYS; way++)
        for (int w = 1; w < LANE_COUNTS; w++) {
            const int lanes = all_lanes[w];
            if (!rl_lanes_supported(lanes))
                continue;
            outcome pack = run(way, lanes, 200, 0, data);
            for (int l = 0; l < lanes; l++) {
                outcome alone = run(way, 1, 200 + (uint64_t)l, 0, data);
                assert_int_equal(alone.fates[0].state, RL_FINISHED);
                assert_int_equal(pack.fates[l].state, RL_FINISHED);
                assert_same_lane(alone.generator, pack.generator, l);
                assert_same_lane(alone.discriminator, pack.discriminator, l);
                drop(&alone);
            }
            drop(&pack);
        }
    rl_data_free(data);
}

static void a_lane_may_diverge_alone(void **state)
{
    (void)state;
    rl_dataset *data = normal_data(70, 5, 3, 1);
    outcome calm = run(0, 4, 200, 0, data), wild = run(0, 4, 200, 1e30f, data), alone = run(0, 1, 203, 1e30f, data);
    assert_int_equal(wild.fates[3].state, RL_DIVERGED);
    assert_int_equal(alone.fates[0].state, RL_DIVERGED);
    assert_int_equal(wild.fates[3].diverged_at, alone.fates[0].diverged_at);
    assert_in_range(wild.fates[3].diverged_at, 1, 15);
    for (int l = 0; l < 3; l++) {
        assert_int_equal(wild.fates[l].state, RL_FINISHED);
        for (size_t i = 0; i < calm.generator->parameter_count; i++)
            assert_true(rl_net_get(calm.generator, i, l) == rl_net_get(wild.generator, i, l));
    }
    drop(&calm);
    drop(&wild);
    drop(&alone);
    rl_data_free(data);
}

/* ---- Noise ---- */

static void noise_is_uniform_and_each_seeds_own(void **state)
{
    (void)state;
    enum { COUNT = 30000 };
    static float two[COUNT * 2], one[COUNT], other[COUNT];
    const uint64_t seeds[] = { 4, 9 };
    rl_noise_draw(seeds, 2, 7, COUNT / 3, 3, two);
    rl_noise_draw(seeds + 1, 1, 7, COUNT / 3, 3, one);
    rl_noise_draw(seeds + 1, 1, 8, COUNT / 3, 3, other);
    double sum = 0, squares = 0;
    size_t same = 0;
    for (size_t i = 0; i < COUNT; i++) {
        assert_true(two[2 * i + 1] == one[i]);
        assert_true(one[i] > -1 && one[i] < 1);
        same += one[i] == other[i] || two[2 * i] == one[i];
        sum += (double)one[i];
        squares += (double)one[i] * (double)one[i];
    }
    assert_in_range(same, 0, 2);
    /* Five standard errors: variance 1/3, that of squares 4/45. */
    assert_true(fabs(sum / COUNT) < 5 * sqrt(1.0 / 3 / COUNT));
    assert_true(fabs(squares / COUNT - 1.0 / 3) < 5 * sqrt(4.0 / 45 / COUNT));
}

/* ---- What is refused ---- */

static void nets_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *generator, *discriminator;
        int lanes;
        rl_training how;
        const char *says;
    } bad[] = {
        { "input 2; dense 5", "input 5; dense 2", 1, { .rate = 0.1f },
            "the discriminator gives 2 values; expected 1, the log-odds of a real row" },
        { "input 2; dense 4", "input 5; dense 1", 1, { .rate = 0.1f },
            "the generator gives 4 values; expected 5, the features of normal" },
        { "input 2; dense 4", "input 4; dense 1", 1, { .rate = 0.1f },
            "normal has 5 features; expected 4, the net's inputs" },
        { "input 2; dense 5", "input 5; dense 1", 4, { .rate = 0.1f },
            "adversarial training: expected two float32 nets of as many lanes" },
        { "input 2; dense 5", "input 5; dense 1", 1, { .rate = 0.1f, .patience = 3 },
            "adversarial training has no validation loss by which to stop early" },
        { "input 2; dense 5", "input 5; dense 1", 1, { .rate = 0 },
            "learning rate 0: expected a finite number above 0" },
        { "input 2; dense 5; batch_norm", "input 5; dense 1", 1, { .rate = 0.1f, .batch = 23 },
            "batch 23: of 70 rows the last batch has one alone, on which node 2 (batch_norm) cannot measure a "
            "variance; "
            "expected at least 2 in every batch" },
        { "input 2; dense 5", "input 5; dense 1", 1, { .rate = 0.1f, .batch = 71 },
            "batch 71: expected 1 to 70, the rows of the training set" },
    };
    rl_dataset *data = normal_data(70, 5, 3, 1);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (!rl_lanes_supported(bad[i].lanes))
            continue;
        rl_error err = { 0 };
        rl_net *g = net_of(bad[i].generator, 1, 0), *d = net_of(bad[i].discriminator, bad[i].lanes, 0);
        assert_null(rl_trainer_new_adversarial(d, g, data, &bad[i].how, &(rl_training){ .rate = 0.1f }, &err));
        assert_string_equal(err.text, bad[i].says);
        rl_net_free(g);
        rl_net_free(d);
    }
    rl_error err = { 0 };
    rl_net *g = net_of("input 2; dense 5", 1, 0), *d = net_of("input 5; dense 1", 1, 0);
    const rl_training how = { .rate = 0.1f };
    assert_null(rl_trainer_new_adversarial(d, g, data, &how, &(rl_training){ .rate = -1 }, &err));
    assert_string_equal(err.text, "learning rate -1: expected a finite number above 0");
    err = (rl_error){ 0 };
    rl_trainer *trainer = rl_trainer_new_adversarial(d, g, data, &how, &how, &err);
    assert_no_error(&err);
    assert_false(rl_trainer_save(trainer, "never.safetensors", &err));
    assert_string_equal(err.text, "an adversarial training has two nets; its state can be neither saved nor resumed");
    rl_trainer_free(trainer);
    rl_net_free(g);
    rl_net_free(d);
    rl_data_free(data);
}

static bool make(rl_memory memory, rl_error *err)
{
    rl_net *g = rl_net_new((rl_net_config){ .memory = memory }, err),
           *d = rl_net_new((rl_net_config){ .memory = memory }, err);
    rl_net_append(g, "input 2; dense 3", (rl_dense_config){ 0 }, err);
    rl_net_append(d, "input 3; dense 1", (rl_dense_config){ 0 }, err);
    rl_dataset *data = rl_data_new("rows", 4, 3, 0, 1, memory, err);
    const rl_training how = { .rate = 0.1f };
    rl_trainer *trainer = data && g && d ? rl_trainer_new_adversarial(d, g, data, &how, &how, err) : NULL;
    const bool made = trainer;
    rl_trainer_free(trainer);
    rl_data_free(data);
    rl_net_free(g);
    rl_net_free(d);
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
        cmocka_unit_test(it_trains_as_pytorch_does),
        cmocka_unit_test(a_lane_trains_as_its_pair_alone),
        cmocka_unit_test(a_lane_may_diverge_alone),
        cmocka_unit_test(noise_is_uniform_and_each_seeds_own),
        cmocka_unit_test(nets_that_do_not_fit_are_refused),
        cmocka_unit_test(memory_may_run_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
