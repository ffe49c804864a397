/* What a layer's file defines: forward and backward of one kind of node, on lanes. Compiled once for every
 * variant; layers.c lists all, in the order of rl_kind. How such a node is made (its shape rule, its
 * parameters) stands in nn/node/. */
#ifndef RL_NN_LAYER_H
#define RL_NN_LAYER_H

#include "kernel/kernel.h"
#include "nn/activation/curve_kernels.h"

typedef enum { RL_INPUT, RL_DENSE, RL_ACTIVATION, RL_DROPOUT, RL_ADD, RL_KINDS } rl_kind;

/* Some lanes of an activation node that share a curve. */
typedef struct {
    const rl_activation *curve;
    size_t index;     /* of the curve in the list of all */
    int32_t mask[16]; /* -1 in those lanes, else 0 */
} rl_group;

/* One node in one evaluation. real is that of the variant; every array ends in [LANES]. */
typedef struct {
    size_t batch;
    size_t inputs, units;       /* values a row that it reads and gives */
    const void *x[2];           /* [batch][inputs] */
    void *dx[2];                /* [batch][inputs], added to; NULL: not wanted */
    bool fresh[2];              /* nobody has written to dx yet: what is in it counts as 0 */
    void *y;                    /* [batch][units] */
    const void *dy;             /* [batch][units] */
    const void *w;              /* [parameters] */
    void *dw;                   /* [parameters], added to */
    bool bias;                  /* dense */
    double share;               /* dropout */
    const rl_group *groups;     /* activation: [group_count] */
    const rl_curve *curves[16]; /* the groups' kernels */
    int group_count;
    rl_alphas alphas;    /* activation, as fixed or learned */
    bool learned;        /* they are w */
    const rl_rows *rows; /* for blending groups */
    void *scratch;       /* [batch][units]; NULL with one group */
    void *drawn;         /* [batch][units] random numbers of this step; NULL if the node draws none */
    bool training;
    const uint64_t *seeds; /* [LANES] */
    uint64_t stream;       /* of this node and step */
} rl_call;

typedef struct rl_layer {
    const char *kind;
    void (*forward)(const rl_call *call);
    void (*backward)(const rl_call *call); /* after forward of the same call */
} rl_layer;

#endif
