/* Revival from the inside: ReDo while a trainer runs. */
#ifndef RL_VITAL_REVIVE_H
#define RL_VITAL_REVIVE_H

#include "train/trainer.h"
#include "vital/census.h"

enum { RL_REVIVE_TRIES = 64 };

#endif
