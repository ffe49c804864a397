/* A dense layer and the curve next to it in one go, for curves so cheap that storing and loading once more costs as much
 * as they do: the faster twins of the dense layer's products (nn/layer/dense.c) followed or preceded by the curve's own
 * loops, equal to them bit for bit (tests/nn/test_beside_dense.c).
 *
 *     forward    a[b][o] = f(z[b][o])                          z a sum of the product, still in its register
 *     backward   ∂L/∂z[b][i] = ∂L/∂a[b][i] · f'(z[b][i])       ∂L/∂a such a sum, and never stored
 *
 * A 2-16-2 net spends a fifth of its training in those loops: a row and unit is one multiply-add for each input and
 * output, but ten loads and stores. */
#ifndef RL_NN_BESIDE_DENSE_H
#define RL_NN_BESIDE_DENSE_H

#include "nn/activation/curve.h"
#include "nn/layer/dense.h"

typedef struct {
    real *z, *a; /* [batch][units][LANES] */
    size_t units;
    lane alpha;
} activated;

static inline void activate(const void *self, size_t b, size_t o, lane z)
{
    const activated *to = self;
    const size_t at = (b * to->units + o) * LANES;
    lane_store(to->z + at, z);
    lane_store(to->a + at, value(z, to->alpha));
}

static void after_dense(const rl_call *dense, const rl_call *curve)
{
    const activated to = { dense->y, curve->y, dense->units, alpha_at(curve->alphas, 0, 0) };
    dense_forward(dense, activate, &to);
}

typedef struct {
    const real *z; /* [batch][units][LANES] */
    real *dz;      /* [batch][units][LANES] */
    size_t units;
    lane alpha;
} descended;

/* 0 + makes a -0 the 0 that it is where backward adds to 0. */
static inline void descend(const void *self, size_t b, size_t i, lane da)
{
    const descended *to = self;
    const size_t at = (b * to->units + i) * LANES;
    lane_store(to->dz + at, lane_zero() + da * slope(lane_load(to->z + at), to->alpha));
}

static void before_dense(const rl_call *dense, const rl_call *curve)
{
    const descended to = { curve->x[0], curve->dx[0], curve->units, alpha_at(curve->alphas, 0, 0) };
    dense_backward(dense, (matrix){ dense_zeros, 0, 0 }, descend, &to);
}

#endif
