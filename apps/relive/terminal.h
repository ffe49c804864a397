/* The terminal: how wide it is, and whether it wants colour. Reads COLUMNS, TERM and NO_COLOR. */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

bool terminal_is(FILE *stream);
bool terminal_colour(FILE *stream); /* a terminal, NO_COLOR unset or empty, TERM not dumb */
int terminal_width(FILE *stream);   /* columns; 80 where there is no terminal */

/* Escape codes, or "" where the stream takes no colour. */
typedef struct {
    const char *bold, *dim, *first, *second, *plain; /* first and second: the colours of two curves or arms */
} style;
style terminal_style(FILE *stream);

/* How many columns a UTF-8 text takes, for the letters and signs we use (one a code point). */
int text_width(const char *text);

void print_right(FILE *stream, const char *text, int columns); /* padded on the left */

/* Prints text, broken at spaces to width columns, later lines indented. */
void print_wrapped(FILE *stream, const char *text, int indent, int width);

#endif
