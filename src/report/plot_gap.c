/* How far training and test lie apart at the end: for each arm a mark for either part, with the 95 % interval of its
 * mean, and a line between them. One panel a setting. Of classes the accuracies, of real targets the losses. */
#include "report/plot_frame.h"
#include "report/plots.h"

#include <math.h>
#include <stdio.h>

static bool wanted(const rl_results *results)
{
    return results->topic == &rl_topic_overfitting && results->test_rows > 0;
}

static const rl_arm_summary *arm_at(const rl_results *results, const rl_summary *summary, size_t setting, size_t arm)
{
    return &summary->arms[setting * results->arm_count + arm];
}

static rl_estimate part_of(const rl_results *results, const rl_arm_summary *arm, bool test)
{
    if (results->classes)
        return test ? arm->test_accuracy : arm->train_accuracy;
    return test ? arm->test_loss : arm->final_loss;
}

static double scale_of(const rl_results *results)
{
    return results->classes ? 100 : 1;
}

/* [low, high] of the y axis: all intervals, and some room. */
static void range_of(const rl_results *results, const rl_summary *summary, double *low, double *high)
{
    double least = INFINITY, most = -INFINITY;
    for (size_t i = 0; i < results->setting_count * results->arm_count; i++)
        for (int test = 0; test < 2; test++) {
            const rl_estimate e = part_of(results, &summary->arms[i], test);
            const double half = isfinite(e.high) ? e.high - e.mean : 0;
            if (!isfinite(e.mean))
                continue;
            least = fmin(least, scale_of(results) * (e.mean - half));
            most = fmax(most, scale_of(results) * (e.mean + half));
        }
    if (!isfinite(most))
        least = 0, most = 1;
    const double room = fmax(0.08 * (most - least), 0.01 * scale_of(results));
    *low = least - room;
    *high = results->classes ? fmin(100 + room, most + room) : most + room;
}

static const char TRAIN[] = "#6B6B6B";

static void panel(rl_writing *to, const rl_results *results, const rl_frame *frame, size_t setting)
{
    const int column = (int)setting % frame->columns;
    rl_plot_panel(to, frame, column, (int)setting / frame->columns, results->setting_count,
        rl_setting_title(results, setting).text);
    rl_write(to, "  set format y '%s'\n  set xtics rotate by 28 right offset 0,0.2 (", column ? "" : "%g");
    for (size_t a = 0; a < results->arm_count; a++) {
        rl_write(to, a ? ", " : "");
        rl_plot_quote(to, rl_arm_short(results, a).text);
        rl_write(to, " %zu", a);
    }
    rl_write(to, ")\n  set format x '%%s'\n  plot ");
    for (size_t a = 0; a < results->arm_count; a++) {
        const char *colour = rl_ink_of_arm(results, a).colour;
        const size_t index = setting * results->arm_count + a;
        rl_write(to,
            "'gap.dat' index %zu using 1:2:(0):($5-$2) with vectors nohead linewidth 6 linecolor rgb '#CC%s' notitle, "
            "\\\n    ",
            index, colour + 1);
        rl_write(to,
            "'gap.dat' index %zu using 1:2:3:4 with yerrorbars pointtype 6 pointsize 0.9 linewidth 1.4 linecolor rgb "
            "'%s' notitle, \\\n    ",
            index, TRAIN);
        rl_write(to,
            "'gap.dat' index %zu using 1:5:6:7 with yerrorbars pointtype 7 pointsize 1.0 linewidth 1.8 linecolor rgb "
            "'%s' notitle, \\\n    ",
            index, colour);
    }
    rl_write(to, "NaN notitle\n");
    rl_plot_clear(to);
}

static void script(rl_writing *to, const rl_results *results, const rl_summary *summary)
{
    rl_frame frame = rl_frame_for(results->setting_count);
    char subtitle[400];
    double low, high;
    frame.top += 24;
    frame.bottom += 40;
    frame.gap_y += 66;
    range_of(results, summary, &low, &high);
    snprintf(subtitle, sizeof subtitle, "%s: %s at the end, %zu training and %zu test rows%s",
        rl_data_title(results).text, results->classes ? "accuracy" : "loss", results->train_rows, results->test_rows,
        results->seeds > 1 ? ", mean over seeds and its 95 % interval" : "");
    rl_plot_begin(to, "gap", "The gap between training and test", subtitle, &frame);
    double x = rl_plot_mark_sample(to, &frame, frame.left, TRAIN, 6, "training rows");
    rl_plot_mark_sample(to, &frame, x, RL_PLOT_INK, 7, "test rows");
    rl_plot_axis_names(to, &frame, "", results->classes ? "right answers (%)" : rl_loss_unit(results));
    rl_write(to,
        "  set xrange [-0.6:%.6g]\n  set yrange [%.6g:%.6g]\n  set ytics %.6g\n"
        "  set grid ytics linetype 1 linewidth 0.7 linecolor rgb '" RL_PLOT_GRID "'\n",
        (double)results->arm_count - 0.4, low, high, rl_tic_step(high - low));
    for (size_t s = 0; s < results->setting_count; s++)
        panel(to, results, &frame, s);
    rl_plot_end(to);
}

static void write_estimate(rl_writing *to, rl_estimate e, double scale)
{
    rl_write(to, " %.6g %.6g %.6g", scale * e.mean, scale * (isfinite(e.low) ? e.low : e.mean),
        scale * (isfinite(e.high) ? e.high : e.mean));
}

static void data(rl_writing *to, const rl_results *results, const rl_summary *summary)
{
    rl_write(to, "# arm, training: mean and 95 %% interval, test: mean and 95 %% interval\n");
    for (size_t s = 0; s < results->setting_count; s++)
        for (size_t a = 0; a < results->arm_count; a++) {
            const rl_arm_summary *arm = arm_at(results, summary, s, a);
            rl_write(to, "%s%zu", s + a ? "\n\n" : "", a);
            write_estimate(to, part_of(results, arm, false), scale_of(results));
            write_estimate(to, part_of(results, arm, true), scale_of(results));
            rl_write(to, "\n");
        }
}

static void caption(rl_writing *to, const rl_results *results)
{
    rl_write(to,
        "%s on the training rows (open) and on the test rows (filled); the bar between them is the gap.%s What counts "
        "is "
        "how high the filled mark stands, not how short the bar is.",
        results->classes ? "Share of right answers" : "Loss",
        results->seeds > 1 ? " Means over the seeds that did not diverge, with 95 % intervals." : "");
}

const rl_plot rl_plot_gap = { "gap", wanted, script, data, caption };
