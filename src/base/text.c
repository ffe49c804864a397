#include "base/text.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* strtod would also take hex, "inf" and leading spaces, so the letters are checked first. The decimal
 * point is '.' as long as nobody calls setlocale(LC_NUMERIC), which neither the library nor the program does. */
bool rl_parse_double(const char *text, double *value)
{
    if (!*text || text[strspn(text, "+-.0123456789eE")] != '\0')
        return false;
    char *end;
    double parsed = strtod(text, &end);
    if (end == text || *end || !isfinite(parsed))
        return false;
    *value = parsed;
    return true;
}

bool rl_parse_long(const char *text, long low, long high, long *value)
{
    if (!*text || text[strspn(text, "+-0123456789")] != '\0')
        return false;
    char *end;
    errno = 0;
    long parsed = strtol(text, &end, 10);
    if (end == text || *end || errno || parsed < low || parsed > high)
        return false;
    *value = parsed;
    return true;
}

void rl_write_float(float value, char *text, size_t room)
{
    for (int digits = 1; digits <= FLT_DECIMAL_DIG; digits++) {
        snprintf(text, room, "%.*g", digits, (double)value);
        if (strtof(text, NULL) == value)
            return;
    }
}

/* Levenshtein's distance with one row of memory; words beyond the row's length count as far away. */
static size_t distance(const char *a, const char *b)
{
    enum { LONGEST = 63 };
    size_t row[LONGEST + 1];
    size_t long_a = strlen(a), long_b = strlen(b);
    if (long_a > LONGEST || long_b > LONGEST)
        return LONGEST;
    for (size_t j = 0; j <= long_b; j++)
        row[j] = j;
    for (size_t i = 1; i <= long_a; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= long_b; j++) {
            size_t change = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            size_t shorter = row[j - 1] < row[j] ? row[j - 1] + 1 : row[j] + 1;
            row[j] = change < shorter ? change : shorter;
        }
    }
    return row[long_b];
}

const char *rl_nearest_name(const char *word, const char *const *names, size_t count)
{
    const char *nearest = NULL;
    size_t best = strlen(word) / 2 + 1;
    for (size_t i = 0; i < count; i++) {
        size_t away = distance(word, names[i]);
        if (away < best) {
            best = away;
            nearest = names[i];
        }
    }
    return nearest;
}

bool rl_fail_unknown(rl_error *err, const char *what, const char *word, const char *const *names, size_t count)
{
    const char *nearest = rl_nearest_name(word, names, count);
    if (nearest)
        return rl_fail(err, RL_BAD_CONFIG, "unknown %s \"%.60s\"; did you mean \"%s\"?", what, word, nearest);
    char list[200] = "";
    size_t used = 0;
    for (size_t i = 0; i < count && used + strlen(names[i]) + 3 < sizeof list; i++)
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", names[i]);
    return rl_fail(err, RL_BAD_CONFIG, "unknown %s \"%.60s\"; expected one of: %s", what, word, list);
}
