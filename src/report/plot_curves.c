/* Plots over the epochs: loss, accuracy, dead units; of overfitting the test loss too. One panel a regime on shared axes; for each arm the mean
 * over the seeds that did not diverge as a line, one standard deviation to both sides as a band. */
#include "report/plot_frame.h"
#include "report/plots.h"

#include <math.h>
#include <stdio.h>

typedef struct {
    const char *name, *axis;
    double scale; /* 100: per cent */
    const double *(*mean)(const rl_arm_summary *arm), *(*sd)(const rl_arm_summary *arm);
} quantity;

/* [low, high] of the y axis. */
typedef struct {
    double low, high;
    bool logarithmic;
    double least, most; /* what a band is cut off at: shares end at 0 and 100 */
} range;

static const rl_arm_summary *arm_at(const rl_results *results, const rl_summary *summary, size_t setting, size_t arm)
{
    return &summary->arms[setting * results->arm_count + arm];
}

/* ---- Ranges ---- */

typedef struct {
    double least, most, least_positive, top; /* of the means; top: of the bands */
} extent;

static extent extent_of(const quantity *series, const rl_results *results, const rl_summary *summary)
{
    extent e = { INFINITY, -INFINITY, INFINITY, -INFINITY };
    for (size_t i = 0; i < results->setting_count * results->arm_count; i++) {
        long epochs = rl_epochs(&results->settings[i / results->arm_count].recipe);
        const double *mean = series->mean(&summary->arms[i]), *sd = series->sd(&summary->arms[i]);
        for (long p = 0; p <= epochs; p++) {
            double value = series->scale * mean[p], spread = isfinite(sd[p]) ? series->scale * sd[p] : 0;
            if (!isfinite(value))
                continue;
            e.least = fmin(e.least, value);
            e.most = fmax(e.most, value);
            e.top = fmax(e.top, value + spread);
            if (value > 0)
                e.least_positive = fmin(e.least_positive, value);
        }
    }
    return e;
}

static range loss_range(extent e)
{
    if (!isfinite(e.most) || e.most <= 0)
        return (range){ .high = 1, .most = 1 };
    double least = fmax(e.least_positive, e.most * 1e-9);
    bool logarithmic = e.most / least > 20;
    range y = { .logarithmic = logarithmic, .low = logarithmic ? least / 1.6 : 0 };
    y.high = logarithmic ? fmin(e.top, 4 * e.most) * 1.3 : fmin(e.top, 1.5 * e.most) * 1.04;
    y.least = y.low;
    y.most = y.high;
    return y;
}

static range percent_range(extent e, bool from_zero)
{
    double low = 0, high = 100;
    if (isfinite(e.most) && from_zero)
        high = fmin(100, fmax(10, 10 * ceil(e.top / 10)));
    else if (isfinite(e.most) && e.least >= 40)
        low = 10 * floor(e.least / 10 - 0.2);
    double margin = 0.02 * (high - low);
    return (range){ .low = low - margin, .high = high + margin, .least = low, .most = fmin(100, high + margin) };
}

/* ---- Script and data ---- */

static void axis_of(rl_writing *to, range y, bool logarithmic)
{
    rl_write(to, "  set yrange [%.6g:%.6g]\n", y.low, y.high);
    if (logarithmic)
        rl_write(to, "  set logscale y\n  set format y '%%h'\n");
    else
        rl_write(to, "  set ytics %.6g\n", rl_tic_step(y.high - y.low));
    rl_write(to, "  set grid ytics linetype 1 linewidth 0.7 linecolor rgb '" RL_PLOT_GRID "'\n");
}

/* What a line cannot show: runs that are not in it. */
static void note_diverged(rl_writing *to, const rl_results *results, const rl_summary *summary, const rl_frame *frame,
    size_t setting, double x, double y)
{
    size_t diverged = 0, runs = 0;
    int line = 0;
    for (size_t a = 0; a < results->arm_count; a++) {
        const rl_arm_summary *arm = arm_at(results, summary, setting, a);
        diverged += arm->diverged;
        runs += arm->seeds;
        if (arm->seeds && !arm->n) {
            char note[240];
            snprintf(note, sizeof note, "%s: every run diverged", rl_arm_short(results, a).text);
            rl_plot_text(to, frame, x + 14, y + 18 + 16 * line++, 11, rl_ink_of_arm(results, a).colour, note);
        }
    }
    if (diverged) {
        char note[100];
        snprintf(note, sizeof note, "%zu of %zu runs diverged", diverged, runs);
        rl_plot_text_before(to, frame, x + frame->panel_width, y - 12, 11, RL_PLOT_GREY, note);
    }
}

static void panel(rl_writing *to, const quantity *series, const rl_results *results, const rl_summary *summary,
    const rl_frame *frame, size_t setting, range y)
{
    int column = (int)setting % frame->columns, row = (int)setting / frame->columns;
    double left = frame->left + column * (frame->panel_width + frame->gap_x),
           top = frame->top + row * (frame->panel_height + frame->gap_y);
    rl_plot_panel(to, frame, column, row, results->setting_count, rl_setting_title(results, setting).text);
    note_diverged(to, results, summary, frame, setting, left, top);
    rl_write(to, column ? "  set format y ''\n" : y.logarithmic ? "  set format y '%%h'\n" : "  set format y '%%g'\n");
    rl_write(to, "  plot ");
    for (size_t a = 0; a < results->arm_count; a++)
        rl_write(to,
            "'%s.dat' index %zu using 1:(within($2-$3)):(within($2+$3)) with filledcurves linecolor rgb '%s' notitle, "
            "\\\n   "
            " ",
            series->name, setting * results->arm_count + a, rl_ink_of_arm(results, a).colour);
    for (size_t a = 0; a < results->arm_count; a++) {
        rl_ink ink = rl_ink_of_arm(results, a);
        rl_write(to, "'%s.dat' index %zu using 1:2 with lines linewidth 2.2 dashtype %s linecolor rgb '%s' title ",
            series->name, setting * results->arm_count + a, ink.dash, ink.colour);
        rl_plot_quote(to, rl_arm_title(results->arms[a]).text);
        rl_write(to, " noenhanced, \\\n    ");
    }
    rl_write(to, "NaN notitle\n");
    rl_plot_clear(to);
}

static void subtitle_of(char *text, size_t room, const rl_results *results, const char *what)
{
    snprintf(text, room, "%s: %s, %s", rl_data_title(results).text, what,
        results->seeds > 1 ? "mean over seeds, band ± 1 standard deviation" : "one seed");
}

static void write_script(rl_writing *to, const quantity *series, const rl_results *results, const rl_summary *summary,
    const char *title, const char *what, range y)
{
    rl_frame frame = rl_frame_for(results->setting_count);
    frame.top += 21 * rl_legend_rows(results, &frame);
    char subtitle[400];
    subtitle_of(subtitle, sizeof subtitle, results, what);
    long epochs = 1;
    for (size_t s = 0; s < results->setting_count; s++)
        epochs = rl_epochs(&results->settings[s].recipe) > epochs ? rl_epochs(&results->settings[s].recipe) : epochs;
    rl_plot_begin(to, series->name, title, subtitle, &frame);
    rl_plot_arm_legend(to, results, &frame);
    rl_write(to, "  within(y) = y < %.6g ? %.6g : y > %.6g ? %.6g : y\n  set xrange [0:%ld]\n", y.least, y.least,
        y.most, y.most, epochs);
    rl_plot_axis_names(to, &frame, "epoch", series->axis);
    axis_of(to, y, y.logarithmic);
    for (size_t s = 0; s < results->setting_count; s++)
        panel(to, series, results, summary, &frame, s, y);
    rl_plot_end(to);
}

static void write_data(rl_writing *to, const quantity *series, const rl_results *results, const rl_summary *summary)
{
    rl_write(to, "# %s: epoch, mean and standard deviation over the seeds that did not diverge\n", series->axis);
    for (size_t s = 0; s < results->setting_count; s++)
        for (size_t a = 0; a < results->arm_count; a++) {
            const rl_arm_summary *arm = arm_at(results, summary, s, a);
            const double *mean = series->mean(arm), *sd = series->sd(arm);
            char label[RL_NAME_ROOM];
            rl_arm_label(results->arms[a], label, sizeof label);
            rl_write(
                to, "%s# regime %zu, %s, %zu of %zu runs\n", s + a ? "\n\n" : "", s + 1, label, arm->n, arm->seeds);
            for (long e = 0; e <= rl_epochs(&results->settings[s].recipe); e++)
                rl_write(to, "%ld %.6g %.6g\n", e, series->scale * mean[e], series->scale * sd[e]);
        }
}

/* ---- Each of them ---- */

static const double *loss_mean(const rl_arm_summary *arm)
{
    return arm->loss_curve;
}

static const double *loss_sd(const rl_arm_summary *arm)
{
    return arm->loss_sd;
}

static const double *test_loss_mean(const rl_arm_summary *arm)
{
    return arm->test_loss_curve;
}

static const double *test_loss_sd(const rl_arm_summary *arm)
{
    return arm->test_loss_sd;
}

static const double *accuracy_mean(const rl_arm_summary *arm)
{
    return arm->accuracy_curve;
}

static const double *accuracy_sd(const rl_arm_summary *arm)
{
    return arm->accuracy_sd;
}

static const double *dead_mean(const rl_arm_summary *arm)
{
    return arm->dead_curve;
}

static const double *dead_sd(const rl_arm_summary *arm)
{
    return arm->dead_sd;
}

static bool always(const rl_results *results)
{
    (void)results;
    return true;
}

static bool with_classes(const rl_results *results)
{
    return results->classes > 0;
}

static const char *loss_axis(const rl_results *results, char *axis, size_t room)
{
    snprintf(axis, room, "training loss (%s)", rl_loss_unit(results));
    return axis;
}

static quantity loss_series(const rl_results *results, char *axis, size_t room)
{
    return (quantity){ "loss", loss_axis(results, axis, room), 1, loss_mean, loss_sd };
}

static quantity accuracy_series(const rl_results *results)
{
    return (quantity){ "accuracy", results->test_rows ? "test accuracy (%)" : "training accuracy (%)", 100,
        accuracy_mean, accuracy_sd };
}

static const quantity DEAD = { "dead_neurons", "dead hidden units (%)", 100, dead_mean, dead_sd };

static void loss_script(rl_writing *to, const rl_results *results, const rl_summary *summary)
{
    char axis[80], what[80];
    quantity series = loss_series(results, axis, sizeof axis);
    snprintf(what, sizeof what, "%zu training rows", results->train_rows);
    write_script(
        to, &series, results, summary, "Training loss", what, loss_range(extent_of(&series, results, summary)));
}

static void loss_data(rl_writing *to, const rl_results *results, const rl_summary *summary)
{
    char axis[80];
    quantity series = loss_series(results, axis, sizeof axis);
    write_data(to, &series, results, summary);
}

/* ---- Test loss: it falls, and where a net learns its rows by heart it rises again ---- */

static bool with_test_loss(const rl_results *results)
{
    return results->topic == &rl_topic_overfitting && results->test_rows > 0;
}

static quantity test_loss_series(const rl_results *results, char *axis, size_t room)
{
    snprintf(axis, room, "test loss (%s)", rl_loss_unit(results));
    return (quantity){ "test_loss", axis, 1, test_loss_mean, test_loss_sd };
}

static void test_loss_script(rl_writing *to, const rl_results *results, const rl_summary *summary)
{
    char axis[80], what[80];
    quantity series = test_loss_series(results, axis, sizeof axis);
    snprintf(what, sizeof what, "%zu test rows", results->test_rows);
    write_script(to, &series, results, summary, "Test loss", what, loss_range(extent_of(&series, results, summary)));
}

static void test_loss_data(rl_writing *to, const rl_results *results, const rl_summary *summary)
{
    char axis[80];
    quantity series = test_loss_series(results, axis, sizeof axis);
    write_data(to, &series, results, summary);
}

static const char *band_words(const rl_results *results)
{
    return results->seeds > 1
               ? " Lines: means over the seeds that did not diverge; bands: one standard deviation to each side."
               : "";
}

static void loss_caption(rl_writing *to, const rl_results *results)
{
    rl_write(to,
        "Training loss (mean %s, without penalties) on the %zu training rows, before the first step and after each "
        "epoch.%s",
        rl_loss_title(results), results->train_rows, band_words(results));
    if (results->seeds > 1)
        rl_write(to, " On a logarithmic axis a band whose lower end is not above 0 runs down to the edge.");
}

static void test_loss_caption(rl_writing *to, const rl_results *results)
{
    rl_write(to,
        "Loss (mean %s, without penalties) on the %zu test rows. Where it rises while the training loss still falls, a "
        "net "
        "overfits: it grows surer of answers that are wrong.%s",
        rl_loss_title(results), results->test_rows, band_words(results));
}

static void accuracy_script(rl_writing *to, const rl_results *results, const rl_summary *summary)
{
    quantity series = accuracy_series(results);
    char what[80];
    snprintf(what, sizeof what, results->test_rows ? "%zu test rows" : "%zu training rows",
        results->test_rows ? results->test_rows : results->train_rows);
    write_script(to, &series, results, summary, results->test_rows ? "Test accuracy" : "Training accuracy", what,
        percent_range(extent_of(&series, results, summary), false));
}

static void accuracy_data(rl_writing *to, const rl_results *results, const rl_summary *summary)
{
    quantity series = accuracy_series(results);
    write_data(to, &series, results, summary);
}

static void accuracy_caption(rl_writing *to, const rl_results *results)
{
    rl_write(to, "Share of right answers on the %zu %s.%s",
        results->test_rows ? results->test_rows : results->train_rows,
        results->test_rows ? "test rows, which no net was trained on" : "training rows", band_words(results));
}

static void dead_script(rl_writing *to, const rl_results *results, const rl_summary *summary)
{
    char what[80];
    snprintf(what, sizeof what, "dead on all %zu training rows", results->train_rows);
    write_script(to, &DEAD, results, summary, "Dead hidden units", what,
        percent_range(extent_of(&DEAD, results, summary), true));
}

static void dead_data(rl_writing *to, const rl_results *results, const rl_summary *summary)
{
    write_data(to, &DEAD, results, summary);
}

static void dead_caption(rl_writing *to, const rl_results *results)
{
    rl_write(to, "Share of hidden units that are dead: their slope is exactly 0 on each of the %zu training rows.%s",
        results->train_rows, band_words(results));
}

const rl_plot rl_plot_loss = { "loss", always, loss_script, loss_data, loss_caption };
const rl_plot rl_plot_test_loss = { "test_loss", with_test_loss, test_loss_script, test_loss_data, test_loss_caption };
const rl_plot rl_plot_accuracy = { "accuracy", with_classes, accuracy_script, accuracy_data, accuracy_caption };
const rl_plot rl_plot_dead = { "dead_neurons", always, dead_script, dead_data, dead_caption };
