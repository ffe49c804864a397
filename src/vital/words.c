/* The words for a unit, each by its exact meaning on the reference set D.
 *
 *     dead           conducts on no x                      (Lu et al. 2020 for ReLU; the slope form covers every curve)
 *     starved        conducts somewhere and is heard nowhere: no path of nonzero weights and slopes to an output
 *     saturated      not dead, max |f'(z)| < 1e-3
 *     silent         z <= 0 on all x
 *     nearly dead    conducts on more than none and fewer than 1 %              (Dohare et al. 2024)
 *     dormant        mean |a| / (its average over the layer) <= 0.025, or the whole layer gives 0 (Sokar et al. 2023)
 *     always on      z > 0 on all x
 *     constant       max a - min a <= 4 ε max |a|
 *     severed        all outgoing weights are 0
 *     broken         z is not finite on some x: whatever else was seen of such a unit says nothing about it
 *
 * Shares are compared as quotients: 7 of 700 is not fewer than 1 %, though 0.01 · 700 rounds to more than 7. */
#include "vital/words.h"

#include <float.h>
#include <math.h>

static const struct {
    rl_word word;
    const char *name;
} names[] = {
    { RL_BROKEN, "broken" },
    { RL_DEAD, "dead" },
    { RL_STARVED, "starved" },
    { RL_SATURATED, "saturated" },
    { RL_SILENT, "silent" },
    { RL_NEARLY_DEAD, "nearly dead" },
    { RL_DORMANT, "dormant" },
    { RL_ALWAYS_ON, "always on" },
    { RL_UNVARYING, "constant" },
    { RL_SEVERED, "severed" },
    { RL_PROVED_DEAD, "proved dead" },
};
_Static_assert(sizeof names / sizeof *names == RL_WORDS, "every word has a name");
enum { LABELS = 8 }; /* the first of them are shown as labels, in this order */

const char *rl_word_name(rl_word word)
{
    for (int i = 0; i < RL_WORDS; i++)
        if (names[i].word == word)
            return names[i].name;
    return "alive";
}

rl_word rl_word_shown(unsigned words)
{
    for (int i = 0; i < LABELS; i++)
        if (words & names[i].word)
            return names[i].word;
    return (rl_word)0;
}

rl_thresholds rl_thresholds_or_default(rl_thresholds t)
{
    return (rl_thresholds){ .dormant = t.dormant > 0 ? t.dormant : 0.025,
        .saturated = t.saturated > 0 ? t.saturated : 1e-3,
        .nearly_dead = t.nearly_dead > 0 ? t.nearly_dead : 0.01,
        .skip_starved = t.skip_starved };
}

static bool is_constant(const rl_signs *s)
{
    double low = s->lowest_a, high = s->highest_a, size = fmax(fabs(low), fabs(high));
    return high - low <= 4 * (double)FLT_EPSILON * size;
}

unsigned rl_words_for(const rl_signs *s, rl_thresholds t)
{
    const rl_vitals v = s->counts;
    unsigned words = (s->severed ? RL_SEVERED : 0) | (s->starved ? RL_STARVED : 0);
    if (v.broken > 0)
        return words | RL_BROKEN;
    if (v.rows == 0)
        return words;
    const bool dead = rl_is_dead(v);
    const double conducting = (double)v.conducted / (double)v.rows;
    words |= dead ? RL_DEAD : 0;
    words |= !dead && (double)s->steepest < t.saturated ? RL_SATURATED : 0;
    words |= rl_is_silent(v) ? RL_SILENT : 0;
    words |= !dead && conducting < t.nearly_dead ? RL_NEARLY_DEAD : 0;
    words |= s->dormancy <= t.dormant ? RL_DORMANT : 0;
    words |= v.fired == v.rows ? RL_ALWAYS_ON : 0;
    words |= is_constant(s) ? RL_UNVARYING : 0;
    return words;
}
