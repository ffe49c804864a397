/* The one loop more of curves so cheap that memory is their limit: values of an array far larger than the caches.
 *
 * A plain store reads the line that it is about to overwrite: of 12 bytes an element 4 move for nothing. These stores
 * do not, so 8 bytes move. Where the curve itself takes the time (an exponential) they are slower than plain ones.
 *
 * Four places of the array at once: one core asks the memory for more than it does along one stretch. */
#ifndef RL_NN_STREAM_H
#define RL_NN_STREAM_H

#include "kernel/lane_stream.h"
#include "nn/activation/curve.h"

enum { PLACES = 4, ROWS_AT_ONCE = 64 / LANES }; /* a place's turn: some whole lines */

static void stream_rows(size_t rows, lane alpha, const real *z, real *a) /* [rows][LANES] */
{
    for (size_t r = 0; r < rows; r++)
        lane_stream(a + r * LANES, value(lane_load(z + r * LANES), alpha));
}

static void stream(size_t rows, const void *alpha_row, const void *z_rows, void *a_rows)
{
    const lane alpha = lane_load(alpha_row);
    const real *z = z_rows;    /* [rows][LANES] */
    real *restrict a = a_rows; /* [rows][LANES] */
    const size_t each = rows / PLACES / ROWS_AT_ONCE * ROWS_AT_ONCE, done = each * PLACES;
    for (size_t r = 0; r < each; r += ROWS_AT_ONCE)
        for (size_t place = 0; place < PLACES; place++) {
            const size_t at = (place * each + r) * LANES;
            stream_rows(ROWS_AT_ONCE, alpha, z + at, a + at);
        }
    stream_rows(rows - done, alpha, z + done * LANES, a + done * LANES);
    lane_stream_end();
}

#endif
