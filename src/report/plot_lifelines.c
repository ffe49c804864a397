/* Life-lines: one seed's units from top to bottom, time from left to right. A line is thin while its unit lives, thick
 * while it is dead, dashed while it is silent yet learning, dotted where it is not a number. */
#include "report/plot_frame.h"
#include "report/plots.h"

#include <stdio.h>

enum { MOST_UNITS = 160, ARMS = 2 };

typedef enum { ALIVE, SILENT, DEAD, BROKEN, STATES } life;
static const struct {
    const char *name, *colour, *dash;
    double width;
} LOOKS[STATES] = {
    { "alive", RL_PLOT_AXIS, "1", 0.7 },
    { "silent, yet learning", "#0072B2", "(8,3)", 1.8 },
    { "dead", "#D55E00", "1", 3 },
    { "not a number", "#CC79A7", "(2,3)", 2 },
};

static life life_of(unsigned char state)
{
    return state & RL_UNIT_BROKEN ? BROKEN : state & RL_UNIT_DEAD ? DEAD : state & RL_UNIT_SILENT ? SILENT : ALIVE;
}

static const rl_trial *first_trial(const rl_results *results, size_t setting, size_t arm)
{
    return &rl_results_cell(results, setting, arm)->trials[0];
}

static bool wanted(const rl_results *results)
{
    for (size_t i = 0; i < results->setting_count * results->arm_count; i++) {
        const rl_recipe *recipe = &results->settings[i / results->arm_count].recipe;
        const rl_trial *trial = &results->cells[i].trials[0];
        size_t all = ((size_t)rl_epochs(recipe) + 1) * results->cells[i].units;
        for (size_t k = 0; i % results->arm_count < ARMS && trial->done && trial->states && k < all; k++)
            if (life_of(trial->states[k]) != ALIVE)
                return true;
    }
    return false;
}

/* Where layers end, a thin line and a number beside it. */
static void mark_layers(rl_writing *to, const rl_cell *cell, size_t shown)
{
    size_t unit = 0;
    for (size_t h = 0; h + 1 < cell->layer_count; h++) {
        unit += (size_t)cell->layers[h].units;
        if (unit < shown)
            rl_write(to,
                "  set arrow from graph 0, first %zu.5 to graph 1, first %zu.5 nohead linewidth 0.7 dashtype (1,3) "
                "linecolor rgb '" RL_PLOT_AXIS "'\n",
                unit, unit);
    }
}

static void script(rl_writing *to, const rl_results *results, const rl_summary *summary)
{
    (void)summary;
    const size_t columns = results->arm_count < ARMS ? results->arm_count : ARMS;
    rl_frame frame = rl_frame_for(columns);
    frame.columns = (int)columns;
    frame.rows = (int)(results->setting_count < 20 ? results->setting_count : 20);
    frame.panel_height = 210;
    frame.top += 24;
    frame.gap_y = 50;
    char subtitle[300];
    snprintf(subtitle, sizeof subtitle,
        "seed %llu of each regime: hidden units from the first layer (top) to the last, over time",
        (unsigned long long)results->first_seed);
    rl_plot_begin(to, "lifelines", "Life-lines", subtitle, &frame);
    double x = frame.left;
    for (int k = 0; k < STATES; k++)
        x = rl_plot_line_sample(to, &frame, x, LOOKS[k].colour, LOOKS[k].dash, LOOKS[k].width, LOOKS[k].name);
    rl_plot_axis_names(to, &frame, "epoch", "hidden unit");
    for (int row = 0; row < frame.rows; row++)
        for (size_t a = 0; a < columns; a++) {
            const size_t s = (size_t)row;
            const rl_recipe *recipe = &results->settings[s].recipe;
            const rl_cell *cell = rl_results_cell(results, s, a);
            const size_t shown = cell->units < MOST_UNITS ? cell->units : MOST_UNITS;
            char title[400];
            snprintf(title, sizeof title, "%s, %s", rl_setting_title(results, s).text, rl_arm_short(results, a).text);
            rl_plot_panel(to, &frame, (int)a, row, (size_t)frame.rows * columns, title);
            rl_write(to, "  set format x '%%g'\n  set xrange [0:%ld]\n  set yrange [%zu.8:0.2]\n  set format y '%s'\n",
                rl_epochs(recipe), shown, a ? "" : "%g");
            rl_write(to, "  set ytics %.6g\n", rl_tic_step((double)shown) < 1 ? 1.0 : rl_tic_step((double)shown));
            mark_layers(to, cell, shown);
            rl_write(to, "  plot ");
            for (int k = 0; k < STATES; k++)
                rl_write(to,
                    "'lifelines.dat' index %zu using 1:($4==%d?$2:NaN):3:(0) with vectors nohead linewidth %.6g "
                    "dashtype %s linecolor rgb '%s' notitle, \\\n    ",
                    s * columns + a, k, LOOKS[k].width, LOOKS[k].dash, LOOKS[k].colour);
            rl_write(to, "NaN notitle\n");
            rl_plot_clear(to);
        }
    rl_plot_end(to);
}

/* Runs of one state. A census tells the state from there to the next one; the last is drawn up to the edge. */
static void write_lines(rl_writing *to, const rl_trial *trial, size_t units, long epochs)
{
    for (size_t u = 0; u < units && u < MOST_UNITS; u++)
        for (long e = 0, end; e < epochs; e = end) {
            life now = life_of(trial->states[(size_t)e * units + u]);
            end = e + 1;
            while (end < epochs && life_of(trial->states[(size_t)end * units + u]) == now)
                end++;
            rl_write(to, "%ld %zu %ld %d\n", e, u + 1, end - e, (int)now);
        }
}

static void data(rl_writing *to, const rl_results *results, const rl_summary *summary)
{
    (void)summary;
    const size_t columns = results->arm_count < ARMS ? results->arm_count : ARMS;
    rl_write(to, "# epoch, unit, for how many epochs, state (0 alive, 1 silent, 2 dead, 3 not a number)\n");
    for (size_t s = 0; s < results->setting_count; s++)
        for (size_t a = 0; a < columns; a++) {
            const rl_recipe *recipe = &results->settings[s].recipe;
            const rl_trial *trial = first_trial(results, s, a);
            rl_write(to, "%s# regime %zu, arm %zu\n", s + a ? "\n\n" : "", s + 1, a + 1);
            if (trial->done && trial->states)
                write_lines(to, trial, rl_results_cell(results, s, a)->units, rl_epochs(recipe));
            else
                rl_write(to, "0 0 0 0\n");
        }
}

static void caption(rl_writing *to, const rl_results *results)
{
    rl_write(to,
        "Each line is a hidden unit of the net with seed %llu, the first layer’s on top; dotted lines part the layers. "
        "Thin: alive; thick: dead on all %zu training rows; dashed: silent, z ≤ 0 on all of them, but its slope is not "
        "0 "
        "and it learns; dotted: not a number.",
        (unsigned long long)results->first_seed, results->train_rows);
}

const rl_plot rl_plot_lifelines = { "lifelines", wanted, script, data, caption };
