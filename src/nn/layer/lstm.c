/* Long short-term memory (Hochreiter & Schmidhuber 1997, with the forget gate of Gers, Schmidhuber & Cummins 2000), as
 * PyTorch has it: p_t as in nn/layer/steps.h, cut into i, f, g, o, and a cell c that is carried along the steps.
 *
 *     i = σ(p_i)    f = σ(p_f)    g = tanh(p_g)    o = σ(p_o)
 *     c_t = f c_{t-1} + i g       y_t = o tanh(c_t)                    c_{-1} = 0
 *
 *     dc = dy o (1 - tanh²(c_t)) + (what step t + 1 hands back)        handed back to step t - 1: dc f
 *     δ_i = dc g i (1 - i)    δ_f = dc c_{t-1} f (1 - f)    δ_g = dc i (1 - g²)    δ_o = dy tanh(c_t) o (1 - o)
 *
 * Along the cell a gradient is multiplied by f alone, step by step, and f can be 1.
 *
 * Kept a step: i, f, g, o, c, tanh(c). Kept a step on the way back: δ_i, δ_f, δ_g, δ_o; ∂L/∂y_t; what the step after
 * handed back to c_t. */
#include "kernel/lane_math.h"
#include "nn/layer/steps.h"

static sequence steps_of(const rl_call *call)
{
    return sequence_of(call, 4, 6, 6, 4);
}

static lane cell_before(const sequence *s, size_t b, size_t t, size_t unit)
{
    return t > 0
               ? lane_load((const real *)s->call->kept + at_step(s, b, t - 1, s->keep) + (4 * s->units + unit) * LANES)
               : lane_zero();
}

static void step_forward(const sequence *s, size_t b, size_t t)
{
    const size_t gate = s->units * LANES;
    real *kept = (real *)s->call->kept + at_step(s, b, t, s->keep);
    real *y = (real *)s->call->y + at_step(s, b, t, s->units);
    for (size_t u = 0; u < s->units; u++, kept += LANES) {
        const lane i = lane_sigmoid(lane_load(kept) + state_bias(s, u));
        const lane f = lane_sigmoid(lane_load(kept + gate) + state_bias(s, s->units + u));
        const lane g = lane_tanh(lane_load(kept + 2 * gate) + state_bias(s, 2 * s->units + u));
        const lane o = lane_sigmoid(lane_load(kept + 3 * gate) + state_bias(s, 3 * s->units + u));
        const lane c = lane_fma(f, cell_before(s, b, t, u), i * g), shown = lane_tanh(c);
        lane_store(kept, i);
        lane_store(kept + gate, f);
        lane_store(kept + 2 * gate, g);
        lane_store(kept + 3 * gate, o);
        lane_store(kept + 4 * gate, c);
        lane_store(kept + 5 * gate, shown);
        lane_store(y + u * LANES, o * shown);
    }
}

static void step_backward(const sequence *s, size_t b, size_t t)
{
    const size_t gate = s->units * LANES;
    const real *kept = (const real *)s->call->kept + at_step(s, b, t, s->keep);
    real *back = (real *)s->call->kept_back + at_step(s, b, t, s->back);
    real *before = t > 0 ? (real *)s->call->kept_back + at_step(s, b, t - 1, s->back) + 5 * gate : NULL;
    const lane one = lane_all(1);
    for (size_t u = 0; u < s->units; u++, kept += LANES, back += LANES) {
        const lane i = lane_load(kept), f = lane_load(kept + gate), g = lane_load(kept + 2 * gate),
                   o = lane_load(kept + 3 * gate), shown = lane_load(kept + 5 * gate), dy = lane_load(back + 4 * gate);
        const lane dc = lane_fma(dy * o, one - shown * shown, lane_load(back + 5 * gate));
        lane_store(back, dc * g * i * (one - i));
        lane_store(back + gate, dc * cell_before(s, b, t, u) * f * (one - f));
        lane_store(back + 2 * gate, dc * i * (one - g * g));
        lane_store(back + 3 * gate, dy * shown * o * (one - o));
        if (t > 0)
            lane_store(before + u * LANES, dc * f);
    }
}

static void forward(const rl_call *call)
{
    sequence s = steps_of(call);
    turn_weights(&s);
    read_inputs(&s, 0, s.gates, 0);
    for (size_t t = 0; t < s.steps; t++) {
        read_state(&s, t);
        for (size_t b = 0; b < s.batch; b++)
            step_forward(&s, b, t);
    }
}

static void backward(const rl_call *call)
{
    const sequence s = steps_of(call);
    begin_at_the_end(&s);
    for (size_t b = 0; b < s.batch; b++)
        memset((real *)call->kept_back + at_step(&s, b, s.steps - 1, s.back) + 5 * s.units * LANES, 0,
            s.units * LANES * sizeof(real));
    for (size_t t = s.steps; t-- > 0;) {
        for (size_t b = 0; b < s.batch; b++)
            step_backward(&s, b, t);
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
}

const rl_layer RL_EXPORT(rl_layer_lstm) = { .forward = forward, .backward = backward, .learn = learn };
