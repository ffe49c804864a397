/* Pruning: a unit that always gives c feeds the next dense or convolving layer Σ w c, which is a bias. So
 *
 *     z = W x + b     becomes     z = W' x' + (b + Σ w c)
 *
 * with the unit's row, its column in W and its own weights gone. The function is the same wherever the unit gives c. A
 * channel of a picture is a unit that gives c at every position; where padding stands beside it, with zeros, that is a
 * bias only if c is 0 as well.
 *
 * Curves, pools, dropout (the identity in evaluation), batch norms (there a factor and a shift for each unit), flattening
 * and skip connections keep the place of a unit: all nodes that they tie together form a group, and a unit leaves all of them or none. It may leave when at every node of
 * the group that a dense or convolving layer reads its value is known to be constant; a sum is when both its parts are.
 * Groups that hold the net's input or its output stay as they are, and those of nodes for which the place of a unit
 * means more (reshape, concatenate, a layer norm, a convolution in groups, whatever gives or reads sequences). A layer keeps one unit: a width
 * of 0 is no layer. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "nn/node/node.h"
#include "train/sweep.h"
#include "vital/bounds.h"

/* ---- Constants on data ----------------------------------------------------------------------------------------------- */

typedef struct {
    int lane;
    rl_interval **ranges; /* [nodes][units] of nodes that have units; NULL for others */
} ranges;

static void widen(const ranges *seen, const rl_net *net, const rl_pass *pass, int batch)
{
    for (rl_node i = 0; i < net->count; i++) {
        const size_t values = (size_t)net->nodes[i].values, lanes = (size_t)net->lanes;
        const float *a = pass->values[i]; /* [batch][values][lanes] */
        for (size_t at = 0; seen->ranges[i] && at < (size_t)batch * values; at++) {
            const float value = a[at * lanes + (size_t)seen->lane];
            rl_interval *range = &seen->ranges[i][rl_unit_of(&net->nodes[i], at % values)];
            range->lo = value < range->lo || value != value ? value : range->lo; /* NaN comes in and stays */
            range->hi = value > range->hi || value != value ? value : range->hi;
        }
    }
}

static void look_at_rows(const ranges *seen, const rl_net *net, const rl_dataset *reference, rl_error *err)
{
    rl_pass *pass = rl_pass_new(net, RL_SWEEP_ROWS, err);
    float *x = rl_new(net->memory, RL_SWEEP_ROWS * reference->features, (size_t)net->lanes * sizeof *x, err);
    for (size_t first = 0; !rl_failed(err) && first < reference->rows; first += RL_SWEEP_ROWS) {
        const size_t left = reference->rows - first, batch = left < RL_SWEEP_ROWS ? left : RL_SWEEP_ROWS;
        rl_rows_of(net->variant)->spread(batch, reference->features, reference->x + first * reference->features, x);
        rl_pass_forward(net, pass, x, (int)batch);
        widen(seen, net, pass, (int)batch);
    }
    rl_free(net->memory, x);
    rl_pass_free(pass);
}

static bool is_constant(rl_interval a)
{
    const double size = fmax(fabs((double)a.lo), fabs((double)a.hi));
    return rl_is_bounded(a) && (double)a.hi - (double)a.lo <= 4 * (double)FLT_EPSILON * size;
}

bool rl_constants_on_data(const rl_net *net, int lane, const rl_dataset *reference, rl_unit *units, float *values,
    size_t room, size_t *count, rl_error *err)
{
    *count = 0;
    if (!rl_net_takes(net, reference, err))
        return false;
    if (lane < 0 || lane >= net->lanes)
        return rl_fail(err, RL_BAD_CONFIG, "lane %d: the net has lanes 0 to %d", lane, net->lanes - 1);
    ranges seen = { .lane = lane };
    seen.ranges = rl_new(net->memory, (size_t)net->count, sizeof *seen.ranges, err);
    for (rl_node i = 0; !rl_failed(err) && i < net->count - 1; i++) {
        if (!rl_has_units(net, i))
            continue;
        seen.ranges[i] = rl_new(net->memory, (size_t)net->nodes[i].units, sizeof **seen.ranges, err);
        for (int u = 0; seen.ranges[i] && u < net->nodes[i].units; u++)
            seen.ranges[i][u] = (rl_interval){ INFINITY, -INFINITY };
    }
    if (!rl_failed(err))
        look_at_rows(&seen, net, reference, err);
    for (rl_node i = 0; seen.ranges && i < net->count; i++) {
        for (int u = 0; !rl_failed(err) && seen.ranges[i] && u < net->nodes[i].units; u++) {
            const rl_interval a = seen.ranges[i][u];
            if (!is_constant(a))
                continue;
            if (*count < room) {
                units[*count] = (rl_unit){ i, u, lane };
                values[*count] = (float)(((double)a.lo + (double)a.hi) / 2);
            }
            ++*count;
        }
        rl_free(net->memory, seen.ranges[i]);
    }
    rl_free(net->memory, seen.ranges);
    return !rl_failed(err);
}

/* ---- Who may go -------------------------------------------------------------------------------------------------------- */

typedef struct {
    bool known;
    float value;
} constant;

typedef struct {
    rl_memory memory;
    const rl_net *net;
    constant **constants; /* [nodes][units]: what each unit is known to give */
    rl_node *group;       /* [nodes]: the first node of its group */
    /* of the first node of each group; NULL for others: */
    bool **goes;          /* [nodes][units] */
    rl_prune_fate **fate; /* [nodes][units]: why it stays if it does */
} plan;

static void plan_free(plan *p)
{
    for (rl_node i = 0; i < p->net->count; i++) {
        if (p->constants)
            rl_free(p->memory, p->constants[i]);
        if (p->goes)
            rl_free(p->memory, p->goes[i]);
        if (p->fate)
            rl_free(p->memory, p->fate[i]);
    }
    rl_free(p->memory, p->constants);
    rl_free(p->memory, p->goes);
    rl_free(p->memory, p->fate);
    rl_free(p->memory, p->group);
}

/* W [units][inputs], so that units that it reads, and its own, can be left out. */
static bool is_weighted(const rl_node_data *node)
{
    return node->kind == RL_DENSE || (node->kind == RL_CONV2D && node->window.groups == 1);
}

static bool keeps_places(const rl_node_data *node)
{
    switch (node->kind) {
    case RL_ACTIVATION:
    case RL_DROPOUT:
    case RL_ADD:
    case RL_BATCH_NORM:
    case RL_FLATTEN:
    case RL_MAX_POOL:
    case RL_AVERAGE_POOL:
    case RL_GLOBAL_POOL:
        return node->shape.rank != 2;
    default:
        return false;
    }
}

/* Where a unit of node is among those of its group's first node: flattened, a channel is as many units as it has
 * positions. */
static size_t place_of(const plan *p, rl_node node, size_t unit)
{
    return unit / (size_t)(p->net->nodes[node].units / p->net->nodes[p->group[node]].units);
}

static void find_groups(plan *p)
{
    for (rl_node i = 0; i < p->net->count; i++) {
        const rl_node_data *node = &p->net->nodes[i];
        p->group[i] = keeps_places(node) ? p->group[node->reads[0]] : i;
        if (node->kind != RL_ADD || !keeps_places(node))
            continue;
        const rl_node one = p->group[i], other = p->group[node->reads[1]];
        if (p->net->nodes[one].units != p->net->nodes[other].units)
            continue; /* a vector and a flattened picture: see is_fixed */
        for (rl_node k = 0; k <= i; k++)
            if (p->group[k] == one || p->group[k] == other)
                p->group[k] = one < other ? one : other;
    }
}

/* Does node hold all units of group in place? */
static bool fixes(const plan *p, rl_node i, rl_node group)
{
    const rl_node_data *node = &p->net->nodes[i];
    const rl_node one = node->reads[0] < 0 ? i : p->group[node->reads[0]];
    const rl_node other = node->reads[1] < 0 ? one : p->group[node->reads[1]];
    if (is_weighted(node) || (keeps_places(node) && one == other))
        return false;
    return group == p->group[i] || group == one || group == other;
}

static bool is_fixed(const plan *p, rl_node group)
{
    bool fixed = group == p->group[p->net->count - 1];
    for (rl_node i = 0; i < p->net->count; i++)
        fixed = fixed || fixes(p, i, group);
    return fixed;
}

/* Zeros beside a picture: they count as values that it does not have. */
static bool pads_with_zeros(const rl_node_data *node)
{
    return (node->kind == RL_CONV2D || node->kind == RL_AVERAGE_POOL) &&
           node->window.padding[0] + node->window.padding[1];
}

static constant spread_to(plan *p, rl_node i, size_t u)
{
    const rl_node_data *node = &p->net->nodes[i];
    const size_t from = node->kind == RL_FLATTEN ? rl_unit_of(&p->net->nodes[node->reads[0]], u) : u;
    constant x = p->constants[node->reads[0]][from];
    if (!x.known)
        return x;
    if (node->kind == RL_ADD) {
        const constant y = p->constants[node->reads[1]][u];
        return (constant){ y.known, x.value + y.value };
    }
    if (node->kind == RL_ACTIVATION)
        rl_activation_forward(
            node->groups[0].curve, 1, rl_value_alpha(p->net, i, u * (size_t)node->positions), &x.value, &x.value);
    if (node->kind == RL_BATCH_NORM) {
        rl_term term;
        double shift;
        rl_node_kinds[node->kind]->sum(p->net, i, 0, rl_value_of(node, u, 0), &term, &shift);
        x.value = (float)(term.weight * (double)x.value + shift);
    }
    if (x.value != 0 && pads_with_zeros(node)) {
        p->fate[p->group[i]][place_of(p, i, u)] = RL_KEPT_FOR_PADDING;
        x.known = false;
    }
    return x;
}

/* From what is given to all that follows from it, in the order of the nodes. */
static void spread_constants(plan *p)
{
    for (rl_node i = 0; i < p->net->count; i++)
        for (size_t u = 0; keeps_places(&p->net->nodes[i]) && u < (size_t)p->net->nodes[i].units; u++)
            if (!p->constants[i][u].known)
                p->constants[i][u] = spread_to(p, i, u);
}

static void decide(plan *p)
{
    const rl_net *net = p->net;
    for (rl_node i = 0; i < net->count; i++) {
        const rl_node g = p->group[i];
        const bool fixed = is_fixed(p, g), ends = g == p->group[0] || g == p->group[net->count - 1];
        for (size_t u = 0; u < (size_t)net->nodes[i].units; u++) {
            if (fixed)
                p->fate[g][place_of(p, i, u)] = ends ? RL_KEPT_FOR_OUTPUT : RL_KEPT_FOR_PLACE;
            else if (p->constants[i][u].known)
                p->goes[g][place_of(p, i, u)] = true;
        }
    }
    for (rl_node i = 0; i < net->count; i++) {
        const rl_node_data *node = &net->nodes[i];
        const rl_node read = node->reads[0];
        if (!is_weighted(node))
            continue;
        for (size_t u = 0; u < (size_t)net->nodes[read].units; u++) {
            const constant x = p->constants[read][u];
            const bool padded = x.known && x.value != 0 && pads_with_zeros(node);
            if (!x.known || padded)
                p->goes[p->group[read]][place_of(p, read, u)] = false;
            if (padded && !is_fixed(p, p->group[read]))
                p->fate[p->group[read]][place_of(p, read, u)] = RL_KEPT_FOR_PADDING;
        }
    }
}

/* A group that would lose all its units keeps the first. */
static void keep_one(plan *p, rl_node g)
{
    for (int u = 0; u < p->net->nodes[g].units; u++)
        if (!p->goes[g][u])
            return;
    p->goes[g][0] = false;
    p->fate[g][0] = RL_KEPT_AS_LAST;
}

static bool check(const rl_net *net, const rl_unit *units, size_t count, const float *constants, rl_error *err)
{
    if (rl_failed(err))
        return false;
    if (net->lanes != 1 || net->float64)
        return rl_fail(err, RL_BAD_CONFIG, "pruning takes a float32 net of one lane, not %d%s (rl_net_copy_lane)",
            net->lanes, net->float64 ? " in double" : "");
    for (size_t i = 0; i < count; i++) {
        const rl_unit unit = units[i];
        if (unit.node < 0 || unit.node >= net->count || !rl_has_units(net, unit.node) || unit.unit < 0 ||
            unit.unit >= net->nodes[unit.node].units || unit.lane != 0)
            return rl_fail(err, RL_BAD_CONFIG,
                "prune: node %d unit %d lane %d; expected a unit of a node with a curve in lane 0", unit.node,
                unit.unit, unit.lane);
        if (constants && !isfinite(constants[i]))
            return rl_fail(err, RL_BAD_CONFIG, "prune: node %d unit %d gives %g; expected a finite constant", unit.node,
                unit.unit, (double)constants[i]);
    }
    return true;
}

static bool make_room(plan *p, rl_error *err)
{
    const size_t nodes = (size_t)p->net->count;
    p->constants = rl_new(p->memory, nodes, sizeof *p->constants, err);
    p->goes = rl_new(p->memory, nodes, sizeof *p->goes, err);
    p->fate = rl_new(p->memory, nodes, sizeof *p->fate, err);
    p->group = rl_new(p->memory, nodes, sizeof *p->group, err);
    for (size_t i = 0; !rl_failed(err) && i < nodes; i++)
        p->constants[i] = rl_new(p->memory, (size_t)p->net->nodes[i].units, sizeof **p->constants, err);
    if (rl_failed(err))
        return false;
    find_groups(p);
    for (size_t i = 0; !rl_failed(err) && i < nodes; i++) {
        if (p->group[i] != (rl_node)i)
            continue;
        const size_t units = (size_t)p->net->nodes[i].units;
        p->goes[i] = rl_new(p->memory, units, sizeof **p->goes, err);
        p->fate[i] = rl_new(p->memory, units, sizeof **p->fate, err);
        for (size_t u = 0; p->fate[i] && u < units; u++)
            p->fate[i][u] = RL_KEPT_FOR_SKIP;
    }
    return !rl_failed(err);
}

/* ---- The smaller net ---------------------------------------------------------------------------------------------------- */

static bool goes(const plan *p, rl_node node, size_t unit)
{
    return p->goes[p->group[node]][place_of(p, node, unit)];
}

static int width_left(const plan *p, rl_node node)
{
    int left = 0;
    for (size_t u = 0; u < (size_t)p->net->nodes[node].units; u++)
        left += !goes(p, node, u);
    return left;
}

static size_t inputs_of(const rl_node_data *weighted)
{
    return weighted->weights / (size_t)weighted->units;
}

/* Which unit of what it reads a weighted node's input is: a convolution has a whole kernel for each. */
static size_t unit_of_input(const plan *p, const rl_node_data *weighted, size_t input)
{
    return input / (inputs_of(weighted) / (size_t)p->net->nodes[weighted->reads[0]].units);
}

/* What the units that go gave to unit of a weighted node. */
static double folded(const plan *p, rl_node i, size_t unit)
{
    const rl_node_data *node = &p->net->nodes[i];
    double sum = 0;
    for (size_t k = 0; k < inputs_of(node); k++) {
        const size_t from = unit_of_input(p, node, k);
        const float c = p->constants[node->reads[0]][from].value;
        if (goes(p, node->reads[0], from) && c != 0)
            sum += rl_net_get(p->net, node->offset + unit * inputs_of(node) + k, 0) * (double)c;
    }
    return sum;
}

static bool needs_bias(const plan *p, rl_node i)
{
    const rl_node_data *node = &p->net->nodes[i];
    for (size_t u = 0; !node->bias && u < (size_t)node->units; u++)
        if (!goes(p, i, u) && folded(p, i, u) != 0)
            return true;
    return node->bias;
}

static rl_node add_weighted(const plan *p, rl_net *small, rl_node i, rl_error *err)
{
    const rl_node_data *node = &p->net->nodes[i];
    rl_dense_config dense = node->dense;
    dense.units = width_left(p, i);
    dense.no_bias = !needs_bias(p, i);
    if (node->kind == RL_DENSE)
        return rl_dense(small, node->reads[0], dense, err);
    rl_conv2d_config conv = {
        .channels = dense.units, .init = dense.init, .sd = dense.sd, .bias = dense.bias, .no_bias = dense.no_bias
    };
    for (int side = 0; side < 2; side++) {
        conv.kernel[side] = (int)node->window.kernel[side];
        conv.stride[side] = (int)node->window.stride[side];
        conv.padding[side] = (int)node->window.padding[side];
        conv.dilation[side] = (int)node->window.dilation[side];
    }
    return rl_conv2d(small, node->reads[0], conv, err);
}

static rl_node add_node(const plan *p, rl_net *small, rl_node i, rl_error *err)
{
    const rl_node_data *node = &p->net->nodes[i];
    float alpha;
    if (is_weighted(node))
        return add_weighted(p, small, i, err);
    if (!keeps_places(node))
        return rl_net_copy_node(small, p->net, i, 0, err);
    if (node->kind == RL_ACTIVATION) {
        const rl_activation *curve = rl_net_curve(p->net, i, 0, &alpha);
        return rl_activate_with(small, node->reads[0],
            (rl_activation_config){ .curve = curve, .alpha = &alpha, .shared = node->shared }, err);
    }
    char text[RL_NODE_TEXT];
    rl_node_describe(p->net, i, 0, text, sizeof text);
    return rl_net_append(small, text, (rl_dense_config){ 0 }, err) ? i : -1;
}

static void copy_weighted(const plan *p, rl_net *small, rl_node i)
{
    const rl_node_data *node = &p->net->nodes[i], *to = &small->nodes[i];
    const size_t inputs = inputs_of(node);
    size_t weight = to->offset, bias = to->offset + to->weights;
    for (size_t u = 0; u < (size_t)node->units; u++) {
        if (goes(p, i, u))
            continue;
        for (size_t k = 0; k < inputs; k++)
            if (!goes(p, node->reads[0], unit_of_input(p, node, k)))
                rl_net_set(small, weight++, 0, rl_net_get(p->net, node->offset + u * inputs + k, 0));
        const double own = node->bias ? rl_net_get(p->net, node->offset + node->weights + u, 0) : 0;
        if (to->bias)
            rl_net_set(small, bias++, 0, own + folded(p, i, u));
    }
}

/* All parameters of a node that keeps its shape; else slopes, one a unit or one for all. */
static void copy_others(const plan *p, rl_net *small, rl_node i)
{
    const rl_node_data *node = &p->net->nodes[i];
    size_t row = small->nodes[i].offset;
    for (size_t u = 0; u < node->parameters; u++)
        if (!keeps_places(node) || node->shared || !goes(p, i, u))
            rl_net_set(small, row++, 0, rl_net_get(p->net, node->offset + u, 0));
}

/* γ, β and the running statistics of the units that stay, and the count of batches. */
static void copy_norm(const plan *p, rl_net *small, rl_node i)
{
    const rl_node_data *node = &p->net->nodes[i];
    const size_t units = (size_t)node->units;
    size_t row = small->nodes[i].offset;
    for (size_t k = 0; k < 4 * units; k++)
        if (!goes(p, i, k % units))
            rl_net_set(small, row++, 0, rl_net_get(p->net, node->offset + k, 0));
    rl_net_set(small, row, 0, rl_net_get(p->net, node->offset + 4 * units, 0));
}

static rl_net *build(const plan *p, rl_error *err)
{
    rl_net *small = rl_net_new((rl_net_config){ .seed = p->net->seeds[0], .memory = p->memory }, err);
    for (rl_node i = 0; small && i < p->net->count; i++)
        add_node(p, small, i, err);
    if (rl_failed(err)) {
        rl_net_free(small);
        return NULL;
    }
    for (rl_node i = 0; i < p->net->count; i++) {
        if (is_weighted(&p->net->nodes[i]))
            copy_weighted(p, small, i);
        else if (p->net->nodes[i].kind == RL_BATCH_NORM)
            copy_norm(p, small, i);
        else
            copy_others(p, small, i);
    }
    return small;
}

static size_t hidden_units(const rl_net *net)
{
    size_t units = 0;
    for (rl_node i = 0; i < net->count - 1; i++)
        units += rl_has_units(net, i) ? (size_t)net->nodes[i].units : 0;
    return units;
}

rl_net *rl_prune(const rl_net *net, const rl_unit *units, size_t count, const float *constants, rl_prune_fate *fates,
    rl_prune_report *report, rl_error *err)
{
    if (!check(net, units, count, constants, err))
        return NULL;
    plan p = { .memory = net->memory, .net = net };
    rl_net *small = NULL;
    if (make_room(&p, err)) {
        for (size_t i = 0; i < count; i++)
            p.constants[units[i].node][units[i].unit] = (constant){ true, constants ? constants[i] : 0 };
        spread_constants(&p);
        decide(&p);
        for (rl_node g = 0; g < net->count; g++)
            if (p.group[g] == g)
                keep_one(&p, g);
        small = build(&p, err);
    }
    if (small) {
        size_t removed = 0;
        for (size_t i = 0; i < count; i++) {
            const rl_node g = p.group[units[i].node];
            const size_t place = place_of(&p, units[i].node, (size_t)units[i].unit);
            removed += p.goes[g][place];
            if (fates)
                fates[i] = p.goes[g][place] ? RL_REMOVED : p.fate[g][place];
        }
        if (report)
            *report = (rl_prune_report){ .units_before = hidden_units(net),
                .units_after = hidden_units(small),
                .parameters_before = net->parameter_count,
                .parameters_after = small->parameter_count,
                .removed = removed,
                .kept = count - removed };
    }
    plan_free(&p);
    return small;
}
