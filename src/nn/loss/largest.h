/* The class that a row of scores names: the place of its largest score, the first one on a tie.
 *
 * A row that holds a NaN names no class. It gets 0, so that whoever looks up a name finds one; that the net is
 * broken is said by its loss, which is NaN, and by the lane's fate. */
#ifndef RL_NN_LARGEST_H
#define RL_NN_LARGEST_H

#include "nn/loss/loss.h"

/* scores [batch][width][LANES], decided whole [batch][LANES] */
static inline void name_largest(size_t batch, size_t width, const void *scores, void *decided)
{
    const real *s = scores;
    whole *class = decided;
    for (size_t b = 0; b < batch; b++, s += width * LANES, class += LANES) {
        lane largest = lane_load(s), place = lane_zero();
        mask broken = largest != largest;
        for (size_t o = 1; o < width; o++) {
            lane score = lane_load(s + o * LANES);
            place = pick(score > largest, lane_all((real)o), place);
            largest = pick(score > largest, score, largest);
            broken |= score != score;
        }
        wlane named = lane_to_whole(pick(broken, lane_zero(), place));
        memcpy(class, &named, sizeof named);
    }
}

#endif
