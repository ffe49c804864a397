/* What a curve's file defines, and how its kernels are called.
 *
 * A curve's file, compiled once for every variant, gives four functions on lanes
 *
 *     static lane value   (lane z, lane alpha);   f(z)
 *     static lane slope   (lane z, lane alpha);   f'(z), with the decision taken at each kink
 *     static mask conducts(lane z, lane alpha);   is the exact slope not 0? (whatever float32 rounds to; NaN: true)
 *     static lane alpha_slope(lane z, lane alpha) ∂f/∂α: only where α is learned
 *
 * and two on intervals (image, slopes), includes "nn/activation/curve.h", which makes the loops of them, and
 * ends with its rl_activation. activations.c lists all. */
#ifndef RL_NN_ACTIVATION_H
#define RL_NN_ACTIVATION_H

#include "kernel/lane.h"
#include "kernel/lane_math.h"
#include "relive.h"

/* α for row b and unit u is first[b · per_row + u · per_unit], counted in rows of [LANES]: one for all (0, 0),
 * one a unit (0, 1), one an element (units, 1). */
typedef struct {
    const void *first; /* real [..][LANES] */
    size_t per_row, per_unit;
} rl_alphas;

/* real and whole are those of the variant: z, a, da, dz [batch][units][LANES]; dalpha as alphas;
 * conducted, fired, broken [units][LANES] are counted up. backward and alpha_backward add. */
typedef struct rl_curve {
    void (*forward)(size_t batch, size_t units, rl_alphas alphas, const void *z, void *a);
    void (*backward)(size_t batch, size_t units, rl_alphas alphas, const void *z, const void *da, void *dz);
    void (*alpha_backward)(size_t batch, size_t units, rl_alphas alphas, const void *z, const void *da, void *dalpha); /* NULL unless learned */
    void (*watch)(size_t batch, size_t units, rl_alphas alphas, const void *z, void *conducted, void *fired, void *broken);
} rl_curve;

#endif
