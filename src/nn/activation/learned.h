/* The one loop more that a curve with a learned α needs: ∂L/∂α += Σ ∂L/∂a · ∂f/∂α. */
#ifndef RL_NN_LEARNED_H
#define RL_NN_LEARNED_H

#include "nn/activation/curve.h"

static void alpha_backward(
    size_t batch, size_t units, rl_alphas alphas, const void *z_rows, const void *da_rows, void *dalpha_rows)
{
    const real *z = z_rows, *da = da_rows; /* [batch][units][LANES] */
    for (size_t b = 0; b < batch; b++)
        for (size_t u = 0; u < units; u++, z += LANES, da += LANES) {
            real *dalpha = (real *)dalpha_rows + (b * alphas.per_row + u * alphas.per_unit) * LANES;
            lane_store(dalpha, lane_load(dalpha) + lane_load(da) * alpha_slope(lane_load(z), alpha_at(alphas, b, u)));
        }
}

#endif
