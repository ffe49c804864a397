/* A dense layer and the curve next to it in one go (nn/activation/beside_dense.h), on every variant this processor runs,
 * against the layer and the curve one after the other. Every bit must agree, for shapes that fill blocks of the product
 * and shapes that do not, and for zeros of either sign, infinities and NaN. */
#include <math.h>
#include <string.h>

#include "kernel/variants.h"
#include "nn/curves.h"
#include "nn/net.h"
#include "num/random.h"

/* Whole numbers, among which sums of 0 are frequent; and here and there what is no number. */
static void *numbers(kind k, size_t count, uint64_t stream, bool broken)
{
    static const double odd[] = { 0.0, -0.0, INFINITY, -INFINITY, NAN };
    rl_random random = rl_random_stream(11, RL_FOR_TESTS, stream);
    double *from = malloc(count * sizeof *from);
    void *to = block(k, count);
    assert_non_null(from);
    for (size_t i = 0; i < count; i++) {
        from[i] = floor(3 * rl_random_uniform(&random)) - 1;
        if (rl_random_uniform(&random) < 0.5)
            from[i] += rl_random_normal(&random);
        if (broken && rl_random_uniform(&random) < 0.05)
            from[i] = odd[(size_t)(5 * rl_random_uniform(&random))];
    }
    to_real(k, count, from, to);
    free(from);
    return to;
}

/* Bit for bit; but one NaN is as good as another, for which of two a product takes over is the compiler's choice. */
static bool same(kind k, size_t count, const void *a, const void *b)
{
    double *x = malloc(2 * count * sizeof *x), *y = x + count;
    assert_non_null(x);
    from_real(k, count, a, x);
    from_real(k, count, b, y);
    bool all = true;
    for (size_t i = 0; i < count; i++)
        all = all && ((isnan(x[i]) && isnan(y[i])) || memcmp(&x[i], &y[i], sizeof *x) == 0);
    free(x);
    return all;
}

/* x [batch][inputs] → dense → z [batch][units] → curve → a; and da, from a dense layer of `above` units above, → dz. */
static void check(kind k, size_t index, size_t batch, size_t inputs, size_t units, bool bias, bool broken)
{
    const rl_layer *dense = rl_layers_of(k.variant)[RL_DENSE];
    const rl_curve *curve = rl_curve_of(k.variant, index);
    const size_t size = (k.float64 ? sizeof(double) : sizeof(float)) * k.lanes, sums = batch * units * size;
    const size_t above = inputs;
    void *x = numbers(k, batch * inputs * k.lanes, 1, broken),
         *w = numbers(k, (units * inputs + units) * k.lanes, 2, false);
    void *dy = numbers(k, batch * above * k.lanes, 3, broken), *w_above = numbers(k, above * units * k.lanes, 4, false);
    void *alpha = numbers(k, k.lanes, 5, false);
    void *z = malloc(sums), *a = malloc(sums), *da = malloc(sums), *dz = malloc(sums);
    void *z_once = malloc(sums), *a_once = malloc(sums), *dz_once = malloc(sums);
    const rl_alphas alphas = { .first = alpha };

    rl_call below = { .batch = batch, .inputs = inputs, .units = units, .x = { x }, .w = w, .bias = bias, .y = z };
    dense->forward(&below);
    curve->forward(batch, units, alphas, z, a);
    rl_call reader = {
        .batch = batch, .inputs = units, .units = above, .dy = dy, .w = w_above, .dx = { da }, .fresh = { true }
    };
    dense->backward(&reader);
    curve->backward(batch, units, alphas, z, da, dz, true);

    below.y = z_once;
    const rl_call beside = { .batch = batch,
        .inputs = units,
        .units = units,
        .x = { z_once },
        .y = a_once,
        .dx = { dz_once },
        .fresh = { true },
        .alphas = alphas };
    curve->after_dense(&below, &beside);
    curve->before_dense(&reader, &beside);
    const size_t count = batch * units * k.lanes;
    if (!same(k, count, z, z_once) || !same(k, count, a, a_once) || !same(k, count, dz, dz_once))
        fail_msg("curve %zu, %zu lanes, batch %zu, %zu inputs, %zu units: not the same in one go", index, k.lanes,
            batch, inputs, units);
    void *const all[] = { x, w, dy, w_above, alpha, z, a, da, dz, z_once, a_once, dz_once };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i]);
}

static void one_go_is_one_after_the_other(void **state)
{
    (void)state;
    static const size_t shapes[][3] = { { 1, 1, 1 }, { 2, 3, 2 }, { 3, 2, 5 }, { 4, 2, 16 }, { 5, 4, 4 }, { 8, 5, 3 },
        { 32, 2, 16 }, { 7, 9, 11 } };
    size_t count, checked = 0;
    rl_activations(&count);
    for (const kind *k = next_kind(NULL); k; k = next_kind(k))
        for (size_t c = 0; c < count; c++) {
            const rl_curve *curve = rl_curve_of(k->variant, c);
            assert_true(!curve->after_dense == !curve->before_dense);
            for (size_t s = 0; s < sizeof shapes / sizeof *shapes && curve->after_dense; s++)
                for (int how = 0; how < 4; how++, checked++)
                    check(*k, c, shapes[s][0], shapes[s][1], shapes[s][2], how & 1, how & 2);
        }
    assert_true(checked > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(one_go_is_one_after_the_other) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
