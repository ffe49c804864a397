/* A small study: ReLU against Leaky ReLU on iris, eight seeds each, with biases that start far below zero.
 * Pairs share seed, initial weights and order of the data, so a difference is the curve's doing. */
#include <relive_study.h>
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    rl_error err = { 0 };
    rl_setting settings[2] = { { .regime = rl_regime_named("healthy", &err) },
        { .regime = rl_regime_named("low-bias", &err) } };
    for (int i = 0; i < 2 && !err.code; i++) {
        settings[i].recipe = rl_recipe_default();
        settings[i].regime->apply(&settings[i].recipe);
    }
    const rl_arm arms[2] = { { .curve = &rl_relu }, { .curve = &rl_leaky_relu, .alpha = 0.01f } };
    const rl_study study = {
        .data = "iris",
        .settings = settings,
        .setting_count = 2,
        .arms = arms,
        .arm_count = 2,
        .first_seed = 1,
        .seeds = 8,
    };

    rl_results results = { 0 };
    rl_summary summary = { 0 };
    char *table = NULL;
    if (!err.code && rl_study_run(&study, &results, &err) && rl_summarise(&results, &summary, &err))
        table = rl_results_table(&results, &summary, false, &err);
    if (table)
        printf("%s", table);
    else
        fprintf(stderr, "%s\n", err.text);

    free(table);
    rl_summary_free(&summary);
    rl_results_free(&results);
    return err.code ? 1 : 0;
}
