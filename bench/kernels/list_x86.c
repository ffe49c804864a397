/* x86-64: three widths; which of them run is for the processor to say. */
#include "bench/kernels/kernels.h"

extern const bench_kernels bench_kernels_plain, bench_kernels_avx2, bench_kernels_avx512;
static const bench_kernels *const all[] = { &bench_kernels_plain, &bench_kernels_avx2, &bench_kernels_avx512 };

const bench_kernels *const *bench_kernels_list(size_t *count)
{
    *count = sizeof all / sizeof *all;
    return all;
}
