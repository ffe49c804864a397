/* Two neighbouring numbers from each of LANES rows, pulled apart, or a single one: how narrow rows come into lanes.
 *
 * Each pair is read at once, as 64 bits. The vectors are joined from halves by hand: left alone, gcc 12 puts them together
 * in memory, number by number, and waits to read them back (16 lanes: 65 cycles against 24; clang: 26 against 18). */
#ifndef RL_KERNEL_PAIRS_H
#define RL_KERNEL_PAIRS_H

#include "kernel/kernel.h"
#include "kernel/lane.h"

/* Rows of [width] numbers, and which of them each lane reads: order[l · by_lane]. */
typedef struct {
    const float *data;
    size_t width;
    const uint32_t *order;
    size_t by_lane;
} lane_rows;

static inline const float *row_of(lane_rows rows, size_t which)
{
    return rows.data + rows.order[which * rows.by_lane] * rows.width;
}

#if RL_WIDTH == 1

static inline void gather_pair(lane_rows rows, size_t f, real *out) /* [2][LANES] */
{
    out[0] = row_of(rows, 0)[f];
    out[1] = row_of(rows, 0)[f + 1];
}

static inline void gather_single(lane_rows rows, size_t f, real *out) /* [LANES] */
{
    out[0] = row_of(rows, 0)[f];
}

#else

typedef uint64_t pairs2 __attribute__((vector_size(16)));

static inline pairs2 read_pairs2(lane_rows rows, size_t f, size_t which)
{
    uint64_t first, second;
    memcpy(&first, row_of(rows, which) + f, sizeof first);
    memcpy(&second, row_of(rows, which + 1) + f, sizeof second);
    return (pairs2){ first, second };
}

/* Those of LANES / 2 lanes, from that one on; and the places of the first and of the second numbers. */
#if RL_WIDTH == 4
#define FIRST_PLACES  0, 2, 4, 6
#define SECOND_PLACES 1, 3, 5, 7
static inline lane read_pairs(lane_rows rows, size_t f, size_t from)
{
    return (lane)read_pairs2(rows, f, from);
}
#else
typedef uint64_t pairs4 __attribute__((vector_size(32)));
static inline pairs4 read_pairs4(lane_rows rows, size_t f, size_t which)
{
    return __builtin_shufflevector(read_pairs2(rows, f, which), read_pairs2(rows, f, which + 2), 0, 1, 2, 3);
}
#if RL_WIDTH == 8
#define FIRST_PLACES  0, 2, 4, 6, 8, 10, 12, 14
#define SECOND_PLACES 1, 3, 5, 7, 9, 11, 13, 15
static inline lane read_pairs(lane_rows rows, size_t f, size_t from)
{
    return (lane)read_pairs4(rows, f, from);
}
#elif RL_WIDTH == 16
#define FIRST_PLACES  0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
#define SECOND_PLACES 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31
static inline lane read_pairs(lane_rows rows, size_t f, size_t from)
{
    return (lane)__builtin_shufflevector(
        read_pairs4(rows, f, from), read_pairs4(rows, f, from + 4), 0, 1, 2, 3, 4, 5, 6, 7);
}
#endif
#endif

static inline void gather_pair(lane_rows rows, size_t f, real *out) /* [2][LANES] */
{
    lane low = read_pairs(rows, f, 0), high = read_pairs(rows, f, LANES / 2);
    lane_store(out, __builtin_shufflevector(low, high, FIRST_PLACES));
    lane_store(out + LANES, __builtin_shufflevector(low, high, SECOND_PLACES));
}

typedef float singles4 __attribute__((vector_size(16)));

static inline singles4 read_singles4(lane_rows rows, size_t f, size_t which)
{
    return (singles4){ row_of(rows, which)[f], row_of(rows, which + 1)[f], row_of(rows, which + 2)[f],
        row_of(rows, which + 3)[f] };
}

static inline void gather_single(lane_rows rows, size_t f, real *out) /* [LANES] */
{
    for (size_t l = 0; l < LANES; l += 4) {
        const singles4 four = read_singles4(rows, f, l);
        memcpy(out + l, &four, sizeof four);
    }
}

#endif

/* out [width][LANES] */
static inline __attribute__((always_inline)) void gather_narrow(lane_rows rows, real *out)
{
    size_t f = 0;
    for (; f + 2 <= rows.width; f += 2)
        gather_pair(rows, f, out + f * LANES);
    if (f < rows.width)
        gather_single(rows, f, out + f * LANES);
}

#endif
