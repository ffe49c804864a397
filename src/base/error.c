#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A line too long for the room loses its tail, but never half of a UTF-8 character. */
static void trim_to_whole_characters(char *text)
{
    size_t end = strlen(text);
    size_t start = end;
    while (start > 0 && ((unsigned char)text[start - 1] & 0xC0) == 0x80)
        start--;
    if (start == 0)
        return;
    unsigned char lead = (unsigned char)text[start - 1];
    size_t wanted = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (end - (start - 1) < wanted)
        text[start - 1] = '\0';
}

bool rl_fail(rl_error *err, rl_code code, const char *format, ...)
{
    if (err->code)
        return false;
    err->code = code;
    va_list list;
    va_start(list, format);
    vsnprintf(err->text, sizeof err->text, format, list);
    va_end(list);
    for (char *c = err->text; *c; c++)
        if ((unsigned char)*c < 0x20)
            *c = ' '; /* one line, whatever a file's content brought in */
    trim_to_whole_characters(err->text);
    return false;
}

const char *rl_version(void)
{
    return RL_VERSION;
}
