/* What predict found, as JSON. */
#include "report/json_pieces.h"

/* Classes go by name; without names by number. */
static rl_json *class_of(const rl_prediction_found *found, int decided)
{
    return found->class_names ? rl_json_text(found->class_names[decided]) : rl_json_integer(decided);
}

char *rl_prediction_json(const rl_prediction_found *found, rl_error *err)
{
    rl_json *outputs = rl_json_array(), *decided = rl_json_array(), *names = rl_json_array();
    for (size_t r = 0; r < found->rows; r++) {
        rl_json_push(&outputs, rl_json_floats(found->values + r * found->outputs, found->outputs));
        if (found->decided)
            rl_json_push(&decided, class_of(found, found->decided[r]));
    }
    for (size_t c = 0; c < found->classes; c++)
        rl_json_push(&names, class_of(found, (int)c));
    rl_json *document = rl_json_object();
    rl_json_set(&document, "schema", rl_json_integer(1));
    rl_json_set(&document, "rows", rl_json_count(found->rows));
    rl_json_set(&document, "outputs", outputs);
    rl_json_set(&document, "classes", decided);
    rl_json_set(&document, "class_names", names);
    rl_json_set(&document, "accuracy", rl_json_number(found->accuracy));
    rl_json_set(&document, "confusion", rl_confusion_json(found->confusion, found->classes));
    rl_json_set(&document, "squared_error", rl_json_number(found->squared_error));
    char *page = rl_json_page(document, err);
    rl_json_free(document);
    return page;
}
