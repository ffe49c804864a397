/* The gated recurrent unit (Cho et al. 2014), as PyTorch and cuDNN have it: the reset gate acts on what W_hh gave.
 *
 *     r = σ(b_ir + W_ir x_t + b_hr + W_hr y_{t-1})        z = σ(b_iz + W_iz x_t + b_hz + W_hz y_{t-1})
 *     q = b_hn + W_hn y_{t-1}                             n = tanh(b_in + W_in x_t + r q)
 *     y_t = (1 - z) n + z y_{t-1}
 *
 *     ∂L/∂n = dy (1 - z) (1 - n²)      ∂L/∂q = ∂L/∂n · r      ∂L/∂r = ∂L/∂n · q · r (1 - r)
 *     ∂L/∂z = dy (y_{t-1} - n) z (1 - z)                  ∂L/∂y_{t-1} += dy z
 *
 * written for the sums inside σ and tanh. Where z is 1 a gradient goes one step back as it is: that is the cure for its
 * fading. Gates lie in PyTorch's order r, z, n.
 *
 * Kept a step: r, z, q, n. Kept a step on the way back: δ of r, z, q, which W_hh gave; that of n; ∂L/∂y. */
#include "kernel/lane_math.h"
#include "nn/layer/steps.h"

static sequence steps_of(const rl_call *call)
{
    return sequence_of(call, 3, 4, 5, 4);
}

/* q begins as its bias, for the inputs give it nothing. */
static void begin_candidates(const sequence *s)
{
    for (size_t r = 0; r < s->batch * s->steps; r++)
        for (size_t u = 0; u < s->units; u++)
            lane_store(
                (real *)s->call->kept + (r * s->keep + 2 * s->units + u) * LANES, state_bias(s, 2 * s->units + u));
}

static void step_forward(const sequence *s, size_t b, size_t t)
{
    const size_t gate = s->units * LANES;
    real *kept = (real *)s->call->kept + at_step(s, b, t, s->keep);
    real *y = (real *)s->call->y + at_step(s, b, t, s->units);
    for (size_t u = 0; u < s->units; u++, kept += LANES) {
        const lane r = lane_sigmoid(lane_load(kept) + state_bias(s, u));
        const lane z = lane_sigmoid(lane_load(kept + gate) + state_bias(s, s->units + u));
        const lane n = lane_tanh(lane_fma(r, lane_load(kept + 2 * gate), lane_load(kept + 3 * gate)));
        lane_store(kept, r);
        lane_store(kept + gate, z);
        lane_store(kept + 3 * gate, n);
        lane_store(y + u * LANES, lane_fma(z, state_before(s, b, t, u) - n, n));
    }
}

/* From ∂L/∂y_t to the δ of step t; and to what of ∂L/∂y_{t-1} goes around the gates. */
static void step_backward(const sequence *s, size_t b, size_t t)
{
    const size_t gate = s->units * LANES;
    const real *kept = (const real *)s->call->kept + at_step(s, b, t, s->keep);
    const real *above = t > 0 ? (const real *)s->call->dy + at_step(s, b, t - 1, s->units) : NULL;
    real *back = (real *)s->call->kept_back + at_step(s, b, t, s->back);
    real *before = t > 0 ? (real *)s->call->kept_back + at_step(s, b, t - 1, s->back) + s->state * LANES : NULL;
    const lane one = lane_all(1);
    for (size_t u = 0; u < s->units; u++, kept += LANES, back += LANES) {
        const lane r = lane_load(kept), z = lane_load(kept + gate), q = lane_load(kept + 2 * gate),
                   n = lane_load(kept + 3 * gate), dy = lane_load(back + s->state * LANES);
        const lane dn = dy * (one - z) * (one - n * n);
        lane_store(back, dn * q * r * (one - r));
        lane_store(back + gate, dy * (state_before(s, b, t, u) - n) * z * (one - z));
        lane_store(back + 2 * gate, dn * r);
        lane_store(back + 3 * gate, dn);
        if (t > 0)
            lane_store(before + u * LANES, lane_fma(dy, z, lane_load(above + u * LANES)));
    }
}

static void forward(const rl_call *call)
{
    sequence s = steps_of(call);
    turn_weights(&s);
    read_inputs(&s, 0, 2 * s.units, 0);
    read_inputs(&s, 2 * s.units, s.units, 3 * s.units);
    begin_candidates(&s);
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
    for (size_t t = s.steps; t-- > 0;) {
        for (size_t b = 0; b < s.batch; b++)
            step_backward(&s, b, t);
        if (t > 0)
            pass_to_state(&s, t,
                (matrix){ (const real *)call->kept_back + at_step(&s, 0, t - 1, s.back) + s.state * LANES,
                    s.steps * s.back, 1 });
    }
    pass_to_inputs(&s, 0, 0, 2 * s.units, call->fresh[0]);
    pass_to_inputs(&s, 3 * s.units, 2 * s.units, s.units, false);
}

static void learn(const rl_call *call)
{
    const sequence s = steps_of(call);
    learn_inputs(&s, 0, 0, 2 * s.units);
    learn_inputs(&s, 3 * s.units, 2 * s.units, s.units);
    learn_state(&s);
}

const rl_layer RL_EXPORT(rl_layer_gru) = { .forward = forward, .backward = backward, .learn = learn };
