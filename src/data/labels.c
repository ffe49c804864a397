#include "data/labels.h"
#include "base/memory.h"

#include <string.h>

/* A name of that length stands before (< 0), at (0) or after (> 0) the label. */
static int compare(const char *name, size_t length, double value, const rl_label *label)
{
    if (value != label->value)
        return value < label->value ? -1 : 1;
    size_t other = strlen(label->name);
    int bytes = memcmp(name, label->name, length < other ? length : other);
    return bytes != 0 ? bytes : length < other ? -1 : length > other;
}

static bool make_room(rl_labels *labels, rl_error *err)
{
    if (labels->count == RL_MOST_CLASSES)
        return rl_fail(err, RL_BAD_FILE,
            "%.100s: more than %d different classes; for real targets write :regression after the file's name",
            labels->file, RL_MOST_CLASSES);
    if (labels->count < labels->room)
        return true;
    size_t room = labels->room ? 2 * labels->room : 16;
    rl_label *met = rl_grow(labels->memory, labels->met, labels->count, room, sizeof *met, err);
    if (!met)
        return false;
    labels->met = met;
    uint32_t *order = rl_grow(labels->memory, labels->order, labels->count, room, sizeof *order, err);
    if (!order)
        return false;
    labels->order = order;
    labels->room = room;
    return true;
}

bool rl_labels_add(rl_labels *labels, const char *name, size_t length, double value, size_t *place, rl_error *err)
{
    if (rl_failed(err))
        return false;
    size_t low = 0, high = labels->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int side = compare(name, length, value, &labels->met[labels->order[middle]]);
        if (side == 0) {
            *place = labels->order[middle];
            return true;
        }
        if (side < 0)
            high = middle;
        else
            low = middle + 1;
    }
    if (!make_room(labels, err))
        return false;
    char *copy = rl_new(labels->memory, length + 1, 1, err);
    if (!copy)
        return false;
    memcpy(copy, name, length);
    memmove(labels->order + low + 1, labels->order + low, (labels->count - low) * sizeof *labels->order);
    labels->order[low] = (uint32_t)labels->count;
    labels->met[labels->count] = (rl_label){ copy, value };
    *place = labels->count++;
    return true;
}

bool rl_labels_settle(const rl_labels *labels, rl_dataset *data, rl_error *err)
{
    uint32_t *class_of = rl_new(labels->memory, labels->count, sizeof *class_of, err);
    char **names = rl_new(data->memory, labels->count, sizeof *names, err);
    for (size_t c = 0; c < labels->count && !rl_failed(err); c++) {
        class_of[labels->order[c]] = (uint32_t)c;
        names[c] = rl_copy_text(data->memory, labels->met[labels->order[c]].name, err);
    }
    /* From here data owns the names, the missing ones too: rl_data_free takes NULL for a name. */
    if (names) {
        data->class_names = names;
        data->classes = labels->count;
    }
    for (size_t i = 0; i < data->rows && !rl_failed(err); i++)
        data->y[i] = (float)class_of[(size_t)data->y[i]];
    rl_free(labels->memory, class_of);
    return !rl_failed(err);
}

void rl_labels_free(rl_labels *labels)
{
    for (size_t i = 0; i < labels->count; i++)
        rl_free(labels->memory, labels->met[i].name);
    rl_free(labels->memory, labels->met);
    rl_free(labels->memory, labels->order);
}
