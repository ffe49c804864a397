#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64 };

static void *from_libc(void *self, void *block, size_t bytes)
{
    (void)self;
    if (bytes == 0) {
        free(block);
        return NULL;
    }
    return realloc(block, bytes);
}

static void *resize(rl_memory memory, void *block, size_t bytes)
{
    return (memory.resize ? memory.resize : from_libc)(memory.self, block, bytes);
}

/* Each block starts with what resize gave; the word before the aligned start says where that is. */
static void *start_of(void *block)
{
    void *start;
    memcpy(&start, (char *)block - sizeof start, sizeof start);
    return start;
}

void *rl_new(rl_memory memory, size_t count, size_t size, rl_error *err)
{
    if (rl_failed(err))
        return NULL;
    size_t bytes;
    char *start = NULL;
    if (!__builtin_mul_overflow(count, size, &bytes) && bytes <= SIZE_MAX / 2)
        start = resize(memory, NULL, bytes + ALIGNMENT + sizeof(void *));
    if (!start) {
        rl_fail(err, RL_NO_MEMORY, "out of memory: %zu elements of %zu bytes", count, size);
        return NULL;
    }
    char *block = start + sizeof(void *);
    block += (ALIGNMENT - (uintptr_t)block % ALIGNMENT) % ALIGNMENT;
    memcpy(block - sizeof start, &start, sizeof start);
    memset(block, 0, bytes);
    return block;
}

void *rl_grow(rl_memory memory, void *block, size_t old_count, size_t count, size_t size, rl_error *err)
{
    void *grown = rl_new(memory, count, size, err);
    if (!grown)
        return NULL;
    if (block) {
        memcpy(grown, block, (old_count < count ? old_count : count) * size);
        rl_free(memory, block);
    }
    return grown;
}

void rl_free(rl_memory memory, void *block)
{
    if (block)
        resize(memory, start_of(block), 0);
}

char *rl_copy_text(rl_memory memory, const char *text, rl_error *err)
{
    size_t bytes = strlen(text) + 1;
    char *copy = rl_new(memory, bytes, 1, err);
    return copy ? memcpy(copy, text, bytes) : NULL;
}
