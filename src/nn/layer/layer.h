/* What a layer's file defines: forward, backward and learn of one kind of node, on lanes. Compiled once for every
 * variant; layers.c lists all, in the order of rl_kind. How such a node is made (its shape rule, its
 * parameters) stands in nn/node/. */
#ifndef RL_NN_LAYER_H
#define RL_NN_LAYER_H

#include "kernel/gemm.h"
#include "nn/activation/curve_kernels.h"

enum { RL_BLOCK_ROWS = 64 }; /* rows that a net of one lane takes at once */

typedef enum {
    RL_INPUT,
    RL_DENSE,
    RL_ACTIVATION,
    RL_DROPOUT,
    RL_ADD,
    RL_FLATTEN,
    RL_RESHAPE,
    RL_CONCATENATE,
    RL_CONV2D,
    RL_CONV2D_TRANSPOSED,
    RL_MAX_POOL,
    RL_AVERAGE_POOL,
    RL_GLOBAL_POOL,
    RL_RECURRENT,
    RL_GRU,
    RL_LSTM,
    RL_LAST,
    RL_LAYER_NORM,
    RL_BATCH_NORM,
    RL_KINDS
} rl_kind;

/* Some lanes of an activation node that share a curve. */
typedef struct {
    const rl_activation *curve;
    size_t index;                /* of the curve in the list of all */
    const rl_curve *kernels;     /* of the net's variant */
    int32_t mask[RL_MOST_LANES]; /* -1 in those lanes, else 0 */
} rl_group;

/* A kernel that slides over a picture. Pairs are height, width. Of a transposed convolution it is that of the convolution
 * that leads back: the picture is what comes out. */
typedef struct {
    size_t channels, size[2];       /* of the picture */
    size_t to_channels, to_size[2]; /* of what comes out */
    size_t kernel[2], stride[2], padding[2], dilation[2];
    size_t groups;
} rl_window;

/* One node in one evaluation, or in some rows of one. real is that of the variant; every array ends in [LANES]. */
typedef struct rl_call {
    size_t first, batch;      /* arrays by row begin with this row of the evaluation and go on for so many */
    size_t inputs, units;     /* values a row that it reads (first) and gives */
    size_t positions;         /* of the values it gives, for each unit that has weights or a slope of its own */
    size_t widths[2];         /* values a row of each node that it reads */
    const void *x[2];         /* [batch][widths] */
    void *dx[2];              /* [batch][widths], added to; NULL: not wanted */
    bool fresh[2];            /* nobody has written to dx yet: what is in it counts as 0 */
    const rl_shape *in, *out; /* of the first that it reads, and its own */
    void *y;                  /* [batch][units] */
    const void *dy;           /* [batch][units] */
    const void *w;            /* [parameters] */
    void *dw;                 /* [parameters], set by learn */
    size_t unit, last_unit;   /* learn: that of units unit … last_unit - 1 alone */
    size_t input, last_input; /* backward of a net of one lane: that of these inputs alone */
    bool bias;                /* dense */
    double share;             /* dropout */
    const rl_window *window;  /* of kernels that slide */
    const rl_window *pool;  /* of a convolution in one go with its curve and max pooling (rl_pass_hide); NULL: alone */
    void *pooled;           /* [batch][units] what the pooling gives; y then is z where that comes from */
    const rl_group *groups; /* activation: [group_count] */
    int group_count;
    rl_alphas alphas;    /* activation, as fixed or learned */
    bool learned;        /* they are w */
    const rl_rows *rows; /* for blending groups */
    void *scratch;       /* [batch][units]; NULL with one group. For a net of one lane see nn/single.h, */
    const rl_gemm *gemm; /* as for these two; nn/layer/planes.h for a convolution's */
    const rl_curve *wide_curve;
    void *drawn;     /* [batch][units] random numbers of this step, or what forward keeps for backward; NULL: neither */
    void *kept;      /* [batch][kept] what forward keeps for backward and learn; NULL if the node keeps nothing */
    void *kept_back; /* [batch][kept_back] what backward keeps for learn; the same */
    void *statistics; /* [4][units] of a batch norm: what all rows of the batch say of its units; NULL: nothing */
    bool training;
    const uint64_t *seeds; /* [LANES] */
    uint64_t stream;       /* of this node and step */
} rl_call;

typedef struct rl_layer {
    void (*forward)(const rl_call *call);
    void (*backward)(const rl_call *call); /* to what it reads; after forward of the same rows */
    void (*learn)(const rl_call *call);    /* to its parameters, after backward of all rows; NULL: it has none */
} rl_layer;

#endif
