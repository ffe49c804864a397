/* RMSProp: every parameter's step is measured by its own running mean square (Tieleman & Hinton 2012), as
 * torch.optim.RMSprop with neither momentum nor centring.
 *
 *     v ← αv + (1 - α)g²        w ← w - ηg / (√v + ε)
 *
 * ε stands outside the root. v starts at 0 and is not corrected for it: the first steps are 1/√(1 - α) too long. */
#include "train/optimiser/optimiser.h"

static void step(const rl_update *update)
{
    real *w = update->w, *v = update->moments[0]; /* [count][LANES] each */
    const real *g = update->dw;                   /* [count][LANES] */
    const lane eta = lane_load(update->rate), alpha = lane_all((real)update->smoothing);
    const lane fresh = lane_all((real)(1 - update->smoothing)), epsilon = lane_all((real)update->epsilon);
    for (size_t i = 0; i < update->count; i++, w += LANES, v += LANES, g += LANES) {
        lane slope = lane_load(g), square = lane_fma(fresh * slope, slope, alpha * lane_load(v));
        lane_store(v, square);
        lane_store(w, lane_load(w) - eta * slope / (lane_sqrt(square) + epsilon));
    }
}

const rl_optimiser RL_EXPORT(rl_rmsprop) = { .name = "rmsprop", .moments = 1, .step = step };
