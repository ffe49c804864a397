/* What an examination notes of z and a, a unit at a time: its numbers stay in registers over the rows of a block.
 *
 * Σ|a| is kept as two numbers: sum + x = s + rest exactly, and the rests add up beside. That is as good as double
 * precision, needs no wider lanes, and row by row it has one order whatever the blocks are. (Dekker's sum: what is lost
 * is what the smaller of the two lacks in s - larger.)
 *
 * Nearly always all numbers are finite, and then no number need be asked whether it is: an infinite z shows in an
 * extreme, a NaN in a and thereby in the sum, and an infinite a in the sum as well. So a block is first read as if
 * all were finite; a unit that shows it was not is read again by the full rule. */
#include "vital/examine.h"
#include "kernel/lane.h"

static inline wlane load_whole(const void *row)
{
    wlane w;
    memcpy(&w, row, sizeof w);
    return w;
}

static inline void store_whole(void *row, wlane w)
{
    memcpy(row, &w, sizeof w);
}

static inline wlane pick_whole(mask m, wlane yes, wlane no)
{
    return lane_bits(pick(m, lane_of_bits(yes), lane_of_bits(no)));
}

static inline wlane whole_all(whole x)
{
    return x - (wlane){ 0 };
}

/* One unit's numbers, as in rl_readings. */
typedef struct {
    lane highest_z, lowest_z, highest_a, lowest_a, sum, rest;
    wlane highest_row, zeros, fired, broken;
} reading;

static inline reading load(rl_readings from, size_t at)
{
    return (reading){ .highest_z = lane_load((real *)from.highest_z + at),
        .lowest_z = lane_load((real *)from.lowest_z + at),
        .highest_a = lane_load((real *)from.highest_a + at),
        .lowest_a = lane_load((real *)from.lowest_a + at),
        .sum = lane_load((real *)from.sum + at),
        .rest = lane_load((real *)from.rest + at),
        .highest_row = load_whole((whole *)from.highest_row + at),
        .zeros = load_whole((whole *)from.zeros + at),
        .fired = load_whole((whole *)from.fired + at),
        .broken = load_whole((whole *)from.broken + at) };
}

static inline void store(reading r, rl_readings to, size_t at)
{
    lane_store((real *)to.highest_z + at, r.highest_z);
    lane_store((real *)to.lowest_z + at, r.lowest_z);
    lane_store((real *)to.highest_a + at, r.highest_a);
    lane_store((real *)to.lowest_a + at, r.lowest_a);
    lane_store((real *)to.sum + at, r.sum);
    lane_store((real *)to.rest + at, r.rest);
    store_whole((whole *)to.highest_row + at, r.highest_row);
    store_whole((whole *)to.zeros + at, r.zeros);
    store_whole((whole *)to.fired + at, r.fired);
    store_whole((whole *)to.broken + at, r.broken);
}

/* What one example's a adds; size is |a|, or 0 where that is not finite. */
static inline reading add_value(reading r, lane a, lane size)
{
    r.highest_a = lane_max(r.highest_a, a);
    r.lowest_a = lane_min(r.lowest_a, a);
    r.zeros += mask_count(a == lane_zero());
    const lane larger = lane_max(r.sum, size), smaller = lane_min(r.sum, size), s = r.sum + size;
    r.rest += smaller - (s - larger);
    r.sum = s;
    return r;
}

/* z, a [batch] at a distance of row numbers; the first of them is example number first. */
static inline reading read_finite(reading r, size_t batch, size_t row, size_t first, const real *z, const real *a)
{
    const lane before = r.highest_z;
    for (size_t b = 0; b < batch; b++) {
        const lane here = lane_load(z + b * row), value = lane_load(a + b * row);
        r.highest_z = lane_max(r.highest_z, here);
        r.lowest_z = lane_min(r.lowest_z, here);
        r.fired += mask_count(here > lane_zero());
        r = add_value(r, value, lane_abs(value));
    }
    const mask higher = r.highest_z > before;
    if (!mask_all(mask_not(higher))) /* backwards, so that the first of equals stays */
        for (size_t b = batch; b-- > 0;)
            r.highest_row = pick_whole(
                (lane_load(z + b * row) == r.highest_z) & higher, whole_all((whole)(first + b)), r.highest_row);
    return r;
}

static inline reading read_any(reading r, size_t batch, size_t row, size_t first, const real *z, const real *a)
{
    for (size_t b = 0; b < batch; b++) {
        const lane here = lane_load(z + b * row), value = lane_load(a + b * row);
        const mask finite = lane_is_finite(here), higher = (here > r.highest_z) & finite;
        r.highest_z = pick(higher, here, r.highest_z);
        r.highest_row = pick_whole(higher, whole_all((whole)(first + b)), r.highest_row);
        r.lowest_z = pick((here < r.lowest_z) & finite, here, r.lowest_z);
        r.fired += mask_count((here > lane_zero()) & finite);
        r.broken += mask_count(mask_not(finite));
        r = add_value(r, value, pick(lane_is_finite(value), lane_abs(value), lane_zero()));
    }
    return r;
}

static void read_block(
    size_t batch, size_t units, size_t first_row, const void *z_rows, const void *a_rows, rl_readings to)
{
    const real *z = z_rows, *a = a_rows; /* [batch][units][LANES] */
    const size_t row = units * LANES;
    for (size_t at = 0; at < row; at += LANES) {
        const reading before = load(to, at);
        reading after = read_finite(before, batch, row, first_row, z + at, a + at);
        if (!mask_all(lane_is_finite(after.highest_z) & lane_is_finite(after.lowest_z) & lane_is_finite(after.sum)))
            after = read_any(before, batch, row, first_row, z + at, a + at);
        store(after, to, at);
    }
}

static void steepen(size_t batch, size_t units, const void *slope_rows, void *steepest_rows)
{
    const real *slope = slope_rows; /* [batch][units][LANES] */
    real *steepest = steepest_rows; /* [units][LANES] */
    for (size_t b = 0; b < batch; b++)
        for (size_t u = 0; u < units; u++, slope += LANES) {
            const lane size = lane_abs(lane_load(slope)), before = lane_load(steepest + u * LANES);
            lane_store(steepest + u * LANES, pick(size > before, size, before));
        }
}

const rl_examine_kernels RL_EXPORT(rl_examine_list) = { .read = read_block, .steepen = steepen };
