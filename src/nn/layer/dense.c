/* A dense layer: z = W x + b.
 *
 *     z[b][o] = bias[o] + Σ_i x[b][i] W[o][i]
 *
 *     ∂L/∂x[b][i] += Σ_o ∂L/∂z[b][o] W[o][i]
 *     ∂L/∂W[o][i]  = Σ_b ∂L/∂z[b][o] x[b][i]      ∂L/∂bias[o] = Σ_b ∂L/∂z[b][o]
 *
 * Parameters: W [units][inputs], then bias [units]. */
#include "nn/layer/dense.h"
#include "nn/layer/layers.h"

/* Stores the sums: element (m, n) is rows[(m · by_first + n) · LANES …]. */
typedef struct {
    real *rows;
    size_t by_first;
} target;

static inline void store(const void *self, size_t m, size_t n, lane sum)
{
    const target *to = self;
    lane_store(to->rows + (m * to->by_first + n) * LANES, sum);
}

static void forward(const rl_call *call)
{
    dense_forward(call, store, &(target){ call->y, call->units });
}

static void backward(const rl_call *call)
{
    const size_t inputs = call->inputs;
    matrix start = call->fresh[0] ? (matrix){ dense_zeros, 0, 0 } : (matrix){ call->dx[0], inputs, 1 };
    if (call->dx[0])
        dense_backward(call, start, store, &(target){ call->dx[0], inputs });
}

static void learn(const rl_call *call)
{
    const size_t batch = call->batch, inputs = call->inputs, units = call->units, from = call->unit;
    const real *dy = call->dy;                                 /* [batch][units][LANES] */
    real *dw = call->dw, *dbias = dw + units * inputs * LANES; /* [units][inputs][LANES], [units][LANES] */
    const operands p = { .M = call->last_unit - from,
        .N = inputs,
        .K = batch,
        .start = { dense_zeros, 0, 0 },
        .a = { dy + from * LANES, 1, units },
        .b = { call->x[0], 1, inputs },
        .sums_of_a = dbias + from * LANES };
    const target to = { dw + from * inputs * LANES, inputs };
    if (call->bias)
        product(true, &p, store, &to);
    else
        product(false, &p, store, &to);
}

const rl_layer RL_EXPORT(rl_layer_dense) = { .forward = forward, .backward = backward, .learn = learn };
