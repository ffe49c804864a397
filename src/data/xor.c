/* Exclusive or: clouds around the corners of a square, (±1, ±1), and the class says whether the signs differ.
 * Four rows without noise (xor:4:0) are the truth table that a net without hidden units cannot learn. */
#include "data/generator.h"

static void point(rl_random *random, size_t row, double x[2])
{
    static const signed char corners[4][2] = { { -1, -1 }, { 1, -1 }, { 1, 1 }, { -1, 1 } };
    (void)random; /* the noise makes the clouds */
    x[0] = corners[row % 4][0];
    x[1] = corners[row % 4][1];
}

const rl_generator rl_xor = { "xor", 0.25, 2, { "same", "different" }, 4, point };
