#include "plot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 11, MOST_COLUMNS = 60, LABEL = 7, DOTS_DOWN = ROWS * 4 };

typedef struct {
    const plot *what;
    int columns;            /* of the canvas, without its labels */
    double low, high, step; /* of the y axis, and between its labels */
    unsigned char dots[ROWS][MOST_COLUMNS];
} canvas;

/* 1, 2 or 5 times a power of ten, so that about count of them fill the span. Ends lie on quarters of a step: whole
 * ones would leave a curve that dips a little below 0 half of the plot. */
static double nice_step(double span, int count)
{
    double raw = span / count, power = pow(10, floor(log10(raw)));
    double digit = raw / power;
    return power * (digit < 1.5 ? 1 : digit < 3 ? 2 : digit < 7 ? 5 : 10);
}

static int dot_row(const canvas *c, double y)
{
    return (int)lround((c->high - y) / (c->high - c->low) * (DOTS_DOWN - 1));
}

static int dot_column(const canvas *c, double x)
{
    return (int)lround((x - c->what->x_low) / (c->what->x_high - c->what->x_low) * (2 * c->columns - 1));
}

static void set_dot(canvas *c, int column, int row)
{
    static const unsigned char bits[4][2] = { { 0x01, 0x08 }, { 0x02, 0x10 }, { 0x04, 0x20 }, { 0x40, 0x80 } };
    if (column >= 0 && column < 2 * c->columns && row >= 0 && row < DOTS_DOWN)
        c->dots[row / 4][column / 2] |= bits[row % 4][column % 2];
}

/* Halve the step between x0 and x1 again and again, where most of the rise is: does the rise stay? */
static bool jumps(const plot *p, double x0, double y0, double x1, double y1)
{
    double whole = fabs(y1 - y0);
    for (int i = 0; i < 16; i++) {
        double middle = 0.5 * (x0 + x1), y = p->f(p->self, middle);
        if (fabs(y - y0) > fabs(y1 - y)) {
            x1 = middle;
            y1 = y;
        } else {
            x0 = middle;
            y0 = y;
        }
    }
    return fabs(y1 - y0) > 0.5 * whole;
}

static void draw(canvas *c)
{
    const plot *p = c->what;
    const int samples = 8 * c->columns;
    double x_before = 0, y_before = 0;
    for (int i = 0; i <= samples; i++) {
        double x = p->x_low + (p->x_high - p->x_low) * i / samples, y = p->f(p->self, x);
        int column = dot_column(c, x), row = dot_row(c, y);
        set_dot(c, column, row);
        int before = i ? dot_row(c, y_before) : row;
        if (abs(row - before) > 1 && !jumps(p, x_before, y_before, x, y))
            for (int r = before; r != row; r += row > before ? 1 : -1)
                set_dot(c, column, r);
        x_before = x;
        y_before = y;
    }
}

/* Whole steps around all values. */
static void choose_scale(canvas *c)
{
    const plot *p = c->what;
    double low = INFINITY, high = -INFINITY;
    for (int i = 0; i <= 400; i++) {
        double y = p->f(p->self, p->x_low + (p->x_high - p->x_low) * i / 400);
        low = fmin(low, y);
        high = fmax(high, y);
    }
    for (int i = 0; i < p->point_count; i++) {
        low = fmin(low, p->points[i][1]);
        high = fmax(high, p->points[i][1]);
    }
    if (high - low < 1e-9) {
        low = fmin(low, 0);
        high = high > 0 ? high : 1;
    }
    c->step = nice_step(high - low, 4);
    const double quarter = c->step / 4;
    c->low = floor(low / quarter + 1e-6) * quarter;
    c->high = ceil(high / quarter - 1e-6) * quarter;
}

/* The label of this row of characters, if one of the steps falls into it. */
static bool label_of(const canvas *c, int row, char *text, size_t room)
{
    for (double i = ceil(c->low / c->step - 1e-6); i * c->step <= c->high + 1e-6 * c->step; i++) {
        double y = i * c->step;
        if (dot_row(c, y) / 4 != row)
            continue;
        snprintf(text, room, "%.4g", fabs(y) < 1e-9 ? 0 : y);
        return true;
    }
    text[0] = '\0';
    return false;
}

static void print_braille(FILE *stream, unsigned char bits)
{
    const unsigned point = 0x2800u + bits;
    fprintf(stream, "%c%c%c", 0xE0 | (int)(point >> 12), 0x80 | (int)(point >> 6 & 0x3F), 0x80 | (int)(point & 0x3F));
}

static bool is_point(const canvas *c, int row, int column)
{
    for (int i = 0; i < c->what->point_count; i++)
        if (dot_row(c, c->what->points[i][1]) / 4 == row && dot_column(c, c->what->points[i][0]) / 2 == column)
            return true;
    return false;
}

static void print_row(FILE *stream, const canvas *c, int row, style look)
{
    char text[24];
    bool labelled = label_of(c, row, text, sizeof text);
    fprintf(stream, "%*s %s", LABEL - 2, text, labelled ? "┤" : "│");
    const int zero_row = c->low < 0 && c->high > 0 ? dot_row(c, 0) / 4 : -1;
    const int zero_column = c->what->x_low < 0 && c->what->x_high > 0 ? dot_column(c, 0) / 2 : -1;
    for (int i = 0; i < c->columns; i++) {
        if (is_point(c, row, i)) {
            fprintf(stream, "%s●%s", look.bold, look.plain);
        } else if (c->dots[row][i]) {
            fputs(c->what->colour, stream);
            print_braille(stream, c->dots[row][i]);
            fputs(look.plain, stream);
        } else if (row == zero_row || i == zero_column) {
            fprintf(stream, "%s%s%s", look.dim, i == zero_column ? "┊" : "┄", look.plain);
        } else {
            fputc(' ', stream);
        }
    }
}

static void print_axis(FILE *stream, const canvas *c)
{
    fprintf(stream, "%*s└", LABEL - 1, "");
    for (int i = 0; i < c->columns; i++)
        fputs(i == c->columns / 2 || i == c->columns - 1 ? "┴" : "─", stream);
}

static void print_axis_labels(FILE *stream, const canvas *c)
{
    const plot *p = c->what;
    char low[24], middle[24], high[48], line[MOST_COLUMNS + 64];
    snprintf(low, sizeof low, "%.4g", p->x_low);
    snprintf(middle, sizeof middle, "%.4g", 0.5 * (p->x_low + p->x_high));
    snprintf(high, sizeof high, "%.4g", p->x_high);
    memset(line, ' ', sizeof line);
    const int end = LABEL + c->columns;
    memcpy(line + LABEL - (low[0] == '-'), low, strlen(low));
    memcpy(line + LABEL + c->columns / 2 - (int)strlen(middle) / 2, middle, strlen(middle));
    memcpy(line + end - (int)strlen(high), high, strlen(high));
    memcpy(line + LABEL + 3 * c->columns / 4 - (int)strlen(p->x_name) / 2, p->x_name, strlen(p->x_name));
    line[end] = '\0';
    fputs(line, stream);
}

static void print_padded(FILE *stream, const char *text, int width, style look)
{
    const int rest = width - LABEL - text_width(text);
    fprintf(stream, "%*s%s%s%s%*s", LABEL, "", look.bold, text, look.plain, rest > 0 ? rest : 0, "");
}

void plot_print(FILE *stream, const plot *plots, int count, int width, style look)
{
    enum { MOST = 2, GAP = 2 };
    canvas all[MOST];
    memset(all, 0, sizeof all);
    count = count < MOST ? count : MOST;
    int columns = (width - (count - 1) * GAP) / count - LABEL;
    columns = columns > MOST_COLUMNS ? MOST_COLUMNS : columns < 10 ? 10 : columns;
    columns -= 1 - columns % 2; /* odd, so that the middle is one */
    for (int i = 0; i < count; i++) {
        all[i].what = &plots[i];
        all[i].columns = columns;
        choose_scale(&all[i]);
        draw(&all[i]);
    }
    for (int row = -1; row < ROWS + 2; row++) {
        for (int i = 0; i < count; i++) {
            if (i)
                fprintf(stream, "%*s", GAP, "");
            if (row < 0)
                print_padded(stream, plots[i].title, i + 1 < count ? LABEL + columns : 0, look);
            else if (row < ROWS)
                print_row(stream, &all[i], row, look);
            else if (row == ROWS)
                print_axis(stream, &all[i]);
            else
                print_axis_labels(stream, &all[i]);
        }
        fputc('\n', stream);
    }
}
