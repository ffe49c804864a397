/* Causes: terms that add up, numbers that agree with the float32 kernels, the example that was most awake, and
 * hand-made deaths of every kind. */
#include <stdio.h>

#include "nets.h"
#include "vital/monitor.h"

/* ---- Where a curve conducts ---- */

static void regions(void **state)
{
    (void)state;
    const double inf = (double)INFINITY;
    static const struct {
        const rl_activation *curve;
        float alpha;
        double low, high;
    } cases[] = {
        { &rl_relu, 0, 0, (double)INFINITY },
        { &rl_leaky_relu, 0, 0, (double)INFINITY },
        { &rl_relu6, 0, 0, 6 },
        { &rl_hard_swish, 0, -3, (double)INFINITY },
        { &rl_leaky_relu, 0.01f, -(double)INFINITY, (double)INFINITY },
        { &rl_relu, 1, 0, (double)INFINITY },
        { &rl_sigmoid, 0, -(double)INFINITY, (double)INFINITY },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rl_region r = rl_conducting_region(cases[i].curve, cases[i].alpha);
        if (r.low != cases[i].low || r.high != cases[i].high)
            fail_msg(
                "%s: %g to %g, expected %g to %g", cases[i].curve->name, r.low, r.high, cases[i].low, cases[i].high);
    }
    /* every curve of the library: conducting inside, not outside */
    size_t count;
    const rl_activation *const *all = rl_activations(&count);
    for (size_t i = 0; i < count; i++) {
        const float alpha = all[i]->alpha;
        rl_region r = rl_conducting_region(all[i], alpha);
        assert_true(r.low < r.high);
        for (float z = -200; z < 200; z += 0.0625f) {
            if (rl_awakeness(r, (double)z) > 0 && z != -1.5f)
                assert_true(rl_activation_conducts(all[i], alpha, z));
            if (rl_awakeness(r, (double)z) < 0)
                assert_false(rl_activation_conducts(all[i], alpha, z));
        }
        if (r.low == -inf && r.high == inf)
            for (float z = -3e38f; z < 0; z /= 7)
                assert_true(rl_activation_conducts(all[i], alpha, z));
    }
}

/* ---- Random nets: every event's numbers ---- */

enum { MOST_CENSUSES = 64 };

typedef struct {
    size_t count;
    long steps[MOST_CENSUSES];
    float *parameters[MOST_CENSUSES]; /* as each census found them */
} album;

static void take_picture(void *self, const rl_moment *now)
{
    album *a = self;
    size_t count;
    const float *w = rl_parameters((rl_net *)(uintptr_t)now->net, &count);
    size_t bytes = count * (size_t)rl_net_lanes(now->net) * sizeof *w;
    if (a->count && a->steps[a->count - 1] == now->step)
        a->count--; /* a second moment at the same step: after the epoch */
    else
        a->parameters[a->count] = malloc(bytes);
    memcpy(a->parameters[a->count], w, bytes);
    a->steps[a->count++] = now->step;
    assert_true(a->count < MOST_CENSUSES);
}

static const float *picture(const album *a, long step)
{
    size_t i = 0;
    while (a->steps[i] != step)
        i++;
    return a->parameters[i];
}

/* z of the event's unit on row at one of its positions, by the kernels, under those parameters. */
static float kernel_z(
    rl_net *net, rl_pass *pass, const rl_dataset *data, const float *w, rl_unit who, size_t row, size_t position)
{
    const size_t lanes = (size_t)rl_net_lanes(net);
    float x[16 * 8];
    for (size_t f = 0; f < data->features; f++)
        for (size_t l = 0; l < lanes; l++)
            x[f * lanes + l] = data->x[row * data->features + f];
    size_t count;
    float *now = rl_parameters(net, &count);
    memcpy(now, w, count * lanes * sizeof *now);
    rl_forward(net, pass, x, 1);
    const rl_node_info info = rl_net_node(net, who.node);
    const size_t at = (size_t)who.unit * (size_t)info.positions + position;
    return rl_values(pass, info.reads[0])[at * lanes + (size_t)who.lane];
}

/* How awake it is on row where it is most so, and at which of its positions that is. */
static double most_awake(
    rl_net *net, rl_pass *pass, const rl_dataset *data, const float *w, rl_unit who, size_t row, size_t *position)
{
    float alpha;
    const rl_activation *curve = rl_net_curve(net, who.node, who.lane, &alpha);
    const rl_region region = rl_conducting_region(curve, alpha);
    double most = -(double)INFINITY;
    *position = 0;
    for (size_t p = 0; p < (size_t)rl_net_node(net, who.node).positions; p++) {
        const double awake = rl_awakeness(region, (double)kernel_z(net, pass, data, w, who, row, p));
        if (awake > most) {
            most = awake;
            *position = p;
        }
    }
    return most;
}

static void check_event(rl_net *net, rl_pass *pass, const rl_dataset *data, const album *a, const rl_event *e)
{
    double sum = 0, size = fabs(e->z_before) + fabs(e->z_after);
    for (int t = 0; t < RL_TERMS; t++) {
        sum += e->terms[t];
        size += fabs(e->terms[t]);
    }
    if (e->row < 0 || e->cause == RL_BY_BROKEN)
        return;
    if (!(fabs(sum - (e->z_after - e->z_before)) <= 1e-12 * size))
        fail_msg("terms add up to %.17g, z went from %.17g to %.17g", sum, e->z_before, e->z_after);

    const float *old = picture(a, e->since), *new = picture(a, e->step);
    size_t row = (size_t)e->row, position = 0, other;
    if (rl_net_node(net, e->unit.node).positions > 1)
        most_awake(net, pass, data, e->kind == RL_DEATH ? old : new, e->unit, row, &position);
    double before = (double)kernel_z(net, pass, data, old, e->unit, row, position);
    double after = (double)kernel_z(net, pass, data, new, e->unit, row, position);
    assert_true(fabs(before - e->z_before) <= 1e-5 * (1 + size) && fabs(after - e->z_after) <= 1e-5 * (1 + size));

    float alpha;
    const rl_activation *curve = rl_net_curve(net, e->unit.node, e->unit.lane, &alpha);
    bool death = e->kind == RL_DEATH;
    assert_true(rl_activation_conducts(curve, alpha, (float)(death ? before : after)) || curve->learned);
    assert_true(!rl_activation_conducts(curve, alpha, (float)(death ? after : before)) || curve->learned);
    if (!curve->learned) { /* the first of the most awake */
        rl_region region = rl_conducting_region(curve, alpha);
        double best = rl_awakeness(region, death ? before : after);
        for (size_t r = 0; r < data->rows; r++) {
            double awake = most_awake(net, pass, data, death ? old : new, e->unit, r, &other);
            assert_true(r < row ? awake < best : awake <= best);
        }
        /* ReLU and its like: towards death the most negative term, towards life the most positive */
        if (isinf(region.high))
            for (int t = 0; t < RL_TERMS; t++)
                assert_true(death ? e->terms[e->cause] <= e->terms[t] : e->terms[e->cause] >= e->terms[t]);
    }
    if (rl_net_node(net, rl_net_node(net, e->unit.node).reads[0]).reads[0] == 0) {
        assert_true(e->terms[RL_BY_INPUTS] == 0);
        assert_true(e->terms[RL_BY_SKIP] == 0);
    }
}

static void numbers_agree(void **state)
{
    (void)state;
    static const struct {
        const char *layers;
        const rl_optimiser *optimiser;
        float rate;
    } courses[] = {
        { "input 5; dense 8; relu; dense 8; relu; dense 3", &rl_momentum, 0.5f },
        { "input 5; dense 8; relu6; dense 8; relu6; dense 3", &rl_rmsprop, 0.3f },
        { "input 5; dense 8; relu; dense 8; dropout 0.3; add 2; relu; dense 8; add 5; relu; dense 3", &rl_sgd, 1 },
        { "input 5; dense 8; hard_swish; dense 8; prelu; dense 3", &rl_momentum, 0.9f },
        { "input 5; dense 12; reshape 1x3x4; conv 4 2; relu; pool 2 stride 1; conv 5 2 padding 1; relu; flatten; dense "
          "3",
            &rl_momentum, 0.5f },
        { "input 5; dense 12; reshape 3x2x2; relu; conv_transposed 4 2 stride 2; relu; conv_transposed 3 3 padding 1; "
          "relu; flatten; dense 3",
            &rl_momentum, 0.3f },
        { "input 5; batch_norm; relu; dense 8; batch_norm; relu; dense 8; add 5; batch_norm; relu6; dense 3",
            &rl_momentum, 0.9f },
        { "input 5; dense 12; reshape 1x3x4; conv 4 2; batch_norm; relu; batch_norm; conv 5 2; dropout 0.1; "
          "batch_norm; "
          "relu; flatten; dense 3",
            &rl_momentum, 0.9f },
    };
    rl_dataset *data = normal_data(70, 5, 3, 4);
    size_t causes[RL_TERMS] = { 0 }, deaths = 0, revivals = 0;
    for (size_t c = 0; c < sizeof courses / sizeof *courses; c++)
        for (int w = 0; w < LANE_COUNTS; w++) {
            const int lanes = all_lanes[w];
            if (!rl_lanes_supported(lanes))
                continue;
            rl_error err = { 0 };
            rl_net *net = rl_net_new((rl_net_config){ .lanes = lanes, .seed = 1 }, &err);
            rl_net_append(net, courses[c].layers, (rl_dense_config){ .bias = -0.5f }, &err);
            rl_monitor *monitor = rl_monitor_new(net, data, 3, &err);
            rl_pass *pass = rl_pass_new(net, 1, &err);
            assert_no_error(&err);
            album a = { 0 };
            const rl_observer observers[] = { rl_monitor_observer(monitor),
                { .after_step = take_picture, .after_epoch = take_picture, .self = &a } };
            rl_train(net, data,
                &(rl_training){ .epochs = 6,
                    .batch = 10,
                    .rate = courses[c].rate,
                    .optimiser = courses[c].optimiser,
                    .observers = observers,
                    .observer_count = 2 },
                NULL, &err);
            assert_no_error(&err);
            size_t count;
            const rl_event *events = rl_monitor_events(monitor, &count);
            for (size_t i = 0; i < count; i++) {
                if (events[i].kind != RL_DEATH && events[i].kind != RL_REVIVAL)
                    continue;
                check_event(net, pass, data, &a, &events[i]);
                deaths += events[i].kind == RL_DEATH;
                revivals += events[i].kind == RL_REVIVAL;
                if (events[i].cause < RL_TERMS)
                    causes[events[i].cause]++;
            }
            for (size_t i = 0; i < a.count; i++)
                free(a.parameters[i]);
            rl_pass_free(pass);
            rl_monitor_free(monitor);
            rl_net_free(net);
        }
    assert_true(deaths > 100 && revivals > 50);
    for (int t = 0; t < RL_TERMS; t++)
        assert_true(causes[t] > 0);
    rl_data_free(data);
}

/* ---- By hand: one unit over two examples, changed between two looks ---- */

typedef struct {
    const char *layers;
    size_t count;
    float before[8], after[8]; /* parameters */
    rl_event_kind kind;
    rl_cause cause;
    const char *words;
    long row;
    double z_before, z_after, terms[RL_TERMS];
} by_hand;

static void deaths_by_hand(void **state)
{
    (void)state;
    /* x: 1, 2. Parameters: W, b of the first layer (then of the second, …), and of the output layer */
    static const by_hand cases[] = {
        { "input 1; dense 1; relu; dense 1", 4, { 1, 0, 1, 0 }, { 1, -3, 1, 0 }, RL_DEATH, RL_BY_BIAS, "bias fell", 1,
            2, -1, { -3, 0, 0, 0 } },
        { "input 1; dense 1; relu; dense 1", 4, { 1, 0, 1, 0 }, { -1, 0.5f, 1, 0 }, RL_DEATH, RL_BY_WEIGHTS,
            "weights moved", 1, 2, -1.5, { 0.5, -4, 0, 0 } },
        { "input 1; dense 1; relu; dense 1", 4, { -1, 0, 1, 0 }, { -1, 1.5f, 1, 0 }, RL_REVIVAL, RL_BY_BIAS,
            "bias rose", 0, -1, 0.5, { 1.5, 0, 0, 0 } },
        { "input 1; dense 1; relu6; dense 1", 4, { 1, 2, 1, 0 }, { 1, 5, 1, 0 }, RL_DEATH, RL_BY_BIAS, "bias rose", 0,
            3, 6, { 3, 0, 0, 0 } },
        { "input 1; dense 1; relu6; dense 1", 4, { 1, 5, 1, 0 }, { 1, 4.5f, 1, 0 }, RL_REVIVAL, RL_BY_BIAS, "bias fell",
            0, 6, 5.5, { -0.5, 0, 0, 0 } },
        { "input 1; dense 1; identity; dense 1; relu; dense 1", 6, { 1, 0, 1, 0, 1, 0 }, { -1, 0, 1, 1, 1, 0 },
            RL_DEATH, RL_BY_INPUTS, "inputs moved", 1, 2, -1, { 1, 0, -4, 0 } },
        { "input 1; dense 1; identity; dense 1; add 2; relu; dense 1", 6, { 1, 0, 1, 0, 1, 0 },
            { -4, 0, -0.5f, 0, 1, 0 }, RL_DEATH, RL_BY_SKIP, "skip moved", 1, 4, -4, { 0, -3, 5, -10 } },
    };
    rl_error err = { 0 };
    rl_dataset *data = rl_data_new("two", 2, 1, 0, 1, (rl_memory){ 0 }, &err);
    data->x[0] = 1;
    data->x[1] = 2;
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        const by_hand *hand = &cases[c];
        rl_net *net = rl_net_new((rl_net_config){ 0 }, &err);
        rl_net_append(net, hand->layers, (rl_dense_config){ 0 }, &err);
        rl_monitor *monitor = rl_monitor_new(net, data, 0, &err);
        assert_no_error(&err);
        size_t count;
        float *w = rl_parameters(net, &count);
        assert_int_equal(count, hand->count);
        memcpy(w, hand->before, count * sizeof *w);
        rl_monitor_look(monitor, net, 0);
        memcpy(w, hand->after, count * sizeof *w);
        rl_monitor_look(monitor, net, 5);
        const rl_event *events = rl_monitor_events(monitor, &count), *e = &events[count - 1];
        assert_int_equal(count, hand->kind == RL_REVIVAL ? 2 : 1);
        if (e->kind != hand->kind || e->cause != hand->cause || e->row != hand->row)
            fail_msg("case %zu: %s by %s on row %ld", c, rl_event_name(e->kind), rl_event_cause(e), e->row);
        assert_string_equal(rl_event_cause(e), hand->words);
        assert_int_equal(e->step, 5);
        assert_int_equal(e->since, 0);
        assert_true(fabs(e->z_before - hand->z_before) < 1e-12 && fabs(e->z_after - hand->z_after) < 1e-12);
        for (int t = 0; t < RL_TERMS; t++)
            assert_true(fabs(e->terms[t] - hand->terms[t]) < 1e-12);
        rl_monitor_free(monitor);
        rl_net_free(net);
    }
    rl_data_free(data);
}

/* Behind a batch norm: z = γ (x - m)/s + β with x = w · input + b, and each of its numbers pushes alone, then all together. */
static void deaths_behind_a_batch_norm(void **state)
{
    (void)state;
    enum { W, B, GAMMA, BETA, MEAN, VARIANCE, TRACKED, OUT, OUT_BIAS, NUMBERS };
    static const float before[NUMBERS] = { 1, 0.5f, 2, 0.25f, 0.5f, 4, 7, 1, 0 };
    static const struct {
        float after[NUMBERS];
        rl_cause cause;
        const char *words;
    } cases[] = {
        { { 1, 0.5f, 2, -3, 0.5f, 4, 8, 1, 0 }, RL_BY_BIAS, "bias fell" },
        { { 1, -9, 2, 0.25f, 0.5f, 4, 8, 1, 0 }, RL_BY_BIAS, "bias fell" },
        { { -3, 0.5f, 2, 0.25f, 0.5f, 4, 8, 1, 0 }, RL_BY_WEIGHTS, "weights moved" },
        { { 1, 0.5f, -2, 0.25f, -0.5f, 4, 8, 1, 0 }, RL_BY_SCALE, "scale moved" },
        { { 1, 0.5f, 2, 0.25f, 9, 2, 8, 1, 0 }, RL_BY_STATISTICS, "statistics moved" },
        { { 0.5f, 0.25f, 1, 0.125f, 9, 1, 8, 1, 0 }, RL_BY_STATISTICS, "statistics moved" },
    };
    rl_error err = { 0 };
    rl_dataset *data = rl_data_new("two", 2, 1, 0, 1, (rl_memory){ 0 }, &err);
    data->x[0] = 1;
    data->x[1] = 2;
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        const float *after = cases[c].after;
        rl_net *net = rl_net_new((rl_net_config){ 0 }, &err);
        rl_net_append(net, "input 1; dense 1; batch_norm; relu; dense 1", (rl_dense_config){ 0 }, &err);
        rl_monitor *monitor = rl_monitor_new(net, data, 0, &err);
        assert_no_error(&err);
        size_t count;
        float *w = rl_parameters(net, &count);
        assert_int_equal(count, NUMBERS);
        memcpy(w, before, sizeof before);
        rl_monitor_look(monitor, net, 0);
        memcpy(w, after, sizeof before);
        rl_monitor_look(monitor, net, 5);
        const rl_event *e = rl_monitor_events(monitor, &count);
        assert_int_equal(count, 1);
        if (e->kind != RL_DEATH || e->cause != cases[c].cause || e->row != 1)
            fail_msg("case %zu: %s by %s on row %ld", c, rl_event_name(e->kind), rl_event_cause(e), e->row);
        assert_string_equal(rl_event_cause(e), cases[c].words);
        double number[2][NUMBERS];
        for (int i = 0; i < NUMBERS; i++) {
            number[0][i] = (double)before[i];
            number[1][i] = (double)after[i];
        }
        const double *old = number[0], *new = number[1], x = 2;
        const double s_old = sqrt(old[VARIANCE] + 1e-5), s_new = sqrt(new[VARIANCE] + 1e-5);
        const double x_old = old[W] * x + old[B], hat = (x_old - old[MEAN]) / s_old;
        const double expected[RL_TERMS] = {
            [RL_BY_BIAS] = new[BETA] - old[BETA] + new[GAMMA] / s_new *(new[B] - old[B]),
            [RL_BY_WEIGHTS] = new[GAMMA] / s_new *(new[W] - old[W]) * x,
            [RL_BY_SCALE] = (new[GAMMA] - old[GAMMA]) * hat,
            [RL_BY_STATISTICS] = new[GAMMA] * ((x_old - new[MEAN]) / s_new - hat),
        };
        for (int t = 0; t < RL_TERMS; t++)
            assert_true(fabs(e->terms[t] - expected[t]) < 1e-12);
        assert_true(fabs(e->z_before - (old[GAMMA] * hat + old[BETA])) < 1e-12);
        rl_monitor_free(monitor);
        rl_net_free(net);
    }
    rl_data_free(data);
}

/* PReLU whose slope becomes exactly 0 dies where it stands; with a slope again it is back. */
static void learned_slope(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_dataset *data = rl_data_new("two", 2, 1, 0, 1, (rl_memory){ 0 }, &err);
    data->x[0] = 1;
    data->x[1] = 2;
    rl_net *net = rl_net_new((rl_net_config){ 0 }, &err);
    rl_net_append(net, "input 1; dense 2; prelu; dense 1", (rl_dense_config){ 0 }, &err);
    float *w = rl_parameters(net, NULL); /* W [2], b [2], α [2], … */
    const float slopes[] = { 0.25f, 0, 0.1f };
    rl_monitor *monitor = rl_monitor_new(net, data, 0, &err);
    assert_no_error(&err);
    w[0] = w[1] = -1;
    w[2] = w[3] = 0;
    for (long s = 0; s < 3; s++) {
        w[5] = slopes[s]; /* of the second unit; the first keeps its own */
        rl_monitor_look(monitor, net, s);
    }
    size_t count;
    const rl_event *events = rl_monitor_events(monitor, &count);
    assert_int_equal(count, 2);
    assert_int_equal(events[0].kind, RL_DEATH);
    assert_int_equal(events[1].kind, RL_REVIVAL);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(events[i].unit.unit, 1);
        assert_int_equal(events[i].cause, RL_BY_SLOPE);
        assert_string_equal(rl_event_cause(&events[i]), "slope moved");
    }
    rl_monitor_free(monitor);
    rl_net_free(net);
    rl_data_free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(regions),
        cmocka_unit_test(numbers_agree),
        cmocka_unit_test(deaths_by_hand),
        cmocka_unit_test(deaths_behind_a_batch_norm),
        cmocka_unit_test(learned_slope),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
