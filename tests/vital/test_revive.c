/* Revival: dead units wake, outputs stay, moments go, lanes keep apart, and a resumed training goes on the same. */
#include <stdio.h>
#include <unistd.h>

#include "nets.h"
#include "train/trainer.h"

static rl_net *net_of(const char *layers, int lanes, float bias)
{
    rl_error err = { 0 };
    rl_net *net = rl_net_new((rl_net_config){ .seed = 5, .lanes = lanes }, &err);
    rl_net_append(net, layers, (rl_dense_config){ .bias = bias }, &err);
    assert_no_error(&err);
    return net;
}

static size_t find_dead(const rl_net *net, const rl_dataset *data, rl_unit *units)
{
    rl_error err = { 0 };
    size_t count = 0;
    rl_census *census = rl_census_new(net, &err);
    rl_census_take(census, net, data, &err);
    assert_no_error(&err);
    for (int l = 0; l < rl_net_lanes(net); l++)
        for (size_t u = 0; u < rl_census_units(census); u++)
            if (rl_is_dead(rl_census_vitals(census, u, l)))
                units[count++] = rl_census_unit(census, u, l);
    rl_census_free(census);
    return count;
}

static void outputs_of(const rl_net *net, const rl_dataset *data, int lane, float *outputs)
{
    rl_error err = { 0 };
    assert_true(rl_predict(net, lane, data, &rl_squared, outputs, NULL, &err));
}

enum { ROWS = 70, MOST = 16 * 64 };

/* At τ = 0 the function on D stays; whole dead layers wake too, in every width of lanes. */
static void wakes_and_changes_nothing(const char *layers, float bias, int lanes)
{
    rl_error err = { 0 };
    rl_net *net = net_of(layers, lanes, bias);
    rl_dataset *data = normal_data(ROWS, (size_t)rl_net_inputs(net), 0, 1);
    rl_unit units[MOST], left[MOST];
    rl_revive_fate fates[MOST];
    float before[2 * ROWS], after[2 * ROWS];
    size_t dead = find_dead(net, data, units);
    assert_true(dead > 0);
    rl_net *old = rl_net_copy_lane(net, lanes - 1, &err);
    assert_true(rl_revive(net, units, dead, data, (rl_revive_config){ .round = 3 }, fates, &err));
    for (size_t i = 0; i < dead; i++)
        assert_int_equal(fates[i], RL_WOKEN);
    assert_int_equal(find_dead(net, data, left), 0);
    outputs_of(old, data, 0, before);
    outputs_of(net, data, lanes - 1, after);
    for (int i = 0; i < 2 * ROWS; i++)
        assert_true(fabsf(before[i] - after[i]) <= 1e-6f);
    /* the lane alone gets the same weights */
    rl_unit alone[MOST];
    size_t of_lane = find_dead(old, data, alone);
    assert_true(rl_revive(old, alone, of_lane, data, (rl_revive_config){ .round = 3 }, NULL, &err));
    size_t count;
    const float *one = rl_parameters(old, &count), *many = rl_parameters(net, NULL);
    for (size_t i = 0; i < count; i++)
        assert_true(one[i] == many[i * (size_t)lanes + (size_t)lanes - 1]);
    rl_net_free(old);
    rl_net_free(net);
    rl_data_free(data);
}

static void dead_units_wake_and_nothing_changes(void **state)
{
    (void)state;
    static const char *const nets[] = { "input 3; dense 8; relu; dense 6; relu; dense 2",
        "input 3; dense 7; relu; dropout 0.2; dense 5; relu6; dense 2",
        "input 1x7x6; conv 6 3 padding 1; relu; pool 2; conv 4 2; relu; flatten; dense 6; relu; dense 2",
        "input 2x4x4; conv 6 2; relu; average_pool 2; conv 4 1 groups 2; relu6; global_pool; flatten; dense 2",
        "input 3; dense 8; relu; batch_norm; dense 6; relu; dense 2" };
    for (int w = 0; w < LANE_COUNTS; w++)
        for (int n = 0; n < 10; n++)
            if (rl_lanes_supported(all_lanes[w]))
                wakes_and_changes_nothing(nets[n / 2], n % 2 ? -30 : n < 4 ? -1.2f : -2.5f, all_lanes[w]);
}

/* Unit 0 is revived: its row is new, its column 0, its bias 0, all else as it was; another round draws others. */
static void only_its_own_weights_change(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_dataset *data = normal_data(ROWS, 3, 0, 1);
    rl_net *net = net_of("input 3; dense 4; relu; dense 2", 1, -30),
           *again = net_of("input 3; dense 4; relu; dense 2", 1, -30);
    size_t count;
    float *w = rl_parameters(net, &count), *v = rl_parameters(again, NULL), old[64];
    memcpy(old, w, count * sizeof *old);
    rl_unit unit = { .node = 2, .unit = 1 };
    assert_true(rl_revive(net, &unit, 1, data, (rl_revive_config){ 0 }, NULL, &err));
    assert_true(rl_revive(again, &unit, 1, data, (rl_revive_config){ .round = 1 }, NULL, &err));
    for (size_t i = 0; i < count; i++) {
        bool row = i >= 3 && i < 6, bias = i == 13, column = i >= 16 && i < 24 && (i - 16) % 4 == 1;
        if (row)
            assert_true(w[i] != old[i] && w[i] != v[i]);
        else
            assert_true(w[i] == (bias || column ? 0 : old[i]));
    }
    rl_net_free(net);
    rl_net_free(again);
    rl_data_free(data);
}

/* Of a channel that is revived: its kernel and bias are new, and what reads it is 0, whatever else as it was. */
static void only_its_own_kernels_change(void **state)
{
    (void)state;
    static const struct {
        const char *behind;
        size_t first, apart, each, count; /* of what was cleared: where it begins, how far apart, how many at a time */
    } cases[] = {
        { "conv 3 2; relu; flatten; dense 2", 40 + 4, 16, 4, 3 },         /* weights [3][4][2 · 2], channel 1 */
        { "conv 4 2 groups 2; relu; flatten; dense 2", 40 + 4, 8, 4, 2 }, /* [4][2][2 · 2], of the first group */
        { "pool 2; flatten; dense 2", 40 + 4, 16, 4, 2 },                 /* [2][4 · 4], positions of channel 1 */
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        char layers[160];
        rl_error err = { 0 };
        snprintf(layers, sizeof layers, "input 1x6x6; conv 4 3; relu; %s", cases[c].behind);
        rl_net *net = net_of(layers, 1, -30);
        rl_dataset *data = normal_data(ROWS, 36, 0, 1);
        size_t count;
        float *w = rl_parameters(net, &count), *old = malloc(count * sizeof *old);
        memcpy(old, w, count * sizeof *old);
        assert_true(rl_revive(net, &(rl_unit){ 2, 1, 0 }, 1, data, (rl_revive_config){ 0 }, NULL, &err));
        for (size_t i = 0; i < count; i++) {
            const size_t at = i - cases[c].first;
            const bool cleared =
                i >= cases[c].first && at < cases[c].apart * cases[c].count && at % cases[c].apart < cases[c].each;
            if (i >= 9 && i < 18)
                assert_true(w[i] != old[i]);
            else
                assert_true(w[i] == (i == 37 || cleared ? 0 : old[i]));
        }
        free(old);
        rl_net_free(net);
        rl_data_free(data);
    }
}

static void some_cannot_be_revived(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_dataset *data = normal_data(ROWS, 3, 0, 1);
    rl_net *net = net_of("input 3; dense 3; relu; add 0; dense 2", 1, -30);
    rl_unit unit = { .node = 2 };
    rl_revive_fate fate;
    assert_true(rl_revive(net, &unit, 1, data, (rl_revive_config){ 0 }, &fate, &err));
    assert_int_equal(fate, RL_TIED);
    unit.node = 1;
    assert_false(rl_revive(net, &unit, 1, data, (rl_revive_config){ 0 }, &fate, &err));
    assert_int_equal(err.code, RL_BAD_SHAPE);
    rl_net_free(net);
    /* nothing comes in: no weight can wake it, and it is left as it was */
    err = (rl_error){ 0 };
    memset(data->x, 0, data->rows * data->features * sizeof *data->x);
    net = net_of("input 3; dense 3; relu; dense 2", 1, -1);
    float before = rl_parameters(net, NULL)[0];
    unit.node = 2;
    assert_true(rl_revive(net, &unit, 1, data, (rl_revive_config){ 0 }, &fate, &err));
    assert_int_equal(fate, RL_WOULD_NOT_WAKE);
    assert_true(rl_parameters(net, NULL)[0] == before && rl_parameters(net, NULL)[9] == -1);
    rl_net_free(net);
    rl_data_free(data);
}

/* Adam's moments of the revived unit's weights are cleared in its lane, and of nothing else. */
static void moments_are_cleared(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_dataset *data = normal_data(ROWS, 3, 2, 1);
    rl_net *net = net_of("input 3; dense 4; relu; dense 2", 4, 0);
    rl_trainer *trainer = rl_trainer_new(net, data, &(rl_training){ .rate = 0.01f, .optimiser = &rl_adam }, &err);
    rl_trainer_step(trainer, 8);
    rl_unit unit = { .node = 2, .unit = 1, .lane = 2 };
    rl_revive_fate fate;
    assert_true(rl_revive(net, &unit, 1, data, (rl_revive_config){ .trainer = trainer }, &fate, &err));
    assert_int_equal(fate, RL_WOKEN);
    for (size_t i = 0; i < 26; i++)
        for (size_t l = 0; l < 4; l++) {
            bool its = l == 2 && ((i >= 3 && i < 6) || i == 13 || (i >= 16 && i < 24 && (i - 16) % 4 == 1));
            assert_true((trainer->moments[1][i * 4 + l] == 0) == its);
            assert_true(!its || trainer->moments[0][i * 4 + l] == 0);
        }
    rl_trainer_free(trainer);
    rl_net_free(net);
    rl_data_free(data);
}

static void lift_fires_on_just_that_share(void **state)
{
    (void)state;
    rl_dataset *data = normal_data(100, 3, 0, 1);
    static const double shares[] = { 0.01, 0.05, 0.5, 1 };
    for (size_t s = 0; s < 4; s++) {
        rl_error err = { 0 };
        rl_net *net = net_of("input 3; dense 4; relu; dense 3; relu; dense 2", 4, -30);
        rl_unit units[MOST];
        rl_revive_fate fates[MOST];
        size_t dead = find_dead(net, data, units);
        assert_int_equal(dead, 28);
        assert_true(rl_lift(net, units, dead, data, shares[s], fates, &err));
        rl_census *census = rl_census_new(net, &err);
        rl_census_take(census, net, data, &err);
        for (size_t u = 0; u < 4; u++)
            for (int l = 0; l < 4; l++)
                assert_int_equal(rl_census_vitals(census, u, l).fired, (int)(shares[s] * 100));
        for (size_t i = 0; i < dead; i++)
            assert_int_equal(fates[i], RL_WOKEN);
        rl_census_free(census);
        assert_false(rl_lift(net, units, dead, data, 0, fates, &err));
        assert_int_equal(err.code, RL_BAD_CONFIG);
        rl_net_free(net);
    }
    rl_data_free(data);
}

/* A channel fires on an example if it does at one of its positions. */
static void lifted_channels_fire_on_just_that_share(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_dataset *data = normal_data(100, 30, 0, 1);
    rl_net *net = net_of("input 1x6x5; conv 3 3; relu; flatten; dense 2", 4, -30);
    for (int u = 0; u < 3; u++)
        for (int l = 0; l < 4; l++) {
            rl_revive_fate fate;
            assert_true(rl_lift(net, &(rl_unit){ 2, u, l }, 1, data, 0.05, &fate, &err));
            assert_int_equal(fate, RL_WOKEN);
        }
    rl_pass *pass = rl_pass_new(net, 1, &err);
    float x[30 * 4];
    int fired[3][4] = { { 0 } };
    for (size_t r = 0; r < 100; r++) {
        for (size_t i = 0; i < 30 * 4; i++)
            x[i] = data->x[r * 30 + i / 4];
        rl_forward(net, pass, x, 1);
        for (int u = 0; u < 3; u++)
            for (int l = 0; l < 4; l++) {
                bool fires = false;
                for (int p = 0; p < 12; p++)
                    fires = fires || rl_values(pass, 1)[(u * 12 + p) * 4 + l] > 0;
                fired[u][l] += fires;
            }
    }
    for (int i = 0; i < 12; i++)
        assert_int_equal(fired[i / 4][i % 4], 5);
    rl_pass_free(pass);
    rl_net_free(net);
    rl_data_free(data);
}

/* z is 0 on every row, which is not above 0. */
static void lift_raises_a_unit_that_stands_at_zero(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_dataset *data = normal_data(ROWS, 3, 0, 1);
    rl_net *net = net_of("input 3; dense 1; relu; dense 1", 1, 0);
    memset(rl_parameters(net, NULL), 0, 4 * sizeof(float));
    rl_revive_fate fate;
    assert_true(rl_lift(net, &(rl_unit){ .node = 2 }, 1, data, 0.5, &fate, &err));
    assert_int_equal(fate, RL_WOKEN);
    assert_true(rl_parameters(net, NULL)[3] > 0);
    rl_net_free(net);
    rl_data_free(data);
}

static void a_layer_gets_another_curve(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_dataset *data = normal_data(ROWS, 3, 0, 1);
    rl_net *net = net_of("input 3; dense 4; prelu; dense 4; relu; dense 2", 4, -30);
    rl_parameters(net, NULL)[16 * 4] = 0.7f; /* a learned slope */
    rl_node second = 4, first = 2;
    rl_net *leaky = rl_swap_curve(net, &second, 1, &rl_leaky_relu, 0.1f, &err);
    float alpha;
    assert_ptr_equal(rl_net_curve(leaky, 4, 3, &alpha), &rl_leaky_relu);
    assert_true(alpha == 0.1f);
    assert_ptr_equal(rl_net_curve(leaky, 2, 3, NULL), &rl_prelu);
    size_t count, fewer;
    const float *before = rl_parameters(net, &count);
    assert_memory_equal(before, rl_parameters(leaky, &fewer), count * 4 * sizeof(float));
    assert_int_equal(count, fewer);
    rl_net *plain = rl_swap_curve(net, &first, 1, &rl_relu, 0, &err);
    rl_parameters(plain, &fewer);
    assert_int_equal(fewer, count - 4);
    assert_memory_equal(rl_parameters(plain, NULL) + 16 * 4, rl_parameters(net, NULL) + 20 * 4, 20 * 4 * sizeof(float));
    assert_no_error(&err);
    rl_net_free(net);
    rl_net_free(leaky);
    rl_net_free(plain);
    rl_data_free(data);
}

/* ---- ReDo in training ---- */

static rl_net *trained(int lanes, const long *every, long epochs, const char *resume, const char *save, uint64_t seed)
{
    rl_error err = { 0 };
    rl_dataset *data = normal_data(ROWS, 3, 2, 1);
    rl_net *net = rl_net_new((rl_net_config){ .seed = seed, .lanes = lanes }, &err);
    rl_net_append(net, "input 3; dense 8; relu; dense 8; relu; dense 2", (rl_dense_config){ .bias = -1.5f }, &err);
    rl_redo *redo = rl_redo_new(net, data, every, &err);
    rl_observer observer = rl_redo_observer(redo);
    rl_training how = {
        .rate = 0.05f, .epochs = epochs, .optimiser = &rl_adam, .observers = &observer, .observer_count = 1
    };
    rl_trainer *trainer = rl_trainer_new(net, data, &how, &err);
    if (resume)
        rl_trainer_resume(trainer, resume, &err);
    while (rl_trainer_step(trainer, 1000))
        ;
    if (save)
        rl_trainer_save(trainer, save, &err);
    assert_no_error(&err);
    assert_true(resume || (rl_redo_count(redo) > 0) == (every[0] > 0 && epochs > every[0]));
    rl_trainer_free(trainer);
    rl_redo_free(redo);
    rl_data_free(data);
    return net;
}

static void lanes_keep_apart_in_training(void **state)
{
    (void)state;
    static const long every[16] = { 1, 0, 2, 3, 1, 1, 2, 0, 5, 1, 1, 1, 0, 2, 2, 1 };
    for (int w = 1; w < LANE_COUNTS; w++) {
        const int lanes = all_lanes[w];
        if (!rl_lanes_supported(lanes))
            continue;
        rl_net *pack = trained(lanes, every, 6, NULL, NULL, 40);
        for (int l = 0; l < lanes; l++) {
            rl_net *alone = trained(1, every + l, 6, NULL, NULL, 40 + (uint64_t)l);
            size_t count;
            const float *one = rl_parameters(alone, &count), *many = rl_parameters(pack, NULL);
            for (size_t i = 0; i < count; i++)
                assert_true(one[i] == many[i * (size_t)lanes + (size_t)l]);
            rl_net_free(alone);
        }
        rl_net_free(pack);
    }
}

static void a_resumed_training_goes_on_the_same(void **state)
{
    (void)state;
    static const long every[4] = { 1, 2, 3, 1 };
    char folder[] = "/tmp/relive-revive-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/state", folder);
    rl_net *whole = trained(4, every, 7, NULL, NULL, 1);
    rl_net_free(trained(4, every, 2, NULL, path, 1));
    rl_net *rest = trained(4, every, 7, path, NULL, 1);
    size_t count;
    const float *one = rl_parameters(whole, &count), *other = rl_parameters(rest, NULL);
    assert_memory_equal(one, other, count * 4 * sizeof *one);
    rl_net_free(whole);
    rl_net_free(rest);
    unlink(path);
    rmdir(folder);
}

static bool revive_some(rl_memory memory, rl_error *err)
{
    rl_dataset *data = rl_data_new("d", 4, 2, 0, 1, memory, err);
    rl_net *net = rl_net_new((rl_net_config){ .memory = memory }, err);
    rl_net *swapped = NULL;
    rl_redo *redo = NULL;
    if (data)
        data->x[0] = 1;
    if (net && rl_net_append(net, "input 2; dense 2; relu; dense 1", (rl_dense_config){ 0 }, err)) {
        rl_unit unit = { .node = 2 };
        rl_node node = 2;
        rl_revive(net, &unit, 1, data, (rl_revive_config){ 0 }, NULL, err);
        rl_lift(net, &unit, 1, data, 0.5, NULL, err);
        redo = rl_redo_new(net, data, (long[]){ 1 }, err);
        swapped = rl_swap_curve(net, &node, 1, &rl_leaky_relu, 0.1f, err);
    }
    rl_redo_free(redo);
    rl_net_free(swapped);
    rl_net_free(net);
    rl_data_free(data);
    return !err->code;
}

static void memory_may_run_out(void **state)
{
    (void)state;
    fail_every_allocation(revive_some);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dead_units_wake_and_nothing_changes),
        cmocka_unit_test(only_its_own_weights_change),
        cmocka_unit_test(only_its_own_kernels_change),
        cmocka_unit_test(some_cannot_be_revived),
        cmocka_unit_test(moments_are_cleared),
        cmocka_unit_test(lift_fires_on_just_that_share),
        cmocka_unit_test(lifted_channels_fire_on_just_that_share),
        cmocka_unit_test(lift_raises_a_unit_that_stands_at_zero),
        cmocka_unit_test(a_layer_gets_another_curve),
        cmocka_unit_test(lanes_keep_apart_in_training),
        cmocka_unit_test(a_resumed_training_goes_on_the_same),
        cmocka_unit_test(memory_may_run_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
