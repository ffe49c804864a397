/* Splits: a partition whose parts keep each class's share, drawn by the seed alone. */
#include "data_testing.h"

#include "num/random.h"

#include <math.h>

/* Row i holds its own number, so that parts tell where their rows came from. */
static rl_dataset *of_sizes(const size_t *sizes, size_t classes, bool regression)
{
    rl_error err = { 0 };
    size_t rows = 0, row = 0;
    for (size_t c = 0; c < classes; c++)
        rows += sizes[c];
    rl_dataset *data = rl_data_new("d", rows, 2, regression ? 0 : classes, 1, (rl_memory){ 0 }, &err);
    assert_non_null(data);
    for (size_t c = 0; c < classes; c++)
        for (size_t i = 0; i < sizes[c]; i++, row++) {
            data->x[2 * row] = (float)row;
            data->y[row] = regression ? -(float)row : (float)c;
        }
    return data;
}

/* Each row of the whole is in exactly one part, with its own label, in the old order. */
static void assert_partition(const rl_dataset *whole, const rl_dataset *first, const rl_dataset *second)
{
    const rl_dataset *const parts[] = { first, second };
    bool *seen = calloc(whole->rows, 1);
    assert_non_null(seen);
    assert_int_equal(first->rows + second->rows, whole->rows);
    for (size_t p = 0; p < 2; p++)
        for (size_t i = 0; i < parts[p]->rows; i++) {
            size_t row = (size_t)parts[p]->x[2 * i];
            assert_false(seen[row]);
            seen[row] = true;
            assert_same(parts[p]->y[i], whole->y[row]);
            assert_true(i == 0 || parts[p]->x[2 * i - 2] < parts[p]->x[2 * i]);
        }
    free(seen);
}

static void count_classes(const rl_dataset *data, size_t *of)
{
    for (size_t c = 0; c < data->classes; c++)
        of[c] = 0;
    for (size_t i = 0; i < data->rows; i++)
        of[(size_t)data->y[i]]++;
}

enum { MOST = 12 };

static void assert_stratified(const rl_dataset *whole, const rl_dataset *first, const rl_dataset *second, double share)
{
    size_t all[MOST], kept[MOST], gone[MOST], needy = 0, waiting = 0, spare = 0;
    count_classes(whole, all);
    count_classes(first, kept);
    count_classes(second, gone);
    for (size_t c = 0; c < whole->classes; c++) {
        double quota = share * (double)all[c];
        assert_true(fabs((double)gone[c] - quota) < 1);
        if (all[c] < 2)
            continue;
        needy += gone[c] == 0;
        waiting += kept[c] == 0;
        /* A class with a row more than its floor that did not need it: that row could have gone elsewhere. */
        spare += (double)gone[c] > quota && gone[c] > 1;
    }
    assert_true(needy == 0 || spare == 0);
    assert_int_equal(first->classes, whole->classes);
    /* The first part loses a class only if all that could take one more without vanishing have taken it. */
    for (size_t c = 0; c < whole->classes && waiting; c++)
        if (gone[c] + 1 < all[c] && share * (double)all[c] != floor(share * (double)all[c]))
            assert_true((double)gone[c] > share * (double)all[c]);
}

static void keeps_shares_for_any_sizes(void **state)
{
    (void)state;
    rl_random random = rl_random_stream(11, RL_FOR_TESTS, 0);
    for (int trial = 0; trial < 2000; trial++) {
        size_t sizes[MOST], classes = 1 + rl_random_below(&random, MOST), rows = 0;
        uint32_t largest = 1 + rl_random_below(&random, 40);
        for (size_t c = 0; c < classes; c++)
            rows += sizes[c] = 1 + rl_random_below(&random, largest);
        double share = rl_random_uniform(&random);
        double taken = round(share * (double)rows);
        rl_dataset *data = of_sizes(sizes, classes, false), *first, *second;
        rl_error err = { 0 };
        bool possible = taken >= 1 && taken < (double)rows;
        assert_true(rl_data_split(data, share, (uint64_t)trial, &first, &second, &err) == possible);
        if (possible) {
            assert_int_equal(second->rows, taken);
            assert_partition(data, first, second);
            assert_stratified(data, first, second, share);
        } else {
            assert_int_equal(err.code, RL_BAD_CONFIG);
            assert_null(first);
            assert_null(second);
        }
        rl_data_free(first);
        rl_data_free(second);
        rl_data_free(data);
    }
}

/* At these shares there is a row to give to, or leave in, each class; going by fractions alone would miss some. */
static void small_classes_stand_in_both_parts(void **state)
{
    (void)state;
    static const size_t sizes[] = { 13, 2, 2, 3, 13 };
    static const double shares[] = { 0.2, 0.3, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8 };
    for (size_t k = 0; k < sizeof shares / sizeof *shares; k++) {
        rl_dataset *data = of_sizes(sizes, 5, false), *first, *second;
        rl_error err = { 0 };
        size_t kept[MOST], gone[MOST];
        assert_true(rl_data_split(data, shares[k], 1, &first, &second, &err));
        count_classes(first, kept);
        count_classes(second, gone);
        for (size_t c = 0; c < 5; c++) {
            assert_true(kept[c] > 0);
            assert_true(gone[c] > 0);
        }
        rl_data_free(first);
        rl_data_free(second);
        rl_data_free(data);
    }
}

/* 3.9, 3.3 and 5.1 rows by share, 12 in all. */
static void the_largest_fraction_gets_one_more(void **state)
{
    (void)state;
    static const size_t sizes[] = { 13, 11, 17 };
    rl_dataset *data = of_sizes(sizes, 3, false), *second;
    rl_error err = { 0 };
    size_t gone[MOST];
    assert_true(rl_data_split(data, 0.3, 0, NULL, &second, &err));
    count_classes(second, gone);
    assert_int_equal(gone[0], 4);
    assert_int_equal(gone[1], 3);
    assert_int_equal(gone[2], 5);
    rl_data_free(second);
    rl_data_free(data);
}

static bool same_rows(const rl_dataset *a, const rl_dataset *b)
{
    return a->rows == b->rows && memcmp(a->x, b->x, a->rows * 2 * sizeof *a->x) == 0;
}

static void the_seed_decides(void **state)
{
    (void)state;
    static const size_t sizes[] = { 30, 50 };
    for (int regression = 0; regression < 2; regression++) {
        rl_dataset *data = of_sizes(sizes, 2, regression), *a, *b, *c;
        rl_error err = { 0 };
        assert_true(rl_data_split(data, 0.2, 5, NULL, &a, &err));
        assert_true(rl_data_split(data, 0.2, 5, NULL, &b, &err));
        assert_true(rl_data_split(data, 0.2, 6, NULL, &c, &err));
        assert_int_equal(a->rows, 16);
        assert_true(same_rows(a, b));
        assert_false(same_rows(a, c));
        rl_data_free(a);
        rl_data_free(b);
        rl_data_free(c);
        rl_data_free(data);
    }
}

/* Each row goes to the second part about equally often. */
static void no_row_is_preferred(void **state)
{
    (void)state;
    enum { ROWS = 20, TRIALS = 4000 };
    static const size_t sizes[] = { 8, 12 };
    rl_dataset *data = of_sizes(sizes, 2, false);
    int drawn[ROWS] = { 0 };
    for (uint64_t seed = 0; seed < TRIALS; seed++) {
        rl_dataset *second;
        rl_error err = { 0 };
        assert_true(rl_data_split(data, 0.25, seed, NULL, &second, &err));
        for (size_t i = 0; i < second->rows; i++)
            drawn[(size_t)second->x[2 * i]]++;
        rl_data_free(second);
    }
    double expected = 0.25 * TRIALS, sd = sqrt(TRIALS * 0.25 * 0.75);
    for (size_t i = 0; i < ROWS; i++)
        assert_true(fabs(drawn[i] - expected) < 5 * sd);
    rl_data_free(data);
}

static void real_targets_split_too(void **state)
{
    (void)state;
    static const size_t sizes[] = { 101 };
    rl_dataset *data = of_sizes(sizes, 1, true), *first, *second;
    rl_error err = { 0 };
    assert_true(rl_data_split(data, 0.3, 1, &first, &second, &err));
    assert_int_equal(second->rows, 30);
    assert_int_equal(second->classes, 0);
    assert_null(second->class_names);
    assert_partition(data, first, second);
    rl_data_free(first);
    rl_data_free(second);
    rl_data_free(data);
}

static void either_part_may_be_left_out(void **state)
{
    (void)state;
    static const size_t sizes[] = { 9, 11 };
    rl_dataset *data = of_sizes(sizes, 2, false), *first, *second, *alone;
    rl_error err = { 0 };
    assert_true(rl_data_split(data, 0.4, 2, &first, &second, &err));
    assert_true(rl_data_split(data, 0.4, 2, &alone, NULL, &err));
    assert_true(same_rows(alone, first));
    rl_data_free(alone);
    assert_true(rl_data_split(data, 0.4, 2, NULL, &alone, &err));
    assert_true(same_rows(alone, second));
    rl_data_free(alone);
    assert_true(rl_data_split(data, 0.4, 2, NULL, NULL, &err));
    rl_data_free(first);
    rl_data_free(second);
    rl_data_free(data);
}

static void refuse(const rl_dataset *data, double share, rl_code code, const char *message)
{
    rl_error err = { 0 };
    rl_dataset *first = (rl_dataset *)1, *second = (rl_dataset *)1;
    assert_false(rl_data_split(data, share, 0, &first, &second, &err));
    assert_fails(err, code, message);
    assert_null(first);
    assert_null(second);
}

static void refuses_bad_shares_and_labels(void **state)
{
    (void)state;
    static const size_t sizes[] = { 3, 3 };
    rl_dataset *data = of_sizes(sizes, 2, false);
    refuse(data, 0, RL_BAD_CONFIG, "split of d: expected a share between 0 and 1, found 0");
    refuse(data, 1, RL_BAD_CONFIG, "split of d: expected a share between 0 and 1, found 1");
    refuse(data, -0.5, RL_BAD_CONFIG, "split of d: expected a share between 0 and 1, found -0.5");
    refuse(data, (double)NAN, RL_BAD_CONFIG, "split of d: expected a share between 0 and 1, found nan");
    refuse(data, 0.01, RL_BAD_CONFIG, "split of d: a share of 0.01 of 6 rows leaves one part empty");
    refuse(data, 0.99, RL_BAD_CONFIG, "split of d: a share of 0.99 of 6 rows leaves one part empty");
    data->y[4] = 2;
    refuse(data, 0.5, RL_BAD_SHAPE, "data set d row 5: label 2 is out of range, expected a class 0 to 1");
    data->y[4] = 0.5f;
    refuse(data, 0.5, RL_BAD_SHAPE, "data set d row 5: label 0.5 is out of range, expected a class 0 to 1");
    data->y[4] = -1;
    refuse(data, 0.5, RL_BAD_SHAPE, "data set d row 5: label -1 is out of range, expected a class 0 to 1");
    data->y[4] = NAN;
    refuse(data, 0.5, RL_BAD_SHAPE, "data set d row 5: expected a finite target, found nan");
    data->y[4] = 1;
    data->x[3] = INFINITY;
    refuse(data, 0.5, RL_BAD_SHAPE, "data set d row 2 feature 2: expected a finite number, found inf");
    rl_data_free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_shares_for_any_sizes),
        cmocka_unit_test(small_classes_stand_in_both_parts),
        cmocka_unit_test(the_largest_fraction_gets_one_more),
        cmocka_unit_test(the_seed_decides),
        cmocka_unit_test(no_row_is_preferred),
        cmocka_unit_test(real_targets_split_too),
        cmocka_unit_test(either_part_may_be_left_out),
        cmocka_unit_test(refuses_bad_shares_and_labels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
