#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* posix_spawn_file_actions_addchdir_np */
#endif
#include "report/gnuplot.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* Its own process group, so that a Ctrl-C meant for the study does not leave half a plot: gnuplot is done in no time. */
static int start(const char *folder, const char *name, pid_t *pid)
{
    char script[NAME_MAX], log[NAME_MAX], program[] = "gnuplot", defaults[] = "-d";
    snprintf(script, sizeof script, "%s.gnuplot", name);
    snprintf(log, sizeof log, "%s.log", name);
    char *words[] = { program, defaults, script, NULL };
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int problem = posix_spawn_file_actions_init(&actions);
    if (problem)
        return problem;
    problem = posix_spawnattr_init(&attributes);
    if (problem) {
        posix_spawn_file_actions_destroy(&actions);
        return problem;
    }
    problem = posix_spawn_file_actions_addchdir_np(&actions, folder);
    if (!problem)
        problem = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    if (!problem)
        problem = posix_spawn_file_actions_addopen(&actions, 2, log, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (!problem)
        problem = posix_spawn_file_actions_adddup2(&actions, 2, 1);
    if (!problem)
        problem = posix_spawnattr_setpgroup(&attributes, 0);
    if (!problem)
        problem = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    if (!problem)
        problem = posix_spawnp(pid, program, &actions, &attributes, words, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return problem;
}

/* The process's exit code; -1 if a signal ended it or its fate is unknown. */
static int wait_for(pid_t pid)
{
    int status;
    pid_t seen;
    do
        seen = waitpid(pid, &status, 0);
    while (seen < 0 && errno == EINTR);
    return seen == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* The last line that gnuplot wrote with something in it: that is where its errors stand. */
static void last_words(const char *folder, const char *name, char *words, size_t room)
{
    char path[PATH_MAX], line[256];
    words[0] = '\0';
    if (snprintf(path, sizeof path, "%s/%s.log", folder, name) >= (int)sizeof path)
        return;
    FILE *log = fopen(path, "r");
    while (log && fgets(line, sizeof line, log)) {
        line[strcspn(line, "\r\n")] = '\0';
        const char *start = line + strspn(line, " \t^");
        if (*start)
            snprintf(words, room, "%s", start);
    }
    if (log)
        fclose(log);
}

/* A full disk makes gnuplot write short files without a word; whole ones end as their format says. */
static bool ends_with(const char *folder, const char *name, const char *kind, const char *end, size_t length)
{
    char path[PATH_MAX], tail[16] = "";
    if (snprintf(path, sizeof path, "%s/%s.%s", folder, name, kind) >= (int)sizeof path)
        return false;
    FILE *file = fopen(path, "rb");
    bool whole = file && fseek(file, -(long)length, SEEK_END) == 0 && fread(tail, 1, length, file) == length &&
                 memcmp(tail, end, length) == 0;
    if (file)
        fclose(file);
    return whole;
}

static bool check(const char *folder, const char *name, int code, rl_error *err)
{
    static const char SVG_END[] = "</svg>\n\n", PNG_END[] = "IEND\xAE\x42\x60\x82";
    char words[160];
    last_words(folder, name, words, sizeof words);
    if (code == 127)
        return rl_fail(err, RL_MISSING, "gnuplot is not installed: apt install gnuplot-nox");
    if (code != 0)
        return rl_fail(
            err, RL_MISSING, "gnuplot failed on %s.gnuplot (code %d)%s%s", name, code, *words ? ": " : "", words);
    if (!ends_with(folder, name, "svg", SVG_END, strlen(SVG_END)))
        return rl_fail(
            err, RL_MISSING, "gnuplot left no whole %s.svg%s%s; is the disk full?", name, *words ? ": " : "", words);
    if (!ends_with(folder, name, "png", PNG_END, strlen(PNG_END)))
        return rl_fail(
            err, RL_MISSING, "gnuplot left no whole %s.png%s%s; is the disk full?", name, *words ? ": " : "", words);
    return true;
}

bool rl_gnuplot_run(const char *folder, const char *const *names, size_t count, rl_memory memory, rl_error *err)
{
    pid_t *pids = rl_new(memory, count, sizeof *pids, err);
    if (!pids)
        return false;
    size_t started = 0;
    for (; started < count && !rl_failed(err); started++) {
        int problem = start(folder, names[started], &pids[started]);
        if (problem == ENOENT)
            rl_fail(err, RL_MISSING, "gnuplot is not installed: apt install gnuplot-nox");
        else if (problem)
            rl_fail(err, RL_MISSING, "gnuplot could not be started: %s", strerror(problem));
        if (problem)
            break;
    }
    for (size_t i = 0; i < started; i++) {
        int code = wait_for(pids[i]);
        check(folder, names[i], code, err);
    }
    rl_free(memory, pids);
    return !rl_failed(err);
}
