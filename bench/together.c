#define _GNU_SOURCE
#include "bench/together.h"
#include "bench/rounds.h"

#include <pthread.h>
#include <sched.h>

enum { MOST_THREADS = 1024 };

typedef struct {
    void (*job)(void *self, int worker);
    void *self;
    int number;
} worker;

static void *work(void *argument)
{
    worker *me = argument;
    me->job(me->self, me->number);
    return NULL;
}

int processors(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0)
        return 1;
    return CPU_COUNT(&set) > 0 ? CPU_COUNT(&set) : 1;
}

double together(int threads, void (*job)(void *self, int worker), void *self)
{
    static pthread_t handles[MOST_THREADS];
    static worker workers[MOST_THREADS];
    if (threads > MOST_THREADS)
        threads = MOST_THREADS;
    double start = seconds_now();
    int started = 1;
    for (int i = 0; i < threads; i++)
        workers[i] = (worker){ job, self, i };
    while (started < threads && pthread_create(&handles[started], NULL, work, &workers[started]) == 0)
        started++;
    work(&workers[0]);
    for (int i = 1; i < started; i++)
        pthread_join(handles[i], NULL);
    for (int i = started; i < threads; i++) /* a thread that could not be had: its share is done all the same */
        work(&workers[i]);
    return seconds_now() - start;
}
