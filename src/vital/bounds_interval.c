/* Interval arithmetic through a net (IBP: Gowal et al. 2018), rounded outward.
 *
 * A dense unit's least value over a box of inputs lies at the corner where every term w x is least. That is true of
 * what a kernel computes too: each of its steps rounds, and rounding never changes an order, so the computed sum
 * rises with every term. It is thus enough to allow for the roundings at that one corner,
 *
 *     γₙ₊₁ (|b| + Σ |w x|) + n 2^-149          n: terms that are not 0 there
 *
 * whatever the order of summing, fused or not: a term passes through at most n additions and one multiplication.
 * 2^-149, the smallest float, stands for products that underflow. If no term is above 0, no computed sum is. */
#include "vital/bounds.h"

#include <float.h>

#include "nn/layer/window.h"
#include "num/outward.h"

static const rl_interval anything = { -INFINITY, INFINITY };

/* Sizes are summed in double too: this is more than what their own rounding may lose, for any count below 2^31. */
#define SIZE_MARGIN 1.000001

typedef struct {
    double sum, size; /* b + Σ w x at a corner, and the same of absolute values */
    size_t terms;     /* that are not 0 */
} corner;

static void step(corner *c, double term)
{
    c->sum += term;
    c->size += fabs(term);
    c->terms += term != 0;
}

/* What the roundings of a computed sum may come to; without terms there are none, and b is the sum. */
static double slack(const corner *c)
{
    double roundings = gamma_of(c->terms + 1, RL_FLOAT_ROUNDING) + gamma_of(c->terms + 1, RL_DOUBLE_ROUNDING);
    return SIZE_MARGIN * (roundings * c->size + (double)c->terms * 0x1p-149);
}

static double below(const corner *c)
{
    return c->terms ? down(c->sum - slack(c)) : c->sum;
}

static double above(const corner *c)
{
    return c->terms ? up(c->sum + slack(c)) : c->sum;
}

/* w, x: [inputs]. error: how far a computed sum may be from the exact one, anywhere in the box; with the rounding of
 * the linear bounds' own sums over units terms, which is in proportion to the same sizes. */
static rl_interval sum_of_terms(
    size_t inputs, size_t units, const float *w, double b, const rl_interval *x, double *error)
{
    corner least = { b, fabs(b), 0 }, most = least;
    double size = fabs(b);
    bool bounded = true;
    for (size_t k = 0; k < inputs; k++) {
        const double at_lo = (double)w[k] * (double)x[k].lo, at_hi = (double)w[k] * (double)x[k].hi; /* exact */
        step(&least, at_lo < at_hi ? at_lo : at_hi);
        step(&most, at_lo < at_hi ? at_hi : at_lo);
        size += fmax(fabs(at_lo), fabs(at_hi));
        bounded = bounded && rl_is_bounded(x[k]);
    }
    double float_roundings = gamma_of(inputs + 1, RL_FLOAT_ROUNDING);
    double roundings = float_roundings + gamma_of(inputs + units + 4, RL_DOUBLE_ROUNDING);
    *error = SIZE_MARGIN * (roundings * size + (double)inputs * 0x1p-149);
    if (!bounded || !(SIZE_MARGIN * (1 + float_roundings) * size < (double)FLT_MAX)) {
        *error = INFINITY;
        return anything;
    }
    return (rl_interval){ float_below(below(&least)), float_above(above(&most)) };
}

static void through_dense(rl_bounds *bounds, rl_node at)
{
    const rl_node_data *node = &bounds->net->nodes[at];
    const size_t units = (size_t)node->units, inputs = node->weights / units;
    const float *w = (const float *)bounds->net->parameters + node->offset, *b = w + node->weights;
    for (size_t u = 0; u < units; u++)
        bounds->values[at][u] = sum_of_terms(inputs, units, w + u * inputs, node->bias ? (double)b[u] : 0.0,
            bounds->values[node->reads[0]], &bounds->errors[at][u]);
}

static void through_activation(rl_bounds *bounds, rl_node at)
{
    const rl_node_data *node = &bounds->net->nodes[at];
    const rl_activation *curve = node->groups[0].curve;
    for (size_t u = 0; u < (size_t)node->values; u++) {
        const rl_interval z = bounds->values[node->reads[0]][u];
        const float alpha = rl_value_alpha(bounds->net, at, u);
        bounds->lines[at][u] = rl_relax(curve, alpha, z);
        rl_interval a = anything;
        if (rl_is_bounded(z) && isfinite(alpha))
            a = curve->image(z, alpha);
        bounds->values[at][u] = rl_is_bounded(a) ? a : anything;
    }
}

/* One value as it stands. */
static void through_copy(rl_bounds *bounds, rl_node at)
{
    const rl_node_data *node = &bounds->net->nodes[at];
    double bias;
    for (size_t v = 0; v < (size_t)node->values; v++) {
        rl_node_kinds[node->kind]->sum(bounds->net, at, 0, v, bounds->terms, &bias);
        bounds->values[at][v] = bounds->values[node->reads[bounds->terms[0].read]][bounds->terms[0].value];
    }
}

/* Any other node that sums by weights: a convolution, an average. Its kernels multiply by 0 what meets no weight, which
 * adds nothing. */
static void through_sum(rl_bounds *bounds, rl_node at)
{
    const rl_node_data *node = &bounds->net->nodes[at];
    for (size_t v = 0; v < (size_t)node->values; v++) {
        double bias;
        const size_t count = rl_node_kinds[node->kind]->sum(bounds->net, at, 0, v, bounds->terms, &bias);
        for (size_t i = 0; i < count; i++) {
            bounds->weights[i] = (float)bounds->terms[i].weight;
            bounds->reads[i] = bounds->values[node->reads[bounds->terms[i].read]][bounds->terms[i].value];
        }
        bounds->values[at][v] = sum_of_terms(count, 0, bounds->weights, bias, bounds->reads, &bounds->errors[at][v]);
    }
}

/* The largest of some numbers lies between the largest lower and the largest upper end. */
static void through_max_pool(rl_bounds *bounds, rl_node at)
{
    const rl_node_data *node = &bounds->net->nodes[at];
    const rl_window *w = &node->window;
    for (size_t v = 0; v < (size_t)node->values; v++) {
        const size_t channel = v / (size_t)node->positions;
        const rl_interval *x = bounds->values[node->reads[0]] + channel * w->size[0] * w->size[1];
        rl_interval most = { -INFINITY, -INFINITY };
        bool bounded = true;
        for (size_t t = 0, place; t < w->kernel[0] * w->kernel[1]; t++)
            if (rl_window_meets(w, v % (size_t)node->positions, t, &place)) {
                most = (rl_interval){ fmaxf(most.lo, x[place].lo), fmaxf(most.hi, x[place].hi) };
                bounded = bounded && rl_is_bounded(x[place]);
            }
        bounds->values[at][v] = bounded ? most : anything;
    }
}

/* What a node that is no sum gives is not known. */
static void through_unknown(rl_bounds *bounds, rl_node at)
{
    for (size_t v = 0; v < (size_t)bounds->net->nodes[at].values; v++)
        bounds->values[at][v] = anything;
}

/* A computed sum of two floats is the exact one rounded, which keeps order: its ends are the ends' rounded sums. */
static void through_add(rl_bounds *bounds, rl_node at)
{
    const rl_node_data *node = &bounds->net->nodes[at];
    for (size_t u = 0; u < (size_t)node->values; u++) {
        const rl_interval x = bounds->values[node->reads[0]][u], y = bounds->values[node->reads[1]][u];
        const rl_interval sum = { float_below(down((double)x.lo + (double)y.lo)),
            float_above(up((double)x.hi + (double)y.hi)) };
        const double size = fmax(fabs((double)x.lo), fabs((double)x.hi)) + fmax(fabs((double)y.lo), fabs((double)y.hi));
        bounds->values[at][u] = rl_is_bounded(sum) ? sum : anything;
        bounds->errors[at][u] = SIZE_MARGIN * RL_FLOAT_ROUNDING * size;
    }
}

void rl_bounds_interval(rl_bounds *bounds, rl_node node)
{
    const rl_kind kind = bounds->net->nodes[node].kind;
    if (kind == RL_ACTIVATION)
        through_activation(bounds, node);
    else if (kind == RL_ADD)
        through_add(bounds, node);
    else if (rl_node_kinds[kind]->passes_on)
        through_copy(bounds, node);
    else if (kind == RL_DENSE)
        through_dense(bounds, node);
    else if (rl_node_kinds[kind]->sum)
        through_sum(bounds, node);
    else if (kind == RL_MAX_POOL)
        through_max_pool(bounds, node);
    else
        through_unknown(bounds, node);
}
