/* AdamW: Adam with the decay λ taken out of the gradient (Loshchilov & Hutter 2019), as torch.optim.AdamW.
 *
 *     w ← (1 - ηλ)w, then Adam's step */
#include "train/optimiser/adam_step.h"

static void step(const rl_update *update)
{
    const real *rate = update->rate; /* [LANES] */
    real shrink[LANES];
    for (int l = 0; l < LANES; l++)
        shrink[l] = (real)(1 - rate[l] * update->l2);
    const lane kept = lane_load(shrink);
    real *w = update->w; /* [count][LANES] */
    if (update->l2 != 0)
        for (size_t i = 0; i < update->count; i++, w += LANES)
            if (update->decays[i])
                lane_store(w, lane_load(w) * kept);
    adam_step(update);
}

const rl_optimiser RL_EXPORT(rl_adamw) = { .name = "adamw", .moments = 2, .decouples_decay = true, .step = step };
