/* Schedules, as PyTorch's StepLR and CosineAnnealingLR have them, once an epoch:
 *
 *     constant   1
 *     step       factor ^ ⌊epoch / step_every⌋
 *     cosine     (1 + cos(π · epoch / epochs)) / 2          (Loshchilov & Hutter 2017, without restarts) */
#include "train/schedule.h"

#include <math.h>

double rl_schedule_factor(const rl_training *how, long epoch)
{
    switch (how->schedule) {
    case RL_STEP:
        return pow((double)how->step_factor, (double)(epoch / how->step_every));
    case RL_COSINE:
        return (1 + cos(3.14159265358979323846 * (double)epoch / (double)how->epochs)) / 2;
    case RL_CONSTANT:
        break;
    }
    return 1;
}
