/* Two interleaving half circles of radius 1:
 *
 *     upper   (cos t, sin t)                      t uniform in (0, π)
 *     lower   (1 - cos t, 1/2 - sin t)
 *
 * The smallest task that no line solves and two dozen ReLU units do. */
#include "data/generator.h"

#include <math.h>

static void point(rl_random *random, size_t row, double x[2])
{
    double t = 3.14159265358979323846 * rl_random_uniform(random);
    bool lower = row % 2;
    x[0] = lower ? 1 - cos(t) : cos(t);
    x[1] = lower ? 0.5 - sin(t) : sin(t);
}

const rl_generator rl_moons = { "moons", 0.1, 2, { "upper", "lower" }, 1, point };
