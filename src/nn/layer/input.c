/* The input: its values are the caller's, and nothing is learned before it. */
#include "kernel/lane.h"
#include "nn/layer/layers.h"

static void nothing(const rl_call *call)
{
    (void)call;
}

const rl_layer RL_EXPORT(rl_layer_input) = { .forward = nothing, .backward = nothing };
