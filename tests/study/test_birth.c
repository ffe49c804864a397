/* Born dead: known shares within 4 standard errors, and net by net what a census of the real net says. */
#include "study/birth.h"

#include "nets.h"

static rl_births run(rl_birth birth)
{
    rl_error err = { 0 };
    rl_births births;
    birth.activation = birth.activation.curve ? birth.activation : (rl_arm){ .curve = &rl_relu };
    rl_birth_run(&birth, &births, &err);
    assert_no_error(&err);
    assert_int_equal(births.trials, birth.trials);
    assert_false(births.interrupted);
    return births;
}

static void assert_near(double found, double expected, double se)
{
    if (!(fabs(found - expected) <= 4 * se))
        fail_msg("%g, expected %g within 4 x %g", found, expected, se);
}

static double binomial_se(double p, size_t n)
{
    return sqrt(p * (1 - p) / (double)n);
}

/* P(some layer all dead) = 1 - Π(1 - 2^-N), for any input, with and without biases. */
static void dying_at_a_point(void **state)
{
    (void)state;
    static const struct {
        int width, depth, fan_in;
        double bias_sd;
        size_t trials;
    } shapes[] = { { 2, 2, 1, 0, 100000 }, { 2, 20, 1, 0, 100000 }, { 3, 10, 1, 0, 100000 }, { 5, 6, 2, 0, 50000 },
        { 4, 3, 7, 0, 50000 }, { 10, 2, 1, 0, 20000 }, { 10, 20, 1, 0, 2000 }, { 3, 10, 2, 0.7, 50000 } };
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        rl_births births = run((rl_birth){ .width = shapes[i].width,
            .depth = shapes[i].depth,
            .fan_in = shapes[i].fan_in,
            .bias_sd = shapes[i].bias_sd,
            .trials = shapes[i].trials,
            .first_seed = 1 });
        double expected = 1 - pow(1 - pow(2, -shapes[i].width), shapes[i].depth - 1);
        assert_true(fabs(births.born_dead_formula - expected) < 1e-12);
        assert_near(births.born_dead.share, expected, binomial_se(expected, shapes[i].trials));
        assert_near(births.born_dead.se, binomial_se(expected, shapes[i].trials), births.born_dead.se / 10);
        assert_near(births.dead_units.share, 0.5, births.dead_units.se);
    }
}

/* Bias-free nets on a line, whose shares are known from simulations by others. */
static void constant_on_a_line(void **state)
{
    (void)state;
    static const struct {
        int width;
        double share, se;
        size_t trials;
    } known[] = { { 2, 0.8792, 0.0005, 300000 }, { 3, 0.5795, 0.0008, 100000 }, { 5, 0.1281, 0.0005, 40000 } };
    for (size_t i = 0; i < 3; i++) {
        rl_births births =
            run((rl_birth){ .width = known[i].width, .depth = 10, .inputs = RL_LINE, .trials = known[i].trials });
        assert_near(births.born_dead.share, known[i].share, hypot(known[i].se, births.born_dead.se));
        assert_true(births.exact && births.dead_units.share == 0);
        rl_births kind = run((rl_birth){
            .width = known[i].width, .depth = 10, .inputs = RL_LINE, .trials = 5000, .init = &rl_asymmetric });
        assert_true(kind.born_dead.share < births.born_dead.share - 10 * kind.born_dead.se);
        assert_true(isnan(kind.born_dead_formula));
    }
    assert_true(run((rl_birth){ .width = 3, .depth = 2, .inputs = RL_LINE, .trials = 20000 }).born_dead.share == 0);
}

/* First-layer units on a ball: F_d(-√d·R·σw/σb); r·σw = σb gives 1/4, 0.1464, 0.0378 for d = 1, 2, 5. */
static void units_on_a_ball(void **state)
{
    (void)state;
    static const struct {
        int d;
        double radius, sd, bias_sd, share;
    } known[] = { { 1, 2, 0.5, 1, 0.25 }, { 2, 1, 0.5, 0.5, 0.1464466 }, { 5, 0.5, 2, 1, 0.0377934 },
        { 1, 3, 1, 1, 0.1024164 } };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        rl_birth birth = { .width = 4,
            .depth = 2,
            .fan_in = known[i].d,
            .init = &rl_normal,
            .init_sd = (float)known[i].sd,
            .bias_sd = known[i].bias_sd,
            .inputs = RL_BALL,
            .radius = known[i].radius,
            .trials = 20000 };
        rl_births births = run(birth);
        assert_true(fabs(births.dead_units_formula - known[i].share) < 1e-6);
        assert_near(births.dead_units.share, known[i].share, binomial_se(known[i].share, 4 * birth.trials));
        assert_true(births.dead_units.se > 0);
        double all = pow(known[i].share, 4);
        assert_true(fabs(births.born_dead_formula - all) < 1e-5);
        assert_near(births.proved.share, all, binomial_se(all, birth.trials) + 1e-4);
        assert_true(births.proved.share <= births.born_dead.share);
        assert_int_equal(births.exact, known[i].d == 1);
    }
    rl_birth he = { .width = 4, .depth = 2, .inputs = RL_BALL, .radius = 1, .bias_sd = sqrt(2), .trials = 20000 };
    assert_near(run(he).dead_units.share, 0.25, binomial_se(0.25, 80000)); /* He: σw = √2 for one input */
    assert_true(fabs(run(he).dead_units_formula - 0.25) < 1e-12);
    he.bias_sd = 0;
    assert_true(run(he).dead_units.share == 0 && run(he).dead_units_formula == 0);
}

/* ---- Net by net: the library's own net of that seed, its census over many points ---- */

/* Interval bounds over the ball, from the net's own parameters: is some hidden layer of ReLU units never above 0? */
static bool bounds_say_dead(const rl_birth *birth, rl_net *net)
{
    double low[8] = { 0 }, high[8] = { 0 };
    const float *w = rl_parameters(net, NULL);
    for (int i = 1; i < birth->depth; i++) {
        const int inputs = i > 1 ? birth->width : birth->fan_in;
        const float *b = w + inputs * birth->width;
        double next_low[8] = { 0 }, next_high[8] = { 0 }, highest = -INFINITY;
        for (int u = 0; u < birth->width; u++) {
            double bounds[2] = { (double)b[u], (double)b[u] }, squares = 0;
            for (int k = 0; k < inputs; k++) {
                const double weight = (double)w[u * inputs + k];
                squares += weight * weight;
                bounds[0] += i > 1 ? fmin(weight * low[k], weight * high[k]) : 0;
                bounds[1] += i > 1 ? fmax(weight * low[k], weight * high[k]) : 0;
            }
            const double span = i > 1 ? 0 : birth->radius * sqrt(squares);
            highest = fmax(highest, bounds[1] + span);
            next_low[u] = fmax(0, bounds[0] - span);
            next_high[u] = fmax(0, bounds[1] + span);
        }
        if (highest <= 0)
            return true;
        memcpy(low, next_low, sizeof low);
        memcpy(high, next_high, sizeof high);
        w = b + birth->width;
    }
    return false;
}

typedef struct {
    bool bounded;         /* bounds over the ball prove it dead */
    bool lives_somewhere; /* at some of the points every hidden layer conducts */
    int dead_first;       /* first-layer units dead on all of them */
} seen;

static seen look(const rl_birth *birth, uint64_t seed, const rl_dataset *points)
{
    rl_error err = { 0 };
    seen s = { 0 };
    rl_net *net = rl_net_new((rl_net_config){ .seed = seed }, &err);
    rl_node x = rl_input(net, (rl_shape){ 1, { birth->fan_in } }, &err);
    for (int i = 1; i < birth->depth; i++) {
        x = rl_dense(net, x, (rl_dense_config){ .units = birth->width, .init = birth->init }, &err);
        x = rl_activate_with(net, x,
            (rl_activation_config){ .curve = birth->activation.curve, .alpha = &birth->activation.alpha }, &err);
    }
    rl_dense(net, x, (rl_dense_config){ .units = 1 }, &err);
    if (birth->bias_sd > 0) /* as the cradle adds them */
        for (int i = 1; i < birth->depth; i++) {
            rl_node_info dense = rl_net_node(net, 2 * i - 1);
            rl_random spread = rl_random_stream(seed, RL_FOR_BIRTH, (uint64_t)(2 * i - 1));
            for (size_t u = dense.weights; u < dense.parameters; u++)
                rl_parameters(net, NULL)[dense.offset + u] += (float)(birth->bias_sd * rl_random_normal(&spread));
        }
    s.bounded = birth->inputs == RL_BALL && bounds_say_dead(birth, net);
    rl_census *census = rl_census_new(net, &err), *whole = rl_census_new(net, &err);
    rl_census_take(whole, net, points, &err);
    for (int u = 0; u < birth->width; u++)
        s.dead_first += rl_is_dead(rl_census_vitals(whole, (size_t)u, 0));
    rl_dataset one = *points;
    one.rows = 1;
    for (size_t r = 0; r < points->rows && !s.lives_somewhere; r++) {
        one.x = points->x + r * points->features;
        rl_census_take(census, net, &one, &err);
        s.lives_somewhere = true;
        for (int i = 0; i + 1 < birth->depth; i++) {
            int dead = 0;
            for (int u = 0; u < birth->width; u++)
                dead += rl_is_dead(rl_census_vitals(census, (size_t)(i * birth->width + u), 0));
            s.lives_somewhere = s.lives_somewhere && dead < birth->width;
        }
    }
    assert_no_error(&err);
    rl_census_free(census);
    rl_census_free(whole);
    rl_net_free(net);
    return s;
}

/* At a point both must agree; on a line or ball no sampled point may live in a net that was called dead on it, and
 * hardly a net called alive may have none. */
static void agree(rl_birth birth, int nets)
{
    rl_error err = { 0 };
    const size_t rows = birth.inputs == RL_POINT ? 1 : 401, d = (size_t)birth.fan_in;
    rl_dataset *points = rl_data_new("points", rows, d, 0, 1, (rl_memory){ 0 }, &err);
    rl_random random = rl_random_stream(9, RL_FOR_TESTS, 0);
    for (size_t r = 0; r < rows; r++) {
        double s = birth.inputs == RL_LINE ? ((double)r - 200) * fabs((double)r - 200) / 400 : 1, squares = 0;
        for (size_t i = 0; i < d; i++) {
            points->x[r * d + i] = birth.inputs == RL_BALL ? (float)rl_random_normal(&random) : (float)s;
            squares += pow((double)points->x[r * d + i], 2);
        }
        for (size_t i = 0; i < d && birth.inputs == RL_BALL; i++)
            points->x[r * d + i] *=
                (float)(birth.radius * 0.9999 * pow(rl_random_uniform(&random), 0.3) / sqrt(squares));
    }
    rl_cradle *cradle = rl_cradle_new(&birth, &err);
    assert_no_error(&err);
    int unseen = 0, alive = 0;
    for (int t = 0; t < nets; t++) {
        rl_newborn born = rl_cradle_bear(cradle, (uint64_t)t);
        seen s = look(&birth, (uint64_t)t, points);
        alive += !born.dead;
        unseen += !born.dead && !s.lives_somewhere;
        if ((birth.inputs != RL_BALL && born.dead && s.lives_somewhere) || (born.proved && s.lives_somewhere))
            fail_msg("net %d is called dead and lives", t);
        if (birth.inputs == RL_BALL && birth.activation.curve == &rl_relu && birth.fan_in > 1)
            assert_int_equal(born.proved, s.bounded);
        if (birth.inputs == RL_POINT)
            assert_int_equal(born.dead_units, s.dead_first);
        else
            assert_true(born.dead_units <= s.dead_first);
    }
    assert_true(alive > 0 && alive < nets);
    if (unseen > (birth.inputs == RL_POINT ? 0 : nets / 20))
        fail_msg("%d of %d nets are called alive and no point lives", unseen, nets);
    rl_cradle_free(cradle);
    rl_data_free(points);
}

static void the_real_nets_say_the_same(void **state)
{
    (void)state;
    const rl_arm relu = { .curve = &rl_relu }, relu6 = { .curve = &rl_relu6 }, swish = { .curve = &rl_hard_swish };
    rl_birth base = { .width = 3, .depth = 6, .fan_in = 2, .trials = 1, .radius = 1.5 };
    base.activation = relu;
    agree(base, 300);
    base.bias_sd = 0.6;
    agree(base, 300);
    base.inputs = RL_LINE;
    base.depth = 8;
    base.width = 2;
    agree(base, 300);
    base.inputs = RL_BALL;
    agree(base, 300);
    base.fan_in = 1;
    agree(base, 300);
    base.activation = relu6;
    base.init = &rl_normal;
    base.init = &rl_asymmetric;
    agree(base, 300);
    base.init = NULL;
    base.bias_sd = 3;
    base.inputs = RL_LINE;
    agree(base, 300);
    base.inputs = RL_POINT;
    base.activation = swish;
    agree(base, 300);
}

/* ---- The rest ---- */

static void threads_change_nothing_and_leaky_units_live(void **state)
{
    (void)state;
    rl_birth birth = {
        .width = 3, .depth = 5, .fan_in = 3, .inputs = RL_BALL, .radius = 1, .bias_sd = 1, .trials = 999, .threads = 1
    };
    rl_births one = run(birth);
    birth.threads = 3;
    rl_births three = run(birth);
    assert_true(one.born_dead.share == three.born_dead.share && one.dead_units.se == three.dead_units.se);
    assert_true(one.born_dead.share > 0 && one.proved.share > 0);
    birth.first_seed = 999;
    assert_true(run(birth).dead_units.share != one.dead_units.share);
    birth.activation = (rl_arm){ .curve = &rl_leaky_relu, .alpha = 0.01f };
    assert_true(run(birth).born_dead.share == 0 && run(birth).dead_units.share == 0);
    birth.activation.alpha = 0;
    assert_true(run(birth).born_dead.share > 0);
    birth.activation.curve = &rl_relu;
    birth.init = &rl_zeros;
    birth.bias_sd = 0;
    for (int inputs = RL_POINT; inputs <= RL_BALL; inputs++) {
        birth.inputs = (rl_born_on)inputs;
        assert_true(run(birth).born_dead.share == 1 && run(birth).dead_units.share == 1);
    }
}

static bool stop_soon(void *self)
{
    return ++*(int *)self < 4;
}

static void stops_when_told(void **state)
{
    (void)state;
    int asked = 0;
    rl_error err = { 0 };
    rl_births births;
    rl_birth birth = { .width = 3,
        .depth = 5,
        .trials = 100000,
        .threads = 1,
        .activation = { .curve = &rl_relu },
        .keep_going = stop_soon,
        .self = &asked };
    assert_true(rl_birth_run(&birth, &births, &err));
    assert_true(births.interrupted && births.trials > 0 && births.trials < 1000);
    asked = 3;
    assert_false(rl_birth_run(&birth, &births, &err));
    assert_int_equal(err.code, RL_INTERRUPTED);
}

static void nonsense_is_refused(void **state)
{
    (void)state;
    const rl_birth good = { .width = 3, .depth = 5, .trials = 10, .activation = { .curve = &rl_relu } };
    rl_birth bad[8] = { good, good, good, good, good, good, good, good };
    bad[0].width = 0;
    bad[1].depth = 1;
    bad[2].trials = 0;
    bad[3].bias_sd = NAN;
    bad[4].inputs = RL_BALL;
    bad[5].inputs = RL_LINE;
    bad[5].activation.curve = &rl_gelu;
    bad[6].bias_sd = -1;
    bad[7].activation.curve = NULL;
    for (size_t i = 0; i < 8; i++) {
        rl_error err = { 0 };
        rl_births births;
        assert_false(rl_birth_run(&bad[i], &births, &err));
        assert_int_equal(err.code, RL_BAD_CONFIG);
    }
    rl_error err = { 0 };
    rl_births births;
    rl_birth huge = good;
    huge.width = huge.depth = INT32_MAX;
    assert_false(rl_birth_run(&huge, &births, &err));
}

static bool bear_some(rl_memory memory, rl_error *err)
{
    rl_births births;
    return rl_birth_run(
        &(rl_birth){
            .width = 2, .depth = 3, .trials = 5, .threads = 2, .memory = memory, .activation = { .curve = &rl_relu } },
        &births, err);
}

static void memory_may_run_out(void **state)
{
    (void)state;
    fail_every_allocation(bear_some);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dying_at_a_point),
        cmocka_unit_test(constant_on_a_line),
        cmocka_unit_test(units_on_a_ball),
        cmocka_unit_test(the_real_nets_say_the_same),
        cmocka_unit_test(threads_change_nothing_and_leaky_units_live),
        cmocka_unit_test(stops_when_told),
        cmocka_unit_test(nonsense_is_refused),
        cmocka_unit_test(memory_may_run_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
