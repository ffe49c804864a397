#include "num/statistics.h"

#include "num/random.h"

#include <math.h>
#include <stdbool.h>

/* ---- Mean and spread ---- */

void rl_running_add(rl_running *running, double x)
{
    running->n++;
    double away = x - running->mean;
    running->mean += away / (double)running->n;
    running->squares += away * (x - running->mean);
}

double rl_running_mean(const rl_running *running)
{
    return running->n > 0 ? running->mean : NAN;
}

double rl_running_sd(const rl_running *running)
{
    return running->n > 1 ? sqrt(running->squares / (double)(running->n - 1)) : NAN;
}

double rl_running_margin(const rl_running *running)
{
    if (running->n < 2)
        return NAN;
    double n = (double)running->n;
    return rl_t_quantile(0.975, n - 1) * rl_running_sd(running) / sqrt(n);
}

/* ---- Student's t ----
 *
 * With a = df/2 and y = t²/(df + t²), P(|T| < |t|) is the regularised incomplete beta function I_y(½, a), and
 * P(|T| > |t|) is I_x(a, ½) with x = 1 - y (Abramowitz & Stegun 26.7.1, 26.5.2). Both come from
 *
 *     I_x(a, b) = x^a (1 - x)^b / (a B(a, b)) · Σ (a + b)ₙ/(a + 1)ₙ xⁿ          (A&S 26.5.4)
 *
 * whose terms are all positive: nothing cancels. Taken on the side where x ≤ ½ it converges like 2⁻ⁿ or, where
 * df is large, within some hundreds of terms of the range where the answer is not 0 or 1 anyway. */

/* Γ(a + ½)/Γ(a): Stirling's series of the ratio for a ≥ 50 (next term below 1e-14), and (a)₁/(a + ½)₁ steps up to
 * there. lgamma would do, but it writes the global signgam. */
static double gamma_ratio(double a)
{
    double steps = 1;
    for (; a < 50; a++)
        steps *= a / (a + 0.5);
    double r = 1 / a, r2 = r * r;
    return steps * sqrt(a) * exp(r * (-1.0 / 8 + r2 * (1.0 / 192 - r2 / 640)));
}

/* Σ (a + b)ₙ/(a + 1)ₙ xⁿ for 0 ≤ x ≤ ½ */
static double beta_series(double a, double b, double x)
{
    double sum = 1, term = 1;
    for (double n = 0; term > 1e-17 * sum; n++) {
        term *= (a + b + n) / (a + 1 + n) * x;
        sum += term;
    }
    return sum;
}

/* The density at 0, Γ(a + ½)/(Γ(a) √(π df)), is also 1/(B(a, ½) √df). */
static double peak(double df)
{
    return gamma_ratio(df / 2) / sqrt(M_PI * df);
}

static double density(double t, double df)
{
    return peak(df) * exp(-(df + 1) / 2 * log1p(t * t / df));
}

double rl_t_cdf(double t, double df)
{
    if (isnan(t) || !(df > 0 && isfinite(df)))
        return NAN;
    double square = t * t / df;                  /* y/x */
    double power = exp(-df / 2 * log1p(square)); /* x^a, exact also where x rounds to 1 */
    double tail;                                 /* P(T > |t|) */
    if (power < 1e-18)
        tail = 0; /* P(T > |t|) < power */
    else if (square <= 1) {
        double y = square / (1 + square);
        tail = 0.5 - peak(df) * fabs(t) / sqrt(1 + square) * power * beta_series(0.5, df / 2, y);
    } else {
        double root_y = sqrt(square / (1 + square));
        tail = peak(df) / sqrt(df) * power * root_y * beta_series(df / 2, 0.5, 1 / (1 + square));
    }
    return t < 0 ? tail : 1 - tail;
}

/* Newton on the cdf, kept between bounds that always enclose the answer: a step that leaves them is a bisection. */
double rl_t_quantile(double p, double df)
{
    if (!(p > 0 && p < 1) || !(df > 0 && isfinite(df)))
        return NAN;
    if (p < 0.5)
        return -rl_t_quantile(1 - p, df);
    double low = 0, high = 1;
    while (rl_t_cdf(high, df) < p) {
        low = high;
        high *= 2;
        if (isinf(high))
            return high;
    }
    double t = low;
    for (int i = 0; i < 200; i++) {
        double away = rl_t_cdf(t, df) - p;
        if (away < 0)
            low = t;
        else
            high = t;
        double next = t - away / density(t, df);
        if (!(next >= low && next <= high))
            next = low + (high - low) / 2;
        if (fabs(next - t) <= 1e-15 * next)
            return next;
        t = next;
    }
    return t;
}

/* ---- The sign-flip test ----
 *
 * Differences are taken 64 at a time. Flip f gives those 64 their signs by two 32-bit words of the random stream
 * with the group's number; a byte of signs is looked up in a table of the 256 sums ±d₀ … ±d₇, so a flip of
 * 64 differences costs eight additions. Sums of a block of flips lie on the stack. */

enum { GROUP = 64, BYTES = GROUP / 8, BLOCK = 500 };
_Static_assert(RL_FLIPS % BLOCK == 0, "flips come in whole blocks");

/* sums[bits] = Σ over i < 8 of (bit i of bits set ? dᵢ : -dᵢ) */
static void fill_sums(const double *d, size_t n, double sums[256])
{
    sums[0] = 0;
    for (size_t i = 0; i < 8; i++) {
        double x = i < n ? d[i] : 0;
        for (size_t bits = 0; bits < (size_t)1 << i; bits++) {
            sums[bits | (size_t)1 << i] = sums[bits] + x;
            sums[bits] -= x;
        }
    }
}

double rl_sign_flip_p(const double *differences, size_t n, uint64_t seed)
{
    double sum = 0, size = 0;
    for (size_t i = 0; i < n; i++) {
        sum += differences[i];
        size += fabs(differences[i]);
    }
    if (n < 2 || !isfinite(size))
        return NAN;
    /* Shares of right answers are multiples of 1/rows, so ties are common, and a tie counts as at least as far.
     * Rounding in the differences and in the order of summing must not break it: it stays well below 1e-10 of
     * Σ|d|, and true gaps between such sums above. */
    const double limit = fabs(sum) - 1e-10 * size;
    size_t as_far = 0;
    for (size_t first = 0; first < RL_FLIPS; first += BLOCK) {
        double flipped[BLOCK] = { 0 };
        for (size_t group = 0; group * GROUP < n; group++) {
            double sums[BYTES][256];
            for (size_t byte = 0; byte < BYTES; byte++) {
                size_t at = group * GROUP + byte * 8;
                fill_sums(differences + (at < n ? at : 0), at < n ? n - at : 0, sums[byte]);
            }
            rl_random signs = rl_random_stream(seed, RL_FOR_STATISTICS, group);
            signs.at = 2 * first;
            for (size_t flip = 0; flip < BLOCK; flip++) {
                uint32_t low = rl_random_bits(&signs), high = rl_random_bits(&signs);
                for (size_t byte = 0; byte < 4; byte++)
                    flipped[flip] += sums[byte][low >> 8 * byte & 255] + sums[byte + 4][high >> 8 * byte & 255];
            }
        }
        for (size_t flip = 0; flip < BLOCK; flip++)
            as_far += fabs(flipped[flip]) >= limit;
    }
    return (double)(as_far + 1) / (RL_FLIPS + 1);
}

/* ---- Holm ---- */

/* Of equal p's the first in order has the largest factor, and the step-down maximum hands it to all of them; so
 * each factor is m less the number of smaller p's, and no sorting is needed. Families are small. */
void rl_holm(const double *p, size_t count, double *corrected)
{
    size_t family = 0;
    for (size_t i = 0; i < count; i++)
        family += !isnan(p[i]);
    for (size_t i = 0; i < count; i++) {
        size_t smaller = 0;
        for (size_t j = 0; j < count; j++)
            smaller += p[j] < p[i];
        corrected[i] = isnan(p[i]) ? NAN : fmin(1, (double)(family - smaller) * p[i]);
    }
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++)
            if (p[j] < p[i] && corrected[j] > corrected[i])
                corrected[i] = corrected[j];
}
