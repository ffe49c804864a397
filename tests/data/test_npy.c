/* npy: files that NumPy wrote (tests/data/files/make_files.py), and files that lie. */
#include "data_testing.h"

#include "data/npy.h"

#include <math.h>

static unsigned char *read_all(const char *name, size_t *size)
{
    char path[1024];
    FILE *file = fopen(beside(name, path), "rb");
    assert_non_null(file);
    unsigned char *bytes = malloc(4096);
    assert_non_null(bytes);
    *size = fread(bytes, 1, 4096, file);
    assert_true(*size < 4096);
    fclose(file);
    return bytes;
}

static void reads_what_numpy_wrote(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        double scale, shift;
    } files[] = {
        { "x_i1.npy", 1, -4 },
        { "x_i2.npy", 1, -4 },
        { "x_i4.npy", 1, -4 },
        { "x_i8.npy", 1, -4 },
        { "x_u1.npy", 1, 0 },
        { "x_u2.npy", 1, 0 },
        { "x_u4.npy", 1, 0 },
        { "x_u8.npy", 1, 0 },
        { "x_f4.npy", 0.5, -4 },
        { "x_f8.npy", 0.5, -4 },
        { "x_f4_big.npy", 0.5, -4 },
        { "x_i2_big.npy", 1, -4 },
        { "x_f8_fortran.npy", 0.5, -4 },
        { "x_f4_v2.npy", 0.5, -4 },
        { "x_f4_v3.npy", 0.5, -4 },
    };
    for (size_t k = 0; k < sizeof files / sizeof *files; k++) {
        size_t size;
        unsigned char *bytes = read_all(files[k].name, &size);
        rl_error err = { 0 };
        rl_array array;
        assert_true(rl_npy_open((rl_bytes){ files[k].name, bytes, size }, &array, &err));
        assert_int_equal(array.rank, 2);
        assert_int_equal(array.rows, 4);
        assert_int_equal(array.columns, 3);
        for (size_t i = 0; i < 4; i++)
            for (size_t j = 0; j < 3; j++)
                assert_same(rl_array_at(&array, i, j), ((double)(3 * i + j) + files[k].shift) * files[k].scale);
        free(bytes);
    }
}

static void reads_bool(void **state)
{
    (void)state;
    size_t size;
    unsigned char *bytes = read_all("x_b1.npy", &size);
    rl_error err = { 0 };
    rl_array array;
    assert_true(rl_npy_open((rl_bytes){ "x", bytes, size }, &array, &err));
    for (size_t i = 0; i < 12; i++)
        assert_same(rl_array_at(&array, i / 3, i % 3), i % 2);
    free(bytes);
}

static rl_dataset *parse_files(const char *x_name, const char *y_name, bool regression, rl_error *err)
{
    size_t x_size, y_size;
    unsigned char *x = read_all(x_name, &x_size), *y = read_all(y_name, &y_size);
    rl_dataset *data = rl_npy_parse(
        (rl_bytes){ "x.npy", x, x_size }, (rl_bytes){ "y.npy", y, y_size }, regression, (rl_memory){ 0 }, err);
    free(x);
    free(y);
    return data;
}

static void whole_labels_are_classes(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_dataset *data = parse_files("x_f8_fortran.npy", "y_classes.npy", false, &err);
    assert_non_null(data);
    assert_int_equal(data->rows, 4);
    assert_int_equal(data->features, 3);
    assert_int_equal(data->classes, 3);
    static const float y[] = { 2, 0, 2, 1 };
    static const char *const names[] = { "2", "5", "7" };
    for (size_t i = 0; i < 12; i++)
        assert_same(data->x[i], ((double)i - 4) / 2);
    for (size_t i = 0; i < 4; i++)
        assert_same(data->y[i], y[i]);
    for (size_t c = 0; c < 3; c++)
        assert_string_equal(data->class_names[c], names[c]);
    rl_data_free(data);

    data = parse_files("x_f4.npy", "y_whole_floats.npy", false, &err);
    assert_non_null(data);
    assert_int_equal(data->classes, 2);
    rl_data_free(data);
}

static void fractions_or_asking_make_real_targets(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_dataset *data = parse_files("x_f4.npy", "y_real.npy", false, &err);
    assert_non_null(data);
    assert_int_equal(data->classes, 0);
    assert_null(data->class_names);
    assert_same(data->y[0], 0.5);
    assert_same(data->y[1], -1.25);
    rl_data_free(data);
    data = parse_files("x_f4.npy", "y_classes.npy", true, &err);
    assert_non_null(data);
    assert_int_equal(data->classes, 0);
    assert_same(data->y[0], 7);
    rl_data_free(data);
}

static void shapes_must_fit(void **state)
{
    (void)state;
    rl_error err = { 0 };
    assert_null(parse_files("y_classes.npy", "y_classes.npy", false, &err));
    assert_fails(err, RL_BAD_FILE, "x.npy: expected features in 2 dimensions, rows and columns, found 1");
    err = (rl_error){ 0 };
    assert_null(parse_files("x_f4.npy", "x_f4.npy", false, &err));
    assert_fails(err, RL_BAD_FILE, "y.npy: expected labels in 1 dimension, found 2");
}

/* ---- Files made here ---------------------------------------------------------------------------------- */

typedef struct {
    unsigned char bytes[1024];
    size_t size;
} made;

static made make(const char *header, const void *numbers, size_t size)
{
    made file;
    size_t length = strlen(header);
    memcpy(file.bytes, "\x93NUMPY\x01\x00", 8);
    file.bytes[8] = (unsigned char)length;
    file.bytes[9] = (unsigned char)(length >> 8);
    memcpy(file.bytes + 10, header, length);
    memcpy(file.bytes + 10 + length, numbers, size);
    file.size = 10 + length + size;
    return file;
}

static rl_bytes bytes_of(const char *name, const made *file)
{
    return (rl_bytes){ name, file->bytes, file->size };
}

static bool opens(const char *header, size_t size, rl_error *err)
{
    static const unsigned char zeros[512] = { 0 };
    made file = make(header, zeros, size);
    rl_array array;
    return rl_npy_open(bytes_of("x.npy", &file), &array, err);
}

static void refuse(const char *header, size_t size, const char *message)
{
    rl_error err = { 0 };
    assert_false(opens(header, size, &err));
    assert_fails(err, RL_BAD_FILE, message);
}

static void takes_any_order_and_spacing(void **state)
{
    (void)state;
    rl_error err = { 0 };
    assert_true(opens("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }   \n", 24, &err));
    assert_true(opens("{'shape':(2,3),'fortran_order':False,'descr':'<f4'}", 24, &err));
    assert_true(opens("{'shape': (6,), 'descr': \"<i4\", 'fortran_order': True}", 24, &err));
    assert_true(opens("{'shape': (2, 3, 4,), 'descr': '|b1', 'fortran_order': False}", 24, &err));
}

static void refuses_bad_headers(void **state)
{
    (void)state;
    refuse("", 0, "x.npy: npy header: expected {, found \"\"");
    refuse("{}", 0, "x.npy: npy header: expected the key 'descr', found none");
    refuse("{'descr': '<f4', 'shape': (2, 3)}", 24, "x.npy: npy header: expected the key 'fortran_order', found none");
    refuse("{'descr': '<f4', 'descr': '<f4'}", 24,
        "x.npy: npy header: expected each of 'descr', 'fortran_order' and 'shape' once, found \"'descr': '<f4'}\"");
    refuse("{'colour': 1}", 0,
        "x.npy: npy header: expected each of 'descr', 'fortran_order' and 'shape' once, found \"'colour': 1}\"");
    refuse(
        "{'descr': '<f4', 'fortran_order': Maybe}", 0, "x.npy: npy header: expected True or False, found \"Maybe}\"");
    refuse("{'shape': (2, x)}", 0, "x.npy: npy header: expected a size, found \"x)}\"");
    refuse("{'shape': (2, -3)}", 0, "x.npy: npy header: expected a size, found \"-3)}\"");
    refuse("{'shape': (2 3)}", 0, "x.npy: npy header: expected ), found \"3)}\"");
    refuse("{'shape': (2, 3", 0, "x.npy: npy header: expected ), found \"\"");
    refuse("{'shape': (99999999999999999999,)}", 0,
        "x.npy: npy header: expected a size that fits in memory, found \"99999999999999999999,)}\"");
    refuse("{'shape': (1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1)}", 0,
        "x.npy: npy header: expected at most 32 dimensions, found \"1)}\"");
    refuse("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)} 7", 24,
        "x.npy: npy header: expected nothing after the closing brace, found \"7\"");
}

static void refuses_other_types(void **state)
{
    (void)state;
    static const char *const types[] = { "'<f2'", "'<c8'", "'<U3'", "'|O8'", "'=f4'", "'|f4'", "'<i3'", "'<b2'",
        "'<f16'", "'f4'", "[('a', '<f4')]", "'<f", "''" };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        char header[128];
        rl_error err = { 0 };
        sprintf(header, "{'descr': %s, 'fortran_order': False, 'shape': (2, 3)}", types[i]);
        assert_false(opens(header, 24, &err));
        assert_int_equal(err.code, RL_BAD_FILE);
        assert_non_null(strstr(err.text, "expected a type such as '<f4'"));
    }
}

static void the_file_must_keep_the_headers_promise(void **state)
{
    (void)state;
    refuse("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}", 23,
        "x.npy: expected 24 bytes of numbers as its header says, found 23");
    refuse("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}", 25,
        "x.npy: expected 24 bytes of numbers as its header says, found 25");
    refuse("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000, 3)}", 24,
        "x.npy: expected 12000000000000 bytes of numbers as its header says, found 24");
    refuse("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)}", 24,
        "x.npy: npy header: the shape's product overflows");
    refuse("{'descr': '<f8', 'fortran_order': False, 'shape': (2305843009213693952,)}", 0,
        "x.npy: npy header: the shape's product overflows");
    refuse("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 3)}", 0,
        "x.npy: expected at least one row of numbers, found none");
    refuse("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 0)}", 0,
        "x.npy: expected at least one row of numbers, found none");
    refuse("{'descr': '<f4', 'fortran_order': False, 'shape': ()}", 4,
        "x.npy: expected at least one row of numbers, found none");
}

static void refuses_other_files(void **state)
{
    (void)state;
    rl_array array;
    rl_error err = { 0 };
    assert_false(rl_npy_open((rl_bytes){ "x.npy", (const unsigned char *)"", 0 }, &array, &err));
    assert_fails(err, RL_BAD_FILE, "x.npy: expected an npy file (it starts with \\x93NUMPY), found an empty file");
    err = (rl_error){ 0 };
    assert_false(rl_npy_open((rl_bytes){ "x.npy", (const unsigned char *)"1,2,3\n4,5,6\n", 12 }, &array, &err));
    assert_fails(
        err, RL_BAD_FILE, "x.npy: expected an npy file (it starts with \\x93NUMPY), found another or a truncated one");
    made file = make("{}", "", 0);
    file.bytes[6] = 4;
    err = (rl_error){ 0 };
    assert_false(rl_npy_open(bytes_of("x.npy", &file), &array, &err));
    assert_fails(err, RL_BAD_FILE, "x.npy: expected npy version 1, 2 or 3, found 4");
}

/* Cut anywhere, each NumPy file is refused, and nothing beyond its end is read. */
static void refuses_every_truncation(void **state)
{
    (void)state;
    static const char *const names[] = { "x_f4.npy", "x_f4_v2.npy" };
    for (size_t k = 0; k < 2; k++) {
        size_t size;
        unsigned char *bytes = read_all(names[k], &size);
        for (size_t cut = 0; cut < size; cut++) {
            unsigned char *exact = malloc(cut + !cut);
            assert_non_null(exact);
            memcpy(exact, bytes, cut);
            rl_array array;
            rl_error err = { 0 };
            assert_false(rl_npy_open((rl_bytes){ "x.npy", exact, cut }, &array, &err));
            assert_int_equal(err.code, RL_BAD_FILE);
            free(exact);
        }
        free(bytes);
    }
}

static void refuse_numbers(double a, double b, double label, const char *message)
{
    double x[2] = { a, b }, y[2] = { 0, label };
    made features = make("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 1)}", x, sizeof x);
    made labels = make("{'descr': '<f8', 'fortran_order': False, 'shape': (2,)}", y, sizeof y);
    rl_error err = { 0 };
    assert_null(rl_npy_parse(bytes_of("x.npy", &features), bytes_of("y.npy", &labels), false, (rl_memory){ 0 }, &err));
    assert_fails(err, RL_BAD_FILE, message);
}

static void refuses_bad_numbers(void **state)
{
    (void)state;
    refuse_numbers(0, INFINITY, 1, "x.npy row 2 column 1: expected a finite number, found inf");
    refuse_numbers(-1e300, 0, 1, "x.npy row 1 column 1: expected a number within ±3.4e38, found -1e+300");
    refuse_numbers(0, 0, INFINITY, "y.npy row 2 column 1: expected a finite number, found inf");
    refuse_numbers(
        0, 0, -1, "y.npy row 2: label -1 is out of range, expected a class from 0 to 9999 (real targets: :regression)");
    refuse_numbers(0, 0, 10000,
        "y.npy row 2: label 10000 is out of range, expected a class from 0 to 9999 (real targets: :regression)");
}

static void counts_must_agree(void **state)
{
    (void)state;
    double numbers[3] = { 0, 1, 0 };
    made x = make("{'descr': '<f8', 'fortran_order': False, 'shape': (3, 1)}", numbers, sizeof numbers);
    made y = make("{'descr': '<f8', 'fortran_order': False, 'shape': (2,)}", numbers, 16);
    rl_error err = { 0 };
    assert_null(rl_npy_parse(bytes_of("x.npy", &x), bytes_of("y.npy", &y), false, (rl_memory){ 0 }, &err));
    assert_fails(err, RL_BAD_FILE, "y.npy: expected 3 labels, one for each row of x.npy, found 2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_numpy_wrote),
        cmocka_unit_test(reads_bool),
        cmocka_unit_test(whole_labels_are_classes),
        cmocka_unit_test(fractions_or_asking_make_real_targets),
        cmocka_unit_test(shapes_must_fit),
        cmocka_unit_test(takes_any_order_and_spacing),
        cmocka_unit_test(refuses_bad_headers),
        cmocka_unit_test(refuses_other_types),
        cmocka_unit_test(the_file_must_keep_the_headers_promise),
        cmocka_unit_test(refuses_other_files),
        cmocka_unit_test(refuses_every_truncation),
        cmocka_unit_test(refuses_bad_numbers),
        cmocka_unit_test(counts_must_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
