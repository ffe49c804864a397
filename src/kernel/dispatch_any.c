/* Any other processor: the portable kernels, one lane or four. */
#include "kernel/kernel.h"

rl_variant rl_variant_for(int lanes, bool float64)
{
    if (float64)
        return lanes == 1 ? RL_VARIANT_double1 : RL_VARIANTS;
    return lanes == 1 ? RL_VARIANT_plain1 : lanes == 4 ? RL_VARIANT_plain4 : RL_VARIANTS;
}

int rl_lanes_best(void)
{
    return 4;
}

const char *rl_processor_kernels(void)
{
    return "plain";
}
