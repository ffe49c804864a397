/* Data sets in memory: what the public header declares, and the parts of one. */
#ifndef RL_DATA_DATASET_H
#define RL_DATA_DATASET_H

#include "base/error.h"

/* More classes than this are taken for a mistake: a real target without ":regression", a column of names. */
enum { RL_MOST_CLASSES = 10000 };

/* The given rows [count] of data, in that order. */
rl_dataset *rl_data_rows(const rl_dataset *data, const uint32_t *rows, size_t count, rl_error *err);

/* Only the rows of the given classes [count]; classes[0] becomes class 0, classes[1] class 1, … */
rl_dataset *rl_data_of_classes(const rl_dataset *data, const size_t *classes, size_t count, rl_error *err);

/* Renumbers the classes as those of names [count] (a model's). Fails if data has another one. */
bool rl_data_match_classes(rl_dataset *data, const char *const *names, size_t count, rl_error *err);

/* Takes names [count] in place of the classes' own; count must be data->classes. */
bool rl_data_name_classes(rl_dataset *data, const char *const *names, size_t count, rl_error *err);

bool rl_data_rename(rl_dataset *data, const char *name, rl_error *err);

/* Every x finite; every y a class number 0 … classes - 1, or finite. */
bool rl_data_check(const rl_dataset *data, rl_error *err);

#endif
