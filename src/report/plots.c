#include "report/plots.h"

const rl_plot *const *rl_plots(size_t *count)
{
    static const rl_plot *const PLOTS[] = { &rl_plot_gap, &rl_plot_alpha, &rl_plot_dead, &rl_plot_accuracy,
        &rl_plot_loss, &rl_plot_test_loss, &rl_plot_timeline, &rl_plot_lifelines, &rl_plot_causes, &rl_plot_scatter,
        &rl_plot_through_time, &rl_plot_maps, &rl_plot_boundary, &rl_plot_activations };
    *count = sizeof PLOTS / sizeof *PLOTS;
    return PLOTS;
}
