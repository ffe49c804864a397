/* Several lanes: a vector type of gcc and clang. A mask has all bits set where true. */
#ifndef RL_KERNEL_LANE_VECTOR_H
#define RL_KERNEL_LANE_VECTOR_H

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#elif defined(__wasm_simd128__)
#include <wasm_simd128.h>
#endif

typedef real lane __attribute__((vector_size(RL_WIDTH * sizeof(real))));
typedef whole mask __attribute__((vector_size(RL_WIDTH * sizeof(whole)))); /* 0 or -1 */
typedef mask wlane;                                                        /* whole numbers, as wide as real */

static inline lane lane_all(real x)
{
    return x - (lane){ 0 };
}

/* clang's C has no ?: on vectors. */
static inline lane pick(mask m, lane yes, lane no)
{
    return (lane)((m & (mask)yes) | (~m & (mask)no));
}

static inline mask mask_not(mask m)
{
    return ~m;
}

static inline wlane mask_count(mask m) /* 1 where set */
{
    return -m;
}

static inline wlane lane_bits(lane x)
{
    return (wlane)x;
}

static inline lane lane_of_bits(wlane bits)
{
    return (lane)bits;
}

static inline wlane lane_to_whole(lane x) /* towards zero; x must be in range */
{
    return __builtin_convertvector(x, wlane);
}

static inline lane lane_of_whole(wlane w)
{
    return __builtin_convertvector(w, lane);
}

/* The sign is the highest bit. */
static inline lane lane_abs(lane a)
{
    return (lane)((wlane)a & WHOLE_MAX);
}

static inline lane lane_with_sign_of(lane size, lane sign)
{
    return (lane)(((wlane)size & WHOLE_MAX) | ((wlane)sign & ~WHOLE_MAX));
}

/* What the processors have instructions for. lane_max(a, b) is a < b ? b : a and lane_min(a, b) is a > b ? b : a: a NaN
 * in a stays. On x86 the instruction is that one with its operands exchanged. */
#if RL_WIDTH == 16 && defined(__AVX512F__)
static inline lane lane_max(lane a, lane b)
{
    return (lane)_mm512_max_ps((__m512)b, (__m512)a);
}
static inline lane lane_min(lane a, lane b)
{
    return (lane)_mm512_min_ps((__m512)b, (__m512)a);
}
static inline lane lane_fma(lane a, lane b, lane c)
{
    return (lane)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
}
static inline lane lane_sqrt(lane x)
{
    return (lane)_mm512_sqrt_ps((__m512)x);
}
#elif RL_WIDTH == 8 && defined(__FMA__)
static inline lane lane_max(lane a, lane b)
{
    return (lane)_mm256_max_ps((__m256)b, (__m256)a);
}
static inline lane lane_min(lane a, lane b)
{
    return (lane)_mm256_min_ps((__m256)b, (__m256)a);
}
static inline lane lane_fma(lane a, lane b, lane c)
{
    return (lane)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
}
static inline lane lane_sqrt(lane x)
{
    return (lane)_mm256_sqrt_ps((__m256)x);
}
#elif RL_WIDTH == 4 && defined(__x86_64__)
static inline lane lane_max(lane a, lane b)
{
    return (lane)_mm_max_ps((__m128)b, (__m128)a);
}
static inline lane lane_min(lane a, lane b)
{
    return (lane)_mm_min_ps((__m128)b, (__m128)a);
}
static inline lane lane_fma(lane a, lane b, lane c)
{
#ifdef __FMA__
    return (lane)_mm_fmadd_ps((__m128)a, (__m128)b, (__m128)c);
#else
    return a * b + c;
#endif
}
static inline lane lane_sqrt(lane x)
{
    return (lane)_mm_sqrt_ps((__m128)x);
}
#elif RL_WIDTH == 4 && defined(__aarch64__)
static inline lane lane_max(lane a, lane b)
{
    return pick(a < b, b, a);
}
static inline lane lane_min(lane a, lane b)
{
    return pick(a > b, b, a);
}
static inline lane lane_fma(lane a, lane b, lane c)
{
    return (lane)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
}
static inline lane lane_sqrt(lane x)
{
    return (lane)vsqrtq_f32((float32x4_t)x);
}
#elif RL_WIDTH == 4 && defined(__wasm_simd128__)
static inline lane lane_max(lane a, lane b)
{
    return (lane)wasm_f32x4_pmax((v128_t)a, (v128_t)b);
}
static inline lane lane_min(lane a, lane b)
{
    return (lane)wasm_f32x4_pmin((v128_t)a, (v128_t)b);
}
static inline lane lane_fma(lane a, lane b, lane c)
{
    return a * b + c;
}
static inline lane lane_sqrt(lane x)
{
    return (lane)wasm_f32x4_sqrt((v128_t)x);
}
#else
#error "no vector of this width on this processor"
#endif

#endif
