/* A report's folder. Everything is made in a hidden folder inside it, so that moving a file to its place is a rename on
 * one file system, and only when all is whole does anything move. What was there before is set aside first: if one
 * move fails, those made are taken back, and the folder holds the former run again. */
#ifndef RL_REPORT_PLACE_H
#define RL_REPORT_PLACE_H

#include <limits.h>

#include "report/writing.h"

enum { RL_PLACE_FILES = 128 };

typedef struct {
    char name[64];
    bool ours; /* of this run; else what a former run may have left, to be taken away */
} rl_place_file;

typedef struct {
    const char *folder;
    char work[PATH_MAX];   /* folder/.relive-XXXXXX: this run's files */
    char former[PATH_MAX]; /* work/former: those that they replace */
    size_t made;           /* how many folders on the way to folder had to be made */
    rl_place_file entries[RL_PLACE_FILES];
    size_t count;
    rl_memory memory;
    rl_error *err;
} rl_place;

/* Fills a folder with what make puts into it, or leaves it as it was. */
bool rl_place_fill(
    const char *folder, bool (*make)(rl_place *place, void *self), void *self, rl_memory memory, rl_error *err);

/* One file each, NAME.KIND. The second drops the writing, the third frees the text (of malloc; NULL after a failure). */
bool rl_place_bytes(rl_place *place, const char *name, const char *kind, const char *bytes, size_t count);
bool rl_place_writing(rl_place *place, const char *name, const char *kind, rl_writing *writing);
bool rl_place_text(rl_place *place, const char *name, const char *kind, char *text);

/* A plot's four files: its script and data, which are dropped, and the SVG and PNG that gnuplot makes of them when
 * rl_place_draw is called with the names of all; the SVG's text then, to be freed with rl_free; or none of the four. */
void rl_place_plot(rl_place *place, const char *name, rl_writing *script, rl_writing *data);
bool rl_place_draw(rl_place *place, const char *const *names, size_t count);
char *rl_place_svg(rl_place *place, const char *name);
void rl_place_no_plot(rl_place *place, const char *name);

#endif
