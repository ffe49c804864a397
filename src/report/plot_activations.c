/* The study's curves and their slopes, as the library itself computes them. Where a slope jumps, a filled circle
 * says which value counts at the kink and an open one which does not. */
#include "report/plot_frame.h"
#include "report/plots.h"

#include <math.h>
#include <stdio.h>

enum { PER_UNIT = 50 }; /* points from z to z + 1 */
static const float LOW = -4;

static float high_end(const rl_results *results)
{
    for (size_t a = 0; a < results->arm_count; a++)
        if (results->arms[a].curve == &rl_relu6)
            return 8; /* its second kink stands at 6 */
    return 4;
}

static float value_at(rl_arm arm, float z)
{
    float value;
    rl_activation_forward(arm.curve, 1, arm.alpha, &z, &value);
    return value;
}

static float slope_at(rl_arm arm, float z)
{
    float one = 1, slope = 0;
    rl_activation_backward(arm.curve, 1, arm.alpha, &z, &one, &slope);
    return slope;
}

/* Does the slope jump at z, rather than merely change fast? */
static bool jumps_at(rl_arm arm, float z)
{
    const float near = 1e-4f;
    return fabsf(slope_at(arm, z + near) - slope_at(arm, z - near)) > 0.05f;
}

/* A kink makes three lines: one side, a gap, the other side. The value at the kink belongs to one of them. */
static void write_kink(rl_writing *to, rl_arm arm, float z)
{
    const float near = 1e-4f;
    double f = (double)value_at(arm, z), at = (double)slope_at(arm, z);
    double sides[2] = { (double)slope_at(arm, z - near), (double)slope_at(arm, z + near) };
    for (int side = 0; side < 2; side++) {
        bool counts = fabs(sides[side] - at) < 0.01;
        rl_write(to, "%.6g %.6g %.6g ", (double)z, f, sides[side]);
        rl_write(to, counts ? "%.6g NaN\n" : "NaN %.6g\n", sides[side]);
        if (side == 0)
            rl_write(to, "%.6g %.6g NaN NaN NaN\n", (double)z, f);
    }
}

static void data(rl_writing *to, const rl_results *results, const rl_summary *summary)
{
    (void)summary;
    rl_write(to, "# z, f(z), slope f'(z), slope that counts at a kink, slope that does not\n");
    int points = (int)(high_end(results) - LOW) * PER_UNIT;
    for (size_t a = 0; a < results->arm_count; a++) {
        rl_arm arm = results->arms[a];
        char label[RL_NAME_ROOM];
        rl_arm_label(arm, label, sizeof label);
        rl_write(to, "%s# %s\n", a ? "\n\n" : "", label);
        if (!arm.curve) /* gates: the block keeps the others' places */
            rl_write(to, "0 NaN NaN NaN NaN\n");
        for (int i = 0; arm.curve && i <= points; i++) {
            float z = LOW + (float)i / PER_UNIT;
            if (jumps_at(arm, z))
                write_kink(to, arm, z);
            else
                rl_write(to, "%.6g %.6g %.6g NaN NaN\n", (double)z, (double)value_at(arm, z), (double)slope_at(arm, z));
        }
    }
}

static void range_of(rl_writing *to, const rl_results *results, float (*of)(rl_arm arm, float z))
{
    double least = 0, most = 1;
    for (size_t a = 0; a < results->arm_count; a++)
        for (float z = LOW; results->arms[a].curve && z <= high_end(results); z += 0.25f) {
            double y = (double)of(results->arms[a], z);
            least = isfinite(y) ? fmin(least, y) : least;
            most = isfinite(y) ? fmax(most, y) : most;
        }
    double margin = 0.06 * (most - least);
    rl_write(
        to, "  set yrange [%.6g:%.6g]\n  set ytics %.6g\n", least - margin, most + margin, rl_tic_step(most - least));
}

static void lines(rl_writing *to, const rl_results *results, int column)
{
    for (size_t a = 0; a < results->arm_count; a++) {
        rl_ink ink = rl_ink_of_arm(results, a);
        rl_write(to,
            "%s'activations.dat' index %zu using 1:%d with lines linewidth 2.2 dashtype %s linecolor rgb '%s' title ",
            a ? ", \\\n    " : "", a, column, ink.dash, ink.colour);
        rl_plot_quote(to, rl_arm_title(results->arms[a]).text);
        rl_write(to, " noenhanced");
    }
}

static void circles(rl_writing *to, const rl_results *results)
{
    for (size_t a = 0; a < results->arm_count; a++) {
        const char *colour = rl_ink_of_arm(results, a).colour;
        rl_write(to,
            ", \\\n    'activations.dat' index %zu using 1:5 with points pointtype 7 pointsize 0.75 linecolor rgb "
            "'#ffffff' notitle",
            a);
        rl_write(to,
            ", \\\n    'activations.dat' index %zu using 1:5 with points pointtype 6 pointsize 0.75 linewidth 1.6 "
            "linecolor rgb '%s' notitle",
            a, colour);
        rl_write(to,
            ", \\\n    'activations.dat' index %zu using 1:4 with points pointtype 7 pointsize 0.75 linecolor rgb '%s' "
            "notitle",
            a, colour);
    }
}

static void script(rl_writing *to, const rl_results *results, const rl_summary *summary)
{
    (void)summary;
    rl_frame frame = rl_frame_for(2);
    frame.gap_x = 56;
    frame.top += 21 * rl_legend_rows(results, &frame);
    rl_plot_begin(
        to, "activations", "Curves and slopes", "A unit learns from an example only where its slope is not 0", &frame);
    rl_plot_arm_legend(to, results, &frame);
    rl_plot_axis_names(to, &frame, "pre-activation z", "");
    rl_write(to,
        "  set xrange [%g:%g]\n  set xtics 2\n"
        "  set grid ytics linetype 1 linewidth 0.7 linecolor rgb '" RL_PLOT_GRID "'\n",
        (double)LOW, (double)high_end(results));
    rl_plot_panel(to, &frame, 0, 0, 2, "Value f(z)");
    range_of(to, results, value_at);
    rl_write(to, "  plot ");
    lines(to, results, 2);
    rl_write(to, "\n");
    rl_plot_clear(to);
    rl_plot_panel(to, &frame, 1, 0, 2, "Slope f′(z)");
    range_of(to, results, slope_at);
    rl_write(to, "  plot ");
    lines(to, results, 3);
    circles(to, results);
    rl_write(to, "\n");
    rl_plot_clear(to);
    rl_plot_end(to);
}

static bool wanted(const rl_results *results)
{
    for (size_t a = 0; a < results->arm_count; a++)
        if (results->arms[a].curve)
            return true;
    return false;
}

static void caption(rl_writing *to, const rl_results *results)
{
    rl_write(to, "The activations compared, and their slopes. Where a slope jumps, the filled circle is the value that "
                 "counts at the kink.");
    if (rl_any_gates(results))
        rl_write(to, " Gated cells have no curve of the kind, and are left out.");
}

const rl_plot rl_plot_activations = { "activations", wanted, script, data, caption };
