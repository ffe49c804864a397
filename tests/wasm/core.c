/* The core alone in WebAssembly: what run.mjs calls. A small ReLU net learns the exclusive or, in one lane or four. */
#include "relive.h"

enum { ROWS = 64, MOST_LANES = 4, MOST_PARAMETERS = 64 };

static rl_error err;
static double loss[MOST_LANES], accuracy[MOST_LANES], dead_share;
static float learned[MOST_PARAMETERS * MOST_LANES]; /* [parameters][lanes] */
static int learned_count;

/* Four corners, a little spread: class 1 where exactly one coordinate is large. */
static rl_dataset *corners(void)
{
    rl_dataset *data = rl_data_new("corners", ROWS, 2, 2, 1, (rl_memory){ 0 }, &err);
    if (!data)
        return NULL;
    for (size_t r = 0; r < data->rows; r++) {
        float shift = (float)(r / 4) / ROWS;
        data->x[2 * r] = (float)(r & 1) + shift;
        data->x[2 * r + 1] = (float)(r >> 1 & 1) - shift;
        data->y[r] = (float)((r & 1) ^ (r >> 1 & 1));
    }
    return data;
}

bool train(int lanes);
double loss_of(int lane);
double accuracy_of(int lane);
double dead_share_of_first(void);
double parameter(int index, int lane, int lanes);
int parameters(void);
const char *trouble(void);

bool train(int lanes)
{
    rl_dataset *data = corners();
    rl_net *net = rl_net_new((rl_net_config){ .seed = 5, .lanes = lanes }, &err);
    rl_net_append(net, "input 2; dense 8; relu; dense 2", (rl_dense_config){ 0 }, &err);
    rl_train(net, data, &(rl_training){ .rate = 0.05f, .epochs = 60, .batch = 8, .optimiser = &rl_adam }, NULL, &err);
    rl_evaluate(net, data, &rl_cross_entropy, loss, accuracy, &err);
    rl_census *census = rl_census_new(net, &err);
    if (rl_census_take(census, net, data, &err))
        dead_share = rl_census_dead_share(census, 0);
    if (!err.code) {
        size_t count;
        const float *w = rl_parameters(net, &count);
        learned_count = (int)count;
        for (size_t i = 0; i < count * (size_t)lanes && i < MOST_PARAMETERS * MOST_LANES; i++)
            learned[i] = w[i];
    }
    rl_census_free(census);
    rl_net_free(net);
    rl_data_free(data);
    return !err.code;
}

double loss_of(int lane)
{
    return loss[lane];
}

double accuracy_of(int lane)
{
    return accuracy[lane];
}

double dead_share_of_first(void)
{
    return dead_share;
}

int parameters(void)
{
    return learned_count;
}

double parameter(int index, int lane, int lanes)
{
    return (double)learned[index * lanes + lane];
}

const char *trouble(void)
{
    return err.text;
}
