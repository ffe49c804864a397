/* CSV: what is read, and what each bad file is told. */
#include "data_testing.h"

#include "data/csv.h"

static rl_dataset *parse(const char *text)
{
    rl_error err = { 0 };
    rl_dataset *data = rl_csv_parse(text_file(text), false, (rl_memory){ 0 }, &err);
    if (!data)
        fail_msg("%s", err.text);
    return data;
}

static void refuse(const char *text, bool regression, const char *message)
{
    rl_error err = { 0 };
    assert_null(rl_csv_parse(text_file(text), regression, (rl_memory){ 0 }, &err));
    assert_fails(err, RL_BAD_FILE, message);
}

static void assert_table(const char *text, size_t rows, size_t features, const float *x, const char *labels)
{
    rl_dataset *data = parse(text);
    assert_int_equal(data->rows, rows);
    assert_int_equal(data->features, features);
    for (size_t i = 0; i < rows * features; i++)
        assert_same(data->x[i], x[i]);
    char found[256] = "";
    for (size_t i = 0; i < rows; i++) {
        strcat(found, i ? " " : "");
        strcat(found, data->class_names[(size_t)data->y[i]]);
    }
    assert_string_equal(found, labels);
    rl_data_free(data);
}

static const float four[] = { 1, 2, 3, 4 };

static void reads_the_same_table_in_every_form(void **state)
{
    (void)state;
    static const char *const forms[] = {
        "1,2,a\n3,4,b\n",
        "1,2,a\n3,4,b",
        "1,2,a\r\n3,4,b\r\n",
        "1,2,a\r3,4,b\r",
        "\357\273\2771,2,a\n3,4,b\n",
        "x,y,class\n1,2,a\n3,4,b\n",
        "\xEF\xBB\xBFx,y,class\r\n1,2,a\r\n3,4,b",
        "\"x, the first\",\"y\n\"\"second\"\"\",class\n1,2,a\n3,4,b\n",
        ",y,class\n1,2,a\n3,4,b\n",
        "\n\n1,2,a\n \t\n3,4,b\n\n\n",
        " 1 ,\t2,  a\t\n3,4 , b",
        "\"1\",\"2\",\"a\"\n \"3\" ,\"4\" , \"b\" \n",
        "+1,2.0,a\n0.3e1,4000E-3,b\n",
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        assert_table(forms[i], 2, 2, four, "a b");
}

static void a_first_row_with_a_number_is_no_header(void **state)
{
    (void)state;
    refuse("1,oops,a\n3,4,b\n", false, "f.csv line 1 field 2: expected a number, found \"oops\"");
    refuse("nan,oops,a\n3,4,b\n", false, "f.csv line 1 field 1: expected a finite number, found \"nan\"");
    refuse("nan,nan,a\n3,4,b\n", false, "f.csv line 1 field 1: expected a finite number, found \"nan\"");
    refuse("1e999,x,a\n3,4,b\n", false, "f.csv line 1 field 1: expected a finite number, found \"1e999\"");
    refuse(",,a\n3,4,b\n", false, "f.csv line 1 field 1: expected a number, found nothing");
    refuse("a,b,c\nx,y,a\n", false, "f.csv line 2 field 1: expected a number, found \"x\"");
}

static void numeric_labels_sort_by_value(void **state)
{
    (void)state;
    rl_dataset *data = parse("0,10\n0,-2\n0,9\n0,10.0\n0,-0\n0,1e1\n");
    static const char *const names[] = { "-2", "0", "9", "10" };
    static const float y[] = { 3, 0, 2, 3, 1, 3 };
    assert_int_equal(data->classes, 4);
    assert_int_equal(data->targets, 1);
    for (size_t c = 0; c < 4; c++)
        assert_string_equal(data->class_names[c], names[c]);
    for (size_t i = 0; i < 6; i++)
        assert_same(data->y[i], y[i]);
    rl_data_free(data);
}

static void names_sort_by_their_bytes(void **state)
{
    (void)state;
    rl_dataset *data = parse("0,b\n0,\"a \"\"q\"\", r\"\n0,ab\n0,a\n0,\xC3\xA4\n0,b\n");
    static const char *const names[] = { "a", "a \"q\", r", "ab", "b", "\xC3\xA4" };
    static const float y[] = { 3, 1, 2, 0, 4, 3 };
    assert_int_equal(data->classes, 5);
    for (size_t c = 0; c < 5; c++)
        assert_string_equal(data->class_names[c], names[c]);
    for (size_t i = 0; i < 6; i++)
        assert_same(data->y[i], y[i]);
    rl_data_free(data);
}

static void reads_real_targets(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_dataset *data = rl_csv_parse(text_file("x,y\n1,0.5\n2,-7\n"), true, (rl_memory){ 0 }, &err);
    assert_non_null(data);
    assert_int_equal(data->classes, 0);
    assert_int_equal(data->targets, 1);
    assert_null(data->class_names);
    assert_same(data->y[0], 0.5);
    assert_same(data->y[1], -7);
    rl_data_free(data);
    refuse("1,a\n", true, "f.csv line 1 field 2: expected a number, found \"a\"");
    refuse("1,2\n1,inf\n", true, "f.csv line 2 field 2: expected a finite number, found \"inf\"");
}

static void says_where_and_what(void **state)
{
    (void)state;
    refuse("", false, "f.csv: the file is empty, expected one example a line");
    refuse(" \n\r\n", false, "f.csv: the file is empty, expected one example a line");
    refuse("x,y,class\n", false, "f.csv: expected examples after the header in line 1, found none");
    refuse("1\n2\n", false,
        "f.csv line 1: expected at least 2 fields between commas, features and then the class, found 1");
    refuse("1,2,a\n3,4\n", false, "f.csv line 2: expected 3 fields as in line 1, found 2");
    refuse("\n1,2,a\n\n3,4,b,c\n", false, "f.csv line 4: expected 3 fields as in line 2, found 4");
    refuse("\"a\nb\",c\n1,x\n2,y,z\n", false, "f.csv line 4: expected 2 fields as in line 1, found 3");
    refuse("1,2,a\n3,abc,b\n", false, "f.csv line 2 field 2: expected a number, found \"abc\"");
    refuse("1,2,a\n3,,b\n", false, "f.csv line 2 field 2: expected a number, found nothing");
    refuse("1,2,a\n3,0x10,b\n", false, "f.csv line 2 field 2: expected a number, found \"0x10\"");
    refuse("1,2,a\n3,1.2.3,b\n", false, "f.csv line 2 field 2: expected a number, found \"1.2.3\"");
    refuse("1,2,a\n-inf,4,b\n", false, "f.csv line 2 field 1: expected a finite number, found \"-inf\"");
    refuse("1,2,a\n3,1e39,b\n", false, "f.csv line 2 field 2: expected a number within ±3.4e38, found \"1e39\"");
    refuse("1,2,a\n3,\"4,b\n5,6,c", false, "f.csv line 2 field 2: a quote is opened and never closed");
    refuse("1,2,a\n3,\"4\"5,b\n", false,
        "f.csv line 2 field 2: expected a comma or the end of the line after a quoted field, found \"5\"");
    refuse("1,2,a\n3,\x01\x1B[31m\xFF,b\n", false, "f.csv line 2 field 2: expected a number, found \"??[31m?\"");
}

static void refuses_bad_labels(void **state)
{
    (void)state;
    refuse("1,a\n2,\n", false, "f.csv line 2 field 2: expected a class, found nothing");
    refuse("1,a\n2,NaN\n", false, "f.csv line 2 field 2: expected a class, found \"NaN\"");
    refuse("1,0\n2,inf\n", false, "f.csv line 2 field 2: expected a class, found \"inf\"");
    refuse("1,0\n2,cat\n", false,
        "f.csv line 2 field 2: expected a number for the class, as in the first row, found \"cat\"");
    refuse(
        "1,cat\n2,0\n", false, "f.csv line 2 field 2: expected a name for the class, as in the first row, found \"0\"");
    refuse("1,0\n2,0.5\n", false,
        "f.csv line 2 field 2: expected a whole number or a name for the class (:regression takes real targets), found"
        " \"0.5\"");
    refuse("1,0\n2,1e16\n", false, "f.csv line 2 field 2: expected a class number within ±2^53, found \"1e16\"");
    refuse("1,0\n2,-1e300\n", false, "f.csv line 2 field 2: expected a class number within ±2^53, found \"-1e300\"");
    refuse("1,a\n2,\xE4\n", false, "f.csv line 2 field 2: expected a class name in printable UTF-8, found \"?\"");
    refuse("1,a\n2,\"b\nc\"\n", false, "f.csv line 2 field 2: expected a class name in printable UTF-8, found \"b?c\"");
}

static void refuses_a_zero_byte(void **state)
{
    (void)state;
    static const unsigned char bytes[] = "1,2,a\n3\0,4,b\n";
    rl_error err = { 0 };
    assert_null(rl_csv_parse((rl_bytes){ "f.csv", bytes, sizeof bytes - 1 }, false, (rl_memory){ 0 }, &err));
    assert_fails(err, RL_BAD_FILE, "f.csv line 2 field 1: expected a number, found \"3?\"");
}

static void huge_fields_do_no_harm(void **state)
{
    (void)state;
    enum { SIZE = 1 << 20 };
    char *text = malloc(SIZE + 16);
    assert_non_null(text);
    char *start = text + sprintf(text, "1,2,a\n");
    memset(start, '9', SIZE);
    strcpy(start + SIZE, ",4,b");
    refuse(
        text, false, "f.csv line 2 field 1: expected a number, found \"9999999999999999999999999999999999999999...\"");
    memset(start, 'q', SIZE);
    memcpy(start, "1,2,", 4);
    start[SIZE] = '\0';
    refuse(text, false,
        "f.csv line 2 field 3: expected a class name of at most 255 bytes, found"
        " \"qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq...\"");
    sprintf(text, "1,a\n2,%0*d", 256, 7);
    text[6] = 'z';
    refuse(text, false,
        "f.csv line 2 field 2: expected a class name of at most 255 bytes, found"
        " \"z000000000000000000000000000000000000000...\"");
    free(text);

    /* A number may be long, and a name may have 255 bytes. */
    char longest[1024];
    int at = sprintf(longest, "0.");
    memset(longest + at, '0', 300);
    at += 300;
    at += sprintf(longest + at, "1,a\n2,");
    memset(longest + at, 'z', 255);
    longest[at + 255] = '\0';
    rl_dataset *data = parse(longest);
    assert_same(data->x[0], 0);
    assert_int_equal(strlen(data->class_names[1]), 255);
    rl_data_free(data);
}

static void refuses_more_classes_than_anybody_means(void **state)
{
    (void)state;
    char *text = malloc((RL_MOST_CLASSES + 1) * 16);
    assert_non_null(text);
    char *at = text;
    for (int i = 0; i < RL_MOST_CLASSES; i++)
        at += sprintf(at, "0,%d\n", RL_MOST_CLASSES - i);
    rl_dataset *data = parse(text);
    assert_int_equal(data->classes, RL_MOST_CLASSES);
    assert_same(data->y[0], RL_MOST_CLASSES - 1);
    rl_data_free(data);
    sprintf(at, "0,-1\n");
    refuse(text, false,
        "f.csv: more than 10000 different classes; for real targets write :regression after the file's name");
    free(text);
}

/* Whatever the place where a file is cut, it is read or refused in an orderly way. */
static void survives_truncation(void **state)
{
    (void)state;
    static const char whole[] = "\xEF\xBB\xBF\"a\",b,class\r\n1,-2.5e1,\"x \"\"y\"\"\"\r\n3,4,z\r\n";
    for (size_t size = 0; size < sizeof whole; size++) {
        rl_error err = { 0 };
        unsigned char *cut = malloc(size + 1); /* exact, so that the sanitizer sees a byte too far */
        assert_non_null(cut);
        memcpy(cut, whole, size);
        rl_bytes file = { "f.csv", cut, size };
        rl_dataset *data = rl_csv_parse(file, false, (rl_memory){ 0 }, &err);
        assert_true(!data == (err.code == RL_BAD_FILE));
        rl_data_free(data);
        free(cut);
    }
}

static void a_set_error_stops_it(void **state)
{
    (void)state;
    rl_error err = { .code = RL_MISSING, .text = "earlier" };
    assert_null(rl_csv_parse(text_file("1,2,a\n3,4,b\n"), false, (rl_memory){ 0 }, &err));
    assert_fails(err, RL_MISSING, "earlier");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_same_table_in_every_form),
        cmocka_unit_test(a_first_row_with_a_number_is_no_header),
        cmocka_unit_test(numeric_labels_sort_by_value),
        cmocka_unit_test(names_sort_by_their_bytes),
        cmocka_unit_test(reads_real_targets),
        cmocka_unit_test(says_where_and_what),
        cmocka_unit_test(refuses_bad_labels),
        cmocka_unit_test(refuses_a_zero_byte),
        cmocka_unit_test(huge_fields_do_no_harm),
        cmocka_unit_test(refuses_more_classes_than_anybody_means),
        cmocka_unit_test(survives_truncation),
        cmocka_unit_test(a_set_error_stops_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
