/* JSON: documents built without a check after every line, and hostile text read.
 *
 *     rl_json *arm = rl_json_object();
 *     rl_json_set(&arm, "name", rl_json_text("relu"));
 *     rl_json_set(&arm, "loss", rl_json_number(0.25));
 *     rl_json *arms = rl_json_array();
 *     rl_json_push(&arms, arm);                      // arm now belongs to arms
 *     char *page = rl_json_page(arms, &err);         // free() it; NULL if memory ran out anywhere above
 *     rl_json_free(arms);
 *
 * NULL means that memory ran out, and it spreads: putting NULL into a value frees that value and makes it NULL too,
 * so the end of the road, rl_json_page, is the one place to look. Members stay in the order in which they were set.
 * Fill a value before you put it into another; afterwards it is the other's.
 *
 * The tree underneath is jansson's, which keeps to libc's malloc. */
#ifndef RL_FORMAT_JSON_H
#define RL_FORMAT_JSON_H

#include "base/error.h"

typedef struct json_t rl_json;

/* ---- Building ---- */

rl_json *rl_json_object(void);
rl_json *rl_json_array(void);
rl_json *rl_json_number(double value); /* null if not finite */
rl_json *rl_json_float(float value);   /* the shortest text that reads back as this float; null if not finite */
rl_json *rl_json_integer(long long value);
rl_json *rl_json_count(uint64_t value);   /* text of digits above 2^63 - 1, where JSON's numbers end for many readers */
rl_json *rl_json_text(const char *value); /* null if NULL; bytes that are not UTF-8 become U+FFFD */
rl_json *rl_json_bool(bool value);
rl_json *rl_json_null(void);
rl_json *rl_json_numbers(const double *values, size_t count); /* an array */
rl_json *rl_json_floats(const float *values, size_t count);
rl_json *rl_json_texts(const char *const *values, size_t count);

/* Both take value over, whatever happens. A key that is set again keeps its place. */
void rl_json_set(rl_json **object, const char *key, rl_json *value);
void rl_json_push(rl_json **array, rl_json *value);

/* The document as text, to be freed with free(). Numbers are as short as still reads back the same. A page is
 * indented, with a line feed at its end; arrays of plain values stand on one line. */
char *rl_json_page(const rl_json *value, rl_error *err);
char *rl_json_line(const rl_json *value, rl_error *err); /* no spaces, no line feed */

void rl_json_free(rl_json *value); /* NULL is fine */

/* ---- Reading ---- */

/* All of text must be one object or array (an array or object at most 2,048 deep), without duplicate keys, bad UTF-8,
 * NUL characters or numbers out of range. where names the source in the error. */
rl_json *rl_json_parse(const char *text, size_t bytes, const char *where, rl_error *err);

/* All of these take NULL for a value and then find nothing. What they give belongs to the document. */
const rl_json *rl_json_get(const rl_json *object, const char *key);
const rl_json *rl_json_at(const rl_json *array, size_t index);
size_t rl_json_length(const rl_json *value); /* of an array or object; else 0 */
bool rl_json_is_object(const rl_json *value);
bool rl_json_is_array(const rl_json *value);
const char *rl_json_as_text(const rl_json *value);            /* NULL if it is none */
bool rl_json_as_number(const rl_json *value, double *number); /* an integer is one too */
bool rl_json_as_count(const rl_json *value, uint64_t *count); /* an integer that is not negative */

/* for (void *at = rl_json_first(object); at; at = rl_json_next(object, at)) … rl_json_key(at), rl_json_member(at) */
void *rl_json_first(const rl_json *object);
void *rl_json_next(const rl_json *object, void *at);
const char *rl_json_key(void *at);
const rl_json *rl_json_member(void *at);

#endif
