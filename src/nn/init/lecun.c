/* LeCun's initialiser (LeCun et al. 1998, "Efficient backprop"; what SELU needs, Klambauer et al. 2017):
 *
 *     w ~ N(0, 1/fan_in)
 *
 * Inputs of variance 1 give pre-activations of variance 1. Behind a ReLU half of that is lost in each layer. */
#include "nn/init/init.h"

#include <math.h>

static void draw(const rl_draw *d)
{
    const double sd = 1 / sqrt(rl_fan_in(d));
    for (size_t i = 0; i < rl_weight_count(d); i++)
        d->w[i] = sd * rl_random_normal(d->random);
}

const rl_initialiser rl_lecun = { .name = "lecun", .formula = "N(0, 1/fan_in)", .draw = draw };
