/* What the tests of src/data share: cmocka, files beside the tests, memory that fails when told. */
#ifndef RL_TESTS_DATA_TESTING_H
#define RL_TESTS_DATA_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "data/bytes.h"
#include "data/dataset.h"

static inline rl_bytes text_file(const char *text)
{
    return (rl_bytes){ "f.csv", (const unsigned char *)text, strlen(text) };
}

#define assert_fails(err, wanted_code, wanted_text)                                                                    \
    do {                                                                                                               \
        assert_string_equal((err).text, wanted_text);                                                                  \
        assert_int_equal((err).code, wanted_code);                                                                     \
    } while (0)

#define assert_same(a, b) assert_true((double)(a) == (double)(b))

/* The path of tests/data/files/name. */
static inline const char *beside(const char *name, char path[1024])
{
    const char *slash = strrchr(__FILE__, '/');
    snprintf(path, 1024, "%.*s/files/%s", (int)(slash ? slash - __FILE__ : 1), slash ? __FILE__ : ".", name);
    return path;
}

static inline void write_file(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

/* Memory that counts what lives, and fails at call number fail_at (1 is the first; 0: never). */
typedef struct {
    size_t calls, fail_at, living;
} counted;

static inline void *counted_resize(void *self, void *block, size_t bytes)
{
    counted *c = self;
    if (bytes == 0) {
        c->living -= block != NULL;
        free(block);
        return NULL;
    }
    if (++c->calls == c->fail_at)
        return NULL;
    c->living += block == NULL;
    return realloc(block, bytes);
}

static inline rl_memory counted_memory(counted *c)
{
    return (rl_memory){ counted_resize, c };
}

#endif
