/* The examination: a hand-made net with one unit of each state is classified exactly, in every lane and however the
 * rows are cut into blocks; scores, extremes and slopes agree with plain loops; starved is reachability. */
#include <stdio.h>

#include "nets.h"

/* One feature x. z = w x + b for x in {-1, …, 198}: 200 rows. Whom the output hears is told by v. */
enum { ALIVE, DEAD, RARE, ALWAYS, FLAT, SMALL, CUT, DEAF, UNITS };
static const struct {
    float w, b, v;
    unsigned words;
} plan[UNITS] = {
    [ALIVE] = { 1, -20, 1, 0 },
    [DEAD] = { 1, -198, 1, RL_DEAD | RL_SILENT | RL_DORMANT | RL_UNVARYING }, /* z reaches 0 and no more */
    [RARE] = { 1000, -197500, 1, RL_NEARLY_DEAD },                            /* fires on the last row alone */
    [ALWAYS] = { 1, 2, 1, RL_ALWAYS_ON },
    [FLAT] = { 0, 7, 1, RL_ALWAYS_ON | RL_UNVARYING },
    [SMALL] = { 0.001f, 0, 1, RL_DORMANT },
    [CUT] = { 1, 0, 0, RL_STARVED | RL_SEVERED },
    [DEAF] = { 1, 0, 1, RL_STARVED }, /* heard by a unit that is dead */
};

/* Unit u of lane l is of kind (u + l) mod UNITS. The second layer has a unit that listens to all but DEAF, one that listens
 * to DEAF alone and is dead, and one that is broken (here, where no other unit reads it: 0 · NaN is NaN). */
enum { LISTENER, SLEEPER, BROKEN, SECOND };
static const unsigned second_words[SECOND] = {
    [LISTENER] = RL_ALWAYS_ON, [SLEEPER] = RL_DEAD | RL_SILENT | RL_DORMANT | RL_UNVARYING, [BROKEN] = RL_BROKEN
};

static rl_net *hand_made(int lanes)
{
    rl_error err = { 0 };
    rl_net *net = rl_net_new((rl_net_config){ .lanes = lanes }, &err);
    rl_net_append(net, "input 1; dense 8; relu; dense 3; relu; dense 2", (rl_dense_config){ 0 }, &err);
    assert_no_error(&err);
    float *p = rl_parameters(net, NULL);
    float *w1 = p, *b1 = p + UNITS * lanes, *w2 = b1 + UNITS * lanes, *b2 = w2 + SECOND * UNITS * lanes;
    for (int l = 0; l < lanes; l++) {
        for (int u = 0; u < UNITS; u++) {
            int kind = (u + l) % UNITS;
            w1[u * lanes + l] = plan[kind].w;
            b1[u * lanes + l] = plan[kind].b;
            for (int s = 0; s < SECOND; s++) {
                int to = kind == DEAF ? SLEEPER : LISTENER;
                w2[(s * UNITS + u) * lanes + l] = s == to ? plan[kind].v : 0;
            }
        }
        b2[SLEEPER * lanes + l] = -1000;
        b2[LISTENER * lanes + l] = 1;
        b2[BROKEN * lanes + l] = NAN;
    }
    return net;
}

static rl_dataset *line(size_t rows)
{
    rl_error err = { 0 };
    rl_dataset *data = rl_data_new("line", rows, 1, 2, 1, (rl_memory){ 0 }, &err);
    assert_no_error(&err);
    for (size_t r = 0; r < rows; r++)
        data->x[r] = (float)r - 1;
    return data;
}

/* All of data, cut rows at a time. */
static rl_examination *examined(const rl_net *net, const rl_dataset *data, size_t cut, rl_thresholds thresholds)
{
    rl_error err = { 0 };
    rl_examination *e = rl_examine_new(net, thresholds, &err);
    for (size_t first = 0; first < data->rows; first += cut) {
        rl_dataset part = *data;
        part.x += first * data->features;
        part.rows = data->rows - first < cut ? data->rows - first : cut;
        assert_true(rl_examine_rows(e, net, &part, &err));
    }
    assert_true(rl_examine_end(e, net, &err));
    assert_no_error(&err);
    return e;
}

static void same_signs(rl_signs a, rl_signs b)
{
    assert_memory_equal(&a.counts, &b.counts, sizeof a.counts);
    assert_memory_equal(&a.highest_z, &b.highest_z, sizeof a.highest_z);
    assert_memory_equal(&a.lowest_z, &b.lowest_z, sizeof a.lowest_z);
    assert_int_equal(a.highest_row, b.highest_row);
    assert_memory_equal(&a.lowest_a, &b.lowest_a, sizeof a.lowest_a);
    assert_memory_equal(&a.highest_a, &b.highest_a, sizeof a.highest_a);
    assert_true(a.mean_size == b.mean_size && a.zeros == b.zeros);
    if (a.counts.broken == 0) /* its average adds up the layer in another order */
        assert_true(fabs(a.dormancy - b.dormancy) < 1e-12);
    assert_true(a.steepest == b.steepest && a.starved == b.starved && a.severed == b.severed && a.words == b.words);
}

static void every_state_in_every_lane_and_block(void **state)
{
    (void)state;
    const size_t cuts[] = { 1, 7, 31, 32, 33, 200 };
    rl_dataset *data = line(200);
    rl_net *alone = hand_made(1);
    rl_examination *reference = examined(alone, data, 200, (rl_thresholds){ 0 });
    for (int w = 0; w < LANE_COUNTS; w++) {
        const int lanes = all_lanes[w];
        if (!rl_lanes_supported(lanes))
            continue;
        rl_net *net = hand_made(lanes);
        for (size_t c = 0; c < sizeof cuts / sizeof *cuts; c++) {
            rl_examination *e = examined(net, data, cuts[c], (rl_thresholds){ 0 });
            assert_int_equal(rl_examination_units(e), UNITS + SECOND);
            for (int l = 0; l < lanes; l++) {
                for (size_t u = 0; u < UNITS; u++) {
                    size_t kind = (u + (size_t)l) % UNITS;
                    rl_signs s = rl_examination_signs(e, u, l);
                    if (s.words != plan[kind].words)
                        fail_msg("%d lanes, lane %d, cut %zu, kind %zu: words %u, expected %u", lanes, l, cuts[c], kind,
                            s.words, plan[kind].words);
                    same_signs(s, rl_examination_signs(reference, kind, 0));
                    rl_unit unit = rl_examination_unit(e, u, l);
                    assert_int_equal(unit.node, 2);
                    assert_int_equal(unit.unit, u);
                    assert_int_equal(unit.lane, l);
                }
                for (size_t u = 0; u < SECOND; u++)
                    assert_int_equal(rl_examination_signs(e, UNITS + u, l).words, second_words[u]);
                assert_int_equal(rl_examination_unit(e, UNITS + LISTENER, l).node, 4);
                assert_true(rl_examination_signs(e, UNITS + LISTENER, l).dormancy == 2); /* the broken one left out */
            }
            rl_examination_free(e);
        }
        rl_net_free(net);
    }
    rl_examination_free(reference);
    rl_net_free(alone);
    rl_data_free(data);
}

/* Of the net `layers` with the given parameters (one lane): the words of each hidden unit on the given rows. */
static void check_words(const char *layers, const float *parameters, const rl_dataset *data, const unsigned *words)
{
    for (int w = 0; w < LANE_COUNTS; w++) {
        const int lanes = all_lanes[w];
        if (!rl_lanes_supported(lanes))
            continue;
        rl_error err = { 0 };
        size_t count;
        rl_net *net = rl_net_new((rl_net_config){ .lanes = lanes }, &err);
        assert_true(rl_net_append(net, layers, (rl_dense_config){ 0 }, &err));
        float *p = rl_parameters(net, &count);
        for (size_t i = 0; i < count; i++)
            for (int l = 0; l < lanes; l++)
                p[i * (size_t)lanes + (size_t)l] = parameters[i];
        rl_examination *e = examined(net, data, 3, (rl_thresholds){ 0 });
        for (size_t u = 0; u < rl_examination_units(e); u++)
            for (int l = 0; l < lanes; l++)
                if (rl_examination_signs(e, u, l).words != words[u])
                    fail_msg("%s: unit %zu lane %d of %d: words %u, expected %u", layers, u, l, lanes,
                        rl_examination_signs(e, u, l).words, words[u]);
        rl_examination_free(e);
        rl_net_free(net);
    }
}

/* A ReLU6 unit dies above its lid too, and is then not silent; it may jump from floor to lid and not be constant. */
static void relu6_is_dead_but_not_silent(void **state)
{
    (void)state;
    rl_dataset *data = line(4); /* -1, 0, 1, 2 */
    check_words("input 1; dense 3; relu6; dense 1", (float[]){ 1, 100, 1, 7, 50, 0, 1, 1, 1, 0 }, data,
        (unsigned[]){ RL_DEAD | RL_ALWAYS_ON | RL_UNVARYING, RL_DEAD, 0 });
    rl_data_free(data);
}

static void leaky_is_silent_but_not_dead(void **state)
{
    (void)state;
    rl_dataset *data = line(4);
    check_words("input 1; dense 2; leaky_relu; dense 1", (float[]){ 1, 1, -50, 0, 1, 1, 0 }, data,
        (unsigned[]){ RL_SILENT, 0 });
    rl_data_free(data);
}

/* Slopes that only round to 0 are not death: at z = 50 and at -500 a sigmoid is saturated. */
static void sigmoids_saturate(void **state)
{
    (void)state;
    rl_dataset *data = line(4);
    check_words("input 1; dense 3; sigmoid; dense 1", (float[]){ 1, 1, 1, 50, -500, 0, 1, 1, 1, 0 }, data,
        (unsigned[]){
            RL_SATURATED | RL_ALWAYS_ON | RL_UNVARYING, RL_SATURATED | RL_SILENT | RL_DORMANT | RL_UNVARYING, 0 });
    rl_data_free(data);
}

static void a_layer_of_zeros_is_all_dormant(void **state)
{
    (void)state;
    const unsigned dead = RL_DEAD | RL_SILENT | RL_DORMANT | RL_UNVARYING;
    rl_dataset *data = line(4);
    check_words(
        "input 1; dense 2; relu; dense 1", (float[]){ 1, 2, -50, -50, 1, 1, 0 }, data, (unsigned[]){ dead, dead });
    check_words("input 1; dense 2; tanh; dense 1", (float[]){ 0, 0, 0, 0, 1, 1, 0 }, data,
        (unsigned[]){ RL_SILENT | RL_DORMANT | RL_UNVARYING, RL_SILENT | RL_DORMANT | RL_UNVARYING });
    rl_data_free(data);
}

/* x > 0 wakes unit 0 of layer one, which feeds layer two's unit 0, awake only where x < 0: wherever the first conducts,
 * the second sleeps. Unit 1 is heard by the wide-awake unit 1 of layer two. */
static void starved_is_asked_example_by_example(void **state)
{
    (void)state;
    rl_dataset *data = line(4);
    data->x[1] = -2; /* -1, -2, 1, 2: 0 is nobody's */
    /* second layer: z0 = -10 a0 + a2 (a2 = relu(-x)); z1 = a1 */
    const float p[] = { 1, 1, -1, 0, 0, 0, -10, 0, 1, 0, 1, 0, 0, 0, 1, 1, 0 };
    check_words("input 1; dense 3; relu; dense 2; relu; dense 1", p, data, (unsigned[]){ RL_STARVED, 0, 0, 0, 0 });
    rl_data_free(data);
}

/* Layer two hears layer one, layer three hears nobody: starved through two layers; the units of layer three are severed. */
static void starved_through_two_layers(void **state)
{
    (void)state;
    rl_dataset *data = line(4);
    const float p[] = { 1, -1, 0, 0, /* one */
        1, 1, 1, 0.5f, 1, 1,         /* two */
        1, 1, 0, 0, 0, 0,            /* three: its unit 1 hears nobody */
        0, 1, 0 };                   /* out: hears unit 1 of three alone */
    const unsigned on = RL_ALWAYS_ON;
    check_words("input 1; dense 2; relu; dense 2; relu; dense 2; softplus; dense 1", p, data,
        (unsigned[]){ RL_STARVED, RL_STARVED, RL_STARVED | on, RL_STARVED | on, RL_STARVED | RL_SEVERED | on,
            RL_SILENT | RL_UNVARYING });
    rl_data_free(data);
}

/* A net that fits its data perfectly has no gradient anywhere; its units are heard all the same. */
static void no_loss_is_not_starvation(void **state)
{
    (void)state;
    rl_dataset *data = line(4);
    check_words("input 1; dense 1; relu; dense 1", (float[]){ 1, 0, 1, 0 }, data, (unsigned[]){ 0 });
    rl_data_free(data);
}

/* Around a skip, an output that is a curve, a dropout: paths that have no weights. */
static void paths_without_weights(void **state)
{
    (void)state;
    rl_dataset *data = line(4);
    /* the first curve is heard by the skip alone: the dense node between has zero weights */
    check_words("input 1; dense 1; relu; dense 1; relu; add 2; dense 1", (float[]){ 1, 0, 0, 1, 1, 0 }, data,
        (unsigned[]){ 0, RL_ALWAYS_ON | RL_UNVARYING });
    /* …and severed where the output beyond the skip has no weight for it */
    check_words("input 1; dense 1; relu; dense 1; relu; add 2; dense 1", (float[]){ 1, 0, 0, 1, 0, 0 }, data,
        (unsigned[]){ RL_STARVED | RL_SEVERED, RL_STARVED | RL_SEVERED | RL_ALWAYS_ON | RL_UNVARYING });
    /* the output's own curve is shut: nobody is heard, though no weight is 0 */
    check_words("input 1; dense 1; relu; dropout 0.5; dense 1; relu", (float[]){ 1, 0, 1, -100 }, data,
        (unsigned[]){ RL_STARVED });
    check_words(
        "input 1; dense 1; relu; dropout 0.5; dense 1; relu", (float[]){ 1, 0, 1, -1.5f }, data, (unsigned[]){ 0 });
    rl_data_free(data);
}

/* Against plain loops in double precision, for curves of every kind. */
static void numbers_agree_with_plain_loops(void **state)
{
    (void)state;
    const char *const curves[] = { "relu", "gelu", "tanh", "elu:0.5", "hard_swish", "prelu" };
    rl_dataset *data = normal_data(150, 5, 2, 3);
    for (size_t c = 0; c < sizeof curves / sizeof *curves; c++) {
        rl_error err = { 0 };
        char layers[64];
        snprintf(layers, sizeof layers, "input 5; dense 6; %s; dense 2", curves[c]);
        rl_net *net = rl_net_new((rl_net_config){ .seed = 5 }, &err);
        rl_net_append(net, layers, (rl_dense_config){ .bias = -0.3f }, &err);
        rl_pass *pass = rl_pass_new(net, 150, &err);
        assert_no_error(&err);
        rl_forward(net, pass, data->x, 150);
        rl_examination *e = examined(net, data, 40, (rl_thresholds){ 0 });
        const float *z = rl_values(pass, 1), *a = rl_values(pass, 2);
        double mean[6] = { 0 }, total = 0, scores = 0;
        for (int u = 0; u < 6; u++) {
            for (int r = 0; r < 150; r++)
                mean[u] += fabs((double)a[r * 6 + u]) / 150;
            total += mean[u] / 6;
        }
        for (int u = 0; u < 6; u++) {
            rl_signs s = rl_examination_signs(e, (size_t)u, 0);
            float alpha, high = -INFINITY, low = INFINITY, most = -INFINITY, least = INFINITY, steep = 0;
            const rl_activation *curve = rl_net_curve(net, 2, 0, &alpha);
            int row = -1, zeros = 0;
            for (int r = 0; r < 150; r++) {
                float at = z[r * 6 + u], value = a[r * 6 + u], slope = 0;
                rl_activation_backward(curve, 1, alpha, &at, &(float){ 1 }, &slope);
                if (at > high) {
                    high = at;
                    row = r;
                }
                low = fminf(low, at);
                most = fmaxf(most, value);
                least = fminf(least, value);
                steep = fmaxf(steep, fabsf(slope));
                zeros += value == 0;
            }
            assert_true(s.highest_z == high && s.lowest_z == low && s.highest_row == row);
            assert_true(s.highest_a == most && s.lowest_a == least && s.steepest == steep);
            assert_true(s.zeros == zeros / 150.0);
            assert_true(fabs(s.mean_size - mean[u]) <= 1e-12 * mean[u]);
            assert_true(fabs(s.dormancy - mean[u] / total) <= 1e-12);
            scores += s.dormancy / 6;
        }
        assert_true(fabs(scores - 1) < 1e-12);
        rl_examination_free(e);
        rl_pass_free(pass);
        rl_net_free(net);
    }
    rl_data_free(data);
}

/* Lanes with curves of their own: each is judged by its own. */
static void lanes_with_curves_of_their_own(void **state)
{
    (void)state;
    rl_error err = { 0 };
    const rl_activation *const curves[4] = { &rl_relu, &rl_leaky_relu, &rl_relu6, &rl_sigmoid };
    rl_net *net = rl_net_new((rl_net_config){ .lanes = 4 }, &err);
    rl_node x = rl_input(net, (rl_shape){ 1, { 1 } }, &err);
    x = rl_dense(net, x, (rl_dense_config){ .units = 1 }, &err);
    x = rl_activate_with(net, x, (rl_activation_config){ .lane_curves = curves }, &err);
    rl_dense(net, x, (rl_dense_config){ .units = 1 }, &err);
    assert_no_error(&err);
    float *p = rl_parameters(net, NULL);
    for (int l = 0; l < 4; l++) {
        p[l] = 1;
        p[4 + l] = l < 2 ? -50 : 50;
        p[8 + l] = 1;
    }
    rl_dataset *data = line(4);
    rl_examination *e = examined(net, data, 4, (rl_thresholds){ 0 });
    const unsigned words[4] = { RL_DEAD | RL_SILENT | RL_DORMANT | RL_UNVARYING, RL_SILENT,
        RL_DEAD | RL_ALWAYS_ON | RL_UNVARYING, RL_SATURATED | RL_ALWAYS_ON | RL_UNVARYING };
    for (int l = 0; l < 4; l++)
        assert_int_equal(rl_examination_signs(e, 0, l).words, words[l]);
    assert_true(rl_examination_signs(e, 0, 0).steepest == 0);
    assert_true(rl_examination_signs(e, 0, 1).steepest == rl_leaky_relu.alpha);
    rl_examination_free(e);
    rl_net_free(net);
    rl_data_free(data);
}

/* Starved against its definition on random nets with many zero weights: for every example, follow every path. */
static bool leads_on(const rl_net *net, rl_pass *pass, const float *p, int row, int layer, int unit)
{
    /* nodes 2, 4, 6 are curves, 8 the output; widths 4, 4, 4, 1 */
    if (!(rl_values(pass, 1 + 2 * layer)[row * 4 + unit] > 0))
        return false;
    rl_node_info next = rl_net_node(net, 3 + 2 * layer);
    for (int o = 0; o < next.units; o++)
        if (p[next.offset + (size_t)(o * 4 + unit)] != 0 && (layer == 2 || leads_on(net, pass, p, row, layer + 1, o)))
            return true;
    return false;
}

static void starved_agrees_with_following_every_path(void **state)
{
    (void)state;
    rl_dataset *data = normal_data(40, 3, 2, 9);
    int starved = 0, heard = 0;
    for (uint64_t seed = 0; seed < 60; seed++) {
        rl_error err = { 0 };
        size_t count;
        rl_net *net = rl_net_new((rl_net_config){ .seed = seed }, &err);
        rl_net_append(
            net, "input 3; dense 4; relu; dense 4; relu; dense 4; relu; dense 1", (rl_dense_config){ 0 }, &err);
        rl_pass *pass = rl_pass_new(net, 40, &err);
        float *p = rl_parameters(net, &count);
        rl_random random = rl_random_stream(seed, RL_FOR_TESTS, 1);
        for (size_t i = 12; i < count; i++)
            if (rl_random_uniform(&random) < 0.55)
                p[i] = 0;
        rl_forward(net, pass, data->x, 40);
        rl_examination *e = examined(net, data, 9, (rl_thresholds){ 0 });
        rl_examination *rest = examined(net, data, 9, (rl_thresholds){ .skip_starved = true });
        for (int u = 0; u < 12; u++) {
            rl_signs all = rl_examination_signs(e, (size_t)u, 0), skipped = rl_examination_signs(rest, (size_t)u, 0);
            assert_false(skipped.starved);
            assert_int_equal(skipped.words, all.words & ~(unsigned)RL_STARVED);
            bool fires = false, reaches = false;
            for (int r = 0; r < 40; r++) {
                fires |= rl_values(pass, 1 + 2 * (u / 4))[r * 4 + u % 4] > 0;
                reaches |= leads_on(net, pass, p, r, u / 4, u % 4);
            }
            assert_int_equal(rl_examination_signs(e, (size_t)u, 0).starved, fires && !reaches);
            starved += fires && !reaches;
            heard += reaches;
        }
        rl_examination_free(rest);
        rl_examination_free(e);
        rl_pass_free(pass);
        rl_net_free(net);
    }
    assert_true(starved > 50 && heard > 50);
    rl_data_free(data);
}

/* Extremes are those of finite z, the highest row is the first of equals, and a slope is steep downhill too. */
static void extremes(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_dataset *data = rl_data_new("ties", 6, 1, 2, 1, (rl_memory){ 0 }, &err);
    memcpy(data->x, (const float[]){ -1, 1, 0.5f, 1, 3, -3 }, 6 * sizeof *data->x);
    rl_net *net = rl_net_new((rl_net_config){ 0 }, &err);
    rl_net_append(net, "input 1; dense 2; leaky_relu:-3; dense 1", (rl_dense_config){ 0 }, &err);
    assert_no_error(&err);
    memcpy(rl_parameters(net, NULL), (const float[]){ 2e38f, -1, 0, 0, 1, 1, 0 }, 7 * sizeof(float));
    rl_examination *e = examined(net, data, 1, (rl_thresholds){ 0 });
    rl_signs s = rl_examination_signs(e, 0, 0); /* ±3 · 2e38 is infinite */
    assert_int_equal(s.words & (RL_BROKEN | RL_DEAD), RL_BROKEN);
    assert_int_equal(s.counts.broken, 2);
    assert_true(s.highest_z == 2e38f && s.lowest_z == -2e38f);
    assert_int_equal(s.highest_row, 1);
    s = rl_examination_signs(e, 1, 0);
    assert_true(s.steepest == 3 && s.highest_z == 3 && s.lowest_z == -3);
    assert_int_equal(s.highest_row, 5);
    rl_examination_free(e);
    rl_net_free(net);
    rl_data_free(data);
}

/* Lanes of different weights, many of them 0: each is told what it is told alone. */
static void a_lane_is_that_net_alone(void **state)
{
    (void)state;
    rl_dataset *data = normal_data(40, 3, 2, 9);
    for (int w = 0; w < LANE_COUNTS; w++) {
        const int lanes = all_lanes[w];
        if (!rl_lanes_supported(lanes))
            continue;
        rl_error err = { 0 };
        size_t count;
        rl_net *net = rl_net_new((rl_net_config){ .seed = 3, .lanes = lanes }, &err);
        rl_net_append(
            net, "input 3; dense 5; relu; dense 5; gelu; dense 5; relu; dense 1", (rl_dense_config){ 0 }, &err);
        float *p = rl_parameters(net, &count);
        rl_random random = rl_random_stream(4, RL_FOR_TESTS, 2);
        for (size_t i = 15 * (size_t)lanes; i < count * (size_t)lanes; i++)
            if (rl_random_uniform(&random) < 0.6)
                p[i] = 0;
        rl_examination *e = examined(net, data, 40, (rl_thresholds){ 0 });
        for (int l = 0; l < lanes; l++) {
            rl_net *lane = rl_net_copy_lane(net, l, &err);
            rl_examination *alone = examined(lane, data, 11, (rl_thresholds){ 0 });
            for (size_t u = 0; u < 15; u++)
                same_signs(rl_examination_signs(e, u, l), rl_examination_signs(alone, u, 0));
            rl_examination_free(alone);
            rl_net_free(lane);
        }
        rl_examination_free(e);
        rl_net_free(net);
    }
    rl_data_free(data);
}

static void bad_references_are_refused(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_net *net = hand_made(1);
    rl_dataset *wide = normal_data(4, 3, 2, 1);
    rl_examination *e = rl_examine_new(net, (rl_thresholds){ 0 }, &err);
    assert_false(rl_examine_rows(e, net, wide, &err));
    assert_int_equal(err.code, RL_BAD_SHAPE);
    assert_false(rl_examine_end(e, net, &err));
    err = (rl_error){ 0 };
    assert_false(rl_examine_end(e, net, &err)); /* nothing was looked at */
    assert_int_equal(err.code, RL_BAD_SHAPE);
    rl_examination_free(e);
    rl_examination_free(NULL);
    rl_net_free(net);
    rl_data_free(wide);
}

static bool examine_with(rl_memory memory, rl_error *err)
{
    rl_net *net = rl_net_new((rl_net_config){ .lanes = 4, .memory = memory }, err);
    if (net)
        rl_net_append(net, "input 1; dense 3; relu; dense 3; prelu; dense 1", (rl_dense_config){ 0 }, err);
    rl_dataset *data = line(3);
    rl_examination *e = net ? rl_examine_new(net, (rl_thresholds){ 0 }, err) : NULL;
    bool done = e && rl_examine_rows(e, net, data, err) && rl_examine_end(e, net, err);
    rl_examination_free(e);
    rl_data_free(data);
    rl_net_free(net);
    return done;
}

static void memory_may_run_out(void **state)
{
    (void)state;
    fail_every_allocation(examine_with);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_in_every_lane_and_block),
        cmocka_unit_test(relu6_is_dead_but_not_silent),
        cmocka_unit_test(leaky_is_silent_but_not_dead),
        cmocka_unit_test(sigmoids_saturate),
        cmocka_unit_test(a_layer_of_zeros_is_all_dormant),
        cmocka_unit_test(starved_is_asked_example_by_example),
        cmocka_unit_test(starved_through_two_layers),
        cmocka_unit_test(no_loss_is_not_starvation),
        cmocka_unit_test(paths_without_weights),
        cmocka_unit_test(numbers_agree_with_plain_loops),
        cmocka_unit_test(lanes_with_curves_of_their_own),
        cmocka_unit_test(starved_agrees_with_following_every_path),
        cmocka_unit_test(extremes),
        cmocka_unit_test(a_lane_is_that_net_alone),
        cmocka_unit_test(bad_references_are_refused),
        cmocka_unit_test(memory_may_run_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
