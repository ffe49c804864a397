/* Which kernels this x86-64 processor can run. With FMA all variants but the plain ones fuse, so lanes 1 to 16
 * agree bit for bit; without, only the plain ones run, which agree among themselves. */
#include "kernel/kernel.h"

static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("bmi2");
}

static bool has_avx512(void)
{
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl");
}

rl_variant rl_variant_for(int lanes, bool float64)
{
    if (float64)
        return lanes == 1 ? RL_VARIANT_double1 : RL_VARIANTS;
    bool avx2 = has_avx2();
    switch (lanes) {
    case 1:
        return avx2 ? RL_VARIANT_avx2x1 : RL_VARIANT_plain1;
    case 4:
        return avx2 ? RL_VARIANT_avx2x4 : RL_VARIANT_plain4;
    case 8:
        return avx2 ? RL_VARIANT_avx2x8 : RL_VARIANTS;
    case 16:
        return has_avx512() ? RL_VARIANT_avx512x16 : RL_VARIANTS;
    default:
        return RL_VARIANTS;
    }
}

int rl_lanes_best(void)
{
    return has_avx512() ? 16 : has_avx2() ? 8 : 4;
}

const char *rl_processor_kernels(void)
{
    return has_avx512() ? "avx512" : has_avx2() ? "avx2" : "plain";
}
