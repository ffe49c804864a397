/* The report's folder: all files or none, nothing left of a former run that is not of this one, gnuplot missing or
 * failing, disk and memory running out. */
#include "folder.h"

#include <signal.h>
#include <sys/resource.h>

static const char *const PLOTS[] = { "loss", "accuracy", "dead_neurons", "activations", "dead_and_accuracy" };
static const char *const KINDS[] = { "svg", "png", "gnuplot", "dat" };

static void check_whole(path folder, size_t plots)
{
    assert_true(exists(folder, "report.html") && exists(folder, "analysis.md") && exists(folder, "results.json") &&
                exists(folder, "results.csv"));
    assert_true(exists(folder, "events.csv"));
    assert_int_equal(entries(folder), 5 + 4 * plots);
}

/* ---- All ---- */

static void test_a_report_is_whole(void **state)
{
    (void)state;
    path folder = temporary(), deep = in(folder, "a/b/c");
    rl_error err = { 0 };
    assert_true(write_plan(PLAN, deep, &err));
    check_whole(deep, 5);
    for (size_t i = 0; i < 5; i++)
        for (size_t k = 0; k < 4; k++) {
            char name[80];
            snprintf(name, sizeof name, "%s.%s", PLOTS[i], KINDS[k]);
            assert_true(exists(deep, name));
        }
    remove_all(folder);
}

static void test_every_shape_of_results_can_be_drawn(void **state)
{
    (void)state;
    const synthetic_plan plans[] = {
        { .settings = 1, .arms = 1, .seeds = 1, .epochs = 1, .noise = 0.01 },
        { .settings = 5, .arms = 6, .seeds = 3, .epochs = 3, .noise = 0.01, .planar = 1 },
        { .settings = 3, .arms = 2, .seeds = 3, .epochs = 3, .noise = 0.01, .diverging = 1 },
        { .settings = 4, .arms = 3, .seeds = 2, .epochs = 3, .noise = 0.01, .real_targets = true, .no_test = true },
    };
    const size_t counts[] = { 4, 5, 4, 3 };
    for (size_t i = 0; i < 4; i++) {
        path folder = temporary();
        rl_error err = { 0 };
        bool written = write_plan(plans[i], folder, &err);
        if (!written)
            print_error("%s\n", err.text);
        assert_true(written);
        check_whole(folder, counts[i]);
        remove_all(folder);
    }
}

static void test_a_second_run_replaces_the_first(void **state)
{
    (void)state;
    path folder = temporary();
    rl_error err = { 0 };
    synthetic_plan planar = PLAN;
    planar.planar = 1;
    put_text(folder, "mine.txt", "not the report's");
    assert_true(write_plan(planar, folder, &err));
    assert_true(exists(folder, "decision_boundary.svg"));
    char *before = read_text(folder, "results.csv");
    synthetic_plan other = PLAN;
    other.seed = 9;
    assert_true(write_plan(other, folder, &err));
    char *after = read_text(folder, "results.csv");
    assert_string_not_equal(before, after);
    for (size_t k = 0; k < 4; k++) {
        char name[80];
        snprintf(name, sizeof name, "decision_boundary.%s", KINDS[k]);
        assert_false(exists(folder, name)); /* this run has none */
    }
    assert_true(exists(folder, "mine.txt"));
    assert_int_equal(entries(folder), 5 + 20 + 1);
    free(before);
    free(after);
    remove_all(folder);
}

/* ---- None ---- */

static void expect_untouched(path folder, const char *csv, size_t count)
{
    char *now = read_text(folder, "results.csv");
    assert_string_equal(now, csv);
    assert_int_equal(entries(folder), count);
    free(now);
}

static void test_without_gnuplot_nothing_is_written(void **state)
{
    (void)state;
    path folder = temporary(), out = in(folder, "new/out");
    rl_error err = { 0 };
    char *search = synthetic_text(getenv("PATH"));
    setenv("PATH", folder.path, 1);
    assert_false(write_plan(PLAN, out, &err));
    setenv("PATH", search, 1);
    free(search);
    assert_int_equal(err.code, RL_MISSING);
    assert_non_null(strstr(err.text, "gnuplot is not installed: apt install gnuplot-nox"));
    assert_int_equal(entries(folder), 0); /* not even the folders */
    remove_all(folder);
}

/* A gnuplot that does as the script says, set before the real one. */
static void with_gnuplot(path folder, const char *script, rl_error *err, path out)
{
    path bin = in(folder, "bin");
    mkdir(bin.path, 0777);
    put_text(bin, "gnuplot", script);
    assert_int_equal(chmod(in(bin, "gnuplot").path, 0755), 0);
    char *search = synthetic_text(getenv("PATH")), first[600];
    snprintf(first, sizeof first, "%s:%s", bin.path, search);
    setenv("PATH", first, 1);
    assert_false(write_plan(PLAN, out, err));
    setenv("PATH", search, 1);
    free(search);
}

static void test_gnuplot_s_failure_leaves_the_former_run(void **state)
{
    (void)state;
    path folder = temporary(), out = in(folder, "out");
    rl_error err = { 0 };
    assert_true(write_plan(PLAN, out, &err));
    char *before = read_text(out, "results.csv");
    with_gnuplot(folder, "#!/bin/sh\necho 'line 3: the pen broke' >&2\nexit 4\n", &err, out);
    assert_int_equal(err.code, RL_MISSING);
    assert_non_null(strstr(err.text, "code 4"));
    assert_non_null(strstr(err.text, "the pen broke"));
    expect_untouched(out, before, 25);
    err = (rl_error){ 0 };
    with_gnuplot(folder,
        "#!/bin/sh\nname=${2%.gnuplot}\nprintf '<svg>half of a picture' >\"$name.svg\"\nprintf 'half of another one' "
        ">\"$name.png\"\n",
        &err, out);
    assert_int_equal(err.code, RL_MISSING);
    assert_non_null(strstr(err.text, "no whole"));
    expect_untouched(out, before, 25);
    free(before);
    remove_all(folder);
}

static void test_a_folder_in_the_way(void **state)
{
    (void)state;
    path folder = temporary();
    rl_error err = { 0 };
    mkdir(in(folder, "loss.svg").path, 0777);
    assert_false(write_plan(PLAN, folder, &err));
    assert_int_equal(err.code, RL_BAD_FILE);
    assert_non_null(strstr(err.text, "loss.svg"));
    assert_int_equal(entries(folder), 1);
    remove_all(folder);
}

static void test_places_that_cannot_be_written(void **state)
{
    (void)state;
    path folder = temporary();
    put_text(folder, "file", "");
    const char *const names[] = { "file", "file/below" };
    for (size_t i = 0; i < 2; i++) {
        rl_error err = { 0 };
        assert_false(write_plan(PLAN, in(folder, names[i]), &err));
        assert_int_equal(err.code, RL_BAD_FILE);
        assert_non_null(strstr(err.text, names[i]));
    }
    rl_error err = { 0 };
    path nowhere = { "/proc/relive" };
    assert_false(write_plan(PLAN, nowhere, &err));
    assert_int_equal(err.code, RL_BAD_FILE);
    err = (rl_error){ 0 };
    assert_false(write_plan(PLAN, (path){ "" }, &err));
    assert_int_equal(err.code, RL_BAD_FILE);
    if (geteuid() != 0) { /* root may write anywhere */
        err = (rl_error){ 0 };
        chmod(folder.path, 0555);
        assert_false(write_plan(PLAN, folder, &err));
        assert_int_equal(err.code, RL_BAD_FILE);
        chmod(folder.path, 0755);
    }
    assert_int_equal(entries(folder), 1);
    remove_all(folder);
}

/* As on a full disk, no file may grow beyond a limit: first one that even small files meet, then one that only
 * gnuplot's pictures do. */
static void test_no_room_on_the_disk(void **state)
{
    (void)state;
    struct rlimit usual;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &usual), 0);
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    const rlim_t limits[] = { 100, 9000 };
    for (size_t i = 0; i < 2; i++) {
        path folder = temporary(), out = in(folder, "out");
        rl_error err = { 0 };
        const struct rlimit small = { limits[i], usual.rlim_max };
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
        bool written = write_plan(PLAN, out, &err);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &usual), 0);
        assert_false(written);
        assert_true(err.code == RL_MISSING || err.code == RL_BAD_FILE);
        assert_int_equal(entries(folder), 0);
        remove_all(folder);
    }
    signal(SIGXFSZ, handler);
}

typedef struct {
    size_t calls, fail_at;
} stingy;

static void *resize(void *self, void *block, size_t bytes)
{
    stingy *s = self;
    if (bytes == 0) {
        free(block);
        return NULL;
    }
    return ++s->calls == s->fail_at ? NULL : realloc(block, bytes);
}

/* Every allocation before gnuplot is started, and some after it (each of those costs a run of gnuplot). */
static void test_memory_may_run_out(void **state)
{
    (void)state;
    path folder = temporary(), out = in(folder, "out");
    rl_results *results = synthetic_results(PLAN);
    stingy counted = { 0 };
    results->memory = (rl_memory){ resize, &counted };
    rl_error err = { 0 };
    assert_true(write_results(results, out, &err));
    remove_all(out);
    for (size_t n = 1; n <= counted.calls; n += 1 + counted.calls / 7) {
        stingy s = { .fail_at = n };
        results->memory = (rl_memory){ resize, &s };
        err = (rl_error){ 0 };
        assert_false(write_results(results, out, &err));
        assert_int_equal(err.code, RL_NO_MEMORY);
        assert_int_equal(entries(folder), 0);
    }
    results->memory = (rl_memory){ 0 };
    synthetic_free(results);
    remove_all(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_report_is_whole),
        cmocka_unit_test(test_every_shape_of_results_can_be_drawn),
        cmocka_unit_test(test_a_second_run_replaces_the_first),
        cmocka_unit_test(test_without_gnuplot_nothing_is_written),
        cmocka_unit_test(test_gnuplot_s_failure_leaves_the_former_run),
        cmocka_unit_test(test_a_folder_in_the_way),
        cmocka_unit_test(test_places_that_cannot_be_written),
        cmocka_unit_test(test_no_room_on_the_disk),
        cmocka_unit_test(test_memory_may_run_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
