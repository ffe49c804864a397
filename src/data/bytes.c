#include "data/bytes.h"

#include <string.h>

/* Bytes of the well-formed, printable UTF-8 character at text, or 0 (Unicode 15, table 3-7). */
static size_t character(const unsigned char *text, size_t length)
{
    if (text[0] < 0x80)
        return text[0] >= 0x20 && text[0] != 0x7F;
    size_t bytes = text[0] >= 0xC2 && text[0] < 0xE0   ? 2
                   : text[0] >= 0xE0 && text[0] < 0xF0 ? 3
                   : text[0] >= 0xF0 && text[0] < 0xF5 ? 4
                                                       : 0;
    if (bytes == 0 || bytes > length)
        return 0;
    for (size_t i = 1; i < bytes; i++)
        if ((text[i] & 0xC0) != 0x80)
            return 0;
    bool overlong = (text[0] == 0xE0 && text[1] < 0xA0) || (text[0] == 0xF0 && text[1] < 0x90);
    bool surrogate = text[0] == 0xED && text[1] >= 0xA0;
    bool beyond = text[0] == 0xF4 && text[1] >= 0x90;
    bool control = text[0] == 0xC2 && text[1] < 0xA0; /* C1: terminals obey some of them */
    return overlong || surrogate || beyond || control ? 0 : bytes;
}

rl_shown rl_show(const char *text, size_t length)
{
    enum { MOST = 40 };
    rl_shown shown = { "" };
    size_t used = 0;
    for (size_t i = 0; i < length;) {
        size_t bytes = character((const unsigned char *)text + i, length - i);
        size_t wanted = bytes ? bytes : 1;
        if (used + wanted > MOST) {
            memcpy(shown.text + used, "...", 4);
            return shown;
        }
        if (bytes)
            memcpy(shown.text + used, text + i, bytes);
        else
            shown.text[used] = '?';
        used += wanted;
        i += wanted;
    }
    return shown;
}

bool rl_is_printable(const char *text, size_t length)
{
    for (size_t i = 0; i < length;) {
        size_t bytes = character((const unsigned char *)text + i, length - i);
        if (bytes == 0)
            return false;
        i += bytes;
    }
    return true;
}
