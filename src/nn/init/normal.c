/* The plain normal initialiser: w ~ N(0, sd²), whatever the size of the layer. With an sd that does not fall with
 * fan_in, wide layers start with large pre-activations: the way nets were started before the others here. */
#include "nn/init/init.h"

static void draw(const rl_draw *d)
{
    for (size_t i = 0; i < rl_weight_count(d); i++)
        d->w[i] = d->sd * rl_random_normal(d->random);
}

const rl_initialiser rl_normal = { .name = "normal", .formula = "N(0, sd²)", .draw = draw };
