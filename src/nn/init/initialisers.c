/* The initialisers by name. A new one is its file, its declaration in relive.h and a line here. */
#include "nn/init/init.h"

#include "base/error.h"
#include "base/text.h"

#include <string.h>

static const rl_initialiser *const all[] = { &rl_he, &rl_he_uniform, &rl_xavier, &rl_xavier_uniform, &rl_lecun,
    &rl_orthogonal, &rl_normal, &rl_asymmetric, &rl_eye, &rl_zeros };

enum { COUNT = sizeof all / sizeof *all };

const rl_initialiser *const *rl_initialisers(size_t *count)
{
    *count = COUNT;
    return all;
}

const rl_initialiser *rl_initialiser_named(const char *name, rl_error *err)
{
    if (rl_failed(err))
        return NULL;
    const char *names[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        if (strcmp(all[i]->name, name) == 0)
            return all[i];
        names[i] = all[i]->name;
    }
    rl_fail_unknown(err, "initialiser", name, names, COUNT);
    return NULL;
}

const char *rl_initialiser_name(const rl_initialiser *init)
{
    return init->name;
}
