/* One circle within another: radius 1 and 1/2, the same centre, angles uniform. */
#include "data/generator.h"

#include <math.h>

static void point(rl_random *random, size_t row, double x[2])
{
    double angle = 6.28318530717958647692 * rl_random_uniform(random);
    double radius = row % 2 ? 0.5 : 1;
    x[0] = radius * cos(angle);
    x[1] = radius * sin(angle);
}

const rl_generator rl_circles = { "circles", 0.05, 2, { "outer", "inner" }, 2, point };
