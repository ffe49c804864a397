/* ReLU and Leaky ReLU on arrays far larger than the caches, where nothing but memory counts: forward reads z and writes
 * a, 8 bytes an element; backward reads z, da and dz and writes dz, 16 bytes. Against the most that any way of reading
 * and writing moves in the same rounds, on one thread and on all. */
#include "bench/results.h"

#include <math.h>
#include <stdio.h>

typedef struct {
    const rl_activation *curve;
    bool backward;
} work;

static void pass(void *self, const streams *part)
{
    const work *w = self;
    if (w->backward)
        rl_activation_backward(w->curve, part->count, w->curve->alpha, part->b, part->c, part->a);
    else
        rl_activation_forward(w->curve, part->count, w->curve->alpha, part->b, part->a);
}

/* Spot checks by the textbook's formula, forward and backward, all over the arrays. */
static bool check(bench *b, const streams *s, const rl_activation *curve, rl_error *err)
{
    for (size_t i = 0; i < s->count; i++)
        s->c[i] = (float)(i % 7) - 3;
    rl_activation_forward(curve, s->count, curve->alpha, s->b, s->a);
    bool same = true;
    for (size_t i = 0; i < s->count; i += 13)
        same = same && s->a[i] == (s->b[i] < 0 ? curve->alpha * s->b[i] : s->b[i]);
    for (size_t i = 0; i < s->count; i++)
        s->a[i] = (float)(i % 5);
    rl_activation_backward(curve, s->count, curve->alpha, s->b, s->c, s->a);
    for (size_t i = 0; i < s->count; i += 13) {
        float slope = s->b[i] > 0 ? 1 : curve->alpha, added = slope * s->c[i];
        same = same && fabsf(s->a[i] - ((float)(i % 5) + added)) <= 1e-6f;
    }
    return same || check_failed(b, err, "%s on large arrays is not what its formula says", curve->name);
}

static double best_stream(const streams *s, int threads, double seconds)
{
    double best = 0;
    for (int way = 0; way < STREAMS; way++) {
        double rate = stream_rate(s, way, threads, seconds);
        best = rate > best ? rate : best;
    }
    return best;
}

static void run_on(bench *b, const streams *s, int threads, rl_error *err)
{
    work works[] = { { &rl_relu, false }, { &rl_relu, true }, { &rl_leaky_relu, false }, { &rl_leaky_relu, true } };
    series rates[4] = { { .count = 0 } }, shares[4] = { { .count = 0 } };
    for (int round = 0; another_round(b, round, err); round++) {
        double limit = best_stream(s, threads, b->slice / 4);
        for (int i = 0; i < 4; i++) {
            double rate = stream_rate_of(s, pass, &works[i], works[i].backward ? 16 : 8, threads, b->slice / 4);
            series_add(&rates[i], rate);
            series_add(&shares[i], rate / limit);
        }
    }
    for (int i = 0; i < 4 && !err->code; i++) {
        char name[40], title[96];
        const char *way = works[i].backward ? "backward" : "forward";
        snprintf(name, sizeof name, "%s_%s_%s", works[i].curve->name, way, threads > 1 ? "all" : "one");
        snprintf(title, sizeof title, "%s %s, arrays far larger than caches, %d thread%s", works[i].curve->name, way,
            threads, threads > 1 ? "s" : "");
        result_limit(result_new(b, name, title, "B/s", &rates[i]), "memory", &shares[i], 0.85);
    }
}

static void run(bench *b, rl_error *err)
{
    const streams *s = bench_streams_of(b, err);
    if (!s || !check(b, s, &rl_relu, err) || !check(b, s, &rl_leaky_relu, err))
        return;
    run_on(b, s, 1, err);
    if (b->threads > 1)
        run_on(b, s, b->threads, err);
}
const bench_row row_rectifiers = { "rectifiers", 9, run };
