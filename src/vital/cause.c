/* Of what a unit died, or came back.
 *
 * For a unit fed by a dense layer (or a convolution, at one position) and for one example, between two censuses (old
 * and new),
 *
 *     z = b + w·x        Δz = Δb + Δw·x_old + w_new·Δx
 *
 * (a recurrent unit at one step, whose inputs are that step's features and what its layer gave at the step before)
 * where x is the unit's own input: what moved is its bias, its weights or what comes from below. In the first layer x is
 * data, and Δx is 0 (but where another net makes the data, rl_monitor_show). Where an addition stands before the curve,
 * each dense layer under it gives these three terms, and anything else, a skip connection, one of its own. Behind a batch
 * norm, γ x̂ + β with x̂ = (x - m)/s in evaluation,
 *
 *     Δz = Δβ + Δγ x̂_old + γ_new Δx/s_new + γ_new ((x_old - m_new)/s_new - (x_old - m_old)/s_old)
 *
 * so that its bias and its factor have their terms, what is below it has its own times γ_new/s_new, and the shift of its
 * statistics is the last one. The example is the one on which the unit was most awake: before a
 * death, after a revival. The term that pushed hardest in the direction in which z left (or reached) the region where
 * the curve conducts names the cause.
 *
 * Parameters and inputs are the float32 kernels' own; products and sums are taken in double, so that the terms add up
 * to Δz to rounding in double, and z agrees with the kernels' to their rounding. */
#include "vital/monitor.h"

#include "train/sweep.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum { ROWS = RL_SWEEP_ROWS };

/* ---- Where a curve conducts ---- */

/* All finite floats in order, counted from 0 at the lowest. */
static float float_at(int64_t place)
{
    const int64_t largest = 0x7F7FFFFF;
    int64_t from_zero = place - largest;
    uint32_t bits = (uint32_t)(from_zero < 0 ? -from_zero : from_zero);
    float x;
    memcpy(&x, &bits, sizeof x);
    return from_zero < 0 ? -x : x;
}

/* Is the slope exactly 0 from the far end on this side up to t? The interval of slopes alone could be narrowed to 0
 * by underflow; the curve's own word at both ends is exact. */
static bool flat_up_to(const rl_activation *curve, float alpha, float t, bool below)
{
    const float end = below ? -FLT_MAX : FLT_MAX;
    rl_interval slopes = curve->slopes((rl_interval){ below ? end : t, below ? t : end }, alpha);
    return slopes.lo == 0 && slopes.hi == 0 && !rl_activation_conducts(curve, alpha, t) &&
           !rl_activation_conducts(curve, alpha, end);
}

/* The point next to the last flat one, seen from the far end on this side. */
static double edge(const rl_activation *curve, float alpha, bool below)
{
    const int64_t count = 2 * (int64_t)0x7F7FFFFF + 1;
    int64_t flat = -1, not_flat = count; /* counted from the far end */
    while (not_flat - flat > 1) {
        int64_t middle = flat + (not_flat - flat) / 2;
        if (flat_up_to(curve, alpha, float_at(below ? middle : count - 1 - middle), below))
            flat = middle;
        else
            not_flat = middle;
    }
    double far = below ? -(double)INFINITY : (double)INFINITY;
    if (flat < 0)
        return far;
    return not_flat == count ? -far : (double)float_at(below ? not_flat : count - 1 - not_flat);
}

rl_region rl_conducting_region(const rl_activation *curve, float alpha)
{
    return (rl_region){ edge(curve, alpha, true), edge(curve, alpha, false) };
}

double rl_awakeness(rl_region region, double z)
{
    return fmin(z - region.low, region.high - z);
}

/* ---- The example ---- */

static const rl_activation *curve_of(const rl_net *net, rl_unit who, float *alpha)
{
    const rl_activation *curve = rl_net_curve(net, who.node, who.lane, alpha);
    const rl_node_data *node = &net->nodes[who.node];
    if (curve->learned) {
        size_t row = node->offset + node->parameters - rl_learned_slopes(node) + (node->shared ? 0 : (size_t)who.unit);
        *alpha = ((const float *)net->parameters)[row * (size_t)net->lanes + (size_t)who.lane];
    }
    return curve;
}

static void look_for_examples(rl_monitor *m, const rl_net *net, const rl_pass *pass, size_t first, rl_event_kind kind,
    rl_event *events, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (events[i].kind != kind)
            continue;
        const rl_unit who = events[i].unit;
        rl_search *search = &m->searches[i];
        const rl_node_data *node = &net->nodes[who.node];
        const float *z = rl_pass_z(net, pass, who.node); /* [batch][values][lanes] */
        for (size_t b = 0; b < (size_t)pass->batch; b++)
            for (size_t p = 0; p < (size_t)node->positions; p++) {
                const size_t at = b * (size_t)node->values + rl_value_of(node, (size_t)who.unit, p);
                const float here = z[at * m->lanes + (size_t)who.lane];
                double awake = rl_awakeness(search->region, (double)here);
                if (isfinite(here) && awake > search->best) {
                    search->best = awake;
                    search->position = p;
                    events[i].row = (long)(first + b);
                }
            }
    }
}

/* On which example was each unit most awake under net: the first of equals. */
static void find_examples(
    rl_monitor *m, const rl_net *net, bool were, rl_event_kind kind, rl_event *events, size_t count)
{
    rl_pass *pass = were ? m->was : m->now;
    const rl_dataset *data = m->reference;
    rl_net part = *net; /* no further than what the highest of them reads */
    part.count = 0;
    for (size_t i = 0; i < count; i++) {
        if (events[i].kind != kind)
            continue;
        float alpha;
        const rl_activation *curve = curve_of(net, events[i].unit, &alpha);
        m->searches[i] = (rl_search){ rl_conducting_region(curve, alpha), -(double)INFINITY, 0 };
        rl_node z = rl_z_comes_about(net, events[i].unit.node);
        part.count = z + 1 > part.count ? z + 1 : part.count;
    }
    for (size_t first = 0; part.count && first < data->rows; first += ROWS) {
        size_t rows = data->rows - first < ROWS ? data->rows - first : ROWS;
        rl_monitor_rows(m, net, were, first, rows, m->x);
        rl_pass_forward(&part, pass, m->x, (int)rows);
        look_for_examples(m, &part, pass, first, kind, events, count);
    }
}

/* ---- The terms ---- */

/* One lane of one row of the batch, under both sets of parameters. */
typedef struct {
    const rl_monitor *m;
    const rl_net *was, *net;
    size_t b, lane;
} glance;

static double value(const glance *g, const rl_pass *pass, rl_node node, size_t at)
{
    const float *values = pass->values[node]; /* [batch][values][lanes] */
    return (double)values[(g->b * (size_t)g->net->nodes[node].values + at) * g->m->lanes + g->lane];
}

/* One weight w times one value x: what moved is the weight, or what it meets. */
static void add_product(double w_old, double w_new, double x_old, double x_new, rl_event *e)
{
    e->terms[RL_BY_WEIGHTS] += (w_new - w_old) * x_old;
    e->terms[RL_BY_INPUTS] += w_new * (x_new - x_old);
    e->z_before += w_old * x_old;
    e->z_after += w_new * x_new;
}

/* A node that sums by weights: what moved is its bias, its weights, or what it reads. */
static void add_sum(const glance *g, rl_node which, size_t at, rl_event *e)
{
    const rl_node_data *node = &g->net->nodes[which];
    const rl_node_kind *kind = rl_node_kinds[node->kind];
    const rl_term *old = g->m->old_terms, *new = g->m->new_terms;
    double b_old, b_new;
    const size_t terms = kind->sum(g->was, which, (int)g->lane, at, g->m->old_terms, &b_old);
    kind->sum(g->net, which, (int)g->lane, at, g->m->new_terms, &b_new);
    for (size_t i = 0; i < terms; i++) {
        const rl_node from = node->reads[old[i].read];
        add_product(old[i].weight, new[i].weight, value(g, g->m->was, from, old[i].value),
            value(g, g->m->now, from, old[i].value), e);
    }
    e->terms[RL_BY_BIAS] += b_new - b_old;
    e->z_before += b_old;
    e->z_after += b_new;
}

/* z_t of an Elman node: its inputs are the step's features and what it gave at the step before. */
static void add_step(const glance *g, rl_node which, size_t unit, size_t t, rl_event *e)
{
    const rl_node_data *node = &g->net->nodes[which];
    const size_t units = (size_t)node->units, features = node->weights / units - units;
    const int l = (int)g->lane;
    for (size_t i = 0; i < features; i++) {
        const size_t row = node->offset + unit * features + i, at = t * features + i;
        add_product(rl_net_get(g->was, row, l), rl_net_get(g->net, row, l), value(g, g->m->was, node->reads[0], at),
            value(g, g->m->now, node->reads[0], at), e);
    }
    for (size_t i = 0; t > 0 && i < units; i++) {
        const size_t row = node->offset + units * features + unit * units + i, at = (t - 1) * units + i;
        add_product(rl_net_get(g->was, row, l), rl_net_get(g->net, row, l), value(g, g->m->was, which, at),
            value(g, g->m->now, which, at), e);
    }
    for (size_t b = 0; node->bias && b < 2; b++) { /* b_ih and b_hh */
        const size_t row = node->offset + node->weights + b * units + unit;
        const double old = rl_net_get(g->was, row, l), new = rl_net_get(g->net, row, l);
        e->terms[RL_BY_BIAS] += new - old;
        e->z_before += old;
        e->z_after += new;
    }
}

static void add_terms(const glance *g, rl_node which, size_t at, rl_cause otherwise, rl_event *e);

static void add_normalised(const glance *g, rl_node which, size_t at, rl_cause otherwise, rl_event *e)
{
    const size_t unit = rl_unit_of(&g->net->nodes[which], at);
    const rl_norm_numbers old = rl_norm_numbers_of(g->was, which, (int)g->lane, unit),
                          new = rl_norm_numbers_of(g->net, which, (int)g->lane, unit);
    const double s_old = sqrt(old.variance + 1e-5), s_new = sqrt(new.variance + 1e-5);
    rl_event below = { 0 };
    add_terms(g, g->net->nodes[which].reads[0], at, otherwise, &below);
    for (int t = 0; t < RL_TERMS; t++)
        e->terms[t] += new.gamma / s_new *below.terms[t];
    const double x_hat = (below.z_before - old.mean) / s_old;
    e->terms[RL_BY_BIAS] += new.beta - old.beta;
    e->terms[RL_BY_SCALE] += (new.gamma - old.gamma) * x_hat;
    e->terms[RL_BY_STATISTICS] += new.gamma *((below.z_before - new.mean) / s_new - x_hat);
    e->z_before += old.gamma * x_hat + old.beta;
    e->z_after += new.gamma *(below.z_after - new.mean) / s_new + new.beta;
}

/* Dropout in evaluation mode and a flattened picture pass on what they read, an addition the two parts of a skip.
 * Anything else is taken as it comes. */
static void add_terms(const glance *g, rl_node which, size_t at, rl_cause otherwise, rl_event *e)
{
    const rl_node_data *node = &g->net->nodes[which];
    const rl_node_kind *kind = rl_node_kinds[node->kind];
    rl_term parts[2];
    double bias;
    if (node->kind == RL_BATCH_NORM) {
        add_normalised(g, which, at, otherwise, e);
    } else if (kind->sum && node->weights > 0) {
        add_sum(g, which, at, e);
    } else if (kind->passes_on) {
        const size_t count = kind->sum(g->net, which, (int)g->lane, at, parts, &bias);
        for (size_t i = 0; i < count; i++)
            add_terms(g, node->reads[parts[i].read], parts[i].value, count > 1 ? RL_BY_SKIP : otherwise, e);
    } else {
        double old = value(g, g->m->was, which, at), new = value(g, g->m->now, which, at);
        e->terms[otherwise] += new - old;
        e->z_before += old;
        e->z_after += new;
    }
}

/* ---- The cause ---- */

/* On which side of the region is z, or to which side is it nearer? */
static bool is_above(rl_region region, double z)
{
    return region.high - z < z - region.low;
}

static rl_cause hardest(const rl_event *e, bool upwards)
{
    rl_cause cause = RL_BY_BIAS;
    for (rl_cause c = RL_BY_WEIGHTS; c < RL_TERMS; c++)
        if (upwards ? e->terms[c] > e->terms[cause] : e->terms[c] < e->terms[cause])
            cause = c;
    return cause;
}

/* outside: the z that does not conduct; the net in whose state the unit is awake says where it would. */
static void name_cause(const rl_net *awake, const rl_net *dead, rl_event *e)
{
    float alpha, alpha_dead;
    const rl_activation *curve = curve_of(awake, e->unit, &alpha);
    double outside = e->kind == RL_DEATH ? e->z_after : e->z_before;
    curve_of(dead, e->unit, &alpha_dead);
    if (!isfinite(e->z_before) || !isfinite(e->z_after)) {
        e->cause = RL_BY_BROKEN;
    } else if (curve->learned && alpha != alpha_dead && rl_activation_conducts(curve, alpha, (float)outside)) {
        e->cause = RL_BY_SLOPE;
    } else {
        bool above = is_above(rl_conducting_region(curve, alpha), outside);
        e->cause = hardest(e, above == (e->kind == RL_DEATH));
    }
}

/* Events first … of each lane, side by side: row b of the batch is the b-th of them. */
static void explain_some(rl_monitor *m, const rl_net *net, const rl_net *was, rl_event *events,
    const size_t *first_of_lane, size_t first, size_t rows)
{
    for (size_t b = 0; b < rows; b++)
        for (size_t l = 0; l < m->lanes; l++) {
            size_t at = first_of_lane[l] + first + b;
            long row = at < first_of_lane[l + 1] ? events[at].row : 0;
            m->order[b * m->lanes + l] = row < 0 ? 0 : (uint32_t)row;
        }
    rl_monitor_pick(m, net, true, rows, m->x_were);
    rl_monitor_pick(m, net, false, rows, m->x);
    rl_pass_forward(was, m->was, m->x_were, (int)rows);
    rl_pass_forward(net, m->now, m->x, (int)rows);
    for (size_t l = 0; l < m->lanes; l++)
        for (size_t b = 0; b < rows && first_of_lane[l] + first + b < first_of_lane[l + 1]; b++) {
            rl_event *e = &events[first_of_lane[l] + first + b];
            if (e->row < 0)
                continue;
            const glance g = { m, was, net, b, l };
            const rl_node_data *node = &net->nodes[e->unit.node];
            const size_t position = m->searches[e - events].position;
            if (node->kind == RL_RECURRENT)
                add_step(&g, e->unit.node, (size_t)e->unit.unit, position, e);
            else
                add_terms(&g, node->reads[0], rl_value_of(node, (size_t)e->unit.unit, position), RL_BY_INPUTS, e);
            name_cause(e->kind == RL_DEATH ? was : net, e->kind == RL_DEATH ? net : was, e);
        }
}

void rl_monitor_explain(rl_monitor *m, const rl_net *net, rl_event *events, size_t count)
{
    rl_net now = *net, was = rl_monitor_net_was(m, net);
    now.count = was.count = m->last + 1;
    find_examples(m, &was, true, RL_DEATH, events, count);
    find_examples(m, &now, false, RL_REVIVAL, events, count);
    size_t first_of_lane[17] = { 0 }, most = 0;
    for (size_t l = 0, i = 0; l < m->lanes; l++) {
        while (i < count && events[i].unit.lane == (int)l)
            i++;
        first_of_lane[l + 1] = i;
        most = i - first_of_lane[l] > most ? i - first_of_lane[l] : most;
    }
    for (size_t first = 0; first < most; first += ROWS)
        explain_some(m, &now, &was, events, first_of_lane, first, most - first < ROWS ? most - first : ROWS);
}

/* ---- In words ---- */

const char *rl_event_name(rl_event_kind kind)
{
    static const char *const NAMES[] = { "born dead", "death", "revival", "not a number" };
    return NAMES[kind];
}

const char *rl_event_cause(const rl_event *e)
{
    static const char *const NAMES[] = { "bias", "weights moved", "inputs moved", "skip moved", "scale moved",
        "statistics moved", "slope moved", "birth", "before watching", "not a number" };
    if (e->cause == RL_BY_BIAS)
        return e->terms[RL_BY_BIAS] < 0 ? "bias fell" : "bias rose";
    return NAMES[e->cause];
}
