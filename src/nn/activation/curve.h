/* The loops of every curve, made of the four functions its file has defined above the #include. One pair of
 * loops for twenty curves: the compiler inlines value and slope into them. */
#ifndef RL_NN_CURVE_H
#define RL_NN_CURVE_H

#include "kernel/lanes/squares.h"
#include "nn/activation/activation.h"

static inline lane alpha_at(rl_alphas alphas, size_t row, size_t unit)
{
    return lane_load((const real *)alphas.first + (row * alphas.per_row + unit * alphas.per_unit) * LANES);
}

/* One α for all? Then it is loaded once, and so is what the compiler sees to follow from it. */
static inline bool is_one(rl_alphas alphas)
{
    return !alphas.per_row && !alphas.per_unit;
}

static void forward(size_t batch, size_t units, rl_alphas alphas, const void *z_rows, void *a_rows)
{
    const lane alpha = alpha_at(alphas, 0, 0);
    const real *z = z_rows;    /* [batch][units][LANES] */
    real *restrict a = a_rows; /* [batch][units][LANES] */
    if (is_one(alphas)) {
        for (size_t at = 0; at < batch * units * LANES; at += LANES)
            lane_store(a + at, value(lane_load(z + at), alpha));
        return;
    }
    for (size_t b = 0; b < batch; b++)
        for (size_t u = 0; u < units; u++, z += LANES, a += LANES)
            lane_store(a, value(lane_load(z), alpha_at(alphas, b, u)));
}

/* ∂L/∂z += ∂L/∂a · f'(z). Added, not stored: other nodes may read z too. */
static void backward(
    size_t batch, size_t units, rl_alphas alphas, const void *z_rows, const void *da_rows, void *dz_rows, bool fresh)
{
    const real *z = z_rows, *da = da_rows; /* [batch][units][LANES] */
    real *restrict dz = dz_rows;           /* [batch][units][LANES] */
    for (size_t b = 0; b < batch; b++)
        for (size_t u = 0; u < units; u++, z += LANES, da += LANES, dz += LANES) {
            lane before = fresh ? lane_zero() : lane_load(dz);
            lane_store(dz, before + lane_load(da) * slope(lane_load(z), alpha_at(alphas, b, u)));
        }
}

/* Three counts a unit, as whole numbers: on how many examples it conducts, fires, is not finite. */
static void watch(
    size_t batch, size_t units, rl_alphas alphas, const void *z_rows, void *conducted, void *fired, void *broken)
{
    const real *z_row = z_rows;
    for (size_t b = 0; b < batch; b++)
        for (size_t u = 0; u < units; u++, z_row += LANES) {
            lane z = lane_load(z_row);
            mask finite = lane_is_finite(z);
            const wlane seen[3] = { mask_count(conducts(z, alpha_at(alphas, b, u)) & finite),
                mask_count((z > lane_zero()) & finite), mask_count(mask_not(finite)) };
            void *const counts[3] = { conducted, fired, broken };
            for (int i = 0; i < 3; i++) {
                whole *count = (whole *)counts[i] + u * LANES;
                wlane sum;
                memcpy(&sum, count, sizeof sum);
                sum += seen[i];
                memcpy(count, &sum, sizeof sum);
            }
        }
}

/* CURVE_LOOPS: in the rl_curve of each file. Pooling is half of a curve's code. */
#ifdef RL_SMALL
#define CURVE_LOOPS .forward = forward, .backward = backward, .watch = watch
#else
#define CURVE_LOOPS .forward = forward, .backward = backward, .pool = pool, .unpool = unpool, .watch = watch

static void pool(const rl_squares *s, const void *alpha, const void *z, void *largest, void *which, void *z_there)
{
    squares_choose(*s, (squares_choice){ value, lane_load(alpha), z, largest, which, z_there, s->by_row });
}

static void unpool(
    const rl_squares *s, const void *alpha, const void *z_there, const void *which, const void *dlargest, void *dz)
{
    squares_give(*s, (squares_gift){ slope, lane_load(alpha), z_there, which, dlargest, true, dz, s->by_row });
}

#endif

#endif
