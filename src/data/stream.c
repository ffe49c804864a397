/* Rows of a data set, block by block, so that a file may be larger than memory: npy and IDX files hold numbers of one
 * size, of which a block is read at a time; of a CSV file a piece up to the end of a line. Labels are not looked at.
 * What is made or ships, and what is packed, is loaded whole and is one block. */
#define _POSIX_C_SOURCE 200809L /* fseeko, fileno */
#include "data/stream.h"
#include "base/memory.h"
#include "data/csv.h"
#include "data/file.h"
#include "data/idx.h"
#include "data/npy.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum { BLOCK_NUMBERS = 1 << 18, MOST_BLOCK_ROWS = 4096, HEADER_ROOM = 1 << 17, FIRST_PIECE = 1 << 20 };
static const size_t most_piece = (size_t)1 << 28; /* no line of a CSV file is longer */

struct rl_stream {
    rl_memory memory;
    char *path;
    FILE *file;
    rl_dataset *block; /* what is given out */
    size_t features, block_rows, row;
    bool any;
    /* numbers of one size */
    rl_array array;       /* of the whole file; its bytes are those in memory, or NULL */
    long long numbers_at; /* where they begin in the file */
    unsigned char *bytes; /* of one block */
    /* CSV */
    bool csv, ended;
    rl_csv_progress progress;
    size_t room, held;
    /* loaded whole */
    rl_dataset *whole;
};

static bool ends_in(const char *text, size_t length, const char *ending)
{
    size_t tail = strlen(ending);
    return length > tail && strncasecmp(text + length - tail, ending, tail) == 0;
}

/* The length of the features' path in FEATURES or FEATURES,LABELS; 0 if spec does not end that way. */
static size_t features_path(const char *spec, const char *ending)
{
    size_t length = strlen(spec);
    if (!ends_in(spec, length, ending))
        return 0;
    for (const char *comma = strchr(spec, ','); comma; comma = strchr(comma + 1, ','))
        if (ends_in(spec, (size_t)(comma - spec), ending))
            return (size_t)(comma - spec);
    return length;
}

void rl_stream_free(rl_stream *stream)
{
    if (!stream)
        return;
    if (stream->file)
        fclose(stream->file);
    rl_data_free(stream->block);
    rl_data_free(stream->whole);
    rl_free(stream->memory, stream->bytes);
    rl_free(stream->memory, stream->path);
    rl_free(stream->memory, stream);
}

static rl_stream *new_stream(const char *path, size_t length, bool any, rl_memory memory, rl_error *err)
{
    rl_stream *stream = rl_new(memory, 1, sizeof *stream, err);
    if (!stream)
        return NULL;
    *stream = (rl_stream){ .memory = memory, .any = any };
    stream->path = rl_new(memory, length + 1, 1, err);
    if (stream->path)
        memcpy(stream->path, path, length);
    return stream;
}

static bool fail_file(const rl_stream *stream, rl_error *err)
{
    return rl_fail(err, RL_BAD_FILE, "%.160s: %s", stream->path, strerror(errno));
}

/* Opens a regular file and tells its size. Asked before opening, since opening a pipe would wait. */
static bool open_file(rl_stream *stream, size_t *size, rl_error *err)
{
    struct stat status;
    if (stat(stream->path, &status) != 0)
        return fail_file(stream, err);
    if (!S_ISREG(status.st_mode))
        return rl_fail(err, RL_BAD_FILE, "%.160s: is not a regular file", stream->path);
    stream->file = fopen(stream->path, "rb");
    if (!stream->file)
        return fail_file(stream, err);
    *size = (size_t)status.st_size;
    return true;
}

static bool make_block(rl_stream *stream, size_t features, rl_error *err)
{
    size_t rows = BLOCK_NUMBERS / (features ? features : 1);
    stream->block_rows = rows < 1 ? 1 : rows > MOST_BLOCK_ROWS ? MOST_BLOCK_ROWS : rows;
    stream->features = features;
    stream->block = rl_data_new(stream->path, stream->block_rows, features, 0, 1, stream->memory, err);
    return stream->block != NULL;
}

/* The readers of headers want a file's first bytes and its size, and look at no more than the header. */
static bool open_numbers(rl_stream *stream, bool (*open)(rl_bytes file, rl_array *array, rl_error *err), rl_error *err)
{
    size_t size = 0;
    if (!open_file(stream, &size, err))
        return false;
    unsigned char *start = rl_new(stream->memory, HEADER_ROOM, 1, err);
    if (!start)
        return false;
    size_t have = fread(start, 1, HEADER_ROOM, stream->file);
    size_t promised = have < 12 ? 0 : start[6] == 1 ? 0 : (size_t)start[10] << 16 | (size_t)start[11] << 24;
    if (have < HEADER_ROOM && have != size)
        rl_fail(err, RL_BAD_FILE, "%.160s: the file shrank while it was read", stream->path);
    else if (open == rl_npy_open && promised >= HEADER_ROOM)
        rl_fail(err, RL_BAD_FILE, "%.160s: expected an npy header of less than 64 KB", stream->path);
    else if (open((rl_bytes){ stream->path, start, size }, &stream->array, err))
        stream->numbers_at = stream->array.bytes - start;
    stream->array.bytes = NULL;
    rl_free(stream->memory, start);
    return !rl_failed(err);
}

static bool check_rank(const rl_stream *stream, bool image, rl_error *err)
{
    int rank = stream->array.rank;
    if (image ? rank >= 2 : rank == 2)
        return true;
    return rl_fail(
        err, RL_BAD_SHAPE, "%.120s: expected numbers in 2 dimensions, rows and columns, found %d", stream->path, rank);
}

static bool begin_numbers(rl_stream *stream, bool image, rl_error *err)
{
    if (!check_rank(stream, image, err) || !make_block(stream, stream->array.columns, err))
        return false;
    if (stream->file)
        stream->bytes = rl_new(stream->memory, stream->block_rows * stream->features, stream->array.number.size, err);
    return !rl_failed(err);
}

static rl_stream *given(rl_stream *stream, rl_error *err)
{
    if (!rl_failed(err))
        return stream;
    rl_stream_free(stream);
    return NULL;
}

static rl_stream *numbers(const char *path, size_t length, bool image, bool any, rl_memory memory, rl_error *err)
{
    rl_stream *stream = new_stream(path, length, any, memory, err);
    if (stream && !rl_failed(err) && open_numbers(stream, image ? rl_idx_open : rl_npy_open, err))
        begin_numbers(stream, image, err);
    return given(stream, err);
}

rl_stream *rl_stream_npy(const char *path, bool any, rl_memory memory, rl_error *err)
{
    return numbers(path, strlen(path), false, any, memory, err);
}

rl_stream *rl_stream_array(const rl_array *array, bool any, rl_memory memory, rl_error *err)
{
    rl_stream *stream = new_stream(array->name, strlen(array->name), any, memory, err);
    if (stream && !rl_failed(err)) {
        stream->array = *array;
        begin_numbers(stream, false, err);
    }
    return given(stream, err);
}

static rl_stream *csv_rows(const char *path, size_t length, size_t features, rl_memory memory, rl_error *err)
{
    size_t size = 0;
    rl_stream *stream = new_stream(path, length, false, memory, err);
    if (stream && !rl_failed(err) && open_file(stream, &size, err) && make_block(stream, features, err)) {
        stream->csv = true;
        stream->room = FIRST_PIECE;
        stream->bytes = rl_new(memory, stream->room, 1, err);
    }
    return given(stream, err);
}

rl_stream *rl_stream_open(const char *spec, size_t features, rl_data_config config, rl_error *err)
{
    static const char regression[] = ":regression";
    static const char *const images[] = { ".idx", "-ubyte" };
    if (rl_failed(err))
        return NULL;
    size_t length = strlen(spec);
    size_t csv = ends_in(spec, length, regression) ? length - strlen(regression) : length;
    if (ends_in(spec, csv, ".csv"))
        return csv_rows(spec, csv, features, config.memory, err);
    if ((csv = features_path(spec, ".npy")) > 0)
        return numbers(spec, csv, false, false, config.memory, err);
    for (int i = 0; i < 2; i++)
        if ((csv = features_path(spec, images[i])) > 0 && strncmp(spec, "fashion-mnist", 13) != 0)
            return numbers(spec, csv, true, false, config.memory, err);
    rl_dataset *whole = rl_data_load(spec, config, err);
    rl_stream *stream = whole ? new_stream(spec, length, false, config.memory, err) : NULL;
    if (!stream)
        rl_data_free(whole);
    else
        stream->whole = whole;
    return given(stream, err);
}

size_t rl_stream_features(const rl_stream *stream)
{
    return stream->whole ? stream->whole->features : stream->features;
}

/* ---- The next block ---- */

static bool read_at(rl_stream *stream, size_t number, size_t count, unsigned char *to, rl_error *err)
{
    const size_t size = stream->array.number.size;
    long long at = stream->numbers_at + (long long)(number * size);
    if (fseeko(stream->file, (off_t)at, SEEK_SET) != 0)
        return fail_file(stream, err);
    if (fread(to, size, count, stream->file) == count)
        return true;
    return ferror(stream->file) ? fail_file(stream, err)
                                : rl_fail(err, RL_BAD_FILE, "%.160s: the file shrank while it was read", stream->path);
}

/* The rows as an array of their own; in Fortran's order they lie apart, a stretch in each column. */
static bool fetch(rl_stream *stream, size_t rows, rl_array *part, rl_error *err)
{
    const rl_array *whole = &stream->array;
    *part = *whole;
    if (!stream->file)
        return true;
    part->bytes = stream->bytes;
    part->rows = rows;
    if (!whole->by_column)
        return read_at(stream, stream->row * whole->columns, rows * whole->columns, stream->bytes, err);
    for (size_t j = 0; j < whole->columns; j++)
        if (!read_at(stream, j * whole->rows + stream->row, rows, stream->bytes + j * rows * whole->number.size, err))
            return false;
    return true;
}

static bool next_numbers(rl_stream *stream, size_t rows, rl_error *err)
{
    rl_array part;
    if (!fetch(stream, rows, &part, err))
        return false;
    const size_t first = stream->file ? 0 : stream->row;
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < stream->features; j++) {
            double value = rl_array_at(&part, first + i, j);
            if (!isfinite(value) && !stream->any)
                return rl_fail(err, RL_BAD_FILE, "%.100s row %zu column %zu: expected a finite number, found %g",
                    stream->path, stream->row + i + 1, j + 1, value);
            if (isfinite(value) && fabs(value) > FLT_MAX)
                return rl_fail(err, RL_BAD_FILE,
                    "%.100s row %zu column %zu: expected a number within ±3.4e38, found %g", stream->path,
                    stream->row + i + 1, j + 1, value);
            stream->block->x[i * stream->features + j] = (float)value;
        }
    return true;
}

/* How many of the held bytes are whole lines: up to the last line end outside quotes. */
static size_t whole_lines(const rl_stream *stream)
{
    bool quoted = false;
    size_t end = 0;
    for (size_t i = 0; i < stream->held; i++) {
        if (stream->bytes[i] == '"')
            quoted = !quoted;
        if (!quoted && stream->bytes[i] == '\n')
            end = i + 1;
    }
    return stream->ended ? stream->held : end;
}

/* Reads on until there is a whole line, or the file's end. */
static bool fill_piece(rl_stream *stream, size_t *whole, rl_error *err)
{
    for (;;) {
        size_t want = stream->room - stream->held;
        size_t have = stream->ended ? 0 : fread(stream->bytes + stream->held, 1, want, stream->file);
        if (ferror(stream->file))
            return fail_file(stream, err);
        stream->held += have;
        stream->ended = stream->ended || have < want;
        *whole = whole_lines(stream);
        if (*whole > 0 || stream->ended)
            return true;
        if (stream->room > most_piece)
            return rl_fail(err, RL_BAD_FILE, "%.100s line %zu: longer than %zu bytes", stream->path,
                stream->progress.line + 1, most_piece);
        void *grown = rl_grow(stream->memory, stream->bytes, stream->room, 2 * stream->room, 1, err);
        if (!grown)
            return false;
        stream->bytes = grown;
        stream->room *= 2;
    }
}

static bool next_lines(rl_stream *stream, size_t *rows, rl_error *err)
{
    for (*rows = 0; *rows == 0;) {
        size_t whole, used;
        if (!fill_piece(stream, &whole, err))
            return false;
        if (whole == 0)
            return stream->row > 0 ||
                   rl_fail(err, RL_BAD_FILE, "%.100s: expected one example a line, found none", stream->path);
        rl_bytes piece = { stream->path, stream->bytes, whole };
        if (!rl_csv_piece(
                piece, &stream->progress, stream->features, stream->block->x, stream->block_rows, rows, &used, err))
            return false;
        stream->held -= used;
        memmove(stream->bytes, stream->bytes + used, stream->held);
    }
    return true;
}

const rl_dataset *rl_stream_next(rl_stream *stream, rl_error *err)
{
    if (rl_failed(err))
        return NULL;
    if (stream->whole) {
        bool first = stream->row == 0;
        stream->row = stream->whole->rows;
        return first ? stream->whole : NULL;
    }
    size_t rows = 0;
    if (stream->csv) {
        if (!next_lines(stream, &rows, err))
            return NULL;
    } else {
        size_t left = stream->array.rows - stream->row;
        rows = left < stream->block_rows ? left : stream->block_rows;
        if (rows > 0 && !next_numbers(stream, rows, err))
            return NULL;
    }
    stream->row += rows;
    stream->block->rows = rows;
    return rows ? stream->block : NULL;
}
