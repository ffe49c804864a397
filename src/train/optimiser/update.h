/* How an optimiser is called: what the trainer knows of it, whatever the variant. */
#ifndef RL_TRAIN_UPDATE_H
#define RL_TRAIN_UPDATE_H

#include "relive.h"

enum { RL_MOST_MOMENTS = 2 };

/* One step. real is that of the variant. Parameters come as rows of [LANES]. */
typedef struct {
    size_t count;                   /* rows */
    void *w;                        /* real [count][LANES], updated */
    const void *dw;                 /* real [count][LANES], penalties and clipping already in it */
    void *moments[RL_MOST_MOMENTS]; /* real [count][LANES] each, 0 at first, updated */
    const void *rate;               /* real [LANES], of this step */
    double l2;                      /* only where the optimiser decouples it (AdamW), else 0 */
    const unsigned char *decays;    /* [count]: does l2 act on this row? */
    long step;                      /* 1 for the first */
    double momentum, beta1, beta2, smoothing, epsilon;
} rl_update;

struct rl_optimiser {
    const char *name;
    int moments;          /* how many arrays of moments it keeps */
    bool decouples_decay; /* takes l2 itself instead of in the gradient */
    void (*step)(const rl_update *update);
};

#endif
