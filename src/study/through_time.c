/* How much of the gradient reaches each step of a sequence on its way back through time, in a net as it stands: forward and
 * backward over the first rows of a data set, and then nn/state_gradients.c. Rows enough for a steady figure, few enough
 * to cost less than a look at the whole set. */
#include "nn/pass.h"
#include "relive_study.h"
#include "train/targets.h"

enum { MOST_ROWS = 256 };

static rl_node first_recurrent(const rl_net *net)
{
    for (rl_node n = 0; n < net->count; n++)
        if (net->nodes[n].gates > 0)
            return n;
    return -1;
}

size_t rl_recurrent_steps(const rl_net *net)
{
    const rl_node node = first_recurrent(net);
    return node < 0 ? 0 : (size_t)net->nodes[node].positions;
}

bool rl_through_time(
    const rl_net *net, int lane, const rl_dataset *data, const rl_loss *loss, double *norms, rl_error *err)
{
    const int batch = data->rows < MOST_ROWS ? (int)data->rows : MOST_ROWS;
    rl_targets targets;
    rl_targets_make(&targets, data, &loss, rl_net_outputs(net), data->memory, err);
    rl_net *alone = rl_net_copy_lane(net, lane, err);
    rl_pass *pass = alone ? rl_pass_new(alone, batch, err) : NULL;
    float mean, *dloss = rl_new(data->memory, (size_t)batch * (size_t)rl_net_outputs(net), sizeof *dloss, err);
    if (!rl_failed(err)) {
        rl_forward(alone, pass, data->x, batch);
        rl_loss_mean(alone, pass, loss, targets.rows, &mean, dloss);
        rl_backward(alone, pass, dloss);
        rl_state_gradients(alone, pass, first_recurrent(alone), 0, norms, err);
    }
    rl_free(data->memory, dloss);
    rl_pass_free(pass);
    rl_net_free(alone);
    rl_targets_free(&targets);
    return !rl_failed(err);
}
