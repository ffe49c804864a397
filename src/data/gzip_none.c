/* In place of gzip.c in a build without zlib. */
#include "data/gzip.h"

bool rl_gunzip(rl_bytes file, unsigned char *out, size_t room, size_t *used, rl_memory memory, rl_error *err)
{
    (void)out;
    (void)room;
    (void)memory;
    *used = 0;
    return rl_fail(err, RL_MISSING,
        "%.100s: this build cannot read gzip; install zlib (Debian: zlib1g-dev) and build again, or unpack the file",
        file.name);
}

bool rl_is_gzip(rl_bytes file)
{
    return file.size >= 2 && file.bytes[0] == 0x1F && file.bytes[1] == 0x8B;
}
