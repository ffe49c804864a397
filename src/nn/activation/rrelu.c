/* RReLU: a leaky ReLU whose slope below 0 is drawn at random while training (Xu et al. 2015).
 *
 *     f(z) = z    if z > 0          f'(z) = 1   if z > 0
 *            αz   otherwise                 α   otherwise
 *
 * In training the layer draws α ~ U(1/8, 1/3) for every unit and example and hands it in; in evaluation α is that
 * distribution's mean, 11/48 (as in PyTorch), which is the default here. f' does not exist at 0; we take α, the
 * slope from the left. */
#include "nn/activation/rectifier.h"
#include "nn/activation/stream.h"

const rl_activation RL_EXPORT(rl_rrelu) = {
    .name = "rrelu",
    .formula = "z > 0 ? z : αz, α ~ U(1/8, 1/3) in training, else 11/48",
    .slope_formula = "z > 0 ? 1 : α",
    .kink = "α at 0, the slope from the left",
    .alpha = 11.0f / 48,
    .has_alpha = true,
    .rectifier = true,
    .drawn = true,
    .image = image,
    .slopes = slopes,
    .example_count = 4,
    .examples = { { -48, -11, 11.0f / 48 }, { 0, 0, 11.0f / 48 }, { 0.5f, 0.5f, 1 }, { 3, 3, 1 } },
    .curve = &(const rl_curve){ CURVE_LOOPS, .stream = stream },
};
