/* What the tests of signals share. */
#ifndef RL_TESTS_SIGNALS_H
#define RL_TESTS_SIGNALS_H

#include "nets.h"
#include "relive_study.h"

#include <math.h>

static inline rl_signals found_with(const rl_signal *signal)
{
    rl_error err = { 0 };
    rl_signals found;
    assert_true(rl_signal_run(signal, &found, &err));
    return found;
}

#endif
