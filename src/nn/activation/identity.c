/* The identity: no curve at all, so that a net without one has a name.
 *
 *     f(z) = z          f'(z) = 1 */
#include "nn/activation/activation.h"

static lane value(lane z, lane alpha)
{
    (void)alpha;
    return z;
}

static lane slope(lane z, lane alpha)
{
    (void)alpha;
    return lane_unless_nan(z, lane_all(1));
}

static mask conducts(lane z, lane alpha)
{
    (void)alpha;
    return lane_always(z);
}

static rl_interval image(rl_interval z, float alpha)
{
    (void)alpha;
    return z;
}

static rl_interval slopes(rl_interval z, float alpha)
{
    (void)z, (void)alpha;
    return (rl_interval){ 1, 1 };
}

#include "nn/activation/stream.h"

const rl_activation RL_EXPORT(rl_identity) = {
    .name = "identity",
    .formula = "z",
    .slope_formula = "1",
    .image = image,
    .slopes = slopes,
    .example_count = 3,
    .examples = { { -2, -2, 1 }, { 0, 0, 1 }, { 3, 3, 1 } },
    .curve = &(const rl_curve){ CURVE_LOOPS, .stream = stream },
};
