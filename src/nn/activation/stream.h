/* The one loop more of curves so cheap that memory is their limit: values of an array far larger than the caches.
 *
 * A plain store reads the line that it is about to overwrite: of 12 bytes an element 4 move for nothing. These stores
 * do not, so 8 bytes move. Where the curve itself takes the time (an exponential) they are slower than plain ones. */
#ifndef RL_NN_STREAM_H
#define RL_NN_STREAM_H

#include "kernel/lane_stream.h"
#include "nn/activation/curve.h"

static void stream(size_t rows, const void *alpha_row, const void *z_rows, void *a_rows)
{
    const lane alpha = lane_load(alpha_row);
    const real *z = z_rows;    /* [rows][LANES] */
    real *restrict a = a_rows; /* [rows][LANES] */
    for (size_t r = 0; r < rows; r++, z += LANES, a += LANES)
        lane_stream(a, value(lane_load(z), alpha));
    lane_stream_end();
}

#endif
