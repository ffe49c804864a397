/* An .npy file is
 *
 *     \x93NUMPY  major minor  length of the header (2 bytes in version 1, 4 in 2 and 3, lowest first)
 *     {'descr': '<f4', 'fortran_order': False, 'shape': (150, 4), }      a Python literal
 *     the numbers
 *
 * The header's keys may come in any order, each exactly once. */
#include "data/npy.h"

#include <string.h>

enum { MOST_DIMENSIONS = 32 };

typedef struct {
    const char *at, *end;
    const char *name;
} scanner;

typedef struct {
    rl_number number;
    bool by_column;
    size_t rank, shape[MOST_DIMENSIONS];
} header;

static bool fail_header(const scanner *from, const char *expected, rl_error *err)
{
    return rl_fail(err, RL_BAD_FILE, "%.100s: npy header: expected %s, found \"%s\"", from->name, expected,
        rl_show(from->at, (size_t)(from->end - from->at)).text);
}

static void skip_spaces(scanner *from)
{
    while (from->at < from->end && (*from->at == ' ' || *from->at == '\n' || *from->at == '\t'))
        from->at++;
}

/* Passes over word if it comes next. */
static bool takes(scanner *from, const char *word)
{
    skip_spaces(from);
    size_t length = strlen(word);
    if ((size_t)(from->end - from->at) < length || memcmp(from->at, word, length) != 0)
        return false;
    from->at += length;
    return true;
}

static bool expect(scanner *from, const char *word, rl_error *err)
{
    return takes(from, word) || fail_header(from, word, err);
}

/* A type such as '<f4'. '=' would mean the byte order of a machine that we do not know. */
static bool read_type(scanner *from, header *found, rl_error *err)
{
    static const char expected[] =
        "a type such as '<f4', '<f8', '<i8', '|u1' or '|b1' (bool, integers, float32, float64)";
    scanner start = *from;
    if (!takes(from, "'") && !takes(from, "\""))
        return fail_header(&start, expected, err);
    if (from->end - from->at < 4 || (from->at[3] != '\'' && from->at[3] != '"'))
        return fail_header(&start, expected, err);
    char order = from->at[0], kind = from->at[1], digit = from->at[2];
    size_t size = digit >= '1' && digit <= '8' ? (size_t)(digit - '0') : 0;
    bool power = size == 1 || size == 2 || size == 4 || size == 8;
    bool known = kind == 'f'                  ? size == 4 || size == 8
                 : kind == 'b'                ? size == 1
                 : kind == 'i' || kind == 'u' ? power
                                              : false;
    bool ordered = order == '<' || order == '>' || (order == '|' && size == 1);
    if (!known || !ordered)
        return fail_header(&start, expected, err);
    found->number = (rl_number){ kind == 'b' ? 'u' : kind, size, order == '>' };
    from->at += 4;
    return true;
}

static bool read_order(scanner *from, header *found, rl_error *err)
{
    found->by_column = takes(from, "True");
    return found->by_column || takes(from, "False") || fail_header(from, "True or False", err);
}

static bool read_size(scanner *from, size_t *size, rl_error *err)
{
    skip_spaces(from);
    scanner start = *from;
    *size = 0;
    while (from->at < from->end && *from->at >= '0' && *from->at <= '9') {
        size_t digit = (size_t)(*from->at++ - '0');
        if (__builtin_mul_overflow(*size, 10, size) || __builtin_add_overflow(*size, digit, size))
            return fail_header(&start, "a size that fits in memory", err);
    }
    return from->at != start.at || fail_header(&start, "a size", err);
}

static bool read_shape(scanner *from, header *found, rl_error *err)
{
    if (!expect(from, "(", err))
        return false;
    while (!takes(from, ")")) {
        if (found->rank == MOST_DIMENSIONS)
            return fail_header(from, "at most 32 dimensions", err);
        if (!read_size(from, &found->shape[found->rank++], err))
            return false;
        if (!takes(from, ",")) {
            if (!expect(from, ")", err))
                return false;
            break;
        }
    }
    return true;
}

static const struct {
    const char *key;
    bool (*read)(scanner *from, header *found, rl_error *err);
} entries[] = {
    { "descr", read_type },
    { "fortran_order", read_order },
    { "shape", read_shape },
};
enum { ENTRIES = sizeof entries / sizeof *entries };

/* The index of the key that comes next, or ENTRIES. */
static size_t take_key(scanner *from)
{
    scanner start = *from;
    for (size_t i = 0; i < ENTRIES; i++) {
        if (takes(from, "'") && takes(from, entries[i].key) && takes(from, "'") && takes(from, ":"))
            return i;
        *from = start;
    }
    return ENTRIES;
}

static bool read_header(scanner *from, header *found, rl_error *err)
{
    bool seen[ENTRIES] = { false };
    if (!expect(from, "{", err))
        return false;
    while (!takes(from, "}")) {
        scanner start = *from;
        size_t key = take_key(from);
        if (key == ENTRIES || seen[key])
            return fail_header(&start, "each of 'descr', 'fortran_order' and 'shape' once", err);
        seen[key] = true;
        if (!entries[key].read(from, found, err))
            return false;
        if (!takes(from, ",")) {
            if (!expect(from, "}", err))
                return false;
            break;
        }
    }
    for (size_t i = 0; i < ENTRIES; i++)
        if (!seen[i])
            return rl_fail(
                err, RL_BAD_FILE, "%.100s: npy header: expected the key '%s', found none", from->name, entries[i].key);
    skip_spaces(from);
    return from->at == from->end || fail_header(from, "nothing after the closing brace", err);
}

/* Finds the header's text and the numbers behind it. */
static bool find_header(rl_bytes file, scanner *text, size_t *numbers_at, rl_error *err)
{
    static const unsigned char magic[6] = { 0x93, 'N', 'U', 'M', 'P', 'Y' };
    if (file.size < 10 || memcmp(file.bytes, magic, sizeof magic) != 0)
        return rl_fail(err, RL_BAD_FILE, "%.100s: expected an npy file (it starts with \\x93NUMPY), found %s",
            file.name, file.size == 0 ? "an empty file" : "another or a truncated one");
    const unsigned char *bytes = file.bytes;
    size_t start = bytes[6] == 1 ? 10 : 12;
    if (bytes[6] < 1 || bytes[6] > 3)
        return rl_fail(err, RL_BAD_FILE, "%.100s: expected npy version 1, 2 or 3, found %d", file.name, bytes[6]);
    size_t length = bytes[8] | (size_t)bytes[9] << 8;
    if (start == 12 && file.size >= 12)
        length |= (size_t)bytes[10] << 16 | (size_t)bytes[11] << 24;
    if (file.size < start || length > file.size - start)
        return rl_fail(err, RL_BAD_FILE, "%.100s: expected an npy header of %zu bytes, found the end of the file",
            file.name, length);
    const char *first = (const char *)bytes + start;
    *text = (scanner){ first, first + length, file.name };
    *numbers_at = start + length;
    return true;
}

bool rl_npy_open(rl_bytes file, rl_array *array, rl_error *err)
{
    scanner text;
    size_t numbers_at = 0;
    header found = { .rank = 0 };
    if (rl_failed(err) || !find_header(file, &text, &numbers_at, err) || !read_header(&text, &found, err))
        return false;
    size_t count, bytes, columns;
    if (!rl_multiply_sizes(found.shape, found.rank, &count) || __builtin_mul_overflow(count, found.number.size, &bytes))
        return rl_fail(err, RL_BAD_FILE, "%.100s: npy header: the shape's product overflows", file.name);
    if (bytes != file.size - numbers_at)
        return rl_fail(err, RL_BAD_FILE, "%.100s: expected %zu bytes of numbers as its header says, found %zu",
            file.name, bytes, file.size - numbers_at);
    if (found.rank == 0 || count == 0)
        return rl_fail(err, RL_BAD_FILE, "%.100s: expected at least one row of numbers, found none", file.name);
    rl_multiply_sizes(found.shape + 1, found.rank - 1, &columns);
    *array = (rl_array){
        .name = file.name,
        .bytes = file.bytes + numbers_at,
        .number = found.number,
        .rank = (int)found.rank,
        .rows = found.shape[0],
        .columns = columns,
        .by_column = found.by_column,
    };
    return true;
}

rl_dataset *rl_npy_parse(rl_bytes x, rl_bytes y, bool regression, rl_memory memory, rl_error *err)
{
    rl_array features, labels;
    if (!rl_npy_open(x, &features, err) || !rl_npy_open(y, &labels, err))
        return NULL;
    if (features.rank != 2) {
        rl_fail(err, RL_BAD_FILE, "%.100s: expected features in 2 dimensions, rows and columns, found %d", x.name,
            features.rank);
        return NULL;
    }
    return rl_data_from_arrays(&features, &labels, regression, memory, err);
}
