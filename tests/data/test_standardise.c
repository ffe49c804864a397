/* Standardisation: mean 0 and deviation 1 on what was measured, whatever the features' size and offset. */
#include "data_testing.h"

#include "num/random.h"

#include <float.h>
#include <math.h>

static rl_dataset *blank(size_t rows, size_t features)
{
    rl_error err = { 0 };
    rl_dataset *data = rl_data_new("d", rows, features, 0, 1, (rl_memory){ 0 }, &err);
    assert_non_null(data);
    return data;
}

static rl_scaling measured(const rl_dataset *data)
{
    rl_error err = { 0 };
    rl_scaling scaling;
    assert_true(rl_scaling_measure(data, &scaling, (rl_memory){ 0 }, &err));
    assert_int_equal(scaling.features, data->features);
    return scaling;
}

static void takes_the_populations_deviation(void **state)
{
    (void)state;
    static const float x[] = { 2, 4, 4, 4, 5, 5, 7, 9 };
    rl_dataset *data = blank(8, 1);
    memcpy(data->x, x, sizeof x);
    rl_scaling scaling = measured(data);
    assert_same(scaling.mean[0], 5);
    assert_same(scaling.deviation[0], 2);
    rl_scaling_apply(&scaling, data);
    for (size_t i = 0; i < 8; i++)
        assert_same(data->x[i], (x[i] - 5) / 2);
    rl_scaling_free(&scaling);
    assert_null(scaling.mean);
    rl_data_free(data);
}

static void features_come_to_mean_0_and_deviation_1(void **state)
{
    (void)state;
    enum { ROWS = 500, FEATURES = 7 };
    static const double size[FEATURES] = { 1, 1e-30, 1e30, 1e-3, 5, 1e8, 1 };
    static const double offset[FEATURES] = { 0, 0, -3e30, 1, -1e3, 1e9, 0.1 };
    rl_random random = rl_random_stream(2, RL_FOR_TESTS, 0);
    rl_dataset *data = blank(ROWS, FEATURES);
    for (size_t i = 0; i < ROWS; i++)
        for (size_t j = 0; j < FEATURES; j++)
            data->x[i * FEATURES + j] = (float)(offset[j] + size[j] * rl_random_normal(&random));
    rl_scaling scaling = measured(data);
    rl_scaling_apply(&scaling, data);
    for (size_t j = 0; j < FEATURES; j++) {
        double sum = 0, squares = 0;
        for (size_t i = 0; i < ROWS; i++) {
            double z = (double)data->x[i * FEATURES + j];
            sum += z;
            squares += z * z;
        }
        /* What is lost is the mean's and deviation's rounding to float. */
        double rounding = 4 * (double)FLT_EPSILON * (1 + fabs(offset[j] / size[j]));
        assert_true(fabs(sum / ROWS) < rounding);
        assert_true(fabs(sqrt(squares / ROWS) - 1) < rounding);
    }
    rl_scaling_free(&scaling);
    rl_data_free(data);
}

/* One pass of Σx² - (Σx)² in float, or even in double, gives nonsense here. */
static void a_large_offset_loses_nothing(void **state)
{
    (void)state;
    rl_dataset *data = blank(1000, 1);
    for (size_t i = 0; i < 1000; i++)
        data->x[i] = 16777216.0f + 2 * (float)(i % 2);
    rl_scaling scaling = measured(data);
    assert_same(scaling.deviation[0], 1);
    rl_scaling_free(&scaling);
    for (size_t i = 0; i < 1000; i++)
        data->x[i] = 1e30f * (i % 2 ? 1 : 1.0000001f);
    scaling = measured(data);
    double gap = ((double)data->x[0] - (double)data->x[1]) / 2;
    assert_true(fabs((double)scaling.deviation[0] / gap - 1) < 1e-6);
    rl_scaling_free(&scaling);
    rl_data_free(data);
}

static void a_constant_feature_becomes_0(void **state)
{
    (void)state;
    static const float values[] = { 0, -0.0f, 0.1f, 1e-45f, -3e38f, 3e38f };
    for (size_t k = 0; k < sizeof values / sizeof *values; k++)
        for (size_t rows = 1; rows <= 1000; rows += 333) {
            rl_dataset *data = blank(rows, 2);
            for (size_t i = 0; i < rows; i++) {
                data->x[2 * i] = values[k];
                data->x[2 * i + 1] = (float)i;
            }
            rl_scaling scaling = measured(data);
            assert_same(scaling.mean[0], values[k]);
            assert_same(scaling.deviation[0], 1);
            rl_scaling_apply(&scaling, data);
            for (size_t i = 0; i < rows; i++)
                assert_same(data->x[2 * i], 0);
            rl_scaling_free(&scaling);
            rl_data_free(data);
        }
}

static void extremes_stay_finite(void **state)
{
    (void)state;
    rl_dataset *data = blank(2, 2);
    data->x[0] = -FLT_MAX;
    data->x[2] = FLT_MAX;
    data->x[1] = 0;
    data->x[3] = 1e-45f; /* the deviation, half of it, is no float */
    rl_scaling scaling = measured(data);
    rl_scaling_apply(&scaling, data);
    assert_same(data->x[0], -1);
    assert_same(data->x[2], 1);
    assert_true(isfinite(data->x[1]) && isfinite(data->x[3]));
    rl_scaling_free(&scaling);
    rl_data_free(data);
}

/* Test data is scaled by the training data's statistics, not by its own. */
static void others_are_scaled_by_the_same_numbers(void **state)
{
    (void)state;
    rl_dataset *training = blank(2, 1), *test = blank(1, 1);
    training->x[0] = 10;
    training->x[1] = 14;
    test->x[0] = 20;
    rl_scaling scaling = measured(training);
    rl_scaling_apply(&scaling, test);
    assert_same(test->x[0], 4);
    rl_scaling_free(&scaling);
    rl_data_free(training);
    rl_data_free(test);
}

static void no_scaling_changes_nothing(void **state)
{
    (void)state;
    rl_dataset *data = blank(1, 1);
    data->x[0] = 3;
    rl_scaling_apply(&(rl_scaling){ 0 }, data);
    assert_same(data->x[0], 3);
    rl_data_free(data);
}

static void refuses_what_is_not_finite(void **state)
{
    (void)state;
    rl_dataset *data = blank(2, 2);
    data->x[3] = NAN;
    rl_scaling scaling;
    rl_error err = { 0 };
    assert_false(rl_scaling_measure(data, &scaling, (rl_memory){ 0 }, &err));
    assert_fails(err, RL_BAD_SHAPE, "data set d row 2 feature 2: expected a finite number, found nan");
    assert_null(scaling.mean);
    rl_data_free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_the_populations_deviation),
        cmocka_unit_test(features_come_to_mean_0_and_deviation_1),
        cmocka_unit_test(a_large_offset_loses_nothing),
        cmocka_unit_test(a_constant_feature_becomes_0),
        cmocka_unit_test(extremes_stay_finite),
        cmocka_unit_test(others_are_scaled_by_the_same_numbers),
        cmocka_unit_test(no_scaling_changes_nothing),
        cmocka_unit_test(refuses_what_is_not_finite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
