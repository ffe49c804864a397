/* Whole trainings against PyTorch (training.txt; recurrent.txt): the outputs and the gradient at the start, the loss on the way, and
 * parameters, loss and accuracy after 100 full-batch steps, for every optimiser, loss, penalty and schedule.
 *
 * PyTorch's numbers are float64, ours float32. At the start only one pass of rounding lies between them: 1e-6 of
 * the largest. Over 100 steps each rounding is carried on by the dynamics; make_golden.py keeps only runs in which
 * PyTorch's own float32 stays within 2e-5 of its float64, and we take five times that, since our sums have
 * another order. Wrong formulas show at 1e-3 and above. */
#include "golden/golden.h"
#include "relive.h"

#include <math.h>

enum { STEPS = 100 };

static void near(int number, const char *what, size_t i, double found, double expected, double tolerance)
{
    if (!(fabs(found - expected) <= tolerance * fmax(1, fabs(expected))))
        fail_msg("run %d, %s %zu: found %.9g, PyTorch %.9g", number, what, i, found, expected);
}

static void sound(const rl_error *err)
{
    if (err->code)
        fail_msg("%s", err->text);
}

static rl_dataset *data_for(const golden *g, const rl_loss *loss)
{
    size_t inputs, targets, rows = 30;
    double *x = golden_numbers(g, "x", &inputs), *y = golden_numbers(g, loss->name, &targets);
    rl_error err = { 0 };
    size_t classes = loss == &rl_cross_entropy ? 3 : loss == &rl_binary ? 2 : 0;
    rl_dataset *data = rl_data_new("golden", rows, inputs / rows, classes, targets / rows, (rl_memory){ 0 }, &err);
    sound(&err);
    for (size_t i = 0; i < inputs; i++)
        data->x[i] = (float)x[i];
    for (size_t i = 0; i < targets; i++)
        data->y[i] = (float)y[i];
    free(x);
    free(y);
    return data;
}

static rl_net *net_for(const golden *g, int number, int lanes, size_t *count)
{
    rl_error err = { 0 };
    rl_net *net = rl_net_new((rl_net_config){ .lanes = lanes }, &err);
    rl_net_append(net, golden_words(g, golden_case(number, "layers").text), (rl_dense_config){ 0 }, &err);
    sound(&err);
    double *start = golden_numbers(g, golden_case(number, "start").text, count);
    size_t own;
    float *w = rl_parameters(net, &own); /* [own][lanes] */
    assert_int_equal(own, *count);
    for (size_t i = 0; i < own * (size_t)lanes; i++)
        w[i] = (float)start[i / (size_t)lanes];
    free(start);
    return net;
}

static const rl_loss *loss_for(const golden *g, int number)
{
    rl_error err = { 0 };
    const rl_loss *loss = rl_loss_named(golden_words(g, golden_case(number, "loss").text), &err);
    sound(&err);
    return loss;
}

/* One pass of the whole set at the start: what predict gives, and the gradient of every parameter. */
static void check_start(const golden *g, int number, int lanes)
{
    rl_error err = { 0 };
    const rl_loss *loss = loss_for(g, number);
    rl_dataset *data = data_for(g, loss);
    size_t count, gradients;
    rl_net *net = net_for(g, number, lanes, &count);
    size_t rows = data->rows, width = (size_t)rl_net_outputs(net), all = (size_t)lanes;
    rl_pass *pass = rl_pass_new(net, (int)rows, &err);
    sound(&err);
    float *x = calloc(rows * data->features * all, sizeof *x), *y = calloc(rows * data->targets * all, sizeof *y);
    float *dloss = calloc(rows * width * all, sizeof *dloss), *mean = calloc(all, sizeof *mean);
    float *outputs = calloc(rows * width, sizeof *outputs);
    assert_true(x && y && dloss && mean && outputs);
    for (size_t i = 0; i < rows * data->features * all; i++)
        x[i] = data->x[i / all];
    for (size_t i = 0; i < rows * data->targets * all; i++)
        y[i] = data->y[i / all];
    rl_forward(net, pass, x, (int)rows);
    rl_loss_mean(net, pass, loss, y, mean, dloss);
    rl_backward(net, pass, dloss);

    double *expected = golden_numbers(g, golden_case(number, "losses").text, &gradients);
    for (size_t l = 0; l < all; l++)
        near(number, "first loss in lane", l, (double)mean[l], expected[0], 1e-6);
    free(expected);
    expected = golden_numbers(g, golden_case(number, "gradient").text, &gradients);
    assert_int_equal(gradients, count);
    for (size_t i = 0; i < count * all; i++)
        near(number, "gradient", i / all, (double)rl_gradients(pass)[i], expected[i / all], 1e-6);
    free(expected);
    expected = golden_numbers(g, golden_case(number, "outputs").text, &gradients);
    assert_int_equal(gradients, rows * width);
    assert_true(rl_predict(net, lanes - 1, data, loss, outputs, NULL, &err));
    for (size_t i = 0; i < rows * width; i++)
        near(number, "output", i, (double)outputs[i], expected[i], 1e-6);
    free(expected);

    void *blocks[] = { x, y, dloss, mean, outputs };
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        free(blocks[i]);
    rl_pass_free(pass);
    rl_net_free(net);
    rl_data_free(data);
}

typedef struct {
    int number;
    size_t seen, at;
    double *steps, *losses; /* [seen] */
} witness;

static void after_step(void *self, const rl_moment *now)
{
    witness *w = self;
    if (w->at < w->seen && now->step == (long)w->steps[w->at]) {
        for (int l = 0; l < rl_net_lanes(now->net); l++)
            near(w->number, "loss at step", (size_t)now->step, (double)now->batch_loss[l], w->losses[w->at], 1e-4);
        w->at++;
    }
}

static rl_training training_for(const golden *g, int number)
{
    enum { RATE, MOMENTUM, L1, L2, CLIP, DECAY_BIASES, STEP_EVERY, STEP_FACTOR, SETTINGS };
    rl_error err = { 0 };
    size_t count;
    double *how = golden_numbers(g, golden_case(number, "how").text, &count);
    assert_int_equal(count, SETTINGS);
    const char *schedule = golden_words(g, golden_case(number, "schedule").text);
    rl_training training = {
        .epochs = STEPS,
        .batch = 30,
        .in_order = true,
        .loss = loss_for(g, number),
        .optimiser = rl_optimiser_named(golden_words(g, golden_case(number, "optimiser").text), &err),
        .rate = (float)how[RATE],
        .momentum = (float)how[MOMENTUM],
        .l1 = (float)how[L1],
        .l2 = (float)how[L2],
        .clip = (float)how[CLIP],
        .decay_biases = how[DECAY_BIASES] > 0,
        .schedule = strcmp(schedule, "step") == 0     ? RL_STEP
                    : strcmp(schedule, "cosine") == 0 ? RL_COSINE
                                                      : RL_CONSTANT,
        .step_every = (long)how[STEP_EVERY],
        .step_factor = (float)how[STEP_FACTOR],
    };
    sound(&err);
    free(how);
    return training;
}

static void check_training(const golden *g, int number, int lanes)
{
    rl_error err = { 0 };
    rl_training how = training_for(g, number);
    rl_dataset *data = data_for(g, how.loss);
    size_t count, ends;
    rl_net *net = net_for(g, number, lanes, &count);
    witness watching = { .number = number };
    watching.steps = golden_numbers(g, "losses_seen", &watching.seen);
    watching.losses = golden_numbers(g, golden_case(number, "losses").text, &watching.seen);
    rl_observer observer = { .after_step = after_step, .self = &watching };
    how.observers = &observer;
    how.observer_count = 1;
    rl_lane_fate fates[16];
    rl_train(net, data, &how, fates, &err);
    sound(&err);
    assert_int_equal(watching.at, watching.seen);

    double *end = golden_numbers(g, golden_case(number, "end").text, &ends), loss[16], accuracy[16];
    const float *w = rl_parameters(net, &count);
    assert_int_equal(count, ends);
    for (size_t i = 0; i < count * (size_t)lanes; i++)
        near(number, "parameter", i / (size_t)lanes, (double)w[i], end[i / (size_t)lanes], 1e-4);
    rl_evaluate(net, data, how.loss, loss, accuracy, &err);
    sound(&err);
    for (int l = 0; l < lanes; l++) {
        assert_int_equal(fates[l].state, RL_FINISHED);
        near(number, "last loss", 0, loss[l], golden_number(g, golden_case(number, "end_loss").text), 1e-4);
        if (how.loss->classes)
            near(number, "accuracy", 0, accuracy[l], golden_number(g, golden_case(number, "end_accuracy").text), 1e-9);
        else
            assert_true(isnan(accuracy[l]));
    }
    free(end);
    free(watching.steps);
    free(watching.losses);
    rl_net_free(net);
    rl_data_free(data);
}

static void every_run_of(const char *file, int least, void (*check)(const golden *g, int number, int lanes))
{
    golden g = golden_open(file);
    int runs = 0;
    for (; golden_line(&g, golden_case(runs, "layers").text); runs++) {
        check(&g, runs, 1);
        check(&g, runs, rl_lanes_best());
    }
    assert_true(runs >= least);
    golden_close(&g);
}

static void every_run(void (*check)(const golden *g, int number, int lanes))
{
    every_run_of("training.txt", 50, check);
    every_run_of("recurrent.txt", 25, check);
}

static void the_start_agrees(void **state)
{
    (void)state;
    every_run(check_start);
}

static void a_hundred_steps_agree(void **state)
{
    (void)state;
    every_run(check_training);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_start_agrees),
        cmocka_unit_test(a_hundred_steps_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
