/* Five recurrent layers on the adding problem: what reaches the first step of a sequence on its way back, before and after
 * training, how far off the answers are (who always says 1 is 0.167 off), and how many units have died. */
#include <math.h>
#include <stdio.h>

#include <relive.h>

enum { STEPS = 30, LANES = 4 };
static const char *const cells[] = { "rnn 24 relu", "rnn 24 leaky_relu", "rnn 24 tanh", "gru 24", "lstm 24" };

/* Of a batch of the first rows: ∂L/∂state at the first step, as a share of that at the last; geometric mean of the lanes. */
static double reaching_back(const rl_net *net, const rl_dataset *data, rl_error *err)
{
    enum { ROWS = 64 };
    static float x[ROWS * STEPS * 2 * LANES], y[ROWS * LANES], mean[LANES], dloss[ROWS * LANES];
    double norms[STEPS], sum = 0;
    for (int i = 0; i < ROWS * STEPS * 2 * LANES; i++)
        x[i] = data->x[i / LANES];
    for (int i = 0; i < ROWS * LANES; i++)
        y[i] = data->y[i / LANES];
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
    rl_dataset *all = rl_data_load("adding:5000:30", (rl_data_config){ 0 }, &err), *train = NULL, *test = NULL;
    rl_data_split(all, 0.2, 0, &train, &test, &err);
    printf("                   first step / last step   squared   dead\n"
           "                    before        after       error  units\n");
    for (size_t c = 0; c < sizeof cells / sizeof *cells && !err.code; c++) {
        char layers[64];
        double loss[LANES] = { 0 }, error = 0, dead = 0;
        snprintf(layers, sizeof layers, "input 30x2; %s; last; dense 1", cells[c]);
        rl_net *net = rl_net_new((rl_net_config){ .lanes = LANES }, &err);
        rl_net_append(net, layers, (rl_dense_config){ 0 }, &err);
        const double before = err.code ? NAN : reaching_back(net, train, &err);
        rl_train(
            net, train, &(rl_training){ .rate = 0.01f, .epochs = 3, .optimiser = &rl_adam, .clip = 1 }, NULL, &err);
        rl_evaluate(net, test, &rl_squared, loss, NULL, &err);
        rl_census *census = err.code ? NULL : rl_census_new(net, &err);
        if (census && rl_census_take(census, net, train, &err))
            for (int l = 0; l < LANES; l++)
                error += loss[l] / LANES, dead += rl_census_dead_share(census, l) * 24;
        printf("%-17s  %9.2g    %9.2g     %7.4f  %5.0f\n", cells[c], before,
            err.code ? NAN : reaching_back(net, train, &err), error, dead);
        rl_census_free(census);
        rl_net_free(net);
    }
    if (err.code)
        fprintf(stderr, "%s\n", err.text);
    rl_data_free(all), rl_data_free(train), rl_data_free(test);
    return err.code != 0;
}
