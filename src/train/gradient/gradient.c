/* Clipping by norm, penalties, and a look for numbers that are none.
 *
 * Clipping is PyTorch's clip_grad_norm_: with g the whole gradient of one net, g ← g · min(1, limit / (‖g‖ + 1e-6)). */
#include "kernel/lane.h"
#include "train/gradient/gradient.h"

static void clip(size_t count, double limit, void *gradient)
{
    real *dw = gradient; /* [count][LANES] */
    lane squares = lane_zero();
    for (size_t i = 0; i < count * LANES; i += LANES)
        squares = lane_fma(lane_load(dw + i), lane_load(dw + i), squares);
    lane scale = lane_all((real)limit) / (lane_sqrt(squares) + lane_all((real)1e-6));
    scale = pick(scale > lane_all(1), lane_all(1), scale);
    for (size_t i = 0; i < count * LANES; i += LANES)
        lane_store(dw + i, lane_load(dw + i) * scale);
}

static void penalise(
    size_t count, const unsigned char *decays, double l1, double l2, const void *parameters, void *gradient)
{
    const real *w = parameters; /* [count][LANES] */
    real *dw = gradient;
    const lane zero = lane_zero(), squared = lane_all((real)l2), up = lane_all((real)l1), down = lane_all((real)-l1);
    for (size_t i = 0; i < count; i++, w += LANES, dw += LANES) {
        if (!decays[i])
            continue;
        lane now = lane_load(w);
        lane sign = pick(now > zero, up, pick(now < zero, down, zero));
        lane_store(dw, lane_fma(squared, now, lane_load(dw)) + sign);
    }
}

/* 0 · w is 0 where w is finite and NaN elsewhere, so a sum finds any number that is not; four sums, since one
 * would wait for itself. */
static void find_finite(size_t count, const void *parameters, void *verdict)
{
    const real *w = parameters; /* [count][LANES] */
    enum { SUMS = 4 };
    lane sums[SUMS] = { lane_zero() };
    size_t i = 0;
    for (; i + SUMS <= count; i += SUMS)
        for (size_t s = 0; s < SUMS; s++)
            sums[s] = sums[s] + lane_load(w + (i + s) * LANES) * lane_zero();
    for (; i < count; i++)
        sums[0] = sums[0] + lane_load(w + i * LANES) * lane_zero();
    mask good = lane_is_finite(sums[0] + sums[1] + sums[2] + sums[3]);
    memcpy(verdict, &good, sizeof good);
}

extern const rl_gradient_kernels RL_EXPORT(rl_gradient_set);
const rl_gradient_kernels RL_EXPORT(rl_gradient_set) = { .clip = clip, .penalise = penalise, .finite = find_finite };
