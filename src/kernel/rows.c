/* Which movers of rows serve a variant. */
#include "kernel/kernel.h"

#define DECLARE(name, lanes, float64) extern const rl_rows rl_rows_kernels_##name;
extern const rl_rows rl_rows_kernels;
RL_SUFFIXED_VARIANTS(DECLARE)

#define ADDRESS(name, lanes, float64) &rl_rows_kernels_##name,
static const rl_rows *const all[RL_VARIANTS] = { &rl_rows_kernels, RL_SUFFIXED_VARIANTS(ADDRESS) };

const rl_rows *rl_rows_of(rl_variant variant)
{
    return all[variant];
}

const rl_rows *rl_rows_widest(void)
{
    return rl_rows_of(rl_variant_for(rl_lanes_best(), false));
}
