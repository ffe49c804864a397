#include "data/npz.h"
#include "base/memory.h"

#include <stdio.h>
#include <string.h>
#include <zip.h>

/* More members than this are no layers; and nothing packs better than deflate at its best (zlib's technical details). */
enum { MOST_MEMBERS = 4096, BEST_RATIO = 1032 };

struct rl_npz {
    rl_memory memory;
    char *path;
    zip_t *zip;
    size_t count;
    char **names;  /* [count] as the archive has them, without ".npy" */
    char **labels; /* [count] "file.npz: name", for errors */
};

void rl_npz_free(rl_npz *npz)
{
    if (!npz)
        return;
    for (size_t i = 0; i < npz->count; i++) {
        if (npz->names)
            rl_free(npz->memory, npz->names[i]);
        if (npz->labels)
            rl_free(npz->memory, npz->labels[i]);
    }
    rl_free(npz->memory, npz->names);
    rl_free(npz->memory, npz->labels);
    if (npz->zip)
        zip_discard(npz->zip);
    rl_free(npz->memory, npz->path);
    rl_free(npz->memory, npz);
}

static bool read_names(rl_npz *npz, rl_error *err)
{
    zip_int64_t count = zip_get_num_entries(npz->zip, 0);
    if (count < 1 || count > MOST_MEMBERS)
        return rl_fail(
            err, RL_BAD_FILE, "%.140s: expected 1 to %d arrays, found %lld", npz->path, MOST_MEMBERS, (long long)count);
    npz->names = rl_new(npz->memory, (size_t)count, sizeof *npz->names, err);
    npz->labels = rl_new(npz->memory, (size_t)count, sizeof *npz->labels, err);
    if (rl_failed(err))
        return false;
    npz->count = (size_t)count;
    for (size_t i = 0; i < npz->count; i++) {
        const char *name = zip_get_name(npz->zip, i, 0);
        npz->names[i] = rl_copy_text(npz->memory, name ? name : "", err);
        if (rl_failed(err))
            return false;
        size_t length = strlen(npz->names[i]);
        if (length > 4 && strcmp(npz->names[i] + length - 4, ".npy") == 0)
            npz->names[i][length - 4] = '\0';
        size_t room = strlen(npz->path) + strlen(npz->names[i]) + 3;
        npz->labels[i] = rl_new(npz->memory, room, 1, err);
        if (rl_failed(err))
            return false;
        snprintf(npz->labels[i], room, "%s: %s", npz->path, npz->names[i]);
    }
    return true;
}

rl_npz *rl_npz_open(const char *path, rl_memory memory, rl_error *err)
{
    rl_npz *npz = rl_new(memory, 1, sizeof *npz, err);
    if (!npz)
        return NULL;
    *npz = (rl_npz){ .memory = memory };
    npz->path = rl_copy_text(memory, path, err);
    int code = 0;
    npz->zip = rl_failed(err) ? NULL : zip_open(path, ZIP_RDONLY, &code);
    if (!npz->zip && !rl_failed(err)) {
        zip_error_t why;
        zip_error_init_with_code(&why, code);
        rl_fail(err, RL_BAD_FILE, "%.140s: expected an npz file (a zip archive): %s", path, zip_error_strerror(&why));
        zip_error_fini(&why);
    }
    if (npz->zip && read_names(npz, err))
        return npz;
    rl_npz_free(npz);
    return NULL;
}

size_t rl_npz_count(const rl_npz *npz)
{
    return npz->count;
}

const char *rl_npz_name(const rl_npz *npz, size_t index)
{
    return npz->names[index];
}

bool rl_npz_read(rl_npz *npz, size_t index, rl_bytes *bytes, rl_error *err)
{
    zip_stat_t status;
    *bytes = (rl_bytes){ .name = npz->labels[index] };
    if (rl_failed(err))
        return false;
    if (zip_stat_index(npz->zip, index, 0, &status) != 0 || !(status.valid & ZIP_STAT_SIZE) ||
        !(status.valid & ZIP_STAT_COMP_SIZE) || status.size / BEST_RATIO > status.comp_size ||
        status.size > SIZE_MAX / 2)
        return rl_fail(err, RL_BAD_FILE, "%.140s: expected a packed npy file, found a damaged entry", bytes->name);
    size_t size = (size_t)status.size;
    rl_error unheard = { 0 }; /* ours names the file */
    unsigned char *to = rl_new(npz->memory, size + 1, 1, &unheard);
    if (!to)
        return rl_fail(err, RL_NO_MEMORY, "%.140s: its %zu bytes do not fit in memory", bytes->name, size);
    zip_file_t *file = zip_fopen_index(npz->zip, index, 0);
    size_t have = 0;
    for (zip_int64_t got = 1; file && got > 0 && have <= size; have += got > 0 ? (size_t)got : 0)
        got = zip_fread(file, to + have, size + 1 - have);
    bool whole = file && have == size && zip_error_code_zip(zip_file_get_error(file)) == ZIP_ER_OK;
    if (file)
        zip_fclose(file);
    if (!whole) {
        rl_free(npz->memory, to);
        return rl_fail(
            err, RL_BAD_FILE, "%.140s: expected %zu bytes, found a damaged or protected entry", bytes->name, size);
    }
    bytes->bytes = to;
    bytes->size = size;
    return true;
}
