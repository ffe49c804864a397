/* What train found, as JSON. */
#include "report/json_pieces.h"
#include "report/ledger.h"

static rl_json *settings_of(const rl_training_found *found)
{
    rl_json *data = rl_json_object();
    rl_json_set(&data, "name", rl_json_text(found->data));
    rl_json_set(&data, "rows", rl_json_count(found->rows));
    rl_json_set(&data, "features", rl_json_count(found->features));
    rl_json_set(&data, "classes", rl_json_count(found->classes));
    rl_json_set(&data, "train_rows", rl_json_count(found->train_rows));
    rl_json_set(&data, "validation_rows", rl_json_count(found->validation_rows));
    rl_json_set(&data, "test_rows", rl_json_count(found->test_rows));
    rl_json_set(&data, "seed", rl_json_count(found->data_seed));
    rl_json *settings = rl_recipe_json(found->recipe, found->classes, found->train_rows);
    rl_json_set(&settings, "data", data);
    rl_json_set(&settings, "activation", rl_label_json(found->arm));
    rl_json_set(&settings, "alpha", rl_alpha_json(found->arm));
    rl_json_set(
        &settings, "redo_every", found->arm.redo_every ? rl_json_integer(found->arm.redo_every) : rl_json_null());
    rl_json_set(&settings, "census", found->census ? rl_json_integer(found->census) : rl_json_null());
    return settings;
}

static rl_json *ids(const int *units, size_t count)
{
    rl_json *array = rl_json_array();
    for (size_t i = 0; i < count; i++)
        rl_json_push(&array, rl_json_integer(units[i]));
    return array;
}

static rl_json *layers_of(const rl_trained *seed)
{
    rl_json *layers = rl_json_array();
    for (size_t i = 0; i < seed->layer_count; i++) {
        const rl_layer_state *state = &seed->layers[i];
        rl_json *layer = rl_json_object();
        rl_json_set(&layer, "name", rl_json_text(state->name));
        rl_json_set(&layer, "activation", rl_json_text(state->activation));
        rl_json_set(&layer, "units", rl_json_integer(state->units));
        rl_json_set(&layer, "reference_rows", rl_json_count(state->rows));
        rl_json_set(&layer, "dead", ids(state->dead, state->dead_count));
        rl_json_set(&layer, "silent", ids(state->silent, state->silent_count));
        rl_json_push(&layers, layer);
    }
    return layers;
}

static rl_json *events_of(const rl_training_found *found, const rl_trained *seed)
{
    enum { MOST_LISTED = 1000 };
    rl_json *list = rl_json_array();
    for (size_t i = 0; i < seed->event_count && i < MOST_LISTED; i++) {
        const rl_event *e = &seed->events[i];
        rl_json_push(
            &list, rl_event_json(e, rl_event_epoch(found->recipe, found->train_rows, e), rl_layer_of_event(seed, e)));
    }
    return list;
}

static rl_json *through_time(const rl_trained *seed)
{
    if (seed->steps == 0)
        return rl_json_null();
    rl_json *object = rl_json_object();
    rl_json_set(&object, "before", rl_json_numbers(seed->reach_first, seed->steps));
    rl_json_set(&object, "after",
        seed->fate.state == RL_DIVERGED ? rl_json_null() : rl_json_numbers(seed->reach_last, seed->steps));
    return object;
}

/* A run that diverged has no accuracy. */
static rl_json *seed_of(const rl_training_found *found, const rl_trained *seed)
{
    bool diverged = seed->fate.state == RL_DIVERGED;
    rl_json *object = rl_json_object();
    rl_json_set(&object, "seed", rl_json_count(seed->seed));
    rl_json_set(&object, "loss_curve", rl_json_numbers(seed->loss_curve, seed->points));
    rl_json_set(&object, "train_accuracy", diverged ? rl_json_null() : rl_json_number(seed->train_accuracy));
    rl_json_set(&object, "test_accuracy", diverged ? rl_json_null() : rl_json_number(seed->test_accuracy));
    rl_json_set(&object, "train_loss", diverged ? rl_json_null() : rl_json_number(seed->train_loss));
    rl_json_set(&object, "validation_loss", diverged ? rl_json_null() : rl_json_number(seed->validation_loss));
    rl_json_set(&object, "test_loss", diverged ? rl_json_null() : rl_json_number(seed->test_loss));
    rl_json_set(&object, "diverged_at", diverged ? rl_json_integer(seed->fate.diverged_at) : rl_json_null());
    rl_json_set(
        &object, "best_epoch", seed->fate.best_epoch >= 0 ? rl_json_integer(seed->fate.best_epoch) : rl_json_null());
    rl_json_set(&object, "stopped_early", rl_json_bool(seed->fate.state == RL_STOPPED_EARLY));
    rl_json_set(&object, "layers", layers_of(seed));
    rl_json_set(&object, "through_time", through_time(seed));
    rl_json_set(&object, "event_count", rl_json_count(seed->event_count));
    rl_json_set(&object, "events", events_of(found, seed));
    return object;
}

char *rl_training_json(const rl_training_found *found, rl_error *err)
{
    rl_json *seeds = rl_json_array();
    for (size_t i = 0; i < found->seed_count; i++)
        rl_json_push(&seeds, seed_of(found, &found->seeds[i]));
    rl_json *timing = rl_json_object();
    rl_json_set(&timing, "trainings", rl_json_count(found->trainings));
    rl_json_set(&timing, "seconds", rl_json_number(found->seconds));
    rl_json_set(&timing, "samples_per_second", rl_json_number(found->samples / found->seconds));
    rl_json_set(&timing, "threads", rl_json_integer(found->threads));
    rl_json_set(&timing, "lanes", rl_json_integer(found->lanes));
    rl_json *document = rl_json_object();
    rl_json_set(&document, "schema", rl_json_integer(1));
    rl_json_set(&document, "settings", settings_of(found));
    rl_json_set(&document, "interrupted", rl_json_bool(found->interrupted));
    rl_json_set(&document, "seeds", seeds);
    rl_json_set(&document, "confusion", rl_confusion_json(found->confusion, found->classes));
    rl_json_set(&document, "saved", rl_json_text(found->saved));
    rl_json_set(&document, "saved_seed", found->saved ? rl_json_count(found->saved_seed) : rl_json_null());
    rl_json_set(&document, "timing", timing);
    char *page = rl_json_page(document, err);
    rl_json_free(document);
    return page;
}
