#include "confusion.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void confusion_count(size_t *count, size_t classes, const float *truth, const int *said, size_t rows)
{
    memset(count, 0, classes * classes * sizeof *count);
    for (size_t r = 0; r < rows; r++)
        count[(size_t)truth[r] * classes + (size_t)said[r]]++;
}

/* The name, cut to room columns but never within a character; its number where there is none. */
static void short_name(char *const *names, size_t c, int columns, char *text, size_t room)
{
    if (!names) {
        snprintf(text, room, "%zu", c);
        return;
    }
    size_t used = 0;
    int wide = 0;
    for (const char *at = names[c]; *at && used + 5 < room; at++) {
        bool begins = ((unsigned char)*at & 0xC0) != 0x80;
        if (begins && wide == columns)
            break;
        wide += begins;
        text[used++] = *at;
    }
    text[used] = '\0';
}

static void print_matrix(const size_t *count, size_t classes, char *const *names, style look)
{
    char name[64];
    int first = 9, others = 5;
    for (size_t c = 0; c < classes; c++) {
        short_name(names, c, 16, name, sizeof name);
        int wide = text_width(name);
        first = wide > first ? wide : first;
        others = wide + 1 > others ? wide + 1 : others;
    }
    const int limit = 72 / (int)classes;
    others = others > limit && limit >= 5 ? limit : others > 12 ? 12 : others;
    printf("  %s%*s", look.dim, first, "true\\said");
    for (size_t c = 0; c < classes; c++) {
        short_name(names, c, others - 1, name, sizeof name);
        print_right(stdout, name, others);
    }
    printf("%s\n", look.plain);
    for (size_t r = 0; r < classes; r++) {
        short_name(names, r, 16, name, sizeof name);
        fputs("  ", stdout);
        fputs(look.dim, stdout);
        print_right(stdout, name, first);
        fputs(look.plain, stdout);
        for (size_t c = 0; c < classes; c++) {
            size_t n = count[r * classes + c];
            if (n == 0)
                printf("%*s%s%s%s", others - 1, "", look.dim, "·", look.plain);
            else
                printf("%s%*zu%s", r == c ? look.bold : look.first, others, n, look.plain);
        }
        putchar('\n');
    }
}

static void print_share(double share)
{
    if (isfinite(share))
        printf(" %9.3f", share);
    else
        printf(" %9s", "-");
}

static void print_classes(const size_t *count, size_t classes, char *const *names, style look)
{
    printf("\n  %s%-16s %9s %9s %9s %9s%s\n", look.dim, "class", "precision", "recall", "F1", "rows", look.plain);
    for (size_t c = 0; c < classes; c++) {
        size_t said = 0, rows = 0, right = count[c * classes + c];
        for (size_t k = 0; k < classes; k++) {
            said += count[k * classes + c];
            rows += count[c * classes + k];
        }
        char name[64];
        short_name(names, c, 16, name, sizeof name);
        printf("  %s%*s", name, 16 - text_width(name), "");
        print_share((double)right / (double)said);
        print_share((double)right / (double)rows);
        print_share(2.0 * (double)right / (double)(said + rows));
        printf(" %9zu\n", rows);
    }
}

/* More than 24 classes are wider than any terminal: the figures of each class remain. */
void confusion_print(const size_t *count, size_t classes, char *const *names, const char *on_what, style look)
{
    if (classes <= 24) {
        printf("\n%sConfusion on %s%s\n", look.bold, on_what, look.plain);
        print_matrix(count, classes, names, look);
    } else {
        printf("\n%sClasses on %s%s\n", look.bold, on_what, look.plain);
    }
    print_classes(count, classes, names, look);
}
