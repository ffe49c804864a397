/* Variants: which compiled set of lane kernels serves a net. */
#ifndef RL_KERNEL_H
#define RL_KERNEL_H

#include "num/random.h"
#include "relive.h"

/* Every variant that this build has: X(name, lanes, float64). The build's list (CMakeLists.txt) must agree. */
#define RL_PLAIN_VARIANTS(X) X(plain4, 4, false) X(double1, 1, true)
#define RL_X86_VARIANTS(X)   X(avx2x1, 1, false) X(avx2x4, 4, false) X(avx2x8, 8, false) X(avx512x16, 16, false)
#ifdef RELIVE_X86
#define RL_SUFFIXED_VARIANTS(X) RL_PLAIN_VARIANTS(X) RL_X86_VARIANTS(X)
#else
#define RL_SUFFIXED_VARIANTS(X) RL_PLAIN_VARIANTS(X)
#endif

/* The plain one-lane variant has no suffix and comes first. Tables over variants are indexed by this. */
#define RL_VARIANT_INDEX(name, lanes, float64) RL_VARIANT_##name,
typedef enum { RL_VARIANT_plain1, RL_SUFFIXED_VARIANTS(RL_VARIANT_INDEX) RL_VARIANTS } rl_variant;

/* The variant for nets of so many lanes on this processor, or RL_VARIANTS if there is none. */
rl_variant rl_variant_for(int lanes, bool float64);

/* Orders of rows, one a lane: that of lane l at b is first[b · by_row + l · by_lane]. */
typedef struct {
    const uint32_t *first;
    size_t by_row, by_lane;
} rl_orders;

/* Moving rows of data into lanes and back. real is that of the variant. */
typedef struct rl_rows {
    /* out [batch][width][LANES] = data[order(b, l)][·]: each lane its own rows; order(b, l) is that of lane l, at b */
    void (*gather)(size_t batch, size_t width, const float *data, rl_orders orders, void *out);
    /* out [batch][width][LANES] = data [batch][width] in every lane */
    void (*spread)(size_t batch, size_t width, const float *data, void *out);
    /* to = mask set ? from : to, adding ? to + from : to; mask whole [LANES], 0 or -1 */
    void (*blend)(size_t rows, const void *lanes_mask, const void *from, void *to);
    void (*blend_add)(size_t rows, const void *lanes_mask, const void *from, void *to);
    /* rl_random_shuffle, to the same permutation; one order, whatever the lanes */
    void (*shuffle)(rl_random *random, uint32_t *order, size_t count);
} rl_rows;
const rl_rows *rl_rows_of(rl_variant variant);

const rl_rows *rl_rows_widest(void); /* of the widest variant that this processor runs */

#endif
