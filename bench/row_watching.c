/* What watching costs: a training whose dead and silent units are counted exactly after every epoch, by witnesses,
 * against the same training unwatched. Digits, 64-32-10, a healthy net, one pack of lanes, one thread. */
#include "bench/results.h"

#include <string.h>

enum { EPOCHS = 10 };

static const task digits = {
    .name = "watching", .layers = "input 64; dense 32; relu; dense 10", .batch = 32, .rate = 0.1f
};

/* The monitor's last census is that of rl_census_take. */
static bool counts_are_exact(const rl_net *net, const rl_monitor *monitor, const rl_dataset *data, rl_error *err)
{
    rl_census *census = rl_census_new(net, err);
    bool same = census && rl_census_take(census, net, data, err);
    const double units = same ? (double)rl_census_units(census) : 0;
    for (int l = 0; same && l < rl_net_lanes(net); l++) {
        size_t last = rl_monitor_censuses(monitor) - 1;
        same = (double)rl_monitor_dead(monitor, last, l) == units * rl_census_dead_share(census, l) &&
               (double)rl_monitor_silent(monitor, last, l) == units * rl_census_silent_share(census, l);
    }
    rl_census_free(census);
    return same;
}

/* Trains a new net, watched or not; the seconds of training alone. The net is the caller's to free. */
static double train(bench *b, const task *t, bool watched, rl_net **trained, rl_error *err)
{
    rl_net *net = *trained = task_net(t, 1, rl_lanes_best(), err);
    rl_monitor *monitor = watched && net ? rl_monitor_new(net, t->data, 0, err) : NULL;
    rl_observer observer = monitor ? rl_monitor_observer(monitor) : (rl_observer){ 0 };
    rl_training how = { .rate = t->rate, .epochs = EPOCHS, .observers = &observer, .observer_count = watched };
    double start = seconds_now();
    if (!err->code)
        rl_train(net, t->data, &how, NULL, err);
    double passed = seconds_now() - start;
    if (monitor && rl_monitor_check(monitor, err) && !counts_are_exact(net, monitor, t->data, err) && !err->code)
        check_failed(b, err, "watching: the monitor's counts are not those of a census");
    rl_monitor_free(monitor);
    return passed;
}

static bool same_parameters(rl_net *a, rl_net *b)
{
    size_t count;
    const float *w = rl_parameters(a, &count);
    return memcmp(w, rl_parameters(b, NULL), count * (size_t)rl_net_lanes(a) * sizeof *w) == 0;
}

static void run(bench *b, rl_error *err)
{
    task t = digits;
    t.data = task_data("digits", (rl_memory){ 0 }, err);
    series watched = { .count = 0 }, unwatched = { .count = 0 };
    for (int round = 0; t.data && another_round(b, round, err); round++)
        for (int again = 0; again < 3 && !err->code; again++) { /* short ones: a few a round */
            rl_net *plain = NULL, *seen = NULL;
            series_add(&unwatched, train(b, &t, false, &plain, err));
            series_add(&watched, train(b, &t, true, &seen, err));
            if (!err->code && !same_parameters(plain, seen))
                check_failed(b, err, "watching: it changed the training");
            rl_net_free(plain);
            rl_net_free(seen);
        }
    rl_data_free(t.data);
    if (err->code)
        return;
    rl_bench_result *r = result_new(b, "watching", "exact dead and silent counts every epoch, digits", "s", &watched);
    result_against(r, "unwatched", &watched, &unwatched, 0, 1.05);
}
const bench_row row_watching = { "watching", 4, run };
