/* Facts about dead units, each with its conditions and with what happens when one is dropped:
 *
 *     a first-layer ReLU unit that is dead on all training examples stays dead under plain gradient descent;
 *     a deeper one can come back, because its inputs move; with dropout on the inputs a first-layer one can, too;
 *     decay that shrinks w and b alike cannot wake it, Adam's coupled one can; momentum can carry it on. */
#include "nets.h"

typedef struct {
    const char *layers;
    float bias;
    rl_training how;
} experiment;

typedef struct {
    size_t dead, deaths, first_layer_revivals, deeper_revivals; /* dead: at birth or later */
} outcome;

enum { ROWS = 60, FEATURES = 4, TRIALS = 12 };

/* Random nets on random data, a census after every step. */
static outcome try(experiment e, int trials)
{
    outcome seen = { 0 };
    for (int trial = 0; trial < trials; trial++) {
        rl_error err = { 0 };
        rl_dataset *data = normal_data(ROWS, FEATURES, 3, (uint64_t)trial);
        rl_net *net = rl_net_new((rl_net_config){ .lanes = 4, .seed = 100 * (uint64_t)trial }, &err);
        rl_net_append(net, e.layers, (rl_dense_config){ .bias = e.bias }, &err);
        rl_monitor *monitor = rl_monitor_new(net, data, 1, &err);
        const rl_observer observer = rl_monitor_observer(monitor);
        e.how.observers = &observer;
        e.how.observer_count = 1;
        e.how.epochs = 15;
        e.how.batch = e.how.batch ? e.how.batch : 15;
        rl_train(net, data, &e.how, NULL, &err);
        rl_monitor_check(monitor, &err);
        assert_no_error(&err);
        rl_node first = rl_monitor_unit(monitor, 0, 0).node;
        size_t count;
        const rl_event *events = rl_monitor_events(monitor, &count);
        for (size_t i = 0; i < count; i++) {
            bool in_first = events[i].unit.node == first;
            seen.dead += in_first && (events[i].kind == RL_BORN_DEAD || events[i].kind == RL_DEATH);
            seen.deaths += in_first && events[i].kind == RL_DEATH;
            seen.first_layer_revivals += in_first && events[i].kind == RL_REVIVAL;
            seen.deeper_revivals += !in_first && events[i].kind == RL_REVIVAL;
        }
        rl_monitor_free(monitor);
        rl_net_free(net);
        rl_data_free(data);
    }
    return seen;
}

#define DEEP "input 4; dense 12; relu; dense 8; relu; dense 3"

static void dead_in_the_first_layer_is_dead_for_good(void **state)
{
    (void)state;
    const rl_training plain[] = {
        { .rate = 2 },
        { .rate = 4, .batch = 60 },
        { .rate = 3, .schedule = RL_COSINE, .clip = 20 },
        { .rate = 0.2f, .optimiser = &rl_rmsprop },
    };
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        outcome seen = try((experiment){ DEEP, -1, plain[i] }, TRIALS);
        if (seen.dead <= 20 || seen.deaths <= 5)
            fail_msg("case %zu: %zu dead, of whom %zu died", i, seen.dead, seen.deaths);
        assert_int_equal(seen.first_layer_revivals, 0);
    }
}

/* Those born dead have no momentum either. */
static void born_dead_stays_so_under_every_optimiser(void **state)
{
    (void)state;
    size_t count;
    const rl_optimiser *const *all = rl_optimisers(&count);
    for (size_t i = 0; i < count; i++) {
        rl_error err = { 0 };
        rl_dataset *data = normal_data(ROWS, FEATURES, 3, 1);
        rl_net *net = rl_net_new((rl_net_config){ .lanes = 4, .seed = 1 }, &err);
        rl_net_append(net, DEEP, (rl_dense_config){ .bias = -3 }, &err);
        rl_monitor *monitor = rl_monitor_new(net, data, 1, &err);
        const rl_observer observer = rl_monitor_observer(monitor);
        rl_train(net, data,
            &(rl_training){ .rate = 0.05f, .optimiser = all[i], .observers = &observer, .observer_count = 1 }, NULL,
            &err);
        assert_no_error(&err);
        size_t event_count, born = 0;
        const rl_event *events = rl_monitor_events(monitor, &event_count);
        for (size_t k = 0; k < event_count; k++) {
            if (events[k].unit.node != 2 || events[k].kind != RL_BORN_DEAD)
                continue;
            born++;
            for (size_t m = k + 1; m < event_count; m++)
                assert_memory_not_equal(&events[m].unit, &events[k].unit, sizeof events[k].unit);
        }
        assert_true(born > 3);
        rl_monitor_free(monitor);
        rl_net_free(net);
        rl_data_free(data);
    }
}

static void a_deeper_unit_can_come_back(void **state)
{
    (void)state;
    outcome seen = try((experiment){ DEEP, -1, { .rate = 2 } }, TRIALS);
    assert_true(seen.deeper_revivals > 0);
}

static void dropout_on_the_inputs_can_wake_it(void **state)
{
    (void)state;
    outcome seen = try((experiment){ "input 4; dropout 0.5; dense 12; relu; dense 3", -1, { .rate = 0.5f } }, TRIALS);
    assert_true(seen.first_layer_revivals > 0);
}

static void momentum_can_carry_it_on(void **state)
{
    (void)state;
    outcome seen = try((experiment){ DEEP, -1, { .rate = 0.5f, .optimiser = &rl_momentum } }, TRIALS);
    assert_true(seen.deaths > 0 && seen.first_layer_revivals > 0);
}

/* x >= 3, w = -1, b = 2: dead until w has shrunk, if b does not shrink alike. Returns the step of the revival, or -1. */
static long revival_under_decay(rl_training how)
{
    rl_error err = { 0 };
    rl_dataset *data = normal_data(32, 1, 2, 1);
    for (size_t i = 0; i < data->rows; i++)
        data->x[i] = 3 + fabsf(data->x[i]);
    rl_net *net = rl_net_new((rl_net_config){ 0 }, &err);
    rl_net_append(net, "input 1; dense 1; relu; dense 2", (rl_dense_config){ 0 }, &err);
    float *w = rl_parameters(net, NULL);
    w[0] = -1;
    w[1] = 2;
    rl_monitor *monitor = rl_monitor_new(net, data, 1, &err);
    const rl_observer observer = rl_monitor_observer(monitor);
    how.epochs = 200;
    how.observers = &observer;
    how.observer_count = 1;
    rl_train(net, data, &how, NULL, &err);
    assert_no_error(&err);
    size_t count;
    const rl_event *events = rl_monitor_events(monitor, &count);
    assert_true(count > 0 && events[0].kind == RL_BORN_DEAD);
    long step = -1;
    if (count > 1) {
        assert_int_equal(events[1].kind, RL_REVIVAL);
        assert_int_equal(events[1].cause, RL_BY_WEIGHTS);
        step = events[1].step;
    }
    rl_monitor_free(monitor);
    rl_net_free(net);
    rl_data_free(data);
    return step;
}

static void decay_of_both_alike_cannot_wake_it(void **state)
{
    (void)state;
    assert_int_equal(revival_under_decay((rl_training){ .rate = 0.1f, .l2 = 0.5f, .decay_biases = true }), -1);
    assert_int_equal(
        revival_under_decay((rl_training){ .rate = 0.01f, .optimiser = &rl_adamw, .l2 = 0.5f, .decay_biases = true }),
        -1);
}

static void other_decay_can(void **state)
{
    (void)state;
    /* a bias left undecayed and positive */
    assert_true(revival_under_decay((rl_training){ .rate = 0.1f, .l2 = 0.5f }) > 0);
    assert_true(revival_under_decay((rl_training){ .rate = 0.01f, .optimiser = &rl_adamw, .l2 = 1 }) > 0);
    /* L1 takes the same from both, whatever their size; Adam's coupled L2 nearly so */
    assert_true(revival_under_decay((rl_training){ .rate = 0.1f, .l1 = 0.1f, .decay_biases = true }) > 0);
    assert_true(revival_under_decay(
                    (rl_training){ .rate = 0.01f, .optimiser = &rl_adam, .l2 = 0.5f, .decay_biases = true }) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dead_in_the_first_layer_is_dead_for_good),
        cmocka_unit_test(born_dead_stays_so_under_every_optimiser),
        cmocka_unit_test(a_deeper_unit_can_come_back),
        cmocka_unit_test(dropout_on_the_inputs_can_wake_it),
        cmocka_unit_test(momentum_can_carry_it_on),
        cmocka_unit_test(decay_of_both_alike_cannot_wake_it),
        cmocka_unit_test(other_decay_can),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
