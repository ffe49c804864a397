/* Xavier's normal initialiser (Glorot & Bengio 2010):
 *
 *     w ~ N(0, 2/(fan_in + fan_out))
 *
 * Between 1/fan_in, which keeps the variance of what goes forward, and 1/fan_out, which keeps that of the gradients
 * going back; derived for curves with slope 1 at zero, so no gain. */
#include "nn/init/init.h"

#include <math.h>

static void draw(const rl_draw *d)
{
    const double sd = sqrt(2.0 / (rl_fan_in(d) + rl_fan_out(d)));
    for (size_t i = 0; i < rl_weight_count(d); i++)
        d->w[i] = sd * rl_random_normal(d->random);
}

const rl_initialiser rl_xavier = { .name = "xavier", .formula = "N(0, 2/(fan_in + fan_out))", .draw = draw };
