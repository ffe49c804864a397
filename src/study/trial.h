/* One pack, trained and watched. */
#ifndef RL_STUDY_TRIAL_H
#define RL_STUDY_TRIAL_H

#include "study/plan.h"

/* Trains the pack's net and fills trials[lane] for its used lanes, whose arrays are there already ([epochs + 1]).
 * boundary, if not NULL, gets the decisions of lane 0 over the plane from low to high (raw units). seconds: of
 * training alone. Stops, with trials not done, when keep_going says so. */
bool rl_pack_run(const rl_pack *pack, const rl_study *study, const rl_parts *parts, rl_trial *const *trials,
    unsigned char *const *boundaries, const float low[2], const float high[2], double *seconds, rl_error *err);

#endif
