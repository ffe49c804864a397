/* The census: on how many examples of the reference set each hidden unit conducts, fires, is not finite.
 *
 * A unit is one element of an activation node's input, of a picture one channel, of a sequence one feature, which is looked
 * at everywhere, or at every step, in every example; so is a unit of Elman's recurrent node, whose curve is inside. (Gates
 * never close for good: a GRU or an LSTM has no units in this sense.) A node whose result is the net's output has none. Dead means
 * that the curve's exact slope was 0 on every example, so that no gradient reaches the unit's weights; silent
 * means that z was never above 0. A unit that was not finite somewhere is broken, and neither. */
#include "vital/census.h"

#include "nn/curves.h"
#include "train/sweep.h"

#include <string.h>

rl_wide rl_widest(rl_variant variant, size_t units, size_t lanes)
{
    for (size_t wider = RL_MOST_LANES; wider > lanes; wider /= 2) {
        rl_variant found = rl_variant_for((int)wider, false);
        if (found != RL_VARIANTS && units * lanes % wider == 0)
            return (rl_wide){ found, units * lanes / wider, wider };
    }
    return (rl_wide){ variant, units, lanes };
}

rl_alphas rl_wide_alphas(rl_wide wide, rl_alphas alphas, size_t lanes, float *room)
{
    if (alphas.per_unit)
        return alphas;
    for (size_t l = 0; l < wide.lanes; l++)
        room[l] = ((const float *)alphas.first)[l % lanes];
    return (rl_alphas){ .first = room };
}

rl_wide rl_watch_width(const rl_net *net, rl_node node)
{
    const size_t lanes = (size_t)net->lanes;
    if (rl_units_adjoin(&net->nodes[node]))
        return rl_widest(net->variant, (size_t)net->nodes[node].units, lanes);
    return lanes == 1 ? rl_widest(net->variant, RL_MOST_LANES, 1) : (rl_wide){ net->variant, 1, lanes };
}

/* One unit at all its positions, which lie side by side: z [positions][lanes]. */
static void watch_picture(
    const rl_net *net, rl_node which, int group, rl_wide wide, size_t unit, const float *z, rl_counts counts)
{
    const rl_node_data *node = &net->nodes[which];
    const size_t lanes = (size_t)net->lanes, index = node->groups[group].index;
    size_t positions = (size_t)node->positions;
    rl_alphas alphas = rl_node_alphas(net, which);
    alphas.first = (const float *)alphas.first + unit * alphas.per_unit * lanes;
    alphas.per_unit = 0;
    if (wide.lanes > lanes) { /* one lane: positions side by side are as good as lanes */
        int32_t sums[3][RL_MOST_LANES] = { { 0 } };
        float room[RL_MOST_LANES];
        rl_curve_of(wide.variant, index)
            ->watch(positions / wide.lanes, 1, rl_wide_alphas(wide, alphas, lanes, room), z, sums[0], sums[1], sums[2]);
        for (size_t l = 0; l < wide.lanes; l++) {
            counts.conducted[unit] += sums[0][l];
            counts.fired[unit] += sums[1][l];
            counts.broken[unit] += sums[2][l];
        }
        z += positions / wide.lanes * wide.lanes;
        positions %= wide.lanes;
    }
    const size_t at = unit * lanes;
    rl_curve_of(net->variant, index)
        ->watch(positions, 1, alphas, z, counts.conducted + at, counts.fired + at, counts.broken + at);
}

void rl_watch(const rl_net *net, rl_node which, int group, rl_wide wide, size_t batch, const float *z, rl_counts counts)
{
    const rl_node_data *node = &net->nodes[which];
    if (rl_units_adjoin(node)) { /* the steps of a sequence are rows like any */
        float room[RL_MOST_LANES];
        const rl_alphas alphas = rl_wide_alphas(wide, rl_node_alphas(net, which), (size_t)net->lanes, room);
        rl_curve_of(wide.variant, node->groups[group].index)
            ->watch(
                batch * (size_t)node->positions, wide.units, alphas, z, counts.conducted, counts.fired, counts.broken);
        return;
    }
    for (size_t b = 0; b < batch; b++)
        for (size_t u = 0; u < (size_t)node->units; u++, z += (size_t)node->positions * (size_t)net->lanes)
            watch_picture(net, which, group, wide, u, z, counts);
}

bool rl_census_can_count(const rl_net *net, const char *name, size_t rows, rl_error *err)
{
    size_t most = 1;
    for (rl_node i = 0; i < net->count; i++)
        if (rl_has_units(net, i) && (size_t)net->nodes[i].positions > most)
            most = (size_t)net->nodes[i].positions;
    if (rl_failed(err))
        return false;
    if (most > 1 && rows > INT32_MAX / most)
        return rl_fail(err, RL_BAD_SHAPE,
            "%s has %zu rows, of %zu positions or steps each; expected at most 2^31 - 1 in all", name, rows, most);
    return rows <= INT32_MAX || rl_fail(err, RL_BAD_SHAPE, "%s has %zu rows; expected at most 2^31 - 1", name, rows);
}

static bool add_layer(rl_census *census, const rl_net *net, rl_node node, rl_error *err)
{
    rl_census_layer *layer = &census->layers[census->layer_count];
    const rl_node_data *n = &net->nodes[node];
    *layer =
        (rl_census_layer){ .node = node, .first = census->units, .units = (size_t)n->units, .groups = n->group_count };
    layer->positions = (size_t)n->positions;
    layer->wide = rl_watch_width(net, node);
    size_t counts = (size_t)n->group_count * layer->units, row = (size_t)net->lanes * sizeof(int32_t);
    for (int g = 0; g < n->group_count; g++)
        for (int l = 0; l < net->lanes; l++)
            if (n->groups[g].mask[l])
                census->group_of[census->layer_count * (size_t)net->lanes + (size_t)l] = (int8_t)g;
    census->layer_count++;
    census->units += layer->units;
    layer->conducted = rl_new(census->memory, counts, row, err);
    layer->fired = rl_new(census->memory, counts, row, err);
    layer->broken = rl_new(census->memory, counts, row, err);
    return !rl_failed(err);
}

rl_census *rl_census_new(const rl_net *net, rl_error *err)
{
    rl_census *census = rl_new(net->memory, 1, sizeof *census, err);
    if (!census)
        return NULL;
    *census = (rl_census){ .memory = net->memory, .lanes = net->lanes };
    census->layers = rl_new(net->memory, (size_t)net->count, sizeof *census->layers, err);
    census->group_of = rl_new(net->memory, (size_t)net->count * (size_t)net->lanes, sizeof *census->group_of, err);
    for (rl_node i = 0; !rl_failed(err) && i < net->count - 1; i++)
        if (rl_has_units(net, i))
            add_layer(census, net, i, err);
    if (!rl_failed(err))
        return census;
    rl_census_free(census);
    return NULL;
}

void rl_census_free(rl_census *census)
{
    if (!census)
        return;
    for (size_t i = 0; i < census->layer_count; i++) {
        rl_free(census->memory, census->layers[i].conducted);
        rl_free(census->memory, census->layers[i].fired);
        rl_free(census->memory, census->layers[i].broken);
    }
    rl_free(census->memory, census->layers);
    rl_free(census->memory, census->group_of);
    rl_free(census->memory, census);
}

void rl_census_begin(rl_census *census)
{
    census->rows = 0;
    for (size_t i = 0; i < census->layer_count; i++) {
        rl_census_layer *layer = &census->layers[i];
        size_t bytes = (size_t)layer->groups * layer->units * (size_t)census->lanes * sizeof(int32_t);
        memset(layer->conducted, 0, bytes);
        memset(layer->fired, 0, bytes);
        memset(layer->broken, 0, bytes);
    }
}

void rl_census_look_at(rl_census *census, size_t index, const rl_net *net, const rl_pass *pass)
{
    rl_census_layer *layer = &census->layers[index];
    const float *z = rl_pass_z(net, pass, layer->node);
    for (int g = 0; g < layer->groups; g++) {
        size_t from = (size_t)g * layer->units * (size_t)census->lanes;
        rl_watch(net, layer->node, g, layer->wide, (size_t)pass->batch, z,
            (rl_counts){ layer->conducted + from, layer->fired + from, layer->broken + from });
    }
}

void rl_census_look(void *self, const rl_net *net, const rl_pass *pass, size_t first)
{
    (void)first;
    rl_census *census = self;
    census->rows += (uint64_t)pass->batch;
    for (size_t i = 0; i < census->layer_count; i++)
        rl_census_look_at(census, i, net, pass);
}

bool rl_census_take(rl_census *census, const rl_net *net, const rl_dataset *reference, rl_error *err)
{
    if (!rl_census_can_count(net, reference->name, reference->rows, err))
        return false;
    rl_pass *pass = NULL;
    float *x = NULL; /* [RL_SWEEP_ROWS][features][lanes] */
    if (rl_net_takes(net, reference, err)) {
        pass = rl_pass_new(net, RL_SWEEP_ROWS, err);
        x = rl_new(net->memory, RL_SWEEP_ROWS * reference->features, (size_t)net->lanes * sizeof *x, err);
    }
    if (!rl_failed(err)) {
        rl_census_begin(census);
        for (size_t first = 0; first < reference->rows; first += RL_SWEEP_ROWS) {
            size_t left = reference->rows - first, batch = left < RL_SWEEP_ROWS ? left : RL_SWEEP_ROWS;
            rl_rows_of(net->variant)->spread(batch, reference->features, reference->x + first * reference->features, x);
            rl_pass_forward(net, pass, x, (int)batch);
            rl_census_look(census, net, pass, first);
        }
    }
    rl_pass_free(pass);
    rl_free(net->memory, x);
    return !rl_failed(err);
}

size_t rl_census_units(const rl_census *census)
{
    return census->units;
}

static size_t layer_of(const rl_census *census, size_t index)
{
    size_t i = 0;
    while (index >= census->layers[i].first + census->layers[i].units)
        i++;
    return i;
}

rl_unit rl_census_unit(const rl_census *census, size_t index, int lane)
{
    const rl_census_layer *layer = &census->layers[layer_of(census, index)];
    return (rl_unit){ .node = layer->node, .unit = (int)(index - layer->first), .lane = lane };
}

rl_vitals rl_census_vitals(const rl_census *census, size_t index, int lane)
{
    size_t i = layer_of(census, index), lanes = (size_t)census->lanes;
    const rl_census_layer *layer = &census->layers[i];
    size_t group = (size_t)census->group_of[i * lanes + (size_t)lane];
    size_t at = (group * layer->units + index - layer->first) * lanes + (size_t)lane;
    return (rl_vitals){ .rows = census->rows * layer->positions,
        .conducted = (uint64_t)layer->conducted[at],
        .fired = (uint64_t)layer->fired[at],
        .broken = (uint64_t)layer->broken[at] };
}

bool rl_is_dead(rl_vitals v)
{
    return v.rows > 0 && v.conducted == 0 && v.broken == 0;
}

bool rl_is_silent(rl_vitals v)
{
    return v.rows > 0 && v.fired == 0 && v.broken == 0;
}

static double share(const rl_census *census, int lane, bool (*is)(rl_vitals))
{
    size_t count = 0;
    for (size_t i = 0; i < census->units; i++)
        count += is(rl_census_vitals(census, i, lane));
    return census->units ? (double)count / (double)census->units : 0;
}

double rl_census_dead_share(const rl_census *census, int lane)
{
    return share(census, lane, rl_is_dead);
}

double rl_census_silent_share(const rl_census *census, int lane)
{
    return share(census, lane, rl_is_silent);
}
