/* The table on the terminal: columns in line, at most 100 wide, the numbers of the summary, colour only on request. */
#include "report/words.h"
#include "synthetic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static char *table_of(synthetic_plan plan, bool colour)
{
    rl_error err = { 0 };
    rl_results *results = synthetic_results(plan);
    rl_summary *summary = synthetic_summary(results);
    char *table = rl_results_table(results, summary, colour, &err);
    assert_int_equal(err.code, RL_OK);
    assert_non_null(table);
    synthetic_summary_free(summary, results);
    synthetic_free(results);
    return table;
}

static synthetic_plan varied(uint64_t seed)
{
    return (synthetic_plan){ .settings = 1 + seed % 5,
        .arms = 1 + seed / 5 % 6,
        .seeds = 1 + seed % 3 * 8,
        .epochs = 3,
        .gain = 0.1,
        .noise = seed % 2 ? 0.03 : 0,
        .death = 0.9,
        .diverging = seed % 4 * 0.33,
        .real_targets = seed % 7 == 0,
        .no_test = seed % 3 == 0,
        .interrupted = seed % 5 == 0,
        .seed = seed };
}

static void test_no_line_is_wider_than_100(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 120; seed++) {
        char *table = table_of(varied(seed), false);
        for (char *line = strtok(table, "\n"); line; line = strtok(NULL, "\n")) {
            if (rl_width(line) > 100)
                print_error("%s\n", line);
            assert_true(rl_width(line) <= 100);
            assert_true(line[strlen(line) - 1] != ' ');
        }
        free(table);
    }
}

/* Where numbers leave too little room, the arms' names give way. */
static void test_wide_numbers_clip_names(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_results *results = synthetic_results(
        (synthetic_plan){ .settings = 1, .arms = 2, .seeds = 4, .epochs = 2, .noise = 0.01, .real_targets = true });
    results->arms[1].alpha = 0.0123457f;
    rl_summary *summary = synthetic_summary(results);
    const rl_estimate wide = { 4, 0.00123, 0.01, -0.00456, 0.00789 };
    summary->pairs[0].test_accuracy = (rl_comparison){ wide, 0.034, 0.068 };
    summary->pairs[0].dead_share = (rl_comparison){ { 4, -0.9, 0.3, -1.234, -0.567 }, 0.034, 0.068 };
    char *table = rl_results_table(results, summary, false, &err);
    assert_non_null(table);
    bool clipped = false;
    for (char *line = strtok(table, "\n"); line; line = strtok(NULL, "\n")) {
        assert_true(rl_width(line) <= 100);
        clipped = clipped || (strstr(line, "leaky_relu") && strstr(line, "…"));
    }
    assert_true(clipped);
    free(table);
    synthetic_summary_free(summary, results);
    synthetic_free(results);
}

/* All lines of a block end where the header's last column ends. */
static void test_columns_are_in_line(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 60; seed++) {
        char *table = table_of(varied(seed), false);
        size_t width = 0, compared = 0;
        for (char *line = strtok(table, "\n"); line; line = strtok(NULL, "\n")) {
            size_t length = strlen(line);
            if (length > 8 && strcmp(line + length - 8, "diverged") == 0)
                width = rl_width(line);
            else if (width && strncmp(line, "  ", 2) == 0 && strchr(line, '/')) {
                assert_int_equal(rl_width(line), width);
                compared++;
            } else if (strncmp(line, "Difference", 10) == 0) {
                width = 0;
            }
        }
        assert_true(compared > 0);
        free(table);
    }
}

static void test_it_holds_the_numbers(void **state)
{
    (void)state;
    synthetic_plan plan = {
        .settings = 1, .arms = 2, .seeds = 16, .epochs = 3, .gain = 0.1, .noise = 0.01, .death = 0.5
    };
    rl_error err = { 0 };
    rl_results *results = synthetic_results(plan);
    rl_summary *summary = synthetic_summary(results);
    summary->arms[0].test_accuracy = (rl_estimate){ 16, 0.9716, 0.01, 0.9686, 0.9746 };
    summary->arms[0].dead_last = (rl_estimate){ 16, 0.4321, 0.01, 0.4221, 0.4421 };
    summary->arms[0].diverged = 3;
    summary->pairs[0].test_accuracy = (rl_comparison){ { 16, 0.0123, 0.01, -0.0042, 0.0288 }, 0.034, 0.5 };
    summary->pairs[0].dead_share = (rl_comparison){ { 16, -0.4321, 0.01, -0.5, -0.4 }, 0.00001, 0.0009 };
    char *table = rl_results_table(results, summary, false, &err);
    assert_non_null(table);
    assert_non_null(strstr(table, "97.2±0.3"));
    assert_non_null(strstr(table, "43.2±1.0"));
    assert_non_null(strstr(table, "3/16"));
    assert_non_null(strstr(table, "+1.2 [−0.4, +2.9]"));
    assert_non_null(strstr(table, "0.034"));
    assert_non_null(strstr(table, "0.50"));
    assert_non_null(strstr(table, "−43.2 [−50.0, −40.0]"));
    assert_non_null(strstr(table, "<0.001"));
    assert_non_null(strstr(table, "leaky_relu:0.01"));
    assert_non_null(strstr(table, "1437 training rows"));
    assert_non_null(strstr(table, "Diverged runs"));
    free(table);
    synthetic_summary_free(summary, results);
    synthetic_free(results);
}

static void test_colour_only_on_request(void **state)
{
    (void)state;
    synthetic_plan plan = {
        .settings = 2, .arms = 2, .seeds = 8, .epochs = 3, .gain = 0.1, .noise = 0.01, .death = 0.5
    };
    char *plain = table_of(plan, false), *coloured = table_of(plan, true);
    assert_null(strchr(plain, '\033'));
    assert_non_null(strstr(coloured, "\033["));
    /* the same text beneath: every escape runs from ESC to m */
    char *to = coloured;
    for (const char *from = coloured; *from; from++) {
        if (*from == '\033')
            from = strchr(from, 'm');
        else
            *to++ = *from;
    }
    *to = '\0';
    assert_string_equal(plain, coloured);
    free(plain);
    free(coloured);
}

static void test_what_is_not_there_is_a_dash(void **state)
{
    (void)state;
    synthetic_plan plan = { .settings = 1, .arms = 2, .seeds = 8, .epochs = 3, .noise = 0.01, .diverging = 1 };
    char *table = table_of(plan, false);
    assert_null(strstr(table, "nan"));
    assert_null(strstr(table, "inf"));
    assert_non_null(strstr(table, "–"));
    assert_non_null(strstr(table, "8/8"));
    free(table);
}

static void test_numbers_are_said_well(void **state)
{
    (void)state;
    assert_string_equal(rl_say_number(0.01234).text, "0.0123");
    assert_string_equal(rl_say_number(1234.5).text, "1234"); /* ties go to even */
    assert_string_equal(rl_say_number(1.23e-5).text, "1.2e-5");
    assert_string_equal(rl_say_number(4.56e12).text, "4.6e12");
    assert_string_equal(rl_say_number(-0.5).text, "−0.500");
    assert_string_equal(rl_say_number(NAN).text, "–");
    assert_string_equal(rl_say_percent(-0.00001).text, "0.0"); /* no minus before zero */
    assert_string_equal(rl_say_p(0.00099).text, "<0.001");
    assert_string_equal(rl_say_p(0.00449).text, "0.004");
    assert_string_equal(rl_say_p(0.03449).text, "0.034");
    assert_string_equal(rl_say_p(1).text, "1.00");
    assert_string_equal(rl_say_difference((rl_estimate){ 1, 0.5, NAN, NAN, NAN }, true).text, "+50.0");
    assert_string_equal(rl_say_difference((rl_estimate){ 9, -0.001, 0, -0.002, 0 }, true).text, "−0.10 [−0.20, 0.00]");
    assert_string_equal(rl_say_mean((rl_estimate){ 9, 0.5, 0, 0.4, 0.6 }, true).text, "50.0 ± 10.0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_line_is_wider_than_100),
        cmocka_unit_test(test_wide_numbers_clip_names),
        cmocka_unit_test(test_columns_are_in_line),
        cmocka_unit_test(test_it_holds_the_numbers),
        cmocka_unit_test(test_colour_only_on_request),
        cmocka_unit_test(test_what_is_not_there_is_a_dash),
        cmocka_unit_test(test_numbers_are_said_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
