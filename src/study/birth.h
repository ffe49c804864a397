/* Birth from the inside: one net, just drawn. */
#ifndef RL_STUDY_BIRTH_H
#define RL_STUDY_BIRTH_H

#include "base/memory.h"
#include "relive_study.h"

typedef struct {
    bool dead;      /* on every input that was looked at some hidden layer has no unit that conducts */
    bool proved;    /* … and on all others too (point and line: whenever dead) */
    int dead_units; /* of the first layer: conduct on no input; exact */
} rl_newborn;

/* Scratch for drawing and judging nets, one after the other. */
typedef struct rl_cradle rl_cradle;
rl_cradle *rl_cradle_new(const rl_birth *birth, rl_error *err); /* birth is borrowed */
void rl_cradle_free(rl_cradle *cradle);

/* The net that rl_net_new with this seed and an input, then dense and activation nodes in turn, begins with. */
rl_newborn rl_cradle_bear(rl_cradle *cradle, uint64_t seed);

#endif
