/* relive play: writes the playground, one HTML file that works offline from a double click, and opens it.
 *
 * The file is carried by the program. A program built where the page could not be (that takes node, npm and a clang for
 * WebAssembly) carries none, and says so. */
#define _XOPEN_SOURCE 700 /* posix_spawn, realpath */
#include "program.h"

#include <errno.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

extern char **environ;

static bool write_page(const char *folder, char *path, size_t room, rl_error *err)
{
    if (snprintf(path, room, "%s/playground.html", folder) >= (int)room)
        return rl_fail(err, RL_BAD_CONFIG, "--out: the path is too long");
    if (!check_writable_folder("--out", folder, err))
        return false;
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return rl_fail(err, RL_BAD_CONFIG, "--out %s: cannot be made: %s", folder, strerror(errno));
    return rl_write_file(path, playground_page, playground_size, err);
}

/* By the desktop's own means, where there is a desktop; xdg-open leaves the browser behind and ends. */
static bool open_page(const char *path)
{
    const char *x = getenv("DISPLAY"), *wayland = getenv("WAYLAND_DISPLAY");
    char *whole = realpath(path, NULL);
    bool opened = false;
    if (whole && ((x && *x) || (wayland && *wayland))) {
        char *words[] = { "xdg-open", whole, NULL };
        pid_t child;
        int status;
        opened = posix_spawnp(&child, words[0], NULL, NULL, words, environ) == 0 &&
                 waitpid(child, &status, 0) == child && status == 0;
    }
    free(whole);
    return opened;
}

int run_play(const request *asked, rl_error *err)
{
    settings s;
    char path[PATH_MAX];
    if (!settings_make(asked, NULL, &s, err))
        return EXIT_BAD_INPUT;
    if (playground_size == 0) {
        rl_fail(err, RL_MISSING,
            "this program was built without the playground, which takes node, npm, clang, lld and wasi-libc: "
            "make play builds it, and with it a program that carries it");
        return EXIT_MACHINE_LACKS;
    }
    if (!write_page(s.out ? s.out : "outputs", path, sizeof path, err))
        return EXIT_BAD_INPUT;
    if (s.no_open || !open_page(path))
        printf("Open %s in a browser.\n", path);
    else
        printf("%s\n", path);
    return EXIT_DONE;
}
