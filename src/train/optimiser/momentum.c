/* Gradient descent with momentum: the heavy ball (Polyak 1964), as torch.optim.SGD without dampening.
 *
 *     v ← μv + g        w ← w - ηv
 *
 * v starts at 0, so the first step is the plain one. v is a sum of gradients, not of steps: a change of η acts on
 * all of it at once. */
#include "train/optimiser/optimiser.h"

static void step(const rl_update *update)
{
    real *w = update->w, *v = update->moments[0]; /* [count][LANES] each */
    const real *g = update->dw;                   /* [count][LANES] */
    const lane eta = lane_load(update->rate), mu = lane_all((real)update->momentum);
    for (size_t i = 0; i < update->count; i++, w += LANES, v += LANES, g += LANES) {
        lane speed = lane_fma(mu, lane_load(v), lane_load(g));
        lane_store(v, speed);
        lane_store(w, lane_fma(-eta, speed, lane_load(w)));
    }
}

const rl_optimiser RL_EXPORT(rl_momentum) = { .name = "momentum", .moments = 1, .step = step };
