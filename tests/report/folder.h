/* Temporary folders, for tests of files. */
#ifndef RL_TESTS_REPORT_FOLDER_H
#define RL_TESTS_REPORT_FOLDER_H

#include "synthetic.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

typedef struct {
    char path[300];
} path;

static inline path temporary(void)
{
    path folder = { "/tmp/relive-report-XXXXXX" };
    assert_non_null(mkdtemp(folder.path));
    return folder;
}

static inline path in(path folder, const char *name)
{
    path joined;
    assert_true(snprintf(joined.path, sizeof joined.path, "%s/%s", folder.path, name) < (int)sizeof joined.path);
    return joined;
}

static inline bool exists(path folder, const char *name)
{
    struct stat status;
    return lstat(in(folder, name).path, &status) == 0;
}

static inline size_t entries(path folder)
{
    size_t count = 0;
    DIR *listed = opendir(folder.path);
    assert_non_null(listed);
    for (struct dirent *e = readdir(listed); e; e = readdir(listed))
        count += strcmp(e->d_name, ".") && strcmp(e->d_name, "..");
    closedir(listed);
    return count;
}

static inline void remove_all(path folder)
{
    DIR *listed = opendir(folder.path);
    if (!listed)
        return;
    for (struct dirent *e = readdir(listed); e; e = readdir(listed)) {
        if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
            continue;
        path entry = in(folder, e->d_name);
        if (unlink(entry.path) != 0)
            remove_all(entry);
    }
    closedir(listed);
    rmdir(folder.path);
}

static inline char *read_text(path folder, const char *name)
{
    FILE *file = fopen(in(folder, name).path, "rb");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    char *text = synthetic_block((size_t)size + 1, 1);
    assert_int_equal(fread(text, 1, (size_t)size, file), size);
    fclose(file);
    return text;
}

static inline void put_text(path folder, const char *name, const char *text)
{
    FILE *file = fopen(in(folder, name).path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static const synthetic_plan PLAN = {
    .settings = 2, .arms = 2, .seeds = 6, .epochs = 5, .gain = 0.1, .noise = 0.02, .death = 0.5, .diverging = 0.1
};

static inline bool write_results(rl_results *results, path folder, rl_error *err)
{
    rl_summary *summary = synthetic_summary(results);
    bool written = rl_report_write(results, summary, folder.path, err);
    synthetic_summary_free(summary, results);
    return written;
}

static inline bool write_plan(synthetic_plan plan, path folder, rl_error *err)
{
    rl_results *results = synthetic_results(plan);
    bool written = write_results(results, folder, err);
    synthetic_free(results);
    return written;
}

#endif
