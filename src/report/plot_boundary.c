/* For data of two features: what the first seed's net decides at every point of the plane, as a tint, with training
 * points on it. A row a regime, a column an arm. */
#include "num/random.h"
#include "report/plot_frame.h"
#include "report/plots.h"

#include <stdio.h>

enum { MOST_POINTS = 250, LABEL_ROOM = 26 };

static bool wanted(const rl_results *results)
{
    if (results->features != 2 || !results->classes || !results->points)
        return false;
    for (size_t i = 0; i < results->setting_count * results->arm_count; i++)
        if (results->cells[i].boundary)
            return true;
    return false;
}

/* A panel has no more points than an eye can take in. Which ones is left to chance, since rows may be ordered by
 * class, but to the same chance every time. */
static void write_points(rl_writing *to, const rl_dataset *points)
{
    rl_random random = rl_random_stream(0, RL_FOR_STATISTICS, points->rows);
    size_t wanted = points->rows < MOST_POINTS ? points->rows : MOST_POINTS;
    for (size_t i = 0; i < points->rows; i++) {
        if (rl_random_uniform(&random) * (double)(points->rows - i) > (double)wanted)
            continue; /* each row left is drawn with probability wanted / rows left */
        wanted--;
        rl_write(to, "%.6g %.6g %d\n", (double)points->x[2 * i], (double)points->x[2 * i + 1], (int)points->y[i]);
    }
}

/* [RL_GRID][RL_GRID] classes, the lowest x₂ first. */
static void write_grid(rl_writing *to, const unsigned char *decided)
{
    for (size_t row = 0; row < RL_GRID; row++)
        for (size_t column = 0; column < RL_GRID; column++)
            rl_write(to, column + 1 < RL_GRID ? "%d " : "%d\n", decided ? decided[row * RL_GRID + column] : 0);
}

static void data(rl_writing *to, const rl_results *results, const rl_summary *summary)
{
    (void)summary;
    rl_write(
        to, "# training points: x1, x2, class; then for each panel a grid of decided classes, the lowest x2 first\n");
    write_points(to, results->points);
    for (size_t i = 0; i < results->setting_count * results->arm_count; i++) {
        char label[RL_NAME_ROOM];
        rl_arm_label(results->arms[i % results->arm_count], label, sizeof label);
        rl_write(to, "\n\n# regime %zu, %s\n", i / results->arm_count + 1, label);
        write_grid(to, results->cells[i].boundary);
    }
}

static void class_legend(rl_writing *to, const rl_results *results, const rl_frame *frame)
{
    double x = frame->left;
    for (size_t c = 0; c < results->classes && c < 12; c++) {
        char name[48];
        snprintf(name, sizeof name, "%.20s", results->class_names ? results->class_names[c] : "");
        if (!name[0])
            snprintf(name, sizeof name, "%zu", c);
        rl_plot_text(to, frame, x, 66, 14, rl_colour_of_class(c), "●");
        rl_plot_text(to, frame, x + 15, 66, 12, RL_PLOT_INK, name);
        x += 40 + 7 * (double)rl_width(name);
    }
}

static void palette(rl_writing *to, size_t classes)
{
    rl_write(to, "  set palette maxcolors %zu defined (", classes);
    for (size_t c = 0; c < classes; c++)
        rl_write(to, "%s%zu '%s'", c ? ", " : "", c, rl_tint_of_class(c));
    rl_write(to, ")\n  set cbrange [-0.5:%zu.5]\n  unset colorbox\n", classes - 1);
}

/* Class colours as gnuplot's number 0xRRGGBB for each point. */
static void colour_function(rl_writing *to, size_t classes)
{
    rl_write(to, "  colour_of(class) = ");
    for (size_t c = 0; c + 1 < classes; c++)
        rl_write(to, "class == %zu ? 0x%s : ", c, rl_colour_of_class(c) + 1);
    rl_write(to, "0x%s\n", rl_colour_of_class(classes - 1) + 1);
}

static void panel(rl_writing *to, const rl_results *results, const rl_frame *frame, size_t setting, size_t arm)
{
    int column = (int)arm, row = (int)setting;
    double left = frame->left + column * (frame->panel_width + frame->gap_x),
           top = frame->top + row * (frame->panel_height + frame->gap_y);
    size_t cell = setting * results->arm_count + arm;
    rl_plot_panel(to, frame, column, row, results->setting_count * results->arm_count, NULL);
    if (row == 0)
        rl_plot_bold(to, frame, left, top - 34, 12, RL_PLOT_INK, rl_arm_title(results->arms[arm]).text);
    if (column == 0)
        rl_plot_text(to, frame, left, top - 12, 12, RL_PLOT_INK, rl_setting_title(results, setting).text);
    rl_write(to, "  set format x '%s'\n  set format y '%s'\n", setting + 1 == results->setting_count ? "%g" : "",
        column ? "" : "%g");
    if (!results->cells[cell].boundary)
        rl_plot_text(to, frame, left + 12, top + 18, 11, RL_PLOT_GREY, "no decisions: the run diverged");
    else
        rl_write(to,
            "  plot 'decision_boundary.dat' index %zu matrix using (x_low+$1*x_step):(y_low+$2*y_step):3 with image "
            "notitle, \\\n    ",
            cell + 1);
    rl_write(to,
        "%s'decision_boundary.dat' index 0 using 1:2 with points pointtype 7 pointsize 0.42 linecolor rgb '#ffffff' "
        "notitle, \\\n    ",
        results->cells[cell].boundary ? "" : "  plot ");
    rl_write(to, "'decision_boundary.dat' index 0 using 1:2:(colour_of($3)) with points pointtype 7 pointsize 0.3 "
                 "linecolor rgb variable notitle\n");
    rl_plot_clear(to);
}

static void script(rl_writing *to, const rl_results *results, const rl_summary *summary)
{
    (void)summary;
    int arms = (int)results->arm_count;
    rl_frame frame = { .columns = arms,
        .rows = (int)results->setting_count,
        .panel_width = arms == 1   ? 420
                       : arms == 2 ? 330
                                   : 230,
        .panel_height = arms == 1   ? 320
                        : arms == 2 ? 240
                                    : 176,
        .left = 66,
        .right = 18,
        .top = 58 + 76,
        .bottom = 52,
        .gap_x = 18,
        .gap_y = 34 };
    char subtitle[400];
    snprintf(subtitle, sizeof subtitle, "%s: decisions of the first seed's nets", rl_data_title(results).text);
    rl_plot_begin(to, "decision_boundary", "Decision boundaries", subtitle, &frame);
    class_legend(to, results, &frame);
    rl_plot_axis_names(to, &frame, "x₁", "x₂");
    palette(to, results->classes);
    colour_function(to, results->classes);
    for (int k = 0; k < 2; k++) {
        double low = (double)results->grid_low[k], high = (double)results->grid_high[k];
        rl_write(to, "  %c_low = %.7g\n  %c_step = %.7g\n", "xy"[k], low, "xy"[k], (high - low) / (RL_GRID - 1));
        rl_write(
            to, "  set %crange [%.6g:%.6g]\n  set %ctics %.6g\n", "xy"[k], low, high, "xy"[k], rl_tic_step(high - low));
    }
    for (size_t s = 0; s < results->setting_count; s++)
        for (size_t a = 0; a < results->arm_count; a++)
            panel(to, results, &frame, s, a);
    rl_plot_end(to);
}

static void caption(rl_writing *to, const rl_results *results)
{
    rl_write(to, "What the net of seed %llu decides at every point of the plane (tint) and training points (dots).",
        (unsigned long long)results->first_seed);
    if (results->points->rows > MOST_POINTS)
        rl_write(to, " %d of the %zu points, drawn by chance, are shown.", MOST_POINTS, results->points->rows);
}

const rl_plot rl_plot_boundary = { "decision_boundary", wanted, script, data, caption };
