/* The adding problem: two marks a row, one in each half, the sum of what they mark; the same seed gives the same bits. */
#include "data_testing.h"

static rl_dataset *load(const char *spec, uint64_t seed)
{
    rl_error err = { 0 };
    rl_dataset *data = rl_data_load(spec, (rl_data_config){ .seed = seed }, &err);
    if (!data)
        fail_msg("%s", err.text);
    return data;
}

static void the_target_is_what_is_marked(void **state)
{
    (void)state;
    static const struct {
        const char *spec;
        size_t rows, steps;
    } kinds[] = { { "adding", 10000, 50 }, { "adding:300", 300, 50 }, { "adding:5000:2", 5000, 2 },
        { "adding:700:7", 700, 7 } };
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        const size_t steps = kinds[k].steps;
        rl_dataset *data = load(kinds[k].spec, k);
        size_t first_seen = 0, last_seen = 0;
        assert_int_equal(data->rows, kinds[k].rows);
        assert_int_equal(data->features, 2 * steps);
        assert_int_equal(data->classes, 0);
        assert_string_equal(data->name, kinds[k].spec);
        for (size_t r = 0; r < data->rows; r++) {
            const float *x = data->x + r * data->features;
            size_t marks[2] = { 0 };
            float sum = 0;
            for (size_t t = 0; t < steps; t++) {
                assert_true(x[2 * t] > 0 && x[2 * t] < 1);
                assert_true(x[2 * t + 1] == 0 || x[2 * t + 1] == 1);
                marks[t >= steps / 2] += x[2 * t + 1] == 1;
                sum += x[2 * t] * x[2 * t + 1];
            }
            assert_int_equal(marks[0], 1);
            assert_int_equal(marks[1], 1);
            assert_same(data->y[r], sum);
            first_seen += x[1] == 1;
            last_seen += x[2 * steps - 1] == 1;
        }
        /* Both ends are marked as often as the middle: within five deviations of rows / half. */
        const double expected = (double)data->rows / (double)(steps / 2);
        if (steps == 50) {
            assert_true((double)first_seen > expected / 2 && (double)first_seen < expected * 2);
            assert_true((double)last_seen > expected / 2 && (double)last_seen < expected * 2);
        }
        rl_data_free(data);
    }
}

/* Who says 1 errs by 2/12: the figure that a net must beat. */
static void the_mean_alone_errs_by_a_sixth(void **state)
{
    (void)state;
    rl_dataset *data = load("adding:20000:10", 3);
    double squares = 0;
    for (size_t r = 0; r < data->rows; r++)
        squares += (double)((data->y[r] - 1) * (data->y[r] - 1));
    squares /= (double)data->rows;
    assert_true(
        squares > 1.0 / 6 - 0.007 && squares < 1.0 / 6 + 0.007); /* the square's deviation is 0.197: five errors */
    rl_data_free(data);
}

static void the_seed_decides(void **state)
{
    (void)state;
    rl_dataset *a = load("adding:100", 3), *b = load("adding:100", 3), *c = load("adding:100", 4);
    const size_t bytes = a->rows * a->features * sizeof *a->x;
    assert_memory_equal(a->x, b->x, bytes);
    assert_true(memcmp(a->x, c->x, bytes) != 0);
    rl_data_free(a);
    rl_data_free(b);
    rl_data_free(c);
}

static void bad_options_say_what(void **state)
{
    (void)state;
    static const struct {
        const char *spec, *said;
    } cases[] = {
        { "adding:0", "adding: expected a number of rows from 1 to 10000000, found \"0\"" },
        { "adding:x", "adding: expected a number of rows from 1 to 10000000, found \"x\"" },
        { "adding:10:0", "adding: expected a number of steps from 2, one for each mark, to 100000, found \"0\"" },
        { "adding:10:1", "adding: expected a number of steps from 2, one for each mark, to 100000, found \"1\"" },
        { "adding:10:50:3", "adding: expected a number of steps from 2, one for each mark, to 100000, found \"50:3\"" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rl_error err = { 0 };
        assert_null(rl_data_load(cases[i].spec, (rl_data_config){ 0 }, &err));
        assert_fails(err, RL_BAD_CONFIG, cases[i].said);
    }
}

static void memory_may_run_out(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        counted c = { .fail_at = n };
        rl_error err = { 0 };
        rl_dataset *data = rl_data_load("adding:10:5", (rl_data_config){ .memory = counted_memory(&c) }, &err);
        if (data) {
            rl_data_free(data);
            assert_true(n > 1);
            return;
        }
        assert_int_equal(err.code, RL_NO_MEMORY);
        assert_int_equal(c.living, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_target_is_what_is_marked),
        cmocka_unit_test(the_mean_alone_errs_by_a_sixth),
        cmocka_unit_test(the_seed_decides),
        cmocka_unit_test(bad_options_say_what),
        cmocka_unit_test(memory_may_run_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
