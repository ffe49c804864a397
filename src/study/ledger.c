/* The ledger of a study: how many units died, came back, and of what; and which deaths are worth telling. */
#include "relive_study.h"

#include <math.h>

rl_ledger rl_ledger_of(const rl_results *results, size_t setting, size_t arm)
{
    const rl_cell *cell = rl_results_cell(results, setting, arm);
    rl_ledger ledger = { 0 };
    for (size_t s = 0; s < results->seeds; s++) {
        const rl_trial *trial = &cell->trials[s];
        if (!trial->done)
            continue;
        ledger.trainings++;
        ledger.units += cell->units;
        for (size_t i = 0; i < trial->event_count; i++) {
            const rl_event *e = &trial->events[i];
            ledger.born_dead += e->kind == RL_BORN_DEAD;
            ledger.deaths += e->kind == RL_DEATH;
            ledger.revivals += e->kind == RL_REVIVAL;
            ledger.broken += e->kind == RL_NOT_A_NUMBER;
            ledger.death_causes[e->cause] += e->kind == RL_DEATH;
            ledger.revival_causes[e->cause] += e->kind == RL_REVIVAL;
        }
    }
    return ledger;
}

long rl_event_epoch(const rl_recipe *recipe, size_t train_rows, const rl_event *event)
{
    const int asked = recipe->training.batch;
    size_t batch = asked > 0 ? (size_t)asked : asked < 0 || train_rows < 32 ? train_rows : 32;
    const long steps = (long)((train_rows + batch - 1) / batch);
    return event->step / steps + (event->step % steps > 0);
}

int rl_event_layer(const rl_cell *cell, const rl_event *event)
{
    int layer = 1;
    while ((size_t)layer < cell->layer_count && cell->layers[layer - 1].node != event->unit.node)
        layer++;
    return layer;
}

/* How much of all that moved went the way of the cause, more for a unit that had been well awake and did not fall
 * absurdly far: 0 to 1. Written for curves that close below 0, as are nearly all that can die. */
static double clarity(const rl_event *e)
{
    double size = 0, fall = fabs(e->z_after - e->z_before), outside = fabs(e->z_after);
    for (int t = 0; t < RL_TERMS; t++)
        size += fabs(e->terms[t]);
    if (e->kind != RL_DEATH || e->cause >= RL_TERMS || !(size > 0) || !isfinite(size) || !(fall > outside))
        return 0;
    double dominance = fabs(e->terms[e->cause]) / size, awake = fall - outside;
    double flung = outside / (1 + awake); /* an explosion teaches less than a step too far */
    return dominance * awake / (1 + awake) / (1 + flung / 10);
}

/* What a case has in common with those already chosen: the less, the better. */
static int sameness(const rl_case *chosen, size_t count, const rl_case *one)
{
    int same = 0;
    for (size_t i = 0; i < count; i++) {
        bool setting = chosen[i].setting == one->setting, arm = chosen[i].arm == one->arm;
        same += 4 * (chosen[i].event->cause == one->event->cause) + 2 * setting + arm;
        same += 100 *
                (setting && arm && chosen[i].seed == one->seed && chosen[i].event->unit.node == one->event->unit.node);
    }
    return same;
}

static bool find_next(const rl_results *results, const rl_case *chosen, size_t count, rl_case *found)
{
    double best = 0;
    int least = 100; /* two of one layer of one net tell the same story */
    for (size_t i = 0; i < results->setting_count * results->arm_count; i++)
        for (size_t s = 0; s < results->seeds; s++) {
            const rl_trial *trial = &results->cells[i].trials[s];
            for (size_t k = 0; trial->done && k < trial->event_count; k++) {
                rl_case one = { i / results->arm_count, i % results->arm_count, s, &trial->events[k] };
                double clear = clarity(one.event);
                if (clear == 0)
                    continue;
                int same = sameness(chosen, count, &one);
                if (same < least || (same == least && clear > best && least < 100)) {
                    least = same;
                    best = clear;
                    *found = one;
                }
            }
        }
    return best > 0;
}

size_t rl_ledger_cases(const rl_results *results, rl_case *cases, size_t room)
{
    size_t count = 0;
    while (count < room && find_next(results, cases, count, &cases[count]))
        count++;
    return count;
}
