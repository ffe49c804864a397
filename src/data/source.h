/* Data sets by name. Each has a file of its own; load.c lists them. */
#ifndef RL_DATA_SOURCE_H
#define RL_DATA_SOURCE_H

#include "data/dataset.h"

/* A data set that is made or found, rather than read from a file the user names.
 * options: what follows the name's colon in a SPEC, or NULL. */
typedef struct {
    const char *name;
    rl_dataset *(*load)(const char *options, rl_data_config config, rl_error *err);
} rl_source;

extern const rl_source rl_source_adding, rl_source_dosage, rl_source_fashion_mnist, rl_source_fashion_mnist_test;

#endif
