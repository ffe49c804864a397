/* As one writes them in C: float functions, -O3, and for large z no overflow that changes the result. */
#include "bench/libm.h"

#include <math.h>

#define CURVE(name, value)                                                                                             \
    static void name(size_t n, const float *z, float *a)                                                               \
    {                                                                                                                  \
        for (size_t i = 0; i < n; i++) {                                                                               \
            const float x = z[i];                                                                                      \
            a[i] = value;                                                                                              \
        }                                                                                                              \
    }

CURVE(softplus, fmaxf(x, 0) + log1pf(expf(-fabsf(x))))
CURVE(sigmoid, 1 / (1 + expf(-x)))
CURVE(hyperbolic_tangent, tanhf(x))
CURVE(gelu, 0.5f * x * (1 + erff(x * 0.70710678f)))
CURVE(silu, x / (1 + expf(-x)))
CURVE(mish, x *tanhf(fmaxf(x, 0) + log1pf(expf(-fabsf(x)))))
CURVE(elu, x > 0 ? x : expm1f(x))

const libm_curve libm_curves[] = { { "softplus", softplus }, { "sigmoid", sigmoid }, { "tanh", hyperbolic_tangent },
    { "gelu", gelu }, { "silu", silu }, { "mish", mish }, { "elu", elu } };
const size_t libm_curve_count = sizeof libm_curves / sizeof *libm_curves;
