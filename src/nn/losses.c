/* The losses by name and by variant. Every variant lists the same losses in the same order, up to a NULL. */
#include "nn/losses.h"

#include <string.h>

#include "base/text.h"

#define DECLARE(name, lanes, float64) extern const rl_loss *const rl_loss_list_##name[];
extern const rl_loss *const rl_loss_list[];
RL_SUFFIXED_VARIANTS(DECLARE)

#define LIST(name, lanes, float64) rl_loss_list_##name,
static const rl_loss *const *const lists[RL_VARIANTS] = { rl_loss_list, RL_SUFFIXED_VARIANTS(LIST) };

const rl_loss *const *rl_losses(size_t *count)
{
    for (*count = 0; rl_loss_list[*count];)
        ++*count;
    return rl_loss_list;
}

const rl_loss *rl_loss_named(const char *name, rl_error *err)
{
    enum { ROOM = 32 };
    const char *names[ROOM];
    size_t count = 0;
    if (rl_failed(err))
        return NULL;
    for (; rl_loss_list[count]; count++) {
        if (strcmp(rl_loss_list[count]->name, name) == 0)
            return rl_loss_list[count];
        if (count < ROOM)
            names[count] = rl_loss_list[count]->name;
    }
    rl_fail_unknown(err, "loss", name, names, count < ROOM ? count : ROOM);
    return NULL;
}

const rl_loss_kernels *rl_loss_kernels_of(rl_variant variant, const rl_loss *loss)
{
    for (size_t i = 0; rl_loss_list[i]; i++)
        if (rl_loss_list[i] == loss)
            return lists[variant][i]->kernels;
    return NULL;
}
