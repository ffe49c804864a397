/* The monitor: at every census it finds what a full census finds, in every lane, under every kind of curve; its events
 * say how each unit came from one state to the next; a lane's ledger is that lane's alone; it looks when it should. */
#include <stdio.h>

#include "nets.h"
#include "vital/monitor.h"

/* ---- A training that is watched twice: by the monitor, and by a full census at the same moments ---- */

typedef struct {
    const rl_dataset *data;
    rl_monitor *monitor;
    rl_census *census;
    bool *dead;      /* [units · lanes], as the events tell it */
    size_t replayed; /* events so far */
    size_t censuses, dead_seen, silent_seen;
} double_check;

static void replay(double_check *check, size_t lanes)
{
    size_t count, units = rl_monitor_units(check->monitor);
    const rl_event *events = rl_monitor_events(check->monitor, &count);
    for (; check->replayed < count; check->replayed++) {
        const rl_event *e = &events[check->replayed];
        size_t i = 0;
        while (rl_monitor_unit(check->monitor, i, 0).node != e->unit.node ||
               rl_monitor_unit(check->monitor, i, 0).unit != e->unit.unit)
            i++;
        assert_true(i < units);
        bool *dead = &check->dead[i * lanes + (size_t)e->unit.lane];
        if (e->kind == RL_BORN_DEAD || e->kind == RL_DEATH)
            assert_false(*dead);
        if (e->kind == RL_REVIVAL)
            assert_true(*dead);
        *dead = e->kind == RL_BORN_DEAD || e->kind == RL_DEATH;
    }
}

static void compare(double_check *check, const rl_net *net, long step)
{
    size_t seen = rl_monitor_censuses(check->monitor);
    if (seen == 0 || rl_monitor_step(check->monitor, seen - 1) != step)
        return;
    rl_error err = { 0 };
    const size_t lanes = (size_t)rl_net_lanes(net);
    check->censuses = seen;
    assert_true(rl_monitor_check(check->monitor, &err));
    assert_true(rl_census_take(check->census, net, check->data, &err));
    assert_int_equal(rl_census_units(check->census), rl_monitor_units(check->monitor));
    replay(check, lanes);
    for (int l = 0; l < (int)lanes; l++) {
        size_t dead = 0, silent = 0;
        for (size_t i = 0; i < rl_census_units(check->census); i++) {
            rl_vitals v = rl_census_vitals(check->census, i, l);
            rl_state state = rl_monitor_state(check->monitor, i, l);
            rl_unit a = rl_census_unit(check->census, i, l), b = rl_monitor_unit(check->monitor, i, l);
            assert_true(a.node == b.node && a.unit == b.unit && a.lane == b.lane);
            if (state.dead != rl_is_dead(v) || state.silent != rl_is_silent(v))
                fail_msg("step %ld, node %d, unit %d, lane %d: dead %d and silent %d; a census finds %d and %d", step,
                    a.node, a.unit, l, state.dead, state.silent, rl_is_dead(v), rl_is_silent(v));
            if (state.broken)
                assert_true(v.broken > 0);
            assert_int_equal(check->dead[i * lanes + (size_t)l], state.dead);
            dead += state.dead;
            silent += state.silent;
        }
        assert_int_equal(rl_monitor_dead(check->monitor, seen - 1, l), dead);
        assert_int_equal(rl_monitor_silent(check->monitor, seen - 1, l), silent);
        check->dead_seen += dead;
        check->silent_seen += silent;
    }
}

static void after(void *self, const rl_moment *now)
{
    compare(self, now->net, now->step);
}

typedef struct {
    const char *layers;
    const rl_optimiser *optimiser;
    float rate, bias;
    long every;
} course;

static rl_net *net_of(const course *c, int lanes, const uint64_t *seeds)
{
    rl_error err = { 0 };
    rl_net *net = rl_net_new((rl_net_config){ .lanes = lanes, .seed = 5, .seeds = seeds }, &err);
    rl_net_append(net, c->layers, (rl_dense_config){ .bias = c->bias }, &err);
    assert_no_error(&err);
    return net;
}

static double_check run(rl_net *net, const rl_dataset *data, const course *c)
{
    rl_error err = { 0 };
    double_check check = { .data = data };
    check.monitor = rl_monitor_new(net, data, c->every, &err);
    check.census = rl_census_new(net, &err);
    assert_no_error(&err);
    check.dead = calloc(rl_monitor_units(check.monitor) * (size_t)rl_net_lanes(net) + 1, sizeof *check.dead);
    const rl_observer observers[] = { rl_monitor_observer(check.monitor),
        { .after_step = after, .after_epoch = after, .self = &check } };
    rl_train(net, data,
        &(rl_training){ .epochs = 4,
            .batch = 16,
            .rate = c->rate,
            .optimiser = c->optimiser,
            .observers = observers,
            .observer_count = 2 },
        NULL, &err);
    assert_no_error(&err);
    return check;
}

static void done(double_check *check)
{
    rl_census_free(check->census);
    rl_monitor_free(check->monitor);
    free(check->dead);
}

static const course courses[] = {
    { "input 5; dense 12; relu; dense 3", &rl_sgd, 0.8f, -1, 0 },
    { "input 5; dense 12; relu; dense 3", &rl_momentum, 0.4f, 0, 1 },
    { "input 5; dense 9; relu:1; dense 7; relu; dense 3", &rl_sgd, 1.5f, -0.5f, 4 },
    { "input 5; dense 8; relu; dense 8; relu; dense 8; relu; dense 8; relu; dense 8; relu; dense 3", &rl_adam, 0.05f, 0,
        1 },
    { "input 5; dense 12; leaky_relu:0.1; dense 12; leaky_relu:0; dense 3", &rl_sgd, 0.8f, -1, 2 },
    { "input 5; dense 40; relu6; dense 12; relu6; dense 3", &rl_rmsprop, 0.2f, 0, 1 },
    { "input 5; dense 12; hard_swish; dense 3", &rl_momentum, 0.9f, -3, 0 },
    { "input 5; dense 12; prelu; dense 6; relu; dense 3", &rl_sgd, 0.5f, -1, 3 },
    { "input 5; dense 6; relu; dense 6; add 2; relu; dropout 0.5; dense 6; relu; dense 3", &rl_sgd, 1, -0.5f, 1 },
    { "input 5; dense 12; reshape 1x3x4; conv 4 2; relu; conv 5 2 padding 1; relu; flatten; dense 3", &rl_sgd, 0.5f,
        -0.5f, 1 },
    { "input 5; dense 12; reshape 3x2x2; conv_transposed 4 2 stride 2; relu; conv 5 2; relu; flatten; dense 3", &rl_sgd,
        0.5f, -0.5f, 1 },
    { "input 5; dense 12; batch_norm; relu; dense 12; batch_norm; relu; dense 3", &rl_sgd, 2, -0.5f, 1 },
    { "input 5; dense 12; reshape 3x2x2; conv 4 2; batch_norm; relu; flatten; dense 3", &rl_sgd, 2, -0.5f, 1 },
    { "input 5; layer_norm; dense 12; layer_norm; relu; dense 3", &rl_sgd, 1, -0.5f, 1 },
    { "input 5; dense 12; tanh; dense 12; gelu; dense 3", &rl_sgd, 0.5f, 0, 0 },
    { "input 5; dense 12; relu; dense 3", &rl_sgd, 1e20f, 0, 1 },
};
enum { COURSES = sizeof courses / sizeof *courses };

static void equals_the_census(void **state)
{
    (void)state;
    rl_dataset *data = normal_data(150, 5, 3, 2);
    size_t deaths = 0, revivals = 0, born = 0, broken = 0, silent = 0, nets = 0;
    for (int w = 0; w < LANE_COUNTS; w++)
        for (int c = 0; c < COURSES && rl_lanes_supported(all_lanes[w]); c++) {
            rl_net *net = net_of(&courses[c], all_lanes[w], NULL);
            double_check check = run(net, data, &courses[c]);
            size_t count;
            const rl_event *events = rl_monitor_events(check.monitor, &count);
            for (size_t i = 0; i < count; i++) {
                deaths += events[i].kind == RL_DEATH;
                revivals += events[i].kind == RL_REVIVAL;
                born += events[i].kind == RL_BORN_DEAD;
                broken += events[i].kind == RL_NOT_A_NUMBER;
            }
            silent += check.silent_seen - check.dead_seen;
            nets += c == 0 ? (size_t)all_lanes[w] : 0;
            assert_true(check.censuses > 1);
            done(&check);
            rl_net_free(net);
        }
    /* enough of each to mean something: 100 (10) on the 29 lanes of a processor that has all widths */
    assert_true(29 * deaths > 100 * nets && 29 * revivals > 100 * nets && 29 * born > 100 * nets);
    assert_true(29 * silent > 100 * nets && 29 * broken > 10 * nets);
    rl_data_free(data);
}

/* A witness is what it is called, and whoever is neither dead nor silent has one: that is why watching is cheap. */
static void witnesses_are_true(void **state)
{
    (void)state;
    static const char *const nets[] = { "input 5; dense 40; relu; dense 8; relu; dense 3",
        "input 5; dense 40; relu6; dense 8; relu6; dense 3" };
    rl_dataset *data = normal_data(150, 5, 3, 2);
    size_t known = 0;
    for (int n = 0; n < 2; n++) {
        const int lanes = rl_lanes_best();
        rl_error err = { 0 };
        rl_net *net = net_of(&(course){ .layers = nets[n], .bias = -2 + 6.0f * (float)n }, lanes, NULL);
        double_check check = run(net, data, &(course){ .rate = 0.3f, .every = 1 });
        rl_pass *pass = rl_pass_new(net, 1, &err);
        assert_no_error(&err);
        for (size_t i = 0; i < rl_monitor_units(check.monitor); i++)
            for (int l = 0; l < lanes; l++) {
                int32_t row = check.monitor->witness[i * (size_t)lanes + (size_t)l];
                rl_state now = rl_monitor_state(check.monitor, i, l);
                assert_int_equal(row >= 0, !now.dead && !now.silent && !now.broken);
                if (row < 0)
                    continue;
                float x[5 * 16], alpha;
                for (int f = 0; f < 5; f++)
                    for (int k = 0; k < lanes; k++)
                        x[f * lanes + k] = data->x[row * 5 + f];
                rl_forward(net, pass, x, 1);
                rl_unit unit = rl_monitor_unit(check.monitor, i, l);
                float z = rl_values(pass, rl_net_node(net, unit.node).reads[0])[unit.unit * lanes + l];
                const rl_activation *curve = rl_net_curve(net, unit.node, l, &alpha);
                assert_true(z > 0 && rl_activation_conducts(curve, alpha, z));
                known += row >= 32; /* beyond the first block */
            }
        rl_pass_free(pass);
        done(&check);
        rl_net_free(net);
    }
    assert_true(known > 0);
    rl_data_free(data);
}

/* Lanes with curves of their own, each counted under its own. */
static void curves_by_lane(void **state)
{
    (void)state;
    if (!rl_lanes_supported(8))
        return;
    rl_error err = { 0 };
    const rl_activation *curves[8] = { &rl_relu, &rl_leaky_relu, &rl_relu6, &rl_relu, &rl_tanh, &rl_relu,
        &rl_hard_swish, &rl_leaky_relu };
    const float alphas[8] = { 0, 0.1f, 0, 1, 0, 0, 0, 0 };
    rl_dataset *data = normal_data(150, 5, 3, 2);
    rl_net *net = rl_net_new((rl_net_config){ .lanes = 8, .seed = 3 }, &err);
    rl_node x = rl_input(net, (rl_shape){ 1, { 5 } }, &err);
    for (int i = 0; i < 2; i++) {
        x = rl_dense(net, x, (rl_dense_config){ .units = 10, .bias = -1 }, &err);
        x = rl_activate_with(net, x, (rl_activation_config){ .lane_curves = curves, .lane_alphas = alphas }, &err);
    }
    rl_dense(net, x, (rl_dense_config){ .units = 3 }, &err);
    assert_no_error(&err);
    double_check check = run(net, data, &(course){ .rate = 0.8f, .every = 1 });
    size_t count;
    const rl_event *events = rl_monitor_events(check.monitor, &count);
    assert_true(count > 20);
    for (size_t i = 0; i < count; i++)
        assert_true(events[i].unit.lane != 1 && events[i].unit.lane != 4); /* these cannot die */
    done(&check);
    rl_net_free(net);
    rl_data_free(data);
}

/* A lane's events are those of its seed alone, to the bit. */
static void lanes_are_alone(void **state)
{
    (void)state;
    rl_dataset *data = normal_data(150, 5, 3, 2);
    for (int c = 0; c < COURSES; c++) {
        const int lanes = rl_lanes_best();
        rl_net *net = net_of(&courses[c], lanes, NULL);
        double_check check = run(net, data, &courses[c]);
        size_t count, single_count;
        const rl_event *events = rl_monitor_events(check.monitor, &count);
        for (int l = 0; l < lanes; l += 5) {
            const uint64_t seed = 5 + (uint64_t)l;
            rl_net *single = net_of(&courses[c], 1, &seed);
            double_check alone = run(single, data, &courses[c]);
            const rl_event *its = rl_monitor_events(alone.monitor, &single_count);
            size_t k = 0;
            for (size_t i = 0; i < count; i++) {
                rl_event e = events[i];
                if (e.unit.lane != l)
                    continue;
                /* alone, a lane that has ended is not watched any further */
                if (e.step > rl_monitor_step(alone.monitor, rl_monitor_censuses(alone.monitor) - 1))
                    continue;
                assert_true(k < single_count);
                e.unit.lane = 0;
                assert_int_equal(e.step, its[k].step);
                assert_int_equal(e.since, its[k].since);
                assert_int_equal(e.kind, its[k].kind);
                assert_int_equal(e.cause, its[k].cause);
                assert_int_equal(e.row, its[k].row);
                assert_memory_equal(&e.unit, &its[k].unit, sizeof e.unit);
                assert_memory_equal(e.terms, its[k].terms, sizeof e.terms);
                assert_memory_equal(&e.z_before, &its[k].z_before, sizeof e.z_before);
                assert_memory_equal(&e.z_after, &its[k].z_after, sizeof e.z_after);
                k++;
            }
            assert_int_equal(k, single_count);
            done(&alone);
            rl_net_free(single);
        }
        done(&check);
        rl_net_free(net);
    }
    rl_data_free(data);
}

/* ---- When it looks ---- */

static void check_steps(long every, float rate, const long *expected, size_t count)
{
    rl_error err = { 0 };
    rl_dataset *data = normal_data(40, 5, 2, 1);
    rl_net *net = net_of(&(course){ "input 5; dense 4; relu; dense 2", NULL, 0, 0, 0 }, 1, NULL);
    rl_monitor *monitor = rl_monitor_new(net, data, every, &err);
    const rl_observer observer = rl_monitor_observer(monitor);
    rl_train(net, data,
        &(rl_training){ .epochs = 2, .batch = 16, .rate = rate, .observers = &observer, .observer_count = 1 }, NULL,
        &err);
    assert_no_error(&err);
    assert_int_equal(rl_monitor_censuses(monitor), count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(rl_monitor_step(monitor, i), expected[i]);
    rl_monitor_free(monitor);
    rl_net_free(net);
    rl_data_free(data);
}

static void looks_on_time(void **state)
{
    (void)state;
    check_steps(0, 0.1f, (const long[]){ 0, 3, 6 }, 3);
    check_steps(1, 0.1f, (const long[]){ 0, 1, 2, 3, 4, 5, 6 }, 7);
    check_steps(2, 0.1f, (const long[]){ 0, 2, 4, 6 }, 4);
    check_steps(4, 0.1f, (const long[]){ 0, 4, 6 }, 3);
    check_steps(100, 0.1f, (const long[]){ 0, 6 }, 2);
}

/* A run that diverges in the middle of an epoch has its last census there. */
static void looks_at_the_end_of_a_diverged_run(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_dataset *data = normal_data(400, 5, 2, 1);
    rl_net *net = net_of(&(course){ "input 5; dense 4; relu; dense 2", NULL, 0, 0, 0 }, 1, NULL);
    rl_monitor *monitor = rl_monitor_new(net, data, 0, &err);
    const rl_observer observer = rl_monitor_observer(monitor);
    rl_lane_fate fate;
    rl_train(net, data,
        &(rl_training){ .epochs = 2, .batch = 16, .rate = 1e38f, .observers = &observer, .observer_count = 1 }, &fate,
        &err);
    assert_no_error(&err);
    assert_int_equal(fate.state, RL_DIVERGED);
    assert_true(fate.diverged_at < 25);
    assert_int_equal(rl_monitor_censuses(monitor), 2);
    assert_int_equal(rl_monitor_step(monitor, 1), fate.diverged_at);
    rl_monitor_free(monitor);
    rl_net_free(net);
    rl_data_free(data);
}

/* After early stopping the last census is of the weights that were taken back. */
static void sees_the_best_weights(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_dataset *data = normal_data(64, 5, 2, 1), *other = normal_data(64, 5, 2, 9);
    for (long every = 0; every < 3; every++) {
        rl_net *net = net_of(&(course){ "input 5; dense 10; relu; dense 2", NULL, 0, -1, 0 }, 4, NULL);
        double_check check = { .data = data };
        check.monitor = rl_monitor_new(net, data, every, &err);
        check.census = rl_census_new(net, &err);
        check.dead = calloc(40, sizeof *check.dead);
        const rl_observer observers[] = { rl_monitor_observer(check.monitor),
            { .after_epoch = after, .self = &check } };
        rl_train(net, data,
            &(rl_training){ .epochs = 12,
                .batch = 8,
                .rate = 1,
                .validation = other,
                .patience = 2,
                .observers = observers,
                .observer_count = 1 },
            NULL, &err);
        assert_no_error(&err);
        long last = rl_monitor_step(check.monitor, rl_monitor_censuses(check.monitor) - 1);
        compare(&check, net, last);
        assert_true(check.censuses > 0);
        done(&check);
        rl_net_free(net);
    }
    rl_data_free(data);
    rl_data_free(other);
}

/* ---- What it says of units it cannot know, and of bad input ---- */

static void first_look_after_the_first_step(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_dataset *data = normal_data(40, 5, 2, 1);
    rl_net *net = net_of(&(course){ "input 5; dense 4; relu; dense 2", NULL, 0, -100, 0 }, 1, NULL);
    for (long step = 0; step < 2; step++) {
        rl_monitor *monitor = rl_monitor_new(net, data, 0, &err);
        size_t count;
        rl_monitor_look(monitor, net, step);
        rl_monitor_look(monitor, net, step + 1);
        const rl_event *events = rl_monitor_events(monitor, &count);
        assert_int_equal(count, 4);
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(events[i].kind, step ? RL_DEATH : RL_BORN_DEAD);
            assert_int_equal(events[i].cause, step ? RL_BY_UNSEEN : RL_BY_BIRTH);
            assert_int_equal(events[i].since, -1);
            assert_int_equal(events[i].row, -1);
        }
        rl_monitor_free(monitor);
    }
    rl_net_free(net);
    rl_data_free(data);
}

/* A broken unit is neither dead nor silent, and said to be broken once. */
static void not_a_number(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_dataset *data = normal_data(40, 5, 2, 1);
    rl_net *net = net_of(&(course){ "input 5; dense 4; relu; dense 2", NULL, 0, 0, 0 }, 1, NULL);
    rl_monitor *monitor = rl_monitor_new(net, data, 0, &err);
    rl_monitor_look(monitor, net, 0);
    rl_parameters(net, NULL)[5] = NAN; /* a weight of unit 1 */
    rl_monitor_look(monitor, net, 1);
    rl_monitor_look(monitor, net, 2);
    size_t count;
    const rl_event *events = rl_monitor_events(monitor, &count);
    assert_int_equal(count, 1);
    assert_int_equal(events[0].kind, RL_NOT_A_NUMBER);
    assert_int_equal(events[0].unit.unit, 1);
    assert_int_equal(events[0].step, 1);
    assert_string_equal(rl_event_cause(&events[0]), "not a number");
    rl_state broken = rl_monitor_state(monitor, 1, 0);
    assert_true(broken.broken && !broken.dead && !broken.silent);
    rl_monitor_free(monitor);
    rl_net_free(net);
    rl_data_free(data);
}

/* One that forgets after every step, beside one that keeps all. */
typedef struct {
    rl_monitor *keeps, *forgets;
    size_t kept, events;
} forgetting;

static void forget(void *self, const rl_moment *now)
{
    (void)now;
    forgetting *f = self;
    size_t all, fresh;
    const rl_event *theirs = rl_monitor_events(f->keeps, &all), *ours = rl_monitor_events(f->forgets, &fresh);
    assert_int_equal(all - f->kept, fresh);
    for (size_t i = 0; i < fresh; i++)
        assert_memory_equal(&theirs[f->kept + i], &ours[i], sizeof *ours);
    size_t last = rl_monitor_censuses(f->keeps), mine = rl_monitor_censuses(f->forgets);
    f->kept = all;
    f->events += fresh;
    if (last == 0)
        return;
    assert_in_range(mine, 1, 2);
    for (int l = 0; l < 4; l++)
        assert_int_equal(rl_monitor_dead(f->forgets, mine - 1, l), rl_monitor_dead(f->keeps, last - 1, l));
    assert_int_equal(rl_monitor_step(f->forgets, mine - 1), rl_monitor_step(f->keeps, last - 1));
    rl_monitor_forget(f->forgets);
    rl_monitor_events(f->forgets, &fresh);
    assert_int_equal(fresh, 0);
}

static void forgets_what_was_read(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_dataset *data = normal_data(150, 5, 3, 2);
    rl_net *net = net_of(&(course){ "input 5; dense 12; relu; dense 9; relu; dense 3", NULL, 0, -0.2f, 0 }, 4, NULL);
    forgetting f = { .keeps = rl_monitor_new(net, data, 1, &err), .forgets = rl_monitor_new(net, data, 1, &err) };
    rl_monitor_forget(f.forgets); /* nothing yet */
    const rl_observer observers[] = { rl_monitor_observer(f.keeps), rl_monitor_observer(f.forgets),
        { .after_step = forget, .after_epoch = forget, .self = &f } };
    rl_train(net, data,
        &(rl_training){ .epochs = 12, .batch = 30, .rate = 2, .observers = observers, .observer_count = 3 }, NULL,
        &err);
    assert_no_error(&err);
    assert_true(f.events > 10);
    rl_monitor_free(f.keeps);
    rl_monitor_free(f.forgets);
    rl_net_free(net);
    rl_data_free(data);
}

static void bad_input_is_refused(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_dataset *narrow = normal_data(40, 3, 2, 1), *data = normal_data(40, 5, 2, 1);
    rl_net *net = net_of(&(course){ "input 5; dense 4; relu; dense 2", NULL, 0, 0, 0 }, 1, NULL);
    assert_null(rl_monitor_new(net, narrow, 0, &err));
    assert_int_equal(err.code, RL_BAD_SHAPE);
    err = (rl_error){ 0 };
    assert_null(rl_monitor_new(net, data, -1, &err));
    assert_int_equal(err.code, RL_BAD_CONFIG);
    rl_net_free(net);
    rl_data_free(narrow);
    rl_data_free(data);
}

static bool watch_a_training(rl_memory memory, rl_error *err)
{
    rl_error fine = { 0 };
    rl_dataset *data = normal_data(60, 5, 2, 1);
    rl_net *net = rl_net_new((rl_net_config){ .lanes = 4, .memory = memory }, err);
    rl_net_append(net, "input 5; dense 16; relu; dense 2", (rl_dense_config){ .bias = -1 }, err);
    rl_monitor *monitor = err->code ? NULL : rl_monitor_new(net, data, 1, err);
    if (monitor) {
        const rl_observer observer = rl_monitor_observer(monitor);
        rl_train(net, data,
            &(rl_training){ .epochs = 4, .batch = 16, .rate = 1, .observers = &observer, .observer_count = 1 }, NULL,
            err);
        rl_monitor_check(monitor, err);
    }
    assert_no_error(&fine);
    rl_monitor_free(monitor);
    rl_net_free(net);
    rl_data_free(data);
    return !err->code;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    fail_every_allocation(watch_a_training);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equals_the_census),
        cmocka_unit_test(witnesses_are_true),
        cmocka_unit_test(curves_by_lane),
        cmocka_unit_test(lanes_are_alone),
        cmocka_unit_test(looks_on_time),
        cmocka_unit_test(looks_at_the_end_of_a_diverged_run),
        cmocka_unit_test(sees_the_best_weights),
        cmocka_unit_test(first_look_after_the_first_step),
        cmocka_unit_test(not_a_number),
        cmocka_unit_test(forgets_what_was_read),
        cmocka_unit_test(bad_input_is_refused),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
