/* When units died and came back: for each epoch the deaths (above the line; at epoch 0 those born dead) and the
 * revivals (below it), as shares of the hidden units of all finished seeds. One panel a regime, a bar for each arm. */
#include "report/plot_frame.h"
#include "report/plots.h"

#include <math.h>
#include <string.h>

/* Shares in per cent of one regime and arm at one epoch. */
typedef struct {
    double died, woke;
} change;

static change change_at(const rl_results *results, size_t setting, size_t arm, long epoch)
{
    const rl_cell *cell = rl_results_cell(results, setting, arm);
    size_t died = 0, woke = 0;
    for (size_t s = 0; s < results->seeds; s++)
        for (size_t k = 0; cell->trials[s].done && k < cell->trials[s].event_count; k++) {
            const rl_event *e = &cell->trials[s].events[k];
            bool now = rl_event_epoch(&results->settings[setting].recipe, results->train_rows, e) == epoch;
            died += now && (e->kind == RL_DEATH || e->kind == RL_BORN_DEAD);
            woke += now && e->kind == RL_REVIVAL;
        }
    double units = (double)rl_ledger_of(results, setting, arm).units;
    return units > 0 ? (change){ 100 * (double)died / units, 100 * (double)woke / units } : (change){ 0, 0 };
}

static bool any_in(const rl_results *results, size_t setting)
{
    for (size_t a = 0; a < results->arm_count; a++)
        for (size_t s = 0; s < results->seeds; s++) {
            const rl_trial *trial = &rl_results_cell(results, setting, a)->trials[s];
            if (trial->done && trial->event_count)
                return true;
        }
    return false;
}

bool rl_has_events(const rl_results *results)
{
    for (size_t s = 0; s < results->setting_count; s++)
        if (any_in(results, s))
            return true;
    return false;
}

static void most(const rl_results *results, change *largest, long *epochs)
{
    *largest = (change){ 0, 0 };
    *epochs = 1;
    for (size_t i = 0; i < results->setting_count * results->arm_count; i++) {
        size_t setting = i / results->arm_count;
        long last = rl_epochs(&results->settings[setting].recipe);
        *epochs = last > *epochs ? last : *epochs;
        for (long e = 0; e <= last; e++) {
            change seen = change_at(results, setting, i % results->arm_count, e);
            largest->died = fmax(largest->died, seen.died);
            largest->woke = fmax(largest->woke, seen.woke);
        }
    }
}

static void script(rl_writing *to, const rl_results *results, const rl_summary *summary)
{
    (void)summary;
    rl_frame frame = rl_frame_for(results->setting_count);
    frame.top += 21 * rl_legend_rows(results, &frame);
    change largest;
    long epochs;
    most(results, &largest, &epochs);
    double high = fmax(1, 1.1 * largest.died), low = -fmax(0.12 * high, 1.1 * largest.woke);
    rl_plot_begin(to, "timeline", "Deaths and revivals",
        "per epoch; above the line: died (epoch 0: born dead), below: came back", &frame);
    rl_plot_arm_legend(to, results, &frame);
    rl_write(to,
        "  set xrange [-0.8:%.6g]\n  set yrange [%.6g:%.6g]\n  set ytics %.6g\n"
        "  set grid ytics linetype 1 linewidth 0.7 linecolor rgb '" RL_PLOT_GRID "'\n"
        "  set xzeroaxis linetype 1 linewidth 1 linecolor rgb '" RL_PLOT_AXIS
        "'\n  set style fill solid 0.85 noborder\n",
        (double)epochs + 0.8, low, high, rl_tic_step(high - low));
    rl_plot_axis_names(to, &frame, "epoch", "% of hidden units");
    for (size_t s = 0; s < results->setting_count; s++) {
        int column = (int)s % frame.columns;
        rl_plot_panel(
            to, &frame, column, (int)s / frame.columns, results->setting_count, rl_setting_title(results, s).text);
        if (!any_in(results, s))
            rl_plot_text(to, &frame, frame.left + column * (frame.panel_width + frame.gap_x) + 14,
                frame.top + (double)(s / (size_t)frame.columns) * (frame.panel_height + frame.gap_y) + 18, 11,
                RL_PLOT_GREY, "nobody died");
        rl_write(to, "  set format y '%s'\n  plot ", column ? "" : "%g");
        double width = 0.84 / (double)results->arm_count;
        for (size_t a = 0; a < results->arm_count; a++)
            for (int side = 2; side <= 3; side++)
                rl_write(to,
                    "'timeline.dat' index %zu using ($1+%.6g):(%s$%d):(%.6g) with boxes linecolor rgb '%s' notitle, "
                    "\\\n    ",
                    s * results->arm_count + a, ((double)a + 0.5) * width - 0.42, side == 3 ? "-" : "", side, width,
                    rl_ink_of_arm(results, a).colour);
        rl_write(to, "NaN notitle\n");
        rl_plot_clear(to);
    }
    rl_plot_end(to);
}

static void data(rl_writing *to, const rl_results *results, const rl_summary *summary)
{
    (void)summary;
    rl_write(to, "# epoch, died and came back in it, %% of the hidden units of all finished seeds\n");
    for (size_t s = 0; s < results->setting_count; s++)
        for (size_t a = 0; a < results->arm_count; a++) {
            char label[RL_NAME_ROOM];
            rl_arm_label(results->arms[a], label, sizeof label);
            rl_write(to, "%s# regime %zu, %s\n", s + a ? "\n\n" : "", s + 1, label);
            for (long e = 0; e <= rl_epochs(&results->settings[s].recipe); e++) {
                change seen = change_at(results, s, a, e);
                rl_write(to, "%ld %.6g %.6g\n", e, seen.died, seen.woke);
            }
        }
}

static void caption(rl_writing *to, const rl_results *results)
{
    rl_write(to,
        "How many units died (up) and came back (down) in each epoch, from one census to the next, each over all %zu "
        "training rows, as "
        "shares of the hidden units of all finished seeds. The bars at epoch 0 are units born dead.",
        results->train_rows);
}

const rl_plot rl_plot_timeline = { "timeline", rl_has_events, script, data, caption };
