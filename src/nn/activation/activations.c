/* All curves of this variant: a new one is a file here, a line in this list and one in relive.h. */
#include "nn/activation/activation.h"

#define ACTIVATIONS(X)                                                                                                 \
    X(rl_identity)                                                                                                     \
    X(rl_relu)                                                                                                         \
    X(rl_leaky_relu)                                                                                                   \
    X(rl_prelu)                                                                                                        \
    X(rl_rrelu)                                                                                                        \
    X(rl_relu6)                                                                                                        \
    X(rl_elu)                                                                                                          \
    X(rl_celu)                                                                                                         \
    X(rl_selu)                                                                                                         \
    X(rl_gelu)                                                                                                         \
    X(rl_gelu_tanh)                                                                                                    \
    X(rl_silu)                                                                                                         \
    X(rl_mish)                                                                                                         \
    X(rl_hard_swish)                                                                                                   \
    X(rl_softplus)                                                                                                     \
    X(rl_softsign)                                                                                                     \
    X(rl_sigmoid)                                                                                                      \
    X(rl_tanh)

#define DECLARE(name) extern const rl_activation RL_EXPORT(name);
ACTIVATIONS(DECLARE)

#define ADDRESS(name) &RL_EXPORT(name),
const rl_activation *const RL_EXPORT(rl_activation_list)[] = { ACTIVATIONS(ADDRESS) NULL };
