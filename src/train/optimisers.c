/* The optimisers by name and by variant. Every variant lists the same optimisers in the same order, up to a NULL. */
#include "train/optimisers.h"

#include <string.h>

#include "base/text.h"

#define DECLARE(name, lanes, float64) extern const rl_optimiser *const rl_optimiser_list_##name[];
extern const rl_optimiser *const rl_optimiser_list[];
RL_SUFFIXED_VARIANTS(DECLARE)

#define LIST(name, lanes, float64) rl_optimiser_list_##name,
static const rl_optimiser *const *const lists[RL_VARIANTS] = { rl_optimiser_list, RL_SUFFIXED_VARIANTS(LIST) };

const rl_optimiser *const *rl_optimisers(size_t *count)
{
    for (*count = 0; rl_optimiser_list[*count];)
        ++*count;
    return rl_optimiser_list;
}

const rl_optimiser *rl_optimiser_named(const char *name, rl_error *err)
{
    enum { ROOM = 32 };
    const char *names[ROOM];
    size_t count = 0;
    if (rl_failed(err))
        return NULL;
    for (; rl_optimiser_list[count]; count++) {
        if (strcmp(rl_optimiser_list[count]->name, name) == 0)
            return rl_optimiser_list[count];
        if (count < ROOM)
            names[count] = rl_optimiser_list[count]->name;
    }
    rl_fail_unknown(err, "optimiser", name, names, count < ROOM ? count : ROOM);
    return NULL;
}

const char *rl_optimiser_name(const rl_optimiser *optimiser)
{
    return optimiser->name;
}

const rl_optimiser *rl_optimiser_of(rl_variant variant, const rl_optimiser *optimiser)
{
    for (size_t i = 0; rl_optimiser_list[i]; i++)
        if (rl_optimiser_list[i] == optimiser)
            return lists[variant][i];
    return NULL;
}
