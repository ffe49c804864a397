/* The generators, in one list, and what they share: options, rows in turn from each class, noise. */
#include "data/generator.h"
#include "base/memory.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { ROWS_UNLESS_TOLD = 1000, MOST_ROWS = 10000000 };
static const double most_noise = 1000;

const rl_generator *const *rl_generators(size_t *count)
{
    static const rl_generator *const all[] = { &rl_moons, &rl_circles, &rl_spirals, &rl_xor, &rl_blobs, &rl_ring };
    *count = sizeof all / sizeof *all;
    return all;
}

static bool parse_options(const rl_generator *kind, const char *options, long *rows, double *noise, rl_error *err)
{
    char text[64];
    *rows = ROWS_UNLESS_TOLD;
    *noise = kind->noise;
    if (!options)
        return true;
    if (strlen(options) >= sizeof text)
        return rl_fail(
            err, RL_BAD_CONFIG, "%s: expected %s:ROWS:NOISE, found \"%.60s...\"", kind->name, kind->name, options);
    strcpy(text, options);
    char *second = strchr(text, ':');
    if (second)
        *second++ = '\0';
    if (!rl_parse_long(text, (long)kind->classes, MOST_ROWS, rows))
        return rl_fail(err, RL_BAD_CONFIG, "%s: expected a number of rows from %zu to %d, found \"%s\"", kind->name,
            kind->classes, MOST_ROWS, text);
    if (second && (!rl_parse_double(second, noise) || !(*noise >= 0 && *noise <= most_noise)))
        return rl_fail(
            err, RL_BAD_CONFIG, "%s: expected a noise from 0 to %g, found \"%s\"", kind->name, most_noise, second);
    return true;
}

rl_dataset *rl_generate(const rl_generator *kind, const char *options, rl_data_config config, rl_error *err)
{
    long rows;
    double noise;
    if (rl_failed(err) || !parse_options(kind, options, &rows, &noise, err))
        return NULL;
    char name[96];
    snprintf(name, sizeof name, "%s%s%s", kind->name, options ? ":" : "", options ? options : "");
    rl_dataset *data = rl_data_new(name, (size_t)rows, 2, kind->classes, 1, config.memory, err);
    if (!data)
        return NULL;
    rl_random random = rl_random_stream(config.seed, RL_FOR_DATA, kind->stream);
    for (size_t i = 0; i < data->rows; i++) {
        double x[2];
        kind->point(&random, i, x);
        for (size_t j = 0; j < 2; j++)
            data->x[2 * i + j] = (float)(x[j] + noise * rl_random_normal(&random));
        data->y[i] = (float)(i % kind->classes);
    }
    if (!rl_data_name_classes(data, kind->class_names, kind->classes, err)) {
        rl_data_free(data);
        return NULL;
    }
    return data;
}
