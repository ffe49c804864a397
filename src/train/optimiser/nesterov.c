/* Nesterov's accelerated gradient, as torch.optim.SGD writes it (Sutskever et al. 2013, in the looked-ahead variable).
 *
 *     v ← μv + g        w ← w - η(g + μv)
 *
 * The step is the one that momentum would take next if g came again. v starts at 0. */
#include "train/optimiser/optimiser.h"

static void step(const rl_update *update)
{
    real *w = update->w, *v = update->moments[0]; /* [count][LANES] each */
    const real *g = update->dw;                   /* [count][LANES] */
    const lane eta = lane_load(update->rate), mu = lane_all((real)update->momentum);
    for (size_t i = 0; i < update->count; i++, w += LANES, v += LANES, g += LANES) {
        lane slope = lane_load(g), speed = lane_fma(mu, lane_load(v), slope);
        lane_store(v, speed);
        lane_store(w, lane_fma(-eta, lane_fma(mu, speed, slope), lane_load(w)));
    }
}

const rl_optimiser RL_EXPORT(rl_nesterov) = { .name = "nesterov", .moments = 1, .step = step };
