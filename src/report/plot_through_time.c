/* What reaches each step of a sequence of the gradient that comes in at its end, before training and after: an arm's
 * geometric mean over the seeds with its 95 % interval, on a logarithmic axis. A line that falls to the left vanishes on
 * its way back, one that rises explodes. */
#include "report/plot_frame.h"
#include "report/plots.h"

#include <math.h>
#include <stdio.h>

static size_t most_steps(const rl_results *results)
{
    size_t most = 0;
    for (size_t i = 0; i < results->setting_count * results->arm_count; i++)
        most = results->cells[i].steps > most ? results->cells[i].steps : most;
    return most;
}

static bool wanted(const rl_results *results)
{
    return most_steps(results) > 1;
}

/* Decades around all means, in quarters. */
static void decades_of(const rl_results *results, const rl_summary *summary, double *low, double *high)
{
    enum { MOST = 40 };
    double least = INFINITY, most = -INFINITY;
    for (size_t i = 0; i < results->setting_count * results->arm_count; i++)
        for (size_t t = 0; t < results->cells[i].steps; t++) {
            const double both[] = { summary->arms[i].reach_first[t].mean, summary->arms[i].reach_last[t].mean };
            for (int k = 0; k < 2; k++)
                if (isfinite(both[k])) {
                    least = fmin(least, both[k]);
                    most = fmax(most, both[k]);
                }
        }
    *high = isfinite(most) ? ceil(4 * most + 0.2) / 4 : 0;
    *low = isfinite(least) ? fmax(floor(4 * least - 0.2) / 4, *high - MOST) : -1;
    *low = fmin(*low, *high - 1.5); /* two decades at least, so that some have names */
}

static void panel(rl_writing *to, const rl_results *results, const rl_frame *frame, size_t setting, int after)
{
    char title[300];
    snprintf(title, sizeof title, "%s%s%s training",
        results->setting_count > 1 ? rl_setting_title(results, setting).text : "",
        results->setting_count > 1 ? ": " : "", after ? "after" : "before");
    title[0] = results->setting_count > 1 ? title[0] : after ? 'A' : 'B';
    rl_plot_panel(to, frame, after, (int)setting, 2 * results->setting_count, title);
    rl_write(to, "  set format y '%s'\n  plot ", after ? "" : "10^{%L}");
    for (int line = 0; line < 2; line++)
        for (size_t a = 0; a < results->arm_count; a++) {
            const rl_ink ink = rl_ink_of_arm(results, a);
            rl_write(to, "'through_time.dat' index %zu using ", 2 * (setting * results->arm_count + a) + (size_t)after);
            if (line)
                rl_write(to, "1:2 with lines linewidth 2.2 dashtype %s linecolor rgb '%s' notitle, \\\n    ", ink.dash,
                    ink.colour);
            else
                rl_write(to, "1:(within($3)):(within($4)) with filledcurves linecolor rgb '%s' notitle, \\\n    ",
                    ink.colour);
        }
    rl_write(to, "NaN notitle\n");
    rl_plot_clear(to);
}

static void script(rl_writing *to, const rl_results *results, const rl_summary *summary)
{
    rl_frame frame = rl_frame_for(2);
    frame.rows = (int)(results->setting_count < 20 ? results->setting_count : 20);
    frame.left = 78;
    frame.top += 21 * rl_legend_rows(results, &frame);
    double low, high;
    decades_of(results, summary, &low, &high);
    char subtitle[300];
    snprintf(subtitle, sizeof subtitle, "%s: norm of the loss’s gradient by the state at each step%s",
        rl_data_title(results).text, results->seeds > 1 ? "; geometric mean, 95 % interval" : ", one seed");
    rl_plot_begin(to, "through_time", "The gradient’s way back through time", subtitle, &frame);
    rl_plot_arm_legend(to, results, &frame);
    rl_write(to,
        "  set logscale y\n  set xrange [1:%zu]\n  set xtics %.6g\n  set yrange [%.6g:%.6g]\n  set ytics %.6g, %.6g\n"
        "  within(y) = y < %.6g ? %.6g : y > %.6g ? %.6g : y\n"
        "  set grid ytics linetype 1 linewidth 0.7 linecolor rgb '" RL_PLOT_GRID "'\n",
        most_steps(results), fmax(1, rl_tic_step((double)most_steps(results))), pow(10, low), pow(10, high),
        pow(10, floor(low)), pow(10, fmax(1, rl_tic_step(high - low))), pow(10, low), pow(10, low), pow(10, high),
        pow(10, high));
    rl_plot_axis_names(to, &frame, "step", "gradient norm");
    for (int row = 0; row < frame.rows; row++)
        for (int after = 0; after < 2; after++)
            panel(to, results, &frame, (size_t)row, after);
    rl_plot_end(to);
}

static void data(rl_writing *to, const rl_results *results, const rl_summary *summary)
{
    rl_write(to, "# step, geometric mean of the norm, 95 %% interval, over the seeds that did not diverge and where it "
                 "is not 0\n");
    for (size_t i = 0; i < results->setting_count * results->arm_count; i++)
        for (int after = 0; after < 2; after++) {
            const rl_estimate *decades = after ? summary->arms[i].reach_last : summary->arms[i].reach_first;
            char label[RL_NAME_ROOM];
            rl_arm_label(results->arms[i % results->arm_count], label, sizeof label);
            rl_write(to, "%s# regime %zu, %s, %s training\n", i || after ? "\n\n" : "", i / results->arm_count + 1,
                label, after ? "after" : "before");
            for (size_t t = 0; t < results->cells[i].steps; t++) {
                const bool spread = isfinite(decades[t].low);
                rl_write(to, "%zu %.6g %.6g %.6g\n", t + 1, pow(10, decades[t].mean),
                    pow(10, spread ? decades[t].low : decades[t].mean),
                    pow(10, spread ? decades[t].high : decades[t].mean));
            }
            if (!results->cells[i].steps)
                rl_write(to, "1 NaN NaN NaN\n");
        }
}

static void caption(rl_writing *to, const rl_results *results)
{
    rl_write(to,
        "How much of the gradient that comes in at the last step reaches the earlier ones: the norm of ∂L/∂state of a "
        "row, "
        "as the root of its mean square over %zu training rows. To the left lies the past: a line that falls that way "
        "vanishes, one that rises explodes.",
        results->train_rows < 256 ? results->train_rows : 256);
    if (results->seeds > 1)
        rl_write(to, " Lines: geometric means over the seeds that did not diverge, at each step over those in which "
                     "anything arrives there at all; bands: 95 %% intervals.");
}

const rl_plot rl_plot_through_time = { "through_time", wanted, script, data, caption };
