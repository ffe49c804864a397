/* The page: it needs nothing but itself, says what it must, and takes no name for a command; nor do the plots. */
#include "folder.h"
#include "report/command.h"

#define HOSTILE "<script>alert(1)</script>'\"&{}_^@`touch pwned`$(touch pwned)\\"

static rl_results *hostile_results(void)
{
    synthetic_plan plan = PLAN;
    plan.planar = 1;
    plan.name = HOSTILE;
    rl_results *results = synthetic_results(plan);
    snprintf(results->settings[0].title, RL_NAME_ROOM, "%s", HOSTILE);
    snprintf(results->settings[0].name, RL_NAME_ROOM, "%s", HOSTILE);
    free(results->settings[0].about);
    results->settings[0].about = synthetic_text(HOSTILE "\n]]>");
    free(results->class_names[1]);
    results->class_names[1] = synthetic_text("'; system('touch pwned'); print '" HOSTILE);
    return results;
}

static void test_hostile_names_stay_text(void **state)
{
    (void)state;
    path folder = temporary();
    rl_error err = { 0 };
    rl_results *results = hostile_results();
    bool written = write_results(results, folder, &err);
    if (!written)
        print_error("%s\n", err.text);
    assert_true(written);
    assert_false(exists(folder, "pwned"));
    assert_int_equal(access("pwned", F_OK), -1);
    char *page = read_text(folder, "report.html");
    assert_null(strstr(page, "<script"));
    assert_non_null(strstr(page, "&lt;script&gt;"));
    assert_null(strstr(page, "system('touch pwned')"));
    char *analysis = read_text(folder, "analysis.md");
    assert_null(strstr(analysis, " <script"));
    free(page);
    free(analysis);
    synthetic_free(results);
    remove_all(folder);
}

static void test_html_is_escaped(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_writing to = rl_writing_begin((rl_memory){ 0 }, &err);
    rl_write_html(&to, "<a b=\"c\" d='e'>&\n\x7fα");
    assert_string_equal(to.text, "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;  α");
    rl_writing_drop(&to);
}

static void test_the_page_needs_nothing_else(void **state)
{
    (void)state;
    path folder = temporary();
    rl_error err = { 0 };
    synthetic_plan plan = PLAN;
    plan.planar = 1;
    assert_true(write_plan(plan, folder, &err));
    char *page = read_text(folder, "report.html");
    static const char *const LOADS[] = { "http:", "https:", "//", "src=", "<link", "<script", "@import", "url(",
        "<iframe", "<object" };
    for (size_t i = 0; i < sizeof LOADS / sizeof *LOADS; i++) {
        const char *found = strstr(page, LOADS[i]);
        for (; found && strcmp(LOADS[i], "//") == 0; found = strstr(found + 1, LOADS[i])) {
            const char *image = found; /* "//" also occurs in the letters of an image */
            while (image > page && *image != '\'')
                image--;
            if (strncmp(image, "'data:image/png;base64,", 23) != 0)
                break;
        }
        if (found)
            print_error("%s: %.80s\n", LOADS[i], found);
        assert_null(found);
    }
    for (const char *link = page; (link = strstr(link, "href=")); link++)
        assert_true(link[6] == '#' || strncmp(link + 6, "data:image/png;base64,", 22) == 0);
    free(page);
    remove_all(folder);
}

/* Every id is one of a kind, and every reference finds its own. */
static void test_markers_of_plots_do_not_meet(void **state)
{
    (void)state;
    path folder = temporary();
    rl_error err = { 0 };
    assert_true(write_plan(PLAN, folder, &err));
    char *page = read_text(folder, "report.html");
    char *ids[400];
    size_t count = 0;
    for (char *c = page; (c = strstr(c, "id=")); c++) {
        if (c[3] != '\'' && c[3] != '"')
            continue;
        size_t length = strcspn(c + 4, "'\"");
        assert_true(count < 400);
        ids[count] = synthetic_block(length + 1, 1);
        memcpy(ids[count++], c + 4, length);
    }
    assert_true(count > 20);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(ids[i], ids[k]);
    for (char *c = page; (c = strstr(c, "href='#")); c++) {
        size_t length = strcspn(c + 7, "'"), found = 0;
        for (size_t i = 0; i < count; i++)
            found += strlen(ids[i]) == length && strncmp(ids[i], c + 7, length) == 0;
        assert_int_equal(found, 1);
    }
    for (size_t i = 0; i < count; i++)
        free(ids[i]);
    free(page);
    remove_all(folder);
}

static void test_the_page_says_what_it_must(void **state)
{
    (void)state;
    path folder = temporary();
    rl_error err = { 0 };
    assert_true(write_plan(PLAN, folder, &err));
    char *page = read_text(folder, "report.html");
    static const char *const WORDS[] = { "1437 training rows", "Leaky ReLU (α = 0.01)",
        "slope of the activation at z is exactly 0", "z ≤ 0 for every one",
        "relive compare --data digits --activations relu,leaky_relu:0.01", "prefers-color-scheme", "Holm",
        "gnuplot loss.gnuplot", "Learning rate" };
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
        if (!strstr(page, WORDS[i]))
            print_error("the page lacks \"%s\"\n", WORDS[i]);
        assert_non_null(strstr(page, WORDS[i]));
    }
    assert_null(strstr(page, ">nan"));
    free(page);
    remove_all(folder);
}

/* A reader can run a plot's script again in its folder, and gets the same picture. */
static void test_scripts_can_be_run_again(void **state)
{
    (void)state;
    path folder = temporary();
    rl_error err = { 0 };
    assert_true(write_plan(PLAN, folder, &err));
    char *before = read_text(folder, "loss.svg"), command[400];
    unlink(in(folder, "loss.svg").path);
    snprintf(command, sizeof command, "cd '%s' && gnuplot loss.gnuplot", folder.path);
    assert_int_equal(system(command), 0);
    char *after = read_text(folder, "loss.svg");
    assert_string_equal(before, after);
    free(before);
    free(after);
    remove_all(folder);
}

/* ---- The command ---- */

static char *command_of(rl_results *results, bool *said)
{
    rl_error err = { 0 };
    rl_writing to = rl_writing_begin(results->memory, &err);
    *said = rl_write_command(&to, results);
    return rl_writing_end(&to);
}

static void use_regimes(rl_results *results)
{
    for (size_t s = 0; s < results->setting_count; s++) {
        rl_error err = { 0 };
        const rl_regime *regime = rl_regime_named(results->settings[s].name, &err);
        results->settings[s].recipe = rl_recipe_default();
        regime->apply(&results->settings[s].recipe);
    }
}

static void test_the_command_names_what_differs(void **state)
{
    (void)state;
    synthetic_plan plan = PLAN;
    plan.settings = 5;
    rl_results *results = synthetic_results(plan);
    bool said;
    use_regimes(results);
    char *command = command_of(results, &said);
    assert_true(said);
    assert_string_equal(command, "relive compare --data digits --activations relu,leaky_relu:0.01 --regime all --seeds "
                                 "6 --seed 1 --data-seed 1\n");
    free(command);

    for (size_t s = 0; s < 5; s++) {
        results->settings[s].recipe.training.rate = 0.03f;
        results->settings[s].recipe.training.optimiser = &rl_adam;
        results->settings[s].recipe.training.decay_biases = true;
    }
    results->data_spec = synthetic_text("my data's.csv");
    results->setting_count = 2;
    command = command_of(results, &said);
    assert_string_equal(command, "relive compare --data 'my data'\\''s.csv' --activations relu,leaky_relu:0.01 "
                                 "--regime healthy,high-rate --seeds 6 --seed 1 "
                                 "--data-seed 1 --lr 0.03 --optimizer adam --decay-biases\n");
    free(command);

    results->settings[1].recipe.training.rate = 0.04f; /* no one command gives two rates */
    command = command_of(results, &said);
    assert_non_null(strstr(command, "--regime healthy --seeds 6 --seed 1 --data-seed 1 --lr 0.03 "));
    assert_non_null(strstr(command, "--regime high-rate --seeds 6 --seed 1 --data-seed 1 --lr 0.04 "));
    free(command);

    results->settings[1].recipe.training.beta1 = 0.5f; /* no option for that */
    command = command_of(results, &said);
    assert_false(said);
    assert_string_equal(command, "");
    free(command);
    results->setting_count = 5;
    free(results->data_spec);
    synthetic_free(results);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hostile_names_stay_text),
        cmocka_unit_test(test_html_is_escaped),
        cmocka_unit_test(test_the_page_needs_nothing_else),
        cmocka_unit_test(test_markers_of_plots_do_not_meet),
        cmocka_unit_test(test_the_page_says_what_it_must),
        cmocka_unit_test(test_scripts_can_be_run_again),
        cmocka_unit_test(test_the_command_names_what_differs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
