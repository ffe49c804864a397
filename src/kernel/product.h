/* The one matrix product behind dense layers, on lanes:
 *
 *     c(m, n) = start(m, n) + Σ_k a(m, k) · b(n, k)          m < M, n < N, k ascending
 *
 * Each of the three products of a dense layer is this with other strides: the outputs (m: rows of the batch,
 * n: units, k: inputs), the gradient of the weights (units, inputs, rows) and of the inputs (rows, inputs,
 * units). Blocks of BLOCK_M × BLOCK_N sums stay in registers, so that each number loaded is used several
 * times. Every sum is one chain of fused multiply-adds over k, in order: how the plane is cut into blocks cannot
 * change a bit. */
#ifndef RL_KERNEL_PRODUCT_H
#define RL_KERNEL_PRODUCT_H

#include "kernel/lane.h"

/* A matrix of lanes: element (i, j) is row[(i · by_first + j · by_second) · LANES …]. */
typedef struct {
    const real *rows;
    size_t by_first, by_second;
} matrix;

/* 32 vector registers hold 16 sums and their operands, 16 hold 12. */
enum { BLOCK_M = 4, BLOCK_N = RL_WIDTH == 16 || RL_WIDTH == 1 ? 4 : 3 };

static inline const real *element(matrix x, size_t i, size_t j)
{
    return x.rows + (i * x.by_first + j * x.by_second) * LANES;
}

/* M and N are constants wherever this is called: the loops over them unroll and sum stays in registers. */
static inline __attribute__((always_inline)) void product_block(
    const int M, const int N, size_t K, matrix start, matrix a, matrix b, real *c, size_t c_by_first)
{
    lane sum[BLOCK_M][BLOCK_N];
    for (int m = 0; m < M; m++)
        for (int n = 0; n < N; n++)
            sum[m][n] = lane_load(element(start, (size_t)m, (size_t)n));
    const size_t a_row = a.by_first * LANES, b_row = b.by_first * LANES;
    const real *a_at = a.rows, *b_at = b.rows;
    for (size_t k = 0; k < K; k++, a_at += a.by_second * LANES, b_at += b.by_second * LANES) {
        lane b_now[BLOCK_N];
        for (int n = 0; n < N; n++)
            b_now[n] = lane_load(b_at + (size_t)n * b_row);
        for (int m = 0; m < M; m++) {
            lane a_now = lane_load(a_at + (size_t)m * a_row);
            for (int n = 0; n < N; n++)
                sum[m][n] = lane_fma(a_now, b_now[n], sum[m][n]);
        }
    }
    for (int m = 0; m < M; m++)
        for (int n = 0; n < N; n++)
            lane_store(c + ((size_t)m * c_by_first + (size_t)n) * LANES, sum[m][n]);
}

static inline __attribute__((always_inline)) void product_columns(
    const int M, size_t N, size_t K, matrix start, matrix a, matrix b, real *c, size_t c_by_first)
{
    size_t n = 0;
    for (; n + BLOCK_N <= N; n += BLOCK_N) {
        matrix start_here = { element(start, 0, n), start.by_first, start.by_second };
        matrix b_here = { element(b, n, 0), b.by_first, b.by_second };
        product_block(M, BLOCK_N, K, start_here, a, b_here, c + n * LANES, c_by_first);
    }
    matrix start_here = { element(start, 0, n), start.by_first, start.by_second };
    matrix b_here = { element(b, n, 0), b.by_first, b.by_second };
    if (N - n == 3)
        product_block(M, 3, K, start_here, a, b_here, c + n * LANES, c_by_first);
    else if (N - n == 2)
        product_block(M, 2, K, start_here, a, b_here, c + n * LANES, c_by_first);
    else if (N - n == 1)
        product_block(M, 1, K, start_here, a, b_here, c + n * LANES, c_by_first);
}

/* c: element (m, n) is c[(m · c_by_first + n) · LANES …]; start may be c itself. */
static inline void product(size_t M, size_t N, size_t K, matrix start, matrix a, matrix b, real *c, size_t c_by_first)
{
    size_t m = 0;
    for (; m + BLOCK_M <= M; m += BLOCK_M) {
        matrix start_here = { element(start, m, 0), start.by_first, start.by_second };
        matrix a_here = { element(a, m, 0), a.by_first, a.by_second };
        product_columns(BLOCK_M, N, K, start_here, a_here, b, c + m * c_by_first * LANES, c_by_first);
    }
    matrix start_here = { element(start, m, 0), start.by_first, start.by_second };
    matrix a_here = { element(a, m, 0), a.by_first, a.by_second };
    if (M - m == 3)
        product_columns(3, N, K, start_here, a_here, b, c + m * c_by_first * LANES, c_by_first);
    else if (M - m == 2)
        product_columns(2, N, K, start_here, a_here, b, c + m * c_by_first * LANES, c_by_first);
    else if (M - m == 1)
        product_columns(1, N, K, start_here, a_here, b, c + m * c_by_first * LANES, c_by_first);
}

#endif
