#include "data/csv.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/labels.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Fields ---------------------------------------------------------------------------------- */

typedef struct {
    const char *at, *end;
    const char *name;
    size_t line;  /* of at, from 1 */
    size_t field; /* of the row being read: how many of its fields have been */
} reader;

typedef struct {
    const char *text; /* without the quotes or spaces around it */
    size_t length;
    bool doubled; /* it holds "" for " */
    bool last;    /* of its row */
    size_t line;
} field;

static bool fail_at(
    const reader *from, size_t line, const char *expected, const char *text, size_t length, rl_error *err)
{
    if (length == 0)
        return rl_fail(err, RL_BAD_FILE, "%.100s line %zu field %zu: expected %s, found nothing", from->name, line,
            from->field, expected);
    return rl_fail(err, RL_BAD_FILE, "%.100s line %zu field %zu: expected %s, found \"%s\"", from->name, line,
        from->field, expected, rl_show(text, length).text);
}

static bool fail_field(const reader *from, field f, const char *expected, rl_error *err)
{
    return fail_at(from, f.line, expected, f.text, f.length, err);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

static bool at_line_end(const reader *from)
{
    return from->at == from->end || *from->at == '\n' || *from->at == '\r';
}

static void skip_spaces(reader *from)
{
    while (from->at < from->end && is_space(*from->at))
        from->at++;
}

/* LF, CRLF or CR; nothing at the end of the file. */
static void skip_line_end(reader *from)
{
    if (from->at == from->end)
        return;
    bool two = *from->at == '\r' && from->at + 1 < from->end && from->at[1] == '\n';
    from->at += two ? 2 : 1;
    from->line++;
}

/* Goes to the next line that is not blank; false at the end of the file. */
static bool next_row(reader *from)
{
    from->field = 0;
    while (from->at < from->end) {
        skip_spaces(from);
        if (!at_line_end(from))
            return true;
        skip_line_end(from);
    }
    return false;
}

/* at stands on the opening quote. Line ends inside count as lines. */
static bool quoted_field(reader *from, field *f, rl_error *err)
{
    f->text = ++from->at;
    for (;; from->at++) {
        if (from->at == from->end)
            return rl_fail(err, RL_BAD_FILE, "%.100s line %zu field %zu: a quote is opened and never closed",
                from->name, f->line, from->field);
        if (*from->at == '\n')
            from->line++;
        if (*from->at != '"')
            continue;
        if (from->at + 1 == from->end || from->at[1] != '"')
            break;
        f->doubled = true;
        from->at++;
    }
    f->length = (size_t)(from->at - f->text);
    from->at++;
    skip_spaces(from);
    if (!at_line_end(from) && *from->at != ',')
        return fail_at(from, from->line, "a comma or the end of the line after a quoted field", from->at, 1, err);
    return true;
}

static void plain_field(reader *from, field *f)
{
    f->text = from->at;
    while (!at_line_end(from) && *from->at != ',')
        from->at++;
    f->length = (size_t)(from->at - f->text);
    while (f->length > 0 && is_space(f->text[f->length - 1]))
        f->length--;
}

static bool next_field(reader *from, field *f, rl_error *err)
{
    from->field++;
    skip_spaces(from);
    *f = (field){ .line = from->line };
    if (from->at < from->end && *from->at == '"') {
        if (!quoted_field(from, f, err))
            return false;
    } else {
        plain_field(from, f);
    }
    f->last = at_line_end(from);
    if (f->last)
        skip_line_end(from);
    else
        from->at++; /* the comma */
    return true;
}

/* ---- What a field holds ------------------------------------------------------------------------ */

typedef enum { NUMBER, NOT_FINITE, NAME, NOTHING } kind;

/* No number needs more letters than this; a longer field is a name. */
enum { LONGEST_NUMBER = 400 };

static kind kind_of(field f, double *value)
{
    char text[LONGEST_NUMBER + 1];
    if (f.length == 0)
        return NOTHING;
    if (f.length > LONGEST_NUMBER || memchr(f.text, '\0', f.length))
        return NAME;
    memcpy(text, f.text, f.length);
    text[f.length] = '\0';
    if (rl_parse_double(text, value))
        return NUMBER;
    char *end; /* nan, inf and 1e999 are read by strtod and refused by rl_parse_double */
    return !isfinite(strtod(text, &end)) && *end == '\0' ? NOT_FINITE : NAME;
}

static bool finite_number(const reader *from, field f, float *value, rl_error *err)
{
    double number = 0;
    kind found = kind_of(f, &number);
    if (found != NUMBER)
        return fail_field(from, f, found == NOT_FINITE ? "a finite number" : "a number", err);
    if (fabs(number) > FLT_MAX)
        return fail_field(from, f, "a number within ±3.4e38", err);
    *value = (float)number;
    return true;
}

/* ---- Labels ------------------------------------------------------------------------------------- */

enum { LONGEST_NAME = 255 };

static bool number_label(const reader *from, field f, double number, rl_labels *labels, size_t *place, rl_error *err)
{
    const double largest = 0x1p53; /* beyond it doubles skip whole numbers */
    if (number != floor(number))
        return fail_field(from, f, "a whole number or a name for the class (:regression takes real targets)", err);
    if (fabs(number) > largest)
        return fail_field(from, f, "a class number within ±2^53", err);
    char text[32];
    int length = snprintf(text, sizeof text, "%.0f", number + 0.0); /* -0 is 0 */
    return rl_labels_add(labels, text, (size_t)length, number, place, err);
}

static bool name_label(const reader *from, field f, rl_labels *labels, size_t *place, rl_error *err)
{
    char text[LONGEST_NAME];
    if (f.length > sizeof text)
        return fail_field(from, f, "a class name of at most 255 bytes", err);
    if (!rl_is_printable(f.text, f.length))
        return fail_field(from, f, "a class name in printable UTF-8", err);
    size_t length = 0;
    for (size_t i = 0; i < f.length; i++) {
        text[length++] = f.text[i];
        if (f.doubled && f.text[i] == '"')
            i++;
    }
    return rl_labels_add(labels, text, length, 0, place, err);
}

/* The first row decides whether the labels are numbers or names. */
static bool take_label(const reader *from, field f, kind *labels_are, rl_labels *labels, float *y, rl_error *err)
{
    double number = 0;
    kind found = kind_of(f, &number);
    if (found == NOTHING || found == NOT_FINITE)
        return fail_field(from, f, "a class", err);
    if (labels->count == 0)
        *labels_are = found;
    if (found != *labels_are)
        return fail_field(from, f,
            found == NAME ? "a number for the class, as in the first row" : "a name for the class, as in the first row",
            err);
    size_t place;
    bool taken =
        found == NUMBER ? number_label(from, f, number, labels, &place, err) : name_label(from, f, labels, &place, err);
    if (taken)
        *y = (float)place;
    return taken;
}

/* ---- Rows ----------------------------------------------------------------------------------------- */

typedef struct {
    size_t rows, columns;
    bool header;
} outline;

static bool is_header(reader from, size_t columns, rl_error *err)
{
    bool names = false;
    for (size_t j = 0; j + 1 < columns; j++) {
        field f;
        double number;
        if (!next_field(&from, &f, err))
            return false;
        kind found = kind_of(f, &number);
        if (found == NUMBER || found == NOT_FINITE)
            return false;
        names = names || found == NAME;
    }
    return names;
}

static bool count_fields(reader *from, size_t *count, rl_error *err)
{
    field f = { .last = false };
    while (!f.last)
        if (!next_field(from, &f, err))
            return false;
    *count = from->field;
    return true;
}

/* The first of two readings: every row has as many fields as the first. Only then is memory asked for, so it is at
 * most a few times the file's size. */
static bool survey(reader from, outline *found, rl_error *err)
{
    *found = (outline){ 0 };
    size_t first_line = 0;
    while (next_row(&from)) {
        reader start = from;
        size_t columns;
        if (!count_fields(&from, &columns, err))
            return false;
        if (found->columns == 0) {
            if (columns < 2)
                return rl_fail(err, RL_BAD_FILE,
                    "%.100s line %zu: expected at least 2 fields between commas, features and then the class, found 1",
                    from.name, start.line);
            found->columns = columns;
            first_line = start.line;
            found->header = is_header(start, columns, err);
            found->rows = !found->header;
            continue;
        }
        if (columns != found->columns)
            return rl_fail(err, RL_BAD_FILE, "%.100s line %zu: expected %zu fields as in line %zu, found %zu",
                from.name, start.line, found->columns, first_line, columns);
        found->rows++;
    }
    if (found->columns == 0)
        return rl_fail(err, RL_BAD_FILE, "%.100s: the file is empty, expected one example a line", from.name);
    if (found->rows == 0)
        return rl_fail(err, RL_BAD_FILE, "%.100s: expected examples after the header in line %zu, found none",
            from.name, first_line);
    return true;
}

static bool skip_header(reader *from, rl_error *err)
{
    size_t fields;
    return next_row(from) && count_fields(from, &fields, err);
}

static bool fill(reader from, rl_dataset *data, bool regression, rl_labels *labels, rl_error *err)
{
    kind labels_are = NOTHING;
    for (size_t i = 0; i < data->rows; i++) {
        float *x = data->x + i * data->features;
        field f;
        next_row(&from);
        for (size_t j = 0; j < data->features; j++)
            if (!next_field(&from, &f, err) || !finite_number(&from, f, &x[j], err))
                return false;
        if (!next_field(&from, &f, err))
            return false;
        if (regression ? !finite_number(&from, f, &data->y[i], err)
                       : !take_label(&from, f, &labels_are, labels, &data->y[i], err))
            return false;
    }
    return true;
}

static reader open_reader(rl_bytes file)
{
    const char *text = (const char *)file.bytes;
    size_t mark = file.size >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    return (reader){ .at = text + mark, .end = text + file.size, .name = file.name, .line = 1 };
}

rl_dataset *rl_csv_parse(rl_bytes file, bool regression, rl_memory memory, rl_error *err)
{
    outline found;
    reader from = open_reader(file);
    if (rl_failed(err) || !survey(from, &found, err))
        return NULL;
    if (found.header && !skip_header(&from, err))
        return NULL;
    rl_dataset *data = rl_data_new(file.name, found.rows, found.columns - 1, 0, 1, memory, err);
    if (!data)
        return NULL;
    rl_labels labels = { .file = file.name, .memory = memory };
    bool done = fill(from, data, regression, &labels, err) && (regression || rl_labels_settle(&labels, data, err));
    rl_labels_free(&labels);
    if (!done) {
        rl_data_free(data);
        return NULL;
    }
    return data;
}

/* ---- Piece by piece ------------------------------------------------------------------------------- */

/* The file's first line: how many fields there are, and whether they are names. */
static bool begin_pieces(reader *from, rl_csv_progress *progress, size_t features, rl_error *err)
{
    const reader start = *from;
    size_t fields;
    if (!count_fields(from, &fields, err))
        return false;
    if (fields != features && fields != features + 1)
        return rl_fail(err, RL_BAD_SHAPE,
            "%.100s line %zu: expected %zu features and perhaps a label after them, found %zu fields", from->name,
            start.line, features, fields);
    progress->fields = fields;
    if (!is_header(start, fields == features ? fields + 1 : fields, err))
        *from = start;
    return !rl_failed(err);
}

static bool piece_row(reader *from, const rl_csv_progress *progress, size_t features, float *x, rl_error *err)
{
    const size_t line = from->line;
    field f = { .last = false };
    for (size_t j = 0; j < features; j++) {
        if (f.last)
            return rl_fail(err, RL_BAD_FILE, "%.100s line %zu: expected %zu fields as in the first line, found %zu",
                from->name, line, progress->fields, j);
        if (!next_field(from, &f, err) || !finite_number(from, f, &x[j], err))
            return false;
    }
    while (!f.last)
        if (!next_field(from, &f, err))
            return false;
    return from->field == progress->fields ||
           rl_fail(err, RL_BAD_FILE, "%.100s line %zu: expected %zu fields as in the first line, found %zu", from->name,
               line, progress->fields, from->field);
}

bool rl_csv_piece(rl_bytes piece, rl_csv_progress *progress, size_t features, float *x, size_t room, size_t *rows,
    size_t *used, rl_error *err)
{
    const bool first = progress->line == 0;
    reader from = first ? open_reader(piece) : (reader){ .at = (const char *)piece.bytes, .name = piece.name };
    from.end = (const char *)piece.bytes + piece.size;
    from.line = progress->line + 1;
    for (*rows = 0; *rows < room && next_row(&from);) {
        if (progress->fields == 0) {
            const char *start = from.at;
            if (!begin_pieces(&from, progress, features, err))
                return false;
            if (from.at != start)
                continue;
            from.field = 0;
        }
        if (!piece_row(&from, progress, features, x + *rows * features, err))
            return false;
        ++*rows;
    }
    progress->line = from.line - 1;
    *used = (size_t)(from.at - (const char *)piece.bytes);
    return true;
}
