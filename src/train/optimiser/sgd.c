/* Stochastic gradient descent: a step against the gradient g (Robbins & Monro 1951).
 *
 *     w ← w - ηg */
#include "train/optimiser/optimiser.h"

static void step(const rl_update *update)
{
    real *w = update->w;        /* [count][LANES] */
    const real *g = update->dw; /* [count][LANES] */
    const lane eta = lane_load(update->rate);
    for (size_t i = 0; i < update->count; i++, w += LANES, g += LANES)
        lane_store(w, lane_fma(-eta, lane_load(g), lane_load(w)));
}

const rl_optimiser RL_EXPORT(rl_sgd) = { .name = "sgd", .step = step };
