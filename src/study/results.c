/* Results own every block they point to, each from rl_new with their memory: names, words, layers, trials with their
 * curves and their events, boundaries, points. Half-filled ones (after a failure) can be freed as well. */
#include "study/results.h"

#include "base/memory.h"
#include "study/maps.h"

size_t rl_curve_points(const rl_recipe *recipe)
{
    return (size_t)(recipe->training.epochs > 0 ? recipe->training.epochs : 10) + 1;
}

const rl_cell *rl_results_cell(const rl_results *results, size_t setting, size_t arm)
{
    return &results->cells[setting * results->arm_count + arm];
}

rl_arm rl_results_arm(const rl_results *results, size_t setting, size_t arm)
{
    return rl_arm_on(results->settings[setting].base, results->arms[arm]);
}

static void free_cell(const rl_results *results, rl_cell *cell)
{
    for (size_t i = 0; cell->trials && i < results->seeds; i++) {
        const rl_trial *trial = &cell->trials[i];
        double *const curves[] = { trial->loss, trial->train_accuracy, trial->test_loss, trial->test_accuracy,
            trial->dead_share, trial->silent_share, trial->layer_dead, trial->reach_first, trial->reach_last };
        for (size_t curve = 0; curve < sizeof curves / sizeof *curves; curve++)
            rl_free(results->memory, curves[curve]);
        rl_free(results->memory, trial->events);
        rl_free(results->memory, trial->states);
    }
    rl_free(results->memory, cell->trials);
    rl_free(results->memory, cell->layers);
    rl_maps_free(cell->maps, results->memory);
    rl_free(results->memory, cell->boundary);
}

void rl_results_free(rl_results *results)
{
    const rl_memory memory = results->memory;
    for (size_t i = 0; results->cells && i < results->setting_count * results->arm_count; i++)
        free_cell(results, &results->cells[i]);
    for (size_t i = 0; results->settings && i < results->setting_count; i++) {
        rl_free(memory, results->settings[i].about);
        rl_free(memory, results->settings[i].layers);
    }
    for (size_t i = 0; results->class_names && i < results->classes; i++)
        rl_free(memory, results->class_names[i]);
    rl_free(memory, results->cells);
    rl_free(memory, results->settings);
    rl_free(memory, results->class_names);
    rl_free(memory, results->arms);
    rl_free(memory, results->data_name);
    rl_free(memory, results->data_spec);
    rl_data_free(results->points);
    *results = (rl_results){ .memory = memory };
}
