/* Pieces that the JSON documents of several verbs share. */
#ifndef RL_REPORT_JSON_PIECES_H
#define RL_REPORT_JSON_PIECES_H

#include "format/json.h"
#include "relive_study.h"

/* Every setting that determines a result but the data, the seed and the activation.
 * classes 0: real targets. train_rows: what a full batch, or one of all rows if fewer, comes to. */
rl_json *rl_recipe_json(const rl_recipe *recipe, size_t classes, size_t train_rows);

/* null where the curve has no parameter. */
rl_json *rl_alpha_json(rl_arm arm);
rl_json *rl_label_json(rl_arm arm);

/* Over seeds; an interval that is not finite is null. */
rl_json *rl_interval_json(double low, double high);
rl_json *rl_estimate_json(rl_estimate e);     /* mean, sd, ci95 */
rl_json *rl_comparison_json(rl_comparison c); /* of paired differences: mean, ci95, p, p_holm */

/* confusion [classes][classes], row: true, column: said; null if NULL. */
rl_json *rl_confusion_json(const size_t *confusion, size_t classes);

#endif
