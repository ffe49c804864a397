/* What the recurrent layers share. One node takes a whole sequence: at each step it reads that step's features and
 * what it gave at the step before, and it gives all steps. For G gates (1 where there are none)
 *
 *     p_t = b_ih + W_ih x_t + b_hh + W_hh y_{t-1}          y_{-1} = 0, p_t [G · units]
 *
 * and back through time (Werbos 1990), with δ_t = ∂L/∂p_t,
 *
 *     ∂L/∂y_{t-1} = what comes from above + W_hhᵀ δ_t        ∂L/∂x_t += W_ihᵀ δ_t
 *     ∂L/∂W_ih = Σ δ_t x_tᵀ     ∂L/∂W_hh = Σ δ_t y_{t-1}ᵀ     ∂L/∂b = Σ δ_t
 *
 * Parameters, in PyTorch's order: W_ih [G · units][features], W_hh [G · units][units], then b_ih and b_hh [G · units].
 * What the inputs give is one product over all rows and steps; only what the state gives must wait for the step before.
 *
 * A net of one lane goes through the matrix product whose vectors lie along columns (kernel/gemm.h), for which the
 * weights are turned once a block; the sums are the same, bit for bit. */
#ifndef RL_NN_STEPS_H
#define RL_NN_STEPS_H

#include "kernel/product.h"
#include "nn/layer/layers.h"

/* A call by the names of this file, and how a layer lays out the numbers of one step: in kept first p_t [gates], in
 * kept_back first δ_t [gates], and somewhere behind it ∂L/∂y_t [units]. */
typedef struct {
    const rl_call *call;
    size_t batch, steps, features, units;
    size_t gates;            /* G · units */
    size_t keep, back;       /* numbers a step in kept and in kept_back */
    size_t state;            /* where ∂L/∂y_t begins in a step of kept_back */
    matrix w_ih, w_hh;       /* [gates][features], [gates][units]: as forward reads them, perhaps turned */
    const real *b_ih, *b_hh; /* [gates], or one 0 */
    size_t by_bias;          /* 1, or 0 where there are no biases */
} sequence;

static const real no_bias[LANES] = { 0 };

/* gates, keep, back and state as multiples of the units. */
static inline sequence sequence_of(const rl_call *call, size_t gates, size_t keep, size_t back, size_t state)
{
    const size_t features = (size_t)call->in->size[1], units = (size_t)call->out->size[1], rows = gates * units;
    const real *w_ih = call->w, *w_hh = w_ih + rows * features * LANES, *biases = w_hh + rows * units * LANES;
    return (sequence){ .call = call,
        .batch = call->batch,
        .steps = (size_t)call->in->size[0],
        .features = features,
        .units = units,
        .gates = rows,
        .keep = keep * units,
        .back = back * units,
        .state = state * units,
        .w_ih = { w_ih, features, 1 },
        .w_hh = { w_hh, units, 1 },
        .b_ih = call->bias ? biases : no_bias,
        .b_hh = call->bias ? biases + rows * LANES : no_bias,
        .by_bias = call->bias };
}

/* Where step t of row b begins, in an array with so many numbers a step. */
static inline size_t at_step(const sequence *s, size_t b, size_t t, size_t numbers)
{
    return (b * s->steps + t) * numbers * LANES;
}

/* What a layer gave at the step before; nothing at the first. */
static inline lane state_before(const sequence *s, size_t b, size_t t, size_t unit)
{
    return t > 0 ? lane_load((const real *)s->call->y + at_step(s, b, t - 1, s->units) + unit * LANES) : lane_zero();
}

/* ---- Products ---- */

/* Does this net, of one lane, have a matrix product of its own? */
static inline bool goes_alone(const rl_call *call)
{
    return call->gemm->width > (size_t)LANES;
}

/* Where sums go: c(m, n) is rows[(m · by_first + n) · LANES …]. */
typedef struct {
    real *rows;
    size_t by_first;
} sums;

static inline void store_sum(const void *self, size_t m, size_t n, lane sum)
{
    const sums *c = self;
    lane_store(c->rows + (m * c->by_first + n) * LANES, sum);
}

/* c(m, n) = start(m, n) + Σ_k a(m, k) · b(n, k); alone, b must lie along n. One copy in a file: it is long. */
static __attribute__((noinline)) void multiply(
    const sequence *s, size_t M, size_t N, size_t K, matrix start, matrix a, matrix b, real *c, size_t c_by_first)
{
    if (!goes_alone(s->call)) {
        const operands p = { .M = M, .N = N, .K = K, .start = start, .a = a, .b = b };
        product(false, &p, store_sum, &(sums){ c, c_by_first });
        return;
    }
    for (size_t m = 0; m < M && start.rows != c; m++)
        for (size_t n = 0; n < N; n++)
            c[m * c_by_first + n] = *element(start, m, n);
    s->call->gemm->product(&(rl_product){ .rows = M,
        .columns = N,
        .terms = K,
        .a = a.rows,
        .a_by_row = a.by_first,
        .a_by_term = a.by_second,
        .b = b.rows,
        .b_by_term = b.by_second,
        .c = c,
        .c_by_row = c_by_first,
        .add = true });
}

/* ---- Forward ---- */

/* Alone, scratch begins with W_ihᵀ [features][gates] and W_hhᵀ [units][gates], which forward reads. */
static inline void turn_weights(sequence *s)
{
    if (!goes_alone(s->call))
        return;
    real *w_ih = s->call->scratch, *w_hh = w_ih + s->features * s->gates;
    s->call->gemm->transpose(s->gates, s->features, s->w_ih.rows, s->features, w_ih, s->gates);
    s->call->gemm->transpose(s->gates, s->units, s->w_hh.rows, s->units, w_hh, s->gates);
    s->w_ih = (matrix){ w_ih, 1, s->gates };
    s->w_hh = (matrix){ w_hh, 1, s->gates };
}

/* b_ih + W_ih x_t of these rows of W_ih, at all steps, to number `to` of a step of kept. */
static inline void read_inputs(const sequence *s, size_t first, size_t rows, size_t to)
{
    multiply(s, s->batch * s->steps, rows, s->features, (matrix){ s->b_ih + first * s->by_bias * LANES, 0, s->by_bias },
        (matrix){ s->call->x[0], s->features, 1 },
        (matrix){ element(s->w_ih, first, 0), s->w_ih.by_first, s->w_ih.by_second }, (real *)s->call->kept + to * LANES,
        s->keep);
}

/* p_t += W_hh y_{t-1}. */
static inline void read_state(const sequence *s, size_t t)
{
    real *p = (real *)s->call->kept + at_step(s, 0, t, s->keep);
    const size_t row = s->steps * s->keep;
    if (t > 0)
        multiply(s, s->batch, s->gates, s->units, (matrix){ p, row, 1 },
            (matrix){ (const real *)s->call->y + at_step(s, 0, t - 1, s->units), s->steps * s->units, 1 }, s->w_hh, p,
            row);
}

/* Number o of b_hh. */
static inline lane state_bias(const sequence *s, size_t o)
{
    return lane_load(s->b_hh + o * s->by_bias * LANES);
}

/* ---- Backward ---- */

/* ∂L/∂y_{t-1} = start + W_hhᵀ δ_t. */
static inline void pass_to_state(const sequence *s, size_t t, matrix start)
{
    const real *delta = (const real *)s->call->kept_back + at_step(s, 0, t, s->back);
    const real *w_hh = (const real *)s->call->w + s->gates * s->features * LANES;
    const size_t row = s->steps * s->back;
    multiply(s, s->batch, s->units, s->gates, start, (matrix){ delta, row, 1 }, (matrix){ w_hh, 1, s->units },
        (real *)s->call->kept_back + at_step(s, 0, t - 1, s->back) + s->state * LANES, row);
}

/* ∂L/∂y_t as it comes from above. */
static inline matrix from_above(const sequence *s, size_t t)
{
    return (matrix){ (const real *)s->call->dy + at_step(s, 0, t, s->units), s->steps * s->units, 1 };
}

/* The last step has none behind it. */
static inline void begin_at_the_end(const sequence *s)
{
    for (size_t b = 0; b < s->batch; b++)
        memcpy((real *)s->call->kept_back + at_step(s, b, s->steps - 1, s->back) + s->state * LANES,
            (const real *)s->call->dy + at_step(s, b, s->steps - 1, s->units), s->units * LANES * sizeof(real));
}

/* ∂L/∂x_t += W_ihᵀ δ_t at all steps: δ at number `from` of a step of kept_back, that of these rows of W_ih. fresh: what is
 * in ∂L/∂x counts as 0. */
static inline void pass_to_inputs(const sequence *s, size_t from, size_t first, size_t rows, bool fresh)
{
    real *dx = s->call->dx[0];
    if (!dx)
        return;
    const real *w_ih = (const real *)s->call->w + first * s->features * LANES;
    multiply(s, s->batch * s->steps, s->features, rows,
        fresh ? (matrix){ no_bias, 0, 0 } : (matrix){ dx, s->features, 1 },
        (matrix){ (const real *)s->call->kept_back + from * LANES, s->back, 1 }, (matrix){ w_ih, 1, s->features }, dx,
        s->features);
}

/* ---- Learning: from all rows at once ---- */

/* to [count] = Σ over rows and steps of numbers from … from + count - 1 of a step of kept_back. */
static inline void sum_steps(const sequence *s, size_t from, size_t count, real *to)
{
    memset(to, 0, count * LANES * sizeof *to);
    for (size_t r = 0; r < s->batch * s->steps; r++) {
        const real *delta = (const real *)s->call->kept_back + (r * s->back + from) * LANES;
        for (size_t o = 0; o < count * LANES; o += LANES)
            lane_store(to + o, lane_load(to + o) + lane_load(delta + o));
    }
}

/* ∂L/∂W_ih and ∂L/∂b_ih of these rows, whose δ stand at number `from`. */
static inline void learn_inputs(const sequence *s, size_t from, size_t first, size_t rows)
{
    real *dw = s->call->dw, *db_ih = dw + s->gates * (s->features + s->units) * LANES;
    multiply(s, rows, s->features, s->batch * s->steps, (matrix){ no_bias, 0, 0 },
        (matrix){ (const real *)s->call->kept_back + from * LANES, 1, s->back },
        (matrix){ s->call->x[0], 1, s->features }, dw + first * s->features * LANES, s->features);
    if (s->call->bias)
        sum_steps(s, from, rows, db_ih + first * LANES);
}

/* ∂L/∂W_hh and ∂L/∂b_hh, step by step: the first meets no state. */
static inline void learn_state(const sequence *s)
{
    real *dw = (real *)s->call->dw + s->gates * s->features * LANES, *biases = dw + s->gates * s->units * LANES;
    memset(dw, 0, s->gates * s->units * LANES * sizeof *dw);
    for (size_t t = 1; t < s->steps; t++)
        multiply(s, s->gates, s->units, s->batch, (matrix){ dw, s->units, 1 },
            (matrix){ (const real *)s->call->kept_back + at_step(s, 0, t, s->back), 1, s->steps * s->back },
            (matrix){ (const real *)s->call->y + at_step(s, 0, t - 1, s->units), 1, s->steps * s->units }, dw,
            s->units);
    if (s->call->bias)
        sum_steps(s, 0, s->gates, biases + s->gates * LANES);
}

#endif
