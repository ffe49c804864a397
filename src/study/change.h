/* The changes of an arm, inside the study. */
#ifndef RL_STUDY_CHANGE_H
#define RL_STUDY_CHANGE_H

#include "relive_study.h"

const char *rl_change_name(rl_change change); /* "early_stop" */
/* text: one change, "l2:0.01", of all that was written, whole; added to arm's. */
bool rl_change_parse(const char *whole, const char *text, rl_arm *arm, rl_error *err);
bool rl_changes_same(rl_arm a, rl_arm b);
size_t rl_changes_label(rl_arm arm, char *label, size_t room); /* "+l1:0.001+dropout:0.5"; its length. room > 0 */

#endif
