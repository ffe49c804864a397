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
typedef whole mask __attribute__((vector_size(RL_WIDTH * sizeof(whole))));        /* 0 or -1 */
typedef mask wlane;                                                               /* whole numbers, as wide as real */
typedef uint32_t ulane __attribute__((vector_size(RL_WIDTH * sizeof(uint32_t)))); /* for random numbers */
typedef uint64_t ulane_wide __attribute__((vector_size(RL_WIDTH / 2 * sizeof(uint64_t))));

static inline lane lane_all(real x)
{
    return x - (lane){ 0 };
}

/* x itself: what is used several times is loaded once. (gcc 12 makes an operand in memory of every use; so the
 * gradient of 2-16-2's weights loaded each number three times: 703 cycles a row of training against 649.) */
#if defined(__x86_64__)
static inline lane lane_in_register(lane x)
{
    __asm__("" : "+v"(x));
    return x;
}
#else
static inline lane lane_in_register(lane x)
{
    return x;
}
#endif

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

static inline ulane ulane_all(uint32_t x)
{
    return x - (ulane){ 0 };
}

/* What the processors have instructions for. lane_max(a, b) is a < b ? b : a and lane_min(a, b) is a > b ? b : a: a NaN
 * in a stays. On x86 the instruction is that one with its operands exchanged. mask_all: set in every lane?
 * even_products are those of the numbers at places 0, 2, 4, …, each 64 bits long. */
#if RL_WIDTH == 16 && defined(__AVX512F__)
static inline lane lane_max(lane a, lane b)
{
    return (lane)_mm512_max_ps((__m512)b, (__m512)a);
}
static inline lane lane_min(lane a, lane b)
{
    return (lane)_mm512_min_ps((__m512)b, (__m512)a);
}
static inline ulane_wide even_products(ulane a, ulane b)
{
    return (ulane_wide)_mm512_mul_epu32((__m512i)a, (__m512i)b);
}
static inline lane lane_fma(lane a, lane b, lane c)
{
    return (lane)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
}
static inline lane lane_sqrt(lane x)
{
    return (lane)_mm512_sqrt_ps((__m512)x);
}
static inline int mask_all(mask m)
{
    return _mm512_test_epi32_mask((__m512i)m, (__m512i)m) == 0xffff;
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
static inline ulane_wide even_products(ulane a, ulane b)
{
    return (ulane_wide)_mm256_mul_epu32((__m256i)a, (__m256i)b);
}
static inline lane lane_fma(lane a, lane b, lane c)
{
    return (lane)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
}
static inline lane lane_sqrt(lane x)
{
    return (lane)_mm256_sqrt_ps((__m256)x);
}
static inline int mask_all(mask m)
{
    return _mm256_movemask_ps((__m256)m) == 0xff;
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
static inline ulane_wide even_products(ulane a, ulane b)
{
    return (ulane_wide)_mm_mul_epu32((__m128i)a, (__m128i)b);
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
static inline int mask_all(mask m)
{
    return _mm_movemask_ps((__m128)m) == 0xf;
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
static inline ulane_wide even_products(ulane a, ulane b)
{
    return (ulane_wide)vmull_u32(vmovn_u64((uint64x2_t)a), vmovn_u64((uint64x2_t)b));
}
static inline lane lane_fma(lane a, lane b, lane c)
{
    return (lane)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
}
static inline lane lane_sqrt(lane x)
{
    return (lane)vsqrtq_f32((float32x4_t)x);
}
static inline int mask_all(mask m)
{
    return vminvq_u32((uint32x4_t)m) != 0;
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
static inline ulane_wide even_products(ulane a, ulane b)
{
    return ((ulane_wide)a & 0xffffffff) * ((ulane_wide)b & 0xffffffff);
}
static inline lane lane_fma(lane a, lane b, lane c)
{
    return a * b + c;
}
static inline lane lane_sqrt(lane x)
{
    return (lane)wasm_f32x4_sqrt((v128_t)x);
}
static inline int mask_all(mask m)
{
    return wasm_i32x4_all_true((v128_t)m);
}
#else
#error "no vector of this width on this processor"
#endif

/* A step: 0 below 0, 1 above, at_zero (not -0) at 0; NaN stays. AVX-512 has an instruction for it: what becomes of
 * NaN (twice), 0, 1, the infinities and other numbers, below 0 and above, stands in a word, four bits each. */
#if RL_WIDTH == 16 && defined(__AVX512F__)
static inline lane lane_heaviside(lane z, lane at_zero)
{
    enum { SAME = 0, NAN_OF_Z = 2, ZERO = 8, ONE = 10 };
    const unsigned table =
        NAN_OF_Z | NAN_OF_Z << 4 | SAME << 8 | ONE << 12 | ZERO << 16 | ONE << 20 | ZERO << 24 | (unsigned)ONE << 28;
    return (lane)_mm512_fixupimm_ps((__m512)at_zero, (__m512)z, _mm512_set1_epi32((int)table), 0);
}
#else
static inline lane lane_heaviside(lane z, lane at_zero)
{
    return pick(z < lane_all(0), lane_all(0), pick(z > lane_all(0), lane_all(1), at_zero + z));
}
#endif

/* The lower 32 bits of each product, and the upper ones. */
static inline ulane ulane_product(ulane a, ulane b, ulane *high)
{
    const ulane_wide upper = ~(ulane_wide){ 0 } << 32;
    ulane_wide even = even_products(a, b);
    ulane_wide odd = even_products((ulane)((ulane_wide)a >> 32), (ulane)((ulane_wide)b >> 32));
    *high = (ulane)(even >> 32 | (odd & upper));
    return (ulane)((even & ~upper) | odd << 32);
}

#endif
