/* An examination from the inside: what the kernels fill, and the parts of which it is made. */
#ifndef RL_VITAL_EXAMINE_H
#define RL_VITAL_EXAMINE_H

#include "vital/census.h"

/* What one pass over z and a notes of each unit. real and whole are those of the variant; all [units][lanes]. */
typedef struct {
    void *highest_z, *lowest_z; /* over finite z */
    void *highest_row;          /* whole: where the highest was first seen; -1: nowhere */
    void *lowest_a, *highest_a;
    void *sum, *rest; /* of |a| where it is finite: sum + rest, rest what rounding took from the sum */
    void *zeros;      /* whole: how often a == 0 */
    void *fired;      /* whole: how often z was finite and above 0 */
    void *broken;     /* whole: how often z was not finite */
} rl_readings;

typedef struct rl_examine_kernels {
    /* z, a: [batch][units][lanes]; row: the number of the first. */
    void (*read)(size_t batch, size_t units, size_t row, const void *z, const void *a, rl_readings to);
    /* steepest [units][lanes] = max(steepest, |slope|), slope [batch][units][lanes]; slopes that are no numbers are
     * passed over */
    void (*steepen)(size_t batch, size_t units, const void *slope, void *steepest);
} rl_examine_kernels;

/* A set of lanes: bit l for lane l. */
typedef uint16_t rl_lane_set;

#endif
