/* Moving rows of data into lanes and back. Data lie as float32 [rows][width]; a net reads [batch][width][LANES].
 *
 * gather is the hot one: each lane shuffles on its own, so every row of a batch is read from LANES places. Where
 * a row is at least LANES wide it is read in squares and turned (transpose.h); the last square reaches
 * back over the one before it rather than past the row's end. Narrower rows go by pairs of numbers (pairs.h).
 * (Measured at 16 lanes and 64 features, one core: 0.19 ns a number with gcc and 0.11 with clang, against 0.32
 * for the plain loop; digits spend about 12 % of a training step in that loop.) */
#include "kernel/kernel.h"
#include "kernel/lanes/pairs.h"
#include "kernel/lanes/shuffle.h"
#include "kernel/lanes/transpose.h"

static inline lane load_data(const float *x) /* [LANES] */
{
    real row[LANES];
    for (int i = 0; i < LANES; i++)
        row[i] = x[i];
    return lane_load(row);
}

static void gather_wide(lane_rows rows, real *out)
{
    const float *row[LANES];
    for (size_t l = 0; l < LANES; l++)
        row[l] = row_of(rows, l);
    for (size_t f = 0; f < rows.width; f += LANES) {
        size_t at = f + LANES <= rows.width ? f : rows.width - LANES;
        lane square[LANES];
        for (int l = 0; l < LANES; l++)
            square[l] = load_data(row[l] + at);
        transpose(square);
        for (int i = 0; i < LANES; i++)
            lane_store(out + (at + i) * LANES, square[i]);
    }
}

static inline __attribute__((always_inline)) void gather_width(
    const size_t width, size_t batch, const float *data, rl_orders orders, real *out)
{
    for (size_t b = 0; b < batch; b++, out += width * LANES) {
        const lane_rows rows = { data, width, orders.first + b * orders.by_row, orders.by_lane };
        if (width < LANES)
            gather_narrow(rows, out);
        else
            gather_wide(rows, out);
    }
}

/* Where labels and the features of a plane are is found without multiplying, their width being known (16 lanes: 17 cycles
 * a row each, against 28 and 25). */
static void gather(size_t batch, size_t width, const float *data, rl_orders orders, void *out)
{
    if (width == 1)
        gather_width(1, batch, data, orders, out);
    else if (width == 2)
        gather_width(2, batch, data, orders, out);
    else
        gather_width(width, batch, data, orders, out);
}

static void spread(size_t batch, size_t width, const float *data, void *out_rows)
{
    real *out = out_rows; /* [batch][width][LANES] */
    for (size_t i = 0; i < batch * width; i++)
        lane_store(out + i * LANES, lane_all(data[i]));
}

static mask load_mask(const void *lanes_mask) /* whole [LANES], 0 or -1 */
{
    mask m;
    memcpy(&m, lanes_mask, sizeof m);
    return m;
}

static void blend(size_t rows, const void *lanes_mask, const void *from_rows, void *to_rows)
{
    const mask m = load_mask(lanes_mask);
    const real *from = from_rows; /* [rows][LANES] */
    real *to = to_rows;           /* [rows][LANES] */
    for (size_t r = 0; r < rows; r++, from += LANES, to += LANES)
        lane_store(to, pick(m, lane_load(from), lane_load(to)));
}

static void blend_add(size_t rows, const void *lanes_mask, const void *from_rows, void *to_rows)
{
    const mask m = load_mask(lanes_mask);
    const real *from = from_rows; /* [rows][LANES] */
    real *to = to_rows;           /* [rows][LANES] */
    for (size_t r = 0; r < rows; r++, from += LANES, to += LANES)
        lane_store(to, pick(m, lane_load(to) + lane_load(from), lane_load(to)));
}

const rl_rows RL_EXPORT(rl_rows_kernels) = {
    .gather = gather,
    .spread = spread,
    .blend = blend,
    .blend_add = blend_add,
    .shuffle = RL_EXPORT(rl_shuffle_in_lanes),
};
