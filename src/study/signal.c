/* What becomes of a signal on the way up through many layers, and of a gradient on the way down, in nets that were just
 * drawn.
 *
 *     z₁ = W₁ x,  zₗ = Wₗ f(zₗ₋₁),  y = w·f(z_L),  x ~ N(0, 1) in as many dimensions as a layer has units
 *
 * The variance of layer l is the mean square of its pre-activations, Σ zₗ²/n; its gradient is the norm of ∂y/∂Wₗ.
 *
 * What is known: let f be a rectifier with slope α below 0, W symmetric with variance v, a layer n wide. Turning the signs
 * of one unit's incoming weights turns the sign of its z and leaves the layers below as they are, so z and -z are equally
 * likely given all sizes, f passes the share (1 + α²)/2 of Σ z² in the mean, and
 *
 *     E[Var_l/Var_1] = (n v (1 + α²)/2)^(l-1)
 *
 * exactly, for any n: 1 for He's v, 2^-(l-1) for a ReLU with v = 1/n. An orthogonal W has n v = gain². The ratio is
 * heavy-tailed, its median lies lower. */
#include "base/error.h"
#include "base/memory.h"
#include "base/threads.h"
#include "nn/net.h"
#include "num/random.h"
#include "num/statistics.h"
#include "relive_study.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

typedef struct {
    const rl_signal *signal;
    rl_signals *found;
    double **variance, **gradient; /* [cases], each [trials][depth] */
    bool *done;                    /* [cases][trials] */
    rl_error *errors;              /* [cases] */
    atomic_size_t finished;
} work;

/* ---- One net ---- */

/* node[l]: the dense node of layer l + 1. */
static rl_net *draw_net(
    const rl_signal *signal, const rl_signal_case *about, uint64_t seed, rl_node *node, rl_error *err)
{
    rl_net *net = rl_net_new((rl_net_config){ .seed = seed, .memory = signal->memory }, err);
    if (!net)
        return NULL;
    rl_dense_config dense = { .units = signal->width, .init = about->init, .sd = about->init_sd };
    rl_node x = rl_input(net, (rl_shape){ 1, { signal->width } }, err);
    for (int l = 0; l < about->depth; l++) {
        node[l] = x = rl_dense(net, x, dense, err);
        x = rl_activate_with(
            net, x, (rl_activation_config){ .curve = about->curve.curve, .alpha = &about->curve.alpha }, err);
    }
    dense.units = 1;
    rl_dense(net, x, dense, err);
    if (!rl_failed(err))
        return net;
    rl_net_free(net);
    return NULL;
}

static double sum_of_squares(const float *numbers, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (double)numbers[i] * (double)numbers[i];
    return sum;
}

/* variance, gradient: [depth]. */
static void measure(const rl_net *net, rl_pass *pass, const rl_node *node, int depth, const float *x, double *variance,
    double *gradient)
{
    const float one = 1; /* ∂y/∂y */
    rl_forward(net, pass, x, 1);
    rl_backward(net, pass, &one);
    for (int l = 0; l < depth; l++) {
        const rl_node_info dense = rl_net_node(net, node[l]);
        variance[l] = sum_of_squares(rl_values(pass, node[l]), (size_t)dense.units) / dense.units;
        gradient[l] = sqrt(sum_of_squares(rl_gradients(pass) + dense.offset, dense.weights));
    }
}

static void run_trial(const work *w, size_t c, size_t trial, rl_error *err)
{
    const rl_signal *signal = w->signal;
    const rl_signal_case *about = &w->found->cases[c];
    const uint64_t seed = signal->first_seed + trial;
    const size_t width = (size_t)signal->width, depth = (size_t)about->depth;
    rl_node *node = rl_new(signal->memory, depth, sizeof *node, err);
    float *x = rl_new(signal->memory, width, sizeof *x, err);
    rl_net *net = rl_failed(err) ? NULL : draw_net(signal, about, seed, node, err);
    rl_pass *pass = net ? rl_pass_new(net, 1, err) : NULL;
    if (pass) {
        rl_random random = rl_random_stream(seed, RL_FOR_SIGNAL, 0);
        for (size_t i = 0; i < width; i++)
            x[i] = (float)rl_random_normal(&random);
        measure(net, pass, node, about->depth, x, w->variance[c] + trial * depth, w->gradient[c] + trial * depth);
        w->done[c * signal->trials + trial] = true;
    }
    rl_pass_free(pass);
    rl_net_free(net);
    rl_free(signal->memory, x);
    rl_free(signal->memory, node);
}

/* All nets of one case: a thread's piece of work. */
static void run_case(void *self, int worker, size_t c)
{
    work *w = self;
    const rl_signal *signal = w->signal;
    for (size_t t = 0; t < signal->trials && !rl_failed(&w->errors[c]); t++) {
        if (signal->keep_going && !signal->keep_going(signal->self))
            return;
        run_trial(w, c, t, &w->errors[c]);
        const size_t finished = atomic_fetch_add(&w->finished, 1) + 1;
        if (worker == 0 && signal->progress)
            signal->progress(signal->self, (double)finished / ((double)signal->trials * (double)w->found->case_count));
    }
}

/* ---- What they say together ---- */

static int by_size(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* values [count] are sorted. */
static rl_spread spread_of(double *values, size_t count)
{
    rl_running running = { 0 };
    for (size_t i = 0; i < count; i++)
        rl_running_add(&running, values[i]);
    qsort(values, count, sizeof *values, by_size);
    const double median = count == 0 ? (double)NAN : (values[(count - 1) / 2] + values[count / 2]) / 2;
    return (rl_spread){ rl_running_mean(&running), rl_running_sd(&running) / sqrt((double)count), median };
}

/* By what a layer multiplies the mean square, in the mean; NaN where that depends on it. */
static double factor_of(const rl_signal *signal, const rl_signal_case *about)
{
    const rl_activation *curve = about->curve.curve;
    const double n = signal->width, gain = rl_curve_gain(curve, about->curve.alpha),
                 below = curve->has_alpha ? (double)about->curve.alpha : 0,
                 passed = curve == &rl_identity ? 1 : (1 + below * below) / 2, sd = (double)about->init_sd;
    if ((!curve->rectifier && curve != &rl_identity) || curve->drawn)
        return (double)NAN;
    if (about->init == &rl_he || about->init == &rl_he_uniform || about->init == &rl_orthogonal)
        return gain * gain * passed;
    if (about->init == &rl_xavier || about->init == &rl_xavier_uniform || about->init == &rl_lecun)
        return passed; /* layers are of one width */
    return about->init == &rl_normal ? n * sd * sd * passed : (double)NAN;
}

static void summarise(const work *w, size_t c, double *scratch)
{
    rl_signal_case *about = &w->found->cases[c];
    const size_t depth = (size_t)about->depth;
    const double factor = factor_of(w->signal, about);
    for (size_t l = 0; l < depth; l++) {
        rl_spread *const spreads[] = { &about->layers[l].variance, &about->layers[l].ratio,
            &about->layers[l].gradient };
        for (int what = 0; what < 3; what++) {
            size_t count = 0;
            for (size_t t = 0; t < w->signal->trials; t++) {
                const double *variance = w->variance[c] + t * depth, *gradient = w->gradient[c] + t * depth;
                if (w->done[c * w->signal->trials + t])
                    scratch[count++] = what == 0 ? variance[l] : what == 1 ? variance[l] / variance[0] : gradient[l];
            }
            *spreads[what] = spread_of(scratch, count);
            about->trials = count;
        }
        about->layers[l].expected = pow(factor, (double)l);
    }
}

/* ---- The whole ---- */

static bool check(const rl_signal *signal, rl_error *err)
{
    if (rl_failed(err))
        return false;
    if (!signal->curve_count || !signal->init_count || !signal->depth_count || !signal->trials)
        return rl_fail(err, RL_BAD_CONFIG, "signal needs an activation, an initialiser, a depth and a trial");
    if (signal->width < 1)
        return rl_fail(err, RL_BAD_CONFIG, "width %d: expected at least 1", signal->width);
    for (size_t d = 0; d < signal->depth_count; d++)
        if (signal->depths[d] < 1)
            return rl_fail(err, RL_BAD_CONFIG, "depth %d: expected at least 1", signal->depths[d]);
    return true;
}

static bool make_cases(work *w, rl_error *err)
{
    const rl_signal *signal = w->signal;
    rl_signals *found = w->found;
    found->case_count = signal->curve_count * signal->init_count * signal->depth_count;
    found->cases = rl_new(signal->memory, found->case_count, sizeof *found->cases, err);
    w->variance = rl_new(signal->memory, found->case_count, sizeof *w->variance, err);
    w->gradient = rl_new(signal->memory, found->case_count, sizeof *w->gradient, err);
    w->done = rl_new(signal->memory, found->case_count, signal->trials * sizeof *w->done, err);
    w->errors = rl_new(signal->memory, found->case_count, sizeof *w->errors, err);
    for (size_t c = 0; c < found->case_count && !rl_failed(err); c++) {
        rl_signal_case *about = &found->cases[c];
        const size_t init = c / signal->depth_count % signal->init_count;
        about->curve = signal->curves[c / signal->depth_count / signal->init_count];
        about->init = signal->inits[init].init;
        about->init_sd = signal->inits[init].sd;
        about->depth = signal->depths[c % signal->depth_count];
        const size_t depth = (size_t)about->depth;
        about->layers = rl_new(signal->memory, depth, sizeof *about->layers, err);
        w->variance[c] = rl_new(signal->memory, signal->trials, depth * sizeof(double), err);
        w->gradient[c] = rl_new(signal->memory, signal->trials, depth * sizeof(double), err);
    }
    return !rl_failed(err);
}

static void free_work(work *w)
{
    const rl_memory memory = w->signal->memory;
    for (size_t c = 0; c < w->found->case_count; c++) {
        rl_free(memory, w->variance ? w->variance[c] : NULL);
        rl_free(memory, w->gradient ? w->gradient[c] : NULL);
    }
    rl_free(memory, w->variance);
    rl_free(memory, w->gradient);
    rl_free(memory, w->done);
    rl_free(memory, w->errors);
}

bool rl_signal_run(const rl_signal *signal, rl_signals *found, rl_error *err)
{
    *found = (rl_signals){ .memory = signal->memory };
    if (!check(signal, err))
        return false;
    work w = { .signal = signal, .found = found };
    double *scratch = rl_new(signal->memory, signal->trials, sizeof *scratch, err);
    if (make_cases(&w, err)) {
        rl_threads_run(signal->threads > 0 ? signal->threads : rl_threads_available(), found->case_count, run_case, &w);
        for (size_t c = 0; c < found->case_count; c++) {
            if (rl_failed(&w.errors[c]))
                rl_fail(err, w.errors[c].code, "%s", w.errors[c].text);
            summarise(&w, c, scratch);
            found->interrupted = found->interrupted || found->cases[c].trials < signal->trials;
        }
    }
    free_work(&w);
    rl_free(signal->memory, scratch);
    if (!rl_failed(err))
        return true;
    rl_signals_free(found);
    return false;
}

void rl_signals_free(rl_signals *found)
{
    for (size_t c = 0; found->cases && c < found->case_count; c++)
        rl_free(found->memory, found->cases[c].layers);
    rl_free(found->memory, found->cases);
    *found = (rl_signals){ .memory = found->memory };
}
