/* The products of a dense layer, for the layer itself (dense.c) and for curves that stand next to one and are applied
 * while its sums are still in registers (nn/activation/beside_dense.h). */
#ifndef RL_NN_DENSE_H
#define RL_NN_DENSE_H

#include "kernel/product.h"
#include "nn/layer/layer.h"

static const real dense_zeros[LANES] = { 0 };

/* z[b][o] = bias[o] + Σ_i x[b][i] W[o][i], each handed to take(self, b, o, z). */
PRODUCT_INLINE void dense_forward(const rl_call *call, product_taker *take, const void *self)
{
    const real *w = call->w; /* [units][inputs][LANES], [units][LANES] */
    const size_t inputs = call->inputs, units = call->units;
    const operands p = { .M = call->batch,
        .N = units,
        .K = inputs,
        .start = { call->bias ? w + units * inputs * LANES : dense_zeros, 0, call->bias },
        .a = { call->x[0], inputs, 1 },
        .b = { w, inputs, 1 } };
    product(false, &p, take, self);
}

/* ∂L/∂x[b][i] = Σ_o ∂L/∂z[b][o] W[o][i], on top of start[b][i], each handed to take(self, b, i, ∂L/∂x). */
PRODUCT_INLINE void dense_backward(const rl_call *call, matrix start, product_taker *take, const void *self)
{
    const operands p = { .M = call->batch,
        .N = call->inputs,
        .K = call->units,
        .start = start,
        .a = { call->dy, call->units, 1 },
        .b = { call->w, 1, call->inputs } };
    product(false, &p, take, self);
}

#endif
