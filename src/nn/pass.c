/* Passes: forward through the list of nodes, backward through it the other way. Nothing here can fail once the
 * pass exists.
 *
 * A crew may share the work of a net of one lane. Large dense nodes are cut by units (forward) and inputs (backward), so
 * that weights stay in the cache of the thread that has these units. So is a batch norm in training, whose units need all
 * rows at once. The stretches of nodes between two of them are cut by rows. Every number is the same sum however it is
 * cut. */
#include "nn/pass.h"
#include "nn/curves.h"
#include "nn/layer/window.h"
#include "nn/node/node.h"

#include <string.h>

static bool make_node_scratch(rl_pass *pass, const rl_net *net, rl_node i, rl_error *err)
{
    const rl_node_data *node = &net->nodes[i];
    size_t rows = (size_t)pass->max_batch, row_size = (size_t)node->values * (size_t)pass->lanes * pass->real_size;
    if (i > 0)
        pass->values[i] = rl_new(pass->memory, rows, row_size, err);
    if (pass->flow[i].wanted || i == net->count - 1)
        pass->gradients[i] = rl_new(pass->memory, rows, row_size, err);
    if (node->kept)
        pass->kept[i] = rl_new(pass->memory, rows, node->kept * (size_t)pass->lanes * pass->real_size, err);
    if (node->kept_back)
        pass->kept_back[i] = rl_new(pass->memory, rows, node->kept_back * (size_t)pass->lanes * pass->real_size, err);
    if (node->kind == RL_BATCH_NORM)
        pass->statistics[i] = rl_new(pass->memory, 4 * (size_t)node->units, (size_t)pass->lanes * pass->real_size, err);
    if (node->draws || node->keeps)
        pass->drawn[i] = rl_new(pass->memory, rows, row_size, err);
    return !rl_failed(err);
}

/* Large: a net of one lane's dense node that a crew shares by units. (Below, all weights fit the first-level cache, and
 * going from one thread to the other costs more than it gives.) */
static bool is_large(const rl_net *net, rl_node i)
{
    return rl_net_is_single(net) && net->nodes[i].kind == RL_DENSE && net->nodes[i].weights >= 1 << 14;
}

/* A node that is not computed row by row, in the pass's present mode. */
static bool stands_apart(const rl_net *net, const rl_pass *pass, rl_node i)
{
    return is_large(net, i) || (net->nodes[i].kind == RL_BATCH_NORM && pass->training);
}

/* What a share needs for one node: room to turn a block for a matrix product, or to blend curves, which its lanes may
 * come to have (rl_net_set_curve); or what the kind says. */
static size_t scratch_of(const rl_net *net, size_t max_batch, rl_node i)
{
    const rl_node_data *node = &net->nodes[i];
    if (rl_net_is_single(net) && node->kind == RL_DENSE)
        return ((size_t)net->nodes[node->reads[0]].values + (size_t)node->values) * RL_BLOCK_ROWS;
    if (rl_node_kinds[node->kind]->scratch)
        return rl_node_kinds[node->kind]->scratch(node);
    return net->lanes > 1 && node->kind == RL_ACTIVATION ? max_batch * (size_t)node->values : 0;
}

static size_t blocks_of(size_t rows)
{
    return (rows + RL_BLOCK_ROWS - 1) / RL_BLOCK_ROWS;
}

static void follow_gradients(rl_pass *pass, const rl_net *net)
{
    for (rl_node i = 0; i < net->count; i++)
        pass->flow[i].wanted = net->nodes[i].learns || pass->to_input;
    pass->flow[net->count - 1].reached = true;
    for (rl_node i = net->count - 1; i > 0; i--)
        for (int k = 0; k < 2 && net->nodes[i].reads[k] >= 0 && pass->flow[i].reached; k++) {
            rl_flow *from = &pass->flow[net->nodes[i].reads[k]];
            pass->flow[i].fresh[k] = !from->reached;
            from->reached = true;
            from->readers++;
        }
}

static bool make_scratch(rl_pass *pass, const rl_net *net, rl_error *err)
{
    size_t nodes = (size_t)net->count, rows = (size_t)pass->max_batch,
           lane_size = (size_t)pass->lanes * pass->real_size;
    size_t most = 0, turned = 0;
    pass->values = rl_new(pass->memory, nodes, sizeof *pass->values, err);
    pass->gradients = rl_new(pass->memory, nodes, sizeof *pass->gradients, err);
    pass->flow = rl_new(pass->memory, nodes, sizeof *pass->flow, err);
    pass->calls = rl_new(pass->memory, nodes, sizeof *pass->calls, err);
    if (pass->flow)
        follow_gradients(pass, net);
    pass->drawn = rl_new(pass->memory, nodes, sizeof *pass->drawn, err);
    pass->kept = rl_new(pass->memory, nodes, sizeof *pass->kept, err);
    pass->kept_back = rl_new(pass->memory, nodes, sizeof *pass->kept_back, err);
    pass->statistics = rl_new(pass->memory, nodes, sizeof *pass->statistics, err);
    pass->scratch = rl_new(pass->memory, (size_t)rl_crew_size(pass->crew), sizeof *pass->scratch, err);
    for (rl_node i = 0; !rl_failed(err) && i < net->count; i++) {
        make_node_scratch(pass, net, i, err);
        if (scratch_of(net, rows, i) > most)
            most = scratch_of(net, rows, i);
        if (is_large(net, i) && (size_t)net->nodes[net->nodes[i].reads[0]].values > turned)
            turned = (size_t)net->nodes[net->nodes[i].reads[0]].values;
    }
    for (int w = 0; !rl_failed(err) && w < rl_crew_size(pass->crew); w++)
        pass->scratch[w] = rl_new(pass->memory, most, lane_size, err);
    pass->turned = rl_new(pass->memory, blocks_of(rows) * turned, RL_BLOCK_ROWS * sizeof *pass->turned, err);
    pass->dparameters = rl_new(pass->memory, net->parameter_count, lane_size, err);
    pass->outputs = rl_new(pass->memory, rows, (size_t)rl_net_outputs(net) * lane_size, err);
    pass->losses = rl_new(pass->memory, rows, lane_size, err);
    return !rl_failed(err);
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

/* Everything a layer's kernels need to know of one node, save what changes from one evaluation to the next. */
static rl_call lasting_call(const rl_net *net, const rl_pass *pass, rl_node i)
{
    const rl_node_data *node = &net->nodes[i];
    rl_call call = { .units = (size_t)node->values,
        .positions = (size_t)node->positions,
        .last_unit = (size_t)node->units,
        .y = pass->values[i],
        .dy = pass->gradients[i],
        .dw = row_of(net, pass->dparameters, node->offset),
        .bias = node->bias,
        .share = node->share,
        .window = &node->window,
        .groups = node->groups,
        .gemm = rl_gemm_of(net->wide),
        .rows = rl_rows_of(net->variant),
        .drawn = pass->drawn[i],
        .kept = pass->kept[i],
        .kept_back = pass->kept_back[i],
        .scratch = pass->scratch[0],
        .statistics = pass->statistics[i],
        .out = &node->shape,
        .seeds = net->seeds };
    for (int k = 0; k < 2 && node->reads[k] >= 0; k++) {
        const rl_node from = node->reads[k];
        call.widths[k] = (size_t)net->nodes[from].values;
        call.x[k] = pass->values[from];
        call.fresh[k] = pass->flow[i].fresh[k];
        if (pass->flow[from].wanted)
            call.dx[k] = pass->gradients[from];
    }
    call.inputs = call.last_input = call.widths[0];
    call.in = node->reads[0] < 0 ? NULL : &net->nodes[node->reads[0]].shape;
    if (node->group_count)
        call.learned = node->groups[0].curve->learned;
    return call;
}

static rl_pass *make_pass(const rl_net *net, int max_batch, rl_crew *crew, bool to_input, rl_error *err)
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
        .crew = crew,
        .to_input = to_input,
        .real_size = rl_real_size(net) };
    if (!make_scratch(pass, net, err)) {
        rl_pass_free(pass);
        return NULL;
    }
    for (rl_node i = 1; i < net->count; i++)
        pass->calls[i] = lasting_call(net, pass, i);
    return pass;
}

rl_pass *rl_pass_new(const rl_net *net, int max_batch, rl_error *err)
{
    return make_pass(net, max_batch, NULL, false, err);
}

rl_pass *rl_pass_new_to_input(const rl_net *net, int max_batch, rl_error *err)
{
    return make_pass(net, max_batch, NULL, true, err);
}

rl_pass *rl_pass_new_shared(const rl_net *net, int max_batch, rl_crew *crew, rl_error *err)
{
    return make_pass(net, max_batch, crew, false, err);
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
        if (pass->kept)
            rl_free(pass->memory, pass->kept[i]);
        if (pass->kept_back)
            rl_free(pass->memory, pass->kept_back[i]);
        if (pass->statistics)
            rl_free(pass->memory, pass->statistics[i]);
    }
    rl_free(pass->memory, pass->values);
    rl_free(pass->memory, pass->gradients);
    rl_free(pass->memory, pass->flow);
    rl_free(pass->memory, pass->calls);
    rl_free(pass->memory, pass->drawn);
    rl_free(pass->memory, pass->kept);
    rl_free(pass->memory, pass->kept_back);
    rl_free(pass->memory, pass->statistics);
    for (int w = 0; pass->scratch && w < rl_crew_size(pass->crew); w++)
        rl_free(pass->memory, pass->scratch[w]);
    rl_free(pass->memory, pass->turned);
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

/* What makes a node: where a net of one lane has a way of its own, that one. */
static const rl_layer *layer_of(const rl_net *net, rl_node i)
{
    const rl_node_data *node = &net->nodes[i];
    if (rl_net_is_single(net) && node->kind == RL_DENSE)
        return &rl_single_dense;
    if (rl_net_is_single(net) && node->kind == RL_ACTIVATION && !node->groups[0].curve->learned && !node->draws)
        return &rl_single_activation;
    if (rl_net_is_single(net) && node->kind == RL_MAX_POOL && rl_window_is_two_by_two(&node->window))
        return &rl_single_max_pool;
    return rl_layers_of(net->variant)[node->kind];
}

/* The rest: the rows, the net's input, the parameters (a monitor evaluates a net as it was), and the curves, which lanes
 * may have been given anew. */
static void renew_calls(const rl_net *net, rl_pass *pass, const void *x, int batch)
{
    for (rl_node i = 1; i < net->count; i++) {
        const rl_node_data *node = &net->nodes[i];
        rl_call *call = &pass->calls[i];
        call->batch = (size_t)batch;
        call->w = row_of(net, net->parameters, node->offset);
        call->training = pass->training;
        call->stream = pass->step << 16 | (uint64_t)i;
        for (int k = 0; k < 2; k++)
            if (node->reads[k] == 0)
                call->x[k] = x;
        call->group_count = node->group_count;
        if (node->group_count)
            call->alphas = rl_node_alphas(net, i);
        if (node->group_count && rl_net_is_single(net))
            call->wide_curve = rl_curve_of(net->wide, node->groups[0].index);
        if (pass->flow[i].pooled && node->group_count) {
            rl_call *conv = call - 1;
            conv->alphas = call->alphas;
            conv->wide_curve = call->wide_curve;
        }
    }
}

/* The call for some of the rows, made in part; for all of them it is there already. */
static const rl_call *call_of(
    const rl_net *net, const rl_pass *pass, rl_node i, rl_block block, int share, rl_call *part)
{
    if (share == 0 && block.rows == (size_t)pass->batch)
        return &pass->calls[i];
    *part = pass->calls[i];
    part->first = block.first;
    part->batch = block.rows;
    part->scratch = pass->scratch[share];
    part->y = rows_of(pass, part->y, part->units, block);
    part->dy = rows_of(pass, (void *)(uintptr_t)part->dy, part->units, block);
    part->pooled = rows_of(pass, part->pooled, part->units, block);
    part->drawn = rows_of(pass, part->drawn, part->units, block);
    part->kept = rows_of(pass, part->kept, net->nodes[i].kept, block);
    part->kept_back = rows_of(pass, part->kept_back, net->nodes[i].kept_back, block);
    for (int k = 0; k < 2 && net->nodes[i].reads[k] >= 0; k++) {
        part->x[k] = rows_of(pass, (void *)(uintptr_t)part->x[k], part->widths[k], block);
        part->dx[k] = rows_of(pass, part->dx[k], part->widths[k], block);
    }
    return part;
}

/* ---- A dense layer and the curve next to it, in one go (nn/activation/beside_dense.h) ---- */

/* The kernels of node i if it is a curve that goes with a dense layer: one for all lanes, with one fixed α. */
static const rl_curve *curve_beside_dense(const rl_net *net, rl_node i)
{
    const rl_node_data *node = &net->nodes[i];
    if (node->kind != RL_ACTIVATION || node->group_count != 1 || node->draws || node->groups[0].curve->learned ||
        rl_net_is_single(net))
        return NULL;
    return node->groups[0].kernels->after_dense ? node->groups[0].kernels : NULL;
}

static const rl_curve *curve_after(const rl_net *net, rl_node dense)
{
    const bool read_by_next = dense + 1 < net->count && net->nodes[dense + 1].reads[0] == dense;
    return net->nodes[dense].kind == RL_DENSE && read_by_next ? curve_beside_dense(net, dense + 1) : NULL;
}

/* Nobody else may read the curve, whose gradient is never stored, nor have written to the gradient that it writes to. */
static const rl_curve *curve_before(const rl_net *net, const rl_pass *pass, rl_node dense)
{
    const rl_node curve = dense - 1;
    const bool alone = net->nodes[dense].reads[0] == curve && pass->flow[curve].wanted &&
                       pass->flow[curve].readers == 1 && pass->flow[curve].fresh[0];
    return net->nodes[dense].kind == RL_DENSE && alone ? curve_beside_dense(net, curve) : NULL;
}

/* ---- A convolution, its curve and max pooling in one go ---- */

static bool reads_alone(const rl_net *net, rl_node reader, rl_node from)
{
    for (rl_node i = from + 1; i < net->count; i++)
        for (int k = 0; k < 2; k++)
            if (net->nodes[i].reads[k] == from && (i != reader || k > 0))
                return false;
    return net->nodes[reader].reads[0] == from;
}

/* In a net of one lane, with one curve that has a fixed α, and squares of two by two. */
static bool goes_with_its_pool(const rl_net *net, rl_node conv)
{
    const rl_node curve = conv + 1, pool = conv + 2;
    if (!rl_net_is_single(net) || pool >= net->count || net->nodes[conv].kind != RL_CONV2D)
        return false;
    const rl_node_data *data = &net->nodes[curve];
    return data->kind == RL_ACTIVATION && data->groups[0].kernels->pool && !data->groups[0].curve->learned &&
           !data->draws && net->nodes[pool].kind == RL_MAX_POOL && rl_window_is_two_by_two(&net->nodes[pool].window) &&
           reads_alone(net, curve, conv) && reads_alone(net, pool, curve);
}

/* The convolution then gives what the pooling does, and besides z where that comes from; its gradient begins as that of
 * the pooling. */
void rl_pass_hide(const rl_net *net, rl_pass *pass)
{
    for (rl_node i = 1; i < net->count; i++) {
        if (!goes_with_its_pool(net, i))
            continue;
        rl_call *conv = &pass->calls[i], *pool = conv + 2;
        pass->flow[i + 1].pooled = pass->flow[i + 2].pooled = true;
        conv->units = pool->units;
        conv->pool = pool->window;
        conv->pooled = pool->y;
        conv->drawn = pool->drawn;
        conv->dy = pool->dy;
    }
}

/* ---- Work that a crew shares ---- */

/* Nodes from … to - 1 on the way forward; on the way back down from to - 1. */
typedef struct {
    const rl_net *net;
    rl_pass *pass;
    rl_node from, to;
} stretch;

/* A share's next block of rows, from {begin, 0} up to end; rows are 0 when all have been. Packs take all rows at once. */
static rl_block next_block(const rl_net *net, rl_block block, size_t end)
{
    const size_t first = block.first + block.rows, left = end - first;
    const size_t most = rl_net_is_single(net) ? RL_BLOCK_ROWS - first % RL_BLOCK_ROWS : left;
    return (rl_block){ first, left < most ? left : most };
}

static rl_block share_of_rows(const stretch *s, int share, int shares, size_t *end)
{
    rl_block block = { 0 };
    rl_share_of((size_t)s->pass->batch, rl_gemm_of(s->net->wide)->width, share, shares, &block.first, end);
    return block;
}

/* Where the turned rows of a block of what node reads are, or begin. */
static float *turned_rows(const stretch *s, rl_node node, size_t first)
{
    const size_t inputs = (size_t)s->net->nodes[s->net->nodes[node].reads[0]].values;
    return s->pass->turned + first / RL_BLOCK_ROWS * inputs * RL_BLOCK_ROWS + first % RL_BLOCK_ROWS;
}

/* The stretch row by row; and if a large node follows, what it reads is turned for it. */
static void forward_rows(void *self, int share, int shares)
{
    const stretch *s = self;
    size_t end;
    rl_block begin = share_of_rows(s, share, shares, &end);
    for (rl_block b = next_block(s->net, begin, end); b.rows; b = next_block(s->net, b, end)) {
        for (rl_node i = s->from; i < s->to; i++) {
            if (s->pass->flow[i].pooled)
                continue;
            rl_call part, next_part;
            const rl_call *call = call_of(s->net, s->pass, i, b, share, &part);
            const rl_curve *curve = i + 1 < s->to ? curve_after(s->net, i) : NULL;
            if (curve)
                curve->after_dense(call, call_of(s->net, s->pass, ++i, b, share, &next_part));
            else
                layer_of(s->net, i)->forward(call);
        }
        if (s->to < s->net->count && is_large(s->net, s->to)) {
            rl_call part;
            const rl_call *call = call_of(s->net, s->pass, s->to, b, share, &part);
            rl_single_turn(call->gemm, b.rows, call->inputs, call->x[0], turned_rows(s, s->to, b.first));
        }
    }
}

static void forward_large(void *self, int share, int shares)
{
    const stretch *s = self;
    const size_t rows = (size_t)s->pass->batch;
    for (rl_block b = next_block(s->net, (rl_block){ 0 }, rows); b.rows; b = next_block(s->net, b, rows)) {
        rl_call part, call = *call_of(s->net, s->pass, s->to, b, share, &part);
        rl_share_of(call.units, RL_GRAIN_OF_UNITS, share, shares, &call.unit, &call.last_unit);
        rl_single_forward_turned(&call, turned_rows(s, s->to, b.first));
    }
}

/* A share's units of a batch norm that stands apart; those of a vector by whole cache lines. */
static rl_call units_of_norm(const stretch *s, rl_node norm, int share, int shares)
{
    const rl_block all = { .rows = (size_t)s->pass->batch };
    rl_call part, call = *call_of(s->net, s->pass, norm, all, share, &part);
    rl_share_of(
        call.units / call.positions, call.positions > 1 ? 1 : RL_CHAINS, share, shares, &call.unit, &call.last_unit);
    return call;
}

static void forward_norm(void *self, int share, int shares)
{
    const stretch *s = self;
    const rl_call call = units_of_norm(s, s->to, share, shares);
    layer_of(s->net, s->to)->forward(&call);
}

static void backward_norm(void *self, int share, int shares)
{
    const stretch *s = self;
    const rl_call call = units_of_norm(s, s->from - 1, share, shares);
    layer_of(s->net, s->from - 1)->backward(&call);
}

void rl_pass_forward(const rl_net *net, rl_pass *pass, const void *x, int batch)
{
    pass->batch = batch;
    pass->values[0] = (void *)(uintptr_t)x; /* read only: no node writes to the input */
    renew_calls(net, pass, x, batch);
    for (stretch s = { net, pass, 1, 1 }; s.from < net->count; s.from = s.to = s.to + 1) {
        while (s.to < net->count && !stands_apart(net, pass, s.to))
            s.to++;
        rl_crew_run(pass->crew, forward_rows, &s);
        if (s.to < net->count)
            rl_crew_run(pass->crew, is_large(net, s.to) ? forward_large : forward_norm, &s);
    }
}

static void backward_rows(void *self, int share, int shares)
{
    const stretch *s = self;
    size_t end;
    rl_block begin = share_of_rows(s, share, shares, &end);
    for (rl_block b = next_block(s->net, begin, end); b.rows; b = next_block(s->net, b, end)) {
        for (rl_node i = s->to - 1; i >= s->from; i--) {
            const rl_flow *flow = &s->pass->flow[i];
            if (!flow->wanted || !flow->reached || flow->pooled)
                continue;
            rl_call part, next_part;
            const rl_call *call = call_of(s->net, s->pass, i, b, share, &part);
            const rl_curve *curve = i > s->from ? curve_before(s->net, s->pass, i) : NULL;
            if (curve)
                curve->before_dense(call, call_of(s->net, s->pass, --i, b, share, &next_part));
            else
                layer_of(s->net, i)->backward(call);
        }
    }
}

static void backward_large(void *self, int share, int shares)
{
    const stretch *s = self;
    rl_call part,
        call = *call_of(s->net, s->pass, s->from - 1, (rl_block){ .rows = (size_t)s->pass->batch }, share, &part);
    rl_share_of(call.inputs, RL_GRAIN_OF_INPUTS, share, shares, &call.input, &call.last_input);
    layer_of(s->net, s->from - 1)->backward(&call);
}

void rl_pass_propagate(const rl_net *net, rl_pass *pass)
{
    for (stretch s = { net, pass, net->count, net->count }; s.to > 1; s.to = s.from = s.from - 1) {
        while (s.from > 1 && !stands_apart(net, pass, s.from - 1))
            s.from--;
        rl_crew_run(pass->crew, backward_rows, &s);
        if (s.from == 1 || !pass->flow[s.from - 1].reached)
            continue;
        if (!is_large(net, s.from - 1)) /* also for what it learns itself */
            rl_crew_run(pass->crew, backward_norm, &s);
        else if (pass->flow[net->nodes[s.from - 1].reads[0]].wanted)
            rl_crew_run(pass->crew, backward_large, &s);
    }
}

void rl_pass_learn(const rl_net *net, rl_pass *pass, rl_node node, size_t unit, size_t last_unit, int share)
{
    const rl_layer *layer = layer_of(net, node);
    if (!layer->learn || !pass->flow[node].reached) /* then its gradient is 0, as it was made */
        return;
    rl_call part, call = *call_of(net, pass, node, (rl_block){ .rows = (size_t)pass->batch }, share, &part);
    call.unit = unit;
    call.last_unit = last_unit;
    layer->learn(&call);
}

void rl_pass_backward(const rl_net *net, rl_pass *pass)
{
    rl_pass_propagate(net, pass);
    for (rl_node i = net->count - 1; i > 0; i--)
        rl_pass_learn(net, pass, i, 0, (size_t)net->nodes[i].units, 0);
}

/* ---- The loss ---- */

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

/* Row by row, for the compiler to take the lanes side by side. */
void rl_pass_mean_loss(const rl_net *net, const rl_pass *pass, float *mean)
{
    const int lanes = net->lanes;
    const float *losses = pass->losses; /* [batch][lanes] */
    double sums[RL_MOST_LANES] = { 0 }; /* [lanes] */
    for (int b = 0; b < pass->batch; b++)
        for (int l = 0; l < lanes; l++)
            sums[l] += (double)losses[b * lanes + l];
    for (int l = 0; l < lanes; l++)
        mean[l] = (float)(sums[l] / pass->batch);
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
    const bool in_one_go = node + 1 < pass->nodes && pass->flow[node + 1].pooled;
    return in_one_go ? NULL : pass->values[node];
}

const float *rl_output(const rl_pass *pass)
{
    return pass->values[pass->nodes - 1];
}

const float *rl_gradients(const rl_pass *pass)
{
    return pass->dparameters;
}

const float *rl_input_gradients(const rl_pass *pass)
{
    return pass->to_input ? pass->gradients[0] : NULL;
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
