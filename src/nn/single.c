/* A net of one lane: its dense layers go through the matrix product whose vectors lie along columns (kernel/gemm.h), and
 * curves take several numbers of it as one row of a wide variant. Every number is the sum or the value that the
 * one-lane kernels in nn/layer/ give, which the tests hold it to, bit for bit.
 *
 *     Yᵀ = W Xᵀ + b     columns are rows of the batch: a block of X is turned, which is far less work than turning W
 *     ∂L/∂X += ∂L/∂Y W                 columns are inputs, and all lies as it is needed
 *     ∂L/∂W  = (∂L/∂Y)ᵀ X              the same
 *     ∂L/∂b  = 1ᵀ ∂L/∂Y                columns are units */
#include "nn/single.h"

#include <string.h>

static size_t whole_vectors(const rl_gemm *gemm, size_t rows)
{
    return (rows + gemm->width - 1) / gemm->width * gemm->width;
}

/* Rows beyond the last are 0 up to a whole vector. */
void rl_single_turn(const rl_gemm *gemm, size_t rows, size_t inputs, const float *x, float *turned)
{
    const size_t beyond = whole_vectors(gemm, rows) - rows;
    gemm->transpose(rows, inputs, x, inputs, turned, RL_BLOCK_ROWS);
    for (size_t i = 0; beyond && i < inputs; i++)
        memset(turned + i * RL_BLOCK_ROWS + rows, 0, beyond * sizeof *turned);
}

void rl_single_forward_turned(const rl_call *call, const float *x_turned)
{
    const size_t inputs = call->inputs, units = call->last_unit - call->unit;
    const size_t columns = whole_vectors(call->gemm, call->batch);
    const float *w = (const float *)call->w + call->unit * inputs;                  /* [units][inputs] */
    const float *bias = (const float *)call->w + call->units * inputs + call->unit; /* [units] */
    float *y_turned = call->scratch;                                                /* [units][RL_BLOCK_ROWS] */
    for (size_t o = 0; o < units; o++)
        for (size_t b = 0; b < columns; b++)
            y_turned[o * RL_BLOCK_ROWS + b] = call->bias ? bias[o] : 0;
    call->gemm->product(&(rl_product){ .rows = units,
        .columns = columns,
        .terms = inputs,
        .a = w,
        .a_by_row = inputs,
        .a_by_term = 1,
        .b = x_turned,
        .b_by_term = RL_BLOCK_ROWS,
        .c = y_turned,
        .c_by_row = RL_BLOCK_ROWS,
        .add = true });
    call->gemm->transpose(units, call->batch, y_turned, RL_BLOCK_ROWS, (float *)call->y + call->unit, call->units);
}

static void forward_dense(const rl_call *call)
{
    float *x_turned = (float *)call->scratch + call->units * RL_BLOCK_ROWS; /* [inputs][RL_BLOCK_ROWS] */
    rl_single_turn(call->gemm, call->batch, call->inputs, call->x[0], x_turned);
    rl_single_forward_turned(call, x_turned);
}

static void backward_dense(const rl_call *call)
{
    if (call->dx[0])
        call->gemm->product(&(rl_product){ .rows = call->batch,
            .columns = call->last_input - call->input,
            .terms = call->units,
            .a = call->dy,
            .a_by_row = call->units,
            .a_by_term = 1,
            .b = (const float *)call->w + call->input,
            .b_by_term = call->inputs,
            .c = (float *)call->dx[0] + call->input,
            .c_by_row = call->inputs,
            .add = !call->fresh[0] });
}

static void learn_dense(const rl_call *call)
{
    static const float one = 1;
    const float *dy = (const float *)call->dy + call->unit;                  /* [batch][units] */
    float *dw = (float *)call->dw, *dbias = dw + call->units * call->inputs; /* [units][inputs], [units] */
    const size_t units = call->last_unit - call->unit;
    call->gemm->product(&(rl_product){ .rows = units,
        .columns = call->inputs,
        .terms = call->batch,
        .a = dy,
        .a_by_row = 1,
        .a_by_term = call->units,
        .b = call->x[0],
        .b_by_term = call->inputs,
        .c = dw + call->unit * call->inputs,
        .c_by_row = call->inputs });
    if (call->bias)
        call->gemm->product(&(rl_product){ .rows = 1,
            .columns = units,
            .terms = call->batch,
            .a = &one,
            .b = dy,
            .b_by_term = call->units,
            .c = dbias + call->unit,
            .c_by_row = units });
}

const rl_layer rl_single_dense = { .forward = forward_dense, .backward = backward_dense, .learn = learn_dense };

/* One α for all: the curve of the wide variant takes what fills whole vectors, that of the one-lane variant the rest. */
typedef struct {
    float alpha[RL_MOST_LANES];
    size_t rows, done;
} wide_rows;

static wide_rows cut(const rl_call *call)
{
    wide_rows wide = { .rows = call->batch * call->units / call->gemm->width };
    wide.done = wide.rows * call->gemm->width;
    for (size_t l = 0; l < RL_MOST_LANES; l++)
        wide.alpha[l] = *(const float *)call->alphas.first;
    return wide;
}

static void forward_activation(const rl_call *call)
{
    const wide_rows wide = cut(call);
    const float *z = call->x[0]; /* [batch][units] */
    float *a = call->y;          /* [batch][units] */
    const size_t rest = call->batch * call->units - wide.done;
    call->wide_curve->forward(wide.rows, 1, (rl_alphas){ .first = wide.alpha }, z, a);
    call->groups[0].kernels->forward(rest, 1, call->alphas, z + wide.done, a + wide.done);
}

static void backward_activation(const rl_call *call)
{
    if (!call->dx[0])
        return;
    const wide_rows wide = cut(call);
    const float *z = call->x[0], *da = call->dy; /* [batch][units] */
    float *dz = call->dx[0];                     /* [batch][units] */
    const size_t rest = call->batch * call->units - wide.done;
    call->wide_curve->backward(wide.rows, 1, (rl_alphas){ .first = wide.alpha }, z, da, dz, call->fresh[0]);
    call->groups[0].kernels->backward(
        rest, 1, call->alphas, z + wide.done, da + wide.done, dz + wide.done, call->fresh[0]);
}

const rl_layer rl_single_activation = { .forward = forward_activation, .backward = backward_activation };

/* Of the pictures that a pooling node reads, all channels of all rows of the batch. */
static rl_squares squares_of(const rl_call *call)
{
    const rl_window *w = call->window;
    return (rl_squares){ .channels = call->batch * w->channels,
        .rows = w->to_size[0],
        .columns = w->to_size[1],
        .by_channel = w->size[0] * w->size[1],
        .by_row = w->size[1] };
}

static void forward_max_pool(const rl_call *call)
{
    const rl_squares squares = squares_of(call);
    call->gemm->choose(&squares, call->x[0], call->y, call->drawn);
}

static void backward_max_pool(const rl_call *call)
{
    const rl_squares squares = squares_of(call);
    if (!call->dx[0])
        return;
    if (call->fresh[0] && squares.by_channel > 4 * squares.rows * squares.columns) /* the last belong to no square */
        memset(call->dx[0], 0, squares.channels * squares.by_channel * sizeof(float));
    call->gemm->give(&squares, call->dy, call->drawn, call->fresh[0], call->dx[0]);
}

const rl_layer rl_single_max_pool = { .forward = forward_max_pool, .backward = backward_max_pool };
