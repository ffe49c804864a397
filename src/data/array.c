#include "data/array.h"
#include "data/labels.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* The bytes of one number, lowest first, as a whole number. */
static uint64_t gather(const unsigned char *bytes, rl_number number)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < number.size; i++)
        bits |= (uint64_t)bytes[number.big_endian ? number.size - 1 - i : i] << 8 * i;
    return bits;
}

static double decode(const unsigned char *bytes, rl_number number)
{
    uint64_t bits = gather(bytes, number);
    if (number.kind == 'u')
        return (double)bits;
    if (number.kind == 'i') {
        unsigned unused = 64 - 8 * (unsigned)number.size;
        return (double)((int64_t)(bits << unused) >> unused); /* the sign spreads */
    }
    if (number.size == 4) {
        uint32_t half = (uint32_t)bits;
        float value;
        memcpy(&value, &half, sizeof value);
        return value;
    }
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

double rl_array_at(const rl_array *array, size_t row, size_t column)
{
    size_t at = array->by_column ? column * array->rows + row : row * array->columns + column;
    return decode(array->bytes + at * array->number.size, array->number);
}

bool rl_multiply_sizes(const size_t *sizes, size_t count, size_t *product)
{
    *product = 1;
    for (size_t i = 0; i < count; i++)
        if (__builtin_mul_overflow(*product, sizes[i], product))
            return false;
    return true;
}

static bool to_float(const rl_array *from, size_t row, size_t column, float *value, rl_error *err)
{
    double number = rl_array_at(from, row, column);
    if (!isfinite(number))
        return rl_fail(err, RL_BAD_FILE, "%.100s row %zu column %zu: expected a finite number, found %g", from->name,
            row + 1, column + 1, number);
    if (fabs(number) > FLT_MAX)
        return rl_fail(err, RL_BAD_FILE, "%.100s row %zu column %zu: expected a number within ±3.4e38, found %g",
            from->name, row + 1, column + 1, number);
    *value = (float)number;
    return true;
}

static bool has_fractions(const rl_array *y)
{
    if (y->number.kind != 'f')
        return false;
    for (size_t i = 0; i < y->rows; i++) {
        double value = rl_array_at(y, i, 0);
        if (isfinite(value) && value != floor(value))
            return true;
    }
    return false;
}

static bool fill_targets(const rl_array *y, rl_dataset *data, rl_error *err)
{
    for (size_t i = 0; i < data->rows; i++)
        if (!to_float(y, i, 0, &data->y[i], err))
            return false;
    return true;
}

static bool fill_labels(const rl_array *y, rl_dataset *data, rl_labels *labels, rl_error *err)
{
    for (size_t i = 0; i < data->rows; i++) {
        float checked;
        size_t place;
        char text[16];
        if (!to_float(y, i, 0, &checked, err))
            return false;
        double label = rl_array_at(y, i, 0) + 0.0; /* -0 is 0 */
        if (label < 0 || label >= RL_MOST_CLASSES)
            return rl_fail(err, RL_BAD_FILE,
                "%.100s row %zu: label %.15g is out of range, expected a class from 0 to %d (real targets: "
                ":regression)",
                y->name, i + 1, label, RL_MOST_CLASSES - 1);
        int length = snprintf(text, sizeof text, "%.0f", label);
        if (!rl_labels_add(labels, text, (size_t)length, label, &place, err))
            return false;
        data->y[i] = (float)place;
    }
    return rl_labels_settle(labels, data, err);
}

static bool fill_features(const rl_array *x, rl_dataset *data, rl_error *err)
{
    for (size_t i = 0; i < data->rows; i++)
        for (size_t j = 0; j < data->features; j++)
            if (!to_float(x, i, j, &data->x[i * data->features + j], err))
                return false;
    return true;
}

rl_dataset *rl_data_from_arrays(const rl_array *x, const rl_array *y, bool regression, rl_memory memory, rl_error *err)
{
    if (rl_failed(err))
        return NULL;
    if (y->rank != 1) {
        rl_fail(err, RL_BAD_FILE, "%.100s: expected labels in 1 dimension, found %d", y->name, y->rank);
        return NULL;
    }
    if (x->rows != y->rows) {
        rl_fail(err, RL_BAD_FILE, "%.90s: expected %zu labels, one for each row of %.90s, found %zu", y->name, x->rows,
            x->name, y->rows);
        return NULL;
    }
    rl_dataset *data = rl_data_new(x->name, x->rows, x->columns, 0, 1, memory, err);
    if (!data)
        return NULL;
    rl_labels labels = { .file = y->name, .memory = memory };
    bool real = regression || has_fractions(y);
    bool done = fill_features(x, data, err) && (real ? fill_targets(y, data, err) : fill_labels(y, data, &labels, err));
    rl_labels_free(&labels);
    if (!done) {
        rl_data_free(data);
        return NULL;
    }
    return data;
}
