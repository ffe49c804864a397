/* What death costs: each finished seed as a point, its share of dead units at the end across, its accuracy up. */
#include "report/plot_frame.h"
#include "report/plots.h"

#include <math.h>

static bool counts(const rl_trial *trial)
{
    return trial->done && trial->fate.state != RL_DIVERGED;
}

static double accuracy_of(const rl_results *results, size_t setting, const rl_trial *trial)
{
    long last = rl_epochs(&results->settings[setting].recipe);
    return 100 * (results->test_rows ? trial->test_accuracy[last] : trial->train_accuracy[last]);
}

static double dead_of(const rl_results *results, size_t setting, const rl_trial *trial)
{
    return 100 * trial->dead_share[rl_epochs(&results->settings[setting].recipe)];
}

static void extremes(const rl_results *results, double *most_dead, double *least_accuracy)
{
    *most_dead = 0;
    *least_accuracy = 100;
    for (size_t i = 0; i < results->setting_count * results->arm_count; i++)
        for (size_t s = 0; s < results->seeds; s++) {
            const rl_trial *trial = &results->cells[i].trials[s];
            if (!counts(trial))
                continue;
            *most_dead = fmax(*most_dead, dead_of(results, i / results->arm_count, trial));
            *least_accuracy = fmin(*least_accuracy, accuracy_of(results, i / results->arm_count, trial));
        }
}

static bool wanted(const rl_results *results)
{
    double dead, accuracy;
    if (!results->classes || results->seeds < 2)
        return false;
    extremes(results, &dead, &accuracy);
    return dead > 0;
}

/* gnuplot's point types: circle, triangle, square, … filled and open by turns. */
static int mark_of(size_t arm)
{
    static const int MARKS[] = { 7, 8, 4, 11, 12, 5, 6 };
    return MARKS[arm % (sizeof MARKS / sizeof *MARKS)];
}

static void script(rl_writing *to, const rl_results *results, const rl_summary *summary)
{
    (void)summary;
    rl_frame frame = rl_frame_for(results->setting_count);
    frame.top += 24;
    double dead, accuracy;
    extremes(results, &dead, &accuracy);
    double low = accuracy < 40 ? 0 : fmin(90, 10 * floor(accuracy / 10)), high = fmin(100, fmax(5, dead * 1.05));
    rl_plot_begin(to, "dead_and_accuracy", "What death costs",
        results->test_rows ? "each seed: dead hidden units at the end and accuracy on the test rows"
                           : "each seed: dead hidden units at the end and accuracy on the training rows",
        &frame);
    rl_write(to,
        "  set xrange [%.6g:%.6g]\n  set yrange [%.6g:%.6g]\n  set xtics %.6g\n  set ytics %.6g\n"
        "  set grid ytics linetype 1 linewidth 0.7 linecolor rgb '" RL_PLOT_GRID "'\n",
        -0.03 * high, 1.03 * high, low - 0.03 * (100 - low), 100 + 0.03 * (100 - low), rl_tic_step(high),
        rl_tic_step(100 - low));
    double x = frame.left;
    for (size_t a = 0; a < results->arm_count; a++)
        x = rl_plot_mark_sample(
            to, &frame, x, rl_ink_of_arm(results, a).colour, mark_of(a), rl_arm_title(results->arms[a]).text);
    rl_plot_axis_names(
        to, &frame, "dead hidden units (%)", results->test_rows ? "test accuracy (%)" : "training accuracy (%)");
    for (size_t s = 0; s < results->setting_count; s++) {
        int column = (int)s % frame.columns;
        rl_plot_panel(
            to, &frame, column, (int)s / frame.columns, results->setting_count, rl_setting_title(results, s).text);
        rl_write(to, "  set format y '%s'\n  plot ", column ? "" : "%g");
        for (size_t a = 0; a < results->arm_count; a++) {
            rl_write(to,
                "'dead_and_accuracy.dat' index %zu using 2:3 with points pointtype %d pointsize 0.7 linecolor rgb '%s' "
                "title ",
                s * results->arm_count + a, mark_of(a), rl_ink_of_arm(results, a).colour);
            rl_plot_quote(to, rl_arm_title(results->arms[a]).text);
            rl_write(to, ", \\\n    ");
        }
        rl_write(to, "NaN notitle\n");
        rl_plot_clear(to);
    }
    rl_plot_end(to);
}

static void data(rl_writing *to, const rl_results *results, const rl_summary *summary)
{
    (void)summary;
    rl_write(to, "# seed, dead hidden units and accuracy (%%) at the end; diverged runs are left out\n");
    for (size_t i = 0; i < results->setting_count * results->arm_count; i++) {
        const size_t setting = i / results->arm_count;
        size_t written = 0;
        rl_write(to, "%s# regime %zu, arm %zu\n", i ? "\n\n" : "", setting + 1, i % results->arm_count + 1);
        for (size_t s = 0; s < results->seeds; s++) {
            const rl_trial *trial = &results->cells[i].trials[s];
            if (!counts(trial))
                continue;
            rl_write(to, "%llu %.6g %.6g\n", (unsigned long long)trial->seed, dead_of(results, setting, trial),
                accuracy_of(results, setting, trial));
            written++;
        }
        if (!written)
            rl_write(to, "0 NaN NaN\n");
    }
}

static void caption(rl_writing *to, const rl_results *results)
{
    rl_write(to,
        "One mark for each seed that did not diverge. Seeds that differ in dead units differ in their weights, too: "
        "that "
        "the marks lie on a slope does not say which is the cause. Judged on %zu training rows; accuracy on %zu %s "
        "rows.",
        results->train_rows, results->test_rows ? results->test_rows : results->train_rows,
        results->test_rows ? "test" : "training");
}

const rl_plot rl_plot_scatter = { "dead_and_accuracy", wanted, script, data, caption };
