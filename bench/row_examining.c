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

static rl_examination *examine(const rl_net *net, const rl_dataset *data, rl_error *err)
{
    rl_examination *all = rl_examine_new(net, (rl_thresholds){ 0 }, err);
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

static void time_both(bench *b, const rl_net *net, const rl_dataset *data, rl_pass *pass, float *x, rl_error *err)
{
    series examined = { .count = 0 }, forward = { .count = 0 };
    rl_examination *all = examine(net, data, err);
    if (!err->code && !agrees_with_census(all, net, data, err) && !err->code)
        check_failed(b, err, "examining: the counts are not those of a census");
    rl_examination_free(all);
    const int sweeps = b->config->quick ? 1 : 10;
    for (int round = 0; another_round(b, round, err); round++)
        for (int again = 0; again < 3 && !err->code; again++) {
            double start = seconds_now();
            for (int s = 0; s < sweeps; s++)
                rl_examination_free(examine(net, data, err));
            double middle = seconds_now();
            for (int s = 0; s < sweeps; s++)
                forward_over(net, data, pass, x);
            series_add(&examined, (middle - start) / sweeps);
            series_add(&forward, (seconds_now() - middle) / sweeps);
        }
    if (err->code)
        return;
    rl_bench_result *r =
        result_new(b, "examining_starved", "every word of the glossary, starved too, digits", "s", &examined);
    result_against(r, "forward_pass", &examined, &forward, 0, 2.2);
}

static void run(bench *b, rl_error *err)
{
    rl_dataset *data = task_data("digits", (rl_memory){ 0 }, err);
    rl_net *net = data ? task_net(&digits, 1, rl_lanes_best(), err) : NULL;
    rl_pass *pass = net ? rl_pass_new(net, ROWS_AT_A_TIME, err) : NULL;
    float *x = pass ? malloc(ROWS_AT_A_TIME * data->features * (size_t)rl_net_lanes(net) * sizeof *x) : NULL;
    if (x)
        time_both(b, net, data, pass, x, err);
    free(x);
    rl_pass_free(pass);
    rl_net_free(net);
    rl_data_free(data);
}
const bench_row row_examining = { "examining", 3, run };
