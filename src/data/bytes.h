/* A file's content in memory, and how error messages show pieces of it. */
#ifndef RL_DATA_BYTES_H
#define RL_DATA_BYTES_H

#include "base/error.h"

typedef struct {
    const char *name; /* what error messages call it */
    const unsigned char *bytes;
    size_t size;
} rl_bytes;

/* A piece of hostile text, fit for a message: at most 40 bytes, control characters and broken UTF-8 as '?'. */
typedef struct {
    char text[44];
} rl_shown;
rl_shown rl_show(const char *text, size_t length);

/* No control characters, valid UTF-8: can be printed, and written as JSON. */
bool rl_is_printable(const char *text, size_t length);

#endif
