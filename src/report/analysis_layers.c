/* What the written comparisons say of nets that are given as layers. */
#include "report/essay.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static bool any_of_kind(const rl_results *results, const char *kind)
{
    for (size_t i = 0; i < results->setting_count * results->arm_count; i++)
        for (size_t k = 0; k < results->cells[i].layer_count; k++)
            if (strcmp(results->cells[i].layers[k].kind, kind) == 0)
                return true;
    return false;
}

void rl_say_units_of_layers(rl_essay *essay)
{
    const rl_results *results = essay->results;
    if (any_of_kind(results, "conv"))
        rl_say(essay, RL_SAY_DEATH, 1, "A channel of a convolution is one unit, over all its positions.");
    if (any_of_kind(results, "rnn"))
        rl_say(essay, RL_SAY_DEATH, 1, "A unit of a recurrent layer is one over all steps.");
    rl_listing names = { 0 };
    for (size_t a = 0; a < results->arm_count; a++)
        names.wanted += results->arms[a].gates != NULL;
    for (size_t a = 0; a < results->arm_count; a++)
        if (results->arms[a].gates)
            rl_list(&names, rl_arm_short(results, a).text);
    if (names.count)
        rl_say(essay, RL_SAY_DEATH, 0,
            "%s nets have no units that could die: the slopes of their gates are nowhere exactly 0.", names.text);
}

/* Where most of the first arm's units died, if that is worth a sentence. */
void rl_say_layer_by_layer(rl_essay *essay)
{
    const rl_results *results = essay->results;
    size_t where = 0;
    double most = 0;
    for (size_t s = 0; s < results->setting_count; s++) {
        const double dead = rl_essay_arm(essay, s, 0)->dead_last.mean;
        if (results->settings[s].recipe.layers && rl_results_cell(results, s, 0)->layer_count > 1 && dead > most) {
            most = dead;
            where = s;
        }
    }
    if (most == 0)
        return;
    const rl_cell *cell = rl_results_cell(results, where, 0);
    rl_listing shares = { .wanted = cell->layer_count < 6 ? cell->layer_count : 6 };
    for (size_t k = 0; k < shares.wanted; k++) {
        char item[200];
        snprintf(item, sizeof item, "%.20s %% of %.60s (%.60s)",
            rl_say_percent(rl_essay_arm(essay, where, 0)->layer_dead_last[k].mean).text, cell->layers[k].name,
            cell->layers[k].kind);
        rl_list(&shares, item);
    }
    rl_words name;
    rl_say(essay, RL_SAY_DEATH, 2, "Layer by layer, in %s the dead %.100s units were %s.", rl_where(essay, where).text,
        rl_short_name(essay, 0, &name), shares.text);
}

/* Two digits: "0.59", "1e-05". */
static rl_words times(rl_estimate decades)
{
    rl_words words;
    snprintf(words.text, sizeof words.text, "%.2g", pow(10, decades.mean));
    return words;
}

void rl_say_through_time(rl_essay *essay)
{
    const rl_results *results = essay->results;
    for (size_t s = 0; s < results->setting_count; s++) {
        rl_listing kept = { 0 };
        size_t steps = 0;
        for (int listed = 0; listed < 2; listed++)
            for (size_t a = 0; a < results->arm_count; a++) {
                const rl_arm_summary *arm = rl_essay_arm(essay, s, a);
                char item[300];
                if (!arm->kept_first.n || !arm->kept_last.n || rl_results_cell(results, s, a)->steps < 2)
                    continue;
                steps = rl_results_cell(results, s, a)->steps;
                snprintf(item, sizeof item, "%.120s %.40s (%.40s)", rl_arm_short(results, a).text,
                    times(arm->kept_first).text, times(arm->kept_last).text);
                if (listed)
                    rl_list(&kept, item);
                else
                    kept.wanted++;
            }
        if (kept.count)
            rl_say(essay, RL_SAY_SUCCESS, s == 0 ? 0 : 3,
                "In %s the first of %zu steps got so many times the last one’s gradient before training (and after): "
                "%s.",
                rl_where(essay, s).text, steps, kept.text);
    }
}
