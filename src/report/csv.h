/* results.csv: one line a training, for spreadsheets and data frames. */
#ifndef RL_REPORT_CSV_H
#define RL_REPORT_CSV_H

#include "report/writing.h"
#include "relive_study.h"

/*  regime               its name
 *  activation, alpha    the arm; alpha is empty where the curve has none
 *  seed                 the training's own
 *  diverged_at          the step after which loss or weights were no longer finite; empty: never
 *  train_loss … test_accuracy, dead_share, silent_share
 *                       after the last epoch, in evaluation mode, without penalties; shares are 0 … 1, of hidden
 *                       units, on the training rows; empty where there is none (diverged, no test part, real targets)
 *  born_dead_share, born_silent_share
 *                       before the first step
 *
 * Trainings that never finished are left out. */
void rl_write_csv(rl_writing *to, const rl_results *results);

#endif
