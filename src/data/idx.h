/* IDX files, as MNIST's: examples of any shape, taken as rows of numbers, in one; labels in another. Either may be
 * packed by gzip, which its first bytes tell. Format: LeCun, Cortes, Burges, "The MNIST database". */
#ifndef RL_DATA_IDX_H
#define RL_DATA_IDX_H

#include "data/array.h"

/* Allocates nothing: array borrows the file's bytes, which must be unpacked. */
bool rl_idx_open(rl_bytes file, rl_array *array, rl_error *err);

rl_dataset *rl_idx_parse(rl_bytes images, rl_bytes labels, bool regression, rl_memory memory, rl_error *err);

#endif
