#define _POSIX_C_SOURCE 200809L /* stat and fstat */
#include "data/file.h"
#include "base/memory.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static bool fail(rl_error *err, const char *path, const char *why)
{
    return rl_fail(err, RL_BAD_FILE, "%.160s: %s", path, why);
}

/* Asked before opening, since opening a pipe would wait for somebody to write into it. */
static bool check_kind(const char *path, rl_error *err)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return fail(err, path, strerror(errno));
    if (S_ISDIR(status.st_mode))
        return fail(err, path, "is a folder, expected a file");
    if (!S_ISREG(status.st_mode))
        return fail(err, path, "is not a regular file");
    return true;
}

static bool read_open_file(FILE *stream, const char *path, rl_memory memory, rl_bytes *file, rl_error *err)
{
    struct stat status;
    if (fstat(fileno(stream), &status) != 0)
        return fail(err, path, strerror(errno));
    if (status.st_size < 0 || (uintmax_t)status.st_size > SIZE_MAX)
        return rl_fail(err, RL_NO_MEMORY, "%.160s: too large for memory", path);
    size_t size = (size_t)status.st_size;
    rl_error unheard = { 0 }; /* ours names the file */
    unsigned char *bytes = rl_new(memory, size, 1, &unheard);
    if (!bytes)
        return rl_fail(err, RL_NO_MEMORY, "%.160s: its %zu bytes do not fit in memory", path, size);
    size_t have = fread(bytes, 1, size, stream);
    if (have != size) {
        fail(err, path, ferror(stream) ? strerror(errno) : "the file shrank while it was read");
        rl_free(memory, bytes);
        return false;
    }
    *file = (rl_bytes){ path, bytes, size };
    return true;
}

bool rl_file_read(const char *path, rl_memory memory, rl_bytes *file, rl_error *err)
{
    *file = (rl_bytes){ .name = path };
    if (rl_failed(err) || !check_kind(path, err))
        return false;
    FILE *stream = fopen(path, "rb");
    if (!stream)
        return fail(err, path, strerror(errno));
    bool done = read_open_file(stream, path, memory, file, err);
    fclose(stream);
    return done;
}

void rl_file_free(rl_memory memory, rl_bytes *file)
{
    rl_free(memory, (void *)file->bytes);
    *file = (rl_bytes){ .name = file->name };
}

bool rl_file_exists(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0;
}
