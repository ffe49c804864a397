/* Revival: what can be done for units that have died.
 *
 * Drawn anew (ReDo: Sokar, Agarwal, Castro & Evci 2023, "The dormant neuron phenomenon in deep reinforcement learning"):
 *     incoming weights from the layer's initialiser, again until the unit fires and conducts on some example; its bias
 *         0 (or what the initialiser draws), for a bias that was asked for may be what killed it
 *     outgoing weights 0
 *     the optimiser's moments of both 0, else the old ones carry the unit back into death
 * What a unit gave is taken out of the net, and what it gives now is not let in before a step has grown its outgoing
 * weights. So outputs stay the same wherever it gave 0, as a dead ReLU unit does everywhere on the reference set. A
 * weight between two revived units is drawn, not cleared: else a layer behind a dead one could never wake, and nothing
 * comes of it, since the unit it leads to is cut off itself. Layers are revived in order, each on what the ones before
 * it now give. A channel of a convolution is a unit like any other: its kernel is drawn, and the kernels that read it are
 * cleared, or all weights of its positions once it is flattened.
 *
 * Lifted: the bias raised just enough to fire on a share of the reference set. Swapped: the layer's curve replaced, by
 * a leaky one for example. Both change what the net computes; the caller measures by how much. */
#include "nn/init/init.h"
#include "nn/node/node.h"
#include "train/trainer.h"
#include "vital/census.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TRIES = 64 };

typedef struct {
    rl_memory memory;
    const rl_dataset *reference;
    rl_census *census;
    rl_pass *pass;
    float *x;               /* [RL_SWEEP_ROWS][features][lanes] */
    float *before;          /* [parameters][lanes]: what stood there, for units that will not wake */
    double *drawn;          /* [most weights of a unit + 1] */
    unsigned char *chosen;  /* [units][lanes]: to be revived */
    unsigned char *pending; /* [units][lanes]: not awake yet */
} reviver;

/* ---- Nodes with weights [units][inputs]: dense layers and convolutions ---- */

static bool is_weighted(const rl_node_data *node)
{
    return node->kind == RL_DENSE || node->kind == RL_CONV2D;
}

static size_t inputs_of(const rl_net *net, rl_node weighted)
{
    return net->nodes[weighted].weights / (size_t)net->nodes[weighted].units;
}

/* ---- Scratch ---- */

static void release(reviver *r)
{
    rl_census_free(r->census);
    rl_pass_free(r->pass);
    rl_free(r->memory, r->x);
    rl_free(r->memory, r->before);
    rl_free(r->memory, r->drawn);
    rl_free(r->memory, r->chosen);
    rl_free(r->memory, r->pending);
}

static bool prepare(reviver *r, const rl_net *net, const rl_dataset *reference, rl_error *err)
{
    *r = (reviver){ .memory = net->memory, .reference = reference };
    if (!rl_net_takes(net, reference, err))
        return false;
    if (!rl_census_can_count(net, reference->name, reference->rows, err))
        return false;
    const size_t lanes = (size_t)net->lanes;
    size_t most_weights = 0;
    for (int i = 0; i < net->count; i++)
        if (is_weighted(&net->nodes[i]) && inputs_of(net, i) > most_weights)
            most_weights = inputs_of(net, i);
    r->census = rl_census_new(net, err);
    r->pass = rl_pass_new(net, RL_SWEEP_ROWS, err);
    r->x = rl_new(net->memory, RL_SWEEP_ROWS * reference->features, lanes * sizeof *r->x, err);
    r->before = rl_new(net->memory, net->parameter_count, lanes * sizeof *r->before, err);
    r->drawn = rl_new(net->memory, most_weights + 1, sizeof *r->drawn, err);
    if (!rl_failed(err)) {
        r->chosen = rl_new(net->memory, r->census->units, lanes, err);
        r->pending = rl_new(net->memory, r->census->units, lanes, err);
    }
    if (!rl_failed(err))
        return true;
    release(r);
    return false;
}

/* ---- Looking ---- */

/* Passes the reference set through the net block by block, until enough(…) says so or all rows are seen. */
static void look(reviver *r, const rl_net *net, bool (*enough)(reviver *r, const rl_net *net))
{
    const rl_dataset *d = r->reference;
    rl_census_begin(r->census);
    for (size_t first = 0; first < d->rows; first += RL_SWEEP_ROWS) {
        size_t left = d->rows - first, batch = left < RL_SWEEP_ROWS ? left : RL_SWEEP_ROWS;
        rl_rows_of(net->variant)->spread(batch, d->features, d->x + first * d->features, r->x);
        rl_pass_forward(net, r->pass, r->x, (int)batch);
        rl_census_look(r->census, net, r->pass, first);
        if (enough(r, net))
            return;
    }
}

/* Drops from pending whoever has been seen awake; true when nobody is left. */
static bool all_woke(reviver *r, const rl_net *net)
{
    bool nobody = true;
    for (size_t u = 0; u < r->census->units; u++)
        for (int l = 0; l < net->lanes; l++) {
            unsigned char *waits = &r->pending[u * (size_t)net->lanes + (size_t)l];
            if (!*waits)
                continue;
            rl_vitals v = rl_census_vitals(r->census, u, l);
            *waits = !(v.conducted > 0 && v.fired > 0) || v.broken > 0;
            nobody = nobody && !*waits;
        }
    return nobody;
}

/* Drops from chosen whoever conducts; a broken unit conducts as far as this goes. */
static bool all_conduct(reviver *r, const rl_net *net)
{
    bool nobody = true;
    for (size_t u = 0; u < r->census->units; u++)
        for (int l = 0; l < net->lanes; l++) {
            unsigned char *dead = &r->chosen[u * (size_t)net->lanes + (size_t)l];
            *dead = *dead && rl_is_dead(rl_census_vitals(r->census, u, l));
            nobody = nobody && !*dead;
        }
    return nobody;
}

/* ---- What feeds a unit and what it feeds ---- */

static int readers_of(const rl_net *net, rl_node node)
{
    int count = 0;
    for (rl_node i = node + 1; i < net->count; i++)
        count += (net->nodes[i].reads[0] == node) + (net->nodes[i].reads[1] == node);
    return count;
}

/* Does a node hand on the units that it reads, each for itself? */
static bool hands_on(const rl_node_data *node)
{
    return node->kind == RL_DROPOUT || node->kind == RL_FLATTEN || node->kind == RL_MAX_POOL ||
           node->kind == RL_AVERAGE_POOL || node->kind == RL_GLOBAL_POOL || node->kind == RL_BATCH_NORM;
}

/* Does all that node gives go into weights, if need be through nodes that hand it on? Only then can it be cut off. */
static bool leads_to_weights_only(const rl_net *net, rl_node node)
{
    if (node == net->count - 1)
        return false;
    for (rl_node i = node + 1; i < net->count; i++) {
        const rl_node_data *reader = &net->nodes[i];
        if (reader->reads[0] != node && reader->reads[1] != node)
            continue;
        if (!is_weighted(reader) && !(hands_on(reader) && leads_to_weights_only(net, i)))
            return false;
    }
    return true;
}

/* The dense or convolving node whose rows are the units of this activation node, and nobody else's; -1: there is none. */
static rl_node fed_by(const rl_net *net, rl_node node)
{
    rl_node from = net->nodes[node].reads[0];
    if (net->nodes[node].kind != RL_ACTIVATION)
        return -1;
    return is_weighted(&net->nodes[from]) && readers_of(net, from) == 1 ? from : -1;
}

/* ---- One unit ---- */

static void put(rl_net *net, rl_trainer *trainer, size_t row, int lane, double value)
{
    rl_net_set(net, row, lane, value);
    for (int m = 0; trainer && m < trainer->optimiser->moments; m++)
        trainer->moments[m][row * (size_t)net->lanes + (size_t)lane] = 0;
}

/* Which of its weights each unit o of a weighted node gives to unit of what it reads: each of them, or none (groups). */
static size_t weights_for(const rl_net *net, rl_node weighted, int o, int unit, size_t *first)
{
    const rl_node_data *node = &net->nodes[weighted];
    const int groups = node->kind == RL_CONV2D ? (int)node->window.groups : 1;
    const int units = net->nodes[node->reads[0]].units / groups; /* of a group */
    const size_t each = inputs_of(net, weighted) / (size_t)units;
    *first = node->offset + (size_t)o * inputs_of(net, weighted) + (size_t)(unit % units) * each;
    return o / (node->units / groups) == unit / units ? each : 0;
}

static void cut_off(rl_net *net, rl_trainer *trainer, rl_node node, int unit, int lane)
{
    for (rl_node i = node + 1; i < net->count; i++) {
        const rl_node_data *reader = &net->nodes[i];
        if (reader->reads[0] != node)
            continue;
        const int spread = hands_on(reader) ? reader->units / net->nodes[node].units : 0; /* flattened: positions */
        for (int k = 0; k < spread; k++)
            cut_off(net, trainer, i, unit * spread + k, lane);
        for (int o = 0; is_weighted(reader) && o < reader->units; o++) {
            size_t row;
            for (size_t left = weights_for(net, i, o, unit, &row); left > 0; left--)
                put(net, trainer, row++, lane, 0);
        }
    }
}

/* A row of its own from the initialiser: a layer of one unit. Which numbers it takes depends on seed, round, try and
 * unit alone. */
static void draw(reviver *r, rl_net *net, rl_node node, int unit, int lane, const rl_revive_config *how, int attempt)
{
    const rl_node dense = fed_by(net, node);
    const rl_node_data *d = &net->nodes[dense];
    const size_t inputs = inputs_of(net, dense), row = d->offset + (size_t)unit * inputs;
    const uint64_t turn = how->round * TRIES + (uint64_t)attempt;
    rl_random random =
        rl_random_stream(net->seeds[lane], RL_FOR_REVIVAL, turn * (uint64_t)net->parameter_count + (uint64_t)row);
    float alpha;
    const rl_activation *curve = rl_net_curve(net, node, lane, &alpha);
    double *b = r->drawn + inputs;
    *b = 0;
    (how->init ? how->init : d->dense.init)
        ->draw(&(rl_draw){ .random = &random,
            .units = 1,
            .inputs = (int)inputs,
            .gain = rl_curve_gain(curve, alpha),
            .sd = (double)(how->init ? how->sd : d->dense.sd),
            .w = r->drawn,
            .b = d->bias ? b : NULL });
    for (size_t i = 0; i < inputs; i++)
        put(net, NULL, row + i, lane, r->drawn[i]);
    if (d->bias)
        put(net, NULL, d->offset + d->weights + (size_t)unit, lane, *b);
}

static void settle(reviver *r, rl_net *net, rl_trainer *trainer, rl_node node, int unit, int lane, bool awake)
{
    const rl_node dense = fed_by(net, node);
    const rl_node_data *d = &net->nodes[dense];
    const size_t inputs = inputs_of(net, dense), first = d->offset + (size_t)unit * inputs;
    for (size_t i = 0; i <= inputs; i++) {
        size_t row = i < inputs ? first + i : d->offset + d->weights + (size_t)unit;
        if (i == inputs && !d->bias)
            break;
        if (awake)
            put(net, trainer, row, lane, rl_net_get(net, row, lane));
        else
            rl_net_set(net, row, lane, (double)r->before[row * (size_t)net->lanes + (size_t)lane]);
    }
    if (awake)
        cut_off(net, trainer, node, unit, lane);
}

/* ---- One layer after the other ---- */

/* Clears chosen for those that cannot be revived; false if nobody is left in the layer. */
static bool any_to_draw(reviver *r, const rl_net *net, const rl_census_layer *layer)
{
    const size_t lanes = (size_t)net->lanes, first = layer->first * lanes, count = layer->units * lanes;
    if (fed_by(net, layer->node) < 0 || !leads_to_weights_only(net, layer->node))
        memset(r->chosen + first, 0, count);
    memset(r->pending, 0, r->census->units * lanes);
    memcpy(r->pending + first, r->chosen + first, count);
    return memchr(r->pending + first, 1, count) != NULL;
}

/* Draws all that are chosen. Whoever does not wake gets its old weights back, and its mark in chosen becomes 2. */
static void redraw(reviver *r, rl_net *net, rl_trainer *trainer, const rl_revive_config *how)
{
    const size_t lanes = (size_t)net->lanes;
    memcpy(r->before, net->parameters, net->parameter_count * lanes * sizeof *r->before);
    for (size_t i = 0; i < r->census->layer_count; i++) {
        const rl_census_layer *layer = &r->census->layers[i];
        if (!any_to_draw(r, net, layer))
            continue;
        for (int attempt = 0; attempt < TRIES; attempt++) {
            for (size_t at = layer->first * lanes; at < (layer->first + layer->units) * lanes; at++)
                if (r->pending[at])
                    draw(r, net, layer->node, (int)(at / lanes - layer->first), (int)(at % lanes), how, attempt);
            look(r, net, all_woke);
            if (!memchr(r->pending, 1, r->census->units * lanes))
                break;
        }
        for (size_t at = layer->first * lanes; at < (layer->first + layer->units) * lanes; at++) {
            if (!r->chosen[at])
                continue;
            settle(r, net, trainer, layer->node, (int)(at / lanes - layer->first), (int)(at % lanes), !r->pending[at]);
            r->chosen[at] = r->pending[at] ? 2 : 1;
        }
    }
}

/* ---- Asked for by units ---- */

static bool choose(reviver *r, const rl_net *net, const rl_unit *units, size_t count, size_t *places, rl_error *err)
{
    for (size_t i = 0; i < count; i++) {
        const rl_census_layer *layer = NULL;
        for (size_t k = 0; k < r->census->layer_count; k++)
            if (r->census->layers[k].node == units[i].node)
                layer = &r->census->layers[k];
        if (!layer || units[i].unit < 0 || (size_t)units[i].unit >= layer->units || units[i].lane < 0 ||
            units[i].lane >= net->lanes)
            return rl_fail(err, RL_BAD_SHAPE, "node %d, unit %d, lane %d is no hidden unit of this net", units[i].node,
                units[i].unit, units[i].lane);
        places[i] = (layer->first + (size_t)units[i].unit) * (size_t)net->lanes + (size_t)units[i].lane;
        r->chosen[places[i]] = 1;
    }
    return true;
}

bool rl_revive(rl_net *net, const rl_unit *units, size_t count, const rl_dataset *reference, rl_revive_config how,
    rl_revive_fate *fates, rl_error *err)
{
    reviver r;
    if (rl_failed(err) || !prepare(&r, net, reference, err))
        return false;
    size_t *places = rl_new(net->memory, count, sizeof *places, err);
    if (places && choose(&r, net, units, count, places, err)) {
        redraw(&r, net, how.trainer, &how);
        for (size_t i = 0; fates && i < count; i++) {
            unsigned char state = r.chosen[places[i]];
            fates[i] = state == 1 ? RL_WOKEN : state == 2 ? RL_WOULD_NOT_WAKE : RL_TIED;
        }
    }
    rl_free(net->memory, places);
    release(&r);
    return !rl_failed(err);
}

/* ---- In training ---- */

struct rl_redo {
    reviver reviver;
    long *every; /* [lanes] epochs; 0: never */
    uint64_t revived;
};

rl_redo *rl_redo_new(const rl_net *net, const rl_dataset *reference, const long *lane_every, rl_error *err)
{
    rl_redo *redo = rl_new(net->memory, 1, sizeof *redo, err);
    if (!redo)
        return NULL;
    if (!prepare(&redo->reviver, net, reference, err)) {
        rl_free(net->memory, redo);
        return NULL;
    }
    redo->every = rl_new(net->memory, (size_t)net->lanes, sizeof *redo->every, err);
    for (int l = 0; redo->every && l < net->lanes; l++)
        if ((redo->every[l] = lane_every[l]) < 0)
            rl_fail(err, RL_BAD_CONFIG, "redo every %ld epochs: expected at least 0", lane_every[l]);
    if (!rl_failed(err))
        return redo;
    rl_redo_free(redo);
    return NULL;
}

void rl_redo_free(rl_redo *redo)
{
    if (!redo)
        return;
    rl_memory memory = redo->reviver.memory;
    release(&redo->reviver);
    rl_free(memory, redo->every);
    rl_free(memory, redo);
}

/* A lane's own turn, whatever its neighbours do. */
static void before_epoch(void *self, const rl_moment *now)
{
    rl_redo *redo = self;
    reviver *r = &redo->reviver;
    const int lanes = now->net->lanes;
    bool any = false;
    for (int l = 0; l < lanes; l++) {
        bool turn = redo->every[l] > 0 && now->epoch > 0 && now->epoch % redo->every[l] == 0 &&
                    now->fates[l].state == RL_RUNNING;
        any = any || turn;
        for (size_t u = 0; u < r->census->units; u++)
            r->chosen[u * (size_t)lanes + (size_t)l] = turn;
    }
    if (!any)
        return;
    look(r, now->net, all_conduct);
    if (!memchr(r->chosen, 1, r->census->units * (size_t)lanes))
        return;
    redraw(r, now->trainer->net, now->trainer, &(rl_revive_config){ .round = (uint64_t)now->step });
    for (size_t at = 0; at < r->census->units * (size_t)lanes; at++)
        redo->revived += r->chosen[at] == 1;
}

rl_observer rl_redo_observer(rl_redo *redo)
{
    return (rl_observer){ .before_epoch = before_epoch, .self = redo };
}

uint64_t rl_redo_count(const rl_redo *redo)
{
    return redo->revived;
}

/* ---- Lifting ---- */

static int falling(const void *left, const void *right)
{
    float a = *(const float *)left, b = *(const float *)right;
    return (a < b) - (a > b);
}

/* Of numbers that lie stride apart; not finite as soon as one of them is not. */
static float highest(size_t count, size_t stride, const float *numbers)
{
    float most = numbers[0];
    for (size_t i = 1; i < count && isfinite(most); i++)
        most = numbers[i * stride] > most || !isfinite(numbers[i * stride]) ? numbers[i * stride] : most;
    return most;
}

/* z of one unit on every row of the reference set, of a channel the highest of its positions: z [rows] */
static void measure(reviver *r, const rl_net *net, rl_unit who, float *z)
{
    const rl_dataset *d = r->reference;
    const rl_node from = net->nodes[who.node].reads[0];
    const size_t lanes = (size_t)net->lanes, positions = (size_t)net->nodes[from].positions;
    for (size_t first = 0; first < d->rows; first += RL_SWEEP_ROWS) {
        size_t left = d->rows - first, batch = left < RL_SWEEP_ROWS ? left : RL_SWEEP_ROWS;
        rl_rows_of(net->variant)->spread(batch, d->features, d->x + first * d->features, r->x);
        rl_pass_forward(net, r->pass, r->x, (int)batch);
        const float *values = r->pass->values[from]; /* [batch][units][positions][lanes] */
        for (size_t b = 0; b < batch; b++) {
            const size_t at = (b * (size_t)net->nodes[from].units + (size_t)who.unit) * positions;
            z[first + b] = highest(positions, lanes, values + at * lanes + (size_t)who.lane);
        }
    }
}

/* Raises b until the wanted-th highest z is above 0, by rounding's last bits if the first sum is not enough. */
static bool lift(reviver *r, rl_net *net, rl_unit who, size_t wanted, float *z)
{
    enum { MOST_STEPS = 40 };
    const rl_node_data *dense = &net->nodes[fed_by(net, who.node)];
    const size_t row = dense->offset + dense->weights + (size_t)who.unit;
    double more = 0;
    for (int step = 0; step < MOST_STEPS; step++) {
        measure(r, net, who, z);
        for (size_t i = 0; i < r->reference->rows; i++)
            if (!isfinite(z[i]))
                return false;
        qsort(z, r->reference->rows, sizeof *z, falling);
        if (z[wanted - 1] > 0)
            return true;
        double b = rl_net_get(net, row, who.lane), missing = -(double)z[wanted - 1];
        more = more > 0 ? 2 * more : 0x1p-23 * fmax(fmax(fabs(b), missing), 0x1p-100);
        rl_net_set(net, row, who.lane, b + missing + more);
    }
    return false;
}

bool rl_lift(rl_net *net, const rl_unit *units, size_t count, const rl_dataset *reference, double share,
    rl_revive_fate *fates, rl_error *err)
{
    reviver r;
    if (rl_failed(err))
        return false;
    if (!(share > 0 && share <= 1))
        return rl_fail(err, RL_BAD_CONFIG, "share %g: expected a number above 0 and at most 1", share);
    if (!prepare(&r, net, reference, err))
        return false;
    size_t *places = rl_new(net->memory, count, sizeof *places, err);
    float *z = rl_new(net->memory, reference->rows, sizeof *z, err);
    if (!rl_failed(err) && choose(&r, net, units, count, places, err)) {
        const size_t wanted = (size_t)fmax(1, ceil(share * (double)reference->rows));
        /* first layers first: what they give decides what the later ones see */
        for (size_t k = 0; k < r.census->layer_count; k++)
            for (size_t i = 0; i < count; i++) {
                if (units[i].node != r.census->layers[k].node)
                    continue;
                rl_node from = fed_by(net, units[i].node);
                rl_revive_fate fate = from < 0 || !net->nodes[from].bias   ? RL_TIED
                                      : lift(&r, net, units[i], wanted, z) ? RL_WOKEN
                                                                           : RL_WOULD_NOT_WAKE;
                if (fates)
                    fates[i] = fate;
            }
    }
    rl_free(net->memory, z);
    rl_free(net->memory, places);
    release(&r);
    return !rl_failed(err);
}

/* ---- Another curve ---- */

static bool named(const rl_node *nodes, size_t count, rl_node node)
{
    for (size_t i = 0; i < count; i++)
        if (nodes[i] == node)
            return true;
    return false;
}

static rl_node copy_node(
    rl_net *copy, const rl_net *net, rl_node i, const rl_activation *curve, float alpha, rl_error *err)
{
    const rl_node_data *from = &net->nodes[i];
    const rl_activation *curves[RL_MOST_LANES];
    float alphas[RL_MOST_LANES];
    rl_node_data node = *from;
    node.groups = NULL;
    node.lane_alphas = NULL;
    node.alphas = NULL;
    node.group_count = 0;
    if (from->group_count == 0)
        return rl_net_add_node(copy, node, err);
    for (int l = 0; l < net->lanes; l++) {
        curves[l] = curve ? curve : rl_net_curve(net, i, l, &alphas[l]);
        if (curve)
            alphas[l] = alpha;
    }
    node.parameters -= rl_learned_slopes(from);
    rl_node_take_curves(copy,
        &(rl_activation_config){ .lane_curves = curves, .lane_alphas = alphas, .shared = from->shared }, &node, err);
    const size_t slopes = rl_learned_slopes(&node);
    node.parameters += slopes;
    node.learns = node.learns || slopes > 0;
    rl_node where = rl_net_add_node(copy, node, err);
    for (size_t row = node.parameters - slopes; where >= 0 && row < node.parameters; row++)
        for (int l = 0; l < net->lanes; l++)
            rl_net_set(copy, copy->nodes[where].offset + row, l, (double)alphas[l]);
    return where;
}

rl_net *rl_swap_curve(
    const rl_net *net, const rl_node *nodes, size_t count, const rl_activation *curve, float alpha, rl_error *err)
{
    if (rl_failed(err))
        return NULL;
    rl_net *copy = rl_net_new(
        (rl_net_config){ .seeds = net->seeds, .lanes = net->lanes, .float64 = net->float64, .memory = net->memory },
        err);
    for (rl_node i = 0; copy && i < net->count && !rl_failed(err); i++)
        copy_node(copy, net, i, named(nodes, count, i) ? curve : NULL, alpha, err);
    if (rl_failed(err)) {
        rl_net_free(copy);
        return NULL;
    }
    for (rl_node i = 0; i < net->count; i++) { /* a slope that was learned goes with its curve */
        const rl_node_data *from = &net->nodes[i], *to = &copy->nodes[i];
        const size_t slopes = rl_has_units(net, i) && named(nodes, count, i) ? rl_learned_slopes(from) : 0;
        for (size_t row = 0; row < from->parameters - slopes; row++)
            for (int l = 0; l < net->lanes; l++)
                rl_net_set(copy, to->offset + row, l, rl_net_get(net, from->offset + row, l));
    }
    return copy;
}
