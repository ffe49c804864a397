/* ReLU6: a rectifier with a lid, made for small number formats (Krizhevsky 2010; MobileNet).
 *
 *     f(z) = 0   if z <= 0         f'(z) = 1   if 0 < z < 6
 *            z   if 0 < z < 6              0   otherwise
 *            6   if z >= 6
 *
 * f' does not exist at 0 and at 6; we take 0 at both, the slope of the flat side, as PyTorch does. A unit can die
 * under the floor or above the lid, or on some examples here and on others there. */
#include "nn/activation/activation.h"

static lane value(lane z, lane alpha)
{
    (void)alpha;
    return lane_clamp(z, 0, 6);
}

static lane slope(lane z, lane alpha)
{
    (void)alpha;
    mask rising = z > lane_zero(), lidless = z < lane_all(6);
    return lane_unless_nan(z, pick(rising & lidless, lane_all(1), lane_zero()));
}

static mask conducts(lane z, lane alpha)
{
    (void)alpha;
    mask under = z <= lane_zero(), over = z >= lane_all(6);
    return mask_not(under | over);
}

static rl_interval image(rl_interval z, float alpha)
{
    (void)alpha;
    return (rl_interval){ z.lo < 0 ? 0 : z.lo > 6 ? 6 : z.lo, z.hi < 0 ? 0 : z.hi > 6 ? 6 : z.hi };
}

static rl_interval slopes(rl_interval z, float alpha)
{
    (void)alpha;
    bool flat = z.lo <= 0 || z.hi >= 6, rising = z.hi >= 0 && z.lo <= 6;
    return (rl_interval){ flat ? 0 : 1, rising ? 1 : 0 };
}

#include "nn/activation/stream.h"

const rl_activation RL_EXPORT(rl_relu6) = {
    .name = "relu6",
    .formula = "min(max(z, 0), 6)",
    .slope_formula = "0 < z < 6 ? 1 : 0",
    .kink = "0 at 0 and at 6, the slope of the flat side",
    .image = image,
    .slopes = slopes,
    .example_count = 6,
    .examples = { { -1, 0, 0 }, { 0, 0, 0 }, { 0.5f, 0.5f, 1 }, { 5, 5, 1 }, { 6, 6, 0 }, { 100, 6, 0 } },
    .curve = &(const rl_curve){ CURVE_LOOPS, .stream = stream },
};
