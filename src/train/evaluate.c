/* What a net gives on a data set: its loss and accuracy, and row by row what it says. */
#include "train/sweep.h"

bool rl_evaluate(
    const rl_net *net, const rl_dataset *data, const rl_loss *loss, double *mean_loss, double *accuracy, rl_error *err)
{
    rl_sweep sweep;
    if (!rl_sweep_new(&sweep, net, data, loss, err))
        return false;
    rl_sweep_run(&sweep, net, NULL, NULL);
    for (int l = 0; l < net->lanes; l++) {
        if (mean_loss)
            mean_loss[l] = rl_sweep_loss(&sweep, l);
        if (accuracy)
            accuracy[l] = rl_sweep_accuracy(&sweep, l);
    }
    rl_sweep_free(&sweep);
    return true;
}

bool rl_predict(const rl_net *net, int lane, const rl_dataset *data, const rl_loss *loss, float *outputs, int *decided,
    rl_error *err)
{
    enum { BLOCK = 32 };
    const size_t lanes = (size_t)net->lanes, width = (size_t)rl_net_outputs(net);
    if (!rl_net_takes(net, data, err))
        return false;
    rl_pass *pass = rl_pass_new(net, BLOCK, err);
    float *x = rl_new(net->memory, BLOCK * data->features, lanes * sizeof *x, err); /* [BLOCK][features][lanes] */
    int32_t *named = rl_new(net->memory, BLOCK * lanes, sizeof *named, err);        /* [BLOCK][lanes] */
    const rl_loss_kernels *kernels = rl_loss_kernels_of(net->variant, loss);
    for (size_t first = 0; !rl_failed(err) && first < data->rows; first += BLOCK) {
        size_t batch = data->rows - first < BLOCK ? data->rows - first : BLOCK;
        rl_rows_of(net->variant)->spread(batch, data->features, data->x + first * data->features, x);
        rl_pass_forward(net, pass, x, (int)batch);
        kernels->predict(batch, width, rl_output(pass), pass->outputs);
        kernels->decide(batch, width, rl_output(pass), named);
        const float *said = pass->outputs; /* [batch][width][lanes] */
        for (size_t b = 0; b < batch; b++) {
            for (size_t o = 0; outputs && o < width; o++)
                outputs[(first + b) * width + o] = said[(b * width + o) * lanes + (size_t)lane];
            if (decided)
                decided[first + b] = (int)named[b * lanes + (size_t)lane];
        }
    }
    rl_pass_free(pass);
    rl_free(net->memory, x);
    rl_free(net->memory, named);
    return !rl_failed(err);
}
