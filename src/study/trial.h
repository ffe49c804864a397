/* One pack, trained and watched. */
#ifndef RL_STUDY_TRIAL_H
#define RL_STUDY_TRIAL_H

#include "study/plan.h"

/* Trains the pack's net and fills trials[lane] for its used lanes, whose arrays are there already, and what cells[lane]
 * keeps of its first seed: a boundary gets its decisions over the plane from low to high (raw units). seconds: of
 * training alone. Stops, with trials not done, when keep_going says so. */
bool rl_pack_run(const rl_pack *pack, const rl_study *study, const rl_parts *parts, const rl_cell *const *cells,
    rl_trial *const *trials, const float low[2], const float high[2], double *seconds, rl_error *err);

#endif
