/* Running a program, and folders for its files. */
#ifndef BENCH_PROGRAM_H
#define BENCH_PROGRAM_H

#include <relive.h>

/* A new folder in $TMPDIR or /tmp. */
bool folder_make(char *path, size_t room, rl_error *err);
void folder_remove(const char *path); /* with all that is in it */

typedef struct {
    int code;          /* its exit code; -1: ended by a signal */
    double seconds;    /* from start to end */
    double most_bytes; /* the most memory it held at a time; looked up every millisecond */
} program_run;

/* Runs arguments[0] (a path) in folder, with nothing to read and its output thrown away. */
bool program_time(char *const *arguments, const char *folder, program_run *run, rl_error *err);

#endif
