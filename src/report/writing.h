/* A text that grows while it is written. An allocation that fails sets the error; everything after it does
 * nothing, so a page is written as prose with one check at its end. */
#ifndef RL_REPORT_WRITING_H
#define RL_REPORT_WRITING_H

#include "base/memory.h"

typedef struct {
    char *text; /* NULL while empty; ends in 0 */
    size_t length, room;
    rl_memory memory;
    rl_error *err;
} rl_writing;

rl_writing rl_writing_begin(rl_memory memory, rl_error *err);
void rl_write(rl_writing *to, const char *format, ...) __attribute__((format(printf, 2, 3)));
void rl_write_bytes(rl_writing *to, const char *bytes, size_t count);
void rl_write_html(rl_writing *to, const char *text); /* & < > " ' escaped, control characters as spaces */
void rl_writing_drop(rl_writing *writing);            /* frees what was written */
char *rl_writing_end(rl_writing *writing);            /* as a block of malloc; NULL after a failure. Drops. */

#endif
