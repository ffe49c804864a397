/* He's normal initialiser (He et al. 2015, "Delving deep into rectifiers"):
 *
 *     w ~ N(0, gain²/fan_in),   gain² = 2/(1 + α²) for a rectifier with slope α below zero
 *
 * A rectifier passes a share (1 + α²)/2 of the mean square of a symmetric z, so with this variance the mean square
 * of the pre-activations is the same in every layer. */
#include "nn/init/init.h"

#include <math.h>

static void draw(const rl_draw *d)
{
    const double sd = d->gain / sqrt(rl_fan_in(d));
    for (size_t i = 0; i < rl_weight_count(d); i++)
        d->w[i] = sd * rl_random_normal(d->random);
}

const rl_initialiser rl_he = { .name = "he", .formula = "N(0, gain²/fan_in)", .draw = draw };
