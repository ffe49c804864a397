/* Text: numbers out of it, and the name a user probably meant. None of this depends on the locale. */
#ifndef RL_BASE_TEXT_H
#define RL_BASE_TEXT_H

#include "base/error.h"

/* The whole of text must be a finite number (long: a whole one in range). False leaves *value alone. */
bool rl_parse_double(const char *text, double *value);
bool rl_parse_long(const char *text, long low, long high, long *value);

/* The shortest decimal that reads back as the same float: 0.01, not 0.00999999978. */
void rl_write_float(float value, char *text, size_t room);

/* The nearest of count names (edit distance, at most half of the word's length off), or NULL. */
const char *rl_nearest_name(const char *word, const char *const *names, size_t count);

/* Fails with: unknown WHAT "word"; did you mean NEAREST? (or: one of a, b, c). Returns false. */
bool rl_fail_unknown(rl_error *err, const char *what, const char *word, const char *const *names, size_t count);

#endif
