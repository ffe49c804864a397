/* Streams from the inside: rows of a file, block by block, in memory that does not grow with the file. */
#ifndef RL_DATA_STREAM_H
#define RL_DATA_STREAM_H

#include "data/array.h"

/* Rows of an npy file of 2 dimensions. any: numbers that are not finite are let through. */
rl_stream *rl_stream_npy(const char *path, bool any, rl_memory memory, rl_error *err);
/* Of an array in memory, which is borrowed. */
rl_stream *rl_stream_array(const rl_array *array, bool any, rl_memory memory, rl_error *err);
size_t rl_stream_features(const rl_stream *stream);

#endif
