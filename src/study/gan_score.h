/* How good samples are, and which modes of the data they cover. */
#ifndef RL_STUDY_GAN_SCORE_H
#define RL_STUDY_GAN_SCORE_H

#include "relive_study.h"

/* What real rows look like. Read only, once it is made: many may score by it at the same time. */
typedef struct {
    size_t modes, features;
    double *centres;  /* of clouds: [modes][features], each class's mean; NULL: balls */
    double deviation; /* of the rows about them, the root of the mean square of a feature; NaN: balls */
    rl_net *balls;    /* of pictures: gives for each real row how deep a sample lies in its ball */
    size_t *mode_of;  /* [real rows]: their classes */
    rl_memory memory;
} rl_gan_truth;
bool rl_gan_truth_make(const rl_dataset *data, rl_gan_truth *truth, rl_memory memory, rl_error *err); /* of clouds */
bool rl_gan_truth_make_balls(const rl_dataset *data, rl_gan_truth *truth, rl_memory memory, rl_error *err);
void rl_gan_truth_free(rl_gan_truth *truth);

/* samples [count][features]; the modes covered and the share of high quality. counts [modes] is scratch, and so is pass,
 * of the balls, with room for RL_GAN_BALL_ROWS rows (of clouds NULL). */
enum { RL_GAN_BALL_ROWS = 64 };
void rl_gan_score(const rl_gan_truth *truth, rl_pass *pass, const float *samples, size_t count, size_t *counts,
    double *modes, double *quality);

#endif
