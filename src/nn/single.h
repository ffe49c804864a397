/* The layers of a net of one lane, where they have a way of their own. */
#ifndef RL_NN_SINGLE_H
#define RL_NN_SINGLE_H

#include "kernel/gemm.h"
#include "nn/layer/layer.h"

enum { RL_GRAIN_OF_UNITS = 4, RL_GRAIN_OF_INPUTS = 64 }; /* by which a crew shares: whole tiles of the matrix product */

/* Forward takes at most RL_BLOCK_ROWS rows at once. scratch: [units + inputs][RL_BLOCK_ROWS] */
extern const rl_layer rl_single_dense;
/* One curve with one fixed α. */
extern const rl_layer rl_single_activation;
/* Max pooling two by two, side by side and without padding, which is what nearly everybody asks for. */
extern const rl_layer rl_single_max_pool;

/* The two halves of a dense layer's forward, for workers who share it: some rows of a block, x [rows][inputs] in turned
 * [inputs][RL_BLOCK_ROWS]; and then some units of a block whose rows are all turned. */
void rl_single_turn(const rl_gemm *gemm, size_t rows, size_t inputs, const float *x, float *turned);
void rl_single_forward_turned(const rl_call *call, const float *x_turned); /* units unit … last_unit - 1 */

#endif
