#define _GNU_SOURCE
#include "base/threads.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

enum { MOST_THREADS = 256 };

typedef struct {
    atomic_size_t next;
    size_t count;
    void (*job)(void *self, int worker, size_t index);
    void *self;
} queue;

typedef struct {
    queue *jobs;
    int number;
} worker;

static void *work(void *argument)
{
    worker *me = argument;
    for (;;) {
        size_t index = atomic_fetch_add(&me->jobs->next, 1);
        if (index >= me->jobs->count)
            return NULL;
        me->jobs->job(me->jobs->self, me->number, index);
    }
}

int rl_threads_available(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0)
        return 1;
    int count = CPU_COUNT(&set);
    return count < 1 ? 1 : count > MOST_THREADS ? MOST_THREADS : count;
}

void rl_threads_run(int threads, size_t count, void (*job)(void *self, int worker, size_t index), void *self)
{
    queue jobs = { .count = count, .job = job, .self = self };
    pthread_t handle[MOST_THREADS];
    worker workers[MOST_THREADS];
    if (threads > MOST_THREADS)
        threads = MOST_THREADS;
    int started = 0;
    workers[0] = (worker){ &jobs, 0 };
    for (int i = 1; i < threads && (size_t)i < count; i++) {
        workers[i] = (worker){ &jobs, i };
        if (pthread_create(&handle[started], NULL, work, &workers[i]) != 0)
            break;
        started++;
    }
    work(&workers[0]);
    for (int i = 0; i < started; i++)
        pthread_join(handle[i], NULL);
}
