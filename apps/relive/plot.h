/* Plots in the terminal, of braille dots: two columns by four rows in every character.
 *
 *      f(z)                                f′(z)
 *      4 ┤                       ⢀⠤⠊       1 ┤                ⡏⠉⠉⠉⠉⠉⠉
 *      2 ┤                    ⡠⠒⠁            │                ┊
 *      0 ┤⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⡠⠔⠉              0 ┤⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀
 *        └┬──────────────┬──────────────┬    └┬──────────────┬────────
 *        -4              0              4    -4              0  */
#ifndef PLOT_H
#define PLOT_H

#include "terminal.h"

typedef struct {
    const char *title, *x_name;
    double (*f)(void *self, double x);
    void *self;
    double x_low, x_high;
    const double (*points)[2]; /* marked with ●: [point_count][x, y] */
    int point_count;
    const char *colour; /* an escape code, or "" */
} plot;

/* Side by side, width columns in all. */
void plot_print(FILE *stream, const plot *plots, int count, int width, style look);

#endif
