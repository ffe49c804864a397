/* Made data: the same seed gives the same bits, classes balance, and points lie where the formula says. */
#include "data_testing.h"

#include "data/generator.h"

#include <math.h>

static rl_dataset *load(const char *spec, uint64_t seed)
{
    rl_error err = { 0 };
    rl_dataset *data = rl_data_load(spec, (rl_data_config){ .seed = seed }, &err);
    if (!data)
        fail_msg("%s", err.text);
    return data;
}

static bool same_bits(const rl_dataset *a, const rl_dataset *b)
{
    return a->rows == b->rows && memcmp(a->x, b->x, a->rows * a->features * sizeof *a->x) == 0 &&
           memcmp(a->y, b->y, a->rows * sizeof *a->y) == 0;
}

static void the_seed_decides(void **state)
{
    (void)state;
    size_t count;
    const rl_generator *const *kinds = rl_generators(&count);
    assert_int_equal(count, 6);
    for (size_t i = 0; i < count; i++) {
        rl_dataset *a = load(kinds[i]->name, 3), *b = load(kinds[i]->name, 3), *c = load(kinds[i]->name, 4);
        assert_true(same_bits(a, b));
        assert_false(same_bits(a, c));
        rl_data_free(a);
        rl_data_free(b);
        rl_data_free(c);
    }
}

static void kinds_share_no_random_numbers(void **state)
{
    (void)state;
    size_t count;
    const rl_generator *const *kinds = rl_generators(&count);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            assert_true(kinds[i]->stream != kinds[j]->stream);
}

static void classes_balance(void **state)
{
    (void)state;
    size_t count;
    const rl_generator *const *kinds = rl_generators(&count);
    for (size_t i = 0; i < count; i++)
        for (int rows = 1000; rows < 1004; rows++) {
            char spec[64];
            size_t of[RL_MOST_GENERATED_CLASSES] = { 0 };
            sprintf(spec, "%s:%d", kinds[i]->name, rows);
            rl_dataset *data = load(spec, 0);
            assert_int_equal(data->rows, rows);
            assert_int_equal(data->features, 2);
            assert_int_equal(data->classes, kinds[i]->classes);
            assert_string_equal(data->name, spec);
            for (size_t r = 0; r < data->rows; r++)
                of[(size_t)data->y[r]]++;
            for (size_t c = 0; c < data->classes; c++) {
                assert_in_range(of[c], data->rows / data->classes, (data->rows - 1) / data->classes + 1);
                assert_string_equal(data->class_names[c], kinds[i]->class_names[c]);
            }
            rl_data_free(data);
        }
}

static void a_thousand_moons_are_500_each(void **state)
{
    (void)state;
    rl_dataset *data = load("moons", 7);
    size_t lower = 0;
    assert_int_equal(data->rows, 1000);
    for (size_t i = 0; i < data->rows; i++)
        lower += data->y[i] == 1;
    assert_int_equal(lower, 500);
    rl_data_free(data);
}

/* Without noise: how far each point is from its class's curve. */
static double off_moons(double x, double y, int c)
{
    double away = c ? hypot(x - 1, y - 0.5) - 1 : hypot(x, y) - 1;
    bool right_half = c ? y <= 0.5 : y >= 0;
    return right_half ? away : 1;
}

static double off_circles(double x, double y, int c)
{
    return hypot(x, y) - (c ? 0.5 : 1);
}

static double off_spirals(double x, double y, int c)
{
    double r = hypot(x, y), angle = 3.5 * 3.14159265358979323846 * r + (c ? 3.14159265358979323846 : 0);
    return hypot(x - r * cos(angle), y - r * sin(angle));
}

static double off_xor(double x, double y, int c)
{
    return fabs(fabs(x) - 1) + fabs(fabs(y) - 1) + fabs((double)(x * y < 0) - c);
}

static double off_blobs(double x, double y, int c)
{
    double angle = 2 * 3.14159265358979323846 * c / 3;
    return hypot(x - cos(angle), y - sin(angle));
}

static double off_ring(double x, double y, int c)
{
    double angle = 2 * 3.14159265358979323846 * c / 8;
    return hypot(x - cos(angle), y - sin(angle));
}

static void points_lie_on_their_curves(void **state)
{
    (void)state;
    static const struct {
        const char *spec;
        double (*off)(double x, double y, int c);
    } kinds[] = {
        { "moons:600:0", off_moons },
        { "circles:600:0", off_circles },
        { "spirals:600:0", off_spirals },
        { "xor:600:0", off_xor },
        { "blobs:600:0", off_blobs },
        { "ring:600:0", off_ring },
    };
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        rl_dataset *data = load(kinds[k].spec, 1);
        for (size_t i = 0; i < data->rows; i++) {
            double off = kinds[k].off((double)data->x[2 * i], (double)data->x[2 * i + 1], (int)data->y[i]);
            assert_true(fabs(off) < 1e-5);
        }
        rl_data_free(data);
    }
}

/* Noise moves each coordinate by a normal number of that deviation: the points themselves stay the same. */
static void noise_has_the_deviation_asked_for(void **state)
{
    (void)state;
    rl_dataset *clean = load("moons:20000:0", 5), *noisy = load("moons:20000:0.3", 5);
    double sum = 0, squares = 0, count = 40000;
    for (size_t i = 0; i < 40000; i++) {
        double moved = (double)noisy->x[i] - (double)clean->x[i];
        sum += moved;
        squares += moved * moved;
    }
    /* Five standard errors: 0.3/√n for the mean, 0.3/√(2n) for the deviation. */
    assert_true(fabs(sum / count) < 5 * 0.3 / sqrt(count));
    assert_true(fabs(sqrt(squares / count) - 0.3) < 5 * 0.3 / sqrt(2 * count));
    rl_data_free(clean);
    rl_data_free(noisy);
}

static void four_rows_of_xor_are_the_truth_table(void **state)
{
    (void)state;
    static const float x[] = { -1, -1, 1, -1, 1, 1, -1, 1 }, y[] = { 0, 1, 0, 1 };
    rl_dataset *data = load("xor:4:0", 0);
    for (size_t i = 0; i < 8; i++)
        assert_same(data->x[i], x[i]);
    for (size_t i = 0; i < 4; i++)
        assert_same(data->y[i], y[i]);
    rl_data_free(data);
}

static void the_lesson_of_the_dosage(void **state)
{
    (void)state;
    static const float x[] = { 0, 0.5f, 1 }, y[] = { 0, 1, 0 };
    rl_dataset *data = load("dosage", 0);
    assert_int_equal(data->rows, 3);
    assert_int_equal(data->features, 1);
    assert_int_equal(data->classes, 0);
    assert_int_equal(data->targets, 1);
    for (size_t i = 0; i < 3; i++) {
        assert_same(data->x[i], x[i]);
        assert_same(data->y[i], y[i]);
    }
    rl_data_free(data);
}

static void refuses_bad_options(void **state)
{
    (void)state;
    static const struct {
        const char *spec, *message;
    } bad[] = {
        { "moons:", "moons: expected a number of rows from 2 to 10000000, found \"\"" },
        { "moons:1", "moons: expected a number of rows from 2 to 10000000, found \"1\"" },
        { "blobs:2", "blobs: expected a number of rows from 3 to 10000000, found \"2\"" },
        { "moons:10000001", "moons: expected a number of rows from 2 to 10000000, found \"10000001\"" },
        { "moons:99999999999999999999", "moons: expected a number of rows from 2 to 10000000, found "
                                        "\"99999999999999999999\"" },
        { "moons:ten", "moons: expected a number of rows from 2 to 10000000, found \"ten\"" },
        { "moons:10:", "moons: expected a noise from 0 to 1000, found \"\"" },
        { "moons:10:-1", "moons: expected a noise from 0 to 1000, found \"-1\"" },
        { "moons:10:nan", "moons: expected a noise from 0 to 1000, found \"nan\"" },
        { "moons:10:1e9", "moons: expected a noise from 0 to 1000, found \"1e9\"" },
        { "moons:10:0.1:5", "moons: expected a noise from 0 to 1000, found \"0.1:5\"" },
        { "dosage:3", "data set dosage takes no options, found \"3\"" },
        { "digits:3", "data set digits takes no options, found \"3\"" },
        { "moons:0000000000000000000000000000000000000000000000000000000000000010",
            "moons: expected moons:ROWS:NOISE, found "
            "\"000000000000000000000000000000000000000000000000000000000000...\"" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        rl_error err = { 0 };
        assert_null(rl_data_load(bad[i].spec, (rl_data_config){ 0 }, &err));
        assert_fails(err, RL_BAD_CONFIG, bad[i].message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_seed_decides),
        cmocka_unit_test(kinds_share_no_random_numbers),
        cmocka_unit_test(classes_balance),
        cmocka_unit_test(a_thousand_moons_are_500_each),
        cmocka_unit_test(points_lie_on_their_curves),
        cmocka_unit_test(noise_has_the_deviation_asked_for),
        cmocka_unit_test(four_rows_of_xor_are_the_truth_table),
        cmocka_unit_test(the_lesson_of_the_dosage),
        cmocka_unit_test(refuses_bad_options),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
