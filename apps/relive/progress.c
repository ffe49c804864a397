#include "progress.h"
#include "terminal.h"

#include <math.h>
#include <string.h>
#include <time.h>

double clock_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void progress_start(progress *bar)
{
    *bar = (progress){ .shown = terminal_is(stderr), .started = clock_seconds() };
}

/* "5 s", "2 min 10 s", "1 h 20 min" */
static void duration(double seconds, char *text, size_t room)
{
    long s = (long)ceil(seconds);
    if (s < 60)
        snprintf(text, room, "%ld s", s);
    else if (s < 3600)
        snprintf(text, room, "%ld min %ld s", s / 60, s % 60);
    else
        snprintf(text, room, "%ld h %ld min", s / 3600, s % 3600 / 60);
}

void progress_show(progress *bar, double share_done)
{
    enum { CELLS = 30 };
    double now = clock_seconds();
    if (!bar->shown || now - bar->drawn < 0.1 || !(share_done >= 0))
        return;
    bar->drawn = now;
    double share = share_done < 1 ? share_done : 1;
    int full = (int)(share * CELLS);
    char line[CELLS * 3 + 1] = "";
    for (int i = 0; i < CELLS; i++)
        strcat(line, i < full ? "█" : "░");
    style look = terminal_style(stderr);
    fprintf(stderr, "\r\033[K  %s%s%s %3.0f %%", look.second, line, look.plain, 100 * share);
    double passed = now - bar->started;
    if (share > 0.005 && passed > 0.5) {
        char left[40];
        duration(passed / share * (1 - share), left, sizeof left);
        fprintf(stderr, "  %s left", left);
    }
    fflush(stderr);
}

void progress_end(progress *bar)
{
    if (!bar->shown || bar->drawn == 0)
        return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
}
