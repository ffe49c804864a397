/* Orthogonal initialisation (Saxe, McClelland & Ganguli 2014): W = gain · Q, with QQᵀ = 1 where there are at most as
 * many units as inputs, else QᵀQ = 1. Q keeps lengths (of all inputs, or of those in its row space), so a signal
 * neither grows nor fades by itself.
 *
 * Q is uniform over all such matrices (Haar's measure): normal vectors, made orthonormal one after the other by Gram
 * and Schmidt, which is the QR decomposition with a positive diagonal (Mezzadri 2007). Each projection is
 * done twice, and twice is enough (Giraud, Langou & Rozložník 2005): orthogonal to the last bits. */
#include "nn/init/init.h"

#include <math.h>

/* The shorter side's vectors: rows of W, or its columns. Entry i of vector k is first[k · apart + i · step]. */
typedef struct {
    double *first;
    size_t count, length, apart, step;
} vectors;

static double dot(const vectors *v, size_t k, size_t l)
{
    const double *x = v->first + k * v->apart, *y = v->first + l * v->apart;
    double sum = 0;
    for (size_t i = 0; i < v->length * v->step; i += v->step)
        sum += x[i] * y[i];
    return sum;
}

/* Vector k minus share times vector l. */
static void subtract(const vectors *v, size_t k, double share, size_t l)
{
    double *x = v->first + k * v->apart;
    const double *y = v->first + l * v->apart;
    for (size_t i = 0; i < v->length * v->step; i += v->step)
        x[i] -= share * y[i];
}

static void draw_vector(const vectors *v, size_t k, rl_random *random)
{
    double *x = v->first + k * v->apart;
    for (size_t i = 0; i < v->length * v->step; i += v->step)
        x[i] = rl_random_normal(random);
}

static void scale(const vectors *v, size_t k, double factor)
{
    double *x = v->first + k * v->apart;
    for (size_t i = 0; i < v->length * v->step; i += v->step)
        x[i] *= factor;
}

static void draw(const rl_draw *d)
{
    const size_t units = (size_t)d->units, inputs = (size_t)d->inputs;
    const vectors rows = { d->w, units, inputs, inputs, 1 }, columns = { d->w, inputs, units, 1, inputs };
    const vectors *v = units <= inputs ? &rows : &columns;
    for (size_t k = 0; k < v->count; k++) {
        draw_vector(v, k, d->random);
        for (int again = 0; again < 2; again++)
            for (size_t l = 0; l < k; l++)
                subtract(v, k, dot(v, k, l), l);
        scale(v, k, 1 / sqrt(dot(v, k, k))); /* a normal vector lies in the span of k others with probability 0 */
    }
    for (size_t k = 0; k < v->count; k++)
        scale(v, k, d->gain);
}

const rl_initialiser rl_orthogonal = {
    .name = "orthogonal", .formula = "gain · Q, Q uniform among orthogonal matrices", .draw = draw
};
