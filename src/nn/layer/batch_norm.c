/* Batch normalisation (Ioffe & Szegedy 2015): each unit over all rows of the batch, and over all positions of a picture.
 *
 *     x̂ = r (x - m)     y = γ x̂ + β          r = 1/√(v + ε)
 *
 * While training m and v are the batch's mean and variance (that of its numbers themselves, by 1/n), so x is also in them:
 *
 *     ∂L/∂x += γ r (d - mean(d) - x̂ mean(d x̂)),  d = ∂L/∂y        ∂L/∂γ = Σ d x̂        ∂L/∂β = Σ d
 *
 * and a unit needs all rows at once (nn/pass.c). In evaluation they are the running ones, which are parameters that
 * nobody learns: then y = (γ r) x + (β - m γ r) is linear, with two numbers for each unit that nn/node/batch_norm.c
 * works out in the same way.
 *
 * Parameters, [units] each: γ, β, running m and v; last a count, which is none of these kernels' business. Of a
 * vector the numbers of a row stand side by side, and its vectors lie along them; of a picture those of a unit do. */
#include "nn/layer/layers.h"
#include "nn/layer/norm.h"

/* call->statistics, [units] each: mean and variance of the batch, Σ d and Σ d (x - m) */
enum { MEAN, VARIANCE, SUM, SLANT };

static real *statistic(const rl_call *call, size_t which, size_t unit)
{
    return (real *)call->statistics + (which * (call->units / call->positions) + unit) * LANES;
}

static lane parameter(const rl_call *call, size_t which, size_t unit)
{
    return lane_load((const real *)call->w + (which * (call->units / call->positions) + unit) * LANES);
}

/* m and r, as they are in this mode. */
static lane mean_of(const rl_call *call, size_t unit)
{
    return call->training ? lane_load(statistic(call, MEAN, unit)) : parameter(call, 2, unit);
}
static lane norm_now(const rl_call *call, size_t unit)
{
    return norm_of(call->training ? lane_load(statistic(call, VARIANCE, unit)) : parameter(call, 3, unit));
}

/* term's sums for one channel of pictures, over all rows and positions. other: NULL if there is none. */
NORM_INLINE void add_up_unit(const rl_call *call, size_t u, const real *d, norm_term *term, real *one, real *other)
{
    const size_t positions = call->positions;
    const real *x = call->x[0];
    const lane mean = mean_of(call, u);
    norm_parts parts;
    norm_begin(&parts);
    for (size_t b = 0; b < call->batch; b++) {
        const size_t at = (b * call->units + u * positions) * LANES;
        norm_add(&parts, positions, x + at, d + at, x + at, mean, term);
    }
    lane_store(one + u * LANES, norm_sum(parts.one));
    if (other)
        lane_store(other + u * LANES, norm_sum(parts.other));
}

/* The same for up to RL_CHAINS values of vectors, side by side; count is a constant where they are so many. */
NORM_INLINE void add_up_columns(
    const rl_call *call, size_t first, size_t count, const real *d, norm_term *term, real *one, real *other)
{
    const real *x = call->x[0];
    real mean[RL_CHAINS * LANES];
    norm_parts parts;
    norm_begin(&parts);
    for (size_t j = 0; j < count; j++)
        lane_store(mean + j * LANES, mean_of(call, first + j));
    for (size_t b = 0; b < call->batch; b++)
        for (size_t r = 0; r < NORM_ROWS; r++) {
            const size_t at = (b * call->units + first) * LANES;
            const norm_terms t =
                term(norm_load(x + at, r, count), norm_load(d + at, r, count), norm_zero(), norm_load(mean, r, count));
            parts.one[r] += t.one;
            parts.other[r] += t.other;
        }
    memcpy(one + first * LANES, parts.one, count * LANES * sizeof *one);
    if (other)
        memcpy(other + first * LANES, parts.other, count * LANES * sizeof *other);
}

/* For units unit … last_unit - 1. one, other: [units] */
NORM_INLINE void add_up(const rl_call *call, const real *d, norm_term *term, real *one, real *other)
{
    const size_t end = call->last_unit;
    size_t u = call->unit;
    for (; call->positions > 1 && u < end; u++)
        add_up_unit(call, u, d, term, one, other);
    for (; u + RL_CHAINS <= end; u += RL_CHAINS)
        add_up_columns(call, u, RL_CHAINS, d, term, one, other);
    if (u < end)
        add_up_columns(call, u, end - u, d, term, one, other);
}

static void measure(const rl_call *call)
{
    const lane count = lane_all((real)(call->batch * call->positions));
    add_up(call, call->x[0], norm_value, statistic(call, MEAN, 0), NULL);
    for (size_t u = call->unit; u < call->last_unit; u++)
        lane_store(statistic(call, MEAN, u), lane_load(statistic(call, MEAN, u)) / count);
    add_up(call, call->x[0], norm_square, statistic(call, VARIANCE, 0), NULL);
    for (size_t u = call->unit; u < call->last_unit; u++)
        lane_store(statistic(call, VARIANCE, u), lane_load(statistic(call, VARIANCE, u)) / count);
}

/* y = scale · x + shift, count numbers of one unit (step 0) or of a unit each (step 1). */
NORM_INLINE void straight(
    size_t count, const size_t step, const real *x, const real *scale, const real *shift, real *restrict y)
{
    for (size_t i = 0; i < count * LANES; i += LANES)
        lane_store(y + i, lane_fma(lane_load(x + i), lane_load(scale + i * step), lane_load(shift + i * step)));
}

static void forward(const rl_call *call)
{
    const size_t positions = call->positions, units = call->units / positions;
    const size_t unit = call->unit, end = call->last_unit;
    real *scale = call->scratch, *shift = scale + units * LANES; /* [units] each */
    if (call->training)
        measure(call);
    for (size_t u = unit; u < end; u++) {
        const lane slope = parameter(call, 0, u) * norm_now(call, u);
        lane_store(scale + u * LANES, slope);
        lane_store(shift + u * LANES, parameter(call, 1, u) - mean_of(call, u) * slope);
    }
    for (size_t b = 0; b < call->batch; b++) {
        const real *x = (const real *)call->x[0] + b * call->units * LANES;
        real *y = (real *)call->y + b * call->units * LANES;
        if (positions == 1)
            straight(end - unit, 1, x + unit * LANES, scale + unit * LANES, shift + unit * LANES, y + unit * LANES);
        for (size_t u = unit; positions > 1 && u < end; u++)
            straight(positions, 0, x + u * positions * LANES, scale + u * LANES, shift + u * LANES,
                y + u * positions * LANES);
    }
}

/* Of a unit, all that ∂L/∂x needs: γ r, m, mean(d) and r mean(d x̂). */
typedef struct {
    const real *scale, *mean, *middle, *slant;
} slopes;

NORM_INLINE void back(
    size_t count, const size_t step, const real *x, const real *d, slopes of, bool fresh, real *restrict dx)
{
    for (size_t i = 0; i < count * LANES; i += LANES) {
        const size_t at = i * step;
        const lane level = lane_load(d + i) - lane_load(of.middle + at);
        const lane through = lane_fma(lane_load(of.mean + at) - lane_load(x + i), lane_load(of.slant + at), level);
        const lane old = fresh ? lane_zero() : lane_load(dx + i);
        lane_store(dx + i, lane_fma(lane_load(of.scale + at), through, old));
    }
}

static void backward(const rl_call *call)
{
    const size_t positions = call->positions, units = call->units / positions;
    const size_t unit = call->unit, end = call->last_unit;
    const lane count = lane_all((real)(call->batch * positions));
    real *scale = call->scratch, *mean = scale + units * LANES, *middle = mean + units * LANES,
         *slant = middle + units * LANES; /* [units] each */
    if (call->training)
        add_up(call, call->dy, norm_gradient, statistic(call, SUM, 0), statistic(call, SLANT, 0));
    if (!call->dx[0])
        return;
    for (size_t u = unit; u < end; u++) {
        const lane r = norm_now(call, u);
        lane_store(scale + u * LANES, parameter(call, 0, u) * r);
        lane_store(mean + u * LANES, mean_of(call, u));
        lane_store(middle + u * LANES, call->training ? lane_load(statistic(call, SUM, u)) / count : lane_zero());
        lane_store(
            slant + u * LANES, call->training ? r * r * lane_load(statistic(call, SLANT, u)) / count : lane_zero());
    }
    for (size_t b = 0; b < call->batch; b++) {
        const size_t row = b * call->units * LANES;
        const real *x = (const real *)call->x[0] + row, *d = (const real *)call->dy + row;
        real *dx = (real *)call->dx[0] + row;
        if (positions == 1) {
            const size_t at = unit * LANES;
            const slopes of = { scale + at, mean + at, middle + at, slant + at };
            back(end - unit, 1, x + at, d + at, of, call->fresh[0], dx + at);
        }
        for (size_t u = unit; positions > 1 && u < end; u++) {
            const size_t at = u * positions * LANES;
            const slopes of = { scale + u * LANES, mean + u * LANES, middle + u * LANES, slant + u * LANES };
            back(positions, 0, x + at, d + at, of, call->fresh[0], dx + at);
        }
    }
}

/* Backward has the sums of a training already. */
static void learn(const rl_call *call)
{
    const size_t units = call->units / call->positions;
    real *dgamma = call->dw, *dbeta = dgamma + units * LANES;
    if (!call->training)
        add_up(call, call->dy, norm_gradient, statistic(call, SUM, 0), statistic(call, SLANT, 0));
    for (size_t u = call->unit; u < call->last_unit; u++) {
        lane_store(dgamma + u * LANES, lane_load(statistic(call, SLANT, u)) * norm_now(call, u));
        lane_store(dbeta + u * LANES, lane_load(statistic(call, SUM, u)));
    }
}

const rl_layer RL_EXPORT(rl_layer_batch_norm) = { .forward = forward, .backward = backward, .learn = learn };
