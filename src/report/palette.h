/* One colour and one dash pattern an arm, the same in every plot: Okabe and Ito's palette (2008), which people with
 * any common colour blindness can tell apart, and dashes for those who print in black. */
#ifndef RL_REPORT_PALETTE_H
#define RL_REPORT_PALETTE_H

#include "relive_study.h"

typedef struct {
    const char *colour; /* "#D55E00" */
    const char *dash;   /* gnuplot's dashtype: "1" is solid */
    int terminal;       /* the nearest of a terminal's 256 colours */
} rl_ink;

rl_ink rl_ink_of_arm(const rl_results *results, size_t arm);
const char *rl_colour_of_class(size_t class); /* strong, for points */
const char *rl_tint_of_class(size_t class);   /* the same, washed out, for areas */

#endif
