/* An IDX file is two zero bytes, a type, the number of dimensions, each dimension in 4 bytes (highest first), and the
 * numbers, highest byte first. So the first 4 + 4·dimensions bytes say how long the file must be. */
#include "data/idx.h"
#include "base/memory.h"
#include "data/gzip.h"

#include <stdio.h>

enum { MOST_DIMENSIONS = 255, LONGEST_HEADER = 4 + 4 * MOST_DIMENSIONS };

static const struct {
    unsigned char code;
    rl_number number;
} types[] = {
    { 0x08, { 'u', 1, true } },
    { 0x09, { 'i', 1, true } },
    { 0x0B, { 'i', 2, true } },
    { 0x0C, { 'i', 4, true } },
    { 0x0D, { 'f', 4, true } },
    { 0x0E, { 'f', 8, true } },
};

static const rl_number *type_of(unsigned char code)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i].code == code)
            return &types[i].number;
    return NULL;
}

static size_t dimension(const unsigned char *bytes)
{
    return (size_t)bytes[0] << 24 | (size_t)bytes[1] << 16 | (size_t)bytes[2] << 8 | bytes[3];
}

/* Reads the header; start may be the beginning of a longer file. promised: the whole file's size. */
static bool read_header(rl_bytes start, rl_array *array, size_t *promised, rl_error *err)
{
    const unsigned char *bytes = start.bytes;
    if (start.size < 4 || bytes[0] || bytes[1])
        return rl_fail(err, RL_BAD_FILE, "%.100s: expected an IDX file (it starts with two zero bytes), found %s",
            start.name, start.size == 0 ? "an empty file" : "another or a truncated one");
    const rl_number *number = type_of(bytes[2]);
    if (!number)
        return rl_fail(err, RL_BAD_FILE, "%.100s: expected an IDX type 0x08, 0x09 or 0x0B to 0x0E, found 0x%02X",
            start.name, bytes[2]);
    size_t rank = bytes[3], header = 4 + 4 * rank;
    if (start.size < header)
        return rl_fail(err, RL_BAD_FILE, "%.100s: expected an IDX header of %zu bytes, found the end of the file",
            start.name, header);
    size_t sizes[MOST_DIMENSIONS + 1], count, columns;
    for (size_t i = 0; i < rank; i++)
        sizes[i] = dimension(bytes + 4 + 4 * i);
    sizes[rank] = number->size;
    if (!rl_multiply_sizes(sizes, rank + 1, &count) || __builtin_add_overflow(count, header, promised))
        return rl_fail(err, RL_BAD_FILE, "%.100s: IDX header: the product of the dimensions overflows", start.name);
    if (rank == 0 || count == 0)
        return rl_fail(err, RL_BAD_FILE, "%.100s: expected at least one number, found none", start.name);
    rl_multiply_sizes(sizes + 1, rank - 1, &columns);
    *array = (rl_array){
        .name = start.name,
        .bytes = bytes + header,
        .number = *number,
        .rank = (int)rank,
        .rows = sizes[0],
        .columns = columns,
    };
    return true;
}

static bool fail_size(const char *name, size_t promised, const char *found, rl_error *err)
{
    return rl_fail(
        err, RL_BAD_FILE, "%.100s: expected %zu bytes as its IDX header says, found %s", name, promised, found);
}

bool rl_idx_open(rl_bytes file, rl_array *array, rl_error *err)
{
    size_t promised;
    if (rl_failed(err) || !read_header(file, array, &promised, err))
        return false;
    char found[24];
    snprintf(found, sizeof found, "%zu", file.size);
    return promised == file.size || fail_size(file.name, promised, found, err);
}

/* Unpacks the header first: it says how much memory is needed, and the packed file's size says whether it can be so
 * much. The room of one byte more than promised tells a file that holds more. */
static bool unpack(rl_bytes packed, rl_memory memory, rl_bytes *plain, rl_error *err)
{
    unsigned char start[LONGEST_HEADER];
    rl_array array;
    size_t used, promised = 0;
    if (!rl_gunzip(packed, start, sizeof start, &used, memory, err) ||
        !read_header((rl_bytes){ packed.name, start, used }, &array, &promised, err))
        return false;
    if (promised / RL_GZIP_BEST_RATIO > packed.size || promised == SIZE_MAX)
        return fail_size(packed.name, promised, "a gzip file too small for that", err);
    unsigned char *bytes = rl_new(memory, promised + 1, 1, err);
    if (!bytes)
        return false;
    bool done = rl_gunzip(packed, bytes, promised + 1, &used, memory, err) &&
                (used <= promised || fail_size(packed.name, promised, "more", err));
    if (!done) {
        rl_free(memory, bytes);
        return false;
    }
    *plain = (rl_bytes){ packed.name, bytes, used };
    return true;
}

/* Opens a file that may be packed. *unpacked, to be freed, is NULL if it was not. */
static bool open_either(rl_bytes file, rl_array *array, rl_memory memory, unsigned char **unpacked, rl_error *err)
{
    *unpacked = NULL;
    if (rl_failed(err))
        return false;
    rl_bytes plain = file;
    if (rl_is_gzip(file)) {
        if (!unpack(file, memory, &plain, err))
            return false;
        *unpacked = (unsigned char *)plain.bytes;
    }
    return rl_idx_open(plain, array, err);
}

/* A list of numbers given as images is most likely the labels' file. */
static bool check_rank(const rl_array *images, rl_error *err)
{
    return images->rank >= 2 ||
           rl_fail(err, RL_BAD_FILE, "%.100s: expected images in 2 or more dimensions, found 1", images->name);
}

rl_dataset *rl_idx_parse(rl_bytes images, rl_bytes labels, bool regression, rl_memory memory, rl_error *err)
{
    rl_array x, y;
    unsigned char *unpacked_x = NULL, *unpacked_y = NULL;
    rl_dataset *data = NULL;
    if (open_either(images, &x, memory, &unpacked_x, err) && open_either(labels, &y, memory, &unpacked_y, err) &&
        check_rank(&x, err))
        data = rl_data_from_arrays(&x, &y, regression, memory, err);
    rl_free(memory, unpacked_x);
    rl_free(memory, unpacked_y);
    return data;
}
