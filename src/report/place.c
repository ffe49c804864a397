#include "report/place.h"

#include "format/file.h"
#include "report/gnuplot.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KINDS = 4, MOST_SVG = 64 << 20 };
static const char *const PLOT_KINDS[KINDS] = { "svg", "png", "gnuplot", "dat" };

typedef struct {
    char text[PATH_MAX];
} path_text;

/* ---- Paths and folders ---- */

static bool join(path_text *joined, const char *folder, const char *name, rl_error *err)
{
    if (snprintf(joined->text, sizeof joined->text, "%s/%s", folder, name) < (int)sizeof joined->text)
        return true;
    return rl_fail(err, RL_BAD_FILE, "the path of folder \"%.60s…\" is too long", folder);
}

static bool fail_on(const rl_place *p, const char *what)
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

static bool make_folder(rl_place *p)
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

static void unmake_folder(rl_place *p)
{
    path_text part;
    for (size_t depth = folders_in(p->folder); p->made; depth--, p->made--) {
        cut(&part, p->folder, depth);
        rmdir(part.text);
    }
}

static bool make_work(rl_place *p)
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

static void remove_work(rl_place *p)
{
    if (p->former[0])
        remove_files(p->former);
    if (p->work[0])
        remove_files(p->work);
}

/* ---- Making ---- */

static void note(rl_place *p, const char *name, const char *kind, bool ours)
{
    rl_place_file *entry = &p->entries[p->count++];
    snprintf(entry->name, sizeof entry->name, "%s.%s", name, kind);
    entry->ours = ours;
}

bool rl_place_bytes(rl_place *p, const char *name, const char *kind, const char *bytes, size_t count)
{
    path_text to;
    note(p, name, kind, true);
    return bytes && !rl_failed(p->err) && join(&to, p->work, p->entries[p->count - 1].name, p->err) &&
           rl_write_file(to.text, bytes, count, p->err);
}

bool rl_place_writing(rl_place *p, const char *name, const char *kind, rl_writing *writing)
{
    bool written = rl_place_bytes(p, name, kind, writing->text ? writing->text : "", writing->length);
    rl_writing_drop(writing);
    return written;
}

bool rl_place_text(rl_place *p, const char *name, const char *kind, char *text)
{
    bool written = rl_place_bytes(p, name, kind, text, text ? strlen(text) : 0);
    free(text);
    return written;
}

void rl_place_plot(rl_place *p, const char *name, rl_writing *script, rl_writing *data)
{
    rl_place_writing(p, name, "gnuplot", script);
    rl_place_writing(p, name, "dat", data);
    note(p, name, "svg", true);
    note(p, name, "png", true);
}

void rl_place_no_plot(rl_place *p, const char *name)
{
    for (int kind = 0; kind < KINDS; kind++)
        note(p, name, PLOT_KINDS[kind], false);
}

bool rl_place_draw(rl_place *p, const char *const *names, size_t count)
{
    return !rl_failed(p->err) && rl_gnuplot_run(p->work, names, count, p->memory, p->err);
}

char *rl_place_svg(rl_place *p, const char *name)
{
    path_text from;
    char file[64];
    size_t bytes;
    snprintf(file, sizeof file, "%s.svg", name);
    if (!join(&from, p->work, file, p->err))
        return NULL;
    return rl_read_file(from.text, MOST_SVG, &bytes, p->memory, p->err);
}

/* ---- Moving into place ---- */

static bool move(rl_place *p, const char *from_folder, const char *to_folder, const char *name)
{
    path_text from, to;
    return join(&from, from_folder, name, p->err) && join(&to, to_folder, name, p->err) &&
           rename(from.text, to.text) == 0;
}

static bool is_folder(rl_place *p, const char *name)
{
    path_text there;
    struct stat status;
    return join(&there, p->folder, name, p->err) && lstat(there.text, &status) == 0 && S_ISDIR(status.st_mode);
}

static void take_back(rl_place *p, size_t moved)
{
    for (size_t i = 0; i < moved; i++)
        if (p->entries[i].ours)
            move(p, p->folder, p->work, p->entries[i].name);
    for (size_t i = 0; i < p->count; i++)
        move(p, p->former, p->folder, p->entries[i].name);
}

static bool publish(rl_place *p)
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

bool rl_place_fill(
    const char *folder, bool (*make)(rl_place *place, void *self), void *self, rl_memory memory, rl_error *err)
{
    if (rl_failed(err))
        return false;
    rl_place *p = rl_new(memory, 1, sizeof *p, err);
    if (!p)
        return false;
    p->folder = folder;
    p->memory = memory;
    p->err = err;
    bool written = make_folder(p) && make_work(p) && make(p, self) && publish(p);
    remove_work(p);
    if (!written)
        unmake_folder(p);
    rl_free(memory, p);
    return written;
}
