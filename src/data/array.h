/* Arrays of numbers as binary files hold them (npy, IDX), and data sets made from a pair of them. */
#ifndef RL_DATA_ARRAY_H
#define RL_DATA_ARRAY_H

#include "data/bytes.h"

typedef struct {
    char kind;   /* 'f' floating point, 'i' signed, 'u' unsigned */
    size_t size; /* bytes: 1, 2, 4 or 8; floating point 4 or 8 */
    bool big_endian;
} rl_number;

/* [rows][columns], borrowed from a file's bytes. */
typedef struct {
    const char *name; /* the file's */
    const unsigned char *bytes;
    rl_number number;
    int rank; /* as the file says; columns are all dimensions after the first */
    size_t rows, columns;
    bool by_column; /* Fortran's order */
} rl_array;

double rl_array_at(const rl_array *array, size_t row, size_t column);

/* The product of count sizes; false if it overflows. */
bool rl_multiply_sizes(const size_t *sizes, size_t count, size_t *product);

/* Features and labels. Whole labels are class numbers from 0 to RL_MOST_CLASSES - 1; the distinct ones become classes
 * 0, 1, …. Floating point labels with a fraction, or regression, are real targets. */
rl_dataset *rl_data_from_arrays(const rl_array *x, const rl_array *y, bool regression, rl_memory memory, rl_error *err);

#endif
