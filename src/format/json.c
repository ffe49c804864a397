/* JSON on jansson: its tree and its strict parser. The text is written here, since jansson prints every number of a
 * document with one precision: 17 digits, as 0.1 needs none and 0.1 + 0.2 needs all. */
#include "format/json.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Building ---- */

rl_json *rl_json_object(void)
{
    return json_object();
}

rl_json *rl_json_array(void)
{
    return json_array();
}

rl_json *rl_json_null(void)
{
    return json_null();
}

rl_json *rl_json_bool(bool value)
{
    return json_boolean(value);
}

rl_json *rl_json_integer(long long value)
{
    return json_integer(value);
}

rl_json *rl_json_number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

/* 0.01f is 0.00999999977648258209… as a double; what its owner wrote is the shortest decimal that gives it. Readers
 * go by way of a double, so that is what must round to value. */
rl_json *rl_json_float(float value)
{
    double shortest = 0;
    for (int precision = 6; precision <= 9; precision++) {
        char digits[32];
        snprintf(digits, sizeof digits, "%.*g", precision, (double)value);
        shortest = strtod(digits, NULL);
        if ((float)shortest == value)
            break;
    }
    return isfinite(value) ? json_real(shortest) : json_null();
}

rl_json *rl_json_count(uint64_t value)
{
    if (value <= INT64_MAX)
        return json_integer((json_int_t)value);
    char digits[24];
    snprintf(digits, sizeof digits, "%llu", (unsigned long long)value);
    return json_string(digits);
}

/* Bytes of the UTF-8 character at text; 0 if there is none (Unicode 15, table 3-7: no overlong forms, no surrogates,
 * nothing above U+10FFFF). A NUL ends every sequence, since it is no continuation byte. */
static size_t character_bytes(const unsigned char *text)
{
    unsigned char lead = text[0];
    if (lead < 0x80)
        return 1;
    size_t count = lead >= 0xC2 && lead <= 0xDF   ? 2
                   : lead >= 0xE0 && lead <= 0xEF ? 3
                   : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                  : 0;
    if (!count)
        return 0;
    unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (text[1] < low || text[1] > high)
        return 0;
    for (size_t i = 2; i < count; i++)
        if ((text[i] & 0xC0) != 0x80)
            return 0;
    return count;
}

rl_json *rl_json_text(const char *value)
{
    if (!value)
        return json_null();
    static const char replacement[] = "\xEF\xBF\xBD";
    size_t length = strlen(value);
    char *repaired = length < SIZE_MAX / 3 ? malloc(3 * length + 1) : NULL;
    if (!repaired)
        return NULL;
    size_t used = 0;
    for (size_t i = 0; i < length;) {
        size_t bytes = character_bytes((const unsigned char *)value + i);
        size_t copied = bytes ? bytes : sizeof replacement - 1;
        memcpy(repaired + used, bytes ? value + i : replacement, copied);
        used += copied;
        i += bytes ? bytes : 1;
    }
    rl_json *text = json_stringn_nocheck(repaired, used);
    free(repaired);
    return text;
}

rl_json *rl_json_numbers(const double *values, size_t count)
{
    rl_json *array = rl_json_array();
    for (size_t i = 0; i < count; i++)
        rl_json_push(&array, rl_json_number(values[i]));
    return array;
}

rl_json *rl_json_floats(const float *values, size_t count)
{
    rl_json *array = rl_json_array();
    for (size_t i = 0; i < count; i++)
        rl_json_push(&array, rl_json_float(values[i]));
    return array;
}

rl_json *rl_json_texts(const char *const *values, size_t count)
{
    rl_json *array = rl_json_array();
    for (size_t i = 0; i < count; i++)
        rl_json_push(&array, rl_json_text(values[i]));
    return array;
}

void rl_json_set(rl_json **object, const char *key, rl_json *value)
{
    if (*object && json_object_set_new_nocheck(*object, key, value) == 0)
        return;
    if (!*object)
        json_decref(value);
    json_decref(*object);
    *object = NULL;
}

void rl_json_push(rl_json **array, rl_json *value)
{
    if (*array && json_array_append_new(*array, value) == 0)
        return;
    if (!*array)
        json_decref(value);
    json_decref(*array);
    *array = NULL;
}

void rl_json_free(rl_json *value)
{
    json_decref(value);
}

/* ---- Text ---- */

typedef struct {
    char *text;
    size_t used, room;
    bool failed; /* no memory: nothing more is written */
    bool indented;
} page;

/* Room stays one byte ahead of what is used, for the NUL at the end. */
static void put(page *out, const char *bytes, size_t count)
{
    if (!out->failed && out->room - out->used <= count) {
        size_t room = 2 * out->room + count + 256;
        char *grown = realloc(out->text, room);
        out->failed = !grown;
        if (grown) {
            out->text = grown;
            out->room = room;
        }
    }
    if (out->failed)
        return;
    memcpy(out->text + out->used, bytes, count);
    out->used += count;
}

static void put_text(page *out, const char *text)
{
    put(out, text, strlen(text));
}

static void put_quoted(page *out, const char *text)
{
    put(out, "\"", 1);
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        char escape[8];
        if (c >= 0x20 && c != '"' && c != '\\') {
            put(out, text, 1);
            continue;
        }
        snprintf(escape, sizeof escape, c >= 0x20 ? "\\%c" : "\\u%04x", c);
        put_text(out, escape);
    }
    put(out, "\"", 1);
}

/* %g drops zeros at the end, so 15 digits give the shortest form of all that need no more; some need 16 or 17. */
static void put_real(page *out, double value)
{
    char digits[32];
    for (int precision = 15; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, value);
        if (strtod(digits, NULL) == value)
            break;
    }
    put_text(out, digits);
}

static void put_break(page *out, int depth)
{
    if (!out->indented)
        return;
    put(out, "\n", 1);
    for (int i = 0; i < depth; i++)
        put(out, "  ", 2);
}

static bool is_plain(const json_t *value)
{
    return !json_is_object(value) && !json_is_array(value);
}

static bool stands_on_one_line(const json_t *array)
{
    for (size_t i = 0; i < json_array_size(array); i++)
        if (!is_plain(json_array_get(array, i)))
            return false;
    return true;
}

static void put_value(page *out, const json_t *value, int depth);

static void put_object(page *out, json_t *object, int depth)
{
    const char *key;
    json_t *member;
    bool first = true;
    put(out, "{", 1);
    json_object_foreach(object, key, member)
    {
        if (!first)
            put(out, ",", 1);
        first = false;
        put_break(out, depth + 1);
        put_quoted(out, key);
        put_text(out, out->indented ? ": " : ":");
        put_value(out, member, depth + 1);
    }
    if (!first)
        put_break(out, depth);
    put(out, "}", 1);
}

static void put_array(page *out, const json_t *array, int depth)
{
    bool one_line = stands_on_one_line(array);
    put(out, "[", 1);
    for (size_t i = 0; i < json_array_size(array); i++) {
        if (i)
            put_text(out, one_line && out->indented ? ", " : ",");
        if (!one_line)
            put_break(out, depth + 1);
        put_value(out, json_array_get(array, i), depth + 1);
    }
    if (!one_line)
        put_break(out, depth);
    put(out, "]", 1);
}

static void put_integer(page *out, long long value)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%lld", value);
    put_text(out, digits);
}

static void put_value(page *out, const json_t *value, int depth)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        put_object(out, (json_t *)value, depth);
        break;
    case JSON_ARRAY:
        put_array(out, value, depth);
        break;
    case JSON_STRING:
        put_quoted(out, json_string_value(value));
        break;
    case JSON_INTEGER:
        put_integer(out, json_integer_value(value));
        break;
    case JSON_REAL:
        put_real(out, json_real_value(value));
        break;
    case JSON_TRUE:
        put_text(out, "true");
        break;
    case JSON_FALSE:
        put_text(out, "false");
        break;
    case JSON_NULL:
        put_text(out, "null");
        break;
    }
}

static char *written(const rl_json *value, bool indented, rl_error *err)
{
    if (rl_failed(err))
        return NULL;
    page out = { .indented = indented, .failed = !value };
    if (value)
        put_value(&out, value, 0);
    if (indented)
        put(&out, "\n", 1);
    put(&out, "", 1);
    if (!out.failed)
        return out.text;
    free(out.text);
    rl_fail(err, RL_NO_MEMORY, "out of memory for a JSON document");
    return NULL;
}

char *rl_json_page(const rl_json *value, rl_error *err)
{
    return written(value, true, err);
}

char *rl_json_line(const rl_json *value, rl_error *err)
{
    return written(value, false, err);
}

/* ---- Reading ---- */

rl_json *rl_json_parse(const char *text, size_t bytes, const char *where, rl_error *err)
{
    if (rl_failed(err))
        return NULL;
    json_error_t why;
    rl_json *value = json_loadb(text, bytes, JSON_REJECT_DUPLICATES, &why);
    if (value)
        return value;
    /* jansson often says nothing at all when memory runs out (and in the middle of a token: bad syntax). */
    if (json_error_code(&why) == json_error_out_of_memory || !*why.text)
        rl_fail(err, RL_NO_MEMORY, "out of memory for the JSON of %s", where);
    else
        rl_fail(
            err, RL_BAD_FILE, "%s: not valid JSON at line %d, column %d: %s", where, why.line, why.column, why.text);
    return NULL;
}

const rl_json *rl_json_get(const rl_json *object, const char *key)
{
    return json_object_get(object, key);
}

const rl_json *rl_json_at(const rl_json *array, size_t index)
{
    return json_array_get(array, index);
}

size_t rl_json_length(const rl_json *value)
{
    return json_is_object(value) ? json_object_size(value) : json_array_size(value);
}

bool rl_json_is_object(const rl_json *value)
{
    return json_is_object(value);
}

bool rl_json_is_array(const rl_json *value)
{
    return json_is_array(value);
}

const char *rl_json_as_text(const rl_json *value)
{
    return json_string_value(value);
}

bool rl_json_as_number(const rl_json *value, double *number)
{
    if (!json_is_number(value))
        return false;
    *number = json_number_value(value);
    return true;
}

bool rl_json_as_count(const rl_json *value, uint64_t *count)
{
    if (!json_is_integer(value) || json_integer_value(value) < 0)
        return false;
    *count = (uint64_t)json_integer_value(value);
    return true;
}

/* jansson's iterators are not const, though they change nothing. */
void *rl_json_first(const rl_json *object)
{
    return json_object_iter((json_t *)object);
}

void *rl_json_next(const rl_json *object, void *at)
{
    return json_object_iter_next((json_t *)object, at);
}

const char *rl_json_key(void *at)
{
    return json_object_iter_key(at);
}

const rl_json *rl_json_member(void *at)
{
    return json_object_iter_value(at);
}
