/* The ledger: counts, lines, sentences and JSON that say what the events say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/json.h"
#include "report/ledger.h"
#include "report/plots.h"
#include "synthetic.h"

static const rl_event EVENTS[] = {
    { .step = 0, .since = -1, .kind = RL_BORN_DEAD, .unit = { 2, 3, 0 }, .cause = RL_BY_BIRTH, .row = -1 },
    { .step = 8,
        .since = 4,
        .kind = RL_DEATH,
        .unit = { 4, 1, 0 },
        .cause = RL_BY_INPUTS,
        .row = 7,
        .z_before = 2.5,
        .z_after = -0.5,
        .terms = { -0.25, 0.25, -3, 0 } },
    { .step = 8,
        .since = 4,
        .kind = RL_DEATH,
        .unit = { 2, 0, 0 },
        .cause = RL_BY_BIAS,
        .row = 2,
        .z_before = 1,
        .z_after = -1,
        .terms = { -2.5, 0.5, 0, 0 } },
    { .step = 12,
        .since = 8,
        .kind = RL_REVIVAL,
        .unit = { 4, 1, 0 },
        .cause = RL_BY_INPUTS,
        .row = 9,
        .z_before = -1,
        .z_after = 0.5,
        .terms = { 0, 0, 1.5, 0 } },
    { .step = 12, .since = 8, .kind = RL_NOT_A_NUMBER, .unit = { 4, 0, 0 }, .cause = RL_BY_BROKEN, .row = -1 },
};
enum { COUNT = sizeof EVENTS / sizeof *EVENTS };

static rl_results *results_with_events(void)
{
    rl_results *results =
        synthetic_results((synthetic_plan){ .settings = 2, .arms = 2, .seeds = 3, .epochs = 5, .noise = 0.01 });
    results->settings[1].recipe.training.batch = (int)(results->train_rows + 3) / 4; /* four steps an epoch */
    rl_trial *trial = &results->cells[2].trials[1];
    trial->events = synthetic_block(COUNT, sizeof *EVENTS);
    memcpy(trial->events, EVENTS, sizeof EVENTS);
    trial->event_count = COUNT;
    return results;
}

static void done(rl_results *results)
{
    free(results->cells[2].trials[1].events);
    synthetic_free(results);
}

static void counts(void **state)
{
    (void)state;
    rl_results *results = results_with_events();
    rl_ledger ledger = rl_ledger_of(results, 1, 0), none = rl_ledger_of(results, 0, 0);
    assert_int_equal(ledger.trainings, 3);
    assert_int_equal(ledger.units, 3 * results->cells[results->arm_count].units);
    assert_int_equal(ledger.born_dead, 1);
    assert_int_equal(ledger.deaths, 2);
    assert_int_equal(ledger.revivals, 1);
    assert_int_equal(ledger.broken, 1);
    assert_int_equal(ledger.death_causes[RL_BY_INPUTS], 1);
    assert_int_equal(ledger.death_causes[RL_BY_BIAS], 1);
    assert_int_equal(ledger.revival_causes[RL_BY_INPUTS], 1);
    assert_int_equal(none.deaths + none.born_dead + none.revivals + none.broken, 0);
    assert_true(rl_has_events(results));
    results->cells[2].trials[1].done = false; /* an unfinished seed counts for nothing */
    assert_int_equal(rl_ledger_of(results, 1, 0).deaths, 0);
    assert_false(rl_has_events(results));
    done(results);
}

static void lines(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_results *results = results_with_events();
    rl_writing to = rl_writing_begin((rl_memory){ 0 }, &err);
    rl_write_events_csv(&to, results);
    char *text = rl_writing_end(&to), wanted[300];
    assert_non_null(text);
    const char *regime = results->settings[1].name;
    size_t count = 0;
    for (const char *c = text; *c; c++)
        count += *c == '\n';
    assert_int_equal(count, 1 + COUNT);
    snprintf(wanted, sizeof wanted, "%s,relu,,2,born dead,0,,0,1,3,birth,,,,,,,,,\n", regime);
    assert_non_null(strstr(text, wanted));
    snprintf(wanted, sizeof wanted, "%s,relu,,2,death,8,4,2,2,1,inputs moved,7,2.5,-0.5,-0.25,0.25,-3,0,0,0\n", regime);
    assert_non_null(strstr(text, wanted));
    snprintf(wanted, sizeof wanted, "%s,relu,,2,not a number,12,8,3,2,0,not a number,,,,,,,,,\n", regime);
    assert_non_null(strstr(text, wanted));
    free(text);
    done(results);
}

static void sentences(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_results *results = results_with_events();
    rl_case cases[5];
    size_t count = rl_ledger_cases(results, cases, 5);
    assert_int_equal(count, 2); /* deaths with numbers, and no other event */
    assert_int_equal(cases[0].event->cause, RL_BY_INPUTS);
    assert_int_equal(cases[1].event->cause, RL_BY_BIAS);
    assert_int_equal(rl_ledger_cases(results, cases, 1), 1);
    rl_writing to = rl_writing_begin((rl_memory){ 0 }, &err);
    rl_write_case(&to, results, &cases[0]);
    char *text = rl_writing_end(&to);
    const char *wanted = "unit 1 of hidden layer 2 died in epoch 2 because its inputs moved: on training row 7, where "
                         "it had been most awake, z fell from 2.50 to −0.500 (bias −0.250, weights +0.250, inputs "
                         "−3.00).";
    if (!strstr(text, wanted))
        fail_msg("said \"%s\"", text);
    free(text);
    done(results);
}

static void as_json(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_results *results = results_with_events();
    rl_json *ledger = rl_ledger_json(results, 1, 0);
    char *text = rl_json_page(ledger, &err);
    assert_non_null(text);
    assert_non_null(strstr(text, "\"deaths\": 2"));
    assert_non_null(strstr(text, "\"revivals\": 1"));
    assert_non_null(strstr(text, "\"listed\": 5"));
    assert_non_null(strstr(text, "\"inputs\": -3"));
    assert_non_null(strstr(text, "\"z_before\": null"));
    free(text);
    rl_json_free(ledger);
    done(results);
}

static char *written(
    void (*write)(rl_writing *to, const rl_results *results, const rl_summary *summary), const rl_results *results)
{
    rl_error err = { 0 };
    rl_writing to = rl_writing_begin((rl_memory){ 0 }, &err);
    write(&to, results, NULL);
    char *text = rl_writing_end(&to);
    assert_non_null(text);
    return text;
}

/* Each cause has its part of the bar, and only those that killed are in the key. */
static void plotted(void **state)
{
    (void)state;
    static const struct {
        rl_cause cause;
        const char *name, *row;
    } of[] = {
        { RL_BY_BIAS, "bias moved", "1 0 33.3333 66.6667 66.6667 100 100 100 100 100\n" },
        { RL_BY_SCALE, "scale moved", "1 0 33.3333 33.3333 33.3333 66.6667 66.6667 100 100 100\n" },
        { RL_BY_STATISTICS, "statistics moved", "1 0 33.3333 33.3333 33.3333 66.6667 66.6667 66.6667 100 100\n" },
        { RL_BY_SLOPE, "other", "1 0 33.3333 33.3333 33.3333 66.6667 66.6667 66.6667 66.6667 100\n" },
    };
    rl_results *results = results_with_events();
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        results->cells[2].trials[1].events[2].cause = of[i].cause;
        char *data = written(rl_plot_causes.data, results), *script = written(rl_plot_causes.script, results);
        if (!strstr(data, of[i].row))
            fail_msg("expected \"%s\" in \"%s\"", of[i].row, data);
        for (size_t j = 0; j < sizeof of / sizeof *of; j++) {
            char title[40];
            snprintf(title, sizeof title, "title '%s'", of[j].name);
            assert_int_equal(strstr(script, title) != NULL, i == j);
        }
        free(data);
        free(script);
    }
    done(results);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts),
        cmocka_unit_test(lines),
        cmocka_unit_test(sentences),
        cmocka_unit_test(as_json),
        cmocka_unit_test(plotted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
