/* What an examination notes of z and a, a unit at a time: its numbers stay in registers over the rows of a block.
 *
 * Σ|a| is kept as two numbers (Knuth's two-sum): sum + x = s + rest exactly, and the rests add up beside. That is as
 * good as double precision, needs no wider lanes, and row by row it has one order whatever the blocks are. */
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

static void read_block(
    size_t batch, size_t units, size_t first_row, const void *z_rows, const void *a_rows, rl_readings to)
{
    const real *z_row = z_rows, *a_row = a_rows; /* [batch][units][LANES] */
    for (size_t u = 0; u < units; u++) {
        const size_t at = u * LANES;
        lane high = lane_load((real *)to.highest_z + at), low = lane_load((real *)to.lowest_z + at);
        lane most = lane_load((real *)to.highest_a + at), least = lane_load((real *)to.lowest_a + at);
        lane sum = lane_load((real *)to.sum + at), rest = lane_load((real *)to.rest + at);
        wlane where = load_whole((whole *)to.highest_row + at), zeros = load_whole((whole *)to.zeros + at);
        for (size_t b = 0; b < batch; b++) {
            const lane z = lane_load(z_row + b * units * LANES + at), a = lane_load(a_row + b * units * LANES + at);
            const mask finite = lane_is_finite(z);
            const mask higher = (z > high) & finite;
            high = pick(higher, z, high);
            where = pick_whole(higher, whole_all((whole)(first_row + b)), where);
            low = pick((z < low) & finite, z, low);
            most = pick(a > most, a, most);
            least = pick(a < least, a, least);
            zeros += mask_count(a == lane_zero());
            const lane size = pick(lane_is_finite(a), lane_abs(a), lane_zero());
            const lane s = sum + size, part = s - sum;
            rest += (sum - (s - part)) + (size - part);
            sum = s;
        }
        lane_store((real *)to.highest_z + at, high);
        lane_store((real *)to.lowest_z + at, low);
        lane_store((real *)to.highest_a + at, most);
        lane_store((real *)to.lowest_a + at, least);
        lane_store((real *)to.sum + at, sum);
        lane_store((real *)to.rest + at, rest);
        store_whole((whole *)to.highest_row + at, where);
        store_whole((whole *)to.zeros + at, zeros);
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
