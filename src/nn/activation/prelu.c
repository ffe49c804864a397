/* PReLU: a leaky ReLU whose slope below 0 is learned (He et al. 2015).
 *
 *     f(z) = z    if z > 0          f'(z) = 1   if z > 0          ∂f/∂α = 0   if z > 0
 *            αz   otherwise                 α   otherwise                 z   otherwise
 *
 * α starts at 0.25 and is one number for each unit, or one for the layer. Weight decay leaves it alone, for it
 * would pull the curve towards ReLU. f' does not exist at 0; we take α, the slope from the left. ∂f/∂α does: 0. */
#include "nn/activation/rectifier.h"

static lane alpha_slope(lane z, lane alpha)
{
    (void)alpha;
    return pick(z > lane_zero(), lane_zero(), z);
}

#include "nn/activation/learned.h"
#include "nn/activation/stream.h"

const rl_activation RL_EXPORT(rl_prelu) = {
    .name = "prelu",
    .formula = "z > 0 ? z : αz, α learned",
    .slope_formula = "z > 0 ? 1 : α",
    .kink = "α at 0, the slope from the left",
    .alpha = 0.25f,
    .has_alpha = true,
    .rectifier = true,
    .learned = true,
    .image = image,
    .slopes = slopes,
    .example_count = 5,
    .examples = { { -4, -1, 0.25f }, { -1, -0.25f, 0.25f }, { 0, 0, 0.25f }, { 0.5f, 0.5f, 1 }, { 3, 3, 1 } },
    .curve = &(const rl_curve){ CURVE_LOOPS, .alpha_backward = alpha_backward, .stream = stream },
};
