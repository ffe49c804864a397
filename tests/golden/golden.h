/* Reads what make_golden.py wrote. Every line is "name: words" or "name [dimensions]: numbers"; # starts a comment.
 * All of this fails the running test rather than return an error. */
#ifndef RL_TESTS_GOLDEN_H
#define RL_TESTS_GOLDEN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    char *text; /* the whole file; each line ended by a NUL */
    size_t bytes;
} golden;

/* file: its name in tests/golden */
static inline golden golden_open(const char *file)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/golden/%s", RELIVE_TESTS_FOLDER, file);
    FILE *in = fopen(path, "rb");
    if (!in)
        fail_msg("%s cannot be opened", path);
    golden g = { 0 };
    size_t room = 1 << 16, got;
    g.text = malloc(room + 1);
    assert_non_null(g.text);
    while ((got = fread(g.text + g.bytes, 1, room - g.bytes, in)) > 0)
        if ((g.bytes += got) == room) {
            g.text = realloc(g.text, (room *= 2) + 1);
            assert_non_null(g.text);
        }
    fclose(in);
    g.text[g.bytes] = 0;
    for (size_t i = 0; i < g.bytes; i++)
        if (g.text[i] == '\n')
            g.text[i] = 0;
    return g;
}

static inline void golden_close(golden *g)
{
    free(g->text);
    *g = (golden){ 0 };
}

/* What follows the name: ": words" or " [dimensions]: numbers"; NULL if there is no such line. */
static inline const char *golden_line(const golden *g, const char *name)
{
    const size_t length = strlen(name);
    for (const char *line = g->text; line < g->text + g->bytes; line += strlen(line) + 1)
        if (strncmp(line, name, length) == 0 && (line[length] == ':' || line[length] == ' '))
            return line + length;
    return NULL;
}

/* "7/scores" of case 7 and "scores": names of cases start with their number. */
typedef struct {
    char text[64];
} golden_name;

static inline golden_name golden_case(int number, const char *what)
{
    golden_name name;
    snprintf(name.text, sizeof name.text, "%d/%s", number, what);
    return name;
}

static inline const char *golden_words(const golden *g, const char *name)
{
    const char *rest = golden_line(g, name);
    if (!rest || strncmp(rest, ": ", 2) != 0)
        fail_msg("no words called %s", name);
    return rest + 2;
}

/* A block of the caller's to free. *count: the product of the dimensions, which the numbers must agree with. */
static inline double *golden_numbers(const golden *g, const char *name, size_t *count)
{
    const char *rest = golden_line(g, name);
    if (!rest || strncmp(rest, " [", 2) != 0)
        fail_msg("no numbers called %s", name);
    char *at = (char *)(uintptr_t)rest + 2;
    *count = 1;
    while (at[-1] != ']') {
        *count *= strtoul(at, &at, 10);
        at++;
    }
    double *numbers = malloc(*count * sizeof *numbers);
    assert_non_null(numbers);
    at++;
    for (size_t i = 0; i < *count; i++) {
        char *end;
        numbers[i] = strtod(at, &end);
        if (end == at)
            fail_msg("%s: %zu numbers, its dimensions say %zu", name, i, *count);
        at = end;
    }
    if (*at)
        fail_msg("%s: more numbers than its dimensions say", name);
    return numbers;
}

static inline double golden_number(const golden *g, const char *name)
{
    size_t count;
    double *numbers = golden_numbers(g, name, &count), number = numbers[0];
    free(numbers);
    assert_int_equal(count, 1);
    return number;
}

#endif
