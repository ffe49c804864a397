/* Products of views (rl_product with b_at, and rl_dots) for layers that are compiled for every variant: a net of one lane
 * has them done with vectors along the columns, a pack does the same sums on its lanes. */
#ifndef RL_KERNEL_VIEWS_H
#define RL_KERNEL_VIEWS_H

#include "kernel/gemm.h"
#include "kernel/lane.h"

/* M × N sums, columns n … of rows m …: constants wherever this is called. */
static inline __attribute__((always_inline)) void views_block(
    const size_t M, const size_t N, const rl_product *p, size_t m, size_t n)
{
    enum { MOST = 16 };
    const real *a = (const real *)p->a + m * p->a_by_row * LANES, *b = (const real *)p->b + n * LANES;
    real *c = (real *)p->c + (m * p->c_by_row + n) * LANES;
    lane sum[MOST];
    for (size_t i = 0; i < M; i++)
        for (size_t j = 0; j < N; j++)
            sum[i * N + j] = p->add     ? lane_load(c + (i * p->c_by_row + j) * LANES)
                             : p->start ? lane_load((const real *)p->start + (m + i) * LANES)
                                        : lane_zero();
    for (size_t k = 0; k < p->terms; k++) {
        const real *b_row = b + p->b_at[k] * LANES;
        for (size_t i = 0; i < M; i++) {
            const lane a_now = lane_load(a + (i * p->a_by_row + k * p->a_by_term) * LANES);
            for (size_t j = 0; j < N; j++)
                sum[i * N + j] = lane_fma(a_now, lane_load(b_row + j * LANES), sum[i * N + j]);
        }
    }
    for (size_t i = 0; i < M; i++)
        for (size_t j = 0; j < N; j++)
            lane_store(c + (i * p->c_by_row + j) * LANES, sum[i * N + j]);
}

static inline void views_product(const rl_gemm *gemm, const rl_product *p)
{
    enum { M = 4, N = RL_WIDTH == 16 ? 4 : 2 };
    size_t m = 0;
    if (LANES == 1) {
        gemm->product(p);
        return;
    }
    for (; m + M <= p->rows; m += M)
        for (size_t n = 0; n < p->columns; n += N)
            views_block(M, N, p, m, n);
    for (; m < p->rows; m++)
        for (size_t n = 0; n < p->columns; n += N)
            views_block(1, N, p, m, n);
}

static inline void views_dots(const rl_gemm *gemm, const rl_dots *d)
{
    if (LANES == 1) {
        gemm->dots(d);
        return;
    }
    real *c = d->c; /* [rows][terms][RL_CHAINS][LANES] */
    for (size_t m = 0; m < d->rows; m++)
        for (size_t k = 0; k < d->terms; k++, c += RL_CHAINS * LANES) {
            const real *a = (const real *)d->a + m * d->a_by_row * LANES;
            const real *b = (const real *)d->b + d->b_at[k] * LANES;
            lane sum[RL_CHAINS];
            for (size_t j = 0; j < RL_CHAINS; j++)
                sum[j] = lane_load(c + j * LANES);
            for (size_t i = 0; i < d->pictures; i++, a += d->a_by_picture * LANES, b += d->b_by_picture * LANES)
                for (size_t n = 0; n < d->columns; n += RL_CHAINS)
                    for (size_t j = 0; j < RL_CHAINS; j++)
                        sum[j] = lane_fma(lane_load(a + (n + j) * LANES), lane_load(b + (n + j) * LANES), sum[j]);
            for (size_t j = 0; j < RL_CHAINS; j++)
                lane_store(c + j * LANES, sum[j]);
        }
}

/* parts [rows][RL_CHAINS] += the columns of a [rows][columns], however many. */
static inline void views_add_up(const rl_gemm *gemm, size_t rows, size_t columns, const real *a, real *parts)
{
    if (LANES == 1) {
        gemm->add_up(rows, columns, a, parts);
        return;
    }
    for (size_t m = 0; m < rows; m++, a += columns * LANES, parts += RL_CHAINS * LANES) {
        lane sum[RL_CHAINS];
        size_t n = 0;
        for (size_t j = 0; j < RL_CHAINS; j++)
            sum[j] = lane_load(parts + j * LANES);
        for (; n + RL_CHAINS <= columns; n += RL_CHAINS)
            for (size_t j = 0; j < RL_CHAINS; j++)
                sum[j] += lane_load(a + (n + j) * LANES);
        for (size_t j = 0; n + j < columns; j++)
            sum[j] += lane_load(a + (n + j) * LANES);
        for (size_t j = 0; j < RL_CHAINS; j++)
            lane_store(parts + j * LANES, sum[j]);
    }
}

/* What the parts make in all, in pairs: the first half to the second, and so on. */
static inline lane views_sum(const real *parts)
{
    lane sum[RL_CHAINS];
    for (size_t j = 0; j < RL_CHAINS; j++)
        sum[j] = lane_load(parts + j * LANES);
    for (size_t half = RL_CHAINS / 2; half > 0; half /= 2)
        for (size_t j = 0; j < half; j++)
            sum[j] += sum[j + half];
    return sum[0];
}

#endif
