/* Layer normalisation (Ba, Kiros & Hinton 2016): each row by itself, whatever else is in the batch.
 *
 *     x̂ = r (x - m)     y = γ x̂ + β          m: mean of the row's numbers, r = 1/√(their mean of (x - m)² + ε)
 *
 *     g = γ ∂L/∂y        ∂L/∂x += r (g - mean(g) - x̂ mean(g x̂))
 *     ∂L/∂γ = Σ ∂L/∂y x̂        ∂L/∂β = Σ ∂L/∂y
 *
 * A row is a vector, one step of a sequence, or a whole picture. Parameters: γ [width], β [width]. */
#include "nn/layer/layers.h"
#include "nn/layer/norm.h"

static size_t width_of(const rl_call *call)
{
    return call->out->rank == 2 ? (size_t)call->out->size[1] : call->units;
}

/* term's sums over a row, of which other is wanted or NULL. */
NORM_INLINE lane add_up(
    size_t width, const real *x, const real *d, const real *gamma, lane mean, norm_term *term, lane *other)
{
    norm_parts parts;
    norm_begin(&parts);
    norm_add(&parts, width, x, d, gamma, mean, term);
    if (other)
        *other = norm_sum(parts.other);
    return norm_sum(parts.one);
}

/* kept [rows][2]: m and r. */
static void forward(const rl_call *call)
{
    const size_t width = width_of(call), rows = call->batch * call->units / width;
    const real *x = call->x[0], *gamma = call->w, *beta = gamma + width * LANES; /* [rows][width], [width] each */
    real *y = call->y, *kept = call->kept;
    const lane count = lane_all((real)width);
    for (size_t row = 0; row < rows; row++, x += width * LANES, y += width * LANES, kept += 2 * LANES) {
        const lane mean = add_up(width, x, x, x, lane_zero(), norm_value, NULL) / count;
        const lane r = norm_of(add_up(width, x, x, x, mean, norm_square, NULL) / count);
        lane_store(kept, mean);
        lane_store(kept + LANES, r);
        for (size_t i = 0; i < width * LANES; i += LANES)
            lane_store(y + i, lane_fma((lane_load(x + i) - mean) * r, lane_load(gamma + i), lane_load(beta + i)));
    }
}

static void backward(const rl_call *call)
{
    const size_t width = width_of(call), rows = call->batch * call->units / width;
    const real *x = call->x[0], *dy = call->dy, *gamma = call->w, *kept = call->kept;
    real *dx = call->dx[0];
    const lane count = lane_all((real)width);
    const bool fresh = call->fresh[0];
    for (size_t row = 0; dx && row < rows; row++) {
        const lane mean = lane_load(kept + row * 2 * LANES), r = lane_load(kept + (row * 2 + 1) * LANES);
        lane slope;
        const lane middle = add_up(width, x, dy, gamma, mean, norm_scaled_gradient, &slope) / count;
        const lane slant = r * r * slope / count;
        for (size_t i = 0; i < width * LANES; i += LANES) {
            const lane g = lane_load(dy + i) * lane_load(gamma + i) - middle;
            const lane through = lane_fma(mean - lane_load(x + i), slant, g) * r;
            lane_store(dx + i, fresh ? through : lane_load(dx + i) + through);
        }
        x += width * LANES, dy += width * LANES, dx += width * LANES;
    }
}

static void learn(const rl_call *call)
{
    const size_t width = width_of(call), rows = call->batch * call->units / width;
    const real *x = call->x[0], *dy = call->dy, *kept = call->kept;
    real *dgamma = call->dw, *dbeta = dgamma + width * LANES;
    memset(dgamma, 0, 2 * width * LANES * sizeof *dgamma);
    for (size_t row = 0; row < rows; row++, x += width * LANES, dy += width * LANES, kept += 2 * LANES) {
        const lane mean = lane_load(kept), r = lane_load(kept + LANES);
        for (size_t i = 0; i < width * LANES; i += LANES) {
            const lane d = lane_load(dy + i);
            lane_store(dgamma + i, lane_fma(d, (lane_load(x + i) - mean) * r, lane_load(dgamma + i)));
            lane_store(dbeta + i, lane_load(dbeta + i) + d);
        }
    }
}

const rl_layer RL_EXPORT(rl_layer_layer_norm) = { .forward = forward, .backward = backward, .learn = learn };
