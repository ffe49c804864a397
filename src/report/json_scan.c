/* What scan found, as JSON: for each layer the units of each word; null where the evidence cannot tell. */
#include "report/scan_pieces.h"

#include <math.h>
#include <string.h>

const rl_word rl_scan_words[RL_WORDS] = { RL_DEAD, RL_NEARLY_DEAD, RL_SILENT, RL_DORMANT, RL_ALWAYS_ON, RL_UNVARYING,
    RL_SATURATED, RL_STARVED, RL_SEVERED, RL_BROKEN, RL_PROVED_DEAD };

/* "nearly dead" is the member nearly_dead. */
static const char *key_of(rl_word word, char key[32])
{
    size_t i = 0;
    for (const char *c = rl_word_name(word); *c && i < 31; c++)
        key[i++] = *c == ' ' ? '_' : *c;
    key[i] = '\0';
    return key;
}

/* Without a box nothing is proved of a model, which is not the same as not known. */
static bool can_tell(const rl_scan *scan, unsigned known, rl_word word)
{
    return (known & word) || (word == RL_PROVED_DEAD && !scan->dump);
}

static rl_json *layer_json(const rl_scan *scan, const rl_scanned_layer *layer)
{
    char key[32];
    rl_json *object = rl_json_object(), *zeros = rl_json_array();
    rl_json_set(&object, "name", rl_json_text(layer->name));
    rl_json_set(&object, "activation", rl_json_text(layer->activation[0] ? layer->activation : NULL));
    rl_json_set(&object, "units", rl_json_integer(layer->units));
    for (int w = 0; w < RL_WORDS; w++) {
        const rl_word word = rl_scan_words[w];
        rl_json *ids = can_tell(scan, layer->known, word) ? rl_json_array() : rl_json_null();
        for (int u = 0; u < layer->units && can_tell(scan, layer->known, word); u++)
            if (layer->signs[u].words & word)
                rl_json_push(&ids, rl_json_integer(u));
        rl_json_set(&object, key_of(word, key), ids);
    }
    rl_json_set(&object, "sparsity", rl_json_number(layer->sparsity));
    rl_json_set(&object, "dispersion", rl_json_number(layer->dispersion));
    for (int u = 0; u < layer->units; u++)
        rl_json_push(&zeros, rl_json_number(layer->signs[u].zeros));
    rl_json_set(&object, "apoz", isfinite(layer->sparsity) ? zeros : rl_json_null());
    if (!isfinite(layer->sparsity))
        rl_json_free(zeros);
    return object;
}

double rl_scan_sparsity(const rl_scan *scan)
{
    double sum = 0;
    for (size_t i = 0; i < scan->layer_count; i++)
        sum += scan->layers[i].sparsity * scan->layers[i].units;
    return sum / (double)rl_scan_units(scan);
}

static rl_json *totals_json(const rl_scan *scan)
{
    char key[32];
    rl_json *totals = rl_json_object();
    bool known;
    rl_json_set(&totals, "units", rl_json_count(rl_scan_units(scan)));
    for (int w = 0; w < RL_WORDS; w++) {
        size_t count = rl_scan_count(scan, rl_scan_words[w], &known);
        known = known || (rl_scan_words[w] == RL_PROVED_DEAD && !scan->dump);
        rl_json_set(&totals, key_of(rl_scan_words[w], key), known ? rl_json_count(count) : rl_json_null());
    }
    size_t dead = rl_scan_count(scan, RL_DEAD, &known);
    rl_json_set(
        &totals, "dead_share", known ? rl_json_number((double)dead / (double)rl_scan_units(scan)) : rl_json_null());
    rl_json_set(&totals, "sparsity", rl_json_number(rl_scan_sparsity(scan)));
    return totals;
}

static rl_json *box_json(const rl_scan *scan)
{
    if (!scan->box)
        return rl_json_null();
    rl_json *sides = rl_json_array(), *box = rl_json_object();
    for (size_t j = 0; j < scan->features; j++)
        rl_json_push(&sides, rl_json_floats((float[]){ scan->sides[j].lo, scan->sides[j].hi }, 2));
    rl_json_set(&box, "spec", rl_json_text(scan->box));
    rl_json_set(&box, "sides", sides);
    return box;
}

char *rl_scan_json(const rl_scan *scan, rl_error *err)
{
    rl_json *document = rl_json_object(), *reference = rl_json_object(), *thresholds = rl_json_object(),
            *layers = rl_json_array();
    rl_json_set(&reference, "data", rl_json_text(scan->dump ? scan->source : scan->data));
    rl_json_set(&reference, "rows", rl_json_count(scan->rows));
    rl_json_set(&thresholds, "dormant", rl_json_number(scan->thresholds.dormant));
    rl_json_set(&thresholds, "saturated", rl_json_number(scan->thresholds.saturated));
    rl_json_set(&thresholds, "nearly_dead", rl_json_number(scan->thresholds.nearly_dead));
    for (size_t i = 0; i < scan->layer_count; i++)
        rl_json_push(&layers, layer_json(scan, &scan->layers[i]));
    rl_json_set(&document, "schema", rl_json_integer(1));
    rl_json_set(&document, "model", rl_json_text(scan->dump ? NULL : scan->source));
    rl_json_set(&document, "dump", rl_json_text(scan->dump ? scan->source : NULL));
    rl_json_set(&document, "values", rl_json_text(!scan->dump ? NULL : scan->post ? "post" : "pre"));
    rl_json_set(&document, "reference", reference);
    rl_json_set(&document, "box", box_json(scan));
    rl_json_set(&document, "thresholds", thresholds);
    rl_json_set(&document, "layers", layers);
    rl_json_set(&document, "totals", totals_json(scan));
    char *page = rl_json_page(document, err);
    rl_json_free(document);
    return page;
}
