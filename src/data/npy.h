/* NumPy's .npy files, versions 1 to 3: features [rows][columns] in one, labels [rows] in another.
 * Numbers may be bool, integers of 1 to 8 bytes, or floating point of 4 or 8, of either byte order, in C's or Fortran's
 * order. Format: numpy.lib.format. */
#ifndef RL_DATA_NPY_H
#define RL_DATA_NPY_H

#include "data/array.h"

/* Allocates nothing: array borrows the file's bytes. */
bool rl_npy_open(rl_bytes file, rl_array *array, rl_error *err);

rl_dataset *rl_npy_parse(rl_bytes x, rl_bytes y, bool regression, rl_memory memory, rl_error *err);

#endif
