/* Randomised asymmetric initialisation (Lu, Shin, Su & Karniadakis 2020, "Dying ReLU and initialization"):
 *
 *     [w, b] ~ N(0, σ²/fan_in), σ = 0.6007; then one uniformly chosen entry of each unit's [w, b] ~ Beta(2, 1)
 *
 * What a ReLU hands on is never negative, so one positive weight in each unit makes it less likely that a whole layer
 * is closed at birth. σ is the paper's. Beta(2, 1) has density 2u on (0, 1), and is √U of a uniform U.
 *
 * The paper draws the bias and knows no other; a constant initial bias that is asked for is added to what is
 * drawn, so that it means here what it means elsewhere, and 0 gives the paper's distribution. A layer without
 * biases chooses among its weights. */
#include "nn/init/init.h"

#include <math.h>

static void draw(const rl_draw *d)
{
    const double sd = 0.6007 / sqrt(rl_fan_in(d));
    const uint32_t entries = (uint32_t)d->inputs + (d->b != NULL);
    for (int unit = 0; unit < d->units; unit++) {
        double *w = d->w + (size_t)unit * (size_t)d->inputs, b = 0;
        for (int i = 0; i < d->inputs; i++)
            w[i] = sd * rl_random_normal(d->random);
        if (d->b)
            b = sd * rl_random_normal(d->random);
        uint32_t chosen = rl_random_below(d->random, entries);
        *(chosen < (uint32_t)d->inputs ? &w[chosen] : &b) = sqrt(rl_random_uniform(d->random));
        if (d->b)
            d->b[unit] += b;
    }
}

const rl_initialiser rl_asymmetric = {
    .name = "asymmetric", .formula = "N(0, 0.6007²/fan_in), one entry a unit Beta(2, 1)", .draw = draw
};
