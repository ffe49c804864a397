/* Proofs over a box, attacked: random points, corners, a gradient search; and how tight the bounds are. */
#include <float.h>
#include <stdio.h>
#include <unistd.h>

#include "nets.h"
#include "nn/curves.h"
#include "vital/certify.h"

enum { MOST_UNITS = 512, BATCH = 64 };

static double uniform(rl_random *random, double lo, double hi)
{
    return lo + (hi - lo) * rl_random_uniform(random);
}

static size_t below(rl_random *random, size_t bound)
{
    return rl_random_below(random, (uint32_t)bound);
}

/* ---- Lines ----------------------------------------------------------------------------------------------------------- */

static float some_end(rl_random *random)
{
    static const double scales[] = { 1e-30, 1e-6, 0.1, 1, 1, 4, 4, 10, 100, 1e5, 1e30 };
    static const float special[] = { 0, 6, 3, -3, -1.5f, -0.751791525f, 1, -1 };
    if (below(random, 6) == 0)
        return special[below(random, sizeof special / sizeof *special)];
    return (float)(rl_random_normal(random) * scales[below(random, sizeof scales / sizeof *scales)]);
}

static bool line_holds(rl_lines lines, float z, float a)
{
    double under = lines.lower.slope * (double)z + lines.lower.offset,
           over = lines.upper.slope * (double)z + lines.upper.offset;
    /* what the test's own two roundings may be off by */
    double own = 0x1p-50 * (fabs(lines.lower.slope * (double)z) + fabs(lines.upper.slope * (double)z) +
                               fabs(lines.lower.offset) + fabs(lines.upper.offset));
    return under <= (double)a + own && (double)a <= over + own;
}

/* Every curve, its usual α and odd ones, in every lane variant: no value leaves the band between the two lines. */
static void lines_hold_for_every_curve(void **state)
{
    (void)state;
    enum { INTERVALS = 60, POINTS = 256 };
    size_t curves;
    const rl_activation *const *all = rl_activations(&curves);
    rl_random random = rl_random_stream(1, RL_FOR_TESTS, 1);
    for (size_t c = 0; c < curves; c++)
        for (int n = 0; n < INTERVALS; n++) {
            static const float odd[] = { 0.2f, 0, 1, -0.5f, 3 };
            const float alpha = all[c]->has_alpha && n % 3 == 1 ? odd[n / 3 % 5] : all[c]->alpha;
            float p = some_end(&random), q = some_end(&random), z[POINTS], a[POINTS];
            rl_interval box = { p < q ? p : q, p < q ? q : p };
            rl_lines lines = rl_relax(all[c], alpha, box);
            for (int i = 0; i < POINTS; i++)
                z[i] = i == 0   ? box.lo
                       : i == 1 ? box.hi
                                : (float)fmin(fmax(uniform(&random, (double)box.lo, (double)box.hi), (double)box.lo),
                                      (double)box.hi);
            rl_activation_forward(all[c], POINTS, alpha, z, a);
            for (int i = 0; i < POINTS; i++)
                if (isfinite(a[i]) && !line_holds(lines, z[i], a[i]))
                    fail_msg("%s:%g on [%.9g, %.9g]: f(%.9g) = %.9g leaves the lines %g z + %g and %g z + %g",
                        all[c]->name, (double)alpha, (double)box.lo, (double)box.hi, (double)z[i], (double)a[i],
                        lines.lower.slope, lines.lower.offset, lines.upper.slope, lines.upper.offset);
        }
}

/* ReLU's are the ones of the papers: over it the chord, under it the side where more of the interval lies. */
static void relu_lines_are_the_papers(void **state)
{
    (void)state;
    rl_lines lines = rl_relax(&rl_relu, 0, (rl_interval){ -1, 3 });
    assert_true(lines.lower.slope == 1 && fabs(lines.lower.offset) < 1e-5);
    assert_true(fabs(lines.upper.slope - 0.75) < 1e-9 && fabs(lines.upper.offset - 0.75) < 1e-4);
    lines = rl_relax(&rl_relu, 0, (rl_interval){ -3, 1 });
    assert_true(lines.lower.slope == 0 && lines.lower.offset >= -1e-300 && lines.lower.offset <= 0);
    lines = rl_relax(&rl_relu, 0, (rl_interval){ -3, -1 });
    assert_true(lines.upper.slope == 0 && fabs(lines.upper.offset) < 1e-300);
}

/* Curves that bend: between the lines there is less than in the plain image, by how much is known. */
static void lines_are_close(void **state)
{
    (void)state;
    static const struct {
        const rl_activation *curve;
        rl_interval z;
        double gap; /* at the middle, measured; a line through the touching points cannot do better */
    } cases[] = { { &rl_tanh, { -1, 1 }, 0.44 }, { &rl_sigmoid, { -0.5f, 2 }, 0.09 }, { &rl_gelu, { -1, 1 }, 0.5 },
        { &rl_softplus, { -1, 1 }, 0.121 }, { &rl_silu, { -2, 1 }, 0.5 }, { &rl_elu, { -2, 2 }, 0.568 },
        { &rl_identity, { -2, 2 }, 1e-4 }, { &rl_hard_swish, { 3.5f, 9 }, 1e-3 } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const rl_lines lines = rl_relax(cases[i].curve, cases[i].curve->alpha, cases[i].z);
        const double middle = ((double)cases[i].z.lo + (double)cases[i].z.hi) / 2;
        const double gap = (lines.upper.slope - lines.lower.slope) * middle + lines.upper.offset - lines.lower.offset;
        if (!(gap >= 0 && gap <= cases[i].gap))
            fail_msg("%s: the lines are %g apart in the middle", cases[i].curve->name, gap);
    }
}

/* ---- Flat ------------------------------------------------------------------------------------------------------------ */

static void flat_is_where_the_exact_slope_is_zero(void **state)
{
    (void)state;
    static const struct {
        const rl_activation *curve;
        float alpha;
        rl_interval z;
        bool flat;
    } cases[] = {
        { &rl_relu, 0, { -3, -1 }, true },
        { &rl_relu, 0, { -3, 0 }, true },
        { &rl_relu, 0, { 0, 0 }, true },
        { &rl_relu, 0, { -3, 1e-45f }, false },
        { &rl_relu, 1, { -3, 0 }, false }, /* a slope of 1 was asked for at 0 */
        { &rl_relu, 1, { -3, -1e-45f }, true },
        { &rl_relu6, 0, { -1, 0 }, true },
        { &rl_relu6, 0, { 6, 9 }, true },
        { &rl_relu6, 0, { 5.9999995f, 9 }, false },
        { &rl_relu6, 0, { -1, 9 }, false }, /* both ends flat, the way between is not */
        { &rl_hard_swish, 0, { -9, -3 }, true },
        { &rl_hard_swish, 0, { -9, -2.9999998f }, false },
        { &rl_hard_swish, 0, { -9, -1.5f }, false },
        { &rl_hard_swish, 0, { 3, 9 }, false },
        { &rl_leaky_relu, 0.01f, { -9, -3 }, false },
        { &rl_leaky_relu, 0, { -9, 0 }, true },
        { &rl_sigmoid, 0, { 50, 90 }, false }, /* rounds to 0, is not */
        { &rl_tanh, 0, { 50, 90 }, false },
        { &rl_gelu, 0, { -90, -50 }, false },
        { &rl_softplus, 0, { -900, -500 }, false },
        { &rl_elu, 1, { -900, -500 }, false },
        { &rl_relu, 0, { -INFINITY, -1 }, false }, /* may be NaN */
        { &rl_relu, 0, { NAN, NAN }, false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (rl_is_flat_on(cases[i].curve, cases[i].alpha, cases[i].z) != cases[i].flat)
            fail_msg("case %zu (%s) is said to be %s", i, cases[i].curve->name, cases[i].flat ? "steep" : "flat");
}

/* ---- Nets to attack ---------------------------------------------------------------------------------------------------- */

static const char *const shapes[] = {
    "input 3; dense 12; %s; dense 12; %s; dense 4; %s; dense 2",
    "input 2; dense 8; %s; dropout 0.3; dense 8; %s; add 2; dense 6; %s; dense 3",
    "input 4; dense 16; %s; dense 2",
    "input 3; dense 6; %s; dense 6; %s; add 1; %s; dense 6; %s; add 5; %s; dense 2",
    "input 2; dense 5; %s; dense 5 no_bias; %s; dense 5; %s; dense 5; %s; dense 5; %s; dense 1",
    "input 6; reshape 1x2x3; conv 4 2 padding 1; %s; pool 2 stride 1; conv 3 1x2; %s; flatten; dense 4; %s; dense 2",
    "input 8; reshape 2x2x2; conv 4 2 padding 1 groups 2; %s; average_pool 2 stride 1; %s; concatenate 4; conv 3 2; "
    "%s; "
    "flatten",
    "input 8; reshape 2x2x2; conv_transposed 4 2 stride 2x1 groups 2; %s; conv_transposed 2 3 padding 1; %s; flatten; "
    "dense 4; %s; dense 2",
    "input 3; dense 8; batch_norm; %s; dense 8; batch_norm; add 5; %s; batch_norm; dense 4; %s; dense 2",
    "input 8; reshape 2x2x2; conv 4 2 padding 1; batch_norm; %s; batch_norm; average_pool 2; flatten; dense 4; "
    "batch_norm; %s; dense 2",
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

/* A net with biases that are low for many units, so that there is something to prove. */
static rl_net *some_net(rl_random *random, size_t shape, const char *curve, int lanes, double scale)
{
    rl_error err = { 0 };
    char layers[256];
    snprintf(layers, sizeof layers, shapes[shape], curve, curve, curve, curve, curve, curve);
    rl_net *net = rl_net_new((rl_net_config){ .lanes = lanes, .seed = rl_random_bits(random) }, &err);
    rl_net_append(net, layers, (rl_dense_config){ 0 }, &err);
    assert_no_error(&err);
    float *w = rl_parameters(net, NULL);
    const double low = uniform(random, -1.5, 0.3);
    for (rl_node i = 0; i < rl_net_nodes(net); i++) {
        const rl_node_info info = rl_net_node(net, i);
        const size_t learned = info.parameters - info.statistics;
        for (size_t k = learned; k < info.parameters; k++) /* means, then variances */
            for (int l = 0; l < lanes; l++)
                w[(info.offset + k) * (size_t)lanes + (size_t)l] =
                    (float)(k < learned + (size_t)info.units ? uniform(random, -2, 2) : uniform(random, 0.001, 3));
        for (size_t k = 0; !info.curve && k < learned; k++)
            for (int l = 0; l < lanes; l++) {
                float *parameter = &w[(info.offset + k) * (size_t)lanes + (size_t)l];
                if (k >= info.weights)
                    *parameter = (float)(low + rl_random_normal(random));
                *parameter *= (float)scale;
            }
        for (size_t k = 0; info.curve && k < info.parameters * (size_t)lanes; k++) /* PReLU learns any slope */
            w[info.offset * (size_t)lanes + k] = (float)uniform(random, -0.2, 0.5);
    }
    return net;
}

/* One certificate for every lane; each lane has another net in the same box. */
typedef struct {
    rl_net *net;
    size_t units, inputs;
    rl_interval box[8];
    rl_certificate found[16][MOST_UNITS];
    size_t dead, claimed;
} target;

static void certify_all(target *t)
{
    rl_error err = { 0 };
    for (int l = 0; l < rl_net_lanes(t->net); l++) {
        assert_true(rl_certify_bounds(t->net, l, t->box, t->found[l], MOST_UNITS, &t->units, &err));
        assert_true(t->units <= MOST_UNITS);
        t->claimed += t->units;
        for (size_t u = 0; u < t->units; u++)
            t->dead += t->found[l][u].dead;
    }
}

/* Every value that the kernels give lies within its bounds; units that are proved dead do not conduct. */
static void check_pass(const target *t, const rl_pass *pass, int batch)
{
    const size_t lanes = (size_t)rl_net_lanes(t->net);
    for (size_t u = 0; u < t->units; u++) {
        const rl_unit unit = t->found[0][u].unit;
        const rl_node_info info = rl_net_node(t->net, unit.node);
        const float *z = rl_values(pass, info.reads[0]), *a = rl_values(pass, unit.node);
        const size_t positions = (size_t)info.positions, units = (size_t)info.units;
        for (size_t i = 0; i < (size_t)batch * positions; i++)
            for (size_t l = 0; l < lanes; l++) {
                const rl_certificate *says = &t->found[l][u];
                const size_t b = i / positions;
                const size_t at = ((b * units + (size_t)unit.unit) * positions + i % positions) * lanes + l;
                const bool holds =
                    says->z.lo <= z[at] && z[at] <= says->z.hi && says->a.lo <= a[at] && a[at] <= says->a.hi;
                if (!holds || (says->constant && a[at] != says->value && fabsf(a[at] - says->value) > 1e-6f))
                    fail_msg("%s node %d unit %d: z %.9g, a %.9g; proved [%.9g, %.9g], [%.9g, %.9g]", info.curve->name,
                        unit.node, unit.unit, (double)z[at], (double)a[at], (double)says->z.lo, (double)says->z.hi,
                        (double)says->a.lo, (double)says->a.hi);
                if (says->dead && rl_activation_conducts(info.curve, info.alpha, z[at]) && !info.curve->learned)
                    fail_msg("%s node %d unit %d is proved dead and conducts at %.9g", info.curve->name, unit.node,
                        unit.unit, (double)z[at]);
            }
    }
}

static float held(double x, rl_interval side)
{
    return x < (double)side.lo ? side.lo : x > (double)side.hi ? side.hi : (float)x;
}

static void attack_points(const target *t, rl_random *random, size_t points)
{
    rl_error err = { 0 };
    const size_t lanes = (size_t)rl_net_lanes(t->net);
    rl_pass *pass = rl_pass_new(t->net, BATCH, &err);
    float *x = calloc(BATCH * t->inputs * lanes, sizeof *x);
    for (size_t done = 0; done < points; done += BATCH * lanes) {
        for (size_t i = 0; i < BATCH * t->inputs * lanes; i++) {
            const rl_interval side = t->box[i / lanes % t->inputs];
            const size_t kind = below(random, 8); /* often at an end: there the extremes are */
            x[i] = kind == 0   ? side.lo
                   : kind == 1 ? side.hi
                               : held(uniform(random, (double)side.lo, (double)side.hi), side);
        }
        rl_forward(t->net, pass, x, BATCH);
        check_pass(t, pass, BATCH);
    }
    free(x);
    rl_pass_free(pass);
}

static void attack_corners(const target *t)
{
    rl_error err = { 0 };
    const size_t lanes = (size_t)rl_net_lanes(t->net), corners = (size_t)1 << t->inputs;
    rl_pass *pass = rl_pass_new(t->net, (int)corners, &err);
    float *x = calloc(corners * t->inputs * lanes, sizeof *x);
    assert_no_error(&err);
    for (size_t c = 0; c < corners; c++)
        for (size_t k = 0; k < t->inputs; k++)
            for (size_t l = 0; l < lanes; l++)
                x[(c * t->inputs + k) * lanes + l] = c >> k & 1 ? t->box[k].hi : t->box[k].lo;
    rl_forward(t->net, pass, x, (int)corners);
    check_pass(t, pass, (int)corners);
    free(x);
    rl_pass_free(pass);
}

/* Climbs z of one unit (or -z) from random starts, by finite differences (kinks and flat parts do not matter so), and
 * stays in the box. All lanes climb at once, each its own net's unit. */
static void attack_uphill(const target *t, rl_random *random, size_t unit, double sign)
{
    enum { MOST_INPUTS = 8, STEPS = 12 };
    rl_error err = { 0 };
    const size_t lanes = (size_t)rl_net_lanes(t->net), inputs = t->inputs;
    const rl_unit who = t->found[0][unit].unit;
    const rl_node_info info = rl_net_node(t->net, who.node);
    rl_pass *pass = rl_pass_new(t->net, MOST_INPUTS + 1, &err);
    float *x = calloc((MOST_INPUTS + 1) * inputs * lanes, sizeof *x);
    for (size_t i = 0; i < inputs * lanes; i++)
        x[i] = held(uniform(random, (double)t->box[i / lanes].lo, (double)t->box[i / lanes].hi), t->box[i / lanes]);
    double stride = 0.5;
    for (int step = 0; step < STEPS; step++, stride *= 0.8) {
        for (size_t k = 0; k < inputs; k++) { /* row k + 1: feature k moved */
            memcpy(x + (k + 1) * inputs * lanes, x, inputs * lanes * sizeof *x);
            const double width = (double)t->box[k].hi - (double)t->box[k].lo;
            for (size_t l = 0; l < lanes; l++) {
                float *moved = &x[((k + 1) * inputs + k) * lanes + l];
                *moved = held((double)*moved + 1e-3 * width, t->box[k]);
            }
        }
        rl_forward(t->net, pass, x, (int)inputs + 1);
        check_pass(t, pass, (int)inputs + 1);
        const float *z = rl_values(pass, info.reads[0]);
        for (size_t k = 0; k < inputs; k++)
            for (size_t l = 0; l < lanes; l++) {
                const size_t first = (size_t)who.unit * (size_t)info.positions; /* of a picture: its first position */
                const double here = (double)z[first * lanes + l],
                             there = (double)z[((k + 1) * (size_t)info.values + first) * lanes + l];
                const double width = (double)t->box[k].hi - (double)t->box[k].lo;
                const double way = sign * (there - here);
                float *at = &x[k * lanes + l];
                *at = held((double)*at + (way > 0 ? 1 : way < 0 ? -1 : 0) * stride * width, t->box[k]);
            }
    }
    free(x);
    rl_pass_free(pass);
}

/* Nets of every curve, of several shapes and sizes of weights, in boxes of several sizes. */
static void no_attack_breaks_a_proof(void **state)
{
    (void)state;
    size_t curves, dead = 0, claimed = 0, points = 0;
    const rl_activation *const *all = rl_activations(&curves);
    rl_random random = rl_random_stream(7, RL_FOR_TESTS, 2);
    target *t = malloc(sizeof *t);
    for (size_t c = 0; c < curves; c++)
        for (size_t shape = 0; shape < SHAPES; shape++) {
            static const double sizes[] = { 0.05, 0.5, 2, 0.2, 1 }, scales[] = { 1, 1, 4, 0.3, 1 };
            const size_t kind = (c + shape) % 5;
            const int wanted = all_lanes[(c + 2 * shape) % LANE_COUNTS],
                      lanes = rl_lanes_supported(wanted) ? wanted : 1;
            *t = (target){ .net = some_net(&random, shape, all[c]->name, lanes, scales[kind]) };
            t->inputs = (size_t)rl_net_inputs(t->net);
            for (size_t k = 0; k < t->inputs; k++) {
                const double middle = 2 * rl_random_normal(&random);
                t->box[k] = (rl_interval){ (float)(middle - sizes[kind]), (float)(middle + sizes[kind]) };
            }
            certify_all(t);
            const size_t share = 1100000 / (curves * SHAPES);
            attack_points(t, &random, share);
            points += share;
            attack_corners(t);
            for (size_t u = 0; u < t->units; u += 3) {
                attack_uphill(t, &random, u, 1);
                attack_uphill(t, &random, u, -1);
            }
            dead += t->dead;
            claimed += t->claimed;
            rl_net_free(t->net);
        }
    free(t);
    print_message("# %zu points; of %zu units %zu proved dead\n", points, claimed, dead);
    assert_true(points >= 1000000);
    assert_true(dead > claimed / 50); /* else nothing was at stake */
}

/* A box of one point: bounds are what rounding leaves, and the kernel's values of every width lie within. Sums that
 * cancel show a bound that forgot the rounding of float32. */
static void a_point_leaves_only_rounding(void **state)
{
    (void)state;
    rl_random random = rl_random_stream(3, RL_FOR_TESTS, 3);
    for (int n = 0; n < 40; n++) {
        rl_error err = { 0 };
        const int lanes = all_lanes[n % LANE_COUNTS];
        if (!rl_lanes_supported(lanes))
            continue;
        rl_net *net = rl_net_new((rl_net_config){ .lanes = lanes, .seed = (uint64_t)n }, &err);
        rl_net_append(net, "input 200; dense 40; relu; dense 40; identity; dense 1", (rl_dense_config){ 0 }, &err);
        float *x = calloc(200 * (size_t)lanes, sizeof *x), *w = rl_parameters(net, NULL);
        rl_interval box[200];
        for (size_t k = 0; k < 200; k++) {
            const float value = (float)(1000 * rl_random_normal(&random));
            box[k] = (rl_interval){ value, value };
            for (int l = 0; l < lanes; l++)
                x[k * (size_t)lanes + (size_t)l] = value;
        }
        for (size_t i = 0; i < 40; i++) /* weights that cancel: the second half takes back what the first gave */
            for (size_t k = 100; k < 200; k++)
                for (int l = 0; l < lanes; l++) {
                    const double back = (double)w[(i * 200 + k - 100) * (size_t)lanes + (size_t)l] *
                                        (double)box[k - 100].lo / (double)box[k].lo;
                    w[(i * 200 + k) * (size_t)lanes + (size_t)l] = -(float)back;
                }
        rl_pass *pass = rl_pass_new(net, 1, &err);
        rl_forward(net, pass, x, 1);
        for (int l = 0; l < lanes; l++) {
            rl_certificate found[80];
            size_t count;
            assert_true(rl_certify_bounds(net, l, box, found, 80, &count, &err));
            assert_int_equal(count, 80);
            for (size_t i = 0; i < 80; i++) {
                const rl_node node = found[i].unit.node - 1;
                const float z = rl_values(pass, node)[(size_t)found[i].unit.unit * (size_t)lanes + (size_t)l];
                assert_true(found[i].z.lo <= z && z <= found[i].z.hi);
            }
        }
        rl_pass_free(pass);
        free(x);
        rl_net_free(net);
    }
}

/* x added to itself again and again: each sum rounds, and the bounds must allow for all of it. */
static void sums_of_skips_round_too(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_net *net = rl_net_new((rl_net_config){ 0 }, &err);
    rl_net_append(net, "input 1", (rl_dense_config){ 0 }, &err);
    for (int i = 0; i < 60; i++)
        rl_net_append(net, "add 0", (rl_dense_config){ 0 }, &err);
    rl_net_append(net, "identity; dense 1", (rl_dense_config){ 0 }, &err);
    rl_pass *pass = rl_pass_new(net, 1, &err);
    rl_random random = rl_random_stream(4, RL_FOR_TESTS, 6);
    for (int n = 0; n < 50; n++) {
        const float x = (float)rl_random_normal(&random);
        rl_certificate found;
        size_t count;
        assert_true(rl_certify_bounds(net, 0, &(rl_interval){ x, x }, &found, 1, &count, &err));
        rl_forward(net, pass, &x, 1);
        const float z = rl_values(pass, found.unit.node - 1)[0];
        assert_true(found.z.lo <= z && z <= found.z.hi);
        assert_true((double)found.z.hi - (double)found.z.lo < 1e-5 * fabs((double)z));
    }
    rl_pass_free(pass);
    rl_net_free(net);
}

/* ---- Tight ------------------------------------------------------------------------------------------------------------- */

/* The first layer: Σ max(w lo, w hi) + b, but for the roundings of one float32 sum. */
static void first_layer_bounds_are_tight(void **state)
{
    (void)state;
    enum { INPUTS = 64, UNITS = 32 };
    rl_random random = rl_random_stream(5, RL_FOR_TESTS, 4);
    rl_error err = { 0 };
    rl_net *net = rl_net_new((rl_net_config){ .seed = 5 }, &err);
    rl_net_append(net, "input 64; dense 32; relu; dense 4", (rl_dense_config){ .bias = -0.3f }, &err);
    rl_interval box[INPUTS];
    for (size_t k = 0; k < INPUTS; k++) {
        const double middle = rl_random_normal(&random), half = rl_random_uniform(&random);
        box[k] = (rl_interval){ (float)(middle - half), (float)(middle + half) };
    }
    rl_certificate found[UNITS];
    size_t count;
    assert_true(rl_certify_bounds(net, 0, box, found, UNITS, &count, &err));
    const float *w = rl_parameters(net, NULL);
    for (size_t u = 0; u < UNITS; u++) {
        double lo = (double)w[INPUTS * UNITS + u], hi = lo, lo_size = fabs(lo), hi_size = fabs(lo);
        for (size_t k = 0; k < INPUTS; k++) {
            const double p = (double)w[u * INPUTS + k] * (double)box[k].lo,
                         q = (double)w[u * INPUTS + k] * (double)box[k].hi;
            lo += fmin(p, q);
            lo_size += fabs(fmin(p, q));
            hi += fmax(p, q);
            hi_size += fabs(fmax(p, q));
        }
        const double room = (INPUTS + 3) * 0x1p-24;
        assert_true((double)found[u].z.lo <= lo && (double)found[u].z.lo >= lo - room * lo_size);
        assert_true((double)found[u].z.hi >= hi && (double)found[u].z.hi <= hi + room * hi_size);
    }
    rl_net_free(net);
}

/* No term above 0, and no bias: no order of summing and no rounding can wake the unit. */
static void sums_without_a_positive_term_are_proved(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_net *net = rl_net_new((rl_net_config){ 0 }, &err);
    rl_net_append(net, "input 5; dense 3; sigmoid; dense 2; relu; dense 1", (rl_dense_config){ 0 }, &err);
    float *w = rl_parameters(net, NULL);
    const rl_node_info second = rl_net_node(net, 3);
    for (size_t k = 0; k < 3; k++) {
        w[second.offset + k] = -0.1f * (float)k; /* unit 0: -, 0 and so on */
        w[second.offset + 3 + k] = 0;            /* unit 1: nothing at all, z is exactly 0 */
    }
    const rl_interval box[] = { { -9, 9 }, { -9, 9 }, { -9, 9 }, { -9, 9 }, { -9, 9 } };
    rl_unit dead[8];
    size_t count;
    assert_true(rl_certify(net, 0, box, dead, 8, &count, &err));
    assert_int_equal(count, 2);
    assert_int_equal(dead[0].node, 4);
    assert_true(dead[0].unit == 0 && dead[1].unit == 1);
    assert_true(rl_certify(net, 0, box, dead, 1, &count, &err)); /* little room: the count is still whole */
    assert_int_equal(count, 2);
    rl_net_free(net);
}

/* Linear bounds are never the looser ones, and on deep nets much tighter. */
static void linear_bounds_tighten_deep_nets(void **state)
{
    (void)state;
    static const char *const curves[] = { "relu", "leaky_relu", "tanh", "gelu", "hard_swish", "elu" };
    for (size_t c = 0; c < sizeof curves / sizeof *curves; c++) {
        static rl_certificate linear[MOST_UNITS], plain[MOST_UNITS];
        double ratio = 0;
        size_t ratios = 0, dead_linear = 0, dead_plain = 0;
        for (uint64_t seed = 0; seed < 6; seed++) {
            rl_error err = { 0 };
            char layers[256];
            snprintf(layers, sizeof layers,
                "input 4; dense 20; %s; dense 20; %s; dense 20; %s; dense 20; %s; dense 20; %s; dense 3", curves[c],
                curves[c], curves[c], curves[c], curves[c]);
            rl_net *net = rl_net_new((rl_net_config){ .seed = seed }, &err);
            rl_net_append(net, layers, (rl_dense_config){ .bias = -0.1f }, &err);
            const rl_interval box[] = { { 0, 0.2f }, { 0.5f, 0.7f }, { -0.3f, -0.1f }, { -1, -0.8f } };
            size_t count, same;
            assert_true(rl_certify_by(net, 0, box, true, linear, MOST_UNITS, &count, &err));
            assert_true(rl_certify_by(net, 0, box, false, plain, MOST_UNITS, &same, &err));
            assert_int_equal(count, same);
            for (size_t u = 0; u < count; u++) {
                assert_true(linear[u].z.lo >= plain[u].z.lo && linear[u].z.hi <= plain[u].z.hi);
                assert_true(linear[u].dead || !plain[u].dead);
                dead_linear += linear[u].dead;
                dead_plain += plain[u].dead;
                if (u >= count - 20) {
                    ratio += ((double)linear[u].z.hi - (double)linear[u].z.lo) /
                             ((double)plain[u].z.hi - (double)plain[u].z.lo);
                    ratios++;
                }
            }
            rl_net_free(net);
        }
        ratio /= (double)ratios;
        print_message("# %s: linear bounds of the fifth layer are %.3f as wide; proved dead %zu, by intervals %zu\n",
            curves[c], ratio, dead_linear, dead_plain);
        assert_true(ratio < 0.7);
        assert_true(dead_linear >= dead_plain);
    }
}

/* ---- What must not be claimed ------------------------------------------------------------------------------------------- */

/* Weights that are no numbers or so large that sums overflow: nothing is known, here and after. */
static void nothing_is_claimed_of_broken_units(void **state)
{
    (void)state;
    static const float broken[] = { NAN, INFINITY, FLT_MAX };
    for (size_t n = 0; n < sizeof broken / sizeof *broken; n++) {
        rl_error err = { 0 };
        rl_net *net = rl_net_new((rl_net_config){ 0 }, &err);
        rl_net_append(net, "input 2; dense 2; relu6; dense 1; relu; dense 1", (rl_dense_config){ .bias = -5 }, &err);
        float *w = rl_parameters(net, NULL);
        w[0] = broken[n];
        const rl_interval box[] = { { -3, 3 }, { -3, 3 } };
        rl_certificate found[4];
        size_t count;
        assert_true(rl_certify_bounds(net, 0, box, found, 4, &count, &err));
        assert_int_equal(count, 3);
        assert_false(found[0].dead || found[0].constant || found[2].dead || found[2].constant);
        assert_true(isinf(found[0].z.lo) && isinf(found[2].z.hi));
        rl_net_free(net);
    }
}

static void bad_boxes_are_refused(void **state)
{
    (void)state;
    const rl_interval boxes[][2] = { { { 0, 1 }, { 1, 0 } }, { { 0, NAN }, { 0, 1 } }, { { NAN, 0 }, { 0, 1 } },
        { { -INFINITY, 0 }, { 0, 1 } }, { { 0, INFINITY }, { 0, 1 } } };
    for (size_t i = 0; i < sizeof boxes / sizeof *boxes; i++) {
        rl_error err = { 0 };
        rl_net *net = rl_net_new((rl_net_config){ 0 }, &err);
        rl_net_append(net, "input 2; dense 2; relu; dense 1", (rl_dense_config){ 0 }, &err);
        rl_certificate found[2];
        size_t count = 9;
        assert_false(rl_certify_bounds(net, 0, boxes[i], found, 2, &count, &err));
        assert_int_equal(err.code, RL_BAD_CONFIG);
        assert_int_equal(count, 0);
        rl_net_free(net);
    }
}

/* ---- Boxes of raw inputs ------------------------------------------------------------------------------------------------ */

/* Standardisation is part of the net: every raw input in the box, standardised as data are, lies in the carried box, and
 * the ends do exactly. */
static void a_raw_box_goes_through_standardisation(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_dataset *data = normal_data(200, 3, 2, 11);
    for (size_t i = 0; i < 600; i++)
        data->x[i] = data->x[i] * (i % 3 == 0 ? 1e-3f : 30.0f) + (i % 3 == 2 ? 1e4f : 3.0f);
    rl_scaling scaling;
    rl_interval box[3];
    assert_true(rl_scaling_measure(data, &scaling, (rl_memory){ 0 }, &err));
    assert_true(rl_box_load("data", 3, data, box, &err));
    assert_true(rl_box_scale(&scaling, box, &err));
    rl_scaling_apply(&scaling, data);
    for (size_t j = 0; j < 3; j++) {
        float lo = INFINITY, hi = -INFINITY;
        for (size_t r = 0; r < 200; r++) {
            lo = fminf(lo, data->x[r * 3 + j]);
            hi = fmaxf(hi, data->x[r * 3 + j]);
        }
        assert_true(box[j].lo == lo && box[j].hi == hi);
    }
    scaling.deviation[1] = FLT_MIN;
    assert_false(rl_box_scale(&scaling, (rl_interval[3]){ { 0, 1 }, { -1e30f, 1e30f }, { 0, 1 } }, &err));
    rl_scaling_free(&scaling);
    rl_data_free(data);
}

static void boxes_are_read(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_interval box[2];
    char folder[] = "/tmp/relive-box-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/box.csv", folder);
    assert_true(rl_box_load("-1,0.5", 2, NULL, box, &err));
    assert_true(box[0].lo == -1 && box[1].hi == 0.5f);
    static const struct {
        const char *text;
        bool good;
    } files[] = { { "lo,hi\n-1,2\n3,3\n", true }, { "-1,2\n3,3.5\n", true }, { "-1,2\n3,2\n", false },
        { "-1,2\n", false }, { "-1,2\n3,4\n5,6\n", false }, { "-1,2,3\n3,4,5\n", false }, { "-1,nan\n3,4\n", false },
        { "-1,up\n3,4\n", false }, { "", false }, { "1\n2\n", false } };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        FILE *file = fopen(path, "w");
        fputs(files[i].text, file);
        fclose(file);
        err = (rl_error){ 0 };
        if (rl_box_load(path, 2, NULL, box, &err) != files[i].good)
            fail_msg("box file %zu: %s", i, err.text);
        if (files[i].good)
            assert_true(box[0].lo == -1 && box[0].hi == 2 && box[1].lo == 3);
    }
    remove(path);
    rmdir(folder);
    static const char *const bad[] = { "1,0", "nan,1", "0,inf", "0,", ",1", "0", "none.csv", "", "1e99,2e99", "data" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        err = (rl_error){ 0 };
        if (rl_box_load(bad[i], 2, NULL, box, &err) || !err.code)
            fail_msg("box \"%s\" was taken", bad[i]);
    }
}

static bool certify_with_memory(rl_memory memory, rl_error *err)
{
    rl_net *net = rl_net_new((rl_net_config){ .memory = memory }, err);
    if (net)
        rl_net_append(net, "input 2; dense 3; relu; dense 3; tanh; add 2; dense 1", (rl_dense_config){ 0 }, err);
    const rl_interval box[] = { { 0, 1 }, { 0, 1 } };
    rl_unit dead[6];
    size_t count;
    bool done = net && rl_certify(net, 0, box, dead, 6, &count, err);
    rl_net_free(net);
    return done;
}

static void memory_may_run_out(void **state)
{
    (void)state;
    fail_every_allocation(certify_with_memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_hold_for_every_curve),
        cmocka_unit_test(relu_lines_are_the_papers),
        cmocka_unit_test(lines_are_close),
        cmocka_unit_test(flat_is_where_the_exact_slope_is_zero),
        cmocka_unit_test(no_attack_breaks_a_proof),
        cmocka_unit_test(a_point_leaves_only_rounding),
        cmocka_unit_test(sums_of_skips_round_too),
        cmocka_unit_test(first_layer_bounds_are_tight),
        cmocka_unit_test(sums_without_a_positive_term_are_proved),
        cmocka_unit_test(linear_bounds_tighten_deep_nets),
        cmocka_unit_test(nothing_is_claimed_of_broken_units),
        cmocka_unit_test(bad_boxes_are_refused),
        cmocka_unit_test(a_raw_box_goes_through_standardisation),
        cmocka_unit_test(boxes_are_read),
        cmocka_unit_test(memory_may_run_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
