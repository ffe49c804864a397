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
    while (*text) {
        size_t length = strcspn(text, " \n");
        char word[256];
        snprintf(word, sizeof word, "%.*s", (int)length, text);
        int wide = text_width(word);
        if (column > indent && column + wide > width) {
            fprintf(stream, "\n%*s", indent, "");
            column = indent;
        }
        fputs(word, stream);
        column += wide;
        text += length;
        if (*text == '\n') {
            fprintf(stream, "\n%*s", indent, "");
            column = indent;
            text++;
        } else if (*text == ' ') {
            text++;
            if (column + 1 < width) {
                if (*text)
                    fputc(' ', stream);
                column++;
            }
        }
    }
    fputc('\n', stream);
}
