/* Of what units died: one bar for each regime and arm in which any died, cut by cause. Causes differ in colour and in
 * the pattern they are filled with. */
#include "report/plot_frame.h"
#include "report/plots.h"

#include <stdio.h>

enum { BORN, TERMS, OTHER = TERMS + RL_TERMS, PARTS, ROW = 30 };
static const struct {
    const char *name, *colour;
    int pattern; /* gnuplot's */
} LOOKS[PARTS] = {
    [BORN] = { "born dead", "#7A7A7A", 3 },
    [TERMS + RL_BY_BIAS] = { "bias moved", "#E69F00", 1 },
    [TERMS + RL_BY_WEIGHTS] = { "weights moved", "#D55E00", 7 },
    [TERMS + RL_BY_INPUTS] = { "inputs moved", "#0072B2", 4 },
    [TERMS + RL_BY_SKIP] = { "skip moved", "#009E73", 2 },
    [TERMS + RL_BY_SCALE] = { "scale moved", "#56B4E9", 5 },
    [TERMS + RL_BY_STATISTICS] = { "statistics moved", "#8B5A2B", 1 },
    [OTHER] = { "other", "#CC79A7", 6 },
};

static void parts_of(const rl_ledger *ledger, size_t parts[PARTS])
{
    size_t others = ledger->deaths;
    parts[BORN] = ledger->born_dead;
    for (int t = 0; t < RL_TERMS; t++) {
        parts[TERMS + t] = ledger->death_causes[t];
        others -= ledger->death_causes[t];
    }
    parts[OTHER] = others;
}

static size_t dead_in(const rl_ledger *ledger)
{
    return ledger->born_dead + ledger->deaths;
}

static size_t rows_of(const rl_results *results)
{
    size_t rows = 0;
    for (size_t i = 0; i < results->setting_count * results->arm_count; i++) {
        rl_ledger ledger = rl_ledger_of(results, i / results->arm_count, i % results->arm_count);
        rows += dead_in(&ledger) > 0;
    }
    return rows;
}

static bool anyone_died_of(const rl_results *results, int part)
{
    for (size_t i = 0; i < results->setting_count * results->arm_count; i++) {
        rl_ledger ledger = rl_ledger_of(results, i / results->arm_count, i % results->arm_count);
        size_t parts[PARTS];
        parts_of(&ledger, parts);
        if (parts[part])
            return true;
    }
    return false;
}

static bool wanted(const rl_results *results)
{
    return rows_of(results) > 0;
}

static void script(rl_writing *to, const rl_results *results, const rl_summary *summary)
{
    (void)summary;
    rl_frame frame = rl_frame_for(1);
    const size_t rows = rows_of(results);
    frame.left = 250;
    frame.top += 24;
    frame.right = 90;
    frame.panel_height = ROW * (int)(rows < 200 ? rows : 200) + 10;
    rl_plot_begin(
        to, "causes", "Of what they died", "shares of all deaths, those born dead included; right: how many", &frame);
    rl_write(to, "  set xrange [0:100]\n  set yrange [%zu.5:0.5]\n  unset ytics\n", rows);
    rl_plot_panel(to, &frame, 0, 0, 1, NULL);
    size_t row = 0;
    for (size_t i = 0; i < results->setting_count * results->arm_count; i++) {
        rl_ledger ledger = rl_ledger_of(results, i / results->arm_count, i % results->arm_count);
        if (!dead_in(&ledger))
            continue;
        char text[400];
        double y = frame.top + ((double)row++ + 0.5) * frame.panel_height / (double)rows;
        snprintf(text, sizeof text, "%s, %s", rl_setting_title(results, i / results->arm_count).text,
            rl_arm_short(results, i % results->arm_count).text);
        rl_plot_text_before(to, &frame, frame.left - 10, y, 11, RL_PLOT_INK, text);
        snprintf(text, sizeof text, "%zu", dead_in(&ledger));
        rl_plot_text(to, &frame, frame.left + frame.panel_width + 8, y, 11, RL_PLOT_GREY, text);
    }
    rl_plot_axis_names(to, &frame, "% of deaths", "");
    rl_write(to,
        "  set key at screen 0.5, screen %.5f center center horizontal samplen 1.6 width -1 font ',11' textcolor rgb "
        "'" RL_PLOT_INK "'\n  plot ",
        1 - 70.0 / (frame.top + frame.panel_height + frame.bottom));
    for (int p = 0; p < PARTS; p++) {
        if (!anyone_died_of(results, p))
            continue;
        rl_write(to,
            "'causes.dat' using (($%d+$%d)/2):1:(($%d-$%d)/2):(0.34) with boxxyerror fillstyle pattern %d border "
            "linecolor rgb '%s' fillcolor rgb '%s' title '%s', \\\n    ",
            2 + p, 3 + p, 3 + p, 2 + p, LOOKS[p].pattern, LOOKS[p].colour, LOOKS[p].colour, LOOKS[p].name);
    }
    rl_write(to, "NaN notitle\n");
    rl_plot_clear(to);
    rl_plot_end(to);
}

static void data(rl_writing *to, const rl_results *results, const rl_summary *summary)
{
    (void)summary;
    size_t row = 0;
    rl_write(to, "# row, then where each part ends (%%), from 0:");
    for (int p = 0; p < PARTS; p++)
        rl_write(to, "%s %s", p ? "," : "", LOOKS[p].name);
    rl_write(to, "\n");
    for (size_t i = 0; i < results->setting_count * results->arm_count; i++) {
        rl_ledger ledger = rl_ledger_of(results, i / results->arm_count, i % results->arm_count);
        size_t parts[PARTS], all = dead_in(&ledger), sum = 0;
        if (!all)
            continue;
        parts_of(&ledger, parts);
        rl_write(to, "%zu 0", ++row);
        for (int p = 0; p < PARTS; p++) {
            sum += parts[p];
            rl_write(to, " %.6g", 100 * (double)sum / (double)all);
        }
        rl_write(to, "\n");
    }
}

static void caption(rl_writing *to, const rl_results *results)
{
    rl_write(to,
        "The cause of a death is the term that pushed hardest in Δz = Δb + Δw·x + w·Δx (and what a skip connection "
        "adds), on the training row on which the unit had been most awake. ");
    if (anyone_died_of(results, TERMS + RL_BY_SCALE) || anyone_died_of(results, TERMS + RL_BY_STATISTICS))
        rl_write(to, "Behind a batch norm, its scale γ and its running mean and variance are terms of their own. ");
    rl_write(to, rl_any_steps(results)
                     ? "The inputs of a recurrent layer are the data, which cannot move, and its own states, which do."
                     : "In the first hidden layer the inputs are data and cannot move.");
}

const rl_plot rl_plot_causes = { "causes", wanted, script, data, caption };
