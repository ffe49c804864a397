/* A bar on standard error with the time left; nothing where standard error is no terminal.
 *
 *     ██████████████░░░░░░░░░░░░░░░░  46 %  5 s left */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>

typedef struct {
    bool shown;     /* is there a terminal? */
    double started; /* seconds, of the clock that only goes forward */
    double drawn;   /* when it was drawn last */
} progress;

double clock_seconds(void);
void progress_start(progress *bar);
void progress_show(progress *bar, double share_done); /* from one thread at a time */
void progress_end(progress *bar);                     /* wipes the line */

#endif
