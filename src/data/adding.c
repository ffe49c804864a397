/* The adding problem (Hochreiter & Schmidhuber 1997, as Le, Jaitly & Hinton 2015 have it): can a net remember? Each step
 * of a sequence has a number, uniform on (0, 1), and a mark, which is 1 at one step of the first half and one of the
 * second, else 0; the target is the sum of the two marked numbers. Features: [steps][2], the number, then the mark.
 *
 * Who always answers 1, the mean, has a mean squared error of 2/12 = 0.167, so an error well below that has memory in
 * it: the first mark may be steps - 1 steps back. */
#include "base/error.h"
#include "base/text.h"
#include "data/source.h"
#include "num/random.h"

#include <stdio.h>
#include <string.h>

enum { ROWS_UNLESS_TOLD = 10000, MOST_ROWS = 10000000, STEPS_UNLESS_TOLD = 50, MOST_STEPS = 100000 };
enum { STREAM = 100 }; /* of random numbers: no other data's */

static bool parse_options(const char *options, long *rows, long *steps, rl_error *err)
{
    char text[64];
    *rows = ROWS_UNLESS_TOLD;
    *steps = STEPS_UNLESS_TOLD;
    if (!options)
        return true;
    if (strlen(options) >= sizeof text)
        return rl_fail(err, RL_BAD_CONFIG, "adding: expected adding:ROWS:STEPS, found \"%.60s...\"", options);
    strcpy(text, options);
    char *second = strchr(text, ':');
    if (second)
        *second++ = '\0';
    if (!rl_parse_long(text, 1, MOST_ROWS, rows))
        return rl_fail(
            err, RL_BAD_CONFIG, "adding: expected a number of rows from 1 to %d, found \"%s\"", MOST_ROWS, text);
    if (second && !rl_parse_long(second, 2, MOST_STEPS, steps))
        return rl_fail(err, RL_BAD_CONFIG,
            "adding: expected a number of steps from 2, one for each mark, to %d, found \"%s\"", MOST_STEPS, second);
    return true;
}

static rl_dataset *load(const char *options, rl_data_config config, rl_error *err)
{
    long rows, steps;
    if (rl_failed(err) || !parse_options(options, &rows, &steps, err))
        return NULL;
    char name[96];
    snprintf(name, sizeof name, "adding%s%s", options ? ":" : "", options ? options : "");
    rl_dataset *data = rl_data_new(name, (size_t)rows, 2 * (size_t)steps, 0, 1, config.memory, err);
    if (!data)
        return NULL;
    rl_random random = rl_random_stream(config.seed, RL_FOR_DATA, STREAM);
    const uint32_t half = (uint32_t)steps / 2;
    for (size_t r = 0; r < data->rows; r++) {
        float *x = data->x + r * data->features; /* [steps][2] */
        for (size_t t = 0; t < (size_t)steps; t++)
            x[2 * t] = (float)rl_random_uniform(&random);
        const size_t first = rl_random_below(&random, half);
        const size_t second = half + rl_random_below(&random, (uint32_t)steps - half);
        x[2 * first + 1] = x[2 * second + 1] = 1;
        data->y[r] = x[2 * first] + x[2 * second];
    }
    return data;
}

const rl_source rl_source_adding = { "adding", load };
