/* Fuzzes the IDX reader: two bytes with the length of the first file (lowest first), then both files. */
#include "base/error.h"
#include "data/dataset.h"
#include "data/idx.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* A block of its own, so that reading one byte too far is seen. */
static rl_bytes own(const char *name, const uint8_t *bytes, size_t size)
{
    unsigned char *copy = malloc(size + !size);
    if (!copy)
        abort();
    if (size)
        memcpy(copy, bytes, size);
    return (rl_bytes){ name, copy, size };
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size < 2)
        return 0;
    size_t first = bytes[0] | (size_t)bytes[1] << 8;
    if (first > size - 2)
        first = size - 2;
    rl_bytes x = own("x", bytes + 2, first), y = own("y", bytes + 2 + first, size - 2 - first);
    for (int regression = 0; regression < 2; regression++) {
        rl_error err = { 0 };
        rl_dataset *data = rl_idx_parse(x, y, regression, (rl_memory){ 0 }, &err);
        if (!data != rl_failed(&err) || (data && !rl_data_check(data, &err)))
            abort();
        rl_data_free(data);
    }
    free((void *)x.bytes);
    free((void *)y.bytes);
    return 0;
}
