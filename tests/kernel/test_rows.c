/* Rows into lanes: every variant this processor runs must move the very bits, and touch nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/variants.h"
#include "num/random.h"

static const size_t widths[] = { 1, 2, 3, 4, 5, 7, 8, 9, 13, 15, 16, 17, 30, 31, 32, 33, 64 };
enum { WIDTHS = sizeof widths / sizeof *widths, ROWS = 23, BATCH = 6 };

/* Some of them NaN with a payload, infinite or -0: gather must not look at what it moves. */
static float *some_data(rl_random *random, size_t count)
{
    float *data = block(kinds[0], count);
    for (size_t i = 0; i < count; i++) {
        data[i] = (float)rl_random_normal(random);
        uint32_t odd[4] = { 0x7fc01234u, 0xff800000u, 0x80000000u, 1u };
        if (rl_random_below(random, 8) == 0)
            memcpy(&data[i], &odd[rl_random_below(random, 4)], sizeof(float));
    }
    return data;
}

static void assert_holds(kind k, const void *out, size_t at, float expected)
{
    if (k.float64) {
        double wide = expected;
        assert_memory_equal((const double *)out + at, &wide, sizeof wide);
    } else {
        assert_memory_equal((const float *)out + at, &expected, sizeof expected);
    }
}

/* Orders row by row (all lanes side by side) and lane by lane (as a trainer keeps them). */
static void gather_gives_each_lane_its_rows(void **state)
{
    (void)state;
    rl_random random = rl_random_stream(1, RL_FOR_TESTS, 0);
    for (const kind *k = next_kind(NULL); k; k = next_kind(k))
        for (size_t w = 0; w < 2 * WIDTHS; w++) {
            const size_t width = widths[w / 2], lanes = k->lanes, by_row = w % 2 ? lanes : 1,
                         by_lane = w % 2 ? 1 : BATCH;
            float *data = some_data(&random, ROWS * width);
            uint32_t *order = block(kinds[0], BATCH * lanes);
            for (size_t i = 0; i < BATCH * lanes; i++)
                order[i] = rl_random_below(&random, ROWS);
            order[0] = 0;
            order[BATCH * lanes - 1] = ROWS - 1;
            void *out = block(*k, BATCH * width * lanes);
            rl_rows_of(k->variant)->gather(BATCH, width, data, (rl_orders){ order, by_row, by_lane }, out);
            for (size_t b = 0; b < BATCH; b++)
                for (size_t f = 0; f < width; f++)
                    for (size_t l = 0; l < lanes; l++)
                        assert_holds(
                            *k, out, (b * width + f) * lanes + l, data[order[b * by_row + l * by_lane] * width + f]);
            free(out);
            free(order);
            free(data);
        }
}

/* The plain twin's permutation, and its place in the stream, from any place there. */
static void shuffle_is_that_of_the_plain_twin(void **state)
{
    (void)state;
    enum { MOST = 1500 };
    static uint32_t order[MOST], expected[MOST];
    for (const kind *k = next_kind(NULL); k; k = next_kind(k))
        for (uint64_t seed = 0; seed < 60; seed++) {
            const size_t rows = seed < 8 ? seed : seed * 25;
            rl_random random = rl_random_stream(seed, RL_FOR_SHUFFLE, seed << 33), twin;
            random.at = seed % 5 == 0   ? 0
                        : seed % 5 == 1 ? 3
                        : seed % 5 == 2 ? 4
                        : seed % 5 == 3 ? UINT32_MAX - 7
                                        : 1u << 31;
            twin = random;
            for (size_t i = 0; i < rows; i++)
                order[i] = expected[i] = (uint32_t)(i * 7);
            rl_rows_of(k->variant)->shuffle(&random, order, rows);
            rl_random_shuffle(&twin, expected, rows);
            assert_memory_equal(order, expected, rows * sizeof *order);
            assert_int_equal(rl_random_bits(&random), rl_random_bits(&twin));
        }
}

/* A number below a bound may be rejected once in 2³² / bound draws: with 2²² rows, about 1,000 times. */
static void shuffle_rejects_as_the_plain_twin_does(void **state)
{
    (void)state;
    const size_t rows = (size_t)1 << 22;
    uint32_t *order = block(kinds[0], rows), *expected = block(kinds[0], rows);
    rl_random random = rl_random_stream(3, RL_FOR_SHUFFLE, 1), twin = random;
    for (size_t i = 0; i < rows; i++)
        order[i] = expected[i] = (uint32_t)i;
    rl_rows_widest()->shuffle(&random, order, rows);
    rl_random_shuffle(&twin, expected, rows);
    assert_true(twin.at > rows); /* some were rejected */
    assert_int_equal(random.at, twin.at);
    assert_memory_equal(order, expected, rows * sizeof *order);
    free(order);
    free(expected);
}

static void spread_gives_all_lanes_the_same(void **state)
{
    (void)state;
    rl_random random = rl_random_stream(2, RL_FOR_TESTS, 0);
    for (const kind *k = next_kind(NULL); k; k = next_kind(k))
        for (size_t w = 0; w < WIDTHS; w++) {
            size_t width = widths[w], lanes = k->lanes;
            float *data = some_data(&random, BATCH * width);
            void *out = block(*k, BATCH * width * lanes);
            rl_rows_of(k->variant)->spread(BATCH, width, data, out);
            for (size_t i = 0; i < BATCH * width; i++)
                for (size_t l = 0; l < lanes; l++)
                    assert_holds(*k, out, i * lanes + l, data[i]);
            free(out);
            free(data);
        }
}

static void no_rows_are_no_work(void **state)
{
    (void)state;
    for (const kind *k = next_kind(NULL); k; k = next_kind(k)) {
        rl_rows_of(k->variant)->gather(0, 4, NULL, (rl_orders){ NULL, 0, 0 }, NULL);
        rl_rows_of(k->variant)->spread(0, 4, NULL, NULL);
    }
}

/* to is -0, -1, -2 …, from is 100, 101, …; a NaN in a lane that is masked out must not leak in, nor +0 be added. */
static void blend_touches_only_the_masked_lanes(void **state)
{
    (void)state;
    enum { LENGTH = 5, MOST = 16 };
    for (const kind *k = next_kind(NULL); k; k = next_kind(k))
        for (unsigned pattern = 0; pattern < 1u << k->lanes; pattern += 1 + pattern / 17)
            for (int adding = 0; adding < 2; adding++) {
                double from64[LENGTH * MOST], to64[LENGTH * MOST];
                float from32[LENGTH * MOST], to32[LENGTH * MOST];
                int64_t mask64[MOST];
                int32_t mask32[MOST];
                for (size_t l = 0; l < k->lanes; l++)
                    mask64[l] = mask32[l] = pattern >> l & 1 ? -1 : 0;
                for (size_t i = 0; i < LENGTH * k->lanes; i++) {
                    bool set = pattern >> i % k->lanes & 1;
                    from64[i] = set ? 100 + (double)i : (double)__builtin_nan("");
                    from32[i] = (float)from64[i];
                    to64[i] = to32[i] = -(float)i;
                }
                const rl_rows *rows = rl_rows_of(k->variant);
                void (*mix)(size_t, const void *, const void *, void *) = adding ? rows->blend_add : rows->blend;
                if (k->float64)
                    mix(LENGTH, mask64, from64, to64);
                else
                    mix(LENGTH, mask32, from32, to32);
                for (size_t i = 0; i < LENGTH * k->lanes; i++) {
                    float before = -(float)i, other = 100 + (float)i;
                    bool set = pattern >> i % k->lanes & 1;
                    assert_holds(*k, k->float64 ? (void *)to64 : (void *)to32, i,
                        !set     ? before
                        : adding ? before + other
                                 : other);
                }
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gather_gives_each_lane_its_rows),
        cmocka_unit_test(shuffle_is_that_of_the_plain_twin),
        cmocka_unit_test(shuffle_rejects_as_the_plain_twin_does),
        cmocka_unit_test(spread_gives_all_lanes_the_same),
        cmocka_unit_test(no_rows_are_no_work),
        cmocka_unit_test(blend_touches_only_the_masked_lanes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
