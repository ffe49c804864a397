/* The command line that runs a study again, worked out from its settings. */
#ifndef RL_REPORT_COMMAND_H
#define RL_REPORT_COMMAND_H

#include "report/writing.h"
#include "relive_study.h"

/* One line or, where the regimes were given different settings, one a regime. Only what differs from the defaults and
 * from the regime's own values is named. False, and nothing written, if no command line can say it (a regime or a
 * setting that only a program can make). Text from outside is quoted for the shell. */
bool rl_write_command(rl_writing *to, const rl_results *results);

#endif
