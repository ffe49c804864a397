/* Fuzzes what scan reads through the file system: a first byte chooses between the streams (npy, CSV, IDX), dumps (npz,
 * npy) and a box's CSV; the rest is the file. */
#include "base/error.h"
#include "data/stream.h"
#include "relive_study.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { FEATURES = 3 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static char folder[] = "/tmp/relive-fuzz-XXXXXX";
static char path[sizeof folder + 16];

static void clean_up(void)
{
    unlink(path);
    rmdir(folder);
}

static void write_file(const char *name, const uint8_t *bytes, size_t size)
{
    static bool made;
    if (!made) {
        if (!mkdtemp(folder))
            abort();
        made = true;
        atexit(clean_up);
    } else {
        unlink(path);
    }
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes, 1, size, file) != size || fclose(file) != 0)
        abort();
}

/* Every block is of the stream's width, and its numbers are there to be read. (npy and IDX files have the width that they
 * have, not the one asked for: who reads them compares, as scan does.) */
static void read_stream(void)
{
    rl_error err = { 0 };
    rl_stream *stream = rl_stream_open(path, FEATURES, (rl_data_config){ 0 }, &err);
    const rl_dataset *block;
    double sum = 0;
    while (stream && (block = rl_stream_next(stream, &err))) {
        if (block->features != rl_stream_features(stream) || block->rows == 0)
            abort();
        for (size_t i = 0; i < block->rows * block->features; i++)
            sum += (double)block->x[i];
    }
    if ((!stream && !rl_failed(&err)) || sum != sum)
        abort();
    rl_stream_free(stream);
}

static void scan_dump(void)
{
    rl_error err = { 0 };
    rl_scan scan = { 0 };
    rl_arm relu = { .curve = &rl_relu };
    if (rl_scan_dump(&scan, path, (rl_dump_config){ .arm = &relu }, &err) == rl_failed(&err))
        abort();
    if (!rl_failed(&err))
        rl_scan_free(&scan);
}

static void load_box(void)
{
    rl_error err = { 0 };
    rl_interval box[FEATURES];
    if (!rl_box_load(path, FEATURES, NULL, box, &err))
        return;
    for (int i = 0; i < FEATURES; i++)
        if (!(box[i].lo <= box[i].hi))
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const struct {
        const char *name;
        void (*read)(void);
    } readers[] = { { "x.npy", read_stream }, { "x.csv", read_stream }, { "x.idx", read_stream },
        { "z.npz", scan_dump }, { "z.npy", scan_dump }, { "box.csv", load_box } };
    if (size == 0)
        return 0;
    write_file(readers[bytes[0] % 6].name, bytes + 1, size - 1);
    readers[bytes[0] % 6].read();
    return 0;
}
