/* The lane type: whatever it does, it does to each number, as one number would have it done. Compiled once for every
 * variant, as the kernels are. */
#include "kernel/one_variant.h"

#include <math.h>
#include <stdlib.h>

static const real numbers[] = { 0, (real)-0.0, 1, -1, (real)0.1, (real)-2.5, 3, 1e30f, -1e30f, 1e-40f, INFINITY,
    -INFINITY, NAN, 7, 1 / (real)3, -8 };
enum { NUMBERS = sizeof numbers / sizeof *numbers };

static lane some(size_t from) /* numbers, beginning at that one */
{
    real row[LANES];
    for (size_t l = 0; l < LANES; l++)
        row[l] = numbers[(from + l) % NUMBERS];
    return lane_load(row);
}

static real at(lane x, size_t l)
{
    real row[LANES];
    lane_store(row, x);
    return row[l];
}

static whole counted(wlane x, size_t l)
{
    whole row[LANES];
    memcpy(row, &x, sizeof x);
    return row[l];
}

static bool same(real a, real b)
{
    return isnan(a) ? isnan(b) : memcmp(&a, &b, sizeof a) == 0;
}

/* for every pair of rows of numbers, in every lane: a, b */
#define EACH_PAIR                                                                                                      \
    for (size_t i = 0; i < NUMBERS; i++)                                                                               \
        for (size_t j = 0; j < NUMBERS; j++)                                                                           \
            for (size_t l = 0; l < LANES; l++)
#define A numbers[(i + l) % NUMBERS]
#define B numbers[(j + l) % NUMBERS]

static void loads_and_stores_its_row_only(void **state)
{
    (void)state;
    real *row = malloc(sizeof(real) * LANES); /* no byte more: the sanitizers see a step too far */
    assert_non_null(row);
    lane_store(row, some(3));
    for (size_t l = 0; l < LANES; l++)
        assert_true(same(row[l], numbers[(3 + l) % NUMBERS]) && same(at(lane_load(row), l), row[l]));
    free(row);
    for (size_t i = 0; i < NUMBERS; i++)
        for (size_t l = 0; l < LANES; l++)
            assert_true(same(at(lane_all(numbers[i]), l), numbers[i]) && at(lane_zero(), l) == 0);
}

static void arithmetic_is_that_of_numbers(void **state)
{
    (void)state;
    EACH_PAIR
    {
        lane a = some(i), b = some(j);
        assert_true(same(at(a + b, l), A + B) && same(at(a - b, l), A - B));
        assert_true(same(at(a * b, l), A * B) && same(at(a / b, l), A / B) && same(at(-a, l), -A));
        assert_true(same(at(lane_sqrt(a), l), (real)sqrt((double)A)));
    }
}

static void masks_choose(void **state)
{
    (void)state;
    EACH_PAIR
    {
        lane a = some(i), b = some(j);
        mask less = a < b, equal = a == b;
        assert_int_equal(counted(mask_count(less), l), A < B);
        assert_int_equal(counted(mask_count(equal), l), A == B);
        assert_int_equal(counted(mask_count(mask_not(less)), l), !(A < B));
        assert_int_equal(counted(mask_count(less | equal), l), A < B || A == B);
        assert_int_equal(counted(mask_count(less & mask_not(less)), l), 0);
        assert_int_equal(counted(mask_count(lane_is_finite(a)), l), isfinite(A) != 0);
        assert_true(same(at(pick(less, a, b), l), A < B ? A : B));
    }
}

/* NaN in a stays; NaN in b does not come in. Of two zeros it is a's. */
static void least_and_greatest_keep_nan(void **state)
{
    (void)state;
    EACH_PAIR
    {
        lane a = some(i), b = some(j);
        assert_true(same(at(lane_max(a, b), l), A < B ? B : A));
        assert_true(same(at(lane_min(a, b), l), A > B ? B : A));
    }
}

static void steps_at_zero(void **state)
{
    (void)state;
    EACH_PAIR
    {
        const real there = B >= 0 && B < 1e10f ? B + 0 : (real)0.5;
        real stairs[LANES], expected = isnan(A) ? (real)NAN : A < 0 ? 0 : A > 0 ? 1 : there;
        for (size_t k = 0; k < LANES; k++)
            stairs[k] = there;
        assert_true(same(at(lane_heaviside(some(i), lane_load(stairs)), l), expected));
        assert_true(same(at(lane_in_register(some(i)), l), A));
    }
}

/* Of -0 and of NaN too; signbit, since same() takes every NaN for the same. */
static void signs_are_taken_and_given(void **state)
{
    (void)state;
    EACH_PAIR
    {
        lane a = some(i), b = some(j), size = lane_abs(a), given = lane_with_sign_of(a, b);
        assert_true(same(at(size, l), (real)fabs((double)A)) && !signbit(at(size, l)));
        assert_true(same(at(given, l), (real)copysign((double)A, (double)B)));
        assert_true(!signbit(at(given, l)) == !signbit(B));
    }
}

/* (1 + ε)² - (1 + 2ε) is ε² if nothing was rounded on the way, else 0. */
static void fused_where_the_processor_fuses(void **state)
{
    (void)state;
    const real epsilon = IN_DOUBLE ? (real)0x1p-30 : (real)0x1p-12;
    volatile real factor = 1 + epsilon;
    lane product = lane_fma(lane_all(factor), lane_all(factor), lane_all(-(1 + 2 * epsilon)));
    for (size_t l = 0; l < LANES; l++)
        assert_true(at(product, l) == (FUSED ? epsilon * epsilon : 0));
    EACH_PAIR
    {
        real fused = IN_DOUBLE ? (real)fma((double)A, (double)B, 1) : (real)fmaf((float)A, (float)B, 1);
        assert_true(same(at(lane_fma(some(i), some(j), lane_all(1)), l), FUSED ? fused : A * B + 1));
    }
}

static void bits_and_whole_numbers(void **state)
{
    (void)state;
    for (size_t i = 0; i < NUMBERS; i++)
        for (size_t l = 0; l < LANES; l++) {
            real number = A;
            whole bits;
            memcpy(&bits, &number, sizeof bits);
            assert_true(counted(lane_bits(some(i)), l) == bits && same(at(lane_of_bits(lane_bits(some(i))), l), A));
        }
    static const real halves[] = { 0, (real)0.75, (real)-0.75, (real)2.5, (real)-2.5, 8388607, -8388607, 1 };
    for (size_t i = 0; i < sizeof halves / sizeof *halves; i++)
        for (size_t l = 0; l < LANES; l++) {
            wlane w = lane_to_whole(lane_all(halves[i]));
            assert_true(counted(w, l) == (whole)halves[i] && at(lane_of_whole(w), l) == (real)(whole)halves[i]);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loads_and_stores_its_row_only),
        cmocka_unit_test(arithmetic_is_that_of_numbers),
        cmocka_unit_test(masks_choose),
        cmocka_unit_test(least_and_greatest_keep_nan),
        cmocka_unit_test(steps_at_zero),
        cmocka_unit_test(signs_are_taken_and_given),
        cmocka_unit_test(fused_where_the_processor_fuses),
        cmocka_unit_test(bits_and_whole_numbers),
    };
    if (!runs_here()) {
        print_message("left out: this processor cannot run them\n");
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
