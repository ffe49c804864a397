/* Adam's step, which AdamW shares: momentum over root mean square, both corrected for starting at 0 (Kingma & Ba
 * 2015, as torch.optim.Adam writes it).
 *
 *     m ← β₁m + (1 - β₁)g       v ← β₂v + (1 - β₂)g²
 *     w ← w - η/(1 - β₁ᵗ) · m / (√v/√(1 - β₂ᵗ) + ε)
 *
 * ε is added after the correction of v. What depends on t alone is worked out in double precision once a step. */
#ifndef RL_TRAIN_ADAM_STEP_H
#define RL_TRAIN_ADAM_STEP_H

#include <math.h>

#include "train/optimiser/optimiser.h"

static inline void adam_step(const rl_update *update)
{
    real *w = update->w;                                   /* [count][LANES] */
    real *m = update->moments[0], *v = update->moments[1]; /* [count][LANES] each */
    const real *g = update->dw, *rate = update->rate;      /* [count][LANES], [LANES] */
    const double t = (double)update->step;
    const double correction1 = 1 - pow(update->beta1, t), correction2 = 1 - pow(update->beta2, t);
    real steps[LANES];
    for (int l = 0; l < LANES; l++)
        steps[l] = (real)(rate[l] / correction1);
    const lane eta = lane_load(steps), root2 = lane_all((real)sqrt(correction2));
    const lane fresh1 = lane_all((real)(1 - update->beta1)), fresh2 = lane_all((real)(1 - update->beta2));
    const lane beta2 = lane_all((real)update->beta2), epsilon = lane_all((real)update->epsilon);
    for (size_t i = 0; i < update->count; i++, w += LANES, m += LANES, v += LANES, g += LANES) {
        lane slope = lane_load(g), mean = lane_load(m);
        mean = lane_fma(fresh1, slope - mean, mean);
        lane square = lane_fma(fresh2 * slope, slope, beta2 * lane_load(v));
        lane_store(m, mean);
        lane_store(v, square);
        lane_store(w, lane_load(w) - eta * mean / (lane_sqrt(square) / root2 + epsilon));
    }
}

#endif
