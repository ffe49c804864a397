/* Files: whole or not at all. Whatever fails, the place holds what it held before and nothing is left beside it. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>

#include "format/file.h"
#include "format/folder.h"

static void assert_holds(const char *expected)
{
    rl_error err = { 0 };
    size_t count;
    char *text = rl_read_file(path, 1 << 20, &count, (rl_memory){ 0 }, &err);
    assert_non_null(text);
    assert_int_equal(count, strlen(expected));
    assert_string_equal(text, expected);
    rl_free((rl_memory){ 0 }, text);
}

static void assert_refused(const char *where, const char *bytes, rl_code code, const char *says)
{
    rl_error err = { 0 };
    assert_false(rl_write_file(where, bytes, strlen(bytes), &err));
    assert_int_equal(err.code, code);
    if (!strstr(err.text, says) || !strstr(err.text, where))
        fail_msg("%s: %s", where, err.text);
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    rl_error err = { 0 };
    assert_true(rl_write_file(path, "one", 3, &err));
    assert_holds("one");
    assert_true(rl_write_file(path, "", 0, &err));
    assert_holds("");
    assert_int_equal(count_files(), 1);
}

static void a_draft_is_unseen_until_published(void **state)
{
    (void)state;
    rl_error err = { 0 };
    assert_true(rl_write_file(path, "old", 3, &err));
    rl_draft *draft = rl_draft_open(path, (rl_memory){ 0 }, &err);
    rl_draft *other = rl_draft_open(path, (rl_memory){ 0 }, &err);
    assert_int_equal(count_files(), 3); /* drafts lie beside their place, whence a rename is atomic */
    assert_true(rl_draft_write(draft, "ne", 2, &err) && rl_draft_write(other, "other", 5, &err));
    assert_true(rl_draft_write(draft, "w", 1, &err));
    assert_holds("old");
    assert_true(rl_draft_seal(draft, &err) && rl_draft_seal(draft, &err));
    assert_holds("old");
    assert_true(rl_draft_publish(draft, &err));
    assert_holds("new");
    rl_draft_discard(other);
    assert_holds("new");
    assert_int_equal(count_files(), 1);
}

static void a_failed_run_publishes_nothing(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_draft *draft = rl_draft_open(path, (rl_memory){ 0 }, &err);
    rl_fail(&err, RL_BAD_SHAPE, "something else");
    assert_false(rl_draft_write(draft, "x", 1, &err));
    assert_false(rl_draft_publish(draft, &err));
    assert_int_equal(count_files(), 0);
    assert_null(rl_draft_open(path, (rl_memory){ 0 }, &err));
    assert_string_equal(err.text, "something else");
}

static void places_that_cannot_be_written(void **state)
{
    (void)state;
    assert_refused(folder, "x", RL_BAD_FILE, "it is a folder");
    assert_refused("", "x", RL_BAD_FILE, "no such file");
    assert_refused(in_folder("no/file"), "x", RL_BAD_FILE, "no such file or folder");
    rl_error err = { 0 };
    assert_true(rl_write_file(path, "x", 1, &err));
    assert_refused(in_folder("file/under"), "x", RL_BAD_FILE, "Not a directory");
    char long_name[400];
    memset(long_name, 'n', sizeof long_name);
    long_name[sizeof long_name - 1] = '\0';
    assert_false(rl_write_file(long_name, "x", 1, &err));
    assert_int_equal(err.code, RL_BAD_FILE);
    assert_int_equal(count_files(), 1);
}

static const char *forbidden;

static bool is_refused(void)
{
    rl_error err = { 0 };
    return !rl_write_file(forbidden, "x", 1, &err) && err.code == RL_BAD_FILE && strstr(err.text, "permission denied");
}

static void folders_and_files_without_permission(void **state)
{
    (void)state;
    rl_error err = { 0 };
    assert_true(rl_write_file(path, "mine", 4, &err));
    assert_int_equal(chmod(folder, 0555), 0);
    forbidden = in_folder("new");
    assert_true(as_nobody(is_refused));
    assert_int_equal(chmod(folder, 0777), 0);
    assert_int_equal(chmod(path, 0444), 0);
    forbidden = path;
    assert_true(as_nobody(is_refused));
    assert_holds("mine");
    assert_int_equal(count_files(), 1);
}

/* The device is written as it is: no file comes in its place. */
static bool full_device_is_full(void)
{
    rl_error err = { 0 };
    struct stat there;
    return !rl_write_file("/dev/full", "x", 1, &err) && err.code == RL_MISSING &&
           strstr(err.text, "the disk is full") && strstr(err.text, "/dev/full") && stat("/dev/full", &there) == 0 &&
           S_ISCHR(there.st_mode);
}

static void a_full_disk_leaves_the_old_file(void **state)
{
    (void)state;
    assert_true(as_nobody(full_device_is_full));
    rl_error err = { 0 };
    assert_true(rl_write_file(path, "old", 3, &err));
    struct rlimit before, tight;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    tight = (struct rlimit){ 4, before.rlim_max };
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
    rl_error full = { 0 };
    bool written = rl_write_file(path, "longer than four", 16, &full);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, handler);
    assert_false(written);
    assert_int_equal(full.code, RL_MISSING);
    assert_holds("old");
    assert_int_equal(count_files(), 1);
}

static void links_are_followed_and_modes_kept(void **state)
{
    (void)state;
    rl_error err = { 0 };
    char link_path[512];
    strcpy(link_path, in_folder("link"));
    assert_true(rl_write_file(path, "old", 3, &err));
    assert_int_equal(chmod(path, 0640), 0);
    assert_int_equal(symlink("file", link_path), 0);
    assert_true(rl_write_file(link_path, "new", 3, &err));
    assert_holds("new");
    struct stat there;
    assert_int_equal(lstat(link_path, &there), 0);
    assert_true(S_ISLNK(there.st_mode));
    assert_int_equal(stat(path, &there), 0);
    assert_int_equal(there.st_mode & 0777, 0640);
    assert_int_equal(count_files(), 2);
}

static void a_new_file_has_the_usual_mode(void **state)
{
    (void)state;
    rl_error err = { 0 };
    mode_t mask = umask(022);
    assert_true(rl_write_file(path, "x", 1, &err));
    umask(mask);
    struct stat there;
    assert_int_equal(stat(path, &there), 0);
    assert_int_equal(there.st_mode & 0777, 0644);
}

static void a_name_needs_no_folder(void **state)
{
    (void)state;
    char before[4096];
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(folder), 0);
    rl_error err = { 0 };
    bool written = rl_write_file("file", "here", 4, &err);
    assert_int_equal(chdir(before), 0);
    assert_true(written);
    assert_holds("here");
    assert_int_equal(count_files(), 1);
}

static void *write_to_pipe(void *name)
{
    rl_error err = { 0 };
    static char bytes[100000];
    memset(bytes, 'p', sizeof bytes);
    return rl_write_file(name, bytes, sizeof bytes, &err) ? name : NULL;
}

static void pipes_are_written_and_read(void **state)
{
    (void)state;
    rl_error err = { 0 };
    pthread_t writer;
    size_t count;
    void *done;
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(pthread_create(&writer, NULL, write_to_pipe, path), 0);
    char *bytes = rl_read_file(path, 1 << 20, &count, (rl_memory){ 0 }, &err);
    assert_int_equal(pthread_join(writer, &done), 0);
    assert_non_null(done);
    assert_non_null(bytes);
    assert_int_equal(count, 100000);
    assert_int_equal(bytes[99999], 'p');
    rl_free((rl_memory){ 0 }, bytes);
}

static void reading_is_bounded(void **state)
{
    (void)state;
    rl_error err = { 0 };
    size_t count = 7;
    static char bytes[10000];
    memset(bytes, 'b', sizeof bytes);
    assert_true(rl_write_file(path, bytes, sizeof bytes, &err));
    char *all = rl_read_file(path, sizeof bytes, &count, (rl_memory){ 0 }, &err);
    assert_non_null(all);
    assert_int_equal(count, sizeof bytes);
    rl_free((rl_memory){ 0 }, all);
    assert_null(rl_read_file(path, sizeof bytes - 1, &count, (rl_memory){ 0 }, &err));
    assert_int_equal(err.code, RL_BAD_FILE);
    assert_non_null(strstr(err.text, "larger than 9999 bytes"));
    err = (rl_error){ 0 };
    assert_null(rl_read_file("/dev/zero", 100000, &count, (rl_memory){ 0 }, &err)); /* without a size, without an end */
    assert_int_equal(err.code, RL_BAD_FILE);
    err = (rl_error){ 0 };
    assert_null(rl_read_file(folder, 100, &count, (rl_memory){ 0 }, &err));
    assert_non_null(strstr(err.text, "it is a folder"));
    err = (rl_error){ 0 };
    assert_null(rl_read_file(in_folder("none"), 100, &count, (rl_memory){ 0 }, &err));
    assert_non_null(strstr(err.text, "no such file"));
}

static void *failing(void *self, void *block, size_t bytes)
{
    if (bytes == 0) {
        free(block);
        return NULL;
    }
    long *left = self;
    return (*left)-- > 0 ? realloc(block, bytes) : NULL;
}

static void lost_memory_leaves_nothing(void **state)
{
    (void)state;
    rl_error err = { 0 };
    assert_true(rl_write_file(path, "old", 3, &err));
    bool written = false, read = false;
    for (long n = 0; n < 20 && !(written && read); n++) {
        long left = n;
        rl_memory memory = { failing, &left };
        rl_error lost = { 0 };
        rl_draft *draft = rl_draft_open(path, memory, &lost);
        written = draft != NULL;
        assert_int_equal(lost.code, written ? RL_OK : RL_NO_MEMORY);
        rl_draft_discard(draft);
        assert_int_equal(count_files(), 1);
        left = n;
        size_t count;
        lost = (rl_error){ 0 };
        char *bytes = rl_read_file("/proc/self/maps", 1 << 24, &count, memory, &lost); /* grows: it tells no size */
        read = bytes != NULL;
        assert_int_equal(lost.code, read ? RL_OK : RL_NO_MEMORY);
        rl_free(memory, bytes);
    }
    assert_true(written && read);
    assert_holds("old");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_written_is_read, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_draft_is_unseen_until_published, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_failed_run_publishes_nothing, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(places_that_cannot_be_written, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(folders_and_files_without_permission, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_full_disk_leaves_the_old_file, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(links_are_followed_and_modes_kept, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_new_file_has_the_usual_mode, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_name_needs_no_folder, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(pipes_are_written_and_read, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(reading_is_bounded, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(lost_memory_leaves_nothing, make_folder, remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
