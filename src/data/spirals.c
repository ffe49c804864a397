/* Two arms of an Archimedean spiral, half a turn apart:
 *
 *     r (cos φ, sin φ)     φ = 2π · 1.75 r (+ π for the second arm)     r uniform in (0, 1)
 *
 * Neighbouring arms are 1/3.5 apart. Hard for a small net: the boundary turns almost twice. */
#include "data/generator.h"

#include <math.h>

static void point(rl_random *random, size_t row, double x[2])
{
    const double pi = 3.14159265358979323846, turns = 1.75;
    double r = rl_random_uniform(random);
    double angle = 2 * pi * turns * r + (row % 2 ? pi : 0);
    x[0] = r * cos(angle);
    x[1] = r * sin(angle);
}

const rl_generator rl_spirals = { "spirals", 0.02, 2, { "first", "second" }, 3, point };
