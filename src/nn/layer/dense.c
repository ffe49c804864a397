/* A dense layer: z = W x + b.
 *
 *     z[b][o] = bias[o] + Σ_i x[b][i] W[o][i]
 *
 *     ∂L/∂x[b][i] += Σ_o ∂L/∂z[b][o] W[o][i]
 *     ∂L/∂W[o][i]  = Σ_b ∂L/∂z[b][o] x[b][i]      ∂L/∂bias[o] = Σ_b ∂L/∂z[b][o]
 *
 * Parameters: W [units][inputs], then bias [units]. */
#include "kernel/product.h"
#include "nn/layer/layers.h"

static const real zeros[LANES] = { 0 };

static void forward(const rl_call *call)
{
    const real *w = call->w; /* [units][inputs][LANES], [units][LANES] */
    const size_t inputs = call->inputs, units = call->units;
    matrix bias = { call->bias ? w + units * inputs * LANES : zeros, 0, call->bias };
    product(
        call->batch, units, inputs, bias, (matrix){ call->x[0], inputs, 1 }, (matrix){ w, inputs, 1 }, call->y, units);
}

/* sums [units][LANES] = Σ_b rows [batch][width][LANES], b ascending; several units at once, since a sum waits for
 * itself. */
static void add_rows(size_t batch, size_t units, size_t width, const real *rows, real *sums)
{
    enum { AT_ONCE = 8 };
    size_t o = 0;
    for (; o + AT_ONCE <= units; o += AT_ONCE) {
        lane sum[AT_ONCE];
        for (size_t i = 0; i < AT_ONCE; i++)
            sum[i] = lane_zero();
        for (size_t b = 0; b < batch; b++)
            for (size_t i = 0; i < AT_ONCE; i++)
                sum[i] += lane_load(rows + (b * width + o + i) * LANES);
        for (size_t i = 0; i < AT_ONCE; i++)
            lane_store(sums + (o + i) * LANES, sum[i]);
    }
    for (; o < units; o++) {
        lane sum = lane_zero();
        for (size_t b = 0; b < batch; b++)
            sum += lane_load(rows + (b * width + o) * LANES);
        lane_store(sums + o * LANES, sum);
    }
}

static void backward(const rl_call *call)
{
    const size_t batch = call->batch, inputs = call->inputs, units = call->units;
    if (call->dx[0]) {
        matrix start = call->fresh[0] ? (matrix){ zeros, 0, 0 } : (matrix){ call->dx[0], inputs, 1 };
        product(batch, inputs, units, start, (matrix){ call->dy, units, 1 }, (matrix){ call->w, 1, inputs },
            call->dx[0], inputs);
    }
}

static void learn(const rl_call *call)
{
    const size_t batch = call->batch, inputs = call->inputs, units = call->units, from = call->unit;
    const real *dy = call->dy;                                 /* [batch][units][LANES] */
    real *dw = call->dw, *dbias = dw + units * inputs * LANES; /* [units][inputs][LANES], [units][LANES] */
    product(call->last_unit - from, inputs, batch, (matrix){ zeros, 0, 0 }, (matrix){ dy + from * LANES, 1, units },
        (matrix){ call->x[0], 1, inputs }, dw + from * inputs * LANES, inputs);
    if (call->bias)
        add_rows(batch, call->last_unit - from, units, dy + from * LANES, dbias + from * LANES);
}

const rl_layer RL_EXPORT(
    rl_layer_dense) = { .kind = "dense", .forward = forward, .backward = backward, .learn = learn };
