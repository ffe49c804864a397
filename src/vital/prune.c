/* Pruning: a unit that always gives c feeds the next dense layer Σ w c, which is a bias. So
 *
 *     z = W x + b     becomes     z = W' x' + (b + Σ w c)
 *
 * with the unit's row, its column in W and its own weights gone. The function is the same wherever the unit gives c.
 *
 * Curves, dropout (the identity in evaluation) and skip connections keep the place of a unit: all nodes that they tie
 * together form a group of one width, and a unit leaves all of them or none. It may leave when at every node of
 * the group that a dense layer reads its value is known to be constant; a sum is when both its parts are. Groups that
 * hold the net's input or its output stay as they are. A layer keeps one unit: a width of 0 is no layer. */
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
    rl_interval **ranges; /* [nodes][units] of activation nodes; NULL for others */
} ranges;

static void widen(const ranges *seen, const rl_net *net, const rl_pass *pass, int batch)
{
    for (rl_node i = 0; i < net->count; i++) {
        const size_t positions = (size_t)net->nodes[i].positions, values = (size_t)net->nodes[i].values;
        const size_t lanes = (size_t)net->lanes;
        const float *a = pass->values[i]; /* [batch][units][positions][lanes] */
        for (size_t at = 0; seen->ranges[i] && at < (size_t)batch * values; at++) {
            const float value = a[at * lanes + (size_t)seen->lane];
            rl_interval *range = &seen->ranges[i][at % values / positions];
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
        if (net->nodes[i].kind != RL_ACTIVATION)
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
    constant **constants; /* [nodes][units]: what each value is known to be */
    rl_node *group;       /* [nodes]: the first node of its group */
    bool **goes;          /* [nodes][units] of the first node of each group; NULL for others */
} plan;

static void plan_free(plan *p)
{
    for (rl_node i = 0; i < p->net->count; i++) {
        if (p->constants)
            rl_free(p->memory, p->constants[i]);
        if (p->goes)
            rl_free(p->memory, p->goes[i]);
    }
    rl_free(p->memory, p->constants);
    rl_free(p->memory, p->goes);
    rl_free(p->memory, p->group);
}

static bool keeps_places(const rl_node_data *node)
{
    return node->kind != RL_INPUT && node->kind != RL_DENSE;
}

static void find_groups(plan *p)
{
    for (rl_node i = 0; i < p->net->count; i++) {
        const rl_node_data *node = &p->net->nodes[i];
        p->group[i] = keeps_places(node) ? p->group[node->reads[0]] : i;
        if (node->kind != RL_ADD)
            continue;
        const rl_node one = p->group[i], other = p->group[node->reads[1]];
        for (rl_node k = 0; k <= i; k++)
            if (p->group[k] == one || p->group[k] == other)
                p->group[k] = one < other ? one : other;
    }
}

/* From what is given to all that follows from it, in the order of the nodes. */
static void spread_constants(plan *p)
{
    for (rl_node i = 0; i < p->net->count; i++) {
        const rl_node_data *node = &p->net->nodes[i];
        for (size_t u = 0; keeps_places(node) && u < (size_t)node->units; u++) {
            const constant x = p->constants[node->reads[0]][u];
            constant *here = &p->constants[i][u];
            if (here->known || !x.known)
                continue;
            if (node->kind == RL_ACTIVATION) {
                here->known = true;
                rl_activation_forward(node->groups[0].curve, 1, rl_value_alpha(p->net, i, u), &x.value, &here->value);
            } else if (node->kind == RL_ADD) {
                const constant y = p->constants[node->reads[1]][u];
                *here = (constant){ y.known, x.value + y.value };
            } else {
                *here = x;
            }
        }
    }
}

static bool is_fixed(const plan *p, rl_node group)
{
    return group == p->group[0] || group == p->group[p->net->count - 1];
}

static void decide(plan *p)
{
    const rl_net *net = p->net;
    for (rl_node g = 0; g < net->count; g++)
        for (size_t u = 0; p->goes[g] && u < (size_t)net->nodes[g].units; u++)
            for (rl_node i = g; i < net->count; i++)
                if (p->group[i] == g && p->constants[i][u].known)
                    p->goes[g][u] = !is_fixed(p, g);
    for (rl_node i = 0; i < net->count; i++) {
        const rl_node_data *node = &net->nodes[i];
        if (node->kind != RL_DENSE)
            continue;
        const rl_node read = node->reads[0];
        for (size_t u = 0; u < (size_t)net->nodes[read].units; u++)
            if (!p->constants[read][u].known)
                p->goes[p->group[read]][u] = false;
    }
}

/* False where the unit that stayed was to go: it stays only because its whole layer would have gone. */
static bool keep_one(const rl_net *net, rl_node g, bool *goes)
{
    for (int u = 0; u < net->nodes[g].units; u++)
        if (!goes[u])
            return true;
    goes[0] = false;
    return false;
}

static bool check(const rl_net *net, const rl_unit *units, size_t count, const float *constants, rl_error *err)
{
    if (rl_failed(err))
        return false;
    if (net->lanes != 1 || net->float64)
        return rl_fail(err, RL_BAD_CONFIG, "pruning takes a float32 net of one lane, not %d%s (rl_net_copy_lane)",
            net->lanes, net->float64 ? " in double" : "");
    for (rl_node i = 0; i < net->count; i++) {
        const rl_node_data *node = &net->nodes[i];
        const bool known = node->kind == RL_INPUT || node->kind == RL_DENSE || node->kind == RL_ACTIVATION ||
                           node->kind == RL_DROPOUT || node->kind == RL_ADD;
        if (!known || node->positions > 1)
            return rl_fail(err, RL_BAD_CONFIG,
                "prune: node %d (%s) deals with pictures or sequences; expected a net of vectors, dense, curves, "
                "dropout and add",
                i, rl_node_kinds[node->kind]->word);
    }
    for (size_t i = 0; i < count; i++) {
        const rl_unit unit = units[i];
        if (unit.node < 0 || unit.node >= net->count || net->nodes[unit.node].kind != RL_ACTIVATION || unit.unit < 0 ||
            unit.unit >= net->nodes[unit.node].units || unit.lane != 0)
            return rl_fail(err, RL_BAD_CONFIG,
                "prune: node %d unit %d lane %d; expected a unit of an activation node in lane 0", unit.node, unit.unit,
                unit.lane);
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
    p->group = rl_new(p->memory, nodes, sizeof *p->group, err);
    for (size_t i = 0; !rl_failed(err) && i < nodes; i++)
        p->constants[i] = rl_new(p->memory, (size_t)p->net->nodes[i].units, sizeof **p->constants, err);
    if (rl_failed(err))
        return false;
    find_groups(p);
    for (size_t i = 0; !rl_failed(err) && i < nodes; i++)
        if (p->group[i] == (rl_node)i)
            p->goes[i] = rl_new(p->memory, (size_t)p->net->nodes[i].units, sizeof **p->goes, err);
    return !rl_failed(err);
}

/* ---- The smaller net ---------------------------------------------------------------------------------------------------- */

static bool goes(const plan *p, rl_node node, size_t unit)
{
    return p->goes[p->group[node]][unit];
}

static int width_left(const plan *p, rl_node node)
{
    int left = 0;
    for (size_t u = 0; u < (size_t)p->net->nodes[node].units; u++)
        left += !goes(p, node, u);
    return left;
}

/* What the units that go gave to unit of a dense node; [0] if none of it is there. */
static double folded(const plan *p, rl_node dense, size_t unit)
{
    const rl_node_data *node = &p->net->nodes[dense];
    const size_t inputs = node->weights / (size_t)node->units;
    double sum = 0;
    for (size_t k = 0; k < inputs; k++) {
        const float c = p->constants[node->reads[0]][k].value;
        if (goes(p, node->reads[0], k) && c != 0)
            sum += rl_net_get(p->net, node->offset + unit * inputs + k, 0) * (double)c;
    }
    return sum;
}

static bool needs_bias(const plan *p, rl_node dense)
{
    const rl_node_data *node = &p->net->nodes[dense];
    for (size_t u = 0; !node->bias && u < (size_t)node->units; u++)
        if (!goes(p, dense, u) && folded(p, dense, u) != 0)
            return true;
    return node->bias;
}

static rl_node add_node(const plan *p, rl_net *small, rl_node i, rl_error *err)
{
    const rl_node_data *node = &p->net->nodes[i];
    float alpha;
    const rl_activation *curve = rl_net_curve(p->net, i, 0, &alpha);
    rl_dense_config dense = node->dense;
    switch (node->kind) {
    case RL_DENSE:
        dense.units = width_left(p, i);
        dense.no_bias = !needs_bias(p, i);
        return rl_dense(small, node->reads[0], dense, err);
    case RL_ACTIVATION:
        return rl_activate_with(small, node->reads[0],
            (rl_activation_config){ .curve = curve, .alpha = &alpha, .shared = node->shared }, err);
    case RL_DROPOUT:
        return rl_dropout(small, node->reads[0], (float)node->share, err);
    case RL_ADD:
        return rl_add(small, node->reads[0], node->reads[1], err);
    default:
        return rl_input(small, (rl_shape){ 1, { node->units } }, err);
    }
}

static void copy_dense(const plan *p, rl_net *small, rl_node i)
{
    const rl_node_data *node = &p->net->nodes[i], *to = &small->nodes[i];
    const size_t inputs = node->weights / (size_t)node->units;
    size_t weight = to->offset, bias = to->offset + to->weights;
    for (size_t u = 0; u < (size_t)node->units; u++) {
        if (goes(p, i, u))
            continue;
        for (size_t k = 0; k < inputs; k++)
            if (!goes(p, node->reads[0], k))
                rl_net_set(small, weight++, 0, rl_net_get(p->net, node->offset + u * inputs + k, 0));
        const double own = node->bias ? rl_net_get(p->net, node->offset + node->weights + u, 0) : 0;
        if (to->bias)
            rl_net_set(small, bias++, 0, own + folded(p, i, u));
    }
}

static void copy_alphas(const plan *p, rl_net *small, rl_node i)
{
    const rl_node_data *node = &p->net->nodes[i];
    size_t row = small->nodes[i].offset;
    for (size_t u = 0; u < node->parameters; u++)
        if (node->shared || !goes(p, i, u))
            rl_net_set(small, row++, 0, rl_net_get(p->net, node->offset + u, 0));
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
        if (p->net->nodes[i].kind == RL_DENSE)
            copy_dense(p, small, i);
        else if (p->net->nodes[i].kind == RL_ACTIVATION)
            copy_alphas(p, small, i);
    }
    return small;
}

static size_t hidden_units(const rl_net *net)
{
    size_t units = 0;
    for (rl_node i = 0; i < net->count - 1; i++)
        units += net->nodes[i].kind == RL_ACTIVATION ? (size_t)net->nodes[i].units : 0;
    return units;
}

rl_net *rl_prune(const rl_net *net, const rl_unit *units, size_t count, const float *constants, rl_prune_fate *fates,
    rl_prune_report *report, rl_error *err)
{
    if (!check(net, units, count, constants, err))
        return NULL;
    plan p = { .memory = net->memory, .net = net };
    rl_net *small = NULL;
    bool *as_last = rl_new(net->memory, (size_t)net->count, sizeof *as_last, err);
    if (make_room(&p, err)) {
        for (size_t i = 0; i < count; i++)
            p.constants[units[i].node][units[i].unit] = (constant){ true, constants ? constants[i] : 0 };
        spread_constants(&p);
        decide(&p);
        for (rl_node g = 0; g < net->count; g++)
            as_last[g] = p.goes[g] && !is_fixed(&p, g) && !keep_one(net, g, p.goes[g]);
        small = build(&p, err);
    }
    if (small) {
        size_t removed = 0;
        for (size_t i = 0; i < count; i++) {
            const rl_node g = p.group[units[i].node];
            const bool gone = p.goes[g][units[i].unit];
            removed += gone;
            if (fates)
                fates[i] = gone                               ? RL_REMOVED
                           : is_fixed(&p, g)                  ? RL_KEPT_FOR_OUTPUT
                           : as_last[g] && units[i].unit == 0 ? RL_KEPT_AS_LAST
                                                              : RL_KEPT_FOR_SKIP;
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
    rl_free(net->memory, as_last);
    return small;
}
