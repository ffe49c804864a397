/* A folder of its own for each test, and nobody to try what root could do. */
#ifndef TESTS_FORMAT_FOLDER_H
#define TESTS_FORMAT_FOLDER_H

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[64];
static char path[128]; /* a file in it */

static inline const char *in_folder(const char *name)
{
    static char full[512];
    snprintf(full, sizeof full, "%s/%s", folder, name);
    return full;
}

static inline int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/relive-test-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    strcpy(path, in_folder("file"));
    return 0;
}

static inline int count_files(void)
{
    DIR *open = opendir(folder);
    int count = 0;
    for (struct dirent *entry; (entry = readdir(open));)
        count += strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
    closedir(open);
    return count;
}

/* Fails if a draft was left lying there. */
static inline int remove_folder(void **state)
{
    (void)state;
    int drafts = 0;
    DIR *open = opendir(folder);
    for (struct dirent *entry; (entry = readdir(open));) {
        drafts += strncmp(entry->d_name, ".relive", 7) == 0;
        if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
            remove(in_folder(entry->d_name));
    }
    closedir(open);
    return rmdir(folder) || drafts;
}

/* Does attempt say yes in a child without root's powers? Root may write everywhere; and a fault in what is tested
 * could put a file in the place of /dev/full. */
static inline bool as_nobody(bool (*attempt)(void))
{
    pid_t child = fork();
    if (child == 0) {
        if (geteuid() == 0 && setuid(65534) != 0)
            _exit(2);
        _exit(attempt() ? 0 : 1);
    }
    int status;
    return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

#endif
