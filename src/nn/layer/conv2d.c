/* A convolution over pictures (as everywhere in the field a cross-correlation):
 *
 *     z[b][o][y][x] = bias[o] + Σ_c Σ_i Σ_j w[o][c][i][j] x[b][c][y·s + i·d - p][x·s + j·d - p]
 *
 *     ∂L/∂x += Σ_o Σ_i Σ_j ∂L/∂z w          where the kernel met it
 *     ∂L/∂w  = Σ_b Σ_y Σ_x ∂L/∂z x          ∂L/∂bias[o] = Σ_b Σ_y Σ_x ∂L/∂z[b][o]
 *
 * stride s, dilation d, padding p with zeros; with groups each share of the channels by itself. All three are products
 * of views (nn/layer/planes.h): the second of ∂L/∂z, spread out with zeros around it, and the turned kernel; the third
 * a sum along the views, whose terms go to RL_CHAINS parts in turn, which are added in pairs at the end.
 *
 * A net of one lane has vectors along the views (kernel/gemm.h), a pack along its lanes; every number is the same sum.
 * Parameters: w [outputs][channels / groups][kernel], then bias [outputs]. */
#include "kernel/views.h"
#include "nn/layer/layers.h"
#include "nn/layer/planes.h"

/* Everything a call works with. */
typedef struct {
    const rl_call *call;
    const rl_window *w;
    const rl_gemm *gemm;
    rl_planes p;
    size_t outputs;    /* of a group */
    bool in_place;     /* views look into the pictures themselves, of which a channel is one plane */
    size_t by_channel; /* numbers from one channel that views look into to the next, */
    size_t by_picture; /* and from one picture to the next */
    size_t outcome;    /* numbers of a channel that come out */
    size_t *at;
    real *planes, *wide, *parts;
    real alpha[RL_MOST_LANES]; /* of the curve before the pooling */
} convolution;

enum { PICTURES = LANES == 1 ? RL_PICTURES : 1 }; /* that are learned from at once */

static size_t picture(const rl_window *w)
{
    return w->channels * w->size[0] * w->size[1] * LANES;
}

static rl_planes planes_of(const rl_call *call)
{
    const rl_window *pool = call->pool;
    return pool ? rl_planes_of_part(call->window, 2 * pool->to_size[0], 2 * pool->to_size[1])
                : rl_planes_of(call->window);
}

/* Planes and wide are 0 where nothing is ever put. */
static convolution begin(const rl_call *call)
{
    const rl_planes_room room = rl_planes_room_of(call->window);
    real *at = call->scratch, *planes = at + room.at * LANES, *wide = planes + room.planes * LANES;
    convolution c = { .call = call,
        .w = call->window,
        .gemm = call->gemm,
        .p = planes_of(call),
        .outputs = call->window->to_channels / call->window->groups,
        .in_place = rl_planes_are_pictures(call->window),
        .at = (size_t *)at,
        .planes = planes,
        .wide = wide,
        .parts = wide + room.wide * LANES };
    const size_t *size = call->pool ? call->pool->to_size : call->window->to_size;
    c.outcome = size[0] * size[1] * LANES;
    for (size_t l = 0; call->pool && l < RL_MOST_LANES; l++)
        c.alpha[l] = *(const real *)call->alphas.first;
    c.by_channel = c.in_place ? c.w->size[0] * c.w->size[1] : c.p.phases * c.p.plane;
    c.by_picture = c.in_place ? picture(c.w) : rl_planes_of_picture(c.w, &c.p);
    if (!c.in_place)
        memset(planes, 0, PICTURES * c.by_picture * LANES * sizeof *planes);
    return c;
}

/* at [terms]: where in a group's planes each weight begins to look. */
static void place_views(const convolution *c)
{
    for (size_t k = 0; k < c->p.terms; k++) {
        const size_t channel = k / c->p.taps, tap = k % c->p.taps;
        c->at[k] = channel * c->by_channel + rl_tap_phase(c->w, tap) * c->p.plane + rl_tap_at(c->w, &c->p, tap);
    }
}

/* Where views of some pictures begin. The last one's look up to a chain's numbers beyond it, all of which come to places
 * that are no outputs: where so much does not follow in x, they look into a copy. */
static const real *see(const convolution *c, size_t first, size_t count)
{
    const rl_call *call = c->call;
    const real *x = (const real *)call->x[0] + first * picture(c->w);
    const size_t numbers = count * picture(c->w);
    if (!c->in_place) {
        for (size_t i = 0; i < count; i++)
            rl_planes_fill(c->w, &c->p, c->gemm, x + i * picture(c->w), c->planes + i * c->by_picture * LANES);
        return c->planes;
    }
    if ((call->batch - first) * picture(c->w) >= numbers + RL_CHAINS)
        return x;
    memcpy(c->planes, x, numbers * sizeof *x);
    memset(c->planes + numbers, 0, RL_CHAINS * sizeof *x);
    return c->planes;
}

/* ---- What comes out ---- */

/* Squares of count channels' outputs, which are by_channel apart. */
static rl_squares squares_of(const convolution *c, size_t count, size_t by_channel)
{
    const size_t *size = c->call->pool->to_size;
    return (rl_squares){ count, size[0], size[1], by_channel, c->p.across };
}

/* Picture b's outputs go from wide to y; or through the curve, and then the largest of each square comes out. */
static void put(const convolution *c, size_t b)
{
    const rl_call *call = c->call;
    const size_t channels = c->w->to_channels, at = b * channels * c->outcome;
    real *y = (real *)call->y + at;
    if (!call->pool) {
        rl_rows_out(c->w, &c->p, c->gemm, channels, c->wide, c->p.span, y);
        return;
    }
    const rl_squares squares = squares_of(c, channels, c->p.span);
    call->wide_curve->pool(&squares, c->alpha, c->wide, (real *)call->pooled + at, (real *)call->drawn + at, y);
}

/* What the outputs of some channels, the first of which is number first, learn from a picture; the rest of wide is 0. */
static void take(const convolution *c, size_t b, size_t first, size_t count, real *wide, size_t by_channel)
{
    const rl_call *call = c->call;
    const size_t at = (b * c->w->to_channels + first) * c->outcome;
    const real *dy = (const real *)call->dy + at;
    if (!call->pool) {
        rl_rows_in(c->w, &c->p, c->gemm, count, dy, wide, by_channel);
        return;
    }
    const rl_squares squares = squares_of(c, count, by_channel);
    call->wide_curve->unpool(&squares, c->alpha, (const real *)call->y + at, (const real *)call->drawn + at, dy, wide);
}

/* ---- The three products ---- */

static size_t group_at(const convolution *c, size_t group)
{
    return group * c->p.group_channels * c->by_channel * LANES;
}

void RL_EXPORT(rl_convolve)(const rl_call *call, bool add)
{
    const convolution c = begin(call);
    const size_t span = c.p.span, terms = c.p.terms;
    const real *w = call->w, *bias = w + c.w->to_channels * terms * LANES;
    place_views(&c);
    for (size_t b = 0; b < call->batch; b++) {
        const real *planes = see(&c, b, 1);
        if (add)
            rl_rows_in(
                c.w, &c.p, c.gemm, c.w->to_channels, (real *)call->y + b * c.w->to_channels * c.outcome, c.wide, span);
        for (size_t g = 0; g < c.w->groups; g++)
            views_product(c.gemm, &(rl_product){ .rows = c.outputs,
                                      .columns = span,
                                      .terms = terms,
                                      .a = w + g * c.outputs * terms * LANES,
                                      .a_by_row = terms,
                                      .a_by_term = 1,
                                      .b = planes + group_at(&c, g),
                                      .b_at = c.at,
                                      .c = c.wide + g * c.outputs * span * LANES,
                                      .c_by_row = span,
                                      .add = add,
                                      .start = call->bias ? bias + g * c.outputs * LANES : NULL });
        put(&c, b);
    }
}

static void forward(const rl_call *call)
{
    RL_EXPORT(rl_convolve)(call, false);
}

static size_t taps_of_phase(const convolution *c, size_t phase)
{
    size_t count = 0;
    for (size_t t = 0; t < c->p.taps; t++)
        count += rl_tap_phase(c->w, t) == phase;
    return count;
}

/* For the gradient in the planes of one phase, a plane's number m meets ∂L/∂z at m - at. Phase by phase: at [outputs]
 * [taps of the phase], which are the same for every group; and each group's weights, turned to [channels][outputs][taps
 * of the phase]. */
static void turn(const convolution *c)
{
    const size_t outputs = c->outputs, channels = c->p.group_channels, all = c->p.taps;
    const real *w = c->call->w;
    size_t *at = c->at;
    for (size_t phase = 0, before = 0; phase < c->p.phases; phase++) {
        const size_t taps = taps_of_phase(c, phase);
        for (size_t t = 0, tap = 0; t < all; t++) {
            if (rl_tap_phase(c->w, t) != phase)
                continue;
            for (size_t o = 0; o < outputs; o++)
                at[o * taps + tap] = o * (c->p.reach + c->p.plane) + c->p.reach - rl_tap_at(c->w, &c->p, t);
            for (size_t g = 0; g < c->w->groups; g++) {
                real *turned = c->parts + (channels * outputs * (g * all + before) + tap) * LANES;
                const real *from = w + (g * outputs * c->p.terms + t) * LANES;
                for (size_t channel = 0; channel < channels; channel++)
                    for (size_t o = 0; o < outputs; o++, turned += taps * LANES)
                        lane_store(turned, lane_load(from + (o * c->p.terms + channel * all) * LANES));
            }
            tap++;
        }
        at += outputs * taps;
        before += taps;
    }
}

/* A picture's gradient, in its planes. */
static void backward_planes(const convolution *c)
{
    const size_t wide = c->p.reach + c->p.plane;
    const real *turned = c->parts;
    real *planes = c->planes;
    for (size_t g = 0; g < c->w->groups; g++, planes += c->p.group_channels * c->p.phases * c->p.plane * LANES) {
        const size_t *at = c->at;
        for (size_t phase = 0; phase < c->p.phases; phase++) {
            const size_t terms = c->outputs * taps_of_phase(c, phase);
            views_product(c->gemm, &(rl_product){ .rows = c->p.group_channels,
                                       .columns = c->p.met,
                                       .terms = terms,
                                       .a = turned,
                                       .a_by_row = terms,
                                       .a_by_term = 1,
                                       .b = c->wide + g * c->outputs * wide * LANES,
                                       .b_at = at,
                                       .c = planes + phase * c->p.plane * LANES,
                                       .c_by_row = c->p.phases * c->p.plane });
            at += terms;
            turned += c->p.group_channels * terms * LANES;
        }
    }
}

static void backward(const rl_call *call)
{
    if (!call->dx[0])
        return;
    const convolution c = begin(call);
    const size_t wide = c.p.reach + c.p.plane;
    memset(c.wide, 0, c.w->to_channels * wide * LANES * sizeof *c.wide);
    if (c.in_place) /* else begin has */
        memset(c.planes, 0, rl_planes_of_picture(c.w, &c.p) * LANES * sizeof *c.planes);
    turn(&c);
    for (size_t b = 0; b < call->batch; b++) {
        take(&c, b, 0, c.w->to_channels, c.wide + c.p.reach * LANES, wide);
        backward_planes(&c);
        rl_planes_empty(c.w, &c.p, c.gemm, c.planes, call->fresh[0], (real *)call->dx[0] + b * picture(c.w));
    }
}

/* Outputs unit … end - 1, all of one group: their weights' and biases' parts, of which the last term is the bias. */
static void learn_some(const convolution *c, size_t unit, size_t end)
{
    const rl_call *call = c->call;
    const size_t terms = c->p.terms, span = c->p.span, count = end - unit;
    real *parts = c->parts, *bias_parts = parts + count * terms * RL_CHAINS * LANES;
    memset(parts, 0, count * (terms + 1) * RL_CHAINS * LANES * sizeof *parts);
    memset(c->wide, 0, PICTURES * count * span * LANES * sizeof *c->wide);
    for (size_t b = 0, pictures; b < call->batch; b += pictures) {
        pictures = call->batch - b < PICTURES ? call->batch - b : PICTURES;
        for (size_t i = 0; i < pictures; i++) {
            real *wide = c->wide + i * count * span * LANES;
            take(c, b + i, unit, count, wide, span);
            if (call->bias)
                views_add_up(c->gemm, count, span, wide, bias_parts);
        }
        views_dots(c->gemm, &(rl_dots){ .rows = count,
                                .terms = terms,
                                .columns = span,
                                .pictures = pictures,
                                .a = c->wide,
                                .a_by_row = span,
                                .a_by_picture = count * span,
                                .b = see(c, b, pictures) + group_at(c, unit / c->outputs),
                                .b_by_picture = c->by_picture,
                                .b_at = c->at,
                                .c = parts });
    }
    real *dw = (real *)call->dw + unit * terms * LANES;
    real *dbias = (real *)call->dw + (c->w->to_channels * terms + unit) * LANES;
    for (size_t k = 0; k < count * terms; k++)
        lane_store(dw + k * LANES, views_sum(parts + k * RL_CHAINS * LANES));
    for (size_t o = 0; call->bias && o < count; o++)
        lane_store(dbias + o * LANES, views_sum(bias_parts + o * RL_CHAINS * LANES));
}

static void learn(const rl_call *call)
{
    const convolution c = begin(call);
    place_views(&c);
    for (size_t unit = call->unit; unit < call->last_unit;) {
        const size_t group_end = (unit / c.outputs + 1) * c.outputs;
        size_t end = unit + RL_UNITS_OF_PARTS < call->last_unit ? unit + RL_UNITS_OF_PARTS : call->last_unit;
        end = end < group_end ? end : group_end;
        learn_some(&c, unit, end);
        unit = end;
    }
}

const rl_layer RL_EXPORT(rl_layer_conv2d) = { .forward = forward, .backward = backward, .learn = learn };
