/* All weights zero: what not to do. Every unit of a layer computes the same and gets the same gradient, so they stay
 * equal for ever; with biases of 0 a ReLU layer is dead from birth. Here to be seen. */
#include "nn/init/init.h"

static void draw(const rl_draw *d)
{
    for (size_t i = 0; i < rl_weight_count(d); i++)
        d->w[i] = 0;
}

const rl_initialiser rl_zeros = { .name = "zeros", .formula = "0", .draw = draw };
