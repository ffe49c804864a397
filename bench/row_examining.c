/* What an examination costs, every word of the glossary for every unit, against a forward pass over the same set. Digits,
 * 64-32-10, one pack of lanes, one thread. */
#include "bench/results.h"

#include <stdlib.h>

enum { ROWS_AT_A_TIME = 32 };

static const task digits = { .name = "examining", .layers = "input 64; dense 32; relu; dense 10" };

/* The rows spread over the lanes, block by block, and a forward pass over each: what any look at a data set begins with. */
static void forward_over(const rl_net *net, const rl_dataset *data, rl_pass *pass, float *x)
{
    const size_t lanes = (size_t)rl_net_lanes(net), features = data->features;
    for (size_t first = 0; first < data->rows; first += ROWS_AT_A_TIME) {
        size_t rows = data->rows - first < ROWS_AT_A_TIME ? data->rows - first : ROWS_AT_A_TIME;
        for (size_t i = 0; i < rows * features; i++)
            for (size_t l = 0; l < lanes; l++)
                x[i * lanes + l] = data->x[first * features + i];
        rl_forward(net, pass, x, (int)rows);
    }
}

static rl_examination *examine(const rl_net *net, const rl_dataset *data, bool starved, rl_error *err)
{
    rl_examination *all = rl_examine_new(net, (rl_thresholds){ .skip_starved = !starved }, err);
    if (all && rl_examine_rows(all, net, data, err))
        rl_examine_end(all, net, err);
    return all;
}

/* Dead and silent are counted by the census too, and alike. */
static bool agrees_with_census(const rl_examination *all, const rl_net *net, const rl_dataset *data, rl_error *err)
{
    rl_census *census = rl_census_new(net, err);
    bool same = census && rl_census_take(census, net, data, err);
    for (size_t i = 0; same && i < rl_census_units(census); i++)
        for (int l = 0; same && l < rl_net_lanes(net); l++) {
            rl_signs signs = rl_examination_signs(all, i, l);
            rl_vitals vitals = rl_census_vitals(census, i, l);
            same = signs.counts.conducted == vitals.conducted && signs.counts.fired == vitals.fired;
        }
    rl_census_free(census);
    return same;
}

static void check(bench *b, const rl_net *net, const rl_dataset *data, bool starved, rl_error *err)
{
    rl_examination *all = examine(net, data, starved, err);
    if (!err->code && !agrees_with_census(all, net, data, err) && !err->code)
        check_failed(b, err, "examining: the counts are not those of a census");
    rl_examination_free(all);
}

static double seconds_of_examining(const rl_net *net, const rl_dataset *data, bool starved, int sweeps, rl_error *err)
{
    double start = seconds_now();
    for (int s = 0; s < sweeps; s++)
        rl_examination_free(examine(net, data, starved, err));
    return (seconds_now() - start) / sweeps;
}

static void time_all(bench *b, const rl_net *net, const rl_dataset *data, rl_pass *pass, float *x, rl_error *err)
{
    series without = { .count = 0 }, with = { .count = 0 }, forward = { .count = 0 };
    check(b, net, data, false, err);
    check(b, net, data, true, err);
    const int sweeps = b->config->quick ? 1 : 10;
    for (int round = 0; another_round(b, round, err); round++)
        for (int again = 0; again < 3 && !err->code; again++) {
            series_add(&without, seconds_of_examining(net, data, false, sweeps, err));
            series_add(&with, seconds_of_examining(net, data, true, sweeps, err));
            double start = seconds_now();
            for (int s = 0; s < sweeps; s++)
                forward_over(net, data, pass, x);
            series_add(&forward, (seconds_now() - start) / sweeps);
        }
    if (err->code)
        return;
    result_against(result_new(b, "examining", "every word of the glossary but starved, digits", "s", &without),
        "forward_pass", &without, &forward, 0, 1.3);
    result_against(result_new(b, "examining_starved", "every word of the glossary, starved too, digits", "s", &with),
        "forward_pass", &with, &forward, 0, 2.2);
}

static void run(bench *b, rl_error *err)
{
    rl_dataset *data = task_data("digits", (rl_memory){ 0 }, err);
    rl_net *net = data ? task_net(&digits, 1, rl_lanes_best(), err) : NULL;
    rl_pass *pass = net ? rl_pass_new(net, ROWS_AT_A_TIME, err) : NULL;
    float *x = pass ? malloc(ROWS_AT_A_TIME * data->features * (size_t)rl_net_lanes(net) * sizeof *x) : NULL;
    if (x)
        time_all(b, net, data, pass, x, err);
    free(x);
    rl_pass_free(pass);
    rl_net_free(net);
    rl_data_free(data);
}
const bench_row row_examining = { "examining", 3, run };
