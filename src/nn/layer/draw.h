/* Random numbers for the layers that draw: uniform on [low, high), one for each value and lane, each lane from its
 * own seed, so that a lane draws in a pack what it draws alone. */
#ifndef RL_NN_DRAW_H
#define RL_NN_DRAW_H

#include "kernel/lane.h"
#include "nn/layer/layer.h"
#include "num/random.h"

static inline void draw_uniform(const rl_call *call, rl_purpose purpose, double low, double high)
{
    real *drawn = call->drawn; /* [batch][units][LANES] */
    for (int l = 0; l < LANES; l++) {
        rl_random random = rl_random_stream(call->seeds[l], purpose, call->stream);
        random.at = call->first * call->units;
        for (size_t i = 0; i < call->batch * call->units; i++)
            drawn[i * LANES + (size_t)l] = (real)(low + (high - low) * (rl_random_bits(&random) >> 8) * 0x1p-24);
    }
}

#endif
