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

static void forward_dense(const rl_call *call)
{
    const rl_gemm *gemm = call->gemm;
    const size_t inputs = call->inputs, units = call->units;
    const size_t columns = (call->batch + gemm->width - 1) / gemm->width * gemm->width;
    const float *w = call->w;                                                       /* [units][inputs], [units] */
    float *x_turned = call->scratch, *y_turned = x_turned + inputs * RL_BLOCK_ROWS; /* [·][RL_BLOCK_ROWS] each */
    if (columns > call->batch)
        memset(x_turned, 0, inputs * RL_BLOCK_ROWS * sizeof *x_turned);
    gemm->transpose(call->batch, inputs, call->x[0], inputs, x_turned, RL_BLOCK_ROWS);
    for (size_t o = 0; o < units; o++)
        for (size_t b = 0; b < columns; b++)
            y_turned[o * RL_BLOCK_ROWS + b] = call->bias ? w[units * inputs + o] : 0;
    gemm->product(&(rl_product){ .rows = units,
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
    gemm->transpose(units, call->batch, y_turned, RL_BLOCK_ROWS, call->y, units);
}

static void backward_dense(const rl_call *call)
{
    if (call->dx[0])
        call->gemm->product(&(rl_product){ .rows = call->batch,
            .columns = call->inputs,
            .terms = call->units,
            .a = call->dy,
            .a_by_row = call->units,
            .a_by_term = 1,
            .b = call->w,
            .b_by_term = call->inputs,
            .c = call->dx[0],
            .c_by_row = call->inputs,
            .add = true });
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

const rl_layer rl_single_dense = {
    .kind = "dense", .forward = forward_dense, .backward = backward_dense, .learn = learn_dense
};

/* One α for all: the curve of the wide variant takes what fills whole vectors, that of the one-lane variant the rest. */
typedef struct {
    float alpha[RL_WIDEST];
    size_t rows, done;
} wide_rows;

static wide_rows cut(const rl_call *call)
{
    wide_rows wide = { .rows = call->batch * call->units / call->gemm->width };
    wide.done = wide.rows * call->gemm->width;
    for (size_t l = 0; l < RL_WIDEST; l++)
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
    call->curves[0]->forward(rest, 1, call->alphas, z + wide.done, a + wide.done);
}

static void backward_activation(const rl_call *call)
{
    if (!call->dx[0])
        return;
    const wide_rows wide = cut(call);
    const float *z = call->x[0], *da = call->dy; /* [batch][units] */
    float *dz = call->dx[0];                     /* [batch][units] */
    const size_t rest = call->batch * call->units - wide.done;
    call->wide_curve->backward(wide.rows, 1, (rl_alphas){ .first = wide.alpha }, z, da, dz);
    call->curves[0]->backward(rest, 1, call->alphas, z + wide.done, da + wide.done, dz + wide.done);
}

const rl_layer rl_single_activation = {
    .kind = "activation", .forward = forward_activation, .backward = backward_activation
};
