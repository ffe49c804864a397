/* The one matrix product behind dense layers, on lanes:
 *
 *     c(m, n) = start(m, n) + Σ_k a(m, k) · b(n, k)          m < M, n < N, k ascending
 *
 * Each of the three products of a dense layer is this with other strides: the outputs (m: rows of the batch,
 * n: units, k: inputs), the gradient of the weights (units, inputs, rows) and of the inputs (rows, inputs,
 * units). Blocks of BLOCK_M × BLOCK_N sums stay in registers, so that each number loaded is used several
 * times. Every sum is one chain of fused multiply-adds over k, in order: how the plane is cut into blocks cannot
 * change a bit.
 *
 * A sum that is ready is handed over in its register: to be stored, or to have a curve applied first. */
#ifndef RL_KERNEL_PRODUCT_H
#define RL_KERNEL_PRODUCT_H

#include <stdbool.h>

#include "kernel/lane.h"

#define PRODUCT_INLINE static inline __attribute__((always_inline))

/* A matrix of lanes: element (i, j) is row[(i · by_first + j · by_second) · LANES …]. */
typedef struct {
    const real *rows;
    size_t by_first, by_second;
} matrix;

typedef struct {
    size_t M, N, K;
    matrix start, a, b;
    real *sums_of_a; /* [M]: Σ_k a(m, k), where they are asked for */
} operands;

/* Takes c(m, n). A constant wherever product is called, for it is inlined; self is where it puts things. */
typedef void product_taker(const void *self, size_t m, size_t n, lane sum);

/* 32 vector registers hold 16 sums and their operands, 16 hold 12. Where multiply and add do not fuse, products need
 * registers too, and clang and WebAssembly's compilers spill sums into memory: there 8. One lane has no vectors to keep:
 * nets of one lane train by kernel/lanes/gemm.c, and what is left (gradient checks) need not be large code. */
#if RL_WIDTH == 1
enum { BLOCK_M = 1, BLOCK_N = 1 };
#elif RL_WIDTH == 16
enum { BLOCK_M = 4, BLOCK_N = 4 };
#elif defined(__FMA__) || defined(__aarch64__)
enum { BLOCK_M = 4, BLOCK_N = 3 };
#else
enum { BLOCK_M = 4, BLOCK_N = 2 };
#endif

static inline const real *element(matrix x, size_t i, size_t j)
{
    return x.rows + (i * x.by_first + j * x.by_second) * LANES;
}

/* The block whose first sum is c(m0, n0). M, N and sum_a are constants wherever this is called: the loops over them
 * unroll and sum stays in registers. */
PRODUCT_INLINE void product_block(const size_t M, const size_t N, const bool sum_a, const operands *p, size_t m0,
    size_t n0, product_taker *take, const void *self)
{
    lane sum[BLOCK_M][BLOCK_N], a_sum[BLOCK_M];
    for (size_t m = 0; m < M; m++) {
        a_sum[m] = lane_zero();
        for (size_t n = 0; n < N; n++)
            sum[m][n] = lane_load(element(p->start, m0 + m, n0 + n));
    }
    const size_t a_row = p->a.by_first * LANES, b_row = p->b.by_first * LANES;
    const real *a_at = element(p->a, m0, 0), *b_at = element(p->b, n0, 0);
    for (size_t k = p->K; k > 0; k--, a_at += p->a.by_second * LANES, b_at += p->b.by_second * LANES) {
        lane b_now[BLOCK_N];
        for (size_t n = 0; n < N; n++)
            b_now[n] = lane_in_register(lane_load(b_at + n * b_row));
        for (size_t m = 0; m < M; m++) {
            lane a_now = lane_in_register(lane_load(a_at + m * a_row));
            for (size_t n = 0; n < N; n++)
                sum[m][n] = lane_fma(a_now, b_now[n], sum[m][n]);
            if (sum_a)
                a_sum[m] += a_now;
        }
    }
    for (size_t m = 0; m < M; m++) {
        for (size_t n = 0; n < N; n++)
            take(self, m0 + m, n0 + n, sum[m][n]);
        if (sum_a)
            lane_store(p->sums_of_a + (m0 + m) * LANES, a_sum[m]);
    }
}

/* a is summed along with the last columns. */
PRODUCT_INLINE void product_columns(
    const size_t M, const bool sum_a, const operands *p, size_t m, product_taker *take, const void *self)
{
    size_t n = 0;
    for (; n + BLOCK_N + sum_a <= p->N; n += BLOCK_N)
        product_block(M, BLOCK_N, false, p, m, n, take, self);
    const size_t left = p->N - n;
    if (BLOCK_N > 2 && left == 3)
        product_block(M, 3, sum_a, p, m, n, take, self);
    else if (left == 2)
        product_block(M, 2, sum_a, p, m, n, take, self);
    else if (left == 1)
        product_block(M, 1, sum_a, p, m, n, take, self);
    else if (sum_a)
        product_block(M, BLOCK_N, sum_a, p, m, n, take, self);
}

PRODUCT_INLINE void product(const bool sum_a, const operands *p, product_taker *take, const void *self)
{
    size_t m = 0;
    for (; m + BLOCK_M <= p->M; m += BLOCK_M)
        product_columns(BLOCK_M, sum_a, p, m, take, self);
    if (BLOCK_M > 3 && p->M - m == 3)
        product_columns(3, sum_a, p, m, take, self);
    else if (BLOCK_M > 2 && p->M - m == 2)
        product_columns(2, sum_a, p, m, take, self);
    else if (BLOCK_M > 1 && p->M - m == 1)
        product_columns(1, sum_a, p, m, take, self);
}

#endif
