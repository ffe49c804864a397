/* The plots of a report: one line a plot in plots.c, one file a kind. */
#ifndef RL_REPORT_PLOTS_H
#define RL_REPORT_PLOTS_H

#include "report/writing.h"
#include "relive_study.h"

typedef struct {
    const char *name; /* "loss": loss.svg, loss.png, loss.gnuplot, loss.dat */
    bool (*wanted)(const rl_results *results);
    void (*script)(rl_writing *to, const rl_results *results, const rl_summary *summary);
    void (*data)(rl_writing *to, const rl_results *results, const rl_summary *summary);
    void (*caption)(rl_writing *to, const rl_results *results); /* plain text: what the page says below it */
} rl_plot;

extern const rl_plot rl_plot_loss, rl_plot_accuracy, rl_plot_dead, rl_plot_activations, rl_plot_boundary,
    rl_plot_timeline, rl_plot_lifelines, rl_plot_causes, rl_plot_scatter, rl_plot_gap, rl_plot_alpha, rl_plot_test_loss,
    rl_plot_through_time, rl_plot_maps;

bool rl_has_events(const rl_results *results); /* has any unit died, come back or broken? */

const rl_plot *const *rl_plots(size_t *count);

/* These plots alone in folder, all of them or none; results as far as the plots look at them. At most 8. */
bool rl_plots_write(
    const rl_plot *const *plots, size_t count, const rl_results *results, const char *folder, rl_error *err);

#endif
