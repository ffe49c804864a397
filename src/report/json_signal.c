/* What signal found, as JSON. */
#include "report/json_pieces.h"

static rl_json *spread(rl_spread s)
{
    rl_json *object = rl_json_object();
    rl_json_set(&object, "mean", rl_json_number(s.mean));
    rl_json_set(&object, "se", rl_json_number(s.se));
    rl_json_set(&object, "median", rl_json_number(s.median));
    return object;
}

static rl_json *case_of(const rl_signal_case *about)
{
    rl_json *layers = rl_json_array();
    for (int l = 0; l < about->depth; l++) {
        const rl_signal_layer *layer = &about->layers[l];
        rl_json *object = rl_json_object();
        rl_json_set(&object, "layer", rl_json_integer(l + 1));
        rl_json_set(&object, "variance", spread(layer->variance));
        rl_json_set(&object, "ratio", spread(layer->ratio));
        rl_json_set(&object, "expected_ratio", rl_json_number(layer->expected));
        rl_json_set(&object, "gradient", spread(layer->gradient));
        rl_json_push(&layers, object);
    }
    rl_json *object = rl_json_object();
    rl_json_set(&object, "activation", rl_label_json(about->curve));
    rl_json_set(&object, "init", rl_json_text(rl_initialiser_name(about->init)));
    rl_json_set(&object, "init_sd", about->init == &rl_normal ? rl_json_float(about->init_sd) : rl_json_null());
    rl_json_set(&object, "depth", rl_json_integer(about->depth));
    rl_json_set(&object, "trials", rl_json_count(about->trials));
    rl_json_set(&object, "layers", layers);
    return object;
}

char *rl_signal_json(const rl_signal *signal, const rl_signals *found, rl_error *err)
{
    rl_json *cases = rl_json_array();
    for (size_t c = 0; c < found->case_count; c++)
        rl_json_push(&cases, case_of(&found->cases[c]));
    rl_json *document = rl_json_object();
    rl_json_set(&document, "schema", rl_json_integer(1));
    rl_json_set(&document, "width", rl_json_integer(signal->width));
    rl_json_set(&document, "seed", rl_json_count(signal->first_seed));
    rl_json_set(&document, "trials", rl_json_count(signal->trials));
    rl_json_set(&document, "interrupted", rl_json_bool(found->interrupted));
    rl_json_set(&document, "cases", cases);
    char *page = rl_json_page(document, err);
    rl_json_free(document);
    return page;
}
