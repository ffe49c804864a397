/* Files, written whole or not at all, and read with a bound.
 *
 * A draft is a file that nobody sees yet: it is written beside its place and moved there by rl_draft_publish; until
 * then, and after any failure, the place holds what it held before. Sealing a draft brings it to the disk, where a
 * full one shows; so whoever has several files to write from one run seals all before publishing the first.
 *
 * Errors name the path. RL_BAD_FILE: a place that cannot be written or read; RL_MISSING: the disk is full. */
#ifndef RL_FORMAT_FILE_H
#define RL_FORMAT_FILE_H

#include "base/memory.h"

/* bytes at path, all of them or no change. A device or pipe (/dev/stdout) is simply written to. */
bool rl_write_file(const char *path, const void *bytes, size_t count, rl_error *err);

typedef struct rl_draft rl_draft;
rl_draft *rl_draft_open(const char *path, rl_memory memory, rl_error *err);
bool rl_draft_write(rl_draft *draft, const void *bytes, size_t count, rl_error *err);
bool rl_draft_seal(rl_draft *draft, rl_error *err);
/* Seals if need be, moves the file to its place and frees the draft. Given an error, or in case of one, discards it. */
bool rl_draft_publish(rl_draft *draft, rl_error *err);
void rl_draft_discard(rl_draft *draft); /* NULL is fine */

/* The whole file in one block of rl_new, with a NUL after its *count bytes. Refuses more than most bytes. */
char *rl_read_file(const char *path, size_t most, size_t *count, rl_memory memory, rl_error *err);

#endif
