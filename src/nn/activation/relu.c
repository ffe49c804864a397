/* ReLU, the rectifier: passes what is positive and closes below (Nair & Hinton 2010).
 *
 *     f(z) = z   if z > 0          f'(z) = 1   if z > 0
 *            0   otherwise                 0   if z < 0
 *                                          α   if z = 0
 *
 * f' does not exist at 0, where any number from 0 to 1 is a subgradient. α is our choice: 0 unless told, as in
 * PyTorch and TensorFlow; 1 can be asked for, and with it a unit at exactly 0 still learns (Bertoin et al. 2021 saw
 * the choice matter). A unit with z <= 0 on every example has slope 0 everywhere: it is dead. */
#include "nn/activation/activation.h"

static lane value(lane z, lane alpha)
{
    (void)alpha;
    return pick(z <= lane_zero(), lane_zero(), z); /* NaN is not <= 0, and stays */
}

static lane slope(lane z, lane alpha)
{
    return lane_heaviside(z, alpha);
}

static mask conducts(lane z, lane alpha)
{
    mask closed = z < lane_zero(), at_zero = z == lane_zero(), flat = alpha == lane_zero();
    return mask_not(closed | (at_zero & flat));
}

static rl_interval image(rl_interval z, float alpha)
{
    (void)alpha;
    return (rl_interval){ z.lo > 0 ? z.lo : 0, z.hi > 0 ? z.hi : 0 };
}

static rl_interval slopes(rl_interval z, float alpha)
{
    const rl_interval closed = { 0, 0 }, open = { 1, 1 }, at_zero = { alpha, alpha };
    return z.lo > 0 ? open : z.hi < 0 ? closed : join(join(closed, open), at_zero);
}

#include "nn/activation/beside_dense.h"
#include "nn/activation/stream.h"

const rl_activation RL_EXPORT(rl_relu) = {
    .name = "relu",
    .formula = "z > 0 ? z : 0",
    .slope_formula = "z > 0 ? 1 : 0",
    .kink = "0 at 0, the slope from the left; 1 can be asked for",
    .rectifier = true,
    .image = image,
    .slopes = slopes,
    .example_count = 5,
    .examples = { { -100, 0, 0 }, { -0.5f, 0, 0 }, { 0, 0, 0 }, { 0.5f, 0.5f, 1 }, { 3, 3, 1 } },
    .curve = &(
        const rl_curve){ CURVE_LOOPS, .stream = stream, .after_dense = after_dense, .before_dense = before_dense },
};
