/* Three round clouds, their centres evenly spaced on the unit circle. With the default noise they are nearly six
 * standard deviations apart: a task that a linear net solves too. */
#include "data/generator.h"

#include <math.h>

static void point(rl_random *random, size_t row, double x[2])
{
    double angle = 6.28318530717958647692 * (double)(row % 3) / 3;
    (void)random; /* the noise makes the clouds */
    x[0] = cos(angle);
    x[1] = sin(angle);
}

const rl_generator rl_blobs = { "blobs", 0.3, 3, { "first", "second", "third" }, 5, point };
