/* results.json as the program's contract has it, and results.csv. */
#include "format/json.h"
#include "report/csv.h"
#include "synthetic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

typedef struct {
    rl_results *results;
    rl_summary *summary;
    char *text;
    rl_json *document;
} parsed;

static parsed parse(synthetic_plan plan)
{
    rl_error err = { 0 };
    parsed p = { .results = synthetic_results(plan) };
    p.summary = synthetic_summary(p.results);
    p.text = rl_results_json(p.results, p.summary, &err);
    assert_int_equal(err.code, RL_OK);
    p.document = rl_json_parse(p.text, strlen(p.text), "results", &err);
    assert_int_equal(err.code, RL_OK);
    return p;
}

static void drop(parsed p)
{
    rl_json_free(p.document);
    free(p.text);
    synthetic_summary_free(p.summary, p.results);
    synthetic_free(p.results);
}

static void has(const rl_json *object, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!rl_json_get(object, names[i]))
            print_error("no member \"%s\"\n", names[i]);
        assert_non_null(rl_json_get(object, names[i]));
    }
}
#define HAS(object, ...)                                                                                               \
    has(object, (const char *const[]){ __VA_ARGS__ }, sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

static const synthetic_plan PLAN = {
    .settings = 2, .arms = 3, .seeds = 6, .epochs = 5, .gain = 0.1, .noise = 0.02, .death = 0.5
};

static void test_members_are_the_contract(void **state)
{
    (void)state;
    parsed p = parse(PLAN);
    assert_int_equal(strncmp(p.text, "{\n  \"schema\": 1,", 16), 0);
    HAS(p.document, "schema", "study", "arms", "pairs", "timing");
    HAS(rl_json_get(rl_json_get(p.document, "study"), "data"), "name", "rows", "features", "classes", "train_rows",
        "test_rows");
    const rl_json *arms = rl_json_get(p.document, "arms"), *pairs = rl_json_get(p.document, "pairs");
    assert_int_equal(rl_json_length(arms), 6);
    assert_int_equal(rl_json_length(pairs), 4);
    for (size_t i = 0; i < 6; i++) {
        const rl_json *arm = rl_json_at(arms, i);
        HAS(arm, "regime", "activation", "alpha", "seeds", "n", "diverged", "final_loss", "train_accuracy",
            "test_accuracy", "dead_share", "silent_share", "loss_curve", "dead_curve");
        HAS(rl_json_get(arm, "final_loss"), "mean", "sd", "ci95");
        HAS(rl_json_get(rl_json_get(arm, "dead_share"), "initial"), "mean", "sd", "ci95");
        HAS(rl_json_get(rl_json_get(arm, "silent_share"), "final"), "mean", "sd", "ci95");
        assert_int_equal(rl_json_length(rl_json_get(arm, "loss_curve")), 6);
        assert_int_equal(rl_json_length(rl_json_get(rl_json_get(arm, "final_loss"), "ci95")), 2);
    }
    for (size_t i = 0; i < 4; i++) {
        HAS(rl_json_at(pairs, i), "regime", "a", "b", "n", "test_accuracy_difference", "dead_share_difference");
        HAS(rl_json_get(rl_json_at(pairs, i), "test_accuracy_difference"), "mean", "ci95", "p", "p_holm");
    }
    HAS(rl_json_get(p.document, "timing"), "trainings", "seconds", "samples_per_second", "threads", "lanes");
    drop(p);
}

static void test_numbers_are_the_summary_s(void **state)
{
    (void)state;
    parsed p = parse(PLAN);
    double number;
    const rl_json *arm = rl_json_at(rl_json_get(p.document, "arms"), 4),
                  *pair = rl_json_at(rl_json_get(p.document, "pairs"), 3);
    assert_string_equal(rl_json_as_text(rl_json_get(arm, "activation")), "leaky_relu");
    assert_true(rl_json_as_number(rl_json_get(rl_json_get(arm, "test_accuracy"), "mean"), &number));
    assert_true(number == p.summary->arms[4].test_accuracy.mean);
    assert_true(rl_json_as_number(rl_json_at(rl_json_get(arm, "dead_curve"), 5), &number));
    assert_true(number == p.summary->arms[4].dead_curve[5]);
    assert_true(rl_json_as_number(rl_json_get(rl_json_get(pair, "dead_share_difference"), "p_holm"), &number));
    assert_true(number == p.summary->pairs[3].dead_share.p_holm);
    assert_string_equal(rl_json_as_text(rl_json_get(pair, "a")), "relu");
    assert_string_equal(rl_json_as_text(rl_json_get(pair, "b")), "elu:1");
    drop(p);
}

static void test_what_is_not_finite_is_null(void **state)
{
    (void)state;
    for (int variant = 0; variant < 8; variant++) {
        synthetic_plan plan = PLAN;
        plan.diverging = variant & 1 ? 1 : 0;
        plan.real_targets = variant & 2;
        plan.no_test = variant & 4;
        parsed p = parse(plan);
        assert_null(strstr(p.text, "nan"));
        assert_null(strstr(p.text, "NaN"));
        assert_null(strstr(p.text, "inf"));
        const rl_json *arm = rl_json_at(rl_json_get(p.document, "arms"), 0);
        assert_int_equal(rl_json_is_array(rl_json_get(rl_json_get(arm, "final_loss"), "ci95")), !plan.diverging);
        const rl_json *pair = rl_json_at(rl_json_get(p.document, "pairs"), 0);
        const char *other = plan.real_targets ? plan.no_test ? "train_loss_difference" : "test_loss_difference"
                            : plan.no_test    ? "train_accuracy_difference"
                                              : NULL;
        HAS(pair, "test_accuracy_difference");
        if (other) {
            HAS(pair, other);
            assert_false(rl_json_is_object(rl_json_get(pair, "test_accuracy_difference")));
        }
        drop(p);
    }
}

static void test_csv_has_a_line_a_training(void **state)
{
    (void)state;
    synthetic_plan plan = PLAN;
    plan.diverging = 0.5;
    plan.interrupted = true;
    rl_error err = { 0 };
    rl_results *results = synthetic_results(plan);
    snprintf(results->settings[1].name, RL_NAME_ROOM, "with, comma \"and\" quote");
    snprintf(results->settings[0].name, RL_NAME_ROOM, "\"quoted\"");
    rl_writing csv = rl_writing_begin(results->memory, &err);
    rl_write_csv(&csv, results);
    assert_int_equal(err.code, RL_OK);
    size_t lines = 0, quoted = 0;
    for (const char *c = csv.text; *c; c++)
        lines += *c == '\n';
    for (const char *c = csv.text; (c = strstr(c, "\"with, comma \"\"and\"\" quote\",")); c++)
        quoted++;
    assert_int_equal(lines, 1 + 2 * 3 * 3); /* half of six seeds were finished */
    assert_int_equal(quoted, 9);
    assert_non_null(strstr(csv.text, "\n\"\"\"quoted\"\"\",relu,"));
    assert_null(strstr(csv.text, "nan"));
    char *line = strtok(csv.text, "\n");
    assert_int_equal(strncmp(line, "regime,activation,alpha,seed,diverged_at,", 41), 0);
    line = strtok(NULL, "\n");
    size_t commas = 0;
    for (const char *c = line; *c; c++)
        commas += *c == ',';
    assert_int_equal(commas, 12);
    rl_writing_drop(&csv);
    synthetic_free(results);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_members_are_the_contract),
        cmocka_unit_test(test_numbers_are_the_summary_s),
        cmocka_unit_test(test_what_is_not_finite_is_null),
        cmocka_unit_test(test_csv_has_a_line_a_training),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
