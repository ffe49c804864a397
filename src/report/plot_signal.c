/* The plots of signal: variance by layer and gradient by layer, one column an activation, one line an initialiser, of the
 * deepest nets that were drawn. Both axes of size are logarithmic; what is 0 has no place on them. */
#include "report/plot_frame.h"
#include "report/plots.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A plot is given results; these stand first in what this one is about. */
typedef struct {
    rl_results none;
    const rl_signal *signal;
    const rl_signals *found;
} subject;

static const char *const COLOURS[] = { "#0072B2", "#D55E00", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#7A7A7A" };
static const char *const DASHES[] = { "1", "(12,5)", "(3,4)", "(20,5)", "(7,3)", "(12,4,3,4)", "(12,4,3,4,3,4)" };
enum { STYLES = sizeof COLOURS / sizeof *COLOURS };

static int deepest(const rl_signal *signal)
{
    int depth = 0;
    for (size_t d = 0; d < signal->depth_count; d++)
        depth = signal->depths[d] > depth ? signal->depths[d] : depth;
    return depth;
}

static const rl_signal_case *case_at(const subject *of, size_t curve, size_t init)
{
    const int depth = deepest(of->signal);
    const rl_signal_case *first = &of->found->cases[(curve * of->signal->init_count + init) * of->signal->depth_count];
    while (first->depth != depth)
        first++;
    return first;
}

/* The gradient's size as a share of the last layer's, so that nets of all initialisers begin at 1 at the top. */
static double size_of(const rl_signal_case *about, int layer, int row)
{
    if (row == 0)
        return about->layers[layer].variance.median;
    return about->layers[layer].gradient.median / about->layers[about->depth - 1].gradient.median;
}

static void range_of(const subject *of, int row, double *low, double *high)
{
    *low = INFINITY;
    *high = -INFINITY;
    for (size_t c = 0; c < of->signal->curve_count; c++)
        for (size_t i = 0; i < of->signal->init_count; i++) {
            const rl_signal_case *about = case_at(of, c, i);
            for (int l = 0; l < about->depth; l++) {
                const double size = size_of(about, l, row);
                if (!(size > 0) || !isfinite(size))
                    continue;
                *low = fmin(*low, size);
                *high = fmax(*high, size);
            }
        }
    if (!isfinite(*high))
        *low = *high = 1;
    *low = pow(10, floor(log10(*low) - 0.05));
    *high = pow(10, ceil(log10(*high) + 0.05));
}

static void panel(rl_writing *to, const subject *of, const rl_frame *frame, size_t curve, int row)
{
    char title[RL_NAME_ROOM + 8];
    snprintf(title, sizeof title, "%.90s", rl_arm_title(of->signal->curves[curve]).text);
    rl_plot_panel(to, frame, (int)curve, row, 2 * of->signal->curve_count, row ? NULL : title);
    rl_write(to, "  set format y '%s'\n  plot ", curve ? "" : "10^{%T}");
    for (size_t i = 0; i < of->signal->init_count; i++)
        rl_write(to,
            "'signal.dat' index %zu using 1:%d with lines linewidth 2 dashtype %s linecolor rgb '%s' notitle, \\\n    ",
            curve * of->signal->init_count + i, row ? 3 : 2, DASHES[i % STYLES], COLOURS[i % STYLES]);
    rl_write(to, "NaN notitle\n");
    rl_plot_clear(to);
}

static void script(rl_writing *to, const rl_results *results, const rl_summary *summary)
{
    (void)summary;
    const subject *of = (const subject *)results;
    const int count = (int)of->signal->curve_count;
    rl_frame frame = { .columns = count,
        .rows = 2,
        .panel_width = count == 1   ? 480
                       : count == 2 ? 340
                                    : 260,
        .panel_height = 200,
        .left = 78,
        .right = 24,
        .top = 58 + 58,
        .bottom = 52,
        .gap_x = 26,
        .gap_y = 26 };
    char subtitle[300];
    snprintf(subtitle, sizeof subtitle,
        "variance of z above, gradient of a layer’s weights over the last layer’s below; medians of %zu nets",
        of->signal->trials);
    char title[80];
    snprintf(title, sizeof title, "Through %d layers of %d units", deepest(of->signal), of->signal->width);
    rl_plot_begin(to, "signal", title, subtitle, &frame);
    double x = frame.left;
    for (size_t i = 0; i < of->signal->init_count; i++) {
        char name[48];
        snprintf(name, sizeof name, "%s", rl_initialiser_name(of->signal->inits[i].init));
        if (of->signal->inits[i].init == &rl_normal)
            snprintf(name, sizeof name, "normal, sd %.6g", (double)of->signal->inits[i].sd);
        x = rl_plot_line_sample(to, &frame, x, COLOURS[i % STYLES], DASHES[i % STYLES], 2, name);
    }
    rl_plot_axis_names(to, &frame, "layer, from the input", "");
    rl_write(to,
        "  set xrange [1:%d]\n  set logscale y\n  unset mytics\n  set grid ytics linetype 1 linewidth 0.7 linecolor "
        "rgb '" RL_PLOT_GRID "'\n",
        deepest(of->signal) > 1 ? deepest(of->signal) : 2);
    for (int row = 0; row < 2; row++) {
        double low, high;
        range_of(of, row, &low, &high);
        rl_write(to, "  set yrange [%.3g:%.3g]\n  set ytics %.3g\n", low, high,
            pow(10, fmax(1, ceil(log10(high / low) / 5))));
        for (size_t c = 0; c < of->signal->curve_count; c++)
            panel(to, of, &frame, c, row);
    }
    rl_plot_end(to);
}

static void data(rl_writing *to, const rl_results *results, const rl_summary *summary)
{
    (void)summary;
    const subject *of = (const subject *)results;
    rl_write(to, "# layer, variance of z, gradient over the last layer's: medians\n");
    for (size_t c = 0; c < of->signal->curve_count; c++)
        for (size_t i = 0; i < of->signal->init_count; i++) {
            const rl_signal_case *about = case_at(of, c, i);
            char label[RL_NAME_ROOM];
            rl_arm_label(about->curve, label, sizeof label);
            rl_write(to, "%s# %s, %s\n", c + i ? "\n\n" : "", label, rl_initialiser_name(about->init));
            for (int l = 0; l < about->depth; l++)
                rl_write(to, "%d %.6g %.6g\n", l + 1, size_of(about, l, 0), size_of(about, l, 1));
        }
}

static bool wanted(const rl_results *results)
{
    (void)results;
    return true;
}

static const rl_plot plot_signal = { "signal", wanted, script, data, NULL };

bool rl_signal_plots(const rl_signal *signal, const rl_signals *found, const char *folder, rl_error *err)
{
    const subject of = { .signal = signal, .found = found };
    return rl_plots_write(&(const rl_plot *){ &plot_signal }, 1, &of.none, folder, err);
}
