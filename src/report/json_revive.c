/* What revive did, as JSON. */
#include "report/json_pieces.h"

const char *rl_revive_fate_name(rl_revive_fate fate)
{
    static const char *const names[] = {
        [RL_WOKEN] = "woken", [RL_WOULD_NOT_WAKE] = "would not wake", [RL_TIED] = "tied to a skip or an output"
    };
    return names[fate];
}

static rl_json *side_of(const rl_revived_side *side)
{
    rl_json *object = rl_json_object();
    rl_json_set(&object, "units", rl_json_count(side->units));
    rl_json_set(&object, "parameters", rl_json_count(side->parameters));
    rl_json_set(&object, "accuracy", rl_json_number(side->accuracy));
    rl_json_set(&object, "dead", rl_json_count(side->dead));
    rl_json_set(&object, "dead_share", rl_json_number((double)side->dead / (double)side->units));
    rl_json_set(&object, "dormant", rl_json_count(side->dormant));
    return object;
}

static rl_json *units_of(const rl_revived *found)
{
    rl_json *units = rl_json_array();
    for (size_t i = 0; i < found->count; i++) {
        rl_json *unit = rl_json_object();
        rl_json_set(&unit, "node", rl_json_integer(found->units[i].node));
        rl_json_set(&unit, "unit", rl_json_integer(found->units[i].unit));
        rl_json_set(&unit, "fate", rl_json_text(rl_revive_fate_name(found->fates[i])));
        rl_json_push(&units, unit);
    }
    return units;
}

char *rl_revived_json(const rl_revived *found, rl_error *err)
{
    static const char *const cures[] = { "redraw", "leaky", "lift" };
    rl_json *reference = rl_json_object();
    rl_json_set(&reference, "data", rl_json_text(found->data));
    rl_json_set(&reference, "rows", rl_json_count(found->rows));
    rl_json *document = rl_json_object();
    rl_json_set(&document, "schema", rl_json_integer(1));
    rl_json_set(&document, "model", rl_json_text(found->model));
    rl_json_set(&document, "saved", rl_json_text(found->saved));
    rl_json_set(&document, "reference", reference);
    rl_json_set(&document, "treated", rl_json_text(found->tau < 0 ? "dead" : "dormant"));
    rl_json_set(&document, "tau", found->tau < 0 ? rl_json_null() : rl_json_number(found->tau));
    rl_json_set(&document, "how", rl_json_text(cures[found->cure]));
    rl_json_set(&document, "alpha", found->cure == RL_CURE_LEAKY ? rl_json_float(found->alpha) : rl_json_null());
    rl_json_set(&document, "share", found->cure == RL_CURE_LIFT ? rl_json_number(found->share) : rl_json_null());
    rl_json_set(&document, "units", units_of(found));
    rl_json_set(&document, "before", side_of(&found->before));
    rl_json_set(&document, "after", side_of(&found->after));
    rl_json_set(&document, "output_difference", rl_json_number(found->difference));
    rl_json_set(&document, "largest_output", rl_json_number(found->largest));
    rl_json_set(&document, "same_expected", rl_json_bool(found->same_expected));
    char *page = rl_json_page(document, err);
    rl_json_free(document);
    return page;
}
