#include "data/dataset.h"
#include "base/memory.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* "0", "1", …: what classes are called until somebody knows better. */
static bool number_the_classes(rl_dataset *data, rl_error *err)
{
    data->class_names = rl_new(data->memory, data->classes, sizeof *data->class_names, err);
    for (size_t c = 0; c < data->classes && !rl_failed(err); c++) {
        char text[24];
        snprintf(text, sizeof text, "%zu", c);
        data->class_names[c] = rl_copy_text(data->memory, text, err);
    }
    return !rl_failed(err);
}

rl_dataset *rl_data_new(
    const char *name, size_t rows, size_t features, size_t classes, size_t targets, rl_memory memory, rl_error *err)
{
    if (rl_failed(err))
        return NULL;
    size_t values;
    bool fits = rows > 0 && features > 0 && targets > 0 && (classes == 0 || targets == 1) && rows <= UINT32_MAX &&
                features <= INT32_MAX && targets <= INT32_MAX && classes <= RL_MOST_CLASSES;
    if (!fits) {
        rl_fail(err, RL_BAD_SHAPE,
            "data set %.40s: %zu rows, %zu features, %zu targets, %zu classes; expected 1 to %u rows, a feature and a"
            " target at least, at most %d classes",
            name, rows, features, targets, classes, UINT32_MAX, RL_MOST_CLASSES);
        return NULL;
    }
    if (__builtin_mul_overflow(rows, features, &values) || __builtin_mul_overflow(rows, targets, &values)) {
        rl_fail(err, RL_NO_MEMORY, "data set %.60s: %zu rows of %zu features are more than memory holds", name, rows,
            features);
        return NULL;
    }
    rl_dataset *data = rl_new(memory, 1, sizeof *data, err);
    if (!data)
        return NULL;
    *data =
        (rl_dataset){ .rows = rows, .features = features, .classes = classes, .targets = targets, .memory = memory };
    data->name = rl_copy_text(memory, name, err);
    data->x = rl_new(memory, rows * features, sizeof *data->x, err);
    data->y = rl_new(memory, rows * targets, sizeof *data->y, err);
    if (classes > 0)
        number_the_classes(data, err);
    if (rl_failed(err)) {
        rl_data_free(data);
        return NULL;
    }
    return data;
}

static void free_class_names(rl_dataset *data)
{
    for (size_t c = 0; data->class_names && c < data->classes; c++)
        rl_free(data->memory, data->class_names[c]);
    rl_free(data->memory, data->class_names);
    data->class_names = NULL;
}

void rl_data_free(rl_dataset *data)
{
    if (!data)
        return;
    free_class_names(data);
    rl_free(data->memory, data->name);
    rl_free(data->memory, data->x);
    rl_free(data->memory, data->y);
    rl_free(data->memory, data);
}

bool rl_data_name_classes(rl_dataset *data, const char *const *names, size_t count, rl_error *err)
{
    if (rl_failed(err))
        return false;
    if (count != data->classes)
        return rl_fail(
            err, RL_BAD_SHAPE, "data set %.60s: %zu classes, expected %zu", data->name, data->classes, count);
    for (size_t c = 0; c < count; c++) {
        char *copy = rl_copy_text(data->memory, names[c], err);
        if (!copy)
            return false;
        rl_free(data->memory, data->class_names[c]);
        data->class_names[c] = copy;
    }
    return true;
}

bool rl_data_rename(rl_dataset *data, const char *name, rl_error *err)
{
    char *copy = rl_copy_text(data->memory, name, err);
    if (!copy)
        return false;
    rl_free(data->memory, data->name);
    data->name = copy;
    return true;
}

rl_dataset *rl_data_rows(const rl_dataset *data, const uint32_t *rows, size_t count, rl_error *err)
{
    rl_dataset *part = rl_data_new(data->name, count, data->features, data->classes, data->targets, data->memory, err);
    if (!part)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        memcpy(part->x + i * data->features, data->x + rows[i] * data->features, data->features * sizeof *data->x);
        memcpy(part->y + i * data->targets, data->y + rows[i] * data->targets, data->targets * sizeof *data->y);
    }
    if (data->class_names)
        rl_data_name_classes(part, (const char *const *)data->class_names, data->classes, err);
    if (rl_failed(err)) {
        rl_data_free(part);
        return NULL;
    }
    return part;
}

rl_dataset *rl_data_copy(const rl_dataset *data, rl_error *err)
{
    uint32_t *all = rl_new(data->memory, data->rows, sizeof *all, err);
    if (!all)
        return NULL;
    for (size_t i = 0; i < data->rows; i++)
        all[i] = (uint32_t)i;
    rl_dataset *copy = rl_data_rows(data, all, data->rows, err);
    rl_free(data->memory, all);
    return copy;
}

/* Renumbers class c as to[c], with the names of the new numbering. Every class that occurs must have a number. */
static bool renumber(rl_dataset *data, const size_t *to, const char *const *names, size_t count, rl_error *err)
{
    char **copies = rl_new(data->memory, count, sizeof *copies, err);
    for (size_t c = 0; c < count && !rl_failed(err); c++)
        copies[c] = rl_copy_text(data->memory, names[c], err);
    if (rl_failed(err)) {
        for (size_t c = 0; copies && c < count; c++)
            rl_free(data->memory, copies[c]);
        rl_free(data->memory, copies);
        return false;
    }
    for (size_t i = 0; i < data->rows; i++)
        data->y[i] = (float)to[(size_t)data->y[i]];
    free_class_names(data);
    data->class_names = copies;
    data->classes = count;
    return true;
}

static bool need_classes(const rl_dataset *data, rl_error *err)
{
    if (data->classes == 0)
        return rl_fail(err, RL_BAD_SHAPE, "data set %.60s has real targets, expected classes", data->name);
    return true;
}

static rl_dataset *rows_of_classes(
    const rl_dataset *data, const size_t *to, size_t count, uint32_t *kept, const char **names, rl_error *err)
{
    size_t keep = 0;
    for (size_t i = 0; i < data->rows; i++)
        if (to[(size_t)data->y[i]] < count)
            kept[keep++] = (uint32_t)i;
    if (keep == 0) {
        rl_fail(err, RL_BAD_SHAPE, "data set %.60s: no row has one of the classes asked for", data->name);
        return NULL;
    }
    for (size_t c = 0; c < data->classes; c++)
        if (to[c] < count)
            names[to[c]] = data->class_names[c];
    rl_dataset *part = rl_data_rows(data, kept, keep, err);
    if (part && !renumber(part, to, names, count, err)) {
        rl_data_free(part);
        return NULL;
    }
    return part;
}

rl_dataset *rl_data_of_classes(const rl_dataset *data, const size_t *classes, size_t count, rl_error *err)
{
    if (rl_failed(err) || !need_classes(data, err))
        return NULL;
    if (count == 0 || count > data->classes) {
        rl_fail(err, RL_BAD_SHAPE, "data set %.60s: %zu classes asked for, expected 1 to %zu", data->name, count,
            data->classes);
        return NULL;
    }
    size_t *to = rl_new(data->memory, data->classes, sizeof *to, err);
    uint32_t *kept = rl_new(data->memory, data->rows, sizeof *kept, err);
    const char **names = rl_new(data->memory, count, sizeof *names, err);
    for (size_t c = 0; to && c < data->classes; c++)
        to[c] = count; /* not kept */
    for (size_t c = 0; c < count && !rl_failed(err); c++) {
        if (classes[c] >= data->classes)
            rl_fail(err, RL_BAD_SHAPE, "data set %.60s: class %zu is out of range, expected 0 to %zu", data->name,
                classes[c], data->classes - 1);
        else if (to[classes[c]] != count)
            rl_fail(err, RL_BAD_SHAPE, "data set %.60s: class %zu is asked for twice", data->name, classes[c]);
        else
            to[classes[c]] = c;
    }
    rl_dataset *part = rl_failed(err) ? NULL : rows_of_classes(data, to, count, kept, names, err);
    rl_free(data->memory, to);
    rl_free(data->memory, kept);
    rl_free(data->memory, names);
    return part;
}

static size_t find_name(const char *name, const char *const *names, size_t count)
{
    size_t at = 0;
    while (at < count && strcmp(name, names[at]) != 0)
        at++;
    return at;
}

bool rl_data_match_classes(rl_dataset *data, const char *const *names, size_t count, rl_error *err)
{
    if (rl_failed(err) || !need_classes(data, err))
        return false;
    size_t *to = rl_new(data->memory, data->classes, sizeof *to, err);
    for (size_t c = 0; c < data->classes && !rl_failed(err); c++) {
        to[c] = find_name(data->class_names[c], names, count);
        if (to[c] == count)
            rl_fail(err, RL_BAD_SHAPE,
                "data set %.60s: unknown class \"%.60s\", expected one of %zu: \"%.40s\" to \"%.40s\"", data->name,
                data->class_names[c], count, count ? names[0] : "", count ? names[count - 1] : "");
    }
    bool done = !rl_failed(err) && renumber(data, to, names, count, err);
    rl_free(data->memory, to);
    return done;
}

bool rl_data_check(const rl_dataset *data, rl_error *err)
{
    if (rl_failed(err))
        return false;
    for (size_t i = 0; i < data->rows; i++)
        for (size_t j = 0; j < data->features; j++)
            if (!isfinite(data->x[i * data->features + j]))
                return rl_fail(err, RL_BAD_SHAPE,
                    "data set %.60s row %zu feature %zu: expected a finite number, found %g", data->name, i + 1, j + 1,
                    (double)data->x[i * data->features + j]);
    for (size_t i = 0; i < data->rows * data->targets; i++) {
        double y = data->y[i];
        if (!isfinite(y))
            return rl_fail(err, RL_BAD_SHAPE, "data set %.60s row %zu: expected a finite target, found %g", data->name,
                i / data->targets + 1, y);
        if (data->classes > 0 && (y < 0 || y >= (double)data->classes || y != floor(y)))
            return rl_fail(err, RL_BAD_SHAPE,
                "data set %.60s row %zu: label %g is out of range, expected a class 0 to %zu", data->name, i + 1, y,
                data->classes - 1);
    }
    return true;
}
