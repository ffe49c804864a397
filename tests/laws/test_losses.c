/* Laws of every loss, on every variant this processor runs: backward is the slope of forward and adds; lanes do not
 * know of each other; a lane of many gives the bits of one alone; NaN passes; large scores do no harm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "golden/golden.h"
#include "kernel/variants.h"
#include "nn/losses.h"
#include "num/random.h"

enum { BATCH = 5, MOST_BATCH = 8, MOST_WIDTH = 10, MOST_LANES = 16, MOST = MOST_BATCH * MOST_WIDTH * MOST_LANES };

/* One evaluation, in double at the borders whatever the variant computes in. */
typedef struct {
    size_t batch, width;
    double scale;
    double scores[MOST], targets[MOST], before[MOST];                   /* dscores before backward */
    double outputs[MOST], losses[MOST], dscores[MOST], predicted[MOST]; /* results */
    long decided[MOST];
} evaluation;

static void evaluate(kind k, const rl_loss *loss, evaluation *e)
{
    size_t rows = e->batch * k.lanes, count = rows * e->width, targets = loss->classes ? rows : count;
    void *s = block(k, count), *t = block(k, targets), *o = block(k, count), *l = block(k, rows), *ds = block(k, count),
         *p = block(k, count), *d = block(k, rows);
    to_real(k, count, e->scores, s);
    to_real(k, targets, e->targets, t);
    to_real(k, count, e->before, ds);
    const rl_loss_kernels *kernels = rl_loss_kernels_of(k.variant, loss);
    kernels->forward(e->batch, e->width, s, t, o, l);
    kernels->backward(e->batch, e->width, s, t, o, e->scale, ds);
    kernels->predict(e->batch, e->width, s, p);
    kernels->decide(e->batch, e->width, s, d);
    from_real(k, count, o, e->outputs);
    from_real(k, rows, l, e->losses);
    from_real(k, count, ds, e->dscores);
    from_real(k, count, p, e->predicted);
    for (size_t i = 0; i < rows; i++)
        e->decided[i] = k.float64 ? (long)((const int64_t *)d)[i] : ((const int32_t *)d)[i];
    void *all[] = { s, t, o, l, ds, p, d };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i]);
}

static size_t widest(const rl_loss *loss)
{
    return loss == &rl_binary ? 1 : MOST_WIDTH;
}

static evaluation draw(kind k, const rl_loss *loss, size_t width, rl_random *random)
{
    evaluation e = { .batch = BATCH, .width = width, .scale = 0.375 };
    size_t classes = loss == &rl_binary ? 2 : width;
    for (size_t i = 0; i < BATCH * width * k.lanes; i++) {
        e.scores[i] = (float)(3 * rl_random_normal(random));
        e.before[i] = (float)rl_random_normal(random);
        e.targets[i] =
            loss->classes ? (double)rl_random_below(random, (uint32_t)classes) : (float)rl_random_normal(random);
    }
    return e;
}

/* for (size_t i = 0; loss = …): every loss of the list */
#define EACH_LOSS(loss)                                                                                                \
    size_t losses_in_all;                                                                                              \
    const rl_loss *const *loss##_list = rl_losses(&losses_in_all);                                                     \
    for (const rl_loss *loss; losses_in_all && (loss = *loss##_list); losses_in_all--, loss##_list++)

static void near(double found, double expected, double tolerance, const char *what)
{
    if (!(fabs(found - expected) <= tolerance * fmax(1, fabs(expected))))
        fail_msg("%s: found %.17g, expected %.17g", what, found, expected);
}

static void backward_is_the_slope_of_forward_and_adds(void **state)
{
    (void)state;
    rl_random random = rl_random_stream(1, RL_FOR_TESTS, 0);
    EACH_LOSS(loss)
    for (size_t width = 1; width <= widest(loss); width++) {
        evaluation e = draw(in_double, loss, width, &random);
        evaluate(in_double, loss, &e);
        for (size_t i = 0; i < BATCH * width; i++) {
            evaluation up = e, down = e;
            const double h = 1e-5;
            up.scores[i] += h;
            down.scores[i] -= h;
            evaluate(in_double, loss, &up);
            evaluate(in_double, loss, &down);
            double slope = (up.losses[i / width] - down.losses[i / width]) / (2 * h);
            near(e.dscores[i], e.before[i] + e.scale * slope, 1e-8, loss->name);
        }
    }
}

static void every_variant_computes_what_double_does(void **state)
{
    (void)state;
    rl_random random = rl_random_stream(2, RL_FOR_TESTS, 0);
    for (const kind *k = next_kind(NULL); k; k = next_kind(k)) {
        EACH_LOSS(loss)
        for (size_t width = 1; width <= widest(loss); width++) {
            evaluation e = draw(*k, loss, width, &random);
            evaluate(*k, loss, &e);
            for (size_t lane = 0; lane < k->lanes; lane++) {
                evaluation one = { .batch = BATCH, .width = width, .scale = e.scale };
                for (size_t i = 0; i < BATCH * width; i++) {
                    one.scores[i] = e.scores[i * k->lanes + lane];
                    one.before[i] = e.before[i * k->lanes + lane];
                    one.targets[i] = e.targets[i * k->lanes + lane];
                }
                evaluation exact = one;
                evaluate(in_double, loss, &exact);
                evaluate(alone(*k), loss, &one);
                for (size_t i = 0; i < BATCH * width; i++) {
                    size_t at = i * k->lanes + lane;
                    near(e.outputs[at], exact.outputs[i], 1e-6, loss->name);
                    near(e.dscores[at], exact.dscores[i], 1e-6, loss->name);
                    assert_true(e.outputs[at] == one.outputs[i] && e.dscores[at] == one.dscores[i]);
                    assert_true(e.predicted[at] == e.outputs[at]);
                }
                for (size_t b = 0; b < BATCH; b++) {
                    near(e.losses[b * k->lanes + lane], exact.losses[b], 1e-6, loss->name);
                    assert_true(e.losses[b * k->lanes + lane] == one.losses[b]);
                    assert_int_equal(e.decided[b * k->lanes + lane], exact.decided[b]);
                }
            }
        }
    }
}

static void nan_passes_in_its_own_row_and_lane(void **state)
{
    (void)state;
    rl_random random = rl_random_stream(3, RL_FOR_TESTS, 0);
    for (const kind *k = next_kind(NULL); k; k = next_kind(k)) {
        EACH_LOSS(loss)
        {
            size_t width = widest(loss), lanes = k->lanes;
            for (size_t sick = 0; sick < BATCH * width * lanes; sick += 1 + sick / 9) {
                evaluation e = draw(*k, loss, width, &random), well = e;
                e.scores[sick] = NAN;
                evaluate(*k, loss, &e);
                evaluate(*k, loss, &well);
                size_t row = sick / (width * lanes), lane = sick % lanes;
                assert_true(isnan(e.losses[row * lanes + lane]));
                assert_true(isnan(e.outputs[sick]) && isnan(e.dscores[sick]));
                if (loss->classes)
                    assert_int_equal(e.decided[row * lanes + lane], 0);
                for (size_t i = 0; i < BATCH * lanes; i++)
                    assert_true(i == row * lanes + lane || e.losses[i] == well.losses[i]);
                for (size_t i = 0; i < BATCH * width * lanes; i++)
                    if (i / (width * lanes) != row || i % lanes != lane)
                        assert_true(e.outputs[i] == well.outputs[i] && e.dscores[i] == well.dscores[i]);
            }
        }
    }
}

static void a_class_without_an_output_is_not_a_number(void **state)
{
    (void)state;
    const double classes[] = { -1, 3, 0.5, NAN };
    for (const kind *k = next_kind(NULL); k; k = next_kind(k))
        for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
            evaluation e = { .batch = 1, .width = 3, .scale = 1 }, yes_no = { .batch = 1, .width = 1, .scale = 1 };
            for (size_t l = 0; l < k->lanes; l++)
                e.targets[l] = yes_no.targets[l] = classes[i];
            evaluate(*k, &rl_cross_entropy, &e);
            evaluate(*k, &rl_binary, &yes_no);
            assert_true(isnan(e.losses[0]) && isnan(yes_no.losses[0]));
        }
}

static void one_question_has_one_score(void **state)
{
    (void)state;
    for (const kind *k = next_kind(NULL); k; k = next_kind(k)) {
        evaluation e = { .batch = BATCH, .width = 2, .scale = 1 };
        evaluate(*k, &rl_binary, &e);
        for (size_t i = 0; i < BATCH * k->lanes; i++)
            assert_true(isnan(e.losses[i]));
    }
}

/* One row in every lane: scores [width], target(s), and what must come out. */
static void known(kind k, const rl_loss *loss, size_t width, const double *scores, const double *targets,
    double expected, long decided)
{
    evaluation e = { .batch = 1, .width = width, .scale = 1 };
    size_t wanted = loss->classes ? 1 : width;
    for (size_t l = 0; l < k.lanes; l++) {
        for (size_t o = 0; o < width; o++)
            e.scores[o * k.lanes + l] = scores[o];
        for (size_t o = 0; o < wanted; o++)
            e.targets[o * k.lanes + l] = targets[o];
    }
    evaluate(k, loss, &e);
    for (size_t l = 0; l < k.lanes; l++) {
        if (!(fabs(e.losses[l] - expected) <= 2e-6 * fabs(expected)))
            fail_msg("%s: found %.9g, expected %.9g", loss->name, e.losses[l], expected);
        assert_int_equal(e.decided[l], decided);
        for (size_t o = 0; o < width; o++)
            assert_true(isfinite(e.dscores[o * k.lanes + l]));
    }
}

/* Relative tolerances, also where the loss is tiny or a naive formula over- or underflows. */
static void known_values_and_large_scores(void **state)
{
    (void)state;
    const double zero[] = { 0 }, one[] = { 1 }, two[] = { 2 };
    for (const kind *k = next_kind(NULL); k; k = next_kind(k)) {
        const rl_loss *ce = &rl_cross_entropy, *bin = &rl_binary, *sq = &rl_squared;
        known(*k, ce, 3, (double[]){ 1, 2, 3 }, two, 0.40760596444438, 2);
        known(*k, ce, 3, (double[]){ 7, 7, 7 }, one, 1.09861228866811, 0);
        known(*k, ce, 3, (double[]){ 1e4, 0, -1e4 }, one, 1e4, 0);
        known(*k, ce, 3, (double[]){ 1e4, 0, -1e4 }, two, 2e4, 0);
        known(*k, ce, 2, (double[]){ -300, -100 }, zero, 200, 1);
        known(*k, ce, 2, (double[]){ 1e4, 9999 }, zero, 0.31326168751822, 0);
        known(*k, ce, 3, (double[]){ 0, 5, 5 }, two, 0.69651027, 1);
        known(*k, bin, 1, zero, one, 0.69314718055995, 0);
        known(*k, bin, 1, (double[]){ 1 }, one, 0.31326168751822, 1);
        known(*k, bin, 1, (double[]){ -1 }, one, 1.31326168751822, 0);
        known(*k, bin, 1, (double[]){ -20 }, zero, 2.0611536203e-9, 0);
        known(*k, bin, 1, (double[]){ 20 }, one, 2.0611536203e-9, 1);
        known(*k, bin, 1, (double[]){ 1e4 }, zero, 1e4, 1);
        known(*k, bin, 1, (double[]){ -1e4 }, one, 1e4, 0);
        known(*k, sq, 2, (double[]){ 1, 4 }, (double[]){ 3, 1 }, 6.5, 1);
        known(*k, sq, 1, (double[]){ -2 }, (double[]){ 1 }, 9, 0);
    }
}

/* losses.txt: what PyTorch says of each row, in double to 1e-12 and in float to its own precision. */
static void pytorch_agrees(void **state)
{
    (void)state;
    golden g = golden_open("losses.txt");
    int cases = 0;
    for (; golden_line(&g, golden_case(cases, "loss").text); cases++) {
        rl_error err = { 0 };
        const rl_loss *loss = rl_loss_named(golden_words(&g, golden_case(cases, "loss").text), &err);
        assert_int_equal(err.code, RL_OK);
        size_t count, targets, batch;
        double *scores = golden_numbers(&g, golden_case(cases, "scores").text, &count);
        double *target = golden_numbers(&g, golden_case(cases, "targets").text, &targets);
        double *outputs = golden_numbers(&g, golden_case(cases, "outputs").text, &count);
        double *losses = golden_numbers(&g, golden_case(cases, "losses").text, &batch);
        double *gradient = golden_numbers(&g, golden_case(cases, "gradient").text, &count);
        for (const kind *k = next_kind(NULL); k; k = next_kind(k)) {
            evaluation e = { .batch = batch, .width = count / batch, .scale = 1 / (double)batch };
            for (size_t i = 0; i < count * k->lanes; i++)
                e.scores[i] = scores[i / k->lanes];
            for (size_t i = 0; i < targets * k->lanes; i++)
                e.targets[i] = target[i / k->lanes];
            evaluate(*k, loss, &e);
            const double tolerance = k->float64 ? 1e-12 : 1e-6;
            for (size_t i = 0; i < count * k->lanes; i++) {
                near(e.outputs[i], outputs[i / k->lanes], tolerance, loss->name);
                near(e.dscores[i], gradient[i / k->lanes], tolerance, loss->name);
            }
            for (size_t i = 0; i < batch * k->lanes; i++)
                near(e.losses[i], losses[i / k->lanes], tolerance, loss->name);
        }
        double *all[] = { scores, target, outputs, losses, gradient };
        for (size_t i = 0; i < sizeof all / sizeof *all; i++)
            free(all[i]);
    }
    assert_true(cases >= 14);
    golden_close(&g);
}

static void names(void **state)
{
    (void)state;
    EACH_LOSS(loss)
    {
        rl_error err = { 0 };
        assert_ptr_equal(rl_loss_named(loss->name, &err), loss);
        assert_non_null(loss->formula);
        assert_int_equal(err.code, RL_OK);
    }
    rl_error err = { 0 };
    assert_null(rl_loss_named("squarred", &err));
    assert_int_equal(err.code, RL_BAD_CONFIG);
    assert_non_null(strstr(err.text, "squared"));
    assert_null(rl_loss_named("squared", &err)); /* an error sticks */
    rl_loss foreign = rl_squared;
    assert_null(rl_loss_kernels_of(RL_VARIANT_plain1, &foreign));
}

/* Two scores have a softmax of their own: it must give the bits that three scores give, the third of them -∞. */
static void two_classes_are_two_of_many(void **state)
{
    (void)state;
    rl_random random = rl_random_stream(11, RL_FOR_TESTS, 0);
    const double odd[] = { 0, -0.0, 1e-40, 80, -120, 3e38, INFINITY, -INFINITY, NAN };
    enum { ODD = sizeof odd / sizeof *odd };
    for (const kind *k = next_kind(NULL); k; k = next_kind(k))
        for (int n = 0; n < 200; n++) {
            evaluation two = { .batch = BATCH, .width = 2, .scale = 0.5 },
                       three = { .batch = BATCH, .width = 3, .scale = 0.5 };
            for (size_t b = 0; b < BATCH; b++)
                for (size_t l = 0; l < k->lanes; l++) {
                    two.targets[b * k->lanes + l] = three.targets[b * k->lanes + l] = rl_random_below(&random, 2);
                    for (size_t o = 0; o < 2; o++) {
                        bool plain = rl_random_below(&random, 4);
                        double score = plain ? rl_random_normal(&random) * 5 : odd[rl_random_below(&random, ODD)];
                        two.scores[(b * 2 + o) * k->lanes + l] = three.scores[(b * 3 + o) * k->lanes + l] = score;
                    }
                    three.scores[(b * 3 + 2) * k->lanes + l] = -INFINITY;
                }
            evaluate(*k, &rl_cross_entropy, &two);
            evaluate(*k, &rl_cross_entropy, &three);
            for (size_t b = 0; b < BATCH; b++)
                for (size_t l = 0; l < k->lanes; l++) {
                    double first = two.losses[b * k->lanes + l], other = three.losses[b * k->lanes + l];
                    assert_true(first == other || (isnan(first) && isnan(other)));
                    for (size_t o = 0; o < 2; o++) {
                        first = two.outputs[(b * 2 + o) * k->lanes + l];
                        other = three.outputs[(b * 3 + o) * k->lanes + l];
                        assert_true(first == other || (isnan(first) && isnan(other)));
                    }
                }
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(backward_is_the_slope_of_forward_and_adds),
        cmocka_unit_test(every_variant_computes_what_double_does),
        cmocka_unit_test(nan_passes_in_its_own_row_and_lane),
        cmocka_unit_test(a_class_without_an_output_is_not_a_number),
        cmocka_unit_test(one_question_has_one_score),
        cmocka_unit_test(known_values_and_large_scores),
        cmocka_unit_test(pytorch_agrees),
        cmocka_unit_test(names),
        cmocka_unit_test(two_classes_are_two_of_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
