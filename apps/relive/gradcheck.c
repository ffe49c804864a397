/* relive gradcheck: what backward gives against finite differences. */
#include "program.h"
#include "terminal.h"

#include <stdio.h>
#include <stdlib.h>

static const double tolerance = 1e-6;
enum { MOST_ROWS = 128 };

static void print_rows(const rl_gradcheck_row *rows, size_t count)
{
    style look = terminal_style(stdout);
    size_t derivatives = 0, failed = 0;
    printf("  %s%-28s %12s  %s%s\n", look.bold, "what", "derivatives", "worst difference", look.plain);
    for (size_t i = 0; i < count; i++) {
        bool good = rows[i].worst <= tolerance; /* false for NaN too */
        printf("  %-28s %12zu  %.1e%s%s%s\n", rows[i].what, rows[i].derivatives, rows[i].worst, good ? "" : look.first,
            good ? "" : "  differs", look.plain);
        derivatives += rows[i].derivatives;
        failed += !good;
    }
    if (failed)
        printf("\n%zu of %zu differ by more than %.0e.\n", failed, count, tolerance);
    else
        printf("\nAll %zu derivatives agree with finite differences to %.0e.\n", derivatives, tolerance);
}

int run_gradcheck(const request *asked, rl_error *err)
{
    settings s;
    if (!settings_make(asked, NULL, &s, err))
        return EXIT_BAD_INPUT;
    rl_gradcheck_row rows[MOST_ROWS];
    size_t count = 0;
    if (!rl_gradcheck(s.first_seed, rows, MOST_ROWS, &count, err))
        return EXIT_BAD_INPUT;
    bool passed = count > 0;
    for (size_t i = 0; i < count; i++)
        passed = passed && rows[i].worst <= tolerance;
    if (s.json) {
        char *document = rl_gradcheck_json(rows, count, tolerance, err);
        if (!document)
            return EXIT_BAD_INPUT;
        fputs(document, stdout);
        free(document);
    } else {
        print_rows(rows, count);
    }
    return passed ? EXIT_DONE : EXIT_CHECK_FAILED;
}
