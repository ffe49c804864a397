/* The identity: a unit begins with weight 1 from the input of its own number and 0 from all others.
 *
 * For recurrent weights, with a rectifier, it is the start of Le, Jaitly & Hinton (2015, "A simple way to initialize
 * recurrent networks of rectified linear units"): a state that nothing is added to stays as it is, and so does a
 * gradient on its way back through the steps. */
#include "nn/init/init.h"

static void draw(const rl_draw *d)
{
    const size_t inputs = (size_t)d->inputs;
    for (size_t i = 0; i < rl_weight_count(d); i++)
        d->w[i] = i / inputs == i % inputs;
}

const rl_initialiser rl_eye = {
    .name = "identity", .formula = "1 from the input of the unit's own number, else 0", .draw = draw
};
