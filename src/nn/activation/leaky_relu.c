/* Leaky ReLU: a rectifier that never quite closes (Maas et al. 2013).
 *
 *     f(z) = z    if z > 0          f'(z) = 1   if z > 0
 *            αz   otherwise                 α   otherwise          0 < α < 1
 *
 * Below zero a ReLU unit has slope 0 and learns nothing; here it keeps α of its gradient and can climb back.
 * f' does not exist at 0; we take α, the slope from the left. */
#include "nn/activation/rectifier.h"
#include "nn/activation/beside_dense.h"
#include "nn/activation/stream.h"

const rl_activation RL_EXPORT(rl_leaky_relu) = {
    .name = "leaky_relu",
    .formula = "z > 0 ? z : αz",
    .slope_formula = "z > 0 ? 1 : α",
    .kink = "α at 0, the slope from the left",
    .alpha = 0.01f,
    .has_alpha = true,
    .rectifier = true,
    .image = image,
    .slopes = slopes,
    .example_count = 5,
    .examples = { { -100, -1, 0.01f }, { -2, -0.02f, 0.01f }, { 0, 0, 0.01f }, { 0.5f, 0.5f, 1 }, { 3, 3, 1 } },
    .curve = &(
        const rl_curve){ CURVE_LOOPS, .stream = stream, .after_dense = after_dense, .before_dense = before_dense },
};
