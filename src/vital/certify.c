/* Proofs: which units are dead for every input in a box, not only for the examples at hand.
 *
 * Sound bounds of a unit's z over the box either lie where the curve's exact slope is 0 (it is proved dead) or not
 * (nothing is claimed). The bounds hold for what the float32 kernels compute. */
#include "vital/certify.h"

#include "base/memory.h"

#include <math.h>
#include <string.h>

float rl_value_alpha(const rl_net *net, rl_node node, size_t value)
{
    const rl_node_data *n = &net->nodes[node];
    if (!n->groups[0].curve->learned)
        return n->lane_alphas[0];
    return ((const float *)net->parameters)[n->offset + (n->shared ? 0 : value / (size_t)n->positions)];
}

/* ---- Bounds of a whole net ------------------------------------------------------------------------------------------ */

void rl_bounds_free(rl_bounds *bounds)
{
    for (rl_node i = 0; bounds->net && i < bounds->net->count; i++) {
        if (bounds->values)
            rl_free(bounds->memory, bounds->values[i]);
        if (bounds->errors)
            rl_free(bounds->memory, bounds->errors[i]);
        if (bounds->lines)
            rl_free(bounds->memory, bounds->lines[i]);
        if (bounds->shares)
            rl_free(bounds->memory, bounds->shares[i]);
    }
    rl_free(bounds->memory, bounds->values);
    rl_free(bounds->memory, bounds->errors);
    rl_free(bounds->memory, bounds->lines);
    rl_free(bounds->memory, bounds->shares);
    rl_free(bounds->memory, bounds->shared);
    rl_free(bounds->memory, bounds->terms);
    rl_free(bounds->memory, bounds->weights);
    rl_free(bounds->memory, bounds->reads);
    rl_net_free(bounds->net);
    *bounds = (rl_bounds){ .memory = bounds->memory };
}

static bool make_room(rl_bounds *bounds, rl_error *err)
{
    const size_t nodes = (size_t)bounds->net->count;
    bounds->values = rl_new(bounds->memory, nodes, sizeof *bounds->values, err);
    bounds->errors = rl_new(bounds->memory, nodes, sizeof *bounds->errors, err);
    bounds->lines = rl_new(bounds->memory, nodes, sizeof *bounds->lines, err);
    bounds->shares = rl_new(bounds->memory, nodes, sizeof *bounds->shares, err);
    bounds->shared = rl_new(bounds->memory, nodes, sizeof *bounds->shared, err);
    size_t most_terms = 0;
    for (size_t i = 0; !rl_failed(err) && i < nodes; i++) {
        const rl_node_data *node = &bounds->net->nodes[i];
        const rl_node_kind *kind = rl_node_kinds[node->kind];
        const size_t values = (size_t)node->values;
        const size_t terms = kind->most_terms ? kind->most_terms(bounds->net, (rl_node)i) : 0;
        most_terms = terms > most_terms ? terms : most_terms;
        bounds->values[i] = rl_new(bounds->memory, values, sizeof **bounds->values, err);
        bounds->shares[i] = rl_new(bounds->memory, values, sizeof **bounds->shares, err);
        if (kind->sum)
            bounds->errors[i] = rl_new(bounds->memory, values, sizeof **bounds->errors, err);
        if (node->kind == RL_ACTIVATION)
            bounds->lines[i] = rl_new(bounds->memory, values, sizeof **bounds->lines, err);
    }
    bounds->terms = rl_new(bounds->memory, most_terms, sizeof *bounds->terms, err);
    bounds->weights = rl_new(bounds->memory, most_terms, sizeof *bounds->weights, err);
    bounds->reads = rl_new(bounds->memory, most_terms, sizeof *bounds->reads, err);
    return !rl_failed(err);
}

static bool check_box(const rl_net *net, int lane, const rl_interval *box, rl_error *err)
{
    if (rl_failed(err))
        return false;
    if (net->float64 || net->count == 0)
        return rl_fail(err, RL_BAD_CONFIG, "bounds hold for a float32 net with an input; this one is %s",
            net->float64 ? "in double precision" : "empty");
    if (lane < 0 || lane >= net->lanes)
        return rl_fail(err, RL_BAD_CONFIG, "lane %d: the net has lanes 0 to %d", lane, net->lanes - 1);
    for (rl_node i = 0; i < net->count; i++)
        if (net->nodes[i].gates > 0 || net->nodes[i].kind == RL_LAYER_NORM)
            return rl_fail(err, RL_BAD_CONFIG,
                "certify: node %d is a %s (%s), through which no bounds are known; expected a net without", i,
                net->nodes[i].gates > 0 ? "recurrent layer" : "layer norm", rl_node_kinds[net->nodes[i].kind]->word);
    for (int i = 0; i < net->nodes[0].values; i++)
        if (!rl_is_bounded(box[i]) || box[i].lo > box[i].hi)
            return rl_fail(err, RL_BAD_CONFIG, "box: feature %d goes from %g to %g; expected finite numbers, lo <= hi",
                i, (double)box[i].lo, (double)box[i].hi);
    return true;
}

/* A value that an activation reads is worth a linear bound, unless a dense or convolving node gives it straight from the input:
 * intervals are tight there. */
static bool wants_linear(const rl_net *net, rl_node node)
{
    const rl_node_data *n = &net->nodes[node];
    if (n->kind == RL_INPUT || n->kind == RL_ACTIVATION || (n->weights > 0 && n->reads[0] == 0))
        return false;
    for (rl_node i = node + 1; i < net->count; i++)
        if (net->nodes[i].kind == RL_ACTIVATION && net->nodes[i].reads[0] == node)
            return true;
    return node == net->count - 1;
}

bool rl_bounds_make(rl_bounds *bounds, const rl_net *net, int lane, const rl_interval *box, bool linear, rl_error *err)
{
    *bounds = (rl_bounds){ .memory = net->memory };
    if (!check_box(net, lane, box, err))
        return false;
    bounds->net = rl_net_copy_lane(net, lane, err);
    if (!bounds->net || !make_room(bounds, err)) {
        rl_bounds_free(bounds);
        return false;
    }
    memcpy(bounds->values[0], box, (size_t)net->nodes[0].values * sizeof *box);
    for (rl_node i = 1; i < bounds->net->count; i++) {
        rl_bounds_interval(bounds, i);
        if (linear && wants_linear(bounds->net, i))
            rl_bounds_linear(bounds, i);
    }
    return true;
}

/* ---- Proofs ------------------------------------------------------------------------------------------------------- */

/* A channel is dead if it is at all its positions, and its bounds hold at each. */
static rl_certificate certificate_of(const rl_bounds *bounds, rl_node i, size_t u, int lane)
{
    const rl_node_data *node = &bounds->net->nodes[i];
    const rl_activation *curve = node->groups[0].curve;
    const size_t positions = (size_t)node->positions;
    rl_certificate all = { .unit = { i, (int)u, lane } };
    for (size_t p = 0; p < positions; p++) {
        const size_t at = u * positions + p;
        const float alpha = rl_value_alpha(bounds->net, i, at);
        const rl_interval z = bounds->values[node->reads[0]][at], a = bounds->values[i][at];
        const bool dead = rl_is_flat_on(curve, alpha, z);
        const bool constant = rl_is_bounded(a) && (z.lo == z.hi || a.lo == a.hi);
        float value = 0;
        if (constant)
            rl_activation_forward(curve, 1, alpha, &z.lo, &value);
        if (p == 0) {
            all.z = z, all.a = a, all.dead = dead, all.constant = constant, all.value = value;
            continue;
        }
        all.z = (rl_interval){ fminf(all.z.lo, z.lo), fmaxf(all.z.hi, z.hi) };
        all.a = (rl_interval){ fminf(all.a.lo, a.lo), fmaxf(all.a.hi, a.hi) };
        all.dead = all.dead && dead;
        all.constant = all.constant && constant && value == all.value;
    }
    if (!all.constant)
        all.value = 0;
    return all;
}

bool rl_certify_by(const rl_net *net, int lane, const rl_interval *box, bool linear, rl_certificate *found, size_t room,
    size_t *count, rl_error *err)
{
    rl_bounds bounds;
    *count = 0;
    if (rl_failed(err) || !rl_bounds_make(&bounds, net, lane, box, linear, err))
        return false;
    for (rl_node i = 0; i < bounds.net->count - 1; i++) {
        const rl_node_data *node = &bounds.net->nodes[i];
        for (size_t u = 0; node->kind == RL_ACTIVATION && u < (size_t)node->units; u++) {
            if (*count < room)
                found[*count] = certificate_of(&bounds, i, u, lane);
            ++*count;
        }
    }
    rl_bounds_free(&bounds);
    return true;
}

bool rl_certify_bounds(const rl_net *net, int lane, const rl_interval *box, rl_certificate *found, size_t room,
    size_t *count, rl_error *err)
{
    return rl_certify_by(net, lane, box, true, found, room, count, err);
}

bool rl_certify(
    const rl_net *net, int lane, const rl_interval *box, rl_unit *proved, size_t room, size_t *count, rl_error *err)
{
    *count = 0;
    size_t units = 0, dead = 0;
    for (rl_node i = 0; !rl_failed(err) && i < net->count - 1; i++)
        units += net->nodes[i].kind == RL_ACTIVATION ? (size_t)net->nodes[i].units : 0;
    rl_certificate *found = rl_new(net->memory, units, sizeof *found, err);
    if (found && rl_certify_bounds(net, lane, box, found, units, &units, err))
        for (size_t i = 0; i < units; i++)
            if (found[i].dead) {
                if (dead < room)
                    proved[dead] = found[i].unit;
                dead++;
            }
    rl_free(net->memory, found);
    *count = dead;
    return !rl_failed(err);
}
