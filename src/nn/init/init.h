/* What an initialiser's file defines: the weights and biases of one dense layer of one net, in double precision.
 * initialisers.c lists all. */
#ifndef RL_NN_INIT_H
#define RL_NN_INIT_H

#include "num/random.h"
#include "relive.h"

typedef struct {
    rl_random *random; /* the layer's own stream for this net's seed */
    int units, inputs;
    double fan_in; /* how many weights a value is the sum of, inputs if 0: a transposed convolution has gaps */
    int fan_out; /* how many values read an input, units if 0: a convolution's kernel meets it at each of its places */
    double gain; /* of the curve that reads the layer: √(2/(1 + α²)) for a rectifier, else 1 */
    double sd;   /* of rl_normal */
    double *w;   /* [units][inputs], to be filled */
    double *b;   /* [units], the asked-for constant already in it; NULL: no biases */
} rl_draw;

static inline size_t rl_weight_count(const rl_draw *d)
{
    return (size_t)d->units * (size_t)d->inputs;
}

static inline double rl_fan_in(const rl_draw *d)
{
    return d->fan_in > 0 ? d->fan_in : d->inputs;
}

static inline int rl_fan_out(const rl_draw *d)
{
    return d->fan_out ? d->fan_out : d->units;
}

struct rl_initialiser {
    const char *name;
    const char *formula; /* the distribution of a weight */
    void (*draw)(const rl_draw *draw);
};

#endif
