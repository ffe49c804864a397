/* What a net's first convolution makes of a picture, for the report. */
#ifndef RL_STUDY_MAPS_H
#define RL_STUDY_MAPS_H

#include "base/memory.h"
#include "relive_study.h"

/* Room for those of nets like this one. NULL: it failed. */
rl_maps *rl_maps_new(const rl_net *net, rl_memory memory, rl_error *err);
void rl_maps_free(rl_maps *maps, rl_memory memory);
/* Of one lane, for the first training row; monitor has just looked at the whole training part. */
void rl_maps_draw(
    rl_maps *maps, const rl_net *net, int lane, const rl_parts *parts, const rl_monitor *monitor, rl_error *err);

#endif
