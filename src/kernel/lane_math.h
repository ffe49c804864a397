/* Exponentials, logarithms and their kin on lanes.
 *
 * In float they are polynomials written on the lane type alone, so that every width gives the same bits; in
 * double, where only gradient checks live, they are libm's. All let NaN through and give the limits at ±∞.
 *
 *     lane_exp(x)      eˣ                    lane_log(x)    ln x; -∞ at 0, NaN below
 *     lane_expm1(x)    eˣ - 1                lane_log1p(x)  ln(1 + x); -∞ at -1, NaN below
 *     lane_sigmoid(x)  1/(1 + e⁻ˣ)           lane_tanh(x)   (e²ˣ - 1)/(e²ˣ + 1)
 *     lane_softplus(x) ln(1 + eˣ)            lane_erf(x)    2/√π ∫₀ˣ e^(-t²) dt
 *     lane_normal(x, &density)  Φ(x) = (1 + erf(x/√2))/2 and, beside it, φ(x) = e^(-x²/2)/√(2π)
 *     lane_logistic(x, &rest)  σ(x) and, with all its digits too, 1 - σ(x) = σ(-x)
 *     lane_logistic_with_tail(x, tail, &rest)  the same for x + tail: tail, below |x|/1000, is what the caller knows
 *                      of x beyond its last place */
#ifndef RL_KERNEL_LANE_MATH_H
#define RL_KERNEL_LANE_MATH_H

#include "kernel/lane.h"

#ifdef RL_FLOAT64
#include "kernel/lane_math_f64.h"
#else
#include "kernel/lane_math_f32.h"
#endif

#endif
