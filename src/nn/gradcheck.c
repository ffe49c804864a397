/* Finite differences against backward, in double precision, by every parameter and by every input: the proof that every derivative in this library belongs to
 * its function.
 *
 *     ∂L/∂w ≈ D(h) = (L(w + h) - L(w - h)) / 2h,   h = 1e-5
 *
 * is off by about h²/6 · L''' from what is cut away and by about 1e-16 · L/h from rounding, together some 1e-9 here
 * (measured: at most 1e-8); the two must agree to 1e-6. Where a kink lies between w - h and w + h there is no
 * derivative to compare with; D(h) and D(h/2), which differ by next to nothing elsewhere, then disagree, and the
 * parameter is left out. (That test knows nothing of backward, so a wrong backward cannot hide behind it.)
 *
 * Every subject is a small net whose parameters, inputs and targets are drawn wide enough to reach both sides of
 * every kink. It is checked in evaluation and in training mode: with a fixed step, dropout and RReLU draw the same
 * numbers every time. */
#include "nn/pass.h"

#include <math.h>
#include <stdio.h>

#include "num/random.h"

enum { ROWS = 6, MOST_WIDTH = 64 };
static const double h = 1e-5;
static const double same_slope = 1e-7; /* D(h) and D(h/2) of a smooth function, relative to max(1, slope) */

typedef struct {
    const char *what;
    const char *layers;
    const rl_loss *loss;
} subject;

/* "add" reads a curve, a dense layer's input and a dropout's input twice, so that each of their backwards must add. */
static const subject layers[] = {
    { "dense", "input 3; dense 5; dense 4 no_bias; dense 2", &rl_squared },
    { "dropout", "input 3; dense 6; dropout 0.3; dense 4; tanh; dropout 0.5; dense 2", &rl_squared },
    { "add", "input 3; dense 4; tanh; dropout 0.3; add 2; dense 4; add 4; tanh; add 6; dense 4 @1; add 8; dense 2",
        &rl_squared },
    { "prelu shared", "input 3; dense 5; prelu shared; dense 4; prelu shared; dense 2", &rl_squared },
    { "flatten", "input 3; dense 8; reshape 2x2x2; prelu; flatten; add 1; dense 2", &rl_squared },
    { "reshape", "input 3; dense 12; reshape 3x2x2; prelu; reshape 12; dense 2", &rl_squared },
    { "conv", "input 18; reshape 2x3x3; conv 3 2; tanh; conv 2 2x1 padding 1; flatten; dense 2", &rl_squared },
    { "conv strided",
        "input 50; reshape 2x5x5; conv 4 3x2 stride 2x3 padding 1 groups 2; tanh; conv 3 2 dilation 1x2 no_bias "
        "padding 1; tanh; flatten; dense 2",
        &rl_squared },
    { "conv_transposed",
        "input 18; reshape 2x3x3; conv_transposed 3 2; tanh; conv_transposed 3 3 padding 1; add 3; conv_transposed 2 "
        "2x1 padding 1; flatten; dense 2",
        &rl_squared },
    { "conv_transposed strided",
        "input 12; reshape 4x1x3; conv_transposed 4 3x2 stride 2x3 padding 1x0 output_padding 1x2 groups 2; tanh; "
        "conv_transposed 2 2 dilation 1x2 no_bias padding 1; tanh; flatten; dense 2",
        &rl_squared },
    { "pool",
        "input 50; reshape 2x5x5; conv 3 2 padding 1; pool 3x2 stride 2 padding 1; pool 2 stride 1; flatten; dense 2",
        &rl_squared },
    { "average_pool",
        "input 50; reshape 2x5x5; conv 3 2; average_pool 3x2 stride 1x2 padding 1; tanh; flatten; dense 2",
        &rl_squared },
    { "global_pool", "input 24; reshape 2x4x3; conv 4 2; tanh; global_pool; flatten; dense 2", &rl_squared },
    { "concatenate", "input 3; dense 4; concatenate 1; tanh; concatenate 2; dense 4 @1; concatenate 4; dense 2",
        &rl_squared },
    { "rnn", "input 3; dense 8; reshape 4x2; rnn 3; rnn 3 relu; add 3; rnn 2 leaky_relu:0.2 no_bias; last; dense 2",
        &rl_squared },
    { "rnn with prelu", "input 3; dense 8; reshape 4x2; rnn 3 prelu; rnn 3 prelu shared; add 3; flatten; dense 2",
        &rl_squared },
    { "rnn with rrelu", "input 3; dense 8; reshape 4x2; rnn 3 rrelu; dropout 0.3; rnn 3 rrelu; last; dense 2",
        &rl_squared },
    { "gru", "input 3; dense 8; reshape 4x2; gru 3; gru 3; add 3; gru 2 no_bias; flatten; dense 2", &rl_squared },
    { "lstm", "input 3; dense 8; reshape 4x2; lstm 3; lstm 3; add 3; lstm 2 no_bias; flatten; dense 2", &rl_squared },
    { "layer_norm", "input 3; dense 8; layer_norm; tanh; layer_norm; add 4; dense 2", &rl_squared },
    { "layer_norm of sequences", "input 3; dense 8; reshape 4x2; layer_norm; rnn 3; layer_norm; add 5; last; dense 2",
        &rl_squared },
    { "layer_norm of pictures", "input 3; dense 18; reshape 2x3x3; layer_norm; prelu; flatten; dense 2", &rl_squared },
    { "batch_norm", "input 3; batch_norm; dense 4; batch_norm; tanh; batch_norm; add 4; dense 2", &rl_squared },
    { "batch_norm of pictures",
        "input 18; reshape 2x3x3; batch_norm; conv 3 2; batch_norm; tanh; batch_norm; add 5; flatten; dense 2",
        &rl_squared },
    { "last", "input 3; dense 8; reshape 4x2; last; dense 2; last @2; add 4; dense 2", &rl_squared },
    { "input", "input 18; tanh; reshape 2x3x3; conv 3 2; tanh; flatten; dense 18; add 0; dense 2", &rl_squared },
};
enum { LAYERS = sizeof layers / sizeof layers[0] };

static double relative(double difference, double gradient)
{
    return fabs(difference) / fmax(1, fabs(gradient));
}

static double loss_of(const rl_net *net, rl_pass *pass, const subject *s, const double *x, const double *targets)
{
    rl_pass_forward(net, pass, x, ROWS);
    rl_pass_loss(net, pass, s->loss, targets);
    const double *losses = pass->losses; /* [ROWS] */
    double sum = 0;
    for (int b = 0; b < ROWS; b++)
        sum += losses[b];
    return sum / ROWS;
}

/* D(step) by *w, a parameter or one of the inputs x. */
static double central(
    const rl_net *net, rl_pass *pass, const subject *s, const double *x, const double *targets, double *w, double step)
{
    const double at = *w;
    *w = at + step;
    double above = loss_of(net, pass, s, x, targets);
    *w = at - step;
    double below = loss_of(net, pass, s, x, targets);
    *w = at;
    return (above - below) / (2 * step);
}

/* Compares the derivatives dw [count] by the numbers w [count]. *seen counts those compared and those left out at kinks. */
static void compare_each(const rl_net *net, rl_pass *pass, const subject *s, const double *x, const double *targets,
    double *w, const double *dw, size_t count, rl_gradcheck_row *row, size_t *seen)
{
    for (size_t i = 0; i < count; i++) {
        double wide = central(net, pass, s, x, targets, &w[i], h),
               narrow = central(net, pass, s, x, targets, &w[i], h / 2);
        ++*seen;
        if (relative(wide - narrow, narrow) > same_slope)
            continue;
        double worst = relative(dw[i] - wide, wide);
        if (!(worst <= row->worst) && !isnan(row->worst)) /* a NaN stays */
            row->worst = worst;
        row->derivatives++;
    }
}

/* All that is learned and all inputs, in the pass's present mode. */
static void compare(
    rl_net *net, rl_pass *pass, const subject *s, double *x, const double *targets, rl_gradcheck_row *row, size_t *seen)
{
    double *w = rl_parameters_f64(net, NULL);
    loss_of(net, pass, s, x, targets);
    rl_pass_loss_backward(net, pass, s->loss, targets);
    rl_pass_backward(net, pass);
    for (rl_node n = 0; n < net->count; n++) { /* what is learned, without what is measured */
        const rl_node_data *node = &net->nodes[n];
        compare_each(net, pass, s, x, targets, w + node->offset, (const double *)pass->dparameters + node->offset,
            node->parameters - node->statistics, row, seen);
    }
    compare_each(net, pass, s, x, targets, x, pass->gradients[0], ROWS * (size_t)rl_net_inputs(net), row, seen);
}

static bool check(const subject *s, uint64_t seed, uint64_t stream, rl_gradcheck_row *row, rl_error *err)
{
    rl_random random = rl_random_stream(seed, RL_FOR_TESTS, stream);
    rl_net *net = rl_net_new((rl_net_config){ .seed = seed, .float64 = true }, err);
    if (!net)
        return false;
    rl_net_append(net, s->layers, (rl_dense_config){ 0 }, err);
    rl_pass *pass = rl_pass_new_to_input(net, ROWS, err);
    if (pass) {
        const int inputs = rl_net_inputs(net), outputs = rl_net_outputs(net);
        double x[ROWS * MOST_WIDTH], targets[ROWS * MOST_WIDTH];
        for (int i = 0; i < ROWS * inputs; i++)
            x[i] = 2 * rl_random_normal(&random);
        for (int i = 0; i < ROWS * outputs; i++)
            targets[i] = s->loss->classes ? rl_random_below(&random, outputs == 1 ? 2 : (uint32_t)outputs)
                                          : rl_random_normal(&random);
        size_t seen = 0;
        double *w = rl_parameters_f64(net, NULL);
        for (rl_node n = 0; n < net->count; n++)
            for (size_t i = 0; i < net->nodes[n].parameters - net->nodes[n].statistics; i++)
                w[net->nodes[n].offset + i] = rl_random_normal(&random);
        rl_pass_training(pass, 1);
        rl_pass_forward(net, pass, x, ROWS);
        rl_update_statistics(net, pass, NULL);
        *row = (rl_gradcheck_row){ 0 };
        snprintf(row->what, sizeof row->what, "%s", s->what);
        rl_pass_evaluation(pass);
        compare(net, pass, s, x, targets, row, &seen);
        rl_pass_training(pass, 1);
        compare(net, pass, s, x, targets, row, &seen);
        if (row->derivatives < seen - seen / 4)
            row->worst = INFINITY; /* kinks are rare: whatever this net computes, it is no curve we know */
    }
    rl_pass_free(pass);
    rl_net_free(net);
    return !rl_failed(err);
}

bool rl_gradcheck(uint64_t seed, rl_gradcheck_row *rows, size_t room, size_t *count, rl_error *err)
{
    size_t curves, losses;
    const rl_activation *const *curve = rl_activations(&curves);
    const rl_loss *const *loss = rl_losses(&losses);
    *count = 0;
    for (size_t i = 0; i < LAYERS + curves + losses && *count < room; i++) {
        char text[160];
        subject s = { .layers = text, .loss = &rl_squared };
        if (i < LAYERS) {
            s = layers[i];
        } else if (i < LAYERS + curves) {
            s.what = curve[i - LAYERS]->name;
            snprintf(text, sizeof text, "input 3; dense 6; %s; dense 4; %s; dense 2", s.what, s.what);
        } else {
            s.loss = loss[i - LAYERS - curves];
            s.what = s.loss->name;
            snprintf(text, sizeof text, "input 3; dense 5; tanh; dense %d", s.loss == &rl_binary ? 1 : 4);
        }
        if (!check(&s, seed, i, &rows[*count], err))
            return false;
        ++*count;
    }
    return true;
}
