/* Boxes of inputs: read as a user gives them, and carried through a model's standardisation.
 *
 *     data          from the least to the largest value that each feature has in a data set
 *     LO,HI         the same interval for every feature
 *     FILE.csv      a line lo,hi for every feature
 *
 * Decimal numbers are rounded to the nearest float, as those of data are: whatever decimal lies in the box becomes a
 * float in it. Standardisation, too, keeps order step by step, so that of a box's end is the end for all inputs. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "num/random.h"
#include "vital/relax.h"

static bool box_of_data(const rl_dataset *data, size_t features, rl_interval *box, rl_error *err)
{
    if (!data || data->rows == 0)
        return rl_fail(err, RL_BAD_CONFIG, "a box of data needs a data set with rows");
    if (data->features != features)
        return rl_fail(err, RL_BAD_SHAPE, "%s has %zu features; the box needs %zu, one an input", data->name,
            data->features, features);
    for (size_t j = 0; j < features; j++) {
        box[j] = (rl_interval){ data->x[j], data->x[j] };
        for (size_t r = 1; r < data->rows; r++) {
            const float x = data->x[r * features + j];
            box[j].lo = x < box[j].lo ? x : box[j].lo;
            box[j].hi = x > box[j].hi ? x : box[j].hi;
        }
    }
    return true;
}

/* False where spec is not two numbers; then err may be set or not. */
static bool box_of_numbers(const char *spec, size_t features, rl_interval *box)
{
    char low[64];
    double lo, hi;
    const char *comma = strchr(spec, ',');
    if (!comma || (size_t)(comma - spec) >= sizeof low)
        return false;
    memcpy(low, spec, (size_t)(comma - spec));
    low[comma - spec] = '\0';
    if (!rl_parse_double(low, &lo) || !rl_parse_double(comma + 1, &hi))
        return false;
    for (size_t j = 0; j < features; j++)
        box[j] = (rl_interval){ (float)lo, (float)hi };
    return true;
}

/* A line lo,hi is one feature and one real target to the reader of data. */
static bool box_of_file(const char *spec, size_t features, rl_interval *box, rl_memory memory, rl_error *err)
{
    const size_t length = strlen(spec);
    if (length < 4 || strcmp(spec + length - 4, ".csv") != 0)
        return rl_fail(err, RL_BAD_CONFIG, "box \"%.60s\": expected LO,HI, data, or FILE.csv of lo,hi lines", spec);
    char *regression = rl_new(memory, length + sizeof ":regression", 1, err);
    if (!regression)
        return false;
    memcpy(regression, spec, length);
    memcpy(regression + length, ":regression", sizeof ":regression");
    rl_dataset *lines = rl_data_load(regression, (rl_data_config){ .memory = memory }, err);
    rl_free(memory, regression);
    if (lines && lines->features != 1)
        rl_fail(err, RL_BAD_FILE, "%s: %zu columns; expected two, lo and hi", spec, lines->features + 1);
    else if (lines && lines->rows != features)
        rl_fail(err, RL_BAD_SHAPE, "%s: %zu lines of lo,hi; expected %zu, one an input", spec, lines->rows, features);
    for (size_t j = 0; !rl_failed(err) && j < features; j++)
        box[j] = (rl_interval){ lines->x[j], lines->y[j] };
    rl_data_free(lines);
    return !rl_failed(err);
}

bool rl_box_load(const char *spec, size_t features, const rl_dataset *data, rl_interval *box, rl_error *err)
{
    if (rl_failed(err))
        return false;
    if (!strcmp(spec, "data"))
        return box_of_data(data, features, box, err);
    if (!box_of_numbers(spec, features, box) && !box_of_file(spec, features, box, (rl_memory){ 0 }, err))
        return false;
    for (size_t j = 0; j < features; j++)
        if (!rl_is_bounded(box[j]) || box[j].lo > box[j].hi)
            return rl_fail(err, RL_BAD_CONFIG,
                "box %.60s: feature %zu goes from %g to %g; expected finite numbers, lo <= hi", spec, j + 1,
                (double)box[j].lo, (double)box[j].hi);
    return true;
}

bool rl_box_scale(const rl_scaling *scaling, rl_interval *box, rl_error *err)
{
    if (rl_failed(err))
        return false;
    for (size_t j = 0; j < scaling->features; j++) {
        const double mean = (double)scaling->mean[j], deviation = (double)scaling->deviation[j];
        box[j].lo = (float)(((double)box[j].lo - mean) / deviation);
        box[j].hi = (float)(((double)box[j].hi - mean) / deviation);
        if (!rl_is_bounded(box[j]))
            return rl_fail(
                err, RL_BAD_CONFIG, "box: feature %zu leaves the range of floats once it is standardised", j + 1);
    }
    return true;
}

/* A feature stands at an end one time in four, for there a net's extremes often are. */
rl_dataset *rl_box_sample(
    const rl_interval *box, size_t features, size_t rows, uint64_t seed, rl_memory memory, rl_error *err)
{
    enum { STREAM = 0xb0 };
    rl_dataset *points = rl_data_new("random points of the box", rows, features, 0, 1, memory, err);
    rl_random random = rl_random_stream(seed, RL_FOR_DATA, STREAM);
    for (size_t i = 0; points && i < rows * features; i++) {
        const double lo = (double)box[i % features].lo, hi = (double)box[i % features].hi;
        const uint32_t where = rl_random_below(&random, 8);
        const float x = (float)(lo + (hi - lo) * rl_random_uniform(&random));
        points->x[i] = where == 0 || (double)x < lo   ? box[i % features].lo
                       : where == 1 || (double)x > hi ? box[i % features].hi
                                                      : x;
    }
    return points;
}
