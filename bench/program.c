#define _GNU_SOURCE
#include "bench/program.h"
#include "bench/rounds.h"

#include <relive_study.h>

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

bool folder_make(char *path, size_t room, rl_error *err)
{
    const char *base = getenv("TMPDIR");
    int length = snprintf(path, room, "%s/relive-bench-XXXXXX", base && *base ? base : "/tmp");
    if (length < 0 || (size_t)length >= room)
        return rl_fail(err, RL_BAD_CONFIG, "TMPDIR: the path is too long");
    return mkdtemp(path) || rl_fail(err, RL_MISSING, "%s: cannot make a folder: %s", path, strerror(errno));
}

static int remove_one(const char *path, const struct stat *is, int kind, struct FTW *place)
{
    (void)is, (void)kind, (void)place;
    return remove(path);
}

void folder_remove(const char *path)
{
    nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* Its resident memory's high-water mark so far. (What wait4 tells of a child is no less than what its parent held.) */
static double most_held(pid_t process)
{
    char path[64], line[256];
    double kilobytes = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)process);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        if (!strncmp(line, "VmHWM:", 6))
            kilobytes = strtod(line + 6, NULL);
    if (file)
        fclose(file);
    return 1024 * kilobytes;
}

bool program_time(char *const *arguments, const char *folder, program_run *run, rl_error *err)
{
    if (err->code)
        return false;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addchdir_np(&actions, folder);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    pid_t child;
    double start = seconds_now();
    int failed = posix_spawn(&child, arguments[0], &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed)
        return rl_fail(err, RL_MISSING, "%s: cannot be run: %s", arguments[0], strerror(failed));
    *run = (program_run){ 0 };
    int status = 0;
    pid_t ended;
    while ((ended = waitpid(child, &status, WNOHANG)) == 0 || (ended < 0 && errno == EINTR)) {
        double held = most_held(child);
        run->most_bytes = held > run->most_bytes ? held : run->most_bytes;
        nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
    }
    run->seconds = seconds_now() - start;
    run->code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return true;
}
