/* Unpacking gzip. gzip.c does it with zlib; gzip_none.c takes its place in a build without, and says so. */
#ifndef RL_DATA_GZIP_H
#define RL_DATA_GZIP_H

#include "data/bytes.h"

bool rl_is_gzip(rl_bytes file);

/* Deflate cannot pack better than this, so a file's size bounds what it unpacks to (zlib's technical details). */
enum { RL_GZIP_BEST_RATIO = 1032 };

/* Unpacks into out [room], no further, and tells how much that was: *used == room may mean that there is more. If all
 * of the file fitted with room to spare, its check sums were right. */
bool rl_gunzip(rl_bytes file, unsigned char *out, size_t room, size_t *used, rl_memory memory, rl_error *err);

#endif
