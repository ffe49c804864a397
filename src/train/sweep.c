#include "train/sweep.h"

#include <math.h>
#include <string.h>

bool rl_net_takes(const rl_net *net, const rl_dataset *data, rl_error *err)
{
    if (rl_failed(err))
        return false;
    if (net->float64)
        return rl_fail(err, RL_BAD_CONFIG, "a float64 net is for gradient checks; expected a float32 net");
    if ((size_t)rl_net_inputs(net) != data->features)
        return rl_fail(err, RL_BAD_SHAPE, "%s has %zu features; expected %d, the net's inputs", data->name,
            data->features, rl_net_inputs(net));
    if (data->rows == 0)
        return rl_fail(err, RL_BAD_SHAPE, "%s has no rows", data->name);
    return true;
}

bool rl_sweep_new(rl_sweep *sweep, const rl_net *net, const rl_dataset *data, const rl_loss *loss, rl_error *err)
{
    *sweep = (rl_sweep){ .memory = net->memory, .data = data, .loss = loss };
    if (!rl_net_takes(net, data, err))
        return false;
    size_t lanes = (size_t)net->lanes;
    rl_targets_make(&sweep->targets, data, &sweep->loss, rl_net_outputs(net), net->memory, err);
    sweep->pass = rl_pass_new(net, RL_SWEEP_ROWS, err);
    sweep->x = rl_new(net->memory, RL_SWEEP_ROWS * data->features, lanes * sizeof *sweep->x, err);
    sweep->y = rl_new(net->memory, RL_SWEEP_ROWS * sweep->targets.width, lanes * sizeof *sweep->y, err);
    sweep->decided = rl_new(net->memory, RL_SWEEP_ROWS * lanes, sizeof *sweep->decided, err);
    sweep->loss_sum = rl_new(net->memory, lanes, sizeof *sweep->loss_sum, err);
    sweep->right = rl_new(net->memory, lanes, sizeof *sweep->right, err);
    if (!rl_failed(err))
        return true;
    rl_sweep_free(sweep);
    return false;
}

void rl_sweep_free(rl_sweep *sweep)
{
    rl_targets_free(&sweep->targets);
    rl_pass_free(sweep->pass);
    rl_free(sweep->memory, sweep->x);
    rl_free(sweep->memory, sweep->y);
    rl_free(sweep->memory, sweep->decided);
    rl_free(sweep->memory, sweep->loss_sum);
    rl_free(sweep->memory, sweep->right);
    *sweep = (rl_sweep){ 0 };
}

/* Row by row in double: neither blocks nor lanes can change the sum. */
static void add_up(rl_sweep *sweep, const rl_net *net, size_t first, size_t batch)
{
    const size_t lanes = (size_t)net->lanes;
    const float *losses = sweep->pass->losses; /* [batch][lanes] */
    for (size_t b = 0; b < batch; b++)
        for (size_t l = 0; l < lanes; l++)
            sweep->loss_sum[l] += (double)losses[b * lanes + l];
    if (sweep->data->classes == 0)
        return;
    rl_loss_kernels_of(net->variant, sweep->loss)
        ->decide(batch, (size_t)rl_net_outputs(net), rl_output(sweep->pass), sweep->decided);
    for (size_t b = 0; b < batch; b++)
        for (size_t l = 0; l < lanes; l++)
            sweep->right[l] += sweep->decided[b * lanes + l] == (int32_t)sweep->data->y[first + b];
}

void rl_sweep_run(rl_sweep *sweep, const rl_net *net, rl_visit visit, void *self)
{
    const rl_dataset *data = sweep->data;
    const rl_rows *rows = rl_rows_of(net->variant);
    memset(sweep->loss_sum, 0, (size_t)net->lanes * sizeof *sweep->loss_sum);
    memset(sweep->right, 0, (size_t)net->lanes * sizeof *sweep->right);
    for (size_t first = 0; first < data->rows; first += RL_SWEEP_ROWS) {
        size_t batch = data->rows - first < RL_SWEEP_ROWS ? data->rows - first : RL_SWEEP_ROWS;
        rows->spread(batch, data->features, data->x + first * data->features, sweep->x);
        rows->spread(batch, sweep->targets.width, sweep->targets.rows + first * sweep->targets.width, sweep->y);
        rl_pass_forward(net, sweep->pass, sweep->x, (int)batch);
        rl_pass_loss(net, sweep->pass, sweep->loss, sweep->y);
        add_up(sweep, net, first, batch);
        if (visit)
            visit(self, net, sweep->pass, first);
    }
}

double rl_sweep_loss(const rl_sweep *sweep, int lane)
{
    return sweep->loss_sum[lane] / (double)sweep->data->rows;
}

double rl_sweep_accuracy(const rl_sweep *sweep, int lane)
{
    return sweep->data->classes ? (double)sweep->right[lane] / (double)sweep->data->rows : (double)NAN;
}
