/* He's variance from a uniform distribution (He et al. 2015):
 *
 *     w ~ U(-r, r),   r = gain √(3/fan_in),   since U(-r, r) has variance r²/3 */
#include "nn/init/init.h"

#include <math.h>

static void draw(const rl_draw *d)
{
    const double reach = d->gain * sqrt(3.0 / rl_fan_in(d));
    for (size_t i = 0; i < rl_weight_count(d); i++)
        d->w[i] = reach * (2 * rl_random_uniform(d->random) - 1);
}

const rl_initialiser rl_he_uniform = {
    .name = "he_uniform", .formula = "U(-r, r), r = gain √(3/fan_in)", .draw = draw
};
