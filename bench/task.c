#include "bench/task.h"
#include "bench/together.h"

#include <stdatomic.h>
#include <string.h>

rl_dataset *task_data(const char *spec, rl_memory memory, rl_error *err)
{
    rl_dataset *data = rl_data_load(spec, (rl_data_config){ .memory = memory }, err);
    rl_scaling scaling = { 0 };
    if (data && rl_scaling_measure(data, &scaling, memory, err))
        rl_scaling_apply(&scaling, data);
    rl_scaling_free(&scaling);
    if (!err->code)
        return data;
    rl_data_free(data);
    return NULL;
}

rl_net *task_net(const task *t, uint64_t first, int lanes, rl_error *err)
{
    rl_net *net = rl_net_new((rl_net_config){ .seed = first, .lanes = lanes, .memory = t->memory }, err);
    if (net && rl_net_append(net, t->layers, (rl_dense_config){ 0 }, err))
        return net;
    rl_net_free(net);
    return NULL;
}

double task_flops(const task *t, rl_error *err)
{
    rl_net *net = task_net(t, 0, 1, err);
    double products = 0; /* multiply-adds */
    for (rl_node i = 0; net && i < rl_net_nodes(net); i++) {
        rl_node_info node = rl_net_node(net, i);
        if (!node.weights)
            continue;
        bool first = !strcmp(rl_net_node(net, node.reads[0]).kind, "input");
        products += (double)node.weights * node.positions * (first ? 2 : 3);
    }
    rl_net_free(net);
    return 2 * products;
}

typedef struct {
    const task *task;
    long epochs;
    int lanes;
    size_t packs;
    atomic_size_t next;
    atomic_bool failed;
    rl_error error;
} queue;

/* One pack after the other, whoever is free takes the next. */
static void take_packs(void *self, int worker)
{
    queue *q = self;
    (void)worker;
    for (;;) {
        size_t pack = atomic_fetch_add(&q->next, 1);
        if (pack >= q->packs)
            return;
        rl_error err = { 0 };
        rl_net *net = task_net(q->task, pack * (size_t)q->lanes, q->lanes, &err);
        rl_training how = { .rate = q->task->rate, .batch = q->task->batch, .epochs = q->epochs };
        if (net)
            rl_train(net, q->task->data, &how, NULL, &err);
        rl_net_free(net);
        if (err.code && !atomic_exchange(&q->failed, true))
            q->error = err;
    }
}

double train_packs(const task *t, int threads, size_t packs, long epochs, double *seconds, rl_error *err)
{
    queue q = { .task = t, .epochs = epochs, .lanes = rl_lanes_best(), .packs = packs };
    if (err->code)
        return 0;
    double passed = together(threads, take_packs, &q);
    if (atomic_load(&q.failed))
        *err = q.error;
    if (seconds)
        *seconds = passed;
    return (double)packs * q.lanes * (double)t->data->rows * (double)epochs / passed;
}

size_t packs_for(const task *t, int threads, long epochs, double seconds, rl_error *err)
{
    enum { AT_LEAST = 8 };
    double passed = 1;
    train_packs(t, threads, (size_t)threads, epochs, &passed, err); /* the first touch of everything */
    train_packs(t, threads, (size_t)threads, epochs, &passed, err);
    double each = seconds / passed;
    return (size_t)threads * (each > AT_LEAST ? (size_t)each : AT_LEAST);
}
