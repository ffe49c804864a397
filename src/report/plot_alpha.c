/* What the slope below zero does: accuracy (or loss) above and dead units below, over α, with 95 % intervals; where PReLU
 * ended stands as a mark at the mean α that it learned. One column a regime. */
#include "report/plot_frame.h"
#include "report/plots.h"

#include <math.h>
#include <stdio.h>

static bool is_fixed(rl_arm arm)
{
    return arm.curve == &rl_relu || arm.curve == &rl_leaky_relu;
}

static bool wanted(const rl_results *results)
{
    return results->topic == &rl_topic_alpha;
}

static rl_estimate success_of(const rl_results *results, const rl_arm_summary *arm)
{
    if (results->classes)
        return results->test_rows ? arm->test_accuracy : arm->train_accuracy;
    return results->test_rows ? arm->test_loss : arm->final_loss;
}

/* Where an arm stands across: its α, or the mean of those that it learned. */
static double place_of(const rl_results *results, const rl_arm_summary *arm)
{
    const rl_arm a = results->arms[arm->arm];
    return is_fixed(a) ? a.curve == &rl_relu ? 0 : (double)a.alpha : arm->learned_alpha.mean;
}

static double top_of(const rl_results *results, const rl_summary *summary, bool death)
{
    double top = 0;
    for (size_t i = 0; i < results->setting_count * results->arm_count; i++) {
        const rl_estimate e = death ? summary->arms[i].dead_last : success_of(results, &summary->arms[i]);
        const double high = isfinite(e.high) ? e.high : e.mean;
        top = isfinite(high) ? fmax(top, high) : top;
    }
    return top;
}

static void axis(rl_writing *to, double high)
{
    rl_write(to, "  set yrange [%.6g:%.6g]\n  set ytics %.6g\n", -0.03 * high, 1.04 * high, rl_tic_step(high));
}

static void panel(rl_writing *to, const rl_results *results, const rl_frame *frame, size_t setting, int row)
{
    const char *columns = row ? "(sqrt($1)):5:6:7" : "(sqrt($1)):2:3:4", *line = row ? "(sqrt($1)):5" : "(sqrt($1)):2";
    rl_plot_panel(
        to, frame, (int)setting, row, 2 * results->setting_count, row ? NULL : rl_setting_title(results, setting).text);
    rl_write(to, row ? "  set xtics ('0' 0, '' sqrt(0.03), '0.1' sqrt(0.1), '0.3' sqrt(0.3), '1' 1)\n"
                     : "  set xtics ('' 0, '' sqrt(0.03), '' sqrt(0.1), '' sqrt(0.3), '' 1)\n");
    rl_write(to,
        "  set format y '%s'\n"
        "  plot 'alpha.dat' index %zu using %s with lines linewidth 1.6 linecolor rgb '#0072B2' notitle, \\\n"
        "    'alpha.dat' index %zu using %s with yerrorbars pointtype 7 pointsize 0.6 linewidth 1.4 linecolor rgb "
        "'#0072B2' notitle, \\\n"
        "    'alpha.dat' index %zu using (sqrt($1)):%s with xyerrorbars pointtype 13 pointsize 1 linewidth 1.6 "
        "linecolor rgb "
        "'#009E73' notitle\n",
        setting ? "" : "%g", 2 * setting, line, 2 * setting, columns, 2 * setting + 1,
        row ? "5:(sqrt($8)):(sqrt($9)):6:7" : "2:(sqrt($8)):(sqrt($9)):3:4");
    rl_plot_clear(to);
}

static void script(rl_writing *to, const rl_results *results, const rl_summary *summary)
{
    const int count = (int)results->setting_count;
    rl_frame frame = { .columns = count,
        .rows = 2,
        .panel_width = count == 1   ? 480
                       : count == 2 ? 340
                       : count == 3 ? 270
                                    : 190,
        .panel_height = 190,
        .left = 66,
        .right = 24,
        .top = 58 + 58,
        .bottom = 52,
        .gap_x = 22,
        .gap_y = 26 };
    char subtitle[400];
    const double scale = results->classes ? 100 : 1, best = scale * top_of(results, summary, false),
                 death = 100 * top_of(results, summary, true);
    snprintf(subtitle, sizeof subtitle, "%s: %s (%%, above) and dead hidden units (%%, below) at the end%s",
        rl_data_title(results).text, rl_measure(results), results->seeds > 1 ? ", means with 95 % intervals" : "");
    rl_plot_begin(to, "alpha", "Which slope below zero?", subtitle, &frame);
    double x = rl_plot_line_sample(to, &frame, frame.left, "#0072B2", "1", 1.6, "Leaky ReLU; α = 0 is ReLU");
    for (size_t a = 0; a < results->arm_count; a++)
        if (results->arms[a].curve->learned) {
            rl_plot_mark_sample(to, &frame, x, "#009E73", 13, "PReLU, at the mean α that it learned");
            break;
        }
    rl_plot_axis_names(to, &frame, "α (the axis goes by √α)", "");
    rl_write(to, "  set xrange [-0.05:1.05]\n"
                 "  set grid ytics linetype 1 linewidth 0.7 linecolor rgb '" RL_PLOT_GRID "'\n");
    for (int row = 0; row < 2; row++) {
        if (row == 0)
            axis(to, results->classes ? 100 : best > 0 ? best : 1);
        else
            axis(to, fmin(100, fmax(5, death)));
        for (size_t s = 0; s < results->setting_count; s++)
            panel(to, results, &frame, s, row);
    }
    rl_plot_end(to);
}

static void estimate(rl_writing *to, rl_estimate e, double scale)
{
    rl_write(to, " %.6g %.6g %.6g", scale * e.mean, scale * (isfinite(e.low) ? e.low : e.mean),
        scale * (isfinite(e.high) ? e.high : e.mean));
}

static void data(rl_writing *to, const rl_results *results, const rl_summary *summary)
{
    rl_write(to,
        "# α, %s: mean and 95 %% interval, dead hidden units (%%): mean and 95 %% interval, α learned: 95 %% "
        "interval\n",
        rl_measure(results));
    for (size_t s = 0; s < results->setting_count; s++)
        for (int learned = 0; learned < 2; learned++) {
            size_t written = 0;
            rl_write(
                to, "%s# regime %zu, %s\n", s + (size_t)learned ? "\n\n" : "", s + 1, learned ? "learned" : "fixed");
            for (size_t a = 0; a < results->arm_count; a++) {
                const rl_arm_summary *arm = &summary->arms[s * results->arm_count + a];
                if (is_fixed(results->arms[a]) == learned || !isfinite(place_of(results, arm)))
                    continue;
                const double at = place_of(results, arm);
                const bool spread = learned && isfinite(arm->learned_alpha.low);
                rl_write(to, "%.6g", at);
                estimate(to, success_of(results, arm), results->classes ? 100 : 1);
                estimate(to, arm->dead_last, 100);
                rl_write(
                    to, " %.6g %.6g\n", spread ? arm->learned_alpha.low : at, spread ? arm->learned_alpha.high : at);
                written++;
            }
            if (!written)
                rl_write(to, "0 NaN NaN NaN NaN NaN NaN 0 0\n");
        }
}

static void caption(rl_writing *to, const rl_results *results)
{
    rl_write(to,
        "Each point is one slope below zero: %s above, the share of hidden units that are dead on all %zu training "
        "rows "
        "below.%s PReLU learns a slope for each unit; its mark stands at their mean. A slope without a mark is one "
        "with which every run diverged.",
        rl_measure(results), results->train_rows,
        results->seeds > 1 ? " Means over the seeds that did not diverge, with 95 % intervals." : "");
}

const rl_plot rl_plot_alpha = { "alpha", wanted, script, data, caption };
