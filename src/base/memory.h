/* Memory: one injected function behind everything, so that tests can make the n-th call fail. */
#ifndef RL_BASE_MEMORY_H
#define RL_BASE_MEMORY_H

#include "base/error.h"

/* count zeroed elements, aligned to 64 bytes (a cache line, the widest vector). NULL with err set when
 * there is no memory, when count · size overflows, or when err was set before. Zero elements give a
 * valid block. */
void *rl_new(rl_memory memory, size_t count, size_t size, rl_error *err);

/* Grows (or shrinks) a block of rl_new to count elements and keeps what it holds; new bytes are zero.
 * On failure the block stays as it was and NULL is returned. block may be NULL (then old_count is 0). */
void *rl_grow(rl_memory memory, void *block, size_t old_count, size_t count, size_t size, rl_error *err);

void rl_free(rl_memory memory, void *block); /* NULL is fine */

char *rl_copy_text(rl_memory memory, const char *text, rl_error *err);

#endif
