/* Statistics over a handful of runs: mean and spread, Student's t, the paired sign-flip test, Holm's correction.
 * All in double precision; nothing here allocates or can fail. What cannot be said from so few numbers is NaN. */
#ifndef RL_NUM_STATISTICS_H
#define RL_NUM_STATISTICS_H

#include <stddef.h>
#include <stdint.h>

/* Mean and squared deviations so far (Welford 1962). Start from { 0 }. */
typedef struct {
    size_t n;
    double mean;
    double squares; /* Σ (x - mean)² */
} rl_running;

void rl_running_add(rl_running *running, double x);
double rl_running_mean(const rl_running *running); /* NaN where n = 0 */
double rl_running_sd(const rl_running *running);   /* of a sample: squares / (n - 1) under the root; NaN where n < 2 */

/* Student's t with df > 0 degrees of freedom (any real number). cdf: absolute error below 1e-13.
 * quantile: t with cdf(t) = p, 0 < p < 1; its relative error is below 1e-10 for p from 1e-4 to 1 - 1e-4. */
double rl_t_cdf(double t, double df);
double rl_t_quantile(double p, double df);

/* Half the width of the 95 % interval of the mean: t(0.975; n - 1) · sd / √n. NaN where n < 2. */
double rl_running_margin(const rl_running *running);

/* Two-sided p of the paired sign-flip permutation test: if a and b were exchangeable, each of the n differences
 * could as well have had the other sign. k of 100,000 random flips have a mean at least as far from 0 as the true
 * one; p = (k + 1)/(100,000 + 1). The flips depend on seed and n only. NaN where n < 2 or a difference is. */
enum { RL_FLIPS = 100000 };
double rl_sign_flip_p(const double *differences, size_t n, uint64_t seed); /* [n] */

/* Holm's step-down correction (1979): with p₁ ≤ p₂ ≤ … of m, p'ᵢ = max over j ≤ i of min(1, (m - j + 1) pⱼ).
 * NaNs are no members of the family and stay NaN. */
void rl_holm(const double *p, size_t count, double *corrected); /* [count] each, not the same array */

#endif
