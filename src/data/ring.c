/* Eight round clouds, their centres evenly spaced on the unit circle: what generative adversarial nets are tried on, since
 * one can count by eye which clouds they draw and which they miss (Metz et al. 2017, "Unrolled generative adversarial
 * networks", whose circle is twice as large). A cloud's class is its number, counterclockwise from (1, 0). With the
 * default noise neighbouring centres are 0.77, some 15 standard deviations, apart. */
#include "data/generator.h"

#include <math.h>

enum { CLOUDS = 8 };

static void point(rl_random *random, size_t row, double x[2])
{
    double angle = 6.28318530717958647692 * (double)(row % CLOUDS) / CLOUDS;
    (void)random; /* the noise makes the clouds */
    x[0] = cos(angle);
    x[1] = sin(angle);
}

const rl_generator rl_ring = { "ring", 0.05, CLOUDS,
    { "east", "north-east", "north", "north-west", "west", "south-west", "south", "south-east" }, 6, point };
