/* What the numbers allow one to say. Words like "better" are used only where the 95 % interval of the paired
 * difference leaves 0 out and Holm's p is below 0.05; otherwise no difference could be shown, which is not
 * the same as there being none. */
#ifndef RL_REPORT_JUDGE_H
#define RL_REPORT_JUDGE_H

#include "relive_study.h"

typedef enum {
    RL_NO_PAIRS,  /* fewer than two pairs in which neither run diverged */
    RL_NOT_SHOWN, /* no difference could be shown */
    RL_IDENTICAL, /* every single pair came out the same */
    RL_HIGHER,    /* b above a */
    RL_LOWER,     /* b below a */
} rl_verdict;
rl_verdict rl_judge(const rl_comparison *comparison);

typedef enum { RL_UNDECIDED, RL_BETTER, RL_WORSE } rl_outcome;
/* Of arm b against arm a by rl_measure: higher accuracy, or lower loss where targets are real. */
rl_outcome rl_outcome_of(const rl_results *results, const rl_pair_summary *pair);

#endif
