/* What watching costs: the same training with and without the monitor, a census of the words against a forward pass.
 *
 * First each pair is checked to do the same thing: the watched training must end at the same bits, the monitor's
 * last census must be that of rl_census_take. Then both are timed in turn, and the median of the ratios is shown
 * with the least and the largest. Digits, 64-32-10 with ReLU, batch 32, SGD, one pack of lanes, one thread. */
#define _POSIX_C_SOURCE 200809L
#include <relive.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 11, EPOCHS = 10, SWEEPS = 40, FORWARD_ROWS = 32 };

typedef struct {
    rl_dataset *digits;
    int lanes;
} bench;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void give_up(const char *why)
{
    fprintf(stderr, "%s\n", why);
    exit(1);
}

static bool same_parameters(rl_net *a, rl_net *b)
{
    size_t count;
    const float *w = rl_parameters(a, &count);
    return memcmp(w, rl_parameters(b, NULL), count * (size_t)rl_net_lanes(a) * sizeof *w) == 0;
}

static rl_net *new_net(const bench *b, rl_error *err)
{
    rl_net *net = rl_net_new((rl_net_config){ .seed = 1, .lanes = b->lanes }, err);
    if (net)
        rl_net_append(net, "input 64; dense 32; relu; dense 10", (rl_dense_config){ 0 }, err);
    return net;
}

/* Trains a new net, watched or not; *trained is the net, the caller's to free. */
static double train(const bench *b, bool watched, rl_net **trained, rl_error *err)
{
    rl_net *net = *trained = new_net(b, err);
    rl_training how = { .rate = 0.1f, .epochs = EPOCHS };
    rl_monitor *monitor = watched && net ? rl_monitor_new(net, b->digits, 0, err) : NULL;
    rl_observer observer = { 0 };
    if (monitor) {
        observer = rl_monitor_observer(monitor);
        how.observers = &observer;
        how.observer_count = 1;
    }
    double start = now();
    if (!err->code)
        rl_train(net, b->digits, &how, NULL, err);
    double seconds = now() - start;
    rl_census *census = monitor ? rl_census_new(net, err) : NULL;
    if (census && rl_census_take(census, net, b->digits, err))
        for (int l = 0; l < b->lanes; l++)
            if ((double)rl_monitor_dead(monitor, rl_monitor_censuses(monitor) - 1, l) !=
                32 * rl_census_dead_share(census, l))
                give_up("the monitor and the census disagree");
    rl_census_free(census);
    rl_monitor_free(monitor);
    return seconds;
}

/* Forward passes over the whole set, as a census makes them. */
static double forward(const bench *b, const rl_net *net, const float *x, rl_pass *pass)
{
    double start = now();
    for (int s = 0; s < SWEEPS; s++)
        for (size_t first = 0; first + FORWARD_ROWS <= b->digits->rows; first += FORWARD_ROWS)
            rl_forward(net, pass, x, FORWARD_ROWS);
    return now() - start;
}

static double examine(const bench *b, const rl_net *net, rl_error *err)
{
    double start = now();
    for (int s = 0; s < SWEEPS && !err->code; s++) {
        rl_examination *all = rl_examine_new(net, (rl_thresholds){ 0 }, err);
        if (all && rl_examine_rows(all, net, b->digits, err))
            rl_examine_end(all, net, err);
        rl_examination_free(all);
    }
    return now() - start;
}

static int by_size(const void *a, const void *b)
{
    return *(const double *)a < *(const double *)b ? -1 : *(const double *)a > *(const double *)b;
}

static void show(const char *what, double *ratios)
{
    qsort(ratios, ROUNDS, sizeof *ratios, by_size);
    printf("%-62s %6.3f  (%.3f to %.3f)\n", what, ratios[ROUNDS / 2], ratios[0], ratios[ROUNDS - 1]);
}

static void compare_trainings(const bench *b, rl_error *err)
{
    double ratios[ROUNDS];
    for (int r = 0; r < ROUNDS && !err->code; r++) {
        rl_net *plain, *watched;
        double without = train(b, false, &plain, err), with = train(b, true, &watched, err);
        ratios[r] = with / without;
        if (!err->code && !same_parameters(plain, watched))
            give_up("watching changed the training");
        rl_net_free(plain);
        rl_net_free(watched);
    }
    if (!err->code)
        show("training watched every epoch / the same unwatched", ratios);
}

static void compare_looks(const bench *b, rl_error *err)
{
    double ratios[ROUNDS];
    rl_net *net = new_net(b, err);
    rl_pass *pass = err->code ? NULL : rl_pass_new(net, FORWARD_ROWS, err);
    float *x = calloc((size_t)(FORWARD_ROWS * 64 * b->lanes), sizeof *x);
    for (int i = 0; x && i < FORWARD_ROWS * 64 * b->lanes; i++)
        x[i] = b->digits->x[i / b->lanes % (FORWARD_ROWS * 64)];
    for (int r = 0; r < ROUNDS && !err->code && x; r++)
        ratios[r] = examine(b, net, err) / forward(b, net, x, pass);
    if (!err->code && x)
        show("every word of the glossary / a forward pass over the set", ratios);
    free(x);
    rl_pass_free(pass);
    rl_net_free(net);
}

int main(void)
{
    rl_error err = { 0 };
    bench b = { .lanes = rl_lanes_best() };
    b.digits = rl_data_load("digits", (rl_data_config){ 0 }, &err);
    rl_scaling scaling = { 0 };
    if (b.digits && rl_scaling_measure(b.digits, &scaling, (rl_memory){ 0 }, &err))
        rl_scaling_apply(&scaling, b.digits);
    printf("What watching costs: digits, 64-32-10, ReLU, %d lanes (%s kernels), one thread, %d rounds\n\n%-62s %6s  "
           "(range)\n",
        b.lanes, rl_processor_kernels(), ROUNDS, "time of", "median");
    compare_trainings(&b, &err);
    compare_looks(&b, &err);
    rl_scaling_free(&scaling);
    rl_data_free(b.digits);
    if (err.code)
        fprintf(stderr, "%s\n", err.text);
    return err.code != RL_OK;
}
