/* Elman's recurrent layer (1990), with any curve f:
 *
 *     z_t = b_ih + W_ih x_t + b_hh + W_hh y_{t-1}        y_t = f(z_t)        y_{-1} = 0
 *
 *     δ_t = ∂L/∂y_t · f'(z_t), and the rest as in nn/layer/steps.h.
 *
 * Going one step back multiplies a gradient by W_hhᵀ diag(f'): over many steps it fades or grows (Hochreiter 1991,
 * Bengio, Simard & Frasconi 1994), unless W_hh begins as the identity and f as a rectifier (Le, Jaitly & Hinton 2015).
 *
 * Kept a step: z. Kept a step on the way back: δ, then ∂L/∂y. Lanes may have curves of their own, and RReLU draws an α
 * for each element and step, as in nn/layer/activation.c. A PReLU's α [units], or [1], are the last parameters. */
#include "nn/layer/draw.h"
#include "nn/layer/steps.h"

static sequence steps_of(const rl_call *call)
{
    return sequence_of(call, 1, 1, 2, 1);
}

static rl_alphas alphas_of(const sequence *s, size_t b, size_t t)
{
    if (s->call->drawn && s->call->training)
        return (rl_alphas){ (const real *)s->call->drawn + at_step(s, b, t, s->units), 0, 1 };
    return s->call->alphas;
}

/* One step of one row, each group of lanes through its own curve. */
static void curve_forward(const sequence *s, size_t b, size_t t, real *one)
{
    const rl_call *call = s->call;
    const real *z = (const real *)call->kept + at_step(s, b, t, s->keep);
    real *y = (real *)call->y + at_step(s, b, t, s->units);
    const rl_alphas alphas = alphas_of(s, b, t);
    if (call->group_count == 1) {
        call->groups[0].kernels->forward(1, s->units, alphas, z, y);
        return;
    }
    for (int g = 0; g < call->group_count; g++) {
        call->groups[g].kernels->forward(1, s->units, alphas, z, one);
        call->rows->blend(s->units, call->groups[g].mask, one, y);
    }
}

static void curve_backward(const sequence *s, size_t b, size_t t, real *one)
{
    const rl_call *call = s->call;
    const real *z = (const real *)call->kept + at_step(s, b, t, s->keep);
    real *delta = (real *)call->kept_back + at_step(s, b, t, s->back);
    const real *dy = delta + s->state * LANES;
    const rl_alphas alphas = alphas_of(s, b, t);
    if (call->group_count == 1) {
        call->groups[0].kernels->backward(1, s->units, alphas, z, dy, delta, true);
        return;
    }
    for (int g = 0; g < call->group_count; g++) {
        call->groups[g].kernels->backward(1, s->units, alphas, z, dy, one, true);
        call->rows->blend(s->units, call->groups[g].mask, one, delta);
    }
}

static void forward(const rl_call *call)
{
    sequence s = steps_of(call);
    if (call->drawn && call->training)
        draw_uniform(call, RL_FOR_RRELU, 1.0 / 8, 1.0 / 3);
    turn_weights(&s);
    read_inputs(&s, 0, s.gates, 0);
    for (size_t t = 0; t < s.steps; t++) {
        read_state(&s, t);
        for (size_t b = 0; b < s.batch; b++) {
            real *z = (real *)call->kept + at_step(&s, b, t, s.keep);
            for (size_t u = 0; u < s.units; u++)
                lane_store(z + u * LANES, lane_load(z + u * LANES) + state_bias(&s, u));
            curve_forward(&s, b, t, call->scratch);
        }
    }
}

static void backward(const rl_call *call)
{
    const sequence s = steps_of(call);
    begin_at_the_end(&s);
    for (size_t t = s.steps; t-- > 0;) {
        for (size_t b = 0; b < s.batch; b++)
            curve_backward(&s, b, t, call->scratch);
        if (t > 0)
            pass_to_state(&s, t, from_above(&s, t - 1));
    }
    pass_to_inputs(&s, 0, 0, s.gates, call->fresh[0]);
}

static void learn(const rl_call *call)
{
    const sequence s = steps_of(call);
    learn_inputs(&s, 0, 0, s.gates);
    learn_state(&s);
    if (!call->learned)
        return;
    real *dalpha = (real *)call->dw + s.gates * (s.features + s.units + 2 * s.by_bias) * LANES;
    memset(dalpha, 0, (call->alphas.per_unit ? s.units : 1) * LANES * sizeof *dalpha);
    for (size_t b = 0; b < s.batch; b++)
        for (size_t t = 0; t < s.steps; t++)
            call->groups[0].kernels->alpha_backward(1, s.units, call->alphas,
                (const real *)call->kept + at_step(&s, b, t, s.keep),
                (const real *)call->kept_back + at_step(&s, b, t, s.back) + s.state * LANES, dalpha);
}

const rl_layer RL_EXPORT(rl_layer_recurrent) = { .forward = forward, .backward = backward, .learn = learn };
