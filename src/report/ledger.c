#include "report/ledger.h"

#include "report/csv.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- events.csv ---- */

void rl_write_events_head(rl_writing *to, bool with_regime)
{
    rl_write(to, "%s", with_regime ? "regime," : "");
    rl_write(to,
        "activation,alpha,seed,event,step,since,epoch,layer,unit,cause,row,z_before,z_after,bias,weights,inputs,"
        "skip,scale,statistics\n");
}

/* Nine digits tell every float apart. */
static void write_number(rl_writing *to, double number, bool known)
{
    rl_write(to, ",");
    if (known && isfinite(number))
        rl_write(to, "%.9g", number);
}

void rl_write_event(rl_writing *to, const rl_event *e, long epoch, int layer)
{
    const bool known = e->row >= 0;
    rl_write(to, ",%s,%ld,", rl_event_name(e->kind), e->step);
    if (e->since >= 0)
        rl_write(to, "%ld", e->since);
    rl_write(to, ",%ld,%d,%d,%s,", epoch, layer, e->unit.unit, rl_event_cause(e));
    if (known)
        rl_write(to, "%ld", e->row);
    write_number(to, e->z_before, known);
    write_number(to, e->z_after, known);
    for (int t = 0; t < RL_TERMS; t++)
        write_number(to, e->terms[t], known);
    rl_write(to, "\n");
}

void rl_write_events_csv(rl_writing *to, const rl_results *results)
{
    rl_write_events_head(to, true);
    for (size_t i = 0; i < results->setting_count * results->arm_count; i++) {
        const rl_cell *cell = &results->cells[i];
        const rl_arm arm = rl_results_arm(results, cell->setting, cell->arm);
        for (size_t s = 0; s < results->seeds; s++)
            for (size_t k = 0; cell->trials[s].done && k < cell->trials[s].event_count; k++) {
                const rl_event *e = &cell->trials[s].events[k];
                rl_write(to, "%s,", results->settings[cell->setting].name);
                rl_write_csv_arm(to, arm);
                rl_write(to, ",%llu", (unsigned long long)cell->trials[s].seed);
                rl_write_event(to, e, rl_event_epoch(&results->settings[cell->setting].recipe, results->train_rows, e),
                    rl_event_layer(cell, e));
            }
    }
}

int rl_layer_of_event(const rl_trained *seed, const rl_event *e)
{
    int layer = 1;
    while ((size_t)layer < seed->layer_count && seed->layers[layer - 1].node != e->unit.node)
        layer++;
    return layer;
}

char *rl_training_events(const rl_training_found *found, rl_error *err)
{
    rl_writing to = rl_writing_begin((rl_memory){ 0 }, err);
    rl_write_events_head(&to, false);
    for (size_t s = 0; s < found->seed_count; s++)
        for (size_t k = 0; k < found->seeds[s].event_count; k++) {
            const rl_event *e = &found->seeds[s].events[k];
            rl_write_csv_arm(&to, found->arm);
            rl_write(&to, ",%llu", (unsigned long long)found->seeds[s].seed);
            rl_write_event(
                &to, e, rl_event_epoch(found->recipe, found->train_rows, e), rl_layer_of_event(&found->seeds[s], e));
        }
    return rl_writing_end(&to);
}

/* ---- JSON ---- */

static const char *const CAUSE_KEYS[RL_CAUSES] = { "bias", "weights", "inputs", "skip", "scale", "statistics", "slope",
    "birth", "unseen", "broken" };

rl_json *rl_event_json(const rl_event *e, long epoch, int layer)
{
    const bool known = e->row >= 0;
    rl_json *event = rl_json_object();
    rl_json_set(&event, "event", rl_json_text(rl_event_name(e->kind)));
    rl_json_set(&event, "step", rl_json_integer(e->step));
    rl_json_set(&event, "since", e->since >= 0 ? rl_json_integer(e->since) : rl_json_null());
    rl_json_set(&event, "epoch", rl_json_integer(epoch));
    rl_json_set(&event, "layer", rl_json_integer(layer));
    rl_json_set(&event, "unit", rl_json_integer(e->unit.unit));
    rl_json_set(&event, "cause", rl_json_text(rl_event_cause(e)));
    rl_json_set(&event, "row", known ? rl_json_integer(e->row) : rl_json_null());
    rl_json_set(&event, "z_before", known ? rl_json_number(e->z_before) : rl_json_null());
    rl_json_set(&event, "z_after", known ? rl_json_number(e->z_after) : rl_json_null());
    rl_json *terms = known ? rl_json_object() : rl_json_null();
    for (int t = 0; known && t < RL_TERMS; t++)
        rl_json_set(&terms, CAUSE_KEYS[t], rl_json_number(e->terms[t]));
    rl_json_set(&event, "terms", terms);
    return event;
}

rl_json *rl_causes_json(const size_t counts[RL_CAUSES])
{
    rl_json *object = rl_json_object();
    for (int c = 0; c < RL_CAUSES; c++)
        if (c < RL_TERMS || counts[c])
            rl_json_set(&object, CAUSE_KEYS[c], rl_json_count(counts[c]));
    return object;
}

rl_json *rl_ledger_json(const rl_results *results, size_t setting, size_t arm)
{
    enum { MOST_LISTED = 100 };
    const rl_ledger ledger = rl_ledger_of(results, setting, arm);
    const rl_cell *cell = rl_results_cell(results, setting, arm);
    rl_json *list = rl_json_array();
    size_t listed = 0;
    for (size_t s = 0; s < results->seeds; s++)
        for (size_t k = 0; cell->trials[s].done && k < cell->trials[s].event_count && listed < MOST_LISTED; k++) {
            const rl_event *e = &cell->trials[s].events[k];
            rl_json *event = rl_event_json(
                e, rl_event_epoch(&results->settings[setting].recipe, results->train_rows, e), rl_event_layer(cell, e));
            rl_json_set(&event, "seed", rl_json_count(cell->trials[s].seed));
            rl_json_push(&list, event);
            listed++;
        }
    rl_json *object = rl_json_object();
    rl_json_set(&object, "reference_rows", rl_json_count(results->train_rows));
    rl_json_set(&object, "units", rl_json_count(ledger.units));
    rl_json_set(&object, "born_dead", rl_json_count(ledger.born_dead));
    rl_json_set(&object, "deaths", rl_json_count(ledger.deaths));
    rl_json_set(&object, "revivals", rl_json_count(ledger.revivals));
    rl_json_set(&object, "not_a_number", rl_json_count(ledger.broken));
    rl_json_set(&object, "deaths_by_cause", rl_causes_json(ledger.death_causes));
    rl_json_set(&object, "revivals_by_cause", rl_causes_json(ledger.revival_causes));
    rl_json_set(&object, "listed", rl_json_count(listed));
    rl_json_set(&object, "list", list);
    return object;
}

/* ---- A death in a sentence ---- */

static rl_words signed_number(double number)
{
    rl_words words = rl_say_number(number), with_sign;
    snprintf(with_sign.text, sizeof with_sign.text, "%s%.100s", number > 0 ? "+" : "", words.text);
    return with_sign;
}

void rl_write_case(rl_writing *to, const rl_results *results, const rl_case *told)
{
    static const char *const WHY[] = { NULL, "its weights moved", "its inputs moved",
        "what its skip connection brings moved", "the factor of its batch norm moved",
        "the running statistics of its batch norm moved" };
    static const char *const NAMES[] = { "bias", "weights", "inputs", "skip connection", "factor", "statistics" };
    const rl_event *e = told->event;
    const bool rose = e->z_after > e->z_before;
    const long epoch = rl_event_epoch(&results->settings[told->setting].recipe, results->train_rows, e);
    rl_write(to, "%s, %s, seed %llu: unit %d of hidden layer %d died in epoch %ld because ",
        rl_setting_title(results, told->setting).text, rl_arm_short(results, told->arm).text,
        (unsigned long long)(results->first_seed + told->seed), e->unit.unit,
        rl_event_layer(rl_results_cell(results, told->setting, told->arm), e), epoch);
    rl_write(to, "%s",
        e->cause == RL_BY_BIAS ? (e->terms[RL_BY_BIAS] < 0 ? "its bias fell" : "its bias rose") : WHY[e->cause]);
    rl_write(to, ": on training row %ld, where it had been most awake, z %s from %s to %s (", e->row,
        rose ? "rose" : "fell", rl_say_number(e->z_before).text, rl_say_number(e->z_after).text);
    const char *between = "";
    for (int t = 0; t < RL_TERMS; t++) {
        if (e->terms[t] == 0 && t >= RL_BY_INPUTS)
            continue;
        rl_write(to, "%s%s %s", between, NAMES[t], signed_number(e->terms[t]).text);
        between = ", ";
    }
    rl_write(to, ").");
}
