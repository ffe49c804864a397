#include "data/gzip.h"
#include "base/memory.h"

#include <limits.h>
#include <zlib.h>

static void *take(void *memory, unsigned count, unsigned size)
{
    rl_error unheard = { 0 }; /* zlib reports it as Z_MEM_ERROR */
    return rl_new(*(const rl_memory *)memory, count, size, &unheard);
}

static void give(void *memory, void *block)
{
    rl_free(*(const rl_memory *)memory, block);
}

static bool fail(rl_bytes file, int code, rl_error *err)
{
    if (code == Z_MEM_ERROR)
        return rl_fail(err, RL_NO_MEMORY, "out of memory while unpacking %.100s", file.name);
    return rl_fail(err, RL_BAD_FILE, "%.100s: expected a whole gzip file, found a %s one", file.name,
        code == Z_BUF_ERROR ? "truncated" : "damaged");
}

static unsigned at_most(size_t size)
{
    return size < UINT_MAX ? (unsigned)size : UINT_MAX;
}

/* A gzip file is one or more members, each with its own check sum. */
static bool inflate_members(
    rl_bytes file, z_stream *stream, unsigned char *out, size_t room, size_t *used, rl_error *err)
{
    size_t read = 0;
    *used = 0;
    for (;;) {
        unsigned in = at_most(file.size - read), space = at_most(room - *used);
        stream->next_in = (unsigned char *)file.bytes + read; /* zlib only reads there */
        stream->next_out = out + *used;
        stream->avail_in = in;
        stream->avail_out = space;
        int code = inflate(stream, Z_NO_FLUSH);
        read += in - stream->avail_in;
        *used += space - stream->avail_out;
        if (code == Z_STREAM_END) {
            if (read == file.size)
                return true;
            code = inflateReset(stream);
        }
        if (code != Z_OK && code != Z_BUF_ERROR)
            return fail(file, code, err);
        if (*used == room)
            return true;
        if (code == Z_BUF_ERROR)
            return fail(file, code, err);
    }
}

bool rl_gunzip(rl_bytes file, unsigned char *out, size_t room, size_t *used, rl_memory memory, rl_error *err)
{
    if (rl_failed(err))
        return false;
    z_stream stream = { .zalloc = take, .zfree = give, .opaque = &memory };
    enum { GZIP_ONLY = 16 + MAX_WBITS };
    int code = inflateInit2(&stream, GZIP_ONLY);
    if (code != Z_OK)
        return fail(file, code, err);
    bool done = inflate_members(file, &stream, out, room, used, err);
    inflateEnd(&stream);
    return done;
}

bool rl_is_gzip(rl_bytes file)
{
    return file.size >= 2 && file.bytes[0] == 0x1F && file.bytes[1] == 0x8B;
}
