/* The playground's engine: the library behind a few doors that JavaScript can open.
 *
 * One instance of this module holds one world: a data set and its parts, one pack of nets (a twin in each lane), its
 * training and its monitor. So there is one static world here, and whoever wants another makes another instance. Doors
 * take and give numbers and addresses; what lies there is flat. A door that can fail returns false, and trouble() says
 * why. Everything is done by <relive.h>. */
#include <relive.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DOOR(name) __attribute__((export_name(#name)))

enum { MOST_LANES = 4, MOST_LAYERS = 8, ROWS = 32, TRAIN = 0, TEST = 1 };

/* ---- The doors ---------------------------------------------------------------------------------------------------- */

DOOR(take) void *take(size_t bytes);
DOOR(give) void give(void *block);
DOOR(trouble) const char *trouble(void);

/* The library's lists: NULL after the last. */
DOOR(version) const char *version(void);
DOOR(curve_name) const char *curve_name(size_t i);
DOOR(curve_formula) const char *curve_formula(size_t i);
DOOR(curve_slope_formula) const char *curve_slope_formula(size_t i);
DOOR(curve_kink) const char *curve_kink(size_t i);
DOOR(curve_alpha) double curve_alpha(size_t i);
DOOR(curve_has_alpha) bool curve_has_alpha(size_t i);
DOOR(curve_learned) bool curve_learned(size_t i);
DOOR(curve_drawn) bool curve_drawn(size_t i);
DOOR(curve_shape) void curve_shape(size_t i, double alpha, size_t n, const float *z, float *value, float *slope);
DOOR(initialiser_name) const char *initialiser_name(size_t i);
DOOR(optimiser_name) const char *optimiser_name(size_t i);
DOOR(loss_name) const char *loss_name(size_t i);
DOOR(word_name) const char *word_name(size_t i);

/* Data, its two parts, and the scale on which the nets see them. */
DOOR(load) bool load(const char *spec, double seed);
DOOR(parse) bool parse(const char *name, const char *text, size_t bytes, bool regression);
DOOR(rows) size_t rows(void);
DOOR(features) size_t features(void);
DOOR(classes) size_t classes(void);
DOOR(targets) size_t targets(void);
DOOR(xs) const float *xs(void);
DOOR(ys) const float *ys(void);
DOOR(class_name) const char *class_name(size_t i);
DOOR(split) bool split(double share, double seed);
DOOR(part_rows) size_t part_rows(int part);
DOOR(part_xs) const float *part_xs(int part);
DOOR(part_ys) const float *part_ys(int part);
DOOR(part_numbers) const float *part_numbers(int part);
DOOR(measure_scale) bool measure_scale(void);
DOOR(make_scale) bool make_scale(void);
DOOR(scale_mean) float *scale_mean(void);
DOOR(scale_deviation) float *scale_deviation(void);
DOOR(apply_scale) void apply_scale(void);

/* The net, layer by layer; curves [lanes] are places in the list of curves. */
DOOR(begin_net) bool begin_net(double seed, int lanes);
DOOR(add_dense) bool add_dense(int units, size_t init, double sd, double bias);
DOOR(add_curves) bool add_curves(const int *curves, const float *alphas);
DOOR(add_dropout) bool add_dropout(double share);
DOOR(settings) double *settings(void);
DOOR(begin_training) bool begin_training(void);
DOOR(parameters) float *parameters(void);
DOOR(parameter_count) size_t parameter_count(void);
DOOR(node_count) int node_count(void);
DOOR(node_kind) const char *node_kind(int node);
DOOR(node_units) int node_units(int node);
DOOR(node_offset) size_t node_offset(int node);
DOOR(node_parameters) size_t node_parameters(int node);
DOOR(node_weights) size_t node_weights(int node);
DOOR(loss_used) const char *loss_used(void);
DOOR(describe) const char *describe(int lane);

/* Training. */
DOOR(advance) void advance(double count);
DOOR(steps) double steps(void);
DOOR(epochs) double epochs(void);
DOOR(fate) int fate(int lane);
DOOR(diverged_at) double diverged_at(int lane);
DOOR(look) bool look(void);
DOOR(dead) size_t dead(int lane);
DOOR(silent) size_t silent(int lane);
DOOR(event_count) size_t event_count(void);
DOOR(event) const double *event(size_t i);
DOOR(event_kind) const char *event_kind(size_t i);
DOOR(event_cause) const char *event_cause(size_t i);
DOOR(forget_events) void forget_events(void);

/* Hands on. */
DOOR(set_rate) bool set_rate(double rate);
DOOR(set_curve) bool set_curve(int node, int lane, size_t curve, double alpha);
DOOR(revive) bool revive(int lane, size_t count, const int *nodes_and_units, int *fates);
DOOR(lift) bool lift(int lane, size_t count, const int *nodes_and_units, double share, int *fates);

/* Looking: at the present, or at parameters that were written into shown_parameters(). */
DOOR(show) void show(bool present);
DOOR(shown_parameters) float *shown_parameters(void);
DOOR(show_curve) bool show_curve(int node, int lane, size_t curve, double alpha);
DOOR(evaluate) const double *evaluate(void);
DOOR(examine) bool examine(void);
DOOR(unit_count) size_t unit_count(void);
DOOR(unit_words) const unsigned *unit_words(void);
DOOR(unit_fired) const float *unit_fired(void);
DOOR(unit_signs) const double *unit_signs(size_t index, int lane);
DOOR(forward) bool forward(const float *x, size_t count, float *units, float *outputs);
DOOR(confuse) bool confuse(int part, unsigned *counts);
DOOR(pre_activations) void pre_activations(int node, int unit, const float *x, size_t count, float *z);
DOOR(gradient) const float *gradient(void);
DOOR(explain) const double *explain(int node, int unit, int lane, size_t row, const float *before);

/* ---- The world -------------------------------------------------------------------------------------------------- */

/* What the page fills in before begin_training; places in the library's lists as numbers. */
enum setting {
    OPTIMISER,
    RATE,
    MOMENTUM,
    SCHEDULE,
    EPOCHS, /* 0: without end */
    BATCH,
    L1,
    L2,
    LOSS, /* -1: by the data */
    CENSUS,
    SETTINGS
};

static struct {
    rl_error err;
    rl_dataset *data, *part[2], *numbers[2]; /* numbers: one feature, which row of data it is */
    rl_scaling scaling;
    rl_net *net, *then;
    rl_node last; /* of net, while it is made */
    rl_trainer *trainer;
    rl_monitor *monitor;
    const rl_loss *loss;
    bool past; /* look at then, not at net */
    double settings[SETTINGS];
    rl_pass *pass, *pass_then; /* ROWS rows */
    float *x, *dloss, *y;      /* [ROWS][features, outputs, targets][lanes] */
    rl_examination *examination;
    unsigned *words;  /* [units][lanes] */
    float *fired;     /* [units][lanes] */
    float *gradients; /* [parameters][lanes] */
    double *sums;     /* [parameters][lanes] */
} world;

static int lanes(void)
{
    return rl_net_lanes(world.net);
}

static rl_net *seen(void)
{
    return world.past ? world.then : world.net;
}

static bool good(void)
{
    return world.err.code == RL_OK;
}

void *take(size_t bytes)
{
    return malloc(bytes ? bytes : 1);
}

void give(void *block)
{
    free(block);
}

/* And all is forgiven: the next door may be tried. */
const char *trouble(void)
{
    static rl_error told;
    told = world.err;
    world.err = (rl_error){ 0 };
    return told.text;
}

static void *room(size_t count, size_t size)
{
    void *block = calloc(count ? count : 1, size);
    if (!block)
        world.err = (rl_error){ RL_NO_MEMORY, "out of memory" };
    return block;
}

/* ---- Lists -------------------------------------------------------------------------------------------------------- */

const char *version(void)
{
    return rl_version();
}

static const rl_activation *curve_at(size_t i)
{
    size_t count;
    const rl_activation *const *all = rl_activations(&count);
    return i < count ? all[i] : NULL;
}

const char *curve_name(size_t i)
{
    return curve_at(i) ? curve_at(i)->name : NULL;
}

const char *curve_formula(size_t i)
{
    return curve_at(i)->formula;
}

const char *curve_slope_formula(size_t i)
{
    return curve_at(i)->slope_formula;
}

const char *curve_kink(size_t i)
{
    return curve_at(i)->kink;
}

double curve_alpha(size_t i)
{
    return (double)curve_at(i)->alpha;
}

bool curve_has_alpha(size_t i)
{
    return curve_at(i)->has_alpha;
}

bool curve_learned(size_t i)
{
    return curve_at(i)->learned;
}

bool curve_drawn(size_t i)
{
    return curve_at(i)->drawn;
}

/* z, value, slope: [n] */
void curve_shape(size_t i, double alpha, size_t n, const float *z, float *value, float *slope)
{
    const float one = 1;
    rl_activation_forward(curve_at(i), n, (float)alpha, z, value);
    for (size_t k = 0; k < n; k++) {
        slope[k] = 0;
        rl_activation_backward(curve_at(i), 1, (float)alpha, &z[k], &one, &slope[k]);
    }
}

const char *initialiser_name(size_t i)
{
    size_t count;
    const rl_initialiser *const *all = rl_initialisers(&count);
    return i < count ? rl_initialiser_name(all[i]) : NULL;
}

const char *optimiser_name(size_t i)
{
    size_t count;
    const rl_optimiser *const *all = rl_optimisers(&count);
    return i < count ? rl_optimiser_name(all[i]) : NULL;
}

const char *loss_name(size_t i)
{
    size_t count;
    const rl_loss *const *all = rl_losses(&count);
    return i < count ? all[i]->name : NULL;
}

/* Bit i of a unit's words. */
const char *word_name(size_t i)
{
    return i < RL_WORDS ? rl_word_name((rl_word)(1U << i)) : NULL;
}

/* ---- Data --------------------------------------------------------------------------------------------------------- */

bool load(const char *spec, double seed)
{
    world.data = rl_data_load(spec, (rl_data_config){ .seed = (uint64_t)seed }, &world.err);
    return good();
}

bool parse(const char *name, const char *text, size_t bytes, bool regression)
{
    world.data = rl_data_parse(name, text, bytes, regression, (rl_data_config){ 0 }, &world.err);
    return good();
}

size_t rows(void)
{
    return world.data->rows;
}

size_t features(void)
{
    return world.data->features;
}

size_t classes(void)
{
    return world.data->classes;
}

size_t targets(void)
{
    return world.data->targets;
}

const float *xs(void)
{
    return world.data->x;
}

const float *ys(void)
{
    return world.data->y;
}

const char *class_name(size_t i)
{
    return world.data->class_names[i];
}

/* The parts are cut as rl_parts_make cuts them. A set of row numbers is cut beside them in the same way, since a cut
 * depends on classes and seed alone: so the page learns which row went where. */
bool split(double share, double seed)
{
    const rl_dataset *data = world.data;
    if (share == 0)
        world.part[TRAIN] = rl_data_copy(data, &world.err);
    else
        rl_data_split(data, share, (uint64_t)seed, &world.part[TRAIN], &world.part[TEST], &world.err);
    rl_dataset *numbers =
        rl_data_new("numbers", data->rows, 1, data->classes, data->targets, (rl_memory){ 0 }, &world.err);
    if (!numbers)
        return false;
    memcpy(numbers->y, data->y, data->rows * data->targets * sizeof *data->y);
    for (size_t i = 0; i < data->rows; i++)
        numbers->x[i] = (float)i;
    if (share == 0) {
        world.numbers[TRAIN] = numbers;
        return good();
    }
    rl_data_split(numbers, share, (uint64_t)seed, &world.numbers[TRAIN], &world.numbers[TEST], &world.err);
    rl_data_free(numbers);
    return good();
}

size_t part_rows(int part)
{
    return world.part[part] ? world.part[part]->rows : 0;
}

const float *part_xs(int part)
{
    return world.part[part]->x;
}

const float *part_ys(int part)
{
    return world.part[part]->y;
}

const float *part_numbers(int part)
{
    return world.numbers[part]->x;
}

bool measure_scale(void)
{
    return rl_scaling_measure(world.part[TRAIN], &world.scaling, (rl_memory){ 0 }, &world.err);
}

/* One that the page writes: no change unless it does. */
bool make_scale(void)
{
    size_t count = world.data->features;
    world.scaling =
        (rl_scaling){ .features = count, .mean = room(count, sizeof(float)), .deviation = room(count, sizeof(float)) };
    for (size_t i = 0; good() && i < count; i++)
        world.scaling.deviation[i] = 1;
    return good();
}

float *scale_mean(void)
{
    return world.scaling.mean;
}

float *scale_deviation(void)
{
    return world.scaling.deviation;
}

void apply_scale(void)
{
    for (int part = TRAIN; part <= TEST; part++)
        if (world.part[part])
            rl_scaling_apply(&world.scaling, world.part[part]);
}

/* ---- The net ------------------------------------------------------------------------------------------------------ */

bool begin_net(double seed, int count)
{
    const uint64_t same = (uint64_t)seed, seeds[MOST_LANES] = { same, same, same, same };
    world.net = rl_net_new((rl_net_config){ .seeds = seeds, .lanes = count }, &world.err);
    if (world.net)
        world.last = rl_input(world.net, (rl_shape){ 1, { (int)world.data->features } }, &world.err);
    return good();
}

bool add_dense(int units, size_t init, double sd, double bias)
{
    size_t count;
    const rl_initialiser *const *all = rl_initialisers(&count);
    world.last = rl_dense(world.net, world.last,
        (rl_dense_config){ .units = units, .init = all[init], .sd = (float)sd, .bias = (float)bias }, &world.err);
    return good();
}

bool add_curves(const int *curves, const float *alphas)
{
    const rl_activation *chosen[MOST_LANES];
    for (int l = 0; l < lanes(); l++)
        chosen[l] = curve_at((size_t)curves[l]);
    world.last = rl_activate_with(
        world.net, world.last, (rl_activation_config){ .lane_curves = chosen, .lane_alphas = alphas }, &world.err);
    return good();
}

bool add_dropout(double share)
{
    world.last = rl_dropout(world.net, world.last, (float)share, &world.err);
    return good();
}

double *settings(void)
{
    return world.settings;
}

static const rl_loss *chosen_loss(void)
{
    size_t count;
    const rl_loss *const *all = rl_losses(&count);
    if (world.settings[LOSS] >= 0)
        return all[(size_t)world.settings[LOSS]];
    return world.data->classes ? &rl_cross_entropy : &rl_squared;
}

static void make_trainer(void)
{
    const double *s = world.settings;
    size_t count;
    const rl_optimiser *const *optimisers = rl_optimisers(&count);
    world.monitor = rl_monitor_new(world.net, world.part[TRAIN], (long)s[CENSUS], &world.err);
    if (!good())
        return;
    const rl_observer observer = rl_monitor_observer(world.monitor);
    static rl_observer kept;
    kept = observer;
    const rl_training how = { .epochs = s[EPOCHS] > 0 ? (long)s[EPOCHS] : INT32_MAX,
        .batch = (int)s[BATCH],
        .rate = (float)s[RATE],
        .optimiser = optimisers[(size_t)s[OPTIMISER]],
        .momentum = (float)s[MOMENTUM],
        .schedule = (rl_schedule)s[SCHEDULE],
        .l1 = (float)s[L1],
        .l2 = (float)s[L2],
        .loss = world.loss,
        .observers = &kept,
        .observer_count = 1 };
    world.trainer = rl_trainer_new(world.net, world.part[TRAIN], &how, &world.err);
}

/* Scratch for looking, and the net that stands for the past. */
static void make_scratch(void)
{
    const size_t width = (size_t)lanes(), outputs = (size_t)rl_net_outputs(world.net);
    world.then = rl_swap_curve(world.net, NULL, 0, NULL, 0, &world.err);
    world.pass = rl_pass_new(world.net, ROWS, &world.err);
    world.pass_then = rl_pass_new(world.net, ROWS, &world.err);
    world.x = room(ROWS * world.data->features * width, sizeof(float));
    world.y = room(ROWS * (world.data->targets + outputs) * width, sizeof(float));
    world.dloss = room(ROWS * outputs * width, sizeof(float));
    world.words = room(unit_count() * width, sizeof *world.words);
    world.fired = room(unit_count() * width, sizeof *world.fired);
    world.gradients = room(parameter_count() * width, sizeof *world.gradients);
    world.sums = room(parameter_count() * width, sizeof *world.sums);
}

bool begin_training(void)
{
    if (!good())
        return false;
    world.loss = chosen_loss();
    make_trainer();
    if (good())
        make_scratch();
    return good() && look();
}

float *parameters(void)
{
    return rl_parameters(world.net, NULL);
}

size_t parameter_count(void)
{
    size_t count;
    rl_parameters(world.net, &count);
    return count;
}

int node_count(void)
{
    return rl_net_nodes(world.net);
}

const char *node_kind(int node)
{
    return rl_net_node(world.net, node).kind;
}

int node_units(int node)
{
    return rl_net_node(world.net, node).units;
}

size_t node_offset(int node)
{
    return rl_net_node(world.net, node).offset;
}

size_t node_parameters(int node)
{
    return rl_net_node(world.net, node).parameters;
}

size_t node_weights(int node)
{
    return rl_net_node(world.net, node).weights;
}

const char *loss_used(void)
{
    return world.loss->name;
}

/* The layers of what is shown, as a model's metadata has them. */
const char *describe(int lane)
{
    static char text[4096];
    rl_net_describe(seen(), lane, text, sizeof text, &world.err);
    return text;
}

/* ---- Training ----------------------------------------------------------------------------------------------------- */

void advance(double count)
{
    rl_trainer_step(world.trainer, (long)count);
}

double steps(void)
{
    return (double)rl_trainer_steps(world.trainer);
}

double epochs(void)
{
    return (double)rl_trainer_epochs(world.trainer);
}

int fate(int lane)
{
    return (int)rl_trainer_fate(world.trainer, lane).state;
}

double diverged_at(int lane)
{
    return (double)rl_trainer_fate(world.trainer, lane).diverged_at;
}

/* A census now: after something was done by hand. */
bool look(void)
{
    rl_monitor_look(world.monitor, world.net, rl_trainer_steps(world.trainer));
    return rl_monitor_check(world.monitor, &world.err);
}

/* Of the last census. */
size_t dead(int lane)
{
    return rl_monitor_dead(world.monitor, rl_monitor_censuses(world.monitor) - 1, lane);
}

size_t silent(int lane)
{
    return rl_monitor_silent(world.monitor, rl_monitor_censuses(world.monitor) - 1, lane);
}

size_t event_count(void)
{
    size_t count;
    rl_monitor_events(world.monitor, &count);
    return count;
}

static const rl_event *event_at(size_t i)
{
    size_t count;
    return &rl_monitor_events(world.monitor, &count)[i];
}

/* step, since, node, unit, lane, row, z before and after, terms (bias, weights, inputs, skip, scale, statistics). */
const double *event(size_t i)
{
    static double told[8 + RL_TERMS];
    const rl_event *e = event_at(i);
    const double values[] = { (double)e->step, (double)e->since, e->unit.node, e->unit.unit, e->unit.lane,
        (double)e->row, e->z_before, e->z_after };
    memcpy(told, values, sizeof values);
    memcpy(told + 8, e->terms, sizeof e->terms);
    return told;
}

const char *event_kind(size_t i)
{
    return rl_event_name(event_at(i)->kind);
}

const char *event_cause(size_t i)
{
    return rl_event_cause(event_at(i));
}

void forget_events(void)
{
    rl_monitor_forget(world.monitor);
}

/* ---- Hands on ------------------------------------------------------------------------------------------------------ */

bool set_rate(double rate)
{
    return rl_trainer_set_rate(world.trainer, (float)rate, &world.err);
}

bool set_curve(int node, int lane, size_t curve, double alpha)
{
    return rl_net_set_curve(world.net, node, lane, curve_at(curve), (float)alpha, &world.err);
}

/* nodes_and_units: [count][2] */
static rl_unit *units_of(int lane, size_t count, const int *nodes_and_units)
{
    rl_unit *units = room(count, sizeof *units);
    for (size_t i = 0; units && i < count; i++)
        units[i] = (rl_unit){ nodes_and_units[2 * i], nodes_and_units[2 * i + 1], lane };
    return units;
}

/* What is drawn depends on seed and step alone. */
bool revive(int lane, size_t count, const int *nodes_and_units, int *fates)
{
    rl_unit *units = units_of(lane, count, nodes_and_units);
    rl_revive_fate *said = room(count, sizeof *said);
    rl_revive(world.net, units, count, world.part[TRAIN],
        (rl_revive_config){ .round = (uint64_t)rl_trainer_steps(world.trainer), .trainer = world.trainer }, said,
        &world.err);
    for (size_t i = 0; good() && i < count; i++)
        fates[i] = (int)said[i];
    free(units);
    free(said);
    return good();
}

bool lift(int lane, size_t count, const int *nodes_and_units, double share, int *fates)
{
    rl_unit *units = units_of(lane, count, nodes_and_units);
    rl_revive_fate *said = room(count, sizeof *said);
    rl_lift(world.net, units, count, world.part[TRAIN], share, said, &world.err);
    for (size_t i = 0; good() && i < count; i++)
        fates[i] = (int)said[i];
    free(units);
    free(said);
    return good();
}

/* ---- Looking -------------------------------------------------------------------------------------------------------- */

void show(bool present)
{
    world.past = !present;
}

float *shown_parameters(void)
{
    return rl_parameters(world.then, NULL);
}

bool show_curve(int node, int lane, size_t curve, double alpha)
{
    return rl_net_set_curve(world.then, node, lane, curve_at(curve), (float)alpha, &world.err);
}

/* Mean losses and accuracies [part][loss, accuracy][MOST_LANES]; NaN where there is no such part. */
const double *evaluate(void)
{
    static double told[2][2][MOST_LANES];
    for (int part = TRAIN; part <= TEST; part++) {
        for (int l = 0; l < MOST_LANES; l++)
            told[part][0][l] = told[part][1][l] = (double)NAN;
        if (world.part[part])
            rl_evaluate(seen(), world.part[part], world.loss, told[part][0], told[part][1], &world.err);
    }
    return &told[0][0][0];
}

size_t unit_count(void)
{
    return rl_monitor_units(world.monitor);
}

/* Every word for every unit, on the training part. */
bool examine(void)
{
    rl_examination_free(world.examination);
    world.examination = rl_examine_new(seen(), (rl_thresholds){ 0 }, &world.err);
    if (!world.examination || !rl_examine_rows(world.examination, seen(), world.part[TRAIN], &world.err) ||
        !rl_examine_end(world.examination, seen(), &world.err))
        return false;
    for (size_t i = 0; i < unit_count(); i++)
        for (int l = 0; l < lanes(); l++) {
            rl_signs signs = rl_examination_signs(world.examination, i, l);
            world.words[i * (size_t)lanes() + (size_t)l] = signs.words;
            world.fired[i * (size_t)lanes() + (size_t)l] =
                (float)((double)signs.counts.fired / (double)signs.counts.rows);
        }
    return true;
}

const unsigned *unit_words(void)
{
    return world.words;
}

const float *unit_fired(void)
{
    return world.fired;
}

/* After examine(): rows, conducted, fired, broken, highest z, its row, lowest z, lowest and highest a, mean |a|,
 * dormancy, zeros, steepest slope, starved, severed, words, node, unit. */
const double *unit_signs(size_t index, int lane)
{
    static double told[18];
    rl_signs s = rl_examination_signs(world.examination, index, lane);
    rl_unit who = rl_examination_unit(world.examination, index, lane);
    const double values[] = { (double)s.counts.rows, (double)s.counts.conducted, (double)s.counts.fired,
        (double)s.counts.broken, (double)s.highest_z, (double)s.highest_row, (double)s.lowest_z, (double)s.lowest_a,
        (double)s.highest_a, s.mean_size, s.dormancy, s.zeros, (double)s.steepest, s.starved, s.severed,
        (double)s.words, who.node, who.unit };
    memcpy(told, values, sizeof values);
    return told;
}

/* Rows [count][features] as the nets take them into world.x [count][features][lanes]: the same in every lane. */
static void spread(const float *x, size_t count)
{
    const size_t width = (size_t)lanes(), values = count * world.data->features;
    for (size_t i = 0; i < values; i++)
        for (size_t l = 0; l < width; l++)
            world.x[i * width + l] = x[i];
}

/* Scores of one row and lane into what the loss takes them for: probabilities, or the values themselves. */
static void judge(const float *scores, size_t outputs, size_t stride, float *said)
{
    if (world.loss == &rl_squared) {
        for (size_t o = 0; o < outputs; o++)
            said[o] = scores[o * stride];
    } else if (world.loss == &rl_binary) {
        said[0] = 1 / (1 + expf(-scores[0]));
    } else {
        float most = scores[0], sum = 0;
        for (size_t o = 1; o < outputs; o++)
            most = scores[o * stride] > most ? scores[o * stride] : most;
        for (size_t o = 0; o < outputs; o++)
            sum += said[o] = expf(scores[o * stride] - most);
        for (size_t o = 0; o < outputs; o++)
            said[o] /= sum;
    }
}

static bool is_hidden(const rl_net *net, rl_node node)
{
    return node < rl_net_nodes(net) - 1 && rl_net_node(net, node).curve;
}

/* a of the block's hidden units into units [lanes][units][count], from column first on. */
static void keep_units(const rl_net *net, size_t first, size_t batch, size_t count, float *units)
{
    const size_t width = (size_t)lanes();
    size_t above = 0;
    for (rl_node node = 0; node < rl_net_nodes(net); node++) {
        if (!is_hidden(net, node))
            continue;
        const size_t wide = (size_t)rl_net_node(net, node).units;
        const float *a = rl_values(world.pass, node); /* [batch][wide][lanes] */
        for (size_t b = 0; b < batch; b++)
            for (size_t u = 0; u < wide; u++)
                for (size_t l = 0; l < width; l++)
                    units[(l * unit_count() + above + u) * count + first + b] = a[(b * wide + u) * width + l];
        above += wide;
    }
}

/* What the nets make of rows x [count][features]: a of every hidden unit, units [lanes][units][count], and what they
 * say, outputs [lanes][outputs][count]. Either may be NULL. */
bool forward(const float *x, size_t count, float *units, float *outputs)
{
    const rl_net *net = seen();
    const size_t width = (size_t)lanes(), said = (size_t)rl_net_outputs(net);
    float *row = room(said, sizeof *row);
    for (size_t first = 0; good() && first < count; first += ROWS) {
        const size_t batch = count - first < ROWS ? count - first : ROWS;
        spread(x + first * world.data->features, batch);
        rl_forward(net, world.pass, world.x, (int)batch);
        if (units)
            keep_units(net, first, batch, count, units);
        for (size_t b = 0; outputs && b < batch; b++)
            for (size_t l = 0; l < width; l++) {
                judge(rl_output(world.pass) + b * said * width + l, said, width, row);
                for (size_t o = 0; o < said; o++)
                    outputs[(l * said + o) * count + first + b] = row[o];
            }
    }
    free(row);
    return good();
}

/* counts: [lanes][classes][classes], true by said. */
bool confuse(int part, unsigned *counts)
{
    const rl_dataset *data = world.part[part];
    const size_t kinds = data->classes;
    int *said = room(data->rows, sizeof *said);
    memset(counts, 0, (size_t)lanes() * kinds * kinds * sizeof *counts);
    for (int l = 0; l < lanes() && rl_predict(seen(), l, data, world.loss, NULL, said, &world.err); l++)
        for (size_t r = 0; r < data->rows; r++)
            counts[((size_t)l * kinds + (size_t)data->y[r]) * kinds + (size_t)said[r]]++;
    free(said);
    return good();
}

/* Of one unit on rows x [count][features]: z [lanes][count]. */
void pre_activations(int node, int unit, const float *x, size_t count, float *z)
{
    const rl_net *net = seen();
    const rl_node from = rl_net_node(net, node).reads[0];
    const size_t width = (size_t)lanes(), wide = (size_t)rl_net_node(net, from).units;
    for (size_t first = 0; first < count; first += ROWS) {
        const size_t batch = count - first < ROWS ? count - first : ROWS;
        spread(x + first * world.data->features, batch);
        rl_forward(net, world.pass, world.x, (int)batch);
        for (size_t b = 0; b < batch; b++)
            for (size_t l = 0; l < width; l++)
                z[l * count + first + b] = rl_values(world.pass, from)[(b * wide + (size_t)unit) * width + l];
    }
}

/* What the loss compares a block of training rows with, into world.y: class numbers [batch][1][lanes], or targets
 * [batch][outputs][lanes]; squared loss on classes wants them one-hot. */
static void put_targets(size_t first, size_t batch)
{
    const rl_dataset *data = world.part[TRAIN];
    const bool one_hot = data->classes && !world.loss->classes;
    const size_t width = (size_t)lanes(), wide = one_hot ? (size_t)rl_net_outputs(world.net) : data->targets;
    for (size_t b = 0; b < batch; b++)
        for (size_t o = 0; o < wide; o++)
            for (size_t l = 0; l < width; l++) {
                const float *y = data->y + (first + b) * data->targets;
                world.y[(b * wide + o) * width + l] = one_hot ? (float)((size_t)*y == o) : y[o];
            }
}

/* Of the mean training loss, all rows, evaluation mode, without penalties: [parameters][lanes]. */
const float *gradient(void)
{
    const rl_net *net = seen();
    const rl_dataset *data = world.part[TRAIN];
    const size_t values = parameter_count() * (size_t)lanes();
    float means[MOST_LANES];
    memset(world.sums, 0, values * sizeof *world.sums);
    for (size_t first = 0; first < data->rows; first += ROWS) {
        const size_t batch = data->rows - first < ROWS ? data->rows - first : ROWS;
        spread(data->x + first * data->features, batch);
        put_targets(first, batch);
        rl_forward(net, world.pass, world.x, (int)batch);
        rl_loss_mean(net, world.pass, world.loss, world.y, means, world.dloss);
        rl_backward(net, world.pass, world.dloss);
        for (size_t i = 0; i < values; i++)
            world.sums[i] += (double)rl_gradients(world.pass)[i] * (double)batch / (double)data->rows;
    }
    for (size_t i = 0; i < values; i++)
        world.gradients[i] = (float)world.sums[i];
    return world.gradients;
}

/* Δz = Δb + Δw·x + w'·Δx of one unit on one training row, from parameters before [parameters][lanes] to those shown, in
 * double precision: z before, z after, and the three terms. */
const double *explain(int node, int unit, int lane, size_t row, const float *before)
{
    static double told[5];
    rl_net *now = seen();
    const size_t width = (size_t)lanes(), values = parameter_count() * width;
    const rl_dataset *data = world.part[TRAIN];
    const rl_node_info dense = rl_net_node(now, rl_net_node(now, node).reads[0]);
    const size_t inputs = dense.weights / (size_t)dense.units, at = dense.offset + (size_t)unit * inputs,
                 bias = dense.offset + dense.weights + (size_t)unit;
    const float *w = rl_parameters(now, NULL);
    spread(data->x + row * data->features, 1);
    rl_forward(now, world.pass, world.x, 1);
    float *kept = room(values, sizeof *kept); /* the same net for a moment with its former parameters */
    if (!kept)
        return NULL;
    memcpy(kept, w, values * sizeof *kept);
    memcpy(rl_parameters(now, NULL), before, values * sizeof *before);
    rl_forward(now, world.pass_then, world.x, 1);
    memcpy(rl_parameters(now, NULL), kept, values * sizeof *kept);
    free(kept);
    const size_t l = (size_t)lane;
    const double b_old = (double)before[bias * width + l], b_new = (double)w[bias * width + l];
    double z_old = b_old, z_new = b_new, by_weights = 0, by_inputs = 0;
    for (size_t i = 0; i < inputs; i++) {
        const double w_old = (double)before[(at + i) * width + l], w_new = (double)w[(at + i) * width + l];
        const double x_old = (double)rl_values(world.pass_then, dense.reads[0])[i * width + l],
                     x_new = (double)rl_values(world.pass, dense.reads[0])[i * width + l];
        by_weights += (w_new - w_old) * x_old;
        by_inputs += w_new * (x_new - x_old);
        z_old += w_old * x_old;
        z_new += w_new * x_new;
    }
    const double values_told[5] = { z_old, z_new, b_new - b_old, by_weights, by_inputs };
    memcpy(told, values_told, sizeof told);
    return told;
}
