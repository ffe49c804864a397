/* Which matrix product serves a variant. */
#include "kernel/gemm.h"

#define DECLARE(name, lanes, float64) extern const rl_gemm rl_gemm_kernels_##name;
extern const rl_gemm rl_gemm_kernels;
RL_SUFFIXED_VARIANTS(DECLARE)

#define ADDRESS(name, lanes, float64) &rl_gemm_kernels_##name,
static const rl_gemm *const all[RL_VARIANTS] = { &rl_gemm_kernels, RL_SUFFIXED_VARIANTS(ADDRESS) };

const rl_gemm *rl_gemm_of(rl_variant variant)
{
    return all[variant];
}
