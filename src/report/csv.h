/* results.csv: one line a training, for spreadsheets and data frames. */
#ifndef RL_REPORT_CSV_H
#define RL_REPORT_CSV_H

#include "report/writing.h"
#include "relive_study.h"

/*  regime               its name
 *  activation, alpha    the arm, with what else it changes: relu+l2:0.01; alpha is empty where the curve has none
 *  seed                 the training's own
 *  diverged_at          the step after which loss or weights were no longer finite; empty: never
 *  train_loss … test_accuracy, dead_share, silent_share
 *                       after the last epoch, in evaluation mode, without penalties; shares are 0 … 1, of hidden
 *                       units, on the training rows; empty where there is none (diverged, no test part, real targets)
 *  born_dead_share, born_silent_share
 *                       before the first step
 *  learned_alpha        in a study of α: PReLU's, mean over the hidden units after the last epoch
 *
 * Trainings that never finished are left out. */
void rl_write_csv_arm(rl_writing *to, rl_arm arm); /* the two columns activation and alpha */
void rl_write_csv(rl_writing *to, const rl_results *results);

#endif
