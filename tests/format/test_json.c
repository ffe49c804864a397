/* JSON: what is built comes out short, in order and exact; what is hostile stays out; lost memory is noticed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "format/json.h"
#include "num/random.h"

static void assert_line(rl_json *value, const char *expected)
{
    rl_error err = { 0 };
    char *line = rl_json_line(value, &err);
    assert_non_null(line);
    assert_string_equal(line, expected);
    free(line);
    rl_json_free(value);
}

static void numbers_are_short(void **state)
{
    (void)state;
    assert_line(rl_json_number(0.1), "0.1");
    assert_line(rl_json_number(0.1 + 0.2), "0.30000000000000004");
    assert_line(rl_json_number(1.0 / 3), "0.3333333333333333");
    assert_line(rl_json_number(3), "3");
    assert_line(rl_json_number(-0.0), "-0");
    assert_line(rl_json_number(1e300), "1e+300");
    assert_line(rl_json_number(5e-324), "4.94065645841247e-324");
    assert_line(rl_json_float(0.01f), "0.01");
    assert_line(rl_json_float(16777217.0f), "16777216");
    assert_line(rl_json_integer(-42), "-42");
    assert_line(rl_json_count(9223372036854775807u), "9223372036854775807");
    assert_line(rl_json_count(9223372036854775808u), "\"9223372036854775808\"");
}

static void what_is_no_number_is_null(void **state)
{
    (void)state;
    assert_line(rl_json_number(NAN), "null");
    assert_line(rl_json_number(-INFINITY), "null");
    assert_line(rl_json_float(NAN), "null");
    assert_line(rl_json_float(INFINITY), "null");
}

static void any_number_reads_back_the_same(void **state)
{
    (void)state;
    rl_random random = rl_random_stream(7, RL_FOR_TESTS, 0);
    for (int i = 0; i < 20000; i++) {
        uint64_t bits = (uint64_t)rl_random_bits(&random) << 32 | rl_random_bits(&random);
        double value;
        float single;
        memcpy(&value, &bits, sizeof value);
        memcpy(&single, &bits, sizeof single);
        if (!isfinite(value) || !isfinite(single))
            continue;
        rl_json *both = rl_json_array();
        rl_json_push(&both, rl_json_number(value));
        rl_json_push(&both, rl_json_float(single));
        rl_error err = { 0 };
        char *line = rl_json_line(both, &err);
        rl_json *again = rl_json_parse(line, strlen(line), "line", &err);
        double wide, narrow;
        assert_true(rl_json_as_number(rl_json_at(again, 0), &wide));
        assert_true(rl_json_as_number(rl_json_at(again, 1), &narrow));
        assert_true(wide == value);
        assert_true((float)narrow == single);
        free(line);
        rl_json_free(both);
        rl_json_free(again);
    }
}

static rl_json *small_document(void)
{
    rl_json *arm = rl_json_object();
    rl_json_set(&arm, "zeta", rl_json_text("relu"));
    rl_json_set(&arm, "alpha", rl_json_numbers((double[]){ 0.5, NAN }, 2));
    rl_json_set(&arm, "empty", rl_json_object());
    rl_json *arms = rl_json_array();
    rl_json_push(&arms, arm);
    rl_json *document = rl_json_object();
    rl_json_set(&document, "schema", rl_json_integer(1));
    rl_json_set(&document, "arms", arms);
    rl_json_set(&document, "names", rl_json_texts((const char *[]){ "a", "b" }, 2));
    rl_json_set(&document, "steps", rl_json_floats((float[]){ 0.1f }, 1));
    rl_json_set(&document, "done", rl_json_bool(true));
    rl_json_set(&document, "nothing", rl_json_null());
    return document;
}

static void members_keep_their_order(void **state)
{
    (void)state;
    assert_line(small_document(), "{\"schema\":1,\"arms\":[{\"zeta\":\"relu\",\"alpha\":[0.5,null],\"empty\":{}}],"
                                  "\"names\":[\"a\",\"b\"],\"steps\":[0.1],\"done\":true,\"nothing\":null}");
    rl_json *document = small_document();
    rl_json_set(&document, "schema", rl_json_integer(2));
    rl_error err = { 0 };
    char *line = rl_json_line(document, &err);
    assert_int_equal(strncmp(line, "{\"schema\":2,", 12), 0);
    free(line);
    rl_json_free(document);
}

static void a_page_is_indented(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_json *document = small_document();
    char *page = rl_json_page(document, &err);
    assert_string_equal(page, "{\n"
                              "  \"schema\": 1,\n"
                              "  \"arms\": [\n"
                              "    {\n"
                              "      \"zeta\": \"relu\",\n"
                              "      \"alpha\": [0.5, null],\n"
                              "      \"empty\": {}\n"
                              "    }\n"
                              "  ],\n"
                              "  \"names\": [\"a\", \"b\"],\n"
                              "  \"steps\": [0.1],\n"
                              "  \"done\": true,\n"
                              "  \"nothing\": null\n"
                              "}\n");
    free(page);
    rl_json_free(document);
}

static void text_is_escaped_and_made_utf8(void **state)
{
    (void)state;
    assert_line(rl_json_text("a\"b\\c\n\x01"), "\"a\\\"b\\\\c\\u000a\\u0001\"");
    assert_line(rl_json_text("α ≤ \xF0\x9F\x92\x80"), "\"α ≤ \xF0\x9F\x92\x80\"");
    assert_line(rl_json_text("M\xFCnchen"), "\"M\xEF\xBF\xBDnchen\"");
    assert_line(rl_json_text("\xC0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");                 /* overlong */
    assert_line(rl_json_text("\xE0\x9F\xBF"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""); /* overlong */
    assert_line(rl_json_text("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""); /* a surrogate */
    assert_line(rl_json_text("\xF4\x90\x80\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
    assert_line(rl_json_text("ends \xE2\x89"), "\"ends \xEF\xBF\xBD\xEF\xBF\xBD\"");
    assert_line(rl_json_text(NULL), "null");
}

static void reading_finds_what_is_there(void **state)
{
    (void)state;
    rl_error err = { 0 };
    const char text[] = " {\"b\": [1, 2.5, \"x\", -3], \"a\": {\"k\": true}} ";
    rl_json *document = rl_json_parse(text, strlen(text), "text", &err);
    assert_non_null(document);
    const rl_json *b = rl_json_get(document, "b");
    uint64_t count = 99;
    double number = 0;
    assert_true(rl_json_is_object(document) && rl_json_is_array(b));
    assert_int_equal(rl_json_length(b), 4);
    assert_int_equal(rl_json_length(document), 2);
    assert_true(rl_json_as_count(rl_json_at(b, 0), &count) && count == 1);
    assert_true(rl_json_as_number(rl_json_at(b, 0), &number) && number == 1);
    assert_true(rl_json_as_number(rl_json_at(b, 1), &number) && number == 2.5);
    assert_false(rl_json_as_count(rl_json_at(b, 1), &count));
    assert_false(rl_json_as_count(rl_json_at(b, 3), &count));
    assert_false(rl_json_as_number(rl_json_at(b, 2), &number));
    assert_string_equal(rl_json_as_text(rl_json_at(b, 2)), "x");
    assert_null(rl_json_as_text(rl_json_at(b, 0)));
    assert_null(rl_json_at(b, 4));
    assert_null(rl_json_get(document, "c"));
    assert_null(rl_json_get(rl_json_get(document, "c"), "d"));
    assert_int_equal(rl_json_length(NULL), 0);
    assert_false(rl_json_is_object(NULL) || rl_json_is_array(NULL));
    char keys[8] = "";
    for (void *at = rl_json_first(document); at; at = rl_json_next(document, at)) {
        assert_ptr_equal(rl_json_member(at), rl_json_get(document, rl_json_key(at)));
        strcat(keys, rl_json_key(at));
    }
    assert_string_equal(keys, "ba");
    rl_json_free(document);
}

static void hostile_text_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        { "", "not valid JSON" },
        { "{", "not valid JSON" },
        { "3", "not valid JSON" },
        { "{} {}", "end of file expected" },
        { "{\"a\": 1, \"a\": 2}", "duplicate object key" },
        { "{\"a\": \"\xFF\"}", "unable to decode byte" },
        { "{\"a\": \"\\u0000\"}", "\\u0000 is not allowed" },
        { "{\"a\\u0000\": 1}", "NUL byte in object key" },
        { "[1e999]", "real number overflow" },
        { "[99999999999999999999]", "too big integer" },
        { "[NaN]", "invalid token" },
        { "{\"a\": 1,\n \"b\": }", "line 2" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rl_error err = { 0 };
        assert_null(rl_json_parse(cases[i].text, strlen(cases[i].text), "some file", &err));
        assert_int_equal(err.code, RL_BAD_FILE);
        assert_int_equal(strncmp(err.text, "some file: ", 11), 0);
        if (!strstr(err.text, cases[i].says))
            fail_msg("%s: %s", cases[i].text, err.text);
    }
    rl_error err = { 0 };
    assert_null(rl_json_parse("{}\0{}", 5, "x", &err)); /* a NUL is no end */
}

static void depth_is_bounded(void **state)
{
    (void)state;
    size_t depth = 1000000;
    char *text = malloc(depth);
    memset(text, '[', depth);
    rl_error err = { 0 };
    assert_null(rl_json_parse(text, depth, "deep", &err));
    assert_int_equal(err.code, RL_BAD_FILE);
    assert_non_null(strstr(err.text, "depth"));
    free(text);
}

static void a_set_error_stays(void **state)
{
    (void)state;
    rl_error err = { .code = RL_BAD_SHAPE, .text = "first" };
    rl_json *document = rl_json_object();
    assert_null(rl_json_parse("{}", 2, "x", &err));
    assert_null(rl_json_line(document, &err));
    assert_string_equal(err.text, "first");
    rl_json_free(document);
}

/* jansson's allocations, made to fail at the n-th. The facade's own two (a page, a text's copy) go through libc. */
static long allocations_left;

static void *failing_malloc(size_t bytes)
{
    return allocations_left-- == 0 ? NULL : malloc(bytes); /* only that one: what follows must not hide it */
}

static void lost_memory_is_noticed_at_the_end(void **state)
{
    (void)state;
    json_set_alloc_funcs(failing_malloc, free);
    bool built = false, parsed = false;
    for (long n = 0; n < 1000 && !built; n++) {
        allocations_left = n;
        rl_json *document = small_document();
        rl_error err = { 0 };
        char *line = rl_json_line(document, &err);
        built = line != NULL;
        assert_int_equal(err.code, built ? RL_OK : RL_NO_MEMORY);
        assert_true(built == (allocations_left >= 0));
        free(line);
        rl_json_free(document);
    }
    for (long n = 0; n < 1000 && !parsed; n++) {
        allocations_left = n;
        rl_error err = { 0 };
        const char text[] = "{\"a\": [1, 2.5, \"x\", {\"b\": null}]}";
        rl_json *document = rl_json_parse(text, strlen(text), "text", &err);
        parsed = document != NULL;
        assert_true(parsed == (err.code == RL_OK)); /* jansson takes some losses for bad syntax */
        assert_true(n > 0 || err.code == RL_NO_MEMORY);
        rl_json_free(document);
    }
    json_set_alloc_funcs(malloc, free);
    assert_true(built && parsed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_short),
        cmocka_unit_test(what_is_no_number_is_null),
        cmocka_unit_test(any_number_reads_back_the_same),
        cmocka_unit_test(members_keep_their_order),
        cmocka_unit_test(a_page_is_indented),
        cmocka_unit_test(text_is_escaped_and_made_utf8),
        cmocka_unit_test(reading_finds_what_is_there),
        cmocka_unit_test(hostile_text_is_refused),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(a_set_error_stays),
        cmocka_unit_test(lost_memory_is_noticed_at_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
