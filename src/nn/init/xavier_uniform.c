/* Xavier's variance from a uniform distribution, as Glorot & Bengio (2010) wrote it first:
 *
 *     w ~ U(-r, r),   r = √(6/(fan_in + fan_out)) */
#include "nn/init/init.h"

#include <math.h>

static void draw(const rl_draw *d)
{
    const double reach = sqrt(6.0 / (rl_fan_in(d) + rl_fan_out(d)));
    for (size_t i = 0; i < rl_weight_count(d); i++)
        d->w[i] = reach * (2 * rl_random_uniform(d->random) - 1);
}

const rl_initialiser rl_xavier_uniform = {
    .name = "xavier_uniform", .formula = "U(-r, r), r = √(6/(fan_in + fan_out))", .draw = draw
};
