#include "report/judge.h"

#include <math.h>

rl_verdict rl_judge(const rl_comparison *comparison)
{
    const rl_estimate *d = &comparison->difference;
    if (d->n < 2 || !isfinite(d->low) || !isfinite(d->high))
        return RL_NO_PAIRS;
    if (d->mean == 0 && d->sd == 0)
        return RL_IDENTICAL;
    bool shown = (d->low > 0 || d->high < 0) && comparison->p_holm < 0.05;
    return !shown ? RL_NOT_SHOWN : d->mean > 0 ? RL_HIGHER : RL_LOWER;
}

rl_outcome rl_outcome_of(const rl_results *results, const rl_pair_summary *pair)
{
    rl_verdict verdict = rl_judge(&pair->test_accuracy);
    if (verdict != RL_HIGHER && verdict != RL_LOWER)
        return RL_UNDECIDED;
    return (verdict == RL_HIGHER) == (results->classes > 0) ? RL_BETTER : RL_WORSE;
}
