/* A draft lies in the folder of its place, since only a rename within one file system is atomic. It is synced before
 * it is renamed; else a crash could leave a new name on an empty file. */
#define _GNU_SOURCE
#include "format/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct rl_draft {
    char *path;      /* as the caller gave it, for errors */
    char *place;     /* where the file goes: path with its links followed */
    char *temporary; /* where it lies; NULL for a device, which is written directly */
    int file;        /* -1 once sealed */
    rl_memory memory;
};

static bool fail_as_system_says(rl_error *err, const char *verb, const char *path, int why)
{
    switch (why) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return rl_fail(err, RL_MISSING, "cannot %s %s: the disk is full (%s)", verb, path, strerror(why));
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case EIO:
        return rl_fail(err, RL_MISSING, "cannot %s %s: %s", verb, path, strerror(why));
    case EISDIR:
        return rl_fail(err, RL_BAD_FILE, "cannot %s %s: it is a folder, expected a file", verb, path);
    case ENOENT:
        return rl_fail(err, RL_BAD_FILE, "cannot %s %s: no such file or folder", verb, path);
    case EACCES:
    case EPERM:
        return rl_fail(err, RL_BAD_FILE, "cannot %s %s: permission denied", verb, path);
    default:
        return rl_fail(err, RL_BAD_FILE, "cannot %s %s: %s", verb, path, strerror(why));
    }
}

/* ---- Writing ---- */

/* Makes a file of a new name in the folder of place. O_EXCL: never somebody else's. */
static bool open_temporary(rl_draft *draft, rl_error *err)
{
    enum { TRIES = 1000 };
    const char *slash = strrchr(draft->place, '/');
    int folder = slash ? (int)(slash - draft->place) + 1 : 0;
    size_t room = (size_t)folder + 64;
    draft->temporary = rl_new(draft->memory, room, 1, err);
    if (!draft->temporary)
        return false;
    for (int i = 0; i < TRIES && draft->file < 0; i++) {
        snprintf(draft->temporary, room, "%.*s.relive-%ld-%d", folder, draft->place, (long)getpid(), i);
        draft->file = open(draft->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (draft->file < 0 && errno != EEXIST)
            break;
    }
    if (draft->file >= 0)
        return true;
    int why = errno;
    rl_free(draft->memory, draft->temporary); /* nothing of ours lies there */
    draft->temporary = NULL;
    return fail_as_system_says(err, "write", draft->path, why);
}

/* A file that is there: follow its links, respect its protection, keep its mode. */
static bool open_over(rl_draft *draft, mode_t mode, rl_error *err)
{
    if (S_ISDIR(mode))
        return fail_as_system_says(err, "write", draft->path, EISDIR);
    if (faccessat(AT_FDCWD, draft->path, W_OK, AT_EACCESS) != 0)
        return fail_as_system_says(err, "write", draft->path, errno);
    if (!S_ISREG(mode)) {
        draft->file = open(draft->path, O_WRONLY | O_CLOEXEC);
        return draft->file >= 0 || fail_as_system_says(err, "write", draft->path, errno);
    }
    char resolved[PATH_MAX];
    if (!realpath(draft->path, resolved))
        return fail_as_system_says(err, "write", draft->path, errno);
    draft->place = rl_copy_text(draft->memory, resolved, err);
    if (!draft->place || !open_temporary(draft, err))
        return false;
    (void)fchmod(draft->file, mode & 07777); /* a file system without modes is none the worse */
    return true;
}

static bool open_new(rl_draft *draft, rl_error *err)
{
    draft->place = rl_copy_text(draft->memory, draft->path, err);
    return draft->place && open_temporary(draft, err);
}

rl_draft *rl_draft_open(const char *path, rl_memory memory, rl_error *err)
{
    rl_draft *draft = rl_new(memory, 1, sizeof *draft, err);
    if (!draft)
        return NULL;
    *draft = (rl_draft){ .file = -1, .memory = memory };
    struct stat there;
    draft->path = rl_copy_text(memory, path, err);
    bool exists = stat(path, &there) == 0;
    if (!exists && errno != ENOENT)
        fail_as_system_says(err, "write", path, errno);
    if (!rl_failed(err) && (exists ? open_over(draft, there.st_mode, err) : open_new(draft, err)))
        return draft;
    rl_draft_discard(draft);
    return NULL;
}

bool rl_draft_write(rl_draft *draft, const void *bytes, size_t count, rl_error *err)
{
    const char *next = bytes;
    while (!rl_failed(err) && count > 0) {
        ssize_t done = write(draft->file, next, count < INT_MAX ? count : INT_MAX);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return fail_as_system_says(err, "write", draft->path, errno);
        next += done;
        count -= (size_t)done;
    }
    return !rl_failed(err);
}

bool rl_draft_seal(rl_draft *draft, rl_error *err)
{
    if (rl_failed(err))
        return false;
    if (draft->file < 0)
        return true;
    int synced = draft->temporary ? fsync(draft->file) : 0; /* a pipe cannot be synced */
    int why = errno;
    if (synced != 0 && (why == EINVAL || why == ENOTSUP))
        synced = 0; /* nor can some file systems */
    if (close(draft->file) != 0 && synced == 0) {
        synced = -1;
        why = errno;
    }
    draft->file = -1;
    return synced == 0 || fail_as_system_says(err, "write", draft->path, why);
}

bool rl_draft_publish(rl_draft *draft, rl_error *err)
{
    if (rl_draft_seal(draft, err) && draft->temporary) {
        if (rename(draft->temporary, draft->place) != 0) {
            fail_as_system_says(err, "write", draft->path, errno);
        } else {
            rl_free(draft->memory, draft->temporary);
            draft->temporary = NULL;
        }
    }
    rl_draft_discard(draft);
    return !rl_failed(err);
}

void rl_draft_discard(rl_draft *draft)
{
    if (!draft)
        return;
    if (draft->file >= 0)
        close(draft->file);
    if (draft->temporary)
        unlink(draft->temporary);
    rl_free(draft->memory, draft->temporary);
    rl_free(draft->memory, draft->place);
    rl_free(draft->memory, draft->path);
    rl_free(draft->memory, draft);
}

bool rl_write_file(const char *path, const void *bytes, size_t count, rl_error *err)
{
    rl_draft *draft = rl_draft_open(path, (rl_memory){ 0 }, err);
    if (!draft)
        return false;
    rl_draft_write(draft, bytes, count, err);
    return rl_draft_publish(draft, err);
}

/* ---- Reading ---- */

/* One more than the file seems to hold, so that its end is seen at the first try. Pipes and /proc say 0. */
static size_t likely_room(int file, size_t most)
{
    struct stat there;
    size_t size = 0;
    if (fstat(file, &there) == 0 && S_ISREG(there.st_mode) && there.st_size > 0)
        size = (size_t)there.st_size;
    return size > most ? 0 : size < 4096 ? 4096 : size + 2;
}

static char *read_all(int file, const char *path, size_t most, size_t *count, rl_memory memory, rl_error *err)
{
    size_t room = likely_room(file, most), used = 0;
    char *bytes = room ? rl_new(memory, room, 1, err) : NULL;
    while (bytes && used <= most) {
        if (used + 1 == room) {
            char *grown = rl_grow(memory, bytes, room, 2 * room, 1, err);
            if (!grown)
                break;
            bytes = grown;
            room *= 2;
        }
        size_t wanted = room - 1 - used;
        ssize_t done = read(file, bytes + used, wanted < INT_MAX ? wanted : INT_MAX);
        if (done == 0) {
            bytes[used] = '\0';
            *count = used;
            return bytes;
        }
        if (done < 0 && errno != EINTR) {
            fail_as_system_says(err, "read", path, errno);
            break;
        }
        used += done > 0 ? (size_t)done : 0;
    }
    rl_fail(err, RL_BAD_FILE, "cannot read %s: it is larger than %zu bytes", path, most);
    rl_free(memory, bytes);
    return NULL;
}

char *rl_read_file(const char *path, size_t most, size_t *count, rl_memory memory, rl_error *err)
{
    if (rl_failed(err))
        return NULL;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        fail_as_system_says(err, "read", path, errno);
        return NULL;
    }
    char *bytes = read_all(file, path, most, count, memory, err);
    close(file);
    return bytes;
}
