#include "bench/results.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool another_round(const bench *b, int round, rl_error *err)
{
    if (err->code || round >= b->rounds)
        return false;
    if (b->config->keep_going && !b->config->keep_going(b->config->self))
        return rl_fail(err, RL_INTERRUPTED, "interrupted");
    return true;
}

bool check_failed(bench *b, rl_error *err, const char *format, ...)
{
    char text[200];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    b->check_failed = true;
    return rl_fail(err, RL_BAD_CONFIG, "the check before the timing failed: %s", text);
}

bool check_rival(bench *b, const task *t, const char *rival, int lanes, rl_error *err)
{
    double difference = 0;
    rl_net *net = task_net(t, 0, lanes, err);
    if (net && rivals_take(b->rivals, t, net, err) && !rivals_agree(b->rivals, t, rival, net, &difference, err) &&
        !err->code)
        check_failed(b, err, "%s: after %ld steps %s and we differ by %.2g of the way gone; expected at most %.0e",
            t->name, t->check_steps, rival, difference, t->tolerance);
    rl_net_free(net);
    return !err->code;
}

rivals *bench_rivals_of(bench *b, rl_error *err)
{
    if (b->rivals || err->code)
        return b->rivals;
    b->rivals = rivals_start(b->python, b->script, b->threads, err);
    if (!b->rivals)
        return NULL;
    rl_bench_machine *m = &b->found->machine;
    snprintf(m->pytorch, sizeof m->pytorch, "%s", rivals_about(b->rivals, "pytorch"));
    snprintf(m->numpy, sizeof m->numpy, "%s", rivals_about(b->rivals, "numpy"));
    snprintf(m->python, sizeof m->python, "%s", rivals_about(b->rivals, "python"));
    snprintf(m->blas, sizeof m->blas, "%s", rivals_about(b->rivals, "blas"));
    snprintf(m->blas_core, sizeof m->blas_core, "%s", rivals_about(b->rivals, "core"));
    return b->rivals;
}

const streams *bench_streams_of(bench *b, rl_error *err)
{
    if (!b->streams.a && !err->code && !streams_new(&b->streams, b->config->quick))
        rl_fail(err, RL_NO_MEMORY, "out of memory for arrays larger than the caches");
    return b->streams.a ? &b->streams : NULL;
}

rl_bench_result *result_new(bench *b, const char *name, const char *title, const char *unit, const series *ours)
{
    static rl_bench_result spare; /* more results than there is room for: the tests would notice */
    rl_bench_found *found = b->found;
    rl_bench_result *r = found->result_count < RL_BENCH_RESULTS ? &found->results[found->result_count++] : &spare;
    *r = (rl_bench_result){ .ours = series_median(ours),
        .least = series_least(ours),
        .most = series_most(ours),
        .share = NAN,
        .share_least = NAN,
        .share_most = NAN };
    snprintf(r->name, sizeof r->name, "%s", name);
    snprintf(r->title, sizeof r->title, "%s", title);
    snprintf(r->unit, sizeof r->unit, "%s", unit);
    return r;
}

static rl_bench_against *against_new(rl_bench_result *r, const char *name)
{
    rl_bench_against *a = &r->against[r->against_count < RL_BENCH_AGAINST - 1 ? r->against_count++ : r->against_count];
    *a = (rl_bench_against){ .value = NAN, .ratio = NAN, .least = NAN, .most = NAN };
    snprintf(a->name, sizeof a->name, "%s", name);
    return a;
}

rl_bench_against *result_against(
    rl_bench_result *r, const char *name, const series *ours, const series *theirs, double at_least, double at_most)
{
    rl_bench_against *a = against_new(r, name);
    series ratio = series_ratio(ours, theirs);
    a->value = series_median(theirs);
    a->ratio = series_median(&ratio);
    a->least = series_least(&ratio);
    a->most = series_most(&ratio);
    a->at_least = at_least;
    a->at_most = at_most;
    return a;
}

void result_missing(rl_bench_result *r, const char *name, const char *why, double at_least)
{
    rl_bench_against *a = against_new(r, name);
    a->at_least = at_least;
    snprintf(a->missing, sizeof a->missing, "%s", why);
}

void result_limit(rl_bench_result *r, const char *limit, const series *share, double at_least)
{
    snprintf(r->limit, sizeof r->limit, "%s", limit);
    r->share = series_median(share);
    r->share_least = series_least(share);
    r->share_most = series_most(share);
    r->share_at_least = at_least;
}
