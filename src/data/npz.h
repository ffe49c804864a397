/* NumPy's .npz files: a zip archive of npy files. npz.c reads them with libzip; npz_none.c takes its place in a build
 * without, and says so. */
#ifndef RL_DATA_NPZ_H
#define RL_DATA_NPZ_H

#include "data/bytes.h"

typedef struct rl_npz rl_npz;
rl_npz *rl_npz_open(const char *path, rl_memory memory, rl_error *err);
void rl_npz_free(rl_npz *npz);
size_t rl_npz_count(const rl_npz *npz);
const char *rl_npz_name(const rl_npz *npz, size_t index); /* without the ".npy" */
/* One npy file, whole. The caller gives bytes->bytes back with rl_free; their name lives as long as npz. */
bool rl_npz_read(rl_npz *npz, size_t index, rl_bytes *bytes, rl_error *err);

#endif
