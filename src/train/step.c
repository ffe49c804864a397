/* One step of training: gather a batch, forward, loss, backward, learn, change the parameters.
 *
 * A pack takes it in one go. In a net of one lane it has two parts, each cut into pieces that threads may do at the same
 * time: blocks of rows, which go all the way forward and back without looking at each other; then units, whose
 * parameters learn from all rows and are changed while their gradient is still in the cache. Every number is the same
 * sum however it is cut, so any number of threads gives the same bits. */
#include "train/gradient/gradient.h"
#include "train/trainer.h"

enum { PIECE_UNITS = 12 };

/* Multiply-adds a step from which a second thread is worth its calls. (Measured: documentation/performance.md.) */
static const double WORTH_SHARING = 1e6;

/* Each weight is in one multiply-add a row forward, one for its own gradient, and one for that of its inputs. */
static double multiply_adds(const rl_trainer *t)
{
    return 3.0 * (double)t->net->parameter_count * t->how.batch;
}

static size_t cut_units(const rl_net *net, rl_piece *pieces)
{
    size_t count = 0;
    for (rl_node i = 1; i < net->count; i++) {
        const rl_node_data *node = &net->nodes[i];
        const int step = node->kind == RL_DENSE ? PIECE_UNITS : node->units; /* units may share a PReLU's α */
        for (int unit = 0; node->parameters && unit < node->units; unit += step, count++)
            if (pieces)
                pieces[count] = (rl_piece){
                    .node = i, .unit = unit, .last_unit = node->units - unit < step ? node->units : unit + step
                };
    }
    return count;
}

bool rl_step_make(rl_trainer *t, rl_error *err)
{
    if (!rl_net_is_single(t->net))
        return !rl_failed(err);
    t->piece_count = cut_units(t->net, NULL);
    t->pieces = rl_new(t->memory, t->piece_count, sizeof *t->pieces, err);
    if (t->pieces)
        cut_units(t->net, t->pieces);
    if (t->how.threads > 1 && multiply_adds(t) >= WORTH_SHARING)
        t->crew = rl_crew_new(t->how.threads, t->memory, err);
    return !rl_failed(err);
}

/* ---- Rows ---- */

static void take_rows(rl_trainer *t, rl_block block)
{
    const rl_net *net = t->net;
    const rl_rows *rows = rl_rows_of(net->variant);
    const size_t lanes = (size_t)net->lanes, features = t->data->features, targets = t->targets.width;
    const uint32_t *order = t->order + (t->row + block.first) * lanes; /* [rows][lanes] */
    rows->gather(block.rows, features, t->data->x, order, t->x + block.first * features * lanes);
    rows->gather(block.rows, targets, t->targets.rows, order, t->y + block.first * targets * lanes);
    rl_pass_forward_block(net, t->pass, block);
    rl_pass_loss_block(net, t->pass, t->how.loss, t->y, block);
    rl_pass_loss_backward_block(net, t->pass, t->how.loss, t->y, block);
    rl_pass_backward_block(net, t->pass, block);
}

/* Whole vectors of rows, and a block for every worker as long as there are so many. */
static size_t block_rows(const rl_trainer *t)
{
    if (!rl_net_is_single(t->net))
        return (size_t)t->pass->batch;
    const size_t width = rl_gemm_of(t->net->wide)->width, workers = (size_t)rl_crew_size(t->crew);
    const size_t share = ((size_t)t->pass->batch + workers - 1) / workers;
    const size_t rows = (share + width - 1) / width * width;
    return rows < RL_BLOCK_ROWS ? rows : RL_BLOCK_ROWS;
}

static void take_block(void *self, int worker, size_t index)
{
    rl_trainer *t = self;
    const size_t most = block_rows(t), first = index * most, left = (size_t)t->pass->batch - first;
    take_rows(t, (rl_block){ .first = first, .rows = left < most ? left : most, .worker = worker });
}

/* ---- Parameters ---- */

/* Rows of a variant, from the number first of the flat array on, of which rates [lanes] and decays [rows] are known. */
static void change(rl_trainer *t, rl_variant variant, const rl_optimiser *optimiser, size_t first, size_t rows,
    const float *rates, int32_t *finite)
{
    float *w = (float *)t->net->parameters + first, *dw = (float *)t->pass->dparameters + first; /* [rows][lanes] */
    const rl_gradient_kernels *gradients = rl_gradient_kernels_of(variant);
    const double coupled = optimiser->decouples_decay ? 0 : (double)t->how.l2;
    if (t->how.l1 > 0 || coupled > 0)
        gradients->penalise(rows, t->decays + first, (double)t->how.l1, coupled, w, dw);
    optimiser->step(&(rl_update){ .count = rows,
        .w = w,
        .dw = dw,
        .moments = { t->moments[0] ? t->moments[0] + first : NULL, t->moments[1] ? t->moments[1] + first : NULL },
        .rate = rates,
        .l2 = (double)t->how.l2 - coupled,
        .decays = t->decays + first,
        .step = t->step + 1,
        .momentum = (double)t->how.momentum,
        .beta1 = (double)t->how.beta1,
        .beta2 = (double)t->how.beta2,
        .smoothing = (double)t->how.smoothing,
        .epsilon = (double)t->how.epsilon });
    gradients->finite(rows, w, finite);
}

/* Numbers of a net of one lane, as rows of a wide variant and a rest. Penalties act on all of them or on none, so that
 * the first of their decays speak for the rows. */
static bool change_run(rl_trainer *t, size_t first, size_t count)
{
    const rl_variant wide = t->net->wide;
    const size_t width = rl_gemm_of(wide)->width, rows = count / width, done = rows * width;
    float rates[RL_WIDEST];
    int32_t finite[RL_WIDEST], rest_finite;
    for (size_t l = 0; l < RL_WIDEST; l++)
        rates[l] = t->rates[0];
    change(t, wide, rl_optimiser_of(wide, t->how.optimiser), first, rows, rates, finite);
    change(t, t->net->variant, t->optimiser, first + done, count - done, rates, &rest_finite);
    bool all = rest_finite;
    for (size_t l = 0; l < width; l++)
        all = all && finite[l];
    return all;
}

static void change_piece(rl_trainer *t, rl_piece *piece)
{
    const rl_node_data *node = &t->net->nodes[piece->node];
    const size_t unit = (size_t)piece->unit, units = (size_t)(piece->last_unit - piece->unit);
    if (node->kind != RL_DENSE) {
        piece->finite = change_run(t, node->offset, node->parameters);
        return;
    }
    const size_t inputs = node->weights / (size_t)node->units;
    piece->finite = change_run(t, node->offset + unit * inputs, units * inputs);
    if (node->bias)
        piece->finite = change_run(t, node->offset + node->weights + unit, units) && piece->finite;
}

static void learn_piece(void *self, int worker, size_t index)
{
    (void)worker;
    rl_trainer *t = self;
    rl_piece *piece = &t->pieces[index];
    rl_pass_learn(t->net, t->pass, piece->node, piece->unit, piece->last_unit);
    if (!(t->how.clip > 0))
        change_piece(t, piece);
}

static void change_clipped(void *self, int worker, size_t index)
{
    (void)worker;
    change_piece(self, &((rl_trainer *)self)->pieces[index]);
}

static void clip(rl_trainer *t)
{
    rl_gradient_kernels_of(t->net->variant)->clip(t->net->parameter_count, (double)t->how.clip, t->pass->dparameters);
}

static void learn_in_pieces(rl_trainer *t)
{
    rl_crew_run(t->crew, t->piece_count, learn_piece, t);
    if (t->how.clip > 0) {
        clip(t);
        rl_crew_run(t->crew, t->piece_count, change_clipped, t);
    }
    *t->finite = true;
    for (size_t i = 0; i < t->piece_count; i++)
        *t->finite = *t->finite && t->pieces[i].finite;
}

static void learn_at_once(rl_trainer *t)
{
    for (rl_node i = t->net->count - 1; i > 0; i--)
        rl_pass_learn(t->net, t->pass, i, 0, t->net->nodes[i].units);
    if (t->how.clip > 0)
        clip(t);
    change(t, t->net->variant, t->optimiser, 0, t->net->parameter_count, t->rates, t->finite);
}

/* ---- The step ---- */

void rl_step_run(rl_trainer *t, size_t batch)
{
    rl_pass_training(t->pass, (uint64_t)t->step);
    rl_pass_begin(t->pass, t->x, (int)batch);
    const size_t rows = block_rows(t);
    rl_crew_run(t->crew, (batch + rows - 1) / rows, take_block, t);
    rl_pass_mean_loss(t->net, t->pass, t->batch_loss);
    if (t->pieces)
        learn_in_pieces(t);
    else
        learn_at_once(t);
}
