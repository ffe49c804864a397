/* Who is listened to: on one example, from which values does a path of nonzero weights and nonzero slopes lead to an
 * output? Answered by reachability, backwards through the nodes, for all lanes at once: a value's lanes are the bits
 * of one number, and a dense node is "or" of "and"s, at a sixteenth of the cost of its product. Any other node that sums
 * tells its terms itself. */
#ifndef RL_VITAL_LISTEN_H
#define RL_VITAL_LISTEN_H

#include "nn/node/node.h"
#include "vital/examine.h"

typedef struct {
    rl_memory memory;
    int nodes;
    rl_lane_set all;    /* every lane */
    rl_lane_set **open; /* [nodes]: of dense nodes [units][inputs], where the weight is not 0; NULL: nowhere 0 */
    rl_lane_set *
        *conducts;       /* [nodes]: of activation nodes [values], on the example at hand: to be filled by the caller */
    rl_lane_set **heard; /* [nodes]: [values], the answer */
    rl_term *terms;      /* [most terms of a node] */
} rl_listening;

bool rl_listening_new(rl_listening *listening, const rl_net *net, rl_error *err);
void rl_listening_free(rl_listening *listening);

/* Fills heard for the nodes from last down to lowest, on row b of a pass's last forward; without a pass every slope that
 * it would know counts as not 0. */
void rl_listen(rl_listening *listening, const rl_net *net, rl_node lowest, const rl_pass *pass, size_t b);

/* As if every curve conducted everywhere, and as if every node beyond the next weights were an output: which units have an
 * outgoing weight that is not 0. */
void rl_listen_next_weights(rl_listening *listening, const rl_net *net);

#endif
