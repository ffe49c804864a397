/* SELU: the ELU that keeps mean 0 and variance 1 from layer to layer (Klambauer et al. 2017).
 *
 *     f(z) = λz            if z > 0          f'(z) = λ      if z > 0
 *            λα(e^z - 1)   otherwise                 λαe^z  otherwise
 *
 * λ = 1.0507009873554805 and α = 1.6732632423543773 are the numbers that do so; the kernels take another α, but
 * nobody asks for one. f' does not exist at 0; we take λα, the slope from the left, as PyTorch does.
 *
 * Error: 2.7 ulp (2.8 without fused multiply-adds) where |f| > 2^-20. */
#include "nn/activation/activation.h"

#define LAMBDA ((real)1.0507009873554804934)

static lane value(lane z, lane alpha)
{
    return lane_all(LAMBDA) * pick(z > lane_zero(), z, alpha * lane_expm1(z));
}

static lane slope(lane z, lane alpha)
{
    return lane_all(LAMBDA) * pick(z > lane_zero(), lane_all(1), alpha * lane_exp(z));
}

static mask conducts(lane z, lane alpha)
{
    mask left = z <= lane_zero(), flat = alpha == lane_zero();
    return mask_not(left & flat);
}

static rl_interval image(rl_interval z, float alpha)
{
    return enclose(
        value, z, alpha, &(rl_shape_of_curve){ .turn_count = 1, .turns = { 0 }, .ulps = 3.5, .absolute = 0x1p-147 });
}

static rl_interval slopes(rl_interval z, float alpha)
{
    const rl_shape_of_curve shape = { .ulps = 3, .absolute = 0x1p-147 };
    if (z.lo > 0)
        return enclose(slope, z, alpha, &shape);
    rl_interval left = enclose(slope, up_to(z, 0), alpha, &shape);
    return z.hi < 0 ? left : join(left, enclose(slope, (rl_interval){ 1, 1 }, alpha, &shape));
}

#include "nn/activation/curve.h"

const rl_activation RL_EXPORT(rl_selu) = {
    .name = "selu",
    .formula = "λ(z > 0 ? z : α(e^z - 1)), λ = 1.0507, α = 1.67326",
    .slope_formula = "λ(z > 0 ? 1 : αe^z)",
    .kink = "λα at 0, the slope from the left",
    .alpha = 1.67326324235437728f,
    .image = image,
    .slopes = slopes,
    .example_count = 5,
    .examples = { { -INFINITY, -1.7580993f, 0 }, { -1, -1.1113307f, 0.64676862f }, { 0, 0, 1.7580993f },
        { 1, 1.050701f, 1.050701f }, { 2, 2.101402f, 1.050701f } },
    .curve = &(const rl_curve){ CURVE_LOOPS },
};
