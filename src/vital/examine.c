/* The examination: every word of the glossary for every hidden unit, from one pass forward over the reference set.
 *
 * Block by block, while it is still in the cache, the census counts, a kernel notes the extremes and sums of z and a,
 * and two things are asked only of units that could still change the answer:
 *
 *     the steepest slope     while a unit that just conducted is below the steepest its curve can be: for ReLU that
 *                            is over after its first example
 *     is it heard?           while a unit that just conducted has not been heard on any example yet; one that no
 *                            weights lead on from (whatever the slopes) never is, and need not be asked
 *
 * Nothing depends on how the rows were cut into blocks, and lanes agree with one lane bit for bit. */
#include "vital/examine.h"
#include "nn/curves.h"
#include "train/sweep.h"
#include "vital/listen.h"
#include "vital/words.h"

#include <float.h>
#include <math.h>
#include <string.h>

typedef struct {
    rl_node node;
    size_t units, positions; /* at which each stands */
    rl_readings readings;
    float *steepest; /* [units][lanes] */
    int32_t *before; /* [units][lanes] how often it had conducted, or not been finite, before this block */
    uint32_t *open;  /* [open_count] the unit · lanes + lane of those of whom something may still be asked */
    size_t open_count;
    rl_lane_set *reachable; /* [units] some path of nonzero weights leads from here to an output */
    rl_lane_set *heard;     /* [units] and on some example it conducted and all slopes on the path were nonzero */
    rl_lane_set *joined;    /* [units] some outgoing weight is not 0 */
    float *ceiling;         /* [lanes] no slope of the curve is steeper */
    bool by_sign;        /* whether a unit conducts is told by whether it fires, and need not be asked of the curve: */
    bool *above, *below; /* [lanes] does it conduct on all z > 0, and on all others? Else on none */
    double *average;     /* [lanes] of the units' mean |a|, once it is over */
} layer;

struct rl_examination {
    rl_memory memory;
    int lanes;
    rl_thresholds thresholds;
    rl_census *census;
    layer *layers; /* [census->layer_count] */
    rl_listening listening;
    rl_pass *pass;
    size_t block;                 /* rows looked at together */
    float *x;                     /* [block][features][lanes] */
    float *ones, *slopes, *part;  /* [block][most values][lanes] */
    int32_t *row_counts[3];       /* [most values][lanes]: one example's conducted, fired, broken */
    size_t most_values, features; /* of an activation node */
    bool ended;
};

#define DECLARE(name, lanes, float64) extern const rl_examine_kernels rl_examine_list_##name;
extern const rl_examine_kernels rl_examine_list;
RL_SUFFIXED_VARIANTS(DECLARE)

static const rl_examine_kernels *kernels_of(rl_variant variant)
{
#define ADDRESS(name, lanes, float64) &rl_examine_list_##name,
    static const rl_examine_kernels *const all[RL_VARIANTS] = { &rl_examine_list, RL_SUFFIXED_VARIANTS(ADDRESS) };
    return all[variant];
}

/* ---- Making ---- */

static void fill(float *to, size_t count, float value)
{
    for (size_t i = 0; to && i < count; i++)
        to[i] = value;
}

static float *new_floats(rl_memory memory, size_t units, size_t lanes, float value, rl_error *err)
{
    float *values = rl_new(memory, units, lanes * sizeof *values, err);
    fill(values, units * lanes, value);
    return values;
}

/* A learned α may be anything. */
static float steepest_possible(const rl_net *net, rl_node node, int lane)
{
    float alpha = 0;
    const rl_activation *curve = rl_net_curve(net, node, lane, &alpha);
    if (curve->learned)
        return INFINITY;
    rl_interval all = curve->slopes((rl_interval){ -INFINITY, INFINITY }, alpha);
    return fmaxf(fabsf(all.lo), fabsf(all.hi));
}

typedef enum { NEVER, ALWAYS, SOMETIMES } how_often;

/* By its bounds: a slope that is within [0, 0] is 0, one within bounds that leave out 0 is not. */
static how_often conducts_between(const rl_activation *curve, float alpha, float low, float high)
{
    rl_interval slopes = curve->slopes((rl_interval){ low, high }, alpha);
    if (slopes.lo == 0 && slopes.hi == 0)
        return NEVER;
    return slopes.lo > 0 || slopes.hi < 0 ? ALWAYS : SOMETIMES;
}

/* ReLU conducts where z > 0 and Leaky ReLU everywhere; a learned α may be anything. */
static bool tell_by_sign(layer *l, const rl_net *net, int lane)
{
    float alpha = 0;
    const rl_activation *curve = rl_net_curve(net, l->node, lane, &alpha);
    if (curve->learned)
        return false;
    how_often above = conducts_between(curve, alpha, FLT_TRUE_MIN, FLT_MAX);
    how_often below = conducts_between(curve, alpha, -FLT_MAX, -FLT_TRUE_MIN);
    l->above[lane] = above == ALWAYS;
    l->below[lane] = below == ALWAYS;
    return above != SOMETIMES && below != SOMETIMES && rl_activation_conducts(curve, alpha, 0) == l->below[lane];
}

static bool make_layer(rl_examination *e, const rl_net *net, size_t index, rl_error *err)
{
    layer *made = &e->layers[index];
    const size_t units = e->census->layers[index].units, lanes = (size_t)e->lanes;
    *made = (layer){
        .node = e->census->layers[index].node, .units = units, .positions = e->census->layers[index].positions
    };
    rl_readings *r = &made->readings;
    r->highest_z = new_floats(e->memory, units, lanes, -INFINITY, err);
    r->lowest_z = new_floats(e->memory, units, lanes, INFINITY, err);
    r->highest_a = new_floats(e->memory, units, lanes, -INFINITY, err);
    r->lowest_a = new_floats(e->memory, units, lanes, INFINITY, err);
    r->sum = new_floats(e->memory, units, lanes, 0, err);
    r->rest = new_floats(e->memory, units, lanes, 0, err);
    r->zeros = rl_new(e->memory, units, lanes * sizeof(int32_t), err);
    r->highest_row = rl_new(e->memory, units, lanes * sizeof(int32_t), err);
    r->fired = rl_new(e->memory, units, lanes * sizeof(int32_t), err);
    r->broken = rl_new(e->memory, units, lanes * sizeof(int32_t), err);
    made->steepest = new_floats(e->memory, units, lanes, 0, err);
    made->before = rl_new(e->memory, units, lanes * sizeof(int32_t), err);
    made->open = rl_new(e->memory, units, lanes * sizeof *made->open, err);
    made->reachable = rl_new(e->memory, units, sizeof *made->reachable, err);
    made->heard = rl_new(e->memory, units, sizeof *made->heard, err);
    made->joined = rl_new(e->memory, units, sizeof *made->joined, err);
    made->ceiling = rl_new(e->memory, lanes, sizeof *made->ceiling, err);
    made->above = rl_new(e->memory, lanes, sizeof *made->above, err);
    made->below = rl_new(e->memory, lanes, sizeof *made->below, err);
    made->average = rl_new(e->memory, lanes, sizeof *made->average, err);
    if (rl_failed(err))
        return false;
    for (size_t i = 0; i < units * lanes; i++) {
        ((int32_t *)r->highest_row)[i] = -1;
        made->open[made->open_count++] = (uint32_t)i;
    }
    made->by_sign = true;
    for (int l = 0; l < e->lanes; l++) {
        made->ceiling[l] = steepest_possible(net, made->node, l);
        made->by_sign &= tell_by_sign(made, net, l);
    }
    return true;
}

static bool make_scratch(rl_examination *e, const rl_net *net, rl_error *err)
{
    const size_t lanes = (size_t)e->lanes;
    for (rl_node i = 0; i < net->count; i++)
        if (rl_has_units(net, i) && (size_t)net->nodes[i].values > e->most_values)
            e->most_values = (size_t)net->nodes[i].values;
    size_t row = e->most_values * lanes;
    e->features = (size_t)rl_net_inputs(net);
    e->block = lanes < 4 ? 32 : lanes < 16 ? 16 : 8; /* what is read again is still in the L1 cache */
    e->pass = rl_pass_new(net, (int)e->block, err);
    e->x = rl_new(e->memory, e->block * e->features, lanes * sizeof *e->x, err);
    e->ones = new_floats(e->memory, e->block, row, 1, err);
    e->slopes = rl_new(e->memory, e->block, row * sizeof *e->slopes, err);
    e->part = rl_new(e->memory, e->block, row * sizeof *e->part, err);
    for (int i = 0; i < 3; i++)
        e->row_counts[i] = rl_new(e->memory, row, sizeof **e->row_counts, err);
    return !rl_failed(err);
}

/* A unit is heard if it is at one of its positions: to [units] is added to. */
static void gather(const rl_net *net, const layer *l, const rl_lane_set *values, rl_lane_set *to)
{
    for (size_t v = 0; v < l->units * l->positions; v++)
        to[rl_unit_of(&net->nodes[l->node], v)] |= values[v];
}

/* What the weights alone say: whom no path leads on from, and who has no outgoing weight. */
static void follow_weights(rl_examination *e, const rl_net *net)
{
    for (rl_node i = 0; i < net->count; i++)
        for (int v = 0; rl_has_units(net, i) && v < net->nodes[i].values; v++)
            e->listening.conducts[i][v] = e->listening.all;
    rl_listen(&e->listening, net, 0, NULL, 0);
    for (size_t i = 0; i < e->census->layer_count; i++)
        gather(net, &e->layers[i], e->listening.heard[e->layers[i].node], e->layers[i].reachable);
    rl_listen_next_weights(&e->listening, net);
    for (size_t i = 0; i < e->census->layer_count; i++)
        gather(net, &e->layers[i], e->listening.heard[e->layers[i].node], e->layers[i].joined);
}

rl_examination *rl_examine_new(const rl_net *net, rl_thresholds thresholds, rl_error *err)
{
    if (rl_failed(err))
        return NULL;
    if (net->float64 || net->count == 0) {
        rl_fail(err, RL_BAD_CONFIG, "an examination needs a float32 net with an input");
        return NULL;
    }
    rl_examination *e = rl_new(net->memory, 1, sizeof *e, err);
    if (!e)
        return NULL;
    *e = (rl_examination){
        .memory = net->memory, .lanes = net->lanes, .thresholds = rl_thresholds_or_default(thresholds)
    };
    e->census = rl_census_new(net, err);
    if (e->census)
        e->layers = rl_new(e->memory, e->census->layer_count, sizeof *e->layers, err);
    for (size_t i = 0; !rl_failed(err) && i < e->census->layer_count; i++)
        make_layer(e, net, i, err);
    if (!rl_failed(err) && make_scratch(e, net, err) && rl_listening_new(&e->listening, net, err)) {
        rl_census_begin(e->census);
        follow_weights(e, net);
        return e;
    }
    rl_examination_free(e);
    return NULL;
}

static void free_layer(rl_memory memory, layer *l)
{
    void *const blocks[] = { l->readings.highest_z, l->readings.lowest_z, l->readings.highest_row, l->readings.lowest_a,
        l->readings.highest_a, l->readings.sum, l->readings.rest, l->readings.zeros, l->readings.fired,
        l->readings.broken, l->above, l->below, l->steepest, l->before, l->open, l->reachable, l->heard, l->joined,
        l->ceiling, l->average };
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        rl_free(memory, blocks[i]);
}

void rl_examination_free(rl_examination *e)
{
    if (!e)
        return;
    for (size_t i = 0; e->layers && i < e->census->layer_count; i++)
        free_layer(e->memory, &e->layers[i]);
    rl_free(e->memory, e->layers);
    rl_census_free(e->census);
    rl_listening_free(&e->listening);
    rl_pass_free(e->pass);
    rl_free(e->memory, e->x);
    rl_free(e->memory, e->ones);
    rl_free(e->memory, e->slopes);
    rl_free(e->memory, e->part);
    for (int i = 0; i < 3; i++)
        rl_free(e->memory, e->row_counts[i]);
    rl_free(e->memory, e);
}

/* ---- Looking ---- */

/* Where a unit's counts lie in the census: lanes with different curves are counted in groups. */
static size_t count_at(const rl_examination *e, size_t index, size_t unit, size_t lane)
{
    const size_t lanes = (size_t)e->lanes;
    size_t group = (size_t)e->census->group_of[index * lanes + lane];
    return (group * e->layers[index].units + unit) * lanes + lane;
}

/* On how many rows so far a unit conducted, fired, was not finite. */
static rl_vitals counts_of(const rl_examination *e, size_t index, size_t unit, size_t lane)
{
    const layer *l = &e->layers[index];
    const size_t here = unit * (size_t)e->lanes + lane;
    const int32_t fired = ((const int32_t *)l->readings.fired)[here];
    const int32_t broken = ((const int32_t *)l->readings.broken)[here];
    rl_vitals v = { .rows = e->census->rows * l->positions, .fired = (uint64_t)fired, .broken = (uint64_t)broken };
    if (l->by_sign)
        v.conducted = (l->above[lane] ? v.fired : 0) + (l->below[lane] ? v.rows - v.broken - v.fired : 0);
    else
        v.conducted = (uint64_t)e->census->layers[index].conducted[count_at(e, index, unit, lane)];
    return v;
}

/* Which questions are still open for units that conducted in this block. Who has none left is asked no more. */
static void ask(rl_examination *e, size_t index, bool *slopes, bool *hearing)
{
    layer *l = &e->layers[index];
    const size_t lanes = (size_t)e->lanes;
    size_t still = 0;
    *slopes = *hearing = false;
    for (size_t i = 0; i < l->open_count; i++) {
        const size_t here = l->open[i], u = here / lanes, k = here % lanes;
        const bool steeper = l->steepest[here] < l->ceiling[k];
        const bool unheard = !e->thresholds.skip_starved && (l->reachable[u] & ~l->heard[u]) >> k & 1;
        if (steeper || unheard)
            l->open[still++] = (uint32_t)here;
        const rl_vitals seen = counts_of(e, index, u, k);
        const int32_t now = (int32_t)(seen.conducted + seen.broken);
        if (now == l->before[here])
            continue;
        l->before[here] = now;
        *slopes |= steeper;
        *hearing |= unheard;
    }
    l->open_count = still;
}

static bool anyone_unheard(const rl_examination *e)
{
    for (size_t i = 0; i < e->census->layer_count; i++)
        for (size_t u = 0; u < e->layers[i].units; u++)
            if (e->layers[i].reachable[u] & ~e->layers[i].heard[u])
                return true;
    return false;
}

/* |f'(z)| of every element of the block: what backward makes of gradients of 1. */
static void measure_slopes(rl_examination *e, const rl_net *net, layer *l)
{
    const rl_node_data *node = &net->nodes[l->node];
    const size_t lanes = (size_t)e->lanes, batch = (size_t)e->pass->batch, values = (size_t)node->values;
    const rl_alphas alphas = rl_node_alphas(net, l->node);
    const bool picture = !rl_units_adjoin(node); /* whose channels' positions are rows of one unit */
    const size_t times = picture ? batch * l->units : 1, units = picture ? 1 : l->units;
    const size_t rows = picture ? l->positions : batch * l->positions;
    const float *z = rl_pass_z(net, e->pass, l->node);
    for (int g = 0; g < node->group_count; g++) {
        float *to = node->group_count == 1 ? e->slopes : e->part;
        for (size_t t = 0, at = 0; t < times; t++, at += rows * units * lanes) {
            rl_alphas here = alphas;
            if (picture) {
                here.first = (const float *)alphas.first + t % l->units * alphas.per_unit * lanes;
                here.per_unit = 0;
            }
            node->groups[g].kernels->backward(rows, units, here, z + at, e->ones + at, to + at, true);
        }
        if (to == e->part)
            rl_rows_of(net->variant)->blend(batch * values, node->groups[g].mask, e->part, e->slopes);
    }
    for (size_t t = 0, at = 0; t < times; t++, at += rows * units * lanes)
        kernels_of(net->variant)
            ->steepen(rows, units, e->slopes + at, l->steepest + (picture ? t % l->units * lanes : 0));
}

/* Which values of an activation node conduct on the block's row b. What is not finite may: nobody knows its slope. */
static void find_conducting(rl_examination *e, const rl_net *net, rl_node i, size_t b)
{
    const rl_node_data *node = &net->nodes[i];
    const size_t values = (size_t)node->values, lanes = (size_t)e->lanes;
    const bool picture = !rl_units_adjoin(node); /* else position by position */
    const size_t times = (size_t)(picture ? node->units : node->positions), units = values / times;
    const float *z = (const float *)rl_pass_z(net, e->pass, i) + b * values * lanes;
    rl_lane_set *conducts = e->listening.conducts[i];
    memset(conducts, 0, values * sizeof *conducts);
    for (int g = 0; g < node->group_count; g++) {
        for (int c = 0; c < 3; c++)
            memset(e->row_counts[c], 0, values * lanes * sizeof **e->row_counts);
        for (size_t t = 0, at = 0; t < times; t++, at += units * lanes) {
            rl_alphas alphas = rl_node_alphas(net, i);
            if (picture) { /* one α for all positions of a channel */
                alphas.first = (const float *)alphas.first + t * alphas.per_unit * lanes;
                alphas.per_unit = 0;
            }
            node->groups[g].kernels->watch(
                1, units, alphas, z + at, e->row_counts[0] + at, e->row_counts[1] + at, e->row_counts[2] + at);
        }
        for (size_t v = 0; v < values; v++)
            for (size_t l = 0; l < lanes; l++) {
                size_t at = v * lanes + l;
                int32_t counted = (e->row_counts[0][at] | e->row_counts[2][at]) & node->groups[g].mask[l];
                conducts[v] |= (rl_lane_set)(counted << l);
            }
    }
}

/* The lowest node with a unit that conducts on the example at hand and has not been heard yet; -1: none. */
static rl_node lowest_unheard(const rl_examination *e, const rl_net *net)
{
    for (size_t i = 0; i < e->census->layer_count; i++) {
        const layer *l = &e->layers[i];
        for (size_t v = 0; v < l->units * l->positions; v++) {
            const size_t u = rl_unit_of(&net->nodes[l->node], v);
            if (e->listening.conducts[l->node][v] & l->reachable[u] & ~l->heard[u])
                return l->node;
        }
    }
    return -1;
}

static void listen_to_block(rl_examination *e, const rl_net *net)
{
    for (size_t b = 0; b < (size_t)e->pass->batch && anyone_unheard(e); b++) {
        for (rl_node i = 0; i < net->count; i++)
            if (rl_has_units(net, i))
                find_conducting(e, net, i, b);
        rl_node lowest = lowest_unheard(e, net);
        if (lowest < 0)
            continue;
        rl_listen(&e->listening, net, lowest, e->pass, b);
        for (size_t i = 0; i < e->census->layer_count; i++) {
            layer *l = &e->layers[i];
            for (size_t v = 0; l->node >= lowest && v < l->units * l->positions; v++)
                l->heard[rl_unit_of(&net->nodes[l->node], v)] |=
                    e->listening.heard[l->node][v] & e->listening.conducts[l->node][v];
        }
    }
}

static void *moved(void *numbers, size_t by)
{
    return (float *)numbers + by; /* floats and counts have one size */
}

/* Each channel by itself: its positions are rows of one unit, and rows are counted by them. */
static void read_pictures(rl_examination *e, const rl_net *net, const layer *l, size_t first)
{
    const size_t lanes = (size_t)e->lanes, channel = l->positions * lanes;
    const float *z = rl_pass_z(net, e->pass, l->node), *a = e->pass->values[l->node];
    for (size_t b = 0; b < (size_t)e->pass->batch; b++)
        for (size_t u = 0; u < l->units; u++, z += channel, a += channel) {
            const rl_readings *r = &l->readings;
            const size_t by = u * lanes;
            kernels_of(net->variant)
                ->read(l->positions, 1, (first + b) * l->positions, z, a,
                    (rl_readings){ moved(r->highest_z, by), moved(r->lowest_z, by), moved(r->highest_row, by),
                        moved(r->lowest_a, by), moved(r->highest_a, by), moved(r->sum, by), moved(r->rest, by),
                        moved(r->zeros, by), moved(r->fired, by), moved(r->broken, by) });
        }
}

static void look_at_block(rl_examination *e, const rl_net *net)
{
    const size_t first = (size_t)e->census->rows;
    bool listen = false;
    e->census->rows += (uint64_t)e->pass->batch;
    for (size_t i = 0; i < e->census->layer_count; i++) {
        layer *l = &e->layers[i];
        bool slopes, hearing;
        const rl_wide wide = e->census->layers[i].wide;
        if (!l->by_sign)
            rl_census_look_at(e->census, i, net, e->pass);
        if (!rl_units_adjoin(&net->nodes[l->node]))
            read_pictures(e, net, l, first);
        else
            kernels_of(wide.variant)
                ->read((size_t)e->pass->batch * l->positions, wide.units, first * l->positions,
                    rl_pass_z(net, e->pass, l->node), e->pass->values[l->node], l->readings);
        ask(e, i, &slopes, &hearing);
        if (slopes)
            measure_slopes(e, net, l);
        listen |= hearing;
    }
    if (listen)
        listen_to_block(e, net);
}

bool rl_examine_rows(rl_examination *e, const rl_net *net, const rl_dataset *rows, rl_error *err)
{
    if (!rl_net_takes(net, rows, err))
        return false;
    if (rows->rows > INT32_MAX - (size_t)e->census->rows)
        return rl_fail(err, RL_BAD_SHAPE, "%s: more than 2^31 - 1 rows in all", rows->name);
    if (!rl_census_can_count(net, rows->name, rows->rows + (size_t)e->census->rows, err))
        return false;
    for (size_t first = 0; first < rows->rows; first += e->block) {
        size_t left = rows->rows - first, batch = left < e->block ? left : e->block;
        rl_rows_of(net->variant)->spread(batch, rows->features, rows->x + first * rows->features, e->x);
        rl_pass_forward(net, e->pass, e->x, (int)batch);
        look_at_block(e, net);
    }
    return true;
}

/* ---- What came of it ---- */

static double mean_size(const rl_examination *e, const layer *l, size_t at)
{
    double sum = ((const float *)l->readings.sum)[at], rest = ((const float *)l->readings.rest)[at];
    return (isfinite(sum) ? sum + rest : sum) / (double)(e->census->rows * l->positions);
}

bool rl_examine_end(rl_examination *e, const rl_net *net, rl_error *err)
{
    (void)net;
    if (rl_failed(err))
        return false;
    if (e->census->rows == 0)
        return rl_fail(err, RL_BAD_SHAPE, "the reference set is empty, expected at least one row");
    for (size_t i = 0; i < e->census->layer_count; i++) {
        layer *l = &e->layers[i];
        for (size_t k = 0; k < (size_t)e->lanes; k++) {
            double sum = 0;
            size_t whole = 0;
            for (size_t u = 0; u < l->units; u++)
                if (counts_of(e, i, u, k).broken == 0) {
                    sum += mean_size(e, l, u * (size_t)e->lanes + k);
                    whole++;
                }
            l->average[k] = sum / (double)whole;
        }
    }
    e->ended = true;
    return true;
}

size_t rl_examination_units(const rl_examination *e)
{
    return rl_census_units(e->census);
}

rl_unit rl_examination_unit(const rl_examination *e, size_t index, int lane)
{
    return rl_census_unit(e->census, index, lane);
}

rl_signs rl_examination_signs(const rl_examination *e, size_t index, int lane)
{
    size_t i = 0;
    while (index >= e->census->layers[i].first + e->census->layers[i].units)
        i++;
    const layer *l = &e->layers[i];
    const size_t u = index - e->census->layers[i].first, at = u * (size_t)e->lanes + (size_t)lane;
    rl_signs signs = { .counts = counts_of(e, i, u, (size_t)lane),
        .highest_z = ((const float *)l->readings.highest_z)[at],
        .lowest_z = ((const float *)l->readings.lowest_z)[at],
        .highest_row = ((const int32_t *)l->readings.highest_row)[at],
        .lowest_a = ((const float *)l->readings.lowest_a)[at],
        .highest_a = ((const float *)l->readings.highest_a)[at],
        .mean_size = mean_size(e, l, at),
        .zeros = (double)((const int32_t *)l->readings.zeros)[at] / (double)(e->census->rows * l->positions),
        .steepest = l->steepest[at] };
    if (signs.highest_row > 0)
        signs.highest_row /= (long)l->positions;
    signs.dormancy = signs.counts.broken ? (double)NAN : l->average[lane] > 0 ? signs.mean_size / l->average[lane] : 0;
    signs.severed = !(l->joined[u] >> lane & 1);
    signs.starved = !e->thresholds.skip_starved && signs.counts.conducted > 0 && !(l->heard[u] >> lane & 1);
    if (e->ended)
        signs.words = rl_words_for(&signs, e->thresholds);
    return signs;
}
