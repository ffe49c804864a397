/* Errors as values: the first one sticks, and every later call that is given it does nothing. */
#ifndef RL_BASE_ERROR_H
#define RL_BASE_ERROR_H

#include "relive.h"

/* Sets *err (unless one is set already) to a formatted line; always returns false, so that callers
 * can write `return rl_fail(err, …)`. err must not be NULL. */
bool rl_fail(rl_error *err, rl_code code, const char *format, ...) __attribute__((format(printf, 3, 4)));

static inline bool rl_failed(const rl_error *err)
{
    return err->code != RL_OK;
}

#endif
