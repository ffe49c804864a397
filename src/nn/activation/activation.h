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
#include "nn/activation/curve_kernels.h"

#endif
