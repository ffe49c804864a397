/* Gradients on their way back through time, step by step: do they fade, or grow?
 *
 *     norm_t = √(mean over rows of ‖∂L_b/∂state_t‖²)
 *
 * where L_b is the loss of row b alone: backward was given the gradient of the mean over the batch, which is 1/batch of
 * that. The recurrent layers keep what they computed (nn/layer/): it is the end of each step of kept_back. */
#include "nn/pass.h"
#include "nn/node/node.h"

#include <math.h>

bool rl_state_gradients(const rl_net *net, const rl_pass *pass, rl_node which, int lane, double *norms, rl_error *err)
{
    if (!rl_net_readable(net, which, err))
        return false;
    const rl_node_data *node = &net->nodes[which];
    if (node->gates == 0)
        return rl_fail(err, RL_BAD_CONFIG, "node %d (%s) has no state; expected a recurrent node", which,
            rl_node_kinds[node->kind]->word);
    if (net->float64 || lane < 0 || lane >= net->lanes)
        return rl_fail(err, RL_BAD_CONFIG, "gradients of lane %d: expected one of a float32 net's lanes 0 to %d", lane,
            net->lanes - 1);
    const size_t steps = (size_t)node->positions, back = node->kept_back / steps, lanes = (size_t)net->lanes;
    const float *kept = pass->kept_back[which]; /* [batch][steps][back][lanes] */
    for (size_t t = 0; t < steps; t++) {
        double sum = 0;
        for (size_t b = 0; b < (size_t)pass->batch; b++)
            for (size_t i = back - node->state; i < back; i++) {
                const double g = (double)kept[((b * steps + t) * back + i) * lanes + (size_t)lane];
                sum += g * g;
            }
        norms[t] = sqrt(sum * pass->batch);
    }
    return true;
}
