/* Fuzzes the CSV reader: the input is the file. */
#include "base/error.h"
#include "data/csv.h"
#include "data/dataset.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    unsigned char *copy = malloc(size + !size); /* of its own, so that reading one byte too far is seen */
    if (!copy)
        abort();
    if (size)
        memcpy(copy, bytes, size);
    for (int regression = 0; regression < 2; regression++) {
        rl_error err = { 0 };
        rl_dataset *data = rl_csv_parse((rl_bytes){ "x", copy, size }, regression, (rl_memory){ 0 }, &err);
        if (!data != rl_failed(&err) || (data && !rl_data_check(data, &err)))
            abort();
        rl_data_free(data);
    }
    free(copy);
    return 0;
}
