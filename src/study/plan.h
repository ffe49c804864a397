/* The plan of a study: which trainings ride together in the lanes of one net. */
#ifndef RL_STUDY_PLAN_H
#define RL_STUDY_PLAN_H

#include "base/memory.h"
#include "relive_study.h"

/* One net's worth of trainings, all of one setting. Lanes beyond used repeat the last one and are ignored. */
typedef struct {
    size_t setting;
    int lanes, used;
    size_t arm[RL_MOST_LANES];  /* which arm … */
    size_t seed[RL_MOST_LANES]; /* … and which seed (an index) rides in the lane */
} rl_pack;

typedef struct {
    rl_pack *packs; /* [count] */
    size_t count;
    int lanes; /* at most, in a pack */
    rl_memory memory;
} rl_plan;

/* Full packs first, arm by arm; what is left over of the arms shares packs, where their curves may. Packs come seed
 * block by seed block, so that a study that is interrupted leaves whole pairs. Where every thread would not get a pack,
 * or a pack would be half empty, packs are narrower; large nets ride alone. The plan changes how fast results come,
 * never what they are. data: like that of every setting. */
bool rl_plan_make(rl_plan *plan, const rl_study *study, const rl_dataset *data, int threads, rl_error *err);
void rl_plan_free(rl_plan *plan);

/* The fewest of lanes, their half, … down to 4 that hold so many trainings: an empty lane costs as much as a full one. */
int rl_lanes_holding(size_t trainings, int lanes);

/* For rl_lanes_for: parameters (learned slopes are left out), a row's values and their gradients, of a net by its widths. */
size_t rl_numbers_of_widths(const rl_recipe *recipe, size_t inputs, size_t outputs);

#endif
