/* The certificate from the inside: the bounds it rests on. */
#ifndef RL_VITAL_CERTIFY_H
#define RL_VITAL_CERTIFY_H

#include "vital/bounds.h"

/* As rl_certify_bounds; linear false: by intervals alone. */
bool rl_certify_by(const rl_net *net, int lane, const rl_interval *box, bool linear, rl_certificate *found, size_t room,
    size_t *count, rl_error *err);

#endif
