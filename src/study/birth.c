/* Birth: how often a net is dead before its first step.
 *
 * A net is born dead where at every input some hidden layer has no unit that conducts: the function is then constant
 * on each linear piece, and so, being continuous, on all inputs if they hang together (Lu, Shin, Su & Karniadakis
 * 2020, "Dying ReLU and initialization"). The output layer cannot change that and is not drawn.
 *
 * Along a straight line x = p + s·d every layer of a piecewise linear net is piecewise linear in s:
 *
 *     z(s) = z + s·ż      on an interval of s where no unit before it crosses a kink
 *
 * so the line is followed from layer to layer: cut the interval where a unit crosses a kink, ask of each piece whether
 * any unit conducts there, and go on with those where one does. A piece that comes out behind the last hidden layer
 * proves the net alive and ends the search; if none does the net is dead on the whole line, exactly. Everything is
 * computed in double from the float32 weights that the net would have.
 *
 *     point   p alone, x = (1, …, 1)
 *     line    both rays of s·(1, …, 1) from 0, to infinity
 *     ball    |x| <= R: the first layer exactly, since z spans b ± R·|w|. For the net, chords: random diameters, each
 *             followed exactly. A living piece proves it alive; a net with none is called dead, and proved dead only
 *             where interval bounds say so for the whole ball (with one input the only diameter is the ball).
 *
 * Known: with symmetric weights each ReLU layer is dead at a point with probability 2^-N, whatever came before. On the
 * ball, with w ~ N(0, σw²) in d dimensions and b ~ N(0, σb²), a unit is dead if b/|w| <= -R, and (b/σb)/√(|w|²/(d σw²))
 * is Student's t with d degrees of freedom: P = F_d(-√d·R·σw/σb). */
#include "study/birth.h"

#include "base/threads.h"
#include "nn/init/init.h"
#include "nn/net.h"
#include "num/statistics.h"

#include <math.h>
#include <stdatomic.h>
#include <string.h>

enum { BLOCK = 64, DIAMETERS = 64, MOST_KINKS = 2, MOST_THREADS = 256 };

/* ---- Curves made of straight pieces ---- */

/* It conducts between from and to, where its slope is 1 (α below 0), and is flat outside. */
typedef struct {
    const rl_activation *curve;
    double from, to;
    int kink_count;
    double kinks[MOST_KINKS];
} pieces;

static const pieces straight[] = {
    { &rl_relu, 0, INFINITY, 1, { 0 } },
    { &rl_relu6, 0, 6, 2, { 0, 6 } },
    { &rl_leaky_relu, -INFINITY, INFINITY, 1, { 0 } },
    { &rl_identity, -INFINITY, INFINITY, 0, { 0 } },
};

typedef struct {
    double slope, value; /* f near z is value + slope·(z' - z), or just value at a point */
    bool conducts;
} piece;

static const pieces *pieces_of(rl_arm arm)
{
    for (size_t i = 0; i < sizeof straight / sizeof *straight; i++)
        if (straight[i].curve == arm.curve)
            return arm.curve == &rl_leaky_relu && arm.alpha == 0 ? &straight[0] : &straight[i];
    return NULL;
}

static piece piece_at(const pieces *p, rl_arm arm, double z)
{
    if (!p) { /* a curve of any shape, at a point */
        float at = (float)z, value;
        rl_activation_forward(arm.curve, 1, arm.alpha, &at, &value);
        return (piece){ 0, (double)value, rl_activation_conducts(arm.curve, arm.alpha, at) };
    }
    if (z == 0 && arm.curve == &rl_relu) /* its parameter is its slope there */
        return (piece){ (double)arm.alpha, 0, arm.alpha != 0 };
    if (z <= p->from || z >= p->to)
        return (piece){ 0, z <= p->from ? p->from : p->to, false };
    double slope = z > 0 || !arm.curve->has_alpha ? 1 : (double)arm.alpha;
    return (piece){ slope, slope * z, true };
}

/* ---- One net ---- */

typedef struct {
    int inputs, units;
    double gain;
    float *w, *b;          /* [units][inputs], [units] */
    double *x, *dx;        /* [inputs]: what it reads, as x + s·dx */
    double *z, *dz, *cuts; /* [units], [units], [MOST_KINKS · units + 1] */
    double *low, *high;    /* [inputs]: bounds of what it reads */
} layer;

struct rl_cradle {
    const rl_birth *birth;
    const pieces *pieces; /* NULL: a curve that is not made of straight pieces */
    uint64_t seed;
    int hidden, drawn;
    layer *layers;     /* [hidden + 1]; the last one is there for what it would read */
    double *drawn_w;   /* [most inputs · width + width] */
    double *block;     /* all doubles of the layers */
    float *parameters; /* all floats */
};

static int fan_in_of(const rl_birth *birth)
{
    return birth->fan_in ? birth->fan_in : 1;
}

static bool room_for(const rl_birth *birth, size_t *floats, size_t *doubles, size_t *scratch, rl_error *err)
{
    size_t n = (size_t)birth->width, d = (size_t)fan_in_of(birth), hidden = (size_t)birth->depth - 1;
    size_t square, rest, most = d > n ? d : n;
    if (!__builtin_mul_overflow(n, n + 1, &square) && !__builtin_mul_overflow(square, hidden, &rest) &&
        !__builtin_mul_overflow(n, d + n + 1, floats) && !__builtin_add_overflow(*floats, rest, floats) &&
        !__builtin_mul_overflow(n, 9 * (hidden + 1), doubles) &&
        !__builtin_add_overflow(*doubles, 4 * d + hidden, doubles) && !__builtin_mul_overflow(n, most + 1, scratch))
        return true;
    return rl_fail(err, RL_BAD_CONFIG, "width %d, depth %d, fan-in %d: the net is too large", birth->width,
        birth->depth, fan_in_of(birth));
}

static double *take(double **at, size_t count)
{
    double *start = *at;
    *at += count;
    return start;
}

static void lay_out(rl_cradle *c)
{
    double *at = c->block;
    float *w = c->parameters;
    size_t n = (size_t)c->birth->width;
    for (int i = 0; i <= c->hidden; i++) {
        layer *l = &c->layers[i];
        l->units = c->birth->width;
        l->inputs = i ? l->units : fan_in_of(c->birth);
        l->gain = rl_curve_gain(c->birth->activation.curve, c->birth->activation.alpha);
        size_t inputs = (size_t)l->inputs;
        l->x = take(&at, inputs);
        l->dx = take(&at, inputs);
        l->low = take(&at, inputs);
        l->high = take(&at, inputs);
        if (i == c->hidden)
            return;
        l->z = take(&at, n);
        l->dz = take(&at, n);
        l->cuts = take(&at, MOST_KINKS * n + 1);
        l->w = w;
        l->b = w + n * inputs;
        w += n * inputs + n;
    }
}

rl_cradle *rl_cradle_new(const rl_birth *birth, rl_error *err)
{
    size_t floats = 0, doubles = 0, scratch = 0;
    if (rl_failed(err) || !room_for(birth, &floats, &doubles, &scratch, err))
        return NULL;
    rl_cradle *c = rl_new(birth->memory, 1, sizeof *c, err);
    if (!c)
        return NULL;
    *c = (rl_cradle){ .birth = birth, .pieces = pieces_of(birth->activation), .hidden = birth->depth - 1 };
    c->layers = rl_new(birth->memory, (size_t)birth->depth, sizeof *c->layers, err);
    c->block = rl_new(birth->memory, doubles, sizeof *c->block, err);
    c->parameters = rl_new(birth->memory, floats, sizeof *c->parameters, err);
    c->drawn_w = rl_new(birth->memory, scratch, sizeof *c->drawn_w, err);
    if (rl_failed(err)) {
        rl_cradle_free(c);
        return NULL;
    }
    lay_out(c);
    return c;
}

void rl_cradle_free(rl_cradle *c)
{
    if (!c)
        return;
    rl_memory memory = c->birth->memory;
    rl_free(memory, c->layers);
    rl_free(memory, c->block);
    rl_free(memory, c->parameters);
    rl_free(memory, c->drawn_w);
    rl_free(memory, c);
}

/* As a dense node draws it (nodes: input 0, dense 1, activation 2, dense 3, …), and the spread of its biases. A layer
 * is drawn when it is first asked for: behind a dead one nobody asks. */
static void draw_next(rl_cradle *c)
{
    layer *l = &c->layers[c->drawn];
    const uint64_t node = 2 * (uint64_t)c->drawn + 1;
    const rl_birth *birth = c->birth;
    size_t weights = (size_t)l->units * (size_t)l->inputs;
    double *b = c->drawn_w + weights;
    memset(b, 0, (size_t)l->units * sizeof *b);
    rl_random random = rl_random_stream(c->seed, RL_FOR_INIT, node);
    (birth->init ? birth->init : &rl_he)
        ->draw(&(rl_draw){ .random = &random,
            .units = l->units,
            .inputs = l->inputs,
            .gain = l->gain,
            .sd = (double)birth->init_sd,
            .w = c->drawn_w,
            .b = b });
    rl_random spread = rl_random_stream(c->seed, RL_FOR_BIRTH, node);
    for (size_t i = 0; i < weights; i++)
        l->w[i] = (float)c->drawn_w[i];
    for (int u = 0; u < l->units; u++)
        l->b[u] = (float)(birth->bias_sd > 0 ? b[u] + birth->bias_sd * rl_random_normal(&spread) : b[u]);
    c->drawn++;
}

/* z + s·ż of every unit, from x + s·ẋ. */
static void add_up(layer *l)
{
    const float *w = l->w;
    for (int u = 0; u < l->units; u++, w += l->inputs) {
        double z = (double)l->b[u], dz = 0;
        for (int i = 0; i < l->inputs; i++) {
            z += (double)w[i] * l->x[i];
            dz += (double)w[i] * l->dx[i];
        }
        l->z[u] = z;
        l->dz[u] = dz;
    }
}

/* Where in (low, high) some unit crosses a kink, in order, and high after them. Returns how many. */
static size_t cut(layer *l, const pieces *p, double low, double high)
{
    size_t count = 0;
    for (int u = 0; u < l->units; u++)
        for (int k = 0; p && k < p->kink_count; k++) {
            double s = (p->kinks[k] - l->z[u]) / l->dz[u]; /* not finite where the unit stands still */
            if (!(s > low && s < high))
                continue;
            size_t at = count++;
            for (; at > 0 && l->cuts[at - 1] > s; at--)
                l->cuts[at] = l->cuts[at - 1];
            l->cuts[at] = s;
        }
    l->cuts[count++] = high;
    return count;
}

/* Does any piece of low <= s <= high come out alive behind the last hidden layer? Layer index reads x + s·ẋ there. */
static bool some_piece_lives(rl_cradle *c, int index, double low, double high)
{
    if (index == c->hidden)
        return true;
    if (index == c->drawn)
        draw_next(c);
    layer *l = &c->layers[index], *next = &c->layers[index + 1];
    add_up(l);
    size_t count = cut(l, c->pieces, low, high);
    for (size_t i = 0; i < count; i++) {
        double from = i ? l->cuts[i - 1] : low, to = l->cuts[i];
        if (to <= from && count > 1)
            continue;
        double middle = isfinite(to) ? from + (to - from) / 2 : from + 1 + fabs(from);
        bool conducts = false;
        for (int u = 0; u < l->units; u++) {
            double z = l->z[u] + middle * l->dz[u];
            piece p = piece_at(c->pieces, c->birth->activation, z);
            conducts = conducts || p.conducts;
            next->dx[u] = p.slope * l->dz[u];
            next->x[u] = p.value - middle * next->dx[u];
        }
        if (conducts && some_piece_lives(c, index + 1, from, to))
            return true;
    }
    return false;
}

static bool lives_along(rl_cradle *c, double p, const double *d, double low, double high)
{
    layer *first = &c->layers[0];
    for (int i = 0; i < first->inputs; i++) {
        first->x[i] = p;
        first->dx[i] = d ? d[i] : 0;
    }
    return some_piece_lives(c, 0, low, high);
}

/* ---- The ball ---- */

static double span_of(const layer *first, int unit, double radius)
{
    const float *w = first->w + (size_t)unit * (size_t)first->inputs;
    double squares = 0;
    for (int i = 0; i < first->inputs; i++)
        squares += (double)w[i] * (double)w[i];
    return radius * sqrt(squares);
}

/* The curve conducts nowhere on [low, high]. */
static bool is_flat(const rl_cradle *c, double low, double high)
{
    const piece top = piece_at(c->pieces, c->birth->activation, high);
    return (high <= c->pieces->from || low >= c->pieces->to) && !top.conducts;
}

/* Interval bounds through the layers: is some layer flat on the whole ball? Every curve here rises. Layers that were
 * never drawn were behind a dead one on every chord; the search for a proof draws them. */
static bool prove(rl_cradle *c)
{
    for (int i = 0; i < c->hidden; i++) {
        if (i == c->drawn)
            draw_next(c);
        const layer *l = &c->layers[i];
        layer *next = &c->layers[i + 1];
        bool flat = true;
        for (int u = 0; u < l->units; u++) {
            const float *w = l->w + (size_t)u * (size_t)l->inputs;
            double low = (double)l->b[u], high = low, span = i ? 0 : span_of(l, u, c->birth->radius);
            low -= span;
            high += span;
            for (int k = 0; i && k < l->inputs; k++) {
                low += (double)w[k] * (w[k] > 0 ? l->low[k] : l->high[k]);
                high += (double)w[k] * (w[k] > 0 ? l->high[k] : l->low[k]);
            }
            flat = flat && is_flat(c, low, high);
            next->low[u] = piece_at(c->pieces, c->birth->activation, low).value;
            next->high[u] = piece_at(c->pieces, c->birth->activation, high).value;
        }
        if (flat)
            return true;
    }
    return false;
}

/* A direction of length 1: number k of this net's, or the only one there is. */
static void direct(const rl_cradle *c, uint64_t k, double *d)
{
    const int inputs = c->layers[0].inputs;
    rl_random random = rl_random_stream(c->seed, RL_FOR_BIRTH, (k + 1) << 32);
    double squares = 0;
    for (int i = 0; i < inputs; i++) {
        d[i] = inputs > 1 ? rl_random_normal(&random) : 1;
        squares += d[i] * d[i];
    }
    for (int i = 0; i < inputs; i++)
        d[i] /= sqrt(squares);
}

static bool lives_in_ball(rl_cradle *c)
{
    const double radius = c->birth->radius;
    const int diameters = c->layers[0].inputs > 1 ? DIAMETERS : 1;
    double *d = c->layers[0].low; /* not needed before the proof */
    for (int k = 0; k < diameters; k++) {
        direct(c, (uint64_t)k, d);
        if (lives_along(c, 0, d, -radius, radius))
            return true;
    }
    return false;
}

/* ---- One trial ---- */

static bool unit_is_dead(const rl_cradle *c, int unit)
{
    const layer *first = &c->layers[0];
    const double b = (double)first->b[unit];
    double along = 0;
    for (int i = 0; i < first->inputs; i++)
        along += (double)first->w[(size_t)unit * (size_t)first->inputs + (size_t)i];
    double span = c->birth->inputs == RL_BALL ? span_of(first, unit, c->birth->radius) : 0;
    switch (c->birth->inputs) {
    case RL_LINE: /* from end to end of the line z takes every value */
        return along == 0 && !piece_at(c->pieces, c->birth->activation, b).conducts;
    case RL_BALL:
        return is_flat(c, b - span, b + span);
    default:
        return !piece_at(c->pieces, c->birth->activation, b + along).conducts;
    }
}

rl_newborn rl_cradle_bear(rl_cradle *c, uint64_t seed)
{
    rl_newborn born = { 0 };
    c->seed = seed;
    c->drawn = 0;
    draw_next(c);
    for (int u = 0; u < c->birth->width; u++)
        born.dead_units += unit_is_dead(c, u);
    if (c->birth->inputs == RL_BALL) {
        born.dead = !lives_in_ball(c);
        born.proved = born.dead && (c->layers[0].inputs == 1 || prove(c));
        return born;
    }
    double *d = c->layers[0].low;
    for (int i = 0; i < c->layers[0].inputs; i++)
        d[i] = 1;
    if (c->birth->inputs == RL_POINT)
        born.dead = !lives_along(c, 1, NULL, 0, 0);
    else
        born.dead = !lives_along(c, 0, d, 0, INFINITY);
    for (int i = 0; i < c->layers[0].inputs; i++)
        d[i] = -1;
    if (c->birth->inputs == RL_LINE)
        born.dead = born.dead && !lives_along(c, 0, d, 0, INFINITY);
    born.proved = born.dead;
    return born;
}

/* ---- Many ---- */

typedef struct {
    const rl_birth *birth;
    rl_cradle **cradles; /* [threads] */
    atomic_size_t trials, dead, proved;
    atomic_ullong dead_units, dead_unit_squares;
} nursery;

static void bear_block(void *self, int worker, size_t index)
{
    nursery *n = self;
    const rl_birth *birth = n->birth;
    if (birth->keep_going && !birth->keep_going(birth->self))
        return;
    const size_t first = index * BLOCK, left = birth->trials - first, count = left < BLOCK ? left : BLOCK;
    size_t dead = 0, proved = 0;
    unsigned long long units = 0, squares = 0;
    for (size_t t = 0; t < count; t++) {
        rl_newborn born = rl_cradle_bear(n->cradles[worker], birth->first_seed + first + t);
        dead += born.dead;
        proved += born.proved;
        units += (unsigned long long)born.dead_units;
        squares += (unsigned long long)born.dead_units * (unsigned long long)born.dead_units;
    }
    atomic_fetch_add(&n->dead, dead);
    atomic_fetch_add(&n->proved, proved);
    atomic_fetch_add(&n->dead_units, units);
    atomic_fetch_add(&n->dead_unit_squares, squares);
    size_t done = atomic_fetch_add(&n->trials, count) + count;
    if (worker == 0 && birth->progress)
        birth->progress(birth->self, (double)done / (double)birth->trials);
}

static rl_share share_of(size_t count, size_t trials)
{
    double p = (double)count / (double)trials;
    return (rl_share){ p, sqrt(p * (1 - p) / (double)trials) };
}

/* Units of one net may depend on each other: the standard error is that of the nets' own shares. */
static rl_share share_of_units(const nursery *n, size_t trials)
{
    double width = n->birth->width, count = (double)trials;
    double mean = (double)n->dead_units / count / width;
    double variance = (double)n->dead_unit_squares / count / (width * width) - mean * mean;
    return (rl_share){ mean, variance > 0 && trials > 1 ? sqrt(variance / (count - 1)) : 0 };
}

/* ---- What is known ---- */

/* The deviation of a normal weight of the first layer; NaN for initialisers that draw otherwise. */
static double weight_sd(const rl_birth *birth)
{
    const rl_initialiser *init = birth->init ? birth->init : &rl_he;
    const double d = fan_in_of(birth);
    if (init == &rl_he)
        return rl_curve_gain(birth->activation.curve, birth->activation.alpha) / sqrt(d);
    if (init == &rl_xavier)
        return sqrt(2 / (d + birth->width));
    if (init == &rl_lecun)
        return 1 / sqrt(d);
    return init == &rl_normal ? (double)birth->init_sd : (double)NAN;
}

static void know(const rl_birth *birth, rl_births *births)
{
    const bool symmetric = birth->init != &rl_zeros && birth->init != &rl_asymmetric && birth->init != &rl_eye;
    births->born_dead_formula = births->dead_units_formula = NAN;
    if (birth->activation.curve != &rl_relu)
        return;
    if (birth->inputs == RL_POINT && symmetric) {
        births->dead_units_formula = 0.5;
        births->born_dead_formula = -expm1((birth->depth - 1) * log1p(-exp2(-birth->width)));
    }
    if (birth->inputs == RL_BALL && isfinite(weight_sd(birth))) {
        const double d = fan_in_of(birth);
        births->dead_units_formula =
            birth->bias_sd > 0 ? rl_t_cdf(-sqrt(d) * birth->radius * weight_sd(birth) / birth->bias_sd, d) : 0;
        if (birth->depth == 2)
            births->born_dead_formula = pow(births->dead_units_formula, birth->width);
    }
}

/* ---- The whole ---- */

static bool check(const rl_birth *birth, rl_error *err)
{
    const double sd = birth->bias_sd, radius = birth->radius;
    if (rl_failed(err))
        return false;
    if (birth->width < 1 || birth->depth < 2 || birth->fan_in < 0)
        return rl_fail(err, RL_BAD_CONFIG,
            "width %d, depth %d, fan-in %d: expected a width of at least 1, a depth of at least 2 (it counts the "
            "output layer) and at least one input",
            birth->width, birth->depth, birth->fan_in);
    if (birth->trials < 1)
        return rl_fail(err, RL_BAD_CONFIG, "trials 0: expected at least 1");
    if (!(sd >= 0) || !isfinite(sd))
        return rl_fail(err, RL_BAD_CONFIG, "deviation of the biases %g: expected a finite number of at least 0", sd);
    if (birth->inputs == RL_BALL && !(radius > 0 && isfinite(radius)))
        return rl_fail(err, RL_BAD_CONFIG, "radius %g: expected a finite number above 0", radius);
    if (!birth->activation.curve)
        return rl_fail(err, RL_BAD_CONFIG, "birth needs an activation");
    if (birth->inputs != RL_POINT && !pieces_of(birth->activation))
        return rl_fail(err, RL_BAD_CONFIG,
            "%s is not made of straight pieces; on a line or a ball expected relu, relu6, leaky_relu or identity, at a "
            "point any activation",
            birth->activation.curve->name);
    if (birth->inputs != RL_POINT && birth->activation.curve == &rl_leaky_relu && birth->activation.alpha < 0)
        return rl_fail(err, RL_BAD_CONFIG,
            "leaky_relu:%g falls below 0; on a line or a ball expected a slope of at least 0",
            (double)birth->activation.alpha);
    return true;
}

bool rl_birth_run(const rl_birth *birth, rl_births *births, rl_error *err)
{
    *births = (rl_births){ 0 };
    if (!check(birth, err))
        return false;
    int threads = birth->threads > 0 ? birth->threads : rl_threads_available();
    threads = threads < MOST_THREADS ? threads : MOST_THREADS;
    nursery n = { .birth = birth };
    n.cradles = rl_new(birth->memory, (size_t)threads, sizeof(rl_cradle *), err);
    for (int t = 0; n.cradles && t < threads; t++)
        n.cradles[t] = rl_cradle_new(birth, err);
    if (!rl_failed(err))
        rl_threads_run(threads, (birth->trials + BLOCK - 1) / BLOCK, bear_block, &n);
    for (int t = 0; n.cradles && t < threads; t++)
        rl_cradle_free(n.cradles[t]);
    rl_free(birth->memory, n.cradles);
    const size_t trials = n.trials;
    if (!rl_failed(err) && trials == 0)
        rl_fail(err, RL_INTERRUPTED, "interrupted before a net was drawn");
    if (rl_failed(err))
        return false;
    births->trials = trials;
    births->interrupted = trials < birth->trials;
    births->born_dead = share_of(n.dead, trials);
    births->proved = share_of(n.proved, trials);
    births->dead_units = share_of_units(&n, trials);
    births->exact = birth->inputs != RL_BALL || fan_in_of(birth) == 1;
    births->chords = birth->inputs != RL_BALL ? 0 : births->exact ? 1 : DIAMETERS;
    know(birth, births);
    return true;
}
