/* Bounds of every value in a net over a box of inputs: intervals node by node, made tighter by linear bounds.
 *
 * They hold for what the float32 kernels compute, whatever order they sum in, fused or not. Where that cannot be said
 * (weights that are no numbers, sums that may overflow) a value's interval is (-∞, ∞), and so is everything that
 * depends on it: a value that may be NaN must never look bounded. */
#ifndef RL_VITAL_BOUNDS_H
#define RL_VITAL_BOUNDS_H

#include "nn/node/node.h"
#include "vital/relax.h"

typedef struct {
    rl_memory memory;
    rl_net *net;          /* the one lane, on its own */
    rl_interval **values; /* [nodes][values]: what each node's kernel may give */
    double **errors;      /* [nodes][values]: how far that may be from the exact sum; NULL where there is none */
    rl_lines **lines;     /* [nodes][values] of activation nodes; NULL for others */
    rl_term *terms;       /* [most terms of a node] */
    float *weights;       /* [most terms]: the same weights … */
    rl_interval *reads;   /* [most terms]: … and what they meet */
    double **shares;      /* [nodes][values] scratch of the linear bounds, all 0 between them */
    bool *shared;         /* [nodes]: may some share be other than 0? */
} rl_bounds;

/* box: [inputs], as the net takes them. linear false: intervals alone. */
bool rl_bounds_make(rl_bounds *bounds, const rl_net *net, int lane, const rl_interval *box, bool linear, rl_error *err);
void rl_bounds_free(rl_bounds *bounds);

/* α of one value of an activation node of a net of one lane, learned or not. */
float rl_value_alpha(const rl_net *net, rl_node node, size_t value);

/* For bounds_interval.c: sets values and errors of a node from those it reads. */
void rl_bounds_interval(rl_bounds *bounds, rl_node node);
/* For bounds_linear.c: narrows a node's values by linear bounds in terms of the input. */
void rl_bounds_linear(rl_bounds *bounds, rl_node node);

#endif
