#include "report/writing.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

rl_writing rl_writing_begin(rl_memory memory, rl_error *err)
{
    return (rl_writing){ .memory = memory, .err = err };
}

/* Room for count more bytes and the final 0. */
static bool make_room(rl_writing *to, size_t count)
{
    if (rl_failed(to->err))
        return false;
    if (to->text && count < to->room - to->length)
        return true;
    size_t wanted;
    if (__builtin_add_overflow(to->length, count, &wanted) || wanted > SIZE_MAX / 4)
        return rl_fail(to->err, RL_NO_MEMORY, "out of memory: a text of more than %zu bytes", SIZE_MAX / 4);
    size_t room = 2 * wanted + 256;
    char *text = rl_grow(to->memory, to->text, to->room, room, 1, to->err);
    if (!text)
        return false;
    to->text = text;
    to->room = room;
    return true;
}

void rl_write(rl_writing *to, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int length = vsnprintf(NULL, 0, format, list);
    va_end(list);
    if (length < 0 || !make_room(to, (size_t)length))
        return;
    va_start(list, format);
    vsnprintf(to->text + to->length, to->room - to->length, format, list);
    va_end(list);
    to->length += (size_t)length;
}

void rl_write_bytes(rl_writing *to, const char *bytes, size_t count)
{
    if (!make_room(to, count))
        return;
    memcpy(to->text + to->length, bytes, count);
    to->length += count;
    to->text[to->length] = '\0';
}

static const char *entity_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return (unsigned char)c < 0x20 || c == 0x7F ? " " : NULL;
    }
}

void rl_write_html(rl_writing *to, const char *text)
{
    for (const char *c = text; *c; c++) {
        const char *entity = entity_of(*c);
        rl_write_bytes(to, entity ? entity : c, entity ? strlen(entity) : 1);
    }
}

void rl_writing_drop(rl_writing *writing)
{
    rl_free(writing->memory, writing->text);
    *writing = (rl_writing){ .memory = writing->memory, .err = writing->err };
}

char *rl_writing_end(rl_writing *writing)
{
    char *copy = NULL;
    if (!rl_failed(writing->err)) {
        copy = malloc(writing->length + 1);
        if (copy) {
            if (writing->length)
                memcpy(copy, writing->text, writing->length);
            copy[writing->length] = '\0';
        } else {
            rl_fail(writing->err, RL_NO_MEMORY, "out of memory: a text of %zu bytes", writing->length);
        }
    }
    rl_writing_drop(writing);
    return copy;
}
