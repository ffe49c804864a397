/* What prune did, as JSON. */
#include "report/json_pieces.h"

const char *rl_prune_fate_name(rl_prune_fate fate)
{
    static const char *const names[] = { [RL_REMOVED] = "removed",
        [RL_KEPT_FOR_SKIP] = "kept for a skip",
        [RL_KEPT_FOR_OUTPUT] = "kept for the width of the input or output",
        [RL_KEPT_AS_LAST] = "kept as the last of its layer",
        [RL_KEPT_FOR_PADDING] = "kept because padding stands beside it",
        [RL_KEPT_FOR_PLACE] = "kept for a layer that needs it in its place" };
    return names[fate];
}

static rl_json *evidence(const rl_pruned *found)
{
    rl_json *sides = rl_json_array(), *object = rl_json_object();
    for (size_t j = 0; found->box && j < found->features; j++)
        rl_json_push(&sides, rl_json_floats((float[]){ found->sides[j].lo, found->sides[j].hi }, 2));
    rl_json_set(&object, "kind", rl_json_text(found->box ? "box" : "data"));
    rl_json_set(&object, "data", rl_json_text(found->data));
    rl_json_set(&object, "rows", found->data ? rl_json_count(found->rows) : rl_json_null());
    rl_json_set(&object, "box", rl_json_text(found->box));
    rl_json_set(&object, "sides", sides);
    return object;
}

static rl_json *side(const rl_pruned_side *s)
{
    rl_json *object = rl_json_object();
    rl_json_set(&object, "units", rl_json_count(s->units));
    rl_json_set(&object, "parameters", rl_json_count(s->parameters));
    rl_json_set(&object, "accuracy", rl_json_number(s->accuracy));
    rl_json_set(&object, "dead_share", rl_json_number(s->dead_share));
    return object;
}

static rl_json *layer(const rl_pruned *found, const rl_pruned_layer *l)
{
    rl_json *removed = rl_json_array(), *values = rl_json_array(), *kept = rl_json_array(), *object = rl_json_object();
    for (size_t i = 0; i < found->count; i++) {
        if (found->units[i].node != l->node)
            continue;
        if (found->fates[i] == RL_REMOVED) {
            rl_json_push(&removed, rl_json_integer(found->units[i].unit));
            rl_json_push(&values, rl_json_float(found->values[i]));
        } else {
            rl_json *unit = rl_json_object();
            rl_json_set(&unit, "unit", rl_json_integer(found->units[i].unit));
            rl_json_set(&unit, "why", rl_json_text(rl_prune_fate_name(found->fates[i])));
            rl_json_push(&kept, unit);
        }
    }
    rl_json_set(&object, "name", rl_json_text(l->name));
    rl_json_set(&object, "activation", rl_json_text(l->activation));
    rl_json_set(&object, "units_before", rl_json_integer(l->units_before));
    rl_json_set(&object, "units_after", rl_json_integer(l->units_after));
    rl_json_set(&object, "removed", removed);
    rl_json_set(&object, "values", values);
    rl_json_set(&object, "kept", kept);
    return object;
}

char *rl_pruned_json(const rl_pruned *found, rl_error *err)
{
    if (err->code)
        return NULL;
    rl_json *layers = rl_json_array(), *difference = rl_json_object(), *document = rl_json_object();
    for (size_t i = 0; i < found->layer_count; i++)
        rl_json_push(&layers, layer(found, &found->layers[i]));
    rl_json_set(&difference, "largest", rl_json_number(found->difference));
    rl_json_set(&difference, "allowed", rl_json_number(found->allowed));
    rl_json_set(&difference, "compared", rl_json_count(found->compared));
    rl_json_set(&document, "schema", rl_json_integer(1));
    rl_json_set(&document, "model", rl_json_text(found->model));
    rl_json_set(&document, "saved", rl_json_text(found->saved));
    rl_json_set(&document, "evidence", evidence(found));
    rl_json_set(&document, "before", side(&found->before));
    rl_json_set(&document, "after", side(&found->after));
    rl_json_set(&document, "layers", layers);
    rl_json_set(&document, "output_difference", difference);
    char *page = rl_json_page(document, err);
    rl_json_free(document);
    return page;
}
