/* Linear bounds (CROWN: Zhang et al. 2018; DeepPoly: Singh et al. 2019), rounded outward.
 *
 * A lower bound of one value is carried back to the input, node by node, as Σ shares · values + sum:
 *
 *     dense    z = W x + b ± error        its shares go to x through W
 *     curve    lower(z) <= a <= upper(z)  by the line under the curve where the share is above 0, else the one over it
 *     others   that sum: a share goes to each term, ± error; dropout is the identity in evaluation
 *     max pool y is at least each number under the kernel, and at most the largest upper end
 *
 * and at the input every share meets the end of its interval that makes the sum least. What intervals forget, that
 * two units depend on the same inputs, is kept. An upper bound of v is a lower bound of -v, turned round.
 *
 * The sum is rounded down at every step. A share that is rounded is itself taken for the truth, and what it is off
 * by, times the largest its value can be, comes off the sum. */
#include "vital/bounds.h"

#include <float.h>

#include "nn/layer/window.h"
#include "num/outward.h"

/* More than all products in double that underflow can lose: 2^-1074 each, times floats, times their count. */
#define UNDERFLOW 1e-270

static double size_of(const rl_bounds *bounds, rl_node node, size_t unit)
{
    const rl_interval value = bounds->values[node][unit];
    return fmax(fabs((double)value.lo), fabs((double)value.hi));
}

/* Adds a share that was rounded once; gives what that and the addition's rounding can cost. */
static double pass_on(rl_bounds *bounds, rl_node to, size_t unit, double share)
{
    double *there = &bounds->shares[to][unit], before = *there;
    if (share == 0)
        return 0;
    *there += share;
    bounds->shared[to] = true;
    return up(4 * RL_DOUBLE_ROUNDING * (fabs(before) + fabs(share)) * size_of(bounds, to, unit));
}

/* Each of these moves the shares of a node to those it reads, and gives what is then to be added to the sum, rounded
 * down. */

static double back_dense(rl_bounds *bounds, rl_node at)
{
    const rl_node_data *node = &bounds->net->nodes[at];
    const rl_node from = node->reads[0];
    const size_t units = (size_t)node->units, inputs = node->weights / units;
    const float *w = (const float *)bounds->net->parameters + node->offset, *b = w + node->weights;
    double sum = 0, *shares = bounds->shares[at], *restrict to = bounds->shares[from];
    if (bounds->shared[from]) { /* a skip was there before: its shares are rounded again */
        const double roundings = gamma_of(units + 2, RL_DOUBLE_ROUNDING);
        for (size_t k = 0; k < inputs; k++)
            if (to[k] != 0)
                sum = down(sum - up(up(roundings * fabs(to[k])) * size_of(bounds, from, k)));
    }
    for (size_t u = 0; u < units; u++) {
        const double share = shares[u];
        if (share == 0)
            continue;
        if (node->bias)
            sum = down(sum + down(share * (double)b[u]));
        sum = down(sum - up(fabs(share) * bounds->errors[at][u]));
        for (size_t k = 0; k < inputs; k++)
            to[k] += share * (double)w[u * inputs + k];
    }
    bounds->shared[from] = true;
    return sum;
}

static double back_activation(rl_bounds *bounds, rl_node at)
{
    const rl_node_data *node = &bounds->net->nodes[at];
    double sum = 0;
    for (size_t u = 0; u < (size_t)node->values; u++) {
        const double share = bounds->shares[at][u];
        if (share == 0)
            continue;
        const rl_lines *lines = &bounds->lines[at][u];
        const rl_line line = share > 0 ? lines->lower : lines->upper;
        sum = down(sum + down(share * line.offset));
        sum = down(sum - pass_on(bounds, node->reads[0], u, share * line.slope));
    }
    return sum;
}

static double back_sum(rl_bounds *bounds, rl_node at)
{
    const rl_node_data *node = &bounds->net->nodes[at];
    double sum = 0;
    for (size_t u = 0; u < (size_t)node->values; u++) {
        const double share = bounds->shares[at][u];
        double bias;
        if (share == 0)
            continue;
        const size_t count = rl_node_kinds[node->kind]->sum(bounds->net, at, 0, u, bounds->terms, &bias);
        if (bias != 0)
            sum = down(sum + down(share * bias));
        if (bounds->errors[at][u] > 0)
            sum = down(sum - up(fabs(share) * bounds->errors[at][u]));
        for (size_t i = 0; i < count; i++) {
            const rl_term term = bounds->terms[i];
            sum = down(sum - pass_on(bounds, node->reads[term.read], term.value, share * term.weight));
        }
    }
    return sum;
}

/* y is at least the number with the largest lower end, and at most the largest upper end; it is one of them if that one's
 * lower end is above all others' upper ends. */
static double back_max_pool(rl_bounds *bounds, rl_node at)
{
    const rl_node_data *node = &bounds->net->nodes[at];
    const rl_window *w = &node->window;
    double sum = 0;
    for (size_t v = 0; v < (size_t)node->values; v++) {
        const double share = bounds->shares[at][v];
        if (share == 0)
            continue;
        const size_t first = v / (size_t)node->positions * w->size[0] * w->size[1];
        const rl_interval *x = bounds->values[node->reads[0]];
        size_t best = (size_t)-1, place;
        bool alone = true;
        for (size_t t = 0; t < w->kernel[0] * w->kernel[1]; t++)
            if (rl_window_meets(w, v % (size_t)node->positions, t, &place) &&
                (best == (size_t)-1 || x[first + place].lo > x[best].lo))
                best = first + place;
        for (size_t t = 0; t < w->kernel[0] * w->kernel[1]; t++)
            if (rl_window_meets(w, v % (size_t)node->positions, t, &place) && first + place != best)
                alone = alone && x[best].lo >= x[first + place].hi;
        if (share > 0 || alone)
            sum = down(sum - pass_on(bounds, node->reads[0], best, share));
        else
            sum = down(sum + down(share * (double)bounds->values[at][v].hi));
    }
    return sum;
}

static void forget_shares(rl_bounds *bounds, rl_node node)
{
    for (size_t u = 0; u < (size_t)bounds->net->nodes[node].values; u++)
        bounds->shares[node][u] = 0;
    bounds->shared[node] = false;
}

/* A node that is no sum has values that are not bounded, and nothing is carried back that far. */
static double back(rl_bounds *bounds, rl_node at)
{
    const rl_kind kind = bounds->net->nodes[at].kind;
    return kind == RL_ACTIVATION ? back_activation(bounds, at)
           : kind == RL_DENSE    ? back_dense(bounds, at)
           : kind == RL_MAX_POOL ? back_max_pool(bounds, at)
                                 : back_sum(bounds, at);
}

/* Not above sign · value anywhere in the box. */
static double least(rl_bounds *bounds, rl_node node, size_t unit, double sign)
{
    double sum = -UNDERFLOW;
    bounds->shares[node][unit] = sign;
    bounds->shared[node] = true;
    for (rl_node at = node; at > 0; at--)
        if (bounds->shared[at]) {
            sum = down(sum + back(bounds, at));
            forget_shares(bounds, at);
        }
    for (size_t k = 0; k < (size_t)bounds->net->nodes[0].values; k++) {
        const double share = bounds->shares[0][k];
        const rl_interval x = bounds->values[0][k];
        sum = down(sum + down(share * (double)(share > 0 ? x.lo : x.hi)));
    }
    forget_shares(bounds, 0);
    return sum;
}

/* Both bounds hold, so the tighter does. A NaN (∞ times 0 on the way) is no bound and is passed over. */
void rl_bounds_linear(rl_bounds *bounds, rl_node node)
{
    for (size_t u = 0; u < (size_t)bounds->net->nodes[node].values; u++) {
        rl_interval *value = &bounds->values[node][u];
        if (!rl_is_bounded(*value))
            continue;
        const double low = least(bounds, node, u, 1), high = -least(bounds, node, u, -1);
        if (low > (double)value->lo)
            value->lo = float_below(low);
        if (high < (double)value->hi)
            value->hi = float_above(high);
    }
}
