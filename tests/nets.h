/* What tests of nets share: small data sets made of normal numbers, widths to try, memory that runs out. */
#ifndef RL_TESTS_NETS_H
#define RL_TESTS_NETS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "num/random.h"
#include "relive.h"

static const int all_lanes[] = { 1, 4, 8, 16 };
enum { LANE_COUNTS = 4 };

static inline void assert_no_error(const rl_error *err)
{
    if (err->code)
        fail_msg("unexpected error: %s", err->text);
}

/* rows × features of N(0, 1); classes dealt in turn, or (classes 0) one real target. */
static inline rl_dataset *normal_data(size_t rows, size_t features, size_t classes, uint64_t seed)
{
    rl_error err = { 0 };
    rl_dataset *data = rl_data_new("normal", rows, features, classes, 1, (rl_memory){ 0 }, &err);
    assert_no_error(&err);
    rl_random random = rl_random_stream(seed, RL_FOR_TESTS, 0);
    for (size_t i = 0; i < rows * features; i++)
        data->x[i] = (float)rl_random_normal(&random);
    for (size_t r = 0; r < rows; r++)
        data->y[r] = classes ? (float)(r % classes) : (float)rl_random_normal(&random);
    return data;
}

/* Memory whose call number fails_at (0 is the first) and all later ones give nothing. */
typedef struct {
    long calls, fails_at;
    long alive; /* blocks not yet given back */
} scarce;

static inline void *scarce_resize(void *self, void *block, size_t bytes)
{
    scarce *s = self;
    if (bytes == 0) {
        s->alive -= block != NULL;
        free(block);
        return NULL;
    }
    if (s->calls++ >= s->fails_at)
        return NULL;
    s->alive += block == NULL;
    return realloc(block, bytes);
}

/* Runs what(memory, err) with the first, second, … allocation failing, until it succeeds: every failure must be
 * RL_NO_MEMORY and leave nothing behind. */
static inline void fail_every_allocation(bool (*what)(rl_memory memory, rl_error *err))
{
    for (long n = 0;; n++) {
        scarce s = { .fails_at = n };
        rl_error err = { 0 };
        bool done = what((rl_memory){ scarce_resize, &s }, &err);
        assert_int_equal(s.alive, 0);
        if (done) {
            assert_no_error(&err);
            assert_true(n > 0);
            return;
        }
        assert_int_equal(err.code, RL_NO_MEMORY);
        assert_true(n < 10000);
    }
}

#endif
