/* Whole files into memory. Only this part of the data layer touches the file system. */
#ifndef RL_DATA_FILE_H
#define RL_DATA_FILE_H

#include "data/bytes.h"

/* Reads a regular file. The caller gives the bytes back with rl_file_free; path must live as long. */
bool rl_file_read(const char *path, rl_memory memory, rl_bytes *file, rl_error *err);
void rl_file_free(rl_memory memory, rl_bytes *file);

bool rl_file_exists(const char *path);

#endif
