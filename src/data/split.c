/* Two random parts of a data set, stratified by class.
 *
 * The second part gets round(share · rows) rows. Class c, of n_c rows, gives it floor(share · n_c) of them or one more;
 * the ones more go first to classes that would be absent from the second part, last to those that would vanish from
 * the first, else to the largest fractions. So every class keeps its share within one row, and classes of two rows or
 * more stand in both parts as far as the second part's size allows. Real targets are one class.
 *
 * Which rows of a class go is drawn from a stream of its own; rows keep their order within a part. */
#include "base/memory.h"
#include "data/dataset.h"
#include "num/random.h"

#include <math.h>

typedef struct {
    size_t rows, taken;
    double fraction; /* of share · rows */
} stratum;

static size_t class_of(const rl_dataset *data, size_t row)
{
    return data->classes ? (size_t)data->y[row] : 0;
}

/* Who gets one more: 0 first, 2 last. */
static int turn(const stratum *s)
{
    if (s->rows < 2)
        return 1;
    return s->taken == 0 ? 0 : s->taken + 1 == s->rows ? 2 : 1;
}

static bool goes_before(const stratum *a, const stratum *b)
{
    return turn(a) != turn(b) ? turn(a) < turn(b) : a->fraction > b->fraction;
}

/* Shares total rows out. A class gets at most one more than its floor, and has no fraction left then. */
static void share_out(stratum *strata, size_t count, double share, size_t total)
{
    size_t given = 0;
    for (size_t c = 0; c < count; c++) {
        double quota = share * (double)strata[c].rows;
        strata[c].taken = (size_t)floor(quota);
        strata[c].fraction = quota - floor(quota);
        given += strata[c].taken;
    }
    while (given < total) {
        stratum *next = NULL;
        for (size_t c = 0; c < count; c++)
            if (strata[c].fraction > 0 && (!next || goes_before(&strata[c], next)))
                next = &strata[c];
        if (!next)
            return;
        next->taken++;
        next->fraction = 0;
        given++;
    }
}

/* order [rows]: the rows of class 0, then those of class 1, … next [count] is scratch. */
static void sort_by_class(const rl_dataset *data, const stratum *strata, size_t count, size_t *next, uint32_t *order)
{
    size_t start = 0;
    for (size_t c = 0; c < count; c++) {
        next[c] = start;
        start += strata[c].rows;
    }
    for (size_t i = 0; i < data->rows; i++)
        order[next[class_of(data, i)]++] = (uint32_t)i;
}

/* Draws the rows of each class that go to the second part. order is sorted by class. */
static void choose(const stratum *strata, size_t count, uint64_t seed, uint32_t *order, bool *second)
{
    for (size_t c = 0; c < count; c++) {
        rl_random random = rl_random_stream(seed, RL_FOR_SPLIT, c);
        rl_random_shuffle(&random, order, strata[c].rows);
        for (size_t i = 0; i < strata[c].taken; i++)
            second[order[i]] = true;
        order += strata[c].rows;
    }
}

/* The rows whose mark is wanted; rows is scratch for their numbers. */
static rl_dataset *part(const rl_dataset *data, const bool *second, bool wanted, uint32_t *rows, rl_error *err)
{
    size_t count = 0;
    for (size_t i = 0; i < data->rows; i++)
        if (second[i] == wanted)
            rows[count++] = (uint32_t)i;
    return rl_data_rows(data, rows, count, err);
}

static bool check(const rl_dataset *data, double share, rl_error *err)
{
    if (rl_failed(err))
        return false;
    if (!(share > 0 && share < 1))
        return rl_fail(
            err, RL_BAD_CONFIG, "split of %.60s: expected a share between 0 and 1, found %g", data->name, share);
    double taken = round(share * (double)data->rows);
    if (taken < 1 || taken >= (double)data->rows)
        return rl_fail(err, RL_BAD_CONFIG, "split of %.60s: a share of %g of %zu rows leaves one part empty",
            data->name, share, data->rows);
    return rl_data_check(data, err);
}

bool rl_data_split(
    const rl_dataset *data, double share, uint64_t seed, rl_dataset **first, rl_dataset **second, rl_error *err)
{
    if (first)
        *first = NULL;
    if (second)
        *second = NULL;
    if (!check(data, share, err))
        return false;
    size_t count = data->classes ? data->classes : 1;
    stratum *strata = rl_new(data->memory, count, sizeof *strata, err);
    size_t *next = rl_new(data->memory, count, sizeof *next, err);
    uint32_t *order = rl_new(data->memory, data->rows, sizeof *order, err);
    bool *goes = rl_new(data->memory, data->rows, sizeof *goes, err);
    if (!rl_failed(err)) {
        for (size_t i = 0; i < data->rows; i++)
            strata[class_of(data, i)].rows++;
        share_out(strata, count, share, (size_t)round(share * (double)data->rows));
        sort_by_class(data, strata, count, next, order);
        choose(strata, count, seed, order, goes);
        if (first)
            *first = part(data, goes, false, order, err);
        if (second)
            *second = part(data, goes, true, order, err);
    }
    rl_free(data->memory, strata);
    rl_free(data->memory, next);
    rl_free(data->memory, order);
    rl_free(data->memory, goes);
    if (!rl_failed(err))
        return true;
    if (first) {
        rl_data_free(*first);
        *first = NULL;
    }
    return false;
}
