/* Data sets in memory: new, copy, subsets, classes renumbered. And the text that messages show of files. */
#include "data_testing.h"

/* 6 rows of 2 features, row i holds i and -i; classes ant, bee, cat: 0 1 2 0 1 2. */
static rl_dataset *animals(rl_memory memory, rl_error *err)
{
    static const char *const names[] = { "ant", "bee", "cat" };
    rl_dataset *data = rl_data_new("animals", 6, 2, 3, 1, memory, err);
    for (size_t i = 0; data && i < 6; i++) {
        data->x[2 * i] = (float)i;
        data->x[2 * i + 1] = -(float)i;
        data->y[i] = (float)(i % 3);
    }
    if (data && !rl_data_name_classes(data, names, 3, err)) {
        rl_data_free(data);
        return NULL;
    }
    return data;
}

static void a_new_one_is_zero(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_dataset *data = rl_data_new("d", 3, 4, 2, 1, (rl_memory){ 0 }, &err);
    assert_non_null(data);
    assert_string_equal(data->name, "d");
    for (size_t i = 0; i < 12; i++)
        assert_same(data->x[i], 0);
    for (size_t i = 0; i < 3; i++)
        assert_same(data->y[i], 0);
    assert_string_equal(data->class_names[0], "0");
    assert_string_equal(data->class_names[1], "1");
    rl_data_free(data);
    data = rl_data_new("d", 1, 1, 0, 5, (rl_memory){ 0 }, &err);
    assert_non_null(data);
    assert_int_equal(data->targets, 5);
    assert_null(data->class_names);
    rl_data_free(data);
    rl_data_free(NULL);
}

static void refuses_impossible_sizes(void **state)
{
    (void)state;
    static const struct {
        size_t rows, features, classes, targets;
        rl_code code;
    } bad[] = {
        { 0, 1, 2, 1, RL_BAD_SHAPE },
        { 1, 0, 2, 1, RL_BAD_SHAPE },
        { 1, 1, 0, 0, RL_BAD_SHAPE },
        { 1, 1, 2, 2, RL_BAD_SHAPE },
        { 1, 1, RL_MOST_CLASSES + 1, 1, RL_BAD_SHAPE },
        { (size_t)UINT32_MAX + 1, 1, 0, 1, RL_BAD_SHAPE },
        { 1, (size_t)INT32_MAX + 1, 0, 1, RL_BAD_SHAPE },
        { SIZE_MAX, SIZE_MAX, 0, 1, RL_BAD_SHAPE },
        { UINT32_MAX, INT32_MAX, 0, 1, RL_NO_MEMORY },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        rl_error err = { 0 };
        counted none = { .fail_at = 3 }; /* the first two are small; no test should get 36 exabytes */
        assert_null(rl_data_new(
            "d", bad[i].rows, bad[i].features, bad[i].classes, bad[i].targets, counted_memory(&none), &err));
        assert_int_equal(err.code, bad[i].code);
        assert_int_equal(none.living, 0);
        assert_true(strlen(err.text) < sizeof err.text - 1); /* not cut */
    }
}

static void a_copy_is_its_own(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_dataset *data = animals((rl_memory){ 0 }, &err), *copy = rl_data_copy(data, &err);
    assert_non_null(copy);
    assert_string_equal(copy->name, "animals");
    assert_memory_equal(copy->x, data->x, 12 * sizeof(float));
    assert_memory_equal(copy->y, data->y, 6 * sizeof(float));
    copy->x[0] = 9;
    assert_same(data->x[0], 0);
    rl_data_free(data);
    assert_string_equal(copy->class_names[2], "cat");
    rl_data_free(copy);
}

static void takes_rows_in_the_order_asked_for(void **state)
{
    (void)state;
    static const uint32_t rows[] = { 5, 0, 5 };
    rl_error err = { 0 };
    rl_dataset *data = animals((rl_memory){ 0 }, &err), *part = rl_data_rows(data, rows, 3, &err);
    assert_non_null(part);
    assert_int_equal(part->rows, 3);
    assert_int_equal(part->classes, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_same(part->x[2 * i], rows[i]);
        assert_same(part->x[2 * i + 1], -(double)rows[i]);
        assert_same(part->y[i], rows[i] % 3);
    }
    rl_data_free(part);
    rl_data_free(data);
}

static void takes_classes_and_renumbers_them(void **state)
{
    (void)state;
    static const size_t wanted[] = { 2, 0 };
    rl_error err = { 0 };
    rl_dataset *data = animals((rl_memory){ 0 }, &err), *part = rl_data_of_classes(data, wanted, 2, &err);
    assert_non_null(part);
    static const float x[] = { 0, 2, 3, 5 }, y[] = { 1, 0, 1, 0 };
    assert_int_equal(part->rows, 4);
    assert_int_equal(part->classes, 2);
    assert_string_equal(part->class_names[0], "cat");
    assert_string_equal(part->class_names[1], "ant");
    for (size_t i = 0; i < 4; i++) {
        assert_same(part->x[2 * i], x[i]);
        assert_same(part->y[i], y[i]);
    }
    rl_data_free(part);

    static const size_t bad[][2] = { { 0, 3 }, { 1, 1 } };
    static const char *const messages[] = { "data set animals: class 3 is out of range, expected 0 to 2",
        "data set animals: class 1 is asked for twice" };
    for (size_t i = 0; i < 2; i++) {
        assert_null(rl_data_of_classes(data, bad[i], 2, &err));
        assert_fails(err, RL_BAD_SHAPE, messages[i]);
        err = (rl_error){ 0 };
    }
    assert_null(rl_data_of_classes(data, wanted, 0, &err));
    assert_fails(err, RL_BAD_SHAPE, "data set animals: 0 classes asked for, expected 1 to 3");
    rl_data_free(data);
}

static void an_absent_class_leaves_nothing(void **state)
{
    (void)state;
    static const size_t third[] = { 2 };
    rl_error err = { 0 };
    rl_dataset *data = animals((rl_memory){ 0 }, &err);
    data->y[2] = data->y[5] = 0;
    assert_null(rl_data_of_classes(data, third, 1, &err));
    assert_fails(err, RL_BAD_SHAPE, "data set animals: no row has one of the classes asked for");
    rl_data_free(data);
}

static void matches_a_models_classes(void **state)
{
    (void)state;
    static const char *const model[] = { "dog", "cat", "ant", "bee" };
    static const float y[] = { 2, 3, 1, 2, 3, 1 };
    rl_error err = { 0 };
    rl_dataset *data = animals((rl_memory){ 0 }, &err);
    assert_true(rl_data_match_classes(data, model, 4, &err));
    assert_int_equal(data->classes, 4);
    assert_string_equal(data->class_names[0], "dog");
    for (size_t i = 0; i < 6; i++)
        assert_same(data->y[i], y[i]);
    assert_false(rl_data_match_classes(data, model + 1, 3, &err));
    assert_fails(err, RL_BAD_SHAPE, "data set animals: unknown class \"dog\", expected one of 3: \"cat\" to \"bee\"");
    rl_data_free(data);

    err = (rl_error){ 0 };
    data = rl_data_new("r", 1, 1, 0, 1, (rl_memory){ 0 }, &err);
    assert_false(rl_data_match_classes(data, model, 4, &err));
    assert_fails(err, RL_BAD_SHAPE, "data set r has real targets, expected classes");
    rl_data_free(data);
}

static void a_set_error_stops_everything(void **state)
{
    (void)state;
    rl_error none = { 0 }, err = { .code = RL_MISSING, .text = "earlier" };
    static const char *const names[] = { "x", "y", "z" };
    static const size_t classes[] = { 0 };
    rl_dataset *data = animals((rl_memory){ 0 }, &none), *part;
    rl_scaling scaling;
    assert_null(rl_data_new("d", 1, 1, 0, 1, (rl_memory){ 0 }, &err));
    assert_null(rl_data_load("moons", (rl_data_config){ 0 }, &err));
    assert_null(rl_data_copy(data, &err));
    assert_null(rl_data_of_classes(data, classes, 1, &err));
    assert_false(rl_data_match_classes(data, names, 3, &err));
    assert_false(rl_data_name_classes(data, names, 3, &err));
    assert_false(rl_data_rename(data, "x", &err));
    assert_false(rl_data_check(data, &err));
    assert_false(rl_data_split(data, 0.5, 0, &part, NULL, &err));
    assert_false(rl_scaling_measure(data, &scaling, (rl_memory){ 0 }, &err));
    assert_string_equal(data->class_names[0], "ant");
    assert_string_equal(data->name, "animals");
    assert_fails(err, RL_MISSING, "earlier");
    rl_data_free(data);
}

static void assert_shown(const char *text, const char *shown)
{
    assert_string_equal(rl_show(text, strlen(text)).text, shown);
}

static void shows_only_what_can_be_printed(void **state)
{
    (void)state;
    assert_shown("", "");
    assert_shown("abc", "abc");
    assert_shown("a\tb\x7F\x1B", "a?b??");
    assert_shown("\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80", "\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80");
    assert_shown("\xC3", "?");      /* cut */
    assert_shown("\xC0\xAF", "??"); /* overlong */
    assert_shown("\xE0\x80\xAF", "???");
    assert_shown("\xF0\x80\x80\xAF", "????");
    assert_shown("\xED\xA0\x80", "???");      /* surrogate */
    assert_shown("\xF4\x90\x80\x80", "????"); /* beyond Unicode */
    assert_shown("\xC2\x9B", "??");           /* a control character of terminals */
    assert_shown("0123456789012345678901234567890123456789", "0123456789012345678901234567890123456789");
    assert_shown("01234567890123456789012345678901234567890", "0123456789012345678901234567890123456789...");
    assert_shown("012345678901234567890123456789012345678\xC3\xA4", "012345678901234567890123456789012345678...");
}

static void knows_what_can_be_printed(void **state)
{
    (void)state;
    assert_true(rl_is_printable("", 0));
    assert_true(rl_is_printable("T-shirt/top \xC3\xA4", 14));
    assert_false(rl_is_printable("a\nb", 3));
    assert_false(rl_is_printable("a\0b", 3));
    assert_false(rl_is_printable("\xC3\xA4", 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_one_is_zero),
        cmocka_unit_test(refuses_impossible_sizes),
        cmocka_unit_test(a_copy_is_its_own),
        cmocka_unit_test(takes_rows_in_the_order_asked_for),
        cmocka_unit_test(takes_classes_and_renumbers_them),
        cmocka_unit_test(an_absent_class_leaves_nothing),
        cmocka_unit_test(matches_a_models_classes),
        cmocka_unit_test(a_set_error_stops_everything),
        cmocka_unit_test(shows_only_what_can_be_printed),
        cmocka_unit_test(knows_what_can_be_printed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
