/* Passes: forward through the list of nodes, backward through it the other way. Nothing here can fail once the
 * pass exists. */
#include "nn/pass.h"
#include "nn/curves.h"

#include <string.h>

static bool make_node_scratch(rl_pass *pass, const rl_net *net, rl_node i, rl_error *err)
{
    const rl_node_data *node = &net->nodes[i];
    size_t rows = (size_t)pass->max_batch, row_size = (size_t)node->units * (size_t)pass->lanes * pass->real_size;
    if (i > 0)
        pass->values[i] = rl_new(pass->memory, rows, row_size, err);
    if (node->learns || i == net->count - 1)
        pass->gradients[i] = rl_new(pass->memory, rows, row_size, err);
    if (node->draws)
        pass->drawn[i] = rl_new(pass->memory, rows, row_size, err);
    return !rl_failed(err);
}

static bool make_scratch(rl_pass *pass, const rl_net *net, rl_error *err)
{
    size_t nodes = (size_t)net->count, rows = (size_t)pass->max_batch,
           lane_size = (size_t)pass->lanes * pass->real_size;
    size_t widest_blended = 0;
    pass->values = rl_new(pass->memory, nodes, sizeof *pass->values, err);
    pass->gradients = rl_new(pass->memory, nodes, sizeof *pass->gradients, err);
    pass->begun = rl_new(pass->memory, nodes, sizeof *pass->begun, err);
    pass->drawn = rl_new(pass->memory, nodes, sizeof *pass->drawn, err);
    for (rl_node i = 0; !rl_failed(err) && i < net->count; i++) {
        make_node_scratch(pass, net, i, err);
        if (net->nodes[i].group_count > 1 && (size_t)net->nodes[i].units > widest_blended)
            widest_blended = (size_t)net->nodes[i].units;
    }
    if (widest_blended)
        pass->scratch = rl_new(pass->memory, rows, widest_blended * lane_size, err);
    pass->dparameters = rl_new(pass->memory, net->parameter_count, lane_size, err);
    pass->outputs = rl_new(pass->memory, rows, (size_t)rl_net_outputs(net) * lane_size, err);
    pass->losses = rl_new(pass->memory, rows, lane_size, err);
    return !rl_failed(err);
}

rl_pass *rl_pass_new(const rl_net *net, int max_batch, rl_error *err)
{
    if (rl_failed(err))
        return NULL;
    if (net->count == 0 || max_batch < 1) {
        rl_fail(
            err, RL_BAD_CONFIG, "a pass needs a net with an input and room for at least one row, not %d", max_batch);
        return NULL;
    }
    rl_pass *pass = rl_new(net->memory, 1, sizeof *pass, err);
    if (!pass)
        return NULL;
    *pass = (rl_pass){ .memory = net->memory,
        .nodes = net->count,
        .lanes = net->lanes,
        .max_batch = max_batch,
        .real_size = rl_real_size(net) };
    if (!make_scratch(pass, net, err)) {
        rl_pass_free(pass);
        return NULL;
    }
    return pass;
}

void rl_pass_free(rl_pass *pass)
{
    if (!pass)
        return;
    for (int i = 0; i < pass->nodes; i++) {
        if (pass->values && i > 0)
            rl_free(pass->memory, pass->values[i]);
        if (pass->gradients)
            rl_free(pass->memory, pass->gradients[i]);
        if (pass->drawn)
            rl_free(pass->memory, pass->drawn[i]);
    }
    rl_free(pass->memory, pass->values);
    rl_free(pass->memory, pass->gradients);
    rl_free(pass->memory, pass->begun);
    rl_free(pass->memory, pass->drawn);
    rl_free(pass->memory, pass->scratch);
    rl_free(pass->memory, pass->dparameters);
    rl_free(pass->memory, pass->outputs);
    rl_free(pass->memory, pass->losses);
    rl_free(pass->memory, pass);
}

void rl_pass_training(rl_pass *pass, uint64_t step)
{
    pass->training = true;
    pass->step = step;
}

void rl_pass_evaluation(rl_pass *pass)
{
    pass->training = false;
}

static void *row_of(const rl_net *net, void *parameters, size_t row)
{
    return (char *)parameters + row * (size_t)net->lanes * rl_real_size(net);
}

/* Everything a layer's kernels need to know of one node. */
static rl_call call_of(const rl_net *net, const rl_pass *pass, rl_node i)
{
    const rl_node_data *node = &net->nodes[i];
    rl_call call = { .batch = (size_t)pass->batch,
        .units = (size_t)node->units,
        .y = pass->values[i],
        .dy = pass->gradients[i],
        .w = row_of(net, net->parameters, node->offset),
        .dw = row_of(net, pass->dparameters, node->offset),
        .bias = node->bias,
        .share = node->share,
        .groups = node->groups,
        .group_count = node->group_count,
        .scratch = pass->scratch,
        .rows = rl_rows_of(net->variant),
        .drawn = pass->drawn[i],
        .training = pass->training,
        .seeds = net->seeds,
        .stream = pass->step << 16 | (uint64_t)i };
    for (int k = 0; k < 2 && node->reads[k] >= 0; k++) {
        call.x[k] = pass->values[node->reads[k]];
        if (net->nodes[node->reads[k]].learns)
            call.dx[k] = pass->gradients[node->reads[k]];
    }
    if (node->reads[0] >= 0)
        call.inputs = (size_t)net->nodes[node->reads[0]].units;
    for (int g = 0; g < node->group_count; g++)
        call.curves[g] = rl_curve_of(net->variant, node->groups[g].index);
    if (node->group_count) {
        call.learned = node->groups[0].curve->learned;
        call.alphas = rl_node_alphas(net, i);
    }
    return call;
}

void rl_pass_forward(const rl_net *net, rl_pass *pass, const void *x, int batch)
{
    const rl_layer *const *layers = rl_layers_of(net->variant);
    pass->batch = batch;
    pass->values[0] = (void *)(uintptr_t)x; /* read only: no node writes to the input */
    for (rl_node i = 1; i < net->count; i++) {
        rl_call call = call_of(net, pass, i);
        layers[net->nodes[i].kind]->forward(&call);
    }
}

void rl_pass_backward(const rl_net *net, rl_pass *pass)
{
    const rl_layer *const *layers = rl_layers_of(net->variant);
    memset(pass->dparameters, 0, net->parameter_count * (size_t)net->lanes * pass->real_size);
    memset(pass->begun, 0, (size_t)net->count * sizeof *pass->begun);
    for (rl_node i = net->count - 1; i > 0; i--) {
        const rl_node_data *node = &net->nodes[i];
        if (!node->learns || (i < net->count - 1 && !pass->begun[i])) /* else no one reads it */
            continue;
        rl_call call = call_of(net, pass, i);
        for (int k = 0; k < 2 && node->reads[k] >= 0; k++) {
            call.fresh[k] = !pass->begun[node->reads[k]];
            pass->begun[node->reads[k]] = true;
        }
        layers[node->kind]->backward(&call);
    }
}

void rl_pass_loss(const rl_net *net, rl_pass *pass, const rl_loss *loss, const void *targets)
{
    rl_loss_kernels_of(net->variant, loss)
        ->forward((size_t)pass->batch, (size_t)rl_net_outputs(net), pass->values[net->count - 1], targets,
            pass->outputs, pass->losses);
}

void rl_pass_loss_backward(const rl_net *net, rl_pass *pass, const rl_loss *loss, const void *targets)
{
    const rl_node last = net->count - 1;
    const size_t width = (size_t)rl_net_outputs(net);
    memset(pass->gradients[last], 0, (size_t)pass->batch * width * (size_t)net->lanes * pass->real_size);
    rl_loss_kernels_of(net->variant, loss)
        ->backward((size_t)pass->batch, width, pass->values[last], targets, pass->outputs, 1.0 / pass->batch,
            pass->gradients[last]);
}

/* ---- The public face: float32, and double for gradient checks ---- */

void rl_forward(const rl_net *net, rl_pass *pass, const float *x, int batch)
{
    rl_pass_forward(net, pass, x, batch);
}

void rl_forward_f64(const rl_net *net, rl_pass *pass, const double *x, int batch)
{
    rl_pass_forward(net, pass, x, batch);
}

static void backward_from(const rl_net *net, rl_pass *pass, const void *dloss)
{
    memcpy(pass->gradients[net->count - 1], dloss,
        (size_t)pass->batch * (size_t)rl_net_outputs(net) * (size_t)net->lanes * pass->real_size);
    rl_pass_backward(net, pass);
}

void rl_backward(const rl_net *net, rl_pass *pass, const float *dloss)
{
    backward_from(net, pass, dloss);
}

void rl_backward_f64(const rl_net *net, rl_pass *pass, const double *dloss)
{
    backward_from(net, pass, dloss);
}

const float *rl_values(const rl_pass *pass, rl_node node)
{
    return pass->values[node];
}

const float *rl_output(const rl_pass *pass)
{
    return pass->values[pass->nodes - 1];
}

const float *rl_gradients(const rl_pass *pass)
{
    return pass->dparameters;
}

void rl_loss_mean(
    const rl_net *net, rl_pass *pass, const rl_loss *loss, const float *targets, float *mean, float *dloss)
{
    rl_pass_loss(net, pass, loss, targets);
    const float *losses = pass->losses; /* [batch][lanes] */
    for (int l = 0; l < net->lanes; l++) {
        double sum = 0;
        for (int b = 0; b < pass->batch; b++)
            sum += (double)losses[b * net->lanes + l];
        mean[l] = (float)(sum / pass->batch);
    }
    if (dloss) {
        rl_pass_loss_backward(net, pass, loss, targets);
        memcpy(dloss, pass->gradients[net->count - 1],
            (size_t)pass->batch * (size_t)rl_net_outputs(net) * (size_t)net->lanes * sizeof *dloss);
    }
}
