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

/* One α a channel: a channel's positions are rows of one unit. One α a feature of a sequence: its steps are rows. */
typedef struct {
    size_t rows, units, times;
} cut;

static cut cut_of(const rl_call *call, rl_alphas alphas)
{
    const size_t channels = call->units / call->positions;
    if (alphas.per_unit && !alphas.per_row && call->out->rank == 2)
        return (cut){ call->batch * call->positions, channels, 1 };
    if (alphas.per_unit && !alphas.per_row && call->positions > 1)
        return (cut){ call->positions, 1, call->batch * channels };
    return (cut){ call->batch, call->units, 1 };
}

static rl_alphas alphas_at(const rl_call *call, rl_alphas alphas, cut c, size_t time)
{
    if (c.times > 1)
        alphas.first = (const real *)alphas.first + time % (call->units / call->positions) * LANES;
    return alphas;
}

static void forward_curve(const rl_call *call, int g, rl_alphas alphas, real *y)
{
    const cut c = cut_of(call, alphas);
    for (size_t t = 0, at = 0; t < c.times; t++, at += c.rows * c.units * LANES)
        call->groups[g].kernels->forward(
            c.rows, c.units, alphas_at(call, alphas, c, t), (const real *)call->x[0] + at, y + at);
}

static void backward_curve(const rl_call *call, int g, rl_alphas alphas, real *dx, bool fresh)
{
    const cut c = cut_of(call, alphas);
    for (size_t t = 0, at = 0; t < c.times; t++, at += c.rows * c.units * LANES)
        call->groups[g].kernels->backward(c.rows, c.units, alphas_at(call, alphas, c, t), (const real *)call->x[0] + at,
            (const real *)call->dy + at, dx + at, fresh);
}

static void forward(const rl_call *call)
{
    if (call->drawn && call->training)
        draw_uniform(call, RL_FOR_RRELU, 1.0 / 8, 1.0 / 3);
    rl_alphas alphas = alphas_of(call);
    if (call->group_count == 1) {
        forward_curve(call, 0, alphas, call->y);
        return;
    }
    for (int g = 0; g < call->group_count; g++) {
        forward_curve(call, g, alphas, call->scratch);
        call->rows->blend(call->batch * call->units, call->groups[g].mask, call->scratch, call->y);
    }
}

static void backward(const rl_call *call)
{
    rl_alphas alphas = alphas_of(call);
    if (!call->dx[0])
        return;
    if (call->group_count == 1) {
        backward_curve(call, 0, alphas, call->dx[0], call->fresh[0]);
        return;
    }
    if (call->fresh[0])
        memset(call->dx[0], 0, call->batch * call->units * LANES * sizeof(real));
    for (int g = 0; g < call->group_count; g++) {
        backward_curve(call, g, alphas, call->scratch, true);
        call->rows->blend_add(call->batch * call->units, call->groups[g].mask, call->scratch, call->dx[0]);
    }
}

/* All units at once, for they may share one α. */
static void learn(const rl_call *call)
{
    if (!call->learned)
        return;
    const size_t channels = call->units / call->positions;
    const cut c = cut_of(call, call->alphas);
    memset(call->dw, 0, (call->alphas.per_unit ? channels : 1) * LANES * sizeof(real));
    for (size_t t = 0, at = 0; t < c.times; t++, at += c.rows * c.units * LANES)
        call->groups[0].kernels->alpha_backward(c.rows, c.units, alphas_at(call, call->alphas, c, t),
            (const real *)call->x[0] + at, (const real *)call->dy + at,
            (real *)call->dw + (c.times > 1 ? t % channels : 0) * LANES);
}

const rl_layer RL_EXPORT(rl_layer_activation) = { .forward = forward, .backward = backward, .learn = learn };
