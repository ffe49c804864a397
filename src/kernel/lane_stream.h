/* Stores that go past the caches, where the processor has them: for what will not be read soon. A plain store reads the
 * rest of its line first and drives other lines out.
 *
 *     lane_stream(row, x)  the row must be aligned to its own size
 *     lane_stream_end()    after the last: such stores keep no order among others until then */
#ifndef RL_KERNEL_LANE_STREAM_H
#define RL_KERNEL_LANE_STREAM_H

#include "kernel/lane.h"

#if RL_WIDTH == 16 && defined(__AVX512F__)
static inline void lane_stream(real *row, lane x)
{
    _mm512_stream_ps(row, (__m512)x);
}
#elif RL_WIDTH == 8 && defined(__AVX__)
static inline void lane_stream(real *row, lane x)
{
    _mm256_stream_ps(row, (__m256)x);
}
#elif RL_WIDTH == 4 && defined(__x86_64__)
static inline void lane_stream(real *row, lane x)
{
    _mm_stream_ps(row, (__m128)x);
}
#else
static inline void lane_stream(real *row, lane x)
{
    lane_store(row, x);
}
#endif

#if RL_WIDTH > 1 && defined(__x86_64__)
static inline void lane_stream_end(void)
{
    _mm_sfence();
}
#else
static inline void lane_stream_end(void)
{
}
#endif

#endif
