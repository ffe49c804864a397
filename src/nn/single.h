/* The layers of a net of one lane, where they have a way of their own. */
#ifndef RL_NN_SINGLE_H
#define RL_NN_SINGLE_H

#include "kernel/gemm.h"
#include "nn/layer/layer.h"

/* Forward and backward take at most RL_BLOCK_ROWS rows at once. scratch: [inputs + units][RL_BLOCK_ROWS] */
extern const rl_layer rl_single_dense;
/* One curve with one fixed α. */
extern const rl_layer rl_single_activation;

#endif
