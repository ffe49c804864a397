/* The native side of the playground's benchmark (compare.mjs): the trainings that the page does in its worker, four twins
 * in four lanes, one thread, a census after every epoch, timed here; the task that is named, or all. A line each: name,
 * millions of rows a second over all lanes (the best of some rounds), and the loss of lane 0 to compare. */
#define _POSIX_C_SOURCE 200809L
#include <relive.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LANES = 4, MOST_HIDDEN = 2, ROUNDS = 2 };

typedef struct {
    const char *name, *data;
    int hidden[MOST_HIDDEN], hidden_count;
    int batch;
    long epochs;
} task;

/* As in compare.mjs. */
static const task tasks[] = {
    { "moons", "moons:300:0.2", { 8, 8 }, 2, 16, 2000 },
    { "digits", "digits", { 32 }, 1, 32, 40 },
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static rl_net *net_for(const task *t, const rl_dataset *data, rl_error *err)
{
    static const rl_activation *const curves[LANES] = { &rl_relu, &rl_leaky_relu, &rl_relu, &rl_relu };
    static const float alphas[LANES] = { 0, 0.01f, 0, 0 };
    static const uint64_t seeds[LANES] = { 0 };
    rl_net *net = rl_net_new((rl_net_config){ .seeds = seeds, .lanes = LANES }, err);
    rl_node x = rl_input(net, (rl_shape){ 1, { (int)data->features } }, err);
    for (int h = 0; h < t->hidden_count; h++) {
        x = rl_dense(net, x, (rl_dense_config){ .units = t->hidden[h] }, err);
        x = rl_activate_with(net, x, (rl_activation_config){ .lane_curves = curves, .lane_alphas = alphas }, err);
    }
    rl_dense(net, x, (rl_dense_config){ .units = (int)data->classes }, err);
    return net;
}

static double train_once(const task *t, const rl_dataset *train, double *loss, rl_error *err)
{
    rl_net *net = net_for(t, train, err);
    rl_monitor *monitor = rl_monitor_new(net, train, 0, err);
    if (err->code)
        return 0;
    const rl_observer observer = rl_monitor_observer(monitor);
    double start = now(), losses[LANES], seconds;
    rl_train(net, train,
        &(rl_training){
            .rate = 0.1f, .epochs = t->epochs, .batch = t->batch, .observers = &observer, .observer_count = 1 },
        NULL, err);
    seconds = now() - start;
    rl_evaluate(net, train, NULL, losses, NULL, err);
    *loss = losses[0];
    rl_monitor_free(monitor);
    rl_net_free(net);
    return seconds;
}

int main(int argc, char **argv)
{
    rl_error err = { 0 };
    printf("kernels %s\n", rl_processor_kernels());
    for (size_t i = 0; i < sizeof tasks / sizeof *tasks && !err.code; i++) {
        if (argc > 1 && strcmp(argv[1], tasks[i].name) != 0)
            continue;
        rl_dataset *data = rl_data_load(tasks[i].data, (rl_data_config){ 0 }, &err), *train = NULL, *test = NULL;
        rl_scaling scaling = { 0 };
        double best = INFINITY, loss = NAN;
        if (data && rl_data_split(data, 0.2, 0, &train, &test, &err) &&
            rl_scaling_measure(train, &scaling, (rl_memory){ 0 }, &err)) {
            rl_scaling_apply(&scaling, train);
            for (int r = 0; r < ROUNDS && !err.code; r++)
                best = fmin(best, train_once(&tasks[i], train, &loss, &err));
            printf("%s %.4f %.17g\n", tasks[i].name,
                1e-6 * (double)tasks[i].epochs * (double)train->rows * LANES / best, loss);
        }
        rl_scaling_free(&scaling);
        rl_data_free(data);
        rl_data_free(train);
        rl_data_free(test);
    }
    if (err.code)
        fprintf(stderr, "%s\n", err.text);
    return err.code ? 1 : 0;
}
