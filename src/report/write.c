/* The report's folder. Everything is made in a hidden folder inside it, so that moving a file to its place is a rename on
 * one file system, and only when all is whole does anything move. What was there before is set aside first: if one
 * move fails, those made are taken back, and the folder holds the former run again. */
#include "format/file.h"
#include "report/csv.h"
#include "report/gnuplot.h"
#include "report/ledger.h"
#include "report/page.h"
#include "report/writing.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_PLOTS = 16, KINDS = 4, MOST_FILES = 8 + MOST_PLOTS * KINDS, MOST_SVG = 64 << 20 };
static const char *const PLOT_KINDS[KINDS] = { "svg", "png", "gnuplot", "dat" };

typedef struct {
    char text[PATH_MAX];
} path_text;

typedef struct {
    char name[64];
    bool ours; /* of this run; else what a former run may have left, to be taken away */
} report_file;

typedef struct {
    const char *folder;
    char work[PATH_MAX];   /* folder/.relive-XXXXXX: this run's files */
    char former[PATH_MAX]; /* work/former: those that they replace */
    size_t made;           /* how many folders on the way to folder had to be made */
    report_file entries[MOST_FILES];
    size_t count;
    rl_memory memory;
    rl_error *err;
} report_place;

/* ---- Paths and folders ---- */

static bool join(path_text *joined, const char *folder, const char *name, rl_error *err)
{
    if (snprintf(joined->text, sizeof joined->text, "%s/%s", folder, name) < (int)sizeof joined->text)
        return true;
    return rl_fail(err, RL_BAD_FILE, "the path of folder \"%.60s…\" is too long", folder);
}

static bool fail_on(const report_place *p, const char *what)
{
    int number = errno;
    bool full = number == ENOSPC || number == EDQUOT;
    return rl_fail(p->err, full ? RL_MISSING : RL_BAD_FILE, "cannot %s \"%.120s\": %s", what, p->folder,
        full ? "the disk is full" : strerror(number));
}

static size_t folders_in(const char *folder)
{
    size_t count = 1;
    for (const char *c = folder + 1; *c; c++)
        count += *c == '/' && c[1] && c[1] != '/';
    return count;
}

/* The first depth folders of the path. */
static void cut(path_text *into, const char *folder, size_t depth)
{
    const char *c = folder + 1;
    for (; *c; c++)
        if (*c == '/' && c[1] && c[1] != '/' && --depth == 0)
            break;
    snprintf(into->text, sizeof into->text, "%.*s", (int)(c - folder), folder);
}

static bool make_folder(report_place *p)
{
    path_text part;
    if (!*p->folder || strlen(p->folder) + 64 >= sizeof part.text)
        return rl_fail(p->err, RL_BAD_FILE, "the output folder's name is %s", *p->folder ? "too long" : "empty");
    for (size_t depth = 1; depth <= folders_in(p->folder); depth++) {
        cut(&part, p->folder, depth);
        if (mkdir(part.text, 0777) == 0)
            p->made++;
        else if (errno != EEXIST && errno != EISDIR && depth == folders_in(p->folder))
            return fail_on(p, "make folder");
    }
    struct stat status;
    if (stat(p->folder, &status) != 0)
        return fail_on(p, "use folder");
    if (!S_ISDIR(status.st_mode))
        return rl_fail(p->err, RL_BAD_FILE, "cannot write a report to \"%.120s\": it is not a folder", p->folder);
    return true;
}

static void unmake_folder(report_place *p)
{
    path_text part;
    for (size_t depth = folders_in(p->folder); p->made; depth--, p->made--) {
        cut(&part, p->folder, depth);
        rmdir(part.text);
    }
}

static bool make_work(report_place *p)
{
    path_text former;
    snprintf(p->work, sizeof p->work, "%s/.relive-XXXXXX", p->folder);
    if (!mkdtemp(p->work)) {
        p->work[0] = '\0';
        return fail_on(p, "write in folder");
    }
    if (!join(&former, p->work, "former", p->err))
        return false;
    memcpy(p->former, former.text, sizeof p->former);
    return mkdir(p->former, 0777) == 0 || fail_on(p, "write in folder");
}

static void remove_files(const char *folder)
{
    DIR *listed = opendir(folder);
    for (struct dirent *file = listed ? readdir(listed) : NULL; file; file = readdir(listed))
        if (strcmp(file->d_name, ".") != 0 && strcmp(file->d_name, "..") != 0)
            unlinkat(dirfd(listed), file->d_name, 0);
    if (listed)
        closedir(listed);
    rmdir(folder);
}

static void remove_work(report_place *p)
{
    if (p->former[0])
        remove_files(p->former);
    if (p->work[0])
        remove_files(p->work);
}

/* ---- Making ---- */

static void note(report_place *p, const char *name, const char *kind, bool ours)
{
    report_file *entry = &p->entries[p->count++];
    snprintf(entry->name, sizeof entry->name, "%s.%s", name, kind);
    entry->ours = ours;
}

static bool write_bytes(report_place *p, const char *name, const char *kind, const char *bytes, size_t count)
{
    path_text to;
    note(p, name, kind, true);
    return bytes && !rl_failed(p->err) && join(&to, p->work, p->entries[p->count - 1].name, p->err) &&
           rl_write_file(to.text, bytes, count, p->err);
}

static bool write_writing(report_place *p, const char *name, const char *kind, rl_writing *writing)
{
    bool written = write_bytes(p, name, kind, writing->text ? writing->text : "", writing->length);
    rl_writing_drop(writing);
    return written;
}

static bool write_text(report_place *p, const char *name, const char *kind, char *text)
{
    bool written = write_bytes(p, name, kind, text, text ? strlen(text) : 0);
    free(text);
    return written;
}

/* Scripts and data, then gnuplot makes the rest. plots [*count]: those of the known [all] that this run wants. */
static bool draw(report_place *p, const rl_plot *const *known, size_t all, const rl_results *results,
    const rl_summary *summary, const rl_plot **plots, size_t *count)
{
    const char *names[MOST_PLOTS];
    *count = 0;
    for (size_t i = 0; i < all && !rl_failed(p->err); i++) {
        if (!known[i]->wanted(results)) {
            for (int kind = 0; kind < KINDS; kind++)
                note(p, known[i]->name, PLOT_KINDS[kind], false);
            continue;
        }
        rl_writing script = rl_writing_begin(p->memory, p->err), data = rl_writing_begin(p->memory, p->err);
        known[i]->script(&script, results, summary);
        known[i]->data(&data, results, summary);
        write_writing(p, known[i]->name, "gnuplot", &script);
        write_writing(p, known[i]->name, "dat", &data);
        note(p, known[i]->name, "svg", true);
        note(p, known[i]->name, "png", true);
        names[*count] = known[i]->name;
        plots[(*count)++] = known[i];
    }
    return !rl_failed(p->err) && rl_gnuplot_run(p->work, names, *count, p->memory, p->err);
}

static bool write_page(report_place *p, const rl_results *results, const rl_summary *summary, const char *analysis,
    const rl_plot *const *plots, size_t count)
{
    rl_figure figures[MOST_PLOTS];
    char *svgs[MOST_PLOTS] = { NULL };
    for (size_t i = 0; i < count; i++) {
        path_text from;
        char name[64];
        size_t bytes;
        snprintf(name, sizeof name, "%s.svg", plots[i]->name);
        if (join(&from, p->work, name, p->err))
            svgs[i] = rl_read_file(from.text, MOST_SVG, &bytes, p->memory, p->err);
        figures[i] = (rl_figure){ plots[i], svgs[i] };
    }
    if (!rl_failed(p->err)) {
        rl_writing page = rl_writing_begin(p->memory, p->err);
        rl_write_page(&page, results, summary, analysis, figures, count);
        write_writing(p, "report", "html", &page);
    }
    for (size_t i = 0; i < count; i++)
        rl_free(p->memory, svgs[i]);
    return !rl_failed(p->err);
}

static bool make_all(report_place *p, const rl_results *results, const rl_summary *summary)
{
    const rl_plot *plots[MOST_PLOTS];
    size_t plot_count, all;
    const rl_plot *const *known = rl_plots(&all);
    char *analysis = rl_analysis(results, summary, p->err);
    if (analysis && draw(p, known, all, results, summary, plots, &plot_count) &&
        write_page(p, results, summary, analysis, plots, plot_count)) {
        rl_writing csv = rl_writing_begin(p->memory, p->err);
        rl_write_csv(&csv, results);
        write_writing(p, "results", "csv", &csv);
        rl_writing events = rl_writing_begin(p->memory, p->err);
        rl_write_events_csv(&events, results);
        write_writing(p, "events", "csv", &events);
        write_text(p, "results", "json", rl_results_json(results, summary, p->err));
        write_bytes(p, "analysis", "md", analysis, strlen(analysis));
    }
    free(analysis);
    return !rl_failed(p->err);
}

/* ---- Moving into place ---- */

static bool move(report_place *p, const char *from_folder, const char *to_folder, const char *name)
{
    path_text from, to;
    return join(&from, from_folder, name, p->err) && join(&to, to_folder, name, p->err) &&
           rename(from.text, to.text) == 0;
}

static bool is_folder(report_place *p, const char *name)
{
    path_text there;
    struct stat status;
    return join(&there, p->folder, name, p->err) && lstat(there.text, &status) == 0 && S_ISDIR(status.st_mode);
}

static void take_back(report_place *p, size_t moved)
{
    for (size_t i = 0; i < moved; i++)
        if (p->entries[i].ours)
            move(p, p->folder, p->work, p->entries[i].name);
    for (size_t i = 0; i < p->count; i++)
        move(p, p->former, p->folder, p->entries[i].name);
}

static bool publish(report_place *p)
{
    for (size_t i = 0; i < p->count; i++)
        if (is_folder(p, p->entries[i].name))
            return rl_fail(p->err, RL_BAD_FILE, "cannot write \"%.120s/%s\": a folder is in the way", p->folder,
                p->entries[i].name);
    for (size_t i = 0; i < p->count; i++)
        if (!move(p, p->folder, p->former, p->entries[i].name) && errno != ENOENT) {
            fail_on(p, "replace files in folder");
            take_back(p, 0);
            return false;
        }
    for (size_t i = 0; i < p->count; i++)
        if (p->entries[i].ours && !move(p, p->work, p->folder, p->entries[i].name)) {
            fail_on(p, "write in folder");
            take_back(p, i);
            return false;
        }
    return true;
}

/* plots NULL: the whole report. */
static bool write_into(const char *folder, const rl_results *results, const rl_summary *summary,
    const rl_plot *const *plots, size_t count, rl_error *err)
{
    if (rl_failed(err))
        return false;
    report_place *p = rl_new(results->memory, 1, sizeof *p, err);
    if (!p)
        return false;
    p->folder = folder;
    p->memory = results->memory;
    p->err = err;
    const rl_plot *drawn[MOST_PLOTS];
    bool written = make_folder(p) && make_work(p) &&
                   (plots ? draw(p, plots, count, results, summary, drawn, &count) : make_all(p, results, summary)) &&
                   publish(p);
    remove_work(p);
    if (!written)
        unmake_folder(p);
    rl_free(results->memory, p);
    return written;
}

bool rl_report_write(const rl_results *results, const rl_summary *summary, const char *folder, rl_error *err)
{
    return write_into(folder, results, summary, NULL, 0, err);
}

bool rl_plots_write(
    const rl_plot *const *plots, size_t count, const rl_results *results, const char *folder, rl_error *err)
{
    return write_into(folder, results, NULL, plots, count, err);
}
