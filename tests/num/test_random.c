/* Random numbers: the generator's published answers, and the distributions made of it. Seeds are fixed, so a
 * statistical test passes always or never; its bounds are those that a right generator misses once in 10⁴ or less. */
#include "num/random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { MANY = 100000 };

/* philox4x32-10 in the known answers of Salmon et al.'s Random123. */
static void philox_gives_the_published_answers(void **state)
{
    (void)state;
    static const struct {
        uint32_t counter[4], key[2], out[4];
    } known[] = {
        { { 0, 0, 0, 0 }, { 0, 0 }, { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 } },
        { { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff }, { 0xffffffff, 0xffffffff },
            { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd } },
        { { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 }, { 0xa4093822, 0x299f31d0 },
            { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 } },
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        uint32_t out[4];
        rl_philox(known[i].key, known[i].counter, out);
        assert_memory_equal(out, known[i].out, sizeof out);
    }
}

/* These bits are part of "same seed, same bits": whoever changes them changes every result. */
static void streams_keep_their_bits(void **state)
{
    (void)state;
    rl_random random = rl_random_stream(7, RL_FOR_INIT, 3);
    const uint32_t expected[] = { 0x5a110db4, 0xb753c1ad, 0x26e1a128, 0x4a27ee33, 0x8f23b82d, 0x42985594 };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_int_equal(rl_random_bits(&random), expected[i]);
}

/* Number i depends on i alone: any order, any jump, also across the 2³² blocks. */
static void numbers_do_not_depend_on_order(void **state)
{
    (void)state;
    rl_random forward = rl_random_stream(9, RL_FOR_TESTS, 1);
    uint32_t numbers[100];
    for (size_t i = 0; i < 100; i++)
        numbers[i] = rl_random_bits(&forward);
    rl_random jumping = rl_random_stream(9, RL_FOR_TESTS, 1);
    for (size_t i = 100; i-- > 0;) {
        jumping.at = i;
        assert_int_equal(rl_random_bits(&jumping), numbers[i]);
    }
    for (size_t i = 0; i < 1000; i++) {
        jumping.at = i * 37 % 100;
        assert_int_equal(rl_random_bits(&jumping), numbers[i * 37 % 100]);
    }
    jumping.at = ((uint64_t)1 << 34) + 5; /* block 2³²: the counter's second word */
    assert_int_not_equal(rl_random_bits(&jumping), numbers[5]);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Kolmogorov and Smirnov's distance of x [n] (sorted here) from a distribution, times √n: above 2.23 once in 10⁴. */
static double distance(double *x, size_t n, double (*cdf)(double))
{
    double worst = 0;
    qsort(x, n, sizeof *x, ascending);
    for (size_t i = 0; i < n; i++) {
        double p = cdf(x[i]);
        worst = fmax(worst, fmax((double)(i + 1) / (double)n - p, p - (double)i / (double)n));
    }
    return worst * sqrt((double)n);
}

static double uniform_cdf(double x)
{
    return x;
}

static double normal_cdf(double x)
{
    return 0.5 * erfc(-x / sqrt(2));
}

static void uniform_is_uniform(void **state)
{
    (void)state;
    static double x[MANY];
    for (uint64_t seed = 0; seed < 3; seed++) {
        rl_random random = rl_random_stream(seed, RL_FOR_TESTS, 0);
        for (size_t i = 0; i < MANY; i++) {
            x[i] = rl_random_uniform(&random);
            assert_true(x[i] > 0 && x[i] < 1);
        }
        assert_true(distance(x, MANY, uniform_cdf) < 2.23);
    }
}

/* They are the midpoints of 2⁵² equal intervals, so neither end is ever met, and all bits are used. */
static void uniform_has_52_bits(void **state)
{
    (void)state;
    rl_random random = rl_random_stream(4, RL_FOR_TESTS, 0);
    size_t odd[52] = { 0 };
    for (size_t i = 0; i < MANY; i++) {
        double place = rl_random_uniform(&random) * 0x1p52;
        assert_true(place - floor(place) == 0.5);
        for (size_t bit = 0; bit < 52; bit++)
            odd[bit] += (uint64_t)place >> bit & 1;
    }
    for (size_t bit = 0; bit < 52; bit++)
        assert_true(fabs((double)odd[bit] - MANY / 2.0) < 4.5 * sqrt(MANY / 4.0));
}

static void normal_is_normal(void **state)
{
    (void)state;
    enum { NORMALS = 10 * MANY };
    static double x[NORMALS];
    rl_random random = rl_random_stream(1, RL_FOR_TESTS, 0);
    double mean = 0, square = 0, fourth = 0;
    for (size_t i = 0; i < NORMALS; i++) {
        x[i] = rl_random_normal(&random);
        mean += x[i] / NORMALS;
        square += x[i] * x[i] / NORMALS;
        fourth += x[i] * x[i] * x[i] * x[i] / NORMALS;
    }
    assert_true(distance(x, NORMALS, normal_cdf) < 2.23);
    assert_true(fabs(mean) < 4 / sqrt(NORMALS));
    assert_true(fabs(square - 1) < 4 * sqrt(2.0 / NORMALS));
    assert_true(fabs(fourth - 3) < 4 * sqrt(96.0 / NORMALS));
}

/* Neighbours in a stream, and equal places of two streams, have no correlation: |r| < 4/√n. */
static double correlation(rl_random a, rl_random b)
{
    double sum = 0;
    for (size_t i = 0; i < MANY; i++)
        sum += (rl_random_uniform(&a) - 0.5) * (rl_random_uniform(&b) - 0.5);
    return 12 * sum / MANY;
}

static void streams_are_independent(void **state)
{
    (void)state;
    const double bound = 4 / sqrt(MANY);
    rl_random one = rl_random_stream(7, RL_FOR_INIT, 3);
    const rl_random others[] = {
        rl_random_stream(8, RL_FOR_INIT, 3),
        rl_random_stream(7, RL_FOR_SHUFFLE, 3),
        rl_random_stream(7, RL_FOR_INIT, 4),
        rl_random_stream(7 + ((uint64_t)1 << 32), RL_FOR_INIT, 3),
        rl_random_stream(7, RL_FOR_INIT, 3 + ((uint64_t)1 << 32)),
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_true(fabs(correlation(one, others[i])) < bound);
    rl_random next = one;
    next.at = 2; /* one uniform further */
    assert_true(fabs(correlation(one, next)) < bound);
    assert_true(correlation(one, one) > 0.98); /* the measure can see it */
}

/* No two of many streams begin with the same 64 bits: purposes, seeds and stream numbers never meet. */
static void streams_differ(void **state)
{
    (void)state;
    enum { SEEDS = 20, STREAMS = 20, STARTS = SEEDS * STREAMS * RL_FOR_TESTS };
    static uint64_t starts[STARTS];
    size_t count = 0;
    for (uint64_t seed = 0; seed < SEEDS; seed++)
        for (int purpose = RL_FOR_INIT; purpose <= RL_FOR_TESTS; purpose++)
            for (uint64_t stream = 0; stream < STREAMS; stream++) {
                rl_random random = rl_random_stream(seed, (rl_purpose)purpose, stream);
                uint64_t high = rl_random_bits(&random);
                starts[count++] = high << 32 | rl_random_bits(&random);
            }
    assert_int_equal(count, STARTS);
    for (size_t i = 0; i < STARTS; i++)
        for (size_t j = 0; j < i; j++)
            assert_true(starts[i] != starts[j]);
}

/* χ² of counts [cells] that should all be equal. */
static double chi_square(const size_t *counts, size_t cells)
{
    double total = 0, sum = 0;
    for (size_t i = 0; i < cells; i++)
        total += (double)counts[i];
    double expected = total / (double)cells;
    for (size_t i = 0; i < cells; i++)
        sum += ((double)counts[i] - expected) * ((double)counts[i] - expected) / expected;
    return sum;
}

/* Above this a right generator's χ² comes about once in 10⁴ (Wilson and Hilferty's normal). */
static double chi_square_bound(size_t cells)
{
    double df = (double)cells - 1, root = 1 - 2 / (9 * df) + 3.72 * sqrt(2 / (9 * df));
    return df * root * root * root;
}

static void below_is_even(void **state)
{
    (void)state;
    for (uint32_t bound = 2; bound < 40; bound++) {
        rl_random random = rl_random_stream(bound, RL_FOR_TESTS, 0);
        size_t counts[40] = { 0 };
        for (size_t i = 0; i < MANY / 2; i++) {
            uint32_t x = rl_random_below(&random, bound);
            assert_true(x < bound);
            counts[x]++;
        }
        assert_true(chi_square(counts, bound) < chi_square_bound(bound));
    }
    rl_random random = rl_random_stream(1, RL_FOR_TESTS, 0);
    for (int i = 0; i < 100; i++)
        assert_int_equal(rl_random_below(&random, 1), 0);
}

/* With such bounds a plain multiply would make some of each three numbers more likely by half or more. */
static void below_is_even_for_large_bounds(void **state)
{
    (void)state;
    for (int shift = 29; shift <= 30; shift++) {
        const uint32_t bound = 3u << shift;
        rl_random random = rl_random_stream(1, RL_FOR_TESTS, 0);
        size_t counts[3] = { 0 };
        for (size_t i = 0; i < MANY; i++) {
            uint32_t x = rl_random_below(&random, bound);
            assert_true(x < bound);
            counts[x % 3]++;
        }
        assert_true(chi_square(counts, 3) < chi_square_bound(3));
    }
}

static void every_permutation_is_as_likely(void **state)
{
    (void)state;
    for (size_t n = 2; n <= 5; n++) {
        rl_random random = rl_random_stream(n, RL_FOR_TESTS, 0);
        size_t counts[5 * 5 * 5 * 5 * 5] = { 0 }, cells = 0, seen[120];
        for (size_t i = 0; i < MANY; i++) {
            uint32_t order[5] = { 0, 1, 2, 3, 4 };
            rl_random_shuffle(&random, order, n);
            size_t code = 0, members = 0;
            for (size_t j = 0; j < n; j++) {
                code = code * 5 + order[j];
                members |= (size_t)1 << order[j];
            }
            assert_int_equal(members, ((size_t)1 << n) - 1);
            counts[code]++;
        }
        for (size_t code = 0; code < sizeof counts / sizeof *counts; code++)
            if (counts[code] > 0)
                seen[cells++] = counts[code];
        const size_t factorial[] = { 1, 1, 2, 6, 24, 120 };
        assert_int_equal(cells, factorial[n]);
        assert_true(chi_square(seen, cells) < chi_square_bound(cells));
    }
}

static void shuffling_nothing_is_fine(void **state)
{
    (void)state;
    rl_random random = rl_random_stream(1, RL_FOR_TESTS, 0);
    uint32_t order[1] = { 42 };
    rl_random_shuffle(&random, order, 0);
    rl_random_shuffle(&random, order, 1);
    assert_int_equal(order[0], 42);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(philox_gives_the_published_answers),
        cmocka_unit_test(streams_keep_their_bits),
        cmocka_unit_test(numbers_do_not_depend_on_order),
        cmocka_unit_test(uniform_is_uniform),
        cmocka_unit_test(uniform_has_52_bits),
        cmocka_unit_test(normal_is_normal),
        cmocka_unit_test(streams_are_independent),
        cmocka_unit_test(streams_differ),
        cmocka_unit_test(below_is_even),
        cmocka_unit_test(below_is_even_for_large_bounds),
        cmocka_unit_test(every_permutation_is_as_likely),
        cmocka_unit_test(shuffling_nothing_is_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
