/* The plots of explain: one curve and its slope, and the worked lesson's two nets with its three data points. */
#include "report/plot_frame.h"
#include "report/plots.h"

static const struct {
    const rl_activation *curve;
    const char *title, *colour, *range;
} versions[] = {
    { &rl_relu, "ReLU", "#D55E00", "[-0.1:1.2]" },
    { &rl_softplus, "SoftPlus", "#0072B2", "[-0.2:2.4]" },
};
enum { VERSIONS = sizeof versions / sizeof *versions, STEPS = 500 };

static void data(rl_writing *to, const rl_results *results, const rl_summary *summary)
{
    (void)results, (void)summary;
    rl_write(to, "# dosage, top hidden unit, bottom hidden unit, output\n");
    for (int v = 0; v < VERSIONS; v++) {
        rl_write(to, "%s# %s\n", v ? "\n\n" : "", versions[v].title);
        for (int i = 0; i <= STEPS; i++) {
            double dosage = (double)i / STEPS;
            rl_dosage_point at;
            if (!rl_dosage_lesson(versions[v].curve, &dosage, 1, &at, to->err))
                return;
            rl_write(to, "%.6g %.6g %.6g %.6g\n", at.dosage, at.top_hidden, at.bottom_hidden, at.output);
        }
    }
    rl_write(to, "\n\n# the data: dosage, effect\n0 0\n0.5 1\n1 0\n");
}

static void script(rl_writing *to, const rl_results *results, const rl_summary *summary)
{
    (void)results, (void)summary;
    rl_frame frame = rl_frame_for(VERSIONS);
    frame.gap_x = 56;
    rl_plot_begin(
        to, "dosage", "How much of a drug helps?", "Two nets with two hidden units each; circles are the data", &frame);
    rl_plot_axis_names(to, &frame, "dosage", "effect");
    rl_write(to, "  set xrange [-0.03:1.03]\n  set xtics 0.25\n  set ytics 0.5\n"
                 "  set grid ytics linetype 1 linewidth 0.7 linecolor rgb '" RL_PLOT_GRID "'\n");
    for (int v = 0; v < VERSIONS; v++) {
        rl_plot_panel(to, &frame, v, 0, VERSIONS, versions[v].title);
        rl_write(to,
            "  set yrange %s\n"
            "  plot 'dosage.dat' index %d using 1:4 with lines linewidth 2.2 linecolor rgb '%s' notitle, \\\n"
            "    'dosage.dat' index %d using 1:2 with points pointtype 7 pointsize 0.9 linecolor rgb '" RL_PLOT_INK
            "' notitle\n",
            versions[v].range, v, versions[v].colour, VERSIONS);
        rl_plot_clear(to);
    }
    rl_plot_end(to);
}

static bool wanted(const rl_results *results)
{
    (void)results;
    return true;
}

static const rl_plot plot_dosage = { "dosage", wanted, script, data, NULL };

bool rl_dosage_plots(const char *folder, rl_error *err)
{
    return rl_plots_write(&(const rl_plot *){ &plot_dosage }, 1, &(rl_results){ 0 }, folder, err);
}

bool rl_curve_plots(rl_arm curve, const char *folder, rl_error *err)
{
    const rl_results one = { .arms = &curve, .arm_count = 1 };
    return rl_plots_write(&(const rl_plot *){ &rl_plot_activations }, 1, &one, folder, err);
}
