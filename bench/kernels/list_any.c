/* Any other processor: vectors of 16 bytes. */
#include "bench/kernels/kernels.h"

extern const bench_kernels bench_kernels_plain;
static const bench_kernels *const all[] = { &bench_kernels_plain };

const bench_kernels *const *bench_kernels_list(size_t *count)
{
    *count = sizeof all / sizeof *all;
    return all;
}
