/* An activation: a = f(z), unit by unit. Lanes may have curves of their own; then each curve runs on all lanes
 * and is blended into those that asked for it.
 *
 * While training, RReLU's α is drawn anew for every element: U(1/8, 1/3) (Xu et al. 2015, with PyTorch's bounds). */
#include "nn/layer/draw.h"
#include "nn/layer/layers.h"

static rl_alphas alphas_of(const rl_call *call)
{
    if (call->drawn && call->training)
        return (rl_alphas){ call->drawn, call->units, 1 };
    return call->alphas;
}

static void forward(const rl_call *call)
{
    if (call->drawn && call->training)
        draw_uniform(call, RL_FOR_RRELU, 1.0 / 8, 1.0 / 3);
    rl_alphas alphas = alphas_of(call);
    if (call->group_count == 1) {
        call->groups[0].kernels->forward(call->batch, call->units, alphas, call->x[0], call->y);
        return;
    }
    for (int g = 0; g < call->group_count; g++) {
        call->groups[g].kernels->forward(call->batch, call->units, alphas, call->x[0], call->scratch);
        call->rows->blend(call->batch * call->units, call->groups[g].mask, call->scratch, call->y);
    }
}

static void backward(const rl_call *call)
{
    rl_alphas alphas = alphas_of(call);
    if (!call->dx[0])
        return;
    if (call->group_count == 1) {
        call->groups[0].kernels->backward(
            call->batch, call->units, alphas, call->x[0], call->dy, call->dx[0], call->fresh[0]);
        return;
    }
    if (call->fresh[0])
        memset(call->dx[0], 0, call->batch * call->units * LANES * sizeof(real));
    for (int g = 0; g < call->group_count; g++) {
        call->groups[g].kernels->backward(call->batch, call->units, alphas, call->x[0], call->dy, call->scratch, true);
        call->rows->blend_add(call->batch * call->units, call->groups[g].mask, call->scratch, call->dx[0]);
    }
}

/* All units at once, for they may share one α. */
static void learn(const rl_call *call)
{
    if (!call->learned)
        return;
    memset(call->dw, 0, (call->alphas.per_unit ? call->units : 1) * LANES * sizeof(real));
    call->groups[0].kernels->alpha_backward(call->batch, call->units, call->alphas, call->x[0], call->dy, call->dw);
}

const rl_layer RL_EXPORT(
    rl_layer_activation) = { .kind = "activation", .forward = forward, .backward = backward, .learn = learn };
