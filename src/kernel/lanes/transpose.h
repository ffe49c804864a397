/* Turning a square of LANES rows, so that what lay along a row lies across the lanes.
 *
 * Riffle row i with row i + LANES/2, as one riffles two halves of a pack of cards:
 *
 *     rows[i], rows[i + LANES/2]  →  rows[2i] (first halves, alternating), rows[2i + 1] (second halves)
 *
 * An element's place is 2k bits, k = log₂ LANES: its row above its column. A riffle of all pairs rotates these
 * bits by one, so k riffles swap row and column. That is k·LANES shuffles for LANES² numbers; gathering them one
 * at a time takes LANES² loads and as many inserts. */
#ifndef RL_KERNEL_TRANSPOSE_H
#define RL_KERNEL_TRANSPOSE_H

#include "kernel/lane.h"

#if RL_WIDTH == 1

static inline void transpose(lane rows[LANES])
{
    (void)rows; /* a square of one */
}

#else

#if RL_WIDTH == 4
#define FIRST_HALVES  0, 4, 1, 5
#define SECOND_HALVES 2, 6, 3, 7
enum { RIFFLES = 2 };
#elif RL_WIDTH == 8
#define FIRST_HALVES  0, 8, 1, 9, 2, 10, 3, 11
#define SECOND_HALVES 4, 12, 5, 13, 6, 14, 7, 15
enum { RIFFLES = 3 };
#elif RL_WIDTH == 16
#define FIRST_HALVES  0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define SECOND_HALVES 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
enum { RIFFLES = 4 };
#endif

static inline void transpose(lane rows[LANES])
{
    for (int riffle = 0; riffle < RIFFLES; riffle++) {
        lane was[LANES];
        for (int i = 0; i < LANES; i++)
            was[i] = rows[i];
        for (int i = 0; i < LANES / 2; i++) {
            rows[2 * i] = __builtin_shufflevector(was[i], was[i + LANES / 2], FIRST_HALVES);
            rows[2 * i + 1] = __builtin_shufflevector(was[i], was[i + LANES / 2], SECOND_HALVES);
        }
    }
}

#endif
#endif
