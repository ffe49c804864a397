/* In place of file.c on a machine without files: a page's engine, which is given its data. */
#include "data/file.h"

bool rl_file_read(const char *path, rl_memory memory, rl_bytes *file, rl_error *err)
{
    (void)memory;
    *file = (rl_bytes){ .name = path };
    return rl_fail(err, RL_MISSING, "%.160s: this build reads no files", path);
}

void rl_file_free(rl_memory memory, rl_bytes *file)
{
    (void)memory;
    *file = (rl_bytes){ .name = file->name };
}

bool rl_file_exists(const char *path)
{
    (void)path;
    return false;
}
