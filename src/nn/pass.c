/* Passes: forward through the list of nodes, backward through it the other way. Nothing here can fail once the
 * pass exists. */
#include "nn/pass.h"
#include "nn/curves.h"
#include "nn/single.h"

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

/* What a worker needs for one node: room to turn a block for a matrix product, or to blend curves. */
static size_t scratch_of(const rl_net *net, size_t max_batch, rl_node i)
{
    const rl_node_data *node = &net->nodes[i];
    if (rl_net_is_single(net) && node->kind == RL_DENSE)
        return (size_t)(net->nodes[node->reads[0]].units + node->units) * RL_BLOCK_ROWS;
    return node->group_count > 1 ? max_batch * (size_t)node->units : 0;
}

static bool make_scratch(rl_pass *pass, const rl_net *net, rl_error *err)
{
    size_t nodes = (size_t)net->count, rows = (size_t)pass->max_batch,
           lane_size = (size_t)pass->lanes * pass->real_size;
    size_t most = 0;
    pass->values = rl_new(pass->memory, nodes, sizeof *pass->values, err);
    pass->gradients = rl_new(pass->memory, nodes, sizeof *pass->gradients, err);
    pass->drawn = rl_new(pass->memory, nodes, sizeof *pass->drawn, err);
    pass->scratch = rl_new(pass->memory, (size_t)pass->workers, sizeof *pass->scratch, err);
    for (rl_node i = 0; !rl_failed(err) && i < net->count; i++) {
        make_node_scratch(pass, net, i, err);
        if (scratch_of(net, rows, i) > most)
            most = scratch_of(net, rows, i);
    }
    for (int w = 0; !rl_failed(err) && w < pass->workers; w++)
        pass->scratch[w] = rl_new(pass->memory, most, lane_size, err);
    pass->dparameters = rl_new(pass->memory, net->parameter_count, lane_size, err);
    pass->outputs = rl_new(pass->memory, rows, (size_t)rl_net_outputs(net) * lane_size, err);
    pass->losses = rl_new(pass->memory, rows, lane_size, err);
    return !rl_failed(err);
}

rl_pass *rl_pass_new(const rl_net *net, int max_batch, rl_error *err)
{
    return rl_pass_new_shared(net, max_batch, 1, err);
}

rl_pass *rl_pass_new_shared(const rl_net *net, int max_batch, int workers, rl_error *err)
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
        .workers = workers,
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
    rl_free(pass->memory, pass->drawn);
    for (int w = 0; pass->scratch && w < pass->workers; w++)
        rl_free(pass->memory, pass->scratch[w]);
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

/* Where a block's rows begin in an array [batch][width][lanes]; NULL stays NULL. */
static void *rows_of(const rl_pass *pass, void *array, size_t width, rl_block block)
{
    return array ? (char *)array + block.first * width * (size_t)pass->lanes * pass->real_size : NULL;
}

/* What makes a node: where a net of one lane has a way of its own, that one. */
static const rl_layer *layer_of(const rl_net *net, rl_node i)
{
    const rl_node_data *node = &net->nodes[i];
    if (rl_net_is_single(net) && node->kind == RL_DENSE)
        return &rl_single_dense;
    if (rl_net_is_single(net) && node->kind == RL_ACTIVATION && !node->groups[0].curve->learned && !node->draws)
        return &rl_single_activation;
    return rl_layers_of(net->variant)[node->kind];
}

/* Everything a layer's kernels need to know of one node. */
static rl_call call_of(const rl_net *net, const rl_pass *pass, rl_node i, rl_block block)
{
    const rl_node_data *node = &net->nodes[i];
    const size_t units = (size_t)node->units;
    rl_call call = { .first = block.first,
        .batch = block.rows,
        .units = units,
        .y = rows_of(pass, pass->values[i], units, block),
        .dy = rows_of(pass, pass->gradients[i], units, block),
        .w = row_of(net, net->parameters, node->offset),
        .dw = row_of(net, pass->dparameters, node->offset),
        .bias = node->bias,
        .share = node->share,
        .groups = node->groups,
        .group_count = node->group_count,
        .scratch = pass->scratch[block.worker],
        .gemm = rl_gemm_of(net->wide),
        .rows = rl_rows_of(net->variant),
        .drawn = rows_of(pass, pass->drawn[i], units, block),
        .training = pass->training,
        .seeds = net->seeds,
        .stream = pass->step << 16 | (uint64_t)i };
    for (int k = 0; k < 2 && node->reads[k] >= 0; k++) {
        const rl_node from = node->reads[k];
        call.inputs = (size_t)net->nodes[from].units;
        call.x[k] = rows_of(pass, pass->values[from], call.inputs, block);
        if (net->nodes[from].learns)
            call.dx[k] = rows_of(pass, pass->gradients[from], call.inputs, block);
    }
    for (int g = 0; g < node->group_count; g++)
        call.curves[g] = rl_curve_of(net->variant, node->groups[g].index);
    if (node->group_count) {
        call.wide_curve = rl_curve_of(net->wide, node->groups[0].index);
        call.learned = node->groups[0].curve->learned;
        call.alphas = rl_node_alphas(net, i);
    }
    return call;
}

void rl_pass_begin(rl_pass *pass, const void *x, int batch)
{
    pass->batch = batch;
    pass->values[0] = (void *)(uintptr_t)x; /* read only: no node writes to the input */
}

void rl_pass_forward_block(const rl_net *net, rl_pass *pass, rl_block block)
{
    for (rl_node i = 1; i < net->count; i++) {
        rl_call call = call_of(net, pass, i, block);
        layer_of(net, i)->forward(&call);
    }
}

void rl_pass_backward_block(const rl_net *net, rl_pass *pass, rl_block block)
{
    const size_t lane_size = (size_t)net->lanes * pass->real_size;
    for (rl_node i = 0; i < net->count - 1; i++)
        if (pass->gradients[i]) {
            const size_t units = (size_t)net->nodes[i].units;
            memset(rows_of(pass, pass->gradients[i], units, block), 0, block.rows * units * lane_size);
        }
    for (rl_node i = net->count - 1; i > 0; i--)
        if (net->nodes[i].learns) {
            rl_call call = call_of(net, pass, i, block);
            layer_of(net, i)->backward(&call);
        }
}

void rl_pass_learn(const rl_net *net, rl_pass *pass, rl_node node, int unit, int last_unit)
{
    const rl_layer *layer = layer_of(net, node);
    if (!layer->learn)
        return;
    rl_call call = call_of(net, pass, node, (rl_block){ .rows = (size_t)pass->batch });
    call.unit = (size_t)unit;
    call.last_unit = (size_t)last_unit;
    layer->learn(&call);
}

void rl_pass_loss_block(const rl_net *net, rl_pass *pass, const rl_loss *loss, const void *targets, rl_block block)
{
    const size_t width = (size_t)rl_net_outputs(net);
    rl_loss_kernels_of(net->variant, loss)
        ->forward(block.rows, width, rows_of(pass, pass->values[net->count - 1], width, block),
            rows_of(pass, (void *)(uintptr_t)targets, loss->classes ? 1 : width, block),
            rows_of(pass, pass->outputs, width, block), rows_of(pass, pass->losses, 1, block));
}

void rl_pass_loss_backward_block(
    const rl_net *net, rl_pass *pass, const rl_loss *loss, const void *targets, rl_block block)
{
    const rl_node last = net->count - 1;
    const size_t width = (size_t)rl_net_outputs(net);
    void *scores = rows_of(pass, pass->values[last], width, block);
    void *dscores = rows_of(pass, pass->gradients[last], width, block);
    memset(dscores, 0, block.rows * width * (size_t)net->lanes * pass->real_size);
    rl_loss_kernels_of(net->variant, loss)
        ->backward(block.rows, width, scores,
            rows_of(pass, (void *)(uintptr_t)targets, loss->classes ? 1 : width, block),
            rows_of(pass, pass->outputs, width, block), 1.0 / pass->batch, dscores);
}

void rl_pass_mean_loss(const rl_net *net, const rl_pass *pass, float *mean)
{
    const float *losses = pass->losses; /* [batch][lanes] */
    for (int l = 0; l < net->lanes; l++) {
        double sum = 0;
        for (int b = 0; b < pass->batch; b++)
            sum += (double)losses[b * net->lanes + l];
        mean[l] = (float)(sum / pass->batch);
    }
}

/* ---- All rows, block by block ---- */

/* The next block, from {0}; its rows are 0 when all have been. Packs take the whole batch at once. */
static rl_block next_block(const rl_net *net, const rl_pass *pass, rl_block block)
{
    const size_t left = (size_t)pass->batch - block.first - block.rows;
    const size_t most = rl_net_is_single(net) ? RL_BLOCK_ROWS : left;
    return (rl_block){ .first = block.first + block.rows, .rows = left < most ? left : most };
}

void rl_pass_forward(const rl_net *net, rl_pass *pass, const void *x, int batch)
{
    rl_pass_begin(pass, x, batch);
    for (rl_block b = next_block(net, pass, (rl_block){ 0 }); b.rows; b = next_block(net, pass, b))
        rl_pass_forward_block(net, pass, b);
}

void rl_pass_backward(const rl_net *net, rl_pass *pass)
{
    for (rl_block b = next_block(net, pass, (rl_block){ 0 }); b.rows; b = next_block(net, pass, b))
        rl_pass_backward_block(net, pass, b);
    for (rl_node i = net->count - 1; i > 0; i--)
        rl_pass_learn(net, pass, i, 0, net->nodes[i].units);
}

void rl_pass_loss(const rl_net *net, rl_pass *pass, const rl_loss *loss, const void *targets)
{
    rl_pass_loss_block(net, pass, loss, targets, (rl_block){ .rows = (size_t)pass->batch });
}

void rl_pass_loss_backward(const rl_net *net, rl_pass *pass, const rl_loss *loss, const void *targets)
{
    rl_pass_loss_backward_block(net, pass, loss, targets, (rl_block){ .rows = (size_t)pass->batch });
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
    rl_pass_mean_loss(net, pass, mean);
    if (dloss) {
        rl_pass_loss_backward(net, pass, loss, targets);
        memcpy(dloss, pass->gradients[net->count - 1],
            (size_t)pass->batch * (size_t)rl_net_outputs(net) * (size_t)net->lanes * sizeof *dloss);
    }
}
