/* The matrix product of a net of one lane: vectors lie along the columns of the result instead of across copies of
 * the net.
 *
 *     c(m, n) = start(m, n) + Σ_k a(m, k) · b(k, n)          k ascending, one chain of fused multiply-adds
 *
 * That is the sum of kernel/product.h in the same order, so a net alone gives the bits that it gives in a lane of a
 * pack, whatever the blocks, the vectors and the threads. */
#ifndef RL_KERNEL_GEMM_H
#define RL_KERNEL_GEMM_H

#include "kernel/kernel.h"

typedef struct {
    size_t rows, columns, terms; /* of c, and of each of its sums */
    const void *a;               /* a(m, k) is a[m · a_by_row + k · a_by_term] */
    size_t a_by_row, a_by_term;
    const void *b; /* b(k, n) is b[k · b_by_term + n], or … */
    size_t b_by_term;
    const size_t *b_at; /* … b[b_at[k] + n], if this is not NULL: views of one array. Columns are then whole chains */
    void *c;            /* c(m, n) is c[m · c_by_row + n] */
    size_t c_by_row;
    bool add;          /* start is what c holds; else 0, or … */
    const void *start; /* … start[m], if this is not NULL */
} rl_product;

/* c(m, k, j) += Σ_i a(m, n) · b(k, n), n = j + i · RL_CHAINS: the parts of what is a sum over n, in chains that do not wait
 * for each other, and that vectors of any width take side by side. Of several pictures one after the other. */
enum { RL_CHAINS = 16 };
typedef struct {
    size_t rows, terms, columns; /* m, k, n: columns are whole chains */
    size_t pictures;
    const void *a; /* a(m, n) is a[m · a_by_row + n], of the next picture by a_by_picture on */
    size_t a_by_row, a_by_picture;
    const void *b; /* b(k, n) is b[b_at[k] + n], and so on */
    size_t b_by_picture;
    const size_t *b_at;
    void *c; /* [rows][terms][RL_CHAINS] */
} rl_dots;

/* Rows that move: to(b, i, j) = from(b, i, j), each array with its own distance from block to block and from row to row.
 * Where to's rows are longer than the columns, 0 comes between them; what lies behind a block's last row may be
 * overwritten with 0 as far as a vector reaches, save behind that of the last block. Blocks come in ascending order. */
typedef struct {
    size_t blocks, rows, columns;
    const void *from;
    size_t from_by_block, from_by_row; /* at least columns */
    void *to;
    size_t to_by_block, to_by_row; /* the same */
} rl_move;

/* Squares of two by two numbers in pictures, side by side. What has one number for each square is an array
 * [channels][rows][columns]. */
typedef struct rl_squares {
    size_t channels, rows, columns; /* of squares */
    size_t by_channel, by_row; /* numbers of a picture from one channel to the next, and from one row to the next */
} rl_squares;

/* real is that of the variant, whose lanes are columns here. */
typedef struct rl_gemm {
    size_t width; /* columns in a vector */
    void (*product)(const rl_product *p);
    void (*dots)(const rl_dots *d);
    /* parts(m, j) += Σ_i a(m, n), n as for dots: a [rows][columns], parts [rows][RL_CHAINS] */
    void (*add_up)(size_t rows, size_t columns, const void *a, void *parts);
    void (*move)(const rl_move *m);
    /* to(b, i, j) += from(b, i, j), or 0 + that if it is fresh; to's rows lie side by side, and its blocks */
    void (*move_add)(const rl_move *m, bool fresh);
    /* Of each square the largest number, and which of the four it is: the first of several; a NaN is the largest. */
    void (*choose)(const rl_squares *s, const void *picture, void *largest, void *which);
    /* The way back: picture at that place += gradient, or if it is fresh all four are set: to 0 + that and to 0. In a row
     * that is fresh 0 comes behind the last square as far as a vector reaches, save in the last rows of all. */
    void (*give)(const rl_squares *s, const void *gradient, const void *which, bool fresh, void *picture);
    /* to(j, i) = from(i, j): from [rows][columns], its rows from_by_row apart */
    void (*transpose)(size_t rows, size_t columns, const void *from, size_t from_by_row, void *to, size_t to_by_row);
} rl_gemm;
const rl_gemm *rl_gemm_of(rl_variant variant);

#endif
