/* A task: a net, data, and how it is trained; the same for us and for our rivals. */
#ifndef BENCH_TASK_H
#define BENCH_TASK_H

#include <relive.h>

typedef struct {
    const char *name;
    const char *layers; /* "input 2; dense 16; relu; dense 2" */
    rl_dataset *data;   /* classes; as the net takes them */
    int batch;
    float rate;
    long check_steps; /* how long both sides train before their parameters are compared */
    double tolerance; /* by how much these may differ, as a share of how far training moved them */
    rl_memory memory; /* of nets and trainers; all zero: the C library's */
    int threads;      /* of one wide net; 1 if 0 */
} task;

/* A data set, each feature scaled to mean 0 and deviation 1. */
rl_dataset *task_data(const char *spec, rl_memory memory, rl_error *err);

/* Nets of seeds first … first + lanes - 1. */
rl_net *task_net(const task *t, uint64_t first, int lanes, rl_error *err);

/* Of one row of training: 2 × the multiply-adds of the forward pass, of the weight gradients and of the input gradients
 * that are needed (the first layer's are not). For dense layers, and convolutions without padding. */
double task_flops(const task *t, rl_error *err);

/* Trains packs of whole lanes, each a net made for it, on so many threads; rows trained a second, making the nets
 * included. seconds (may be NULL) gets how long it took. */
double train_packs(const task *t, int threads, size_t packs, long epochs, double *seconds, rl_error *err);

/* So many packs as take about that long, and at least 8 a thread, the same number on each. */
size_t packs_for(const task *t, int threads, long epochs, double seconds, rl_error *err);

#endif
