/* What the study's own files need to know of results. */
#ifndef RL_STUDY_RESULTS_H
#define RL_STUDY_RESULTS_H

#include "relive_study.h"

/* Points of every curve of a setting: before the first step and after each epoch. */
size_t rl_curve_points(const rl_recipe *recipe);

#endif
