/* The CSV files of data/, compiled in. The tables are written by data/embed.cmake during the build. */
#ifndef RL_DATA_EMBEDDED_H
#define RL_DATA_EMBEDDED_H

#include "data/bytes.h"

extern const rl_bytes rl_embedded[]; /* [rl_embedded_count], by name: "digits", … */
extern const size_t rl_embedded_count;

#endif
