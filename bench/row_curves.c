/* Smooth curves on arrays that stay in the first cache, against libm in a loop; and the lesson's claim that ReLU is faster
 * than SoftPlus because it needs no exponential, per element and per step of training. */
#include "bench/libm.h"
#include "bench/results.h"

#include <math.h>
#include <stdio.h>

enum { ELEMENTS = 2048 }; /* 8 kB an array */

typedef struct {
    float z[ELEMENTS], a[ELEMENTS], da[ELEMENTS], dz[ELEMENTS];
} arrays;

static void fill(arrays *all)
{
    for (int i = 0; i < ELEMENTS; i++) {
        all->z[i] = (float)(i * 997 % ELEMENTS) / ELEMENTS * 12 - 6; /* -6 to 6, in no order */
        all->da[i] = (float)(i % 7) - 3;
        all->dz[i] = 0;
    }
}

/* Elements a second of a way to go over them once, for about so long. */
typedef void (*way)(void *self, arrays *all);
static double rate_of(way go, void *self, arrays *all, double seconds)
{
    enum { AT_ONCE = 16 };
    double start = seconds_now(), passed;
    long times = 0;
    do {
        for (int i = 0; i < AT_ONCE; i++)
            go(self, all);
        times += AT_ONCE;
        passed = seconds_now() - start;
    } while (passed < seconds);
    return (double)times * ELEMENTS / passed;
}

static void by_us(void *self, arrays *all)
{
    const rl_activation *curve = self;
    rl_activation_forward(curve, ELEMENTS, curve->alpha, all->z, all->a);
}

static void by_libm(void *self, arrays *all)
{
    const libm_curve *curve = self;
    curve->forward(ELEMENTS, all->z, all->a);
}

static bool agree(const rl_activation *ours, const libm_curve *theirs, arrays *all)
{
    float most = 0;
    by_us((void *)ours, all);
    for (int i = 0; i < ELEMENTS; i++)
        all->dz[i] = all->a[i];
    by_libm((void *)theirs, all);
    for (int i = 0; i < ELEMENTS; i++)
        most = fmaxf(most, fabsf(all->a[i] - all->dz[i]));
    return most <= 2e-6f;
}

static void run_curves(bench *b, rl_error *err)
{
    static arrays all;
    for (size_t c = 0; c < libm_curve_count && !err->code; c++) {
        const libm_curve *theirs = &libm_curves[c];
        const rl_activation *curve = rl_activation_named(theirs->name, err);
        fill(&all);
        if (!curve || (!agree(curve, theirs, &all) && !check_failed(b, err, "%s and libm differ", theirs->name)))
            return;
        series ours = { .count = 0 }, libm = { .count = 0 };
        for (int round = 0; another_round(b, round, err); round++) {
            series_add(&ours, rate_of(by_us, (void *)curve, &all, b->slice / 8));
            series_add(&libm, rate_of(by_libm, (void *)theirs, &all, b->slice / 8));
        }
        char name[40], title[96];
        snprintf(name, sizeof name, "curve_%s", theirs->name);
        snprintf(title, sizeof title, "%s on arrays in the first cache, forward", theirs->name);
        if (!err->code)
            result_against(result_new(b, name, title, "elements/s", &ours), "libm", &ours, &libm, 8, 0);
    }
}
const bench_row row_curves = { "curves", 5, run_curves };

/* ---- The lesson's claim ---- */

static void both_ways(void *self, arrays *all)
{
    const rl_activation *curve = self;
    rl_activation_forward(curve, ELEMENTS, curve->alpha, all->z, all->a);
    rl_activation_backward(curve, ELEMENTS, curve->alpha, all->z, all->da, all->dz);
}

static void per_element(bench *b, rl_error *err)
{
    static arrays all;
    fill(&all);
    series relu = { .count = 0 }, softplus = { .count = 0 };
    for (int round = 0; another_round(b, round, err); round++) {
        series_add(&relu, rate_of(both_ways, (void *)&rl_relu, &all, b->slice / 8));
        series_add(&softplus, rate_of(both_ways, (void *)&rl_softplus, &all, b->slice / 8));
    }
    if (!err->code)
        result_against(result_new(b, "lesson_element", "ReLU, an element forward and backward", "elements/s", &relu),
            "softplus", &relu, &softplus, 0, 0);
}

static void per_step(bench *b, rl_error *err)
{
    enum { EPOCHS = 2 };
    task with_relu = { .name = "relu", .layers = "input 64; dense 32; relu; dense 10", .batch = 32, .rate = 0.1f };
    task with_softplus = with_relu;
    with_softplus.layers = "input 64; dense 32; softplus; dense 10";
    with_relu.data = with_softplus.data = task_data("digits", (rl_memory){ 0 }, err);
    series relu = { .count = 0 }, softplus = { .count = 0 };
    size_t packs = with_relu.data ? packs_for(&with_relu, b->threads, EPOCHS, b->slice, err) : 0;
    for (int round = 0; with_relu.data && another_round(b, round, err); round++) {
        series_add(&relu, train_packs(&with_relu, b->threads, packs, EPOCHS, NULL, err));
        series_add(&softplus, train_packs(&with_softplus, b->threads, packs, EPOCHS, NULL, err));
    }
    rl_data_free(with_relu.data);
    if (!err->code)
        result_against(result_new(b, "lesson_step", "ReLU, a row of training, 64-32-10 on digits", "rows/s", &relu),
            "softplus", &relu, &softplus, 0, 0);
}

static void run_lesson(bench *b, rl_error *err)
{
    per_element(b, err);
    per_step(b, err);
}
const bench_row row_lesson = { "lesson", 5, run_lesson };
