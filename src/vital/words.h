/* From what was seen of a unit to the words for it. */
#ifndef RL_VITAL_WORDS_H
#define RL_VITAL_WORDS_H

#include "relive.h"

rl_thresholds rl_thresholds_or_default(rl_thresholds thresholds); /* 0 becomes the default */

/* All but RL_PROVED_DEAD. signs->words is not read. */
unsigned rl_words_for(const rl_signs *signs, rl_thresholds thresholds);

#endif
