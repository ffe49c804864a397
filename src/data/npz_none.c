/* In a build without libzip: says so. */
#include "data/npz.h"

rl_npz *rl_npz_open(const char *path, rl_memory memory, rl_error *err)
{
    (void)memory;
    rl_fail(err, RL_MISSING, "%.100s: this build cannot read npz files: it was made without libzip", path);
    return NULL;
}

void rl_npz_free(rl_npz *npz)
{
    (void)npz;
}

size_t rl_npz_count(const rl_npz *npz)
{
    (void)npz;
    return 0;
}

const char *rl_npz_name(const rl_npz *npz, size_t index)
{
    (void)npz, (void)index;
    return "";
}

bool rl_npz_read(rl_npz *npz, size_t index, rl_bytes *bytes, rl_error *err)
{
    (void)npz, (void)index, (void)bytes;
    return rl_fail(err, RL_MISSING, "this build cannot read npz files: it was made without libzip");
}
