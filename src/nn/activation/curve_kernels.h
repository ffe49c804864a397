/* How a curve's kernels are called: what nets know of a curve, whatever its variant. */
#ifndef RL_NN_CURVE_KERNELS_H
#define RL_NN_CURVE_KERNELS_H

#include "relive.h"

/* α for row b and unit u is first[b · per_row + u · per_unit], counted in rows of [LANES]: one for all (0, 0),
 * one a unit (0, 1), one an element (units, 1). */
typedef struct {
    const void *first; /* real [..][LANES] */
    size_t per_row, per_unit;
} rl_alphas;

struct rl_call;    /* nn/layer/layer.h */
struct rl_squares; /* kernel/gemm.h */

/* real and whole are those of the variant: z, a, da, dz [batch][units][LANES]; dalpha as alphas;
 * conducted, fired, broken [units][LANES] are counted up. backward and alpha_backward add; backward takes what is in dz
 * for 0 where it is fresh: written by nobody yet. */
typedef struct rl_curve {
    void (*forward)(size_t batch, size_t units, rl_alphas alphas, const void *z, void *a);
    void (*backward)(size_t batch, size_t units, rl_alphas alphas, const void *z, const void *da, void *dz, bool fresh);
    void (*alpha_backward)(size_t batch, size_t units, rl_alphas alphas, const void *z, const void *da,
        void *dalpha); /* NULL unless learned */
    /* forward with one α [LANES] and past the caches; a aligned to its rows. NULL unless memory is the limit. */
    void (*stream)(size_t rows, const void *alpha, const void *z, void *a);
    /* A dense layer and this curve in one go: forward where the curve reads it, backward where it alone reads the curve,
     * with one α [LANES] and a fresh dz. NULL unless the curve costs less than to store and to load once more. */
    void (*after_dense)(const struct rl_call *dense, const struct rl_call *curve);
    void (*before_dense)(const struct rl_call *dense, const struct rl_call *curve);
    /* A picture's curve and the largest of each of its squares (kernel/gemm.h) in one go, with one α [LANES] and vectors
     * along rows, for nets of one lane: of each square f at its largest, which of the four that is, and z there. The way
     * back sets dz in the squares, to 0 but at that place; behind a row's last square 0 comes as far as a vector reaches,
     * save in the last rows of all. NULL in a core that is to be small (RL_SMALL). */
    void (*pool)(
        const struct rl_squares *s, const void *alpha, const void *z, void *largest, void *which, void *z_there);
    void (*unpool)(const struct rl_squares *s, const void *alpha, const void *z_there, const void *which,
        const void *dlargest, void *dz);
    void (*watch)(
        size_t batch, size_t units, rl_alphas alphas, const void *z, void *conducted, void *fired, void *broken);
} rl_curve;

#endif
