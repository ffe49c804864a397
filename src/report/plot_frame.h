/* What all plots share: the paper, the type, the legend, and panels side by side on common axes.
 *
 * A script is run in the folder in which it stands, makes NAME.svg and NAME.png from NAME.dat, and can be run again
 * there by hand: gnuplot NAME.gnuplot. Text of the user's goes into it in single quotes only, where gnuplot looks
 * for no escapes, macros or commands. */
#ifndef RL_REPORT_PLOT_FRAME_H
#define RL_REPORT_PLOT_FRAME_H

#include "report/palette.h"
#include "report/words.h"
#include "report/writing.h"

#define RL_PLOT_INK  "#333333" /* text; the page's dark theme looks for these four */
#define RL_PLOT_GREY "#6B6B6B" /* lesser text */
#define RL_PLOT_AXIS "#9A9A9A"
#define RL_PLOT_GRID "#E6E6E6"

/* All in pixels of the SVG. Panels are counted from the upper left. */
typedef struct {
    int columns, rows;
    int panel_width, panel_height;
    int left, right, top, bottom; /* room around the panels */
    int gap_x, gap_y;             /* room between them */
} rl_frame;

rl_frame rl_frame_for(size_t panels); /* one to three in a row, then two rows and more */
int rl_frame_width(const rl_frame *frame);

/* Everything up to the first panel: title, a line below it, and the arms' legend (or not). Makes room for the legend. */
void rl_plot_begin(rl_writing *to, const char *name, const char *title, const char *subtitle, rl_frame *frame);
void rl_plot_arm_legend(rl_writing *to, const rl_results *results, const rl_frame *frame);
int rl_legend_rows(const rl_results *results, const rl_frame *frame);
/* The same of any names, in as many rows as they need, which it returns; to NULL: only asks. */
typedef struct {
    rl_words name;
    rl_ink ink;
} rl_legend_entry;
int rl_plot_legend(rl_writing *to, const rl_frame *frame, const rl_legend_entry *entries, size_t count);
/* One more entry of a legend of lines or marks, at x; returns where the next one goes. */
double rl_plot_line_sample(rl_writing *to, const rl_frame *frame, double x, const char *colour, const char *dash,
    double width, const char *name);
double rl_plot_mark_sample(
    rl_writing *to, const rl_frame *frame, double x, const char *colour, int mark, const char *name);
/* Numbers along x stand below the lowest panel of each column only, along y left of the first column. */
void rl_plot_panel(rl_writing *to, const rl_frame *frame, int column, int row, size_t panels, const char *title);
void rl_plot_clear(rl_writing *to); /* labels and arrows of this panel; title and legend are drawn by the first */
void rl_plot_end(rl_writing *to);

/* x and y in pixels from the upper left. */
void rl_plot_text(
    rl_writing *to, const rl_frame *frame, double x, double y, int size, const char *colour, const char *text);
void rl_plot_text_before(rl_writing *to, const rl_frame *frame, double x, double y, int size, const char *colour,
    const char *text); /* ends at x */
void rl_plot_bold(
    rl_writing *to, const rl_frame *frame, double x, double y, int size, const char *colour, const char *text);
/* Below the lowest panels and left of the first column, once for all. */
void rl_plot_axis_names(rl_writing *to, const rl_frame *frame, const char *x_name, const char *y_name);
double rl_tic_step(double span); /* 1, 2 or 5 times a power of ten that cuts span into four to six */
void rl_plot_quote(rl_writing *to, const char *text); /* 'it’s', control characters as spaces */

#endif
