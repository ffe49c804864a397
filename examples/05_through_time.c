/* Five recurrent layers on the adding problem: what reaches the first step of a sequence on its way back, before and after
 * training, how far off the answers are (who always says 1 is 0.167 off), and how many units have died. */
#include <math.h>
#include <relive.h>
#include <stdio.h>
#include <string.h>

enum { STEPS = 30, LANES = 4, UNITS = 24 };
static const char *const cells[] = { "input 30x2; rnn 24 relu; last; dense 1",
    "input 30x2; rnn 24 leaky_relu; last; dense 1", "input 30x2; rnn 24 tanh; last; dense 1",
    "input 30x2; gru 24; last; dense 1", "input 30x2; lstm 24; last; dense 1" };

/* Of a batch of the first rows: ∂L/∂state at the first step, as a share of that at the last; geometric mean of the lanes. */
static double reaching_back(const rl_net *net, const rl_dataset *data, rl_error *err)
{
    enum { ROWS = 64 };
    static float x[ROWS * STEPS * 2 * LANES], y[ROWS * LANES], mean[LANES], dloss[ROWS * LANES];
    double norms[STEPS], sum = 0;
    for (int i = 0; i < ROWS * STEPS * 2 * LANES; i++) /* the same rows in every lane */
        x[i] = data->x[i / LANES], y[i % (ROWS * LANES)] = data->y[i % (ROWS * LANES) / LANES];
    rl_pass *pass = rl_pass_new(net, ROWS, err);
    if (!pass)
        return NAN;
    rl_forward(net, pass, x, ROWS);
    rl_loss_mean(net, pass, &rl_squared, y, mean, dloss);
    rl_backward(net, pass, dloss);
    for (int l = 0; l < LANES && rl_state_gradients(net, pass, 1, l, norms, err); l++)
        sum += log(norms[0] / norms[STEPS - 1]) / LANES;
    rl_pass_free(pass);
    return exp(sum);
}

int main(void)
{
    rl_error err = { 0 };
    const rl_training how = { .rate = 0.01f, .epochs = 3, .optimiser = &rl_adam, .clip = 1 };
    rl_dataset *all = rl_data_load("adding:5000:30", (rl_data_config){ 0 }, &err), *train = NULL, *test = NULL;
    rl_data_split(all, 0.2, 0, &train, &test, &err);
    printf("first step / last:     before      after  squared error  dead units of %d\n", LANES * UNITS);
    for (size_t c = 0; c < sizeof cells / sizeof *cells && !err.code; c++) {
        double loss[LANES] = { 0 }, error = 0, dead = 0;
        rl_net *net = rl_net_new((rl_net_config){ .lanes = LANES }, &err);
        rl_net_append(net, cells[c], (rl_dense_config){ 0 }, &err);
        const double before = err.code ? NAN : reaching_back(net, train, &err);
        rl_train(net, train, &how, NULL, &err);
        rl_evaluate(net, test, &rl_squared, loss, NULL, &err);
        rl_census *census = err.code ? NULL : rl_census_new(net, &err);
        if (census && rl_census_take(census, net, train, &err))
            for (int l = 0; l < LANES; l++)
                error += loss[l] / LANES, dead += rl_census_dead_share(census, l) * UNITS;
        const double after = err.code ? NAN : reaching_back(net, train, &err);
        printf("%-18.*s %10.2g %10.2g %14.4f %11.0f\n", (int)strcspn(cells[c] + 12, ";"), cells[c] + 12, before, after,
            error, dead);
        rl_census_free(census), rl_net_free(net);
    }
    if (err.code)
        fprintf(stderr, "%s\n", err.text);
    rl_data_free(all), rl_data_free(train), rl_data_free(test);
    return err.code != 0;
}
