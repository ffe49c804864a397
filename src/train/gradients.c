/* Which gradient kernels serve a variant. */
#include "train/gradient/gradient.h"

#define DECLARE(name, lanes, float64) extern const rl_gradient_kernels rl_gradient_set_##name;
extern const rl_gradient_kernels rl_gradient_set;
RL_SUFFIXED_VARIANTS(DECLARE)

const rl_gradient_kernels *rl_gradient_kernels_of(rl_variant variant)
{
#define ADDRESS(name, lanes, float64) &rl_gradient_set_##name,
    static const rl_gradient_kernels *const all[RL_VARIANTS] = { &rl_gradient_set, RL_SUFFIXED_VARIANTS(ADDRESS) };
    return all[variant];
}
