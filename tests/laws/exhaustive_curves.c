/* Every float32 through every curve: values and slopes, in single precision with and without fused multiply-adds and
 * in double, lie within the intervals promised for their 64 neighbours, and values away from 0 are within 4 ulp (5 without fusing).
 * Takes minutes: numbers far too small or too large to matter (2^-30, 2^10) are looked at in one block of 61; the
 * argument "all" looks at all of them. Other arguments are names of curves: those alone. */
#include "laws/curves.h"

#include <float.h>
#include <stdio.h>

#include "base/threads.h"

enum { BLOCK = 4096, NEIGHBOURS = 64, BLOCKS = 1 << 20, BORING = 61 };

typedef struct {
    const rl_activation *curve;
    size_t index;
    bool all;
    struct {
        double ulps;
        float at;
    } worst[2][64];    /* of values, best kernels and plain ones, by worker */
    float outside[64]; /* by worker: where a bound did not hold, NaN if all did */
} survey;

/* [BLOCK] values and slopes of one variant, as doubles. */
static void whole_block(kind k, size_t index, float alpha, const float *z, double *a, double *s)
{
    static const double zeros[BLOCK];
    double wide[BLOCK], rows[5][BLOCK], alphas[WIDEST], alpha_row[WIDEST];
    for (int i = 0; i < BLOCK; i++)
        wide[i] = (double)z[i];
    for (int l = 0; l < WIDEST; l++)
        alphas[l] = (double)alpha;
    to_real(k, k.lanes, alphas, alpha_row);
    to_real(k, BLOCK, wide, rows[0]);
    for (int i = 0; i < BLOCK; i++)
        wide[i] = 1;
    to_real(k, BLOCK, wide, rows[2]);
    to_real(k, BLOCK, zeros, rows[3]);
    const rl_curve *curve = rl_curve_of(k.variant, index);
    curve->forward(BLOCK / k.lanes, 1, (rl_alphas){ .first = alpha_row }, rows[0], rows[1]);
    curve->backward(BLOCK / k.lanes, 1, (rl_alphas){ .first = alpha_row }, rows[0], rows[2], rows[3], false);
    from_real(k, BLOCK, rows[1], a);
    from_real(k, BLOCK, rows[3], s);
}

static void look_at_block(void *self, int worker, size_t number)
{
    survey *all = self;
    float z[BLOCK];
    double a[3][BLOCK], s[3][BLOCK]; /* double precision, fused, plain */
    const kind best = { rl_variant_for(rl_lanes_best(), false), (size_t)rl_lanes_best(), false };
    const kind kinds_looked_at[3] = { in_double, best, { RL_VARIANT_plain4, 4, false } };
    for (int i = 0; i < BLOCK; i++)
        z[i] = float_of_bits((uint32_t)number * BLOCK + (uint32_t)i);
    bool boring = fabsf(z[0]) < 0x1p-30f || fabsf(z[0]) > 0x1p10f;
    if (isnan(z[BLOCK - 1]) || (boring && !all->all && number % BORING != 0))
        return;
    float alpha = all->curve->alpha;
    for (int k = 0; k < 3; k++)
        whole_block(kinds_looked_at[k], all->index, alpha, z, a[k], s[k]);
    for (int p = 0; p < 2; p++)
        for (int i = 0; i < BLOCK; i++) {
            double ulps = ulps_between(a[1 + p][i], a[0][i]);
            if (fabs(a[0][i]) > 0x1p-20 && fabs(a[0][i]) < FLT_MAX && ulps > all->worst[p][worker].ulps) {
                all->worst[p][worker].ulps = ulps;
                all->worst[p][worker].at = z[i];
            }
        }
    for (int first = 0; first < BLOCK; first += NEIGHBOURS) {
        const float one = z[first], other = z[first + NEIGHBOURS - 1];
        const rl_interval around = { fminf(one, other), fmaxf(one, other) };
        const rl_interval image = all->curve->image(around, alpha), slopes = all->curve->slopes(around, alpha);
        for (int k = 0; k < 3; k++)
            for (int i = first; i < first + NEIGHBOURS; i++) {
                bool beyond_float = k == 0 && fabs(a[k][i]) > FLT_MAX;
                if (!(beyond_float || holds(image, a[k][i])) || !holds(slopes, s[k][i]))
                    all->outside[worker] = z[i];
            }
    }
}

static char *const *arguments; /* NULL at the end */

static bool asked_for(const char *name)
{
    bool named_any = false;
    for (char *const *argument = arguments; *argument; argument++) {
        if (strcmp(*argument, name) == 0)
            return true;
        named_any |= strcmp(*argument, "all") != 0;
    }
    return !named_any && strcmp(name, "all") != 0;
}

static void every_float_keeps_the_promise(void **state)
{
    (void)state;
    size_t count;
    const rl_activation *const *list = rl_activations(&count);
    int threads = rl_threads_available() < 64 ? rl_threads_available() : 64;
    for (size_t i = 0; i < count; i++) {
        if (!asked_for(list[i]->name))
            continue;
        survey all = { .curve = list[i], .index = i, .all = asked_for("all") };
        for (int t = 0; t < 64; t++)
            all.outside[t] = NAN;
        rl_threads_run(threads, BLOCKS, look_at_block, &all);
        for (int t = 0; t < threads; t++)
            if (!isnan(all.outside[t]))
                fail_msg("%s: outside of its intervals at z = %.9g (%a)", list[i]->name, (double)all.outside[t],
                    (double)all.outside[t]);
        for (int p = 0; p < 2; p++) {
            int worst = 0;
            for (int t = 1; t < threads; t++)
                worst = all.worst[p][t].ulps > all.worst[p][worst].ulps ? t : worst;
            print_message("%-12s %s kernels: %.3f ulp at z = %.9g\n", list[i]->name, p == 0 ? "best" : "plain",
                all.worst[p][worst].ulps, (double)all.worst[p][worst].at);
            assert_true(all.worst[p][worst].ulps <= (p == 0 ? 4 : 5));
        }
    }
}

int main(int argument_count, char **argument_list)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(every_float_keeps_the_promise) };
    arguments = argument_list + (argument_count > 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
