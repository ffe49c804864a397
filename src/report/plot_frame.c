#include "report/plot_frame.h"

#include <math.h>
#include <string.h>

enum { TITLE_ROOM = 58, LEGEND_ROW = 21, LEGEND_SAMPLE = 34, LEGEND_GAP = 26, LETTER = 7 };

rl_frame rl_frame_for(size_t panels)
{
    int count = panels < 1000 ? (int)panels : 1000;
    rl_frame frame = { .columns = count <= 3   ? count
                                  : count == 4 ? 2
                                               : 3,
        .left = 66,
        .right = 18,
        .top = TITLE_ROOM + 34,
        .bottom = 52,
        .gap_x = 30,
        .gap_y = 44 };
    frame.rows = (count + frame.columns - 1) / frame.columns;
    frame.panel_width = frame.columns == 1 ? 560 : frame.columns == 2 ? 380 : 272;
    frame.panel_height = frame.columns == 1 ? 300 : frame.columns == 2 ? 230 : 190;
    return frame;
}

int rl_frame_width(const rl_frame *frame)
{
    return frame->left + frame->columns * frame->panel_width + (frame->columns - 1) * frame->gap_x + frame->right;
}

static int height_of(const rl_frame *frame)
{
    return frame->top + frame->rows * frame->panel_height + (frame->rows - 1) * frame->gap_y + frame->bottom;
}

/* ---- Text ---- */

static void quote_byte(rl_writing *to, char c)
{
    if (c == '\'')
        rl_write(to, "’"); /* in a block gnuplot takes three quotes for an empty text and the start of another */
    else
        rl_write(to, "%c", (unsigned char)c < 0x20 || c == 0x7F ? ' ' : c);
}

void rl_plot_quote(rl_writing *to, const char *text)
{
    rl_write(to, "'");
    for (; *text; text++)
        quote_byte(to, *text);
    rl_write(to, "'");
}

/* Only titles use gnuplot's marked-up text, for that is how an SVG's letters become bold; in it a backslash makes the
 * next character an ordinary one. */
static void quote_bold(rl_writing *to, const char *text)
{
    rl_write(to, "'{/:Bold ");
    for (; *text; text++) {
        if (strchr("\\{}^_@&~", *text))
            rl_write(to, "\\");
        quote_byte(to, *text);
    }
    rl_write(to, "}'");
}

static void place(rl_writing *to, const rl_frame *frame, double x, double y)
{
    rl_write(to, "screen %.5f, screen %.5f", x / rl_frame_width(frame), 1 - y / height_of(frame));
}

static void text_at(rl_writing *to, const rl_frame *frame, double x, double y, int size, const char *colour,
    const char *text, const char *side)
{
    rl_write(to, "  set label ");
    rl_plot_quote(to, text);
    rl_write(to, " at ");
    place(to, frame, x, y);
    rl_write(to, " %s noenhanced font ',%d' textcolor rgb '%s'\n", side, size, colour);
}

void rl_plot_text(
    rl_writing *to, const rl_frame *frame, double x, double y, int size, const char *colour, const char *text)
{
    text_at(to, frame, x, y, size, colour, text, "left");
}

void rl_plot_text_before(
    rl_writing *to, const rl_frame *frame, double x, double y, int size, const char *colour, const char *text)
{
    text_at(to, frame, x, y, size, colour, text, "right");
}

void rl_plot_bold(
    rl_writing *to, const rl_frame *frame, double x, double y, int size, const char *colour, const char *text)
{
    rl_write(to, "  set label ");
    quote_bold(to, text);
    rl_write(to, " at ");
    place(to, frame, x, y);
    rl_write(to, " left enhanced font ',%d' textcolor rgb '%s'\n", size, colour);
}

/* ---- The legend: sample lines with names, in columns as wide as the longest name ---- */

static double legend_width(const char *name)
{
    return LEGEND_SAMPLE + 8 + LETTER * (double)rl_width(name) + LEGEND_GAP;
}

/* Where the next name goes: behind the last one, or at the start of a new row. Returns the row. */
static int advance(const rl_frame *frame, const char *name, bool first, double *x, int row)
{
    if (!first && *x + legend_width(name) - LEGEND_GAP > rl_frame_width(frame) - frame->right) {
        *x = frame->left;
        row++;
    }
    return row;
}

static void write_sample(rl_writing *to, const rl_frame *frame, double x, double y, rl_ink ink, const char *name)
{
    rl_write(to, "  set arrow from ");
    place(to, frame, x, y);
    rl_write(to, " to ");
    place(to, frame, x + LEGEND_SAMPLE, y);
    rl_write(to, " nohead linewidth 2.2 dashtype %s linecolor rgb '%s'\n", ink.dash, ink.colour);
    rl_plot_text(to, frame, x + LEGEND_SAMPLE + 8, y, 12, RL_PLOT_INK, name);
}

int rl_plot_legend(rl_writing *to, const rl_frame *frame, const rl_legend_entry *entries, size_t count)
{
    double x = frame->left;
    int row = 0;
    for (size_t i = 0; i < count; i++) {
        row = advance(frame, entries[i].name.text, i == 0, &x, row);
        if (to)
            write_sample(to, frame, x, TITLE_ROOM + 12 + row * LEGEND_ROW, entries[i].ink, entries[i].name.text);
        x += legend_width(entries[i].name.text);
    }
    return row + 1;
}

static rl_legend_entry entry_of(const rl_results *results, size_t arm)
{
    return (rl_legend_entry){ rl_arm_title(results->arms[arm]), rl_ink_of_arm(results, arm) };
}

int rl_legend_rows(const rl_results *results, const rl_frame *frame)
{
    double x = frame->left;
    int row = 0;
    for (size_t arm = 0; arm < results->arm_count; arm++) {
        const rl_legend_entry entry = entry_of(results, arm);
        row = advance(frame, entry.name.text, arm == 0, &x, row);
        x += legend_width(entry.name.text);
    }
    return row + 1;
}

void rl_plot_arm_legend(rl_writing *to, const rl_results *results, const rl_frame *frame)
{
    double x = frame->left;
    int row = 0;
    for (size_t arm = 0; arm < results->arm_count; arm++) {
        const rl_legend_entry entry = entry_of(results, arm);
        row = advance(frame, entry.name.text, arm == 0, &x, row);
        write_sample(to, frame, x, TITLE_ROOM + 12 + row * LEGEND_ROW, entry.ink, entry.name.text);
        x += legend_width(entry.name.text);
    }
}

static double sample_name(rl_writing *to, const rl_frame *frame, double x, const char *name)
{
    rl_plot_text(to, frame, x, TITLE_ROOM + 12, 12, RL_PLOT_INK, name);
    return x + LETTER * (double)rl_width(name) + LEGEND_GAP;
}

double rl_plot_line_sample(rl_writing *to, const rl_frame *frame, double x, const char *colour, const char *dash,
    double width, const char *name)
{
    rl_write(to, "  set arrow from ");
    place(to, frame, x, TITLE_ROOM + 12);
    rl_write(to, " to ");
    place(to, frame, x + LEGEND_SAMPLE, TITLE_ROOM + 12);
    rl_write(to, " nohead linewidth %.6g dashtype %s linecolor rgb '%s'\n", width, dash, colour);
    return sample_name(to, frame, x + LEGEND_SAMPLE + 8, name);
}

double rl_plot_mark_sample(
    rl_writing *to, const rl_frame *frame, double x, const char *colour, int mark, const char *name)
{
    rl_write(to, "  set label '' at ");
    place(to, frame, x + 6, TITLE_ROOM + 12);
    rl_write(to, " point pointtype %d pointsize 0.9 linecolor rgb '%s'\n", mark, colour);
    return sample_name(to, frame, x + 20, name);
}

/* ---- The page ---- */

void rl_plot_begin(rl_writing *to, const char *name, const char *title, const char *subtitle, rl_frame *frame)
{
    int width = rl_frame_width(frame), height = height_of(frame);
    rl_write(to,
        "# Makes %s.svg and %s.png. In this folder: gnuplot %s.gnuplot\n"
        "set encoding utf8\n"
        "set minussign\n"
        "do for [kind in 'svg png'] {\n"
        "  if (kind eq 'svg') {\n"
        "    set terminal svg enhanced standalone size %d,%d dynamic font 'Helvetica,Arial,sans-serif,12' background "
        "'#ffffff' name '%s'\n"
        "  } else {\n"
        "    set terminal pngcairo enhanced size %d,%d font 'Arial,12' fontscale 1.6 linewidth 1.6 pointscale 1.6 "
        "background '#ffffff'\n"
        "  }\n"
        "  set output '%s.'.kind\n"
        "  set multiplot\n"
        "  unset key\n"
        "  set border 3 linewidth 1 linecolor rgb '" RL_PLOT_AXIS "'\n"
        "  set tics nomirror out scale 0.5 font ',11' textcolor rgb '" RL_PLOT_GREY "'\n"
        "  set xtics offset 0,0.35\n"
        "  set style fill transparent solid 0.16 noborder\n",
        name, name, name, width, height, name, width * 8 / 5, height * 8 / 5, name);
    rl_plot_bold(to, frame, frame->left, 20, 16, RL_PLOT_INK, title);
    rl_plot_text(to, frame, frame->left, 42, 12, RL_PLOT_GREY, subtitle);
}

void rl_plot_panel(rl_writing *to, const rl_frame *frame, int column, int row, size_t panels, const char *title)
{
    double width = rl_frame_width(frame), height = height_of(frame);
    double x = frame->left + column * (frame->panel_width + frame->gap_x),
           y = frame->top + row * (frame->panel_height + frame->gap_y);
    rl_write(to,
        "  set lmargin at screen %.5f\n  set rmargin at screen %.5f\n"
        "  set tmargin at screen %.5f\n  set bmargin at screen %.5f\n",
        x / width, (x + frame->panel_width) / width, 1 - y / height, 1 - (y + frame->panel_height) / height);
    bool lowest = row == frame->rows - 1 || (size_t)((row + 1) * frame->columns + column) >= panels;
    rl_write(to, "  set format x '%s'\n", lowest ? "%g" : "");
    if (title)
        rl_plot_bold(to, frame, x, y - 12, 12, RL_PLOT_INK, title);
}

void rl_plot_axis_names(rl_writing *to, const rl_frame *frame, const char *x_name, const char *y_name)
{
    double middle = frame->top + (height_of(frame) - frame->top - frame->bottom) / 2.0;
    rl_write(to, "  set label ");
    rl_plot_quote(to, y_name);
    rl_write(to, " at ");
    place(to, frame, 16, middle);
    rl_write(to, " center rotate by 90 noenhanced font ',12' textcolor rgb '" RL_PLOT_INK "'\n  set label ");
    rl_plot_quote(to, x_name);
    rl_write(to, " at ");
    place(to, frame, frame->left + (rl_frame_width(frame) - frame->left - frame->right) / 2.0, height_of(frame) - 14);
    rl_write(to, " center noenhanced font ',12' textcolor rgb '" RL_PLOT_INK "'\n");
}

double rl_tic_step(double span)
{
    double power = pow(10, floor(log10(span / 4))), steps = span / 4 / power;
    return power * (steps < 1.5 ? 1 : steps < 3.5 ? 2 : steps < 7.5 ? 5 : 10);
}

void rl_plot_clear(rl_writing *to)
{
    rl_write(to, "  unset label\n  unset arrow\n");
}

void rl_plot_end(rl_writing *to)
{
    rl_write(to, "  unset multiplot\n  unset output\n  reset\n  set encoding utf8\n  set minussign\n}\n");
}
