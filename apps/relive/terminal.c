#include "terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

bool terminal_is(FILE *stream)
{
    return isatty(fileno(stream)) == 1;
}

bool terminal_colour(FILE *stream)
{
    const char *no = getenv("NO_COLOR"), *kind = getenv("TERM");
    return terminal_is(stream) && (!no || !*no) && kind && strcmp(kind, "dumb") != 0;
}

int terminal_width(FILE *stream)
{
    struct winsize size;
    if (terminal_is(stream) && ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
        return size.ws_col;
    return 80;
}

/* Vermillion and blue of Okabe and Ito's palette, told apart by colour-blind readers too. */
style terminal_style(FILE *stream)
{
    if (!terminal_colour(stream))
        return (style){ "", "", "", "", "" };
    return (style){ "\033[1m", "\033[2m", "\033[38;5;166m", "\033[38;5;32m", "\033[0m" };
}

int text_width(const char *text)
{
    int width = 0;
    for (; *text; text++)
        width += ((unsigned char)*text & 0xC0) != 0x80;
    return width;
}

void print_wrapped(FILE *stream, const char *text, int indent, int width)
{
    int column = indent;
    bool spaced = false; /* is a space due before the next word? */
    for (;;) {
        size_t length = strcspn(text, " \n");
        char word[256];
        snprintf(word, sizeof word, "%.*s", (int)length, text);
        int wide = text_width(word);
        if (column > indent && column + spaced + wide > width) {
            fprintf(stream, "\n%*s", indent, "");
            column = indent;
            spaced = false;
        }
        fprintf(stream, "%s%s", spaced ? " " : "", word);
        column += spaced + wide;
        spaced = true;
        text += length;
        if (!*text)
            break;
        if (*text++ == '\n') {
            fprintf(stream, "\n%*s", indent, "");
            column = indent;
            spaced = false;
        }
    }
    fputc('\n', stream);
}

void print_right(FILE *stream, const char *text, int columns)
{
    fprintf(stream, "%*s%s", columns > text_width(text) ? columns - text_width(text) : 0, "", text);
}
