/* Labels become class numbers: the distinct ones of a file, sorted, are classes 0, 1, …, so that the numbers do
 * not depend on the order of the rows. Numbers sort by value, names by their bytes. */
#ifndef RL_DATA_LABELS_H
#define RL_DATA_LABELS_H

#include "data/dataset.h"

typedef struct {
    char *name;
    double value; /* of a number; names have 0 here */
} rl_label;

typedef struct {
    rl_label *met;   /* [count], in the order in which they came */
    uint32_t *order; /* [count], places in met, sorted */
    size_t count, room;
    const char *file; /* for the error message */
    rl_memory memory;
} rl_labels;

/* Gives the label's place in met; a new one is added. A file's labels are all numbers or all names. */
bool rl_labels_add(rl_labels *labels, const char *name, size_t length, double value, size_t *place, rl_error *err);

/* data was made with real targets and holds places in y: it becomes a data set of classes. */
bool rl_labels_settle(const rl_labels *labels, rl_dataset *data, rl_error *err);

void rl_labels_free(rl_labels *labels);

#endif
