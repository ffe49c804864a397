/* A crew. Each run has a number, and every share remembers the last run in which it was taken: whoever moves that number
 * up to the present run has the share. Workers begin with the share of their own number, so that a share stays where
 * its data are in the cache, and then take what a late or sleeping thread has left.
 *
 * While a run is being set up its number is odd, as in a seqlock: nobody who read half of it goes on. The caller waits
 * for shares to be done, never for threads. */
#define _GNU_SOURCE
#include "base/threads.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

enum { MOST_THREADS = 256, WATCHES = 500 }; /* looks, each with a yield, before a thread goes to sleep: about 100 µs */

typedef void (*crew_job)(void *self, int share, int shares);

typedef struct {
    rl_crew *crew;
    int number;
    pthread_t thread;
} member;

struct rl_crew {
    rl_memory memory;
    int size;                  /* workers, the caller among them, and shares */
    member *members;           /* [size - 1] */
    atomic_ulong *taken;       /* [size] */
    _Atomic unsigned long run; /* even: may be taken part in */
    _Atomic crew_job job;
    void *_Atomic self;
    atomic_int done;
    atomic_int sleeping;
    atomic_bool over;
    pthread_mutex_t lock; /* of going to sleep */
    pthread_cond_t wake;
};

static void take_part(rl_crew *crew, int worker, unsigned long run)
{
    crew_job job = atomic_load(&crew->job);
    void *self = atomic_load(&crew->self);
    if (atomic_load(&crew->run) != run)
        return;
    for (int i = 0; i < crew->size; i++) {
        const int share = (worker + i) % crew->size;
        unsigned long last = atomic_load(&crew->taken[share]);
        if (last < run && atomic_compare_exchange_strong(&crew->taken[share], &last, run)) {
            job(self, share, crew->size);
            atomic_fetch_add(&crew->done, 1);
        }
    }
}

/* Is there a run that this thread has not seen? Then it has now. */
static bool called(rl_crew *crew, unsigned long *run)
{
    unsigned long now = atomic_load(&crew->run);
    if (now == *run || now % 2)
        return atomic_load(&crew->over);
    *run = now;
    return true;
}

static void await_call(rl_crew *crew, unsigned long *run)
{
    for (int i = 0; i < WATCHES; i++) {
        if (called(crew, run))
            return;
        sched_yield();
    }
    pthread_mutex_lock(&crew->lock);
    atomic_fetch_add(&crew->sleeping, 1);
    while (!called(crew, run))
        pthread_cond_wait(&crew->wake, &crew->lock);
    atomic_fetch_sub(&crew->sleeping, 1);
    pthread_mutex_unlock(&crew->lock);
}

static void wake_sleepers(rl_crew *crew)
{
    if (atomic_load(&crew->sleeping) == 0)
        return;
    pthread_mutex_lock(&crew->lock);
    pthread_cond_broadcast(&crew->wake);
    pthread_mutex_unlock(&crew->lock);
}

static void *serve(void *argument)
{
    member *me = argument;
    unsigned long run = 0;
    for (;;) {
        await_call(me->crew, &run);
        if (atomic_load(&me->crew->over))
            return NULL;
        take_part(me->crew, me->number, run);
    }
}

/* A thread reads the crew's size only after the first run has been called, when it is settled. */
rl_crew *rl_crew_new(int threads, rl_memory memory, rl_error *err)
{
    threads = threads < 1 ? 1 : threads > MOST_THREADS ? MOST_THREADS : threads;
    rl_crew *crew = rl_new(memory, 1, sizeof *crew, err);
    member *members = rl_new(memory, (size_t)threads - 1, sizeof *members, err);
    atomic_ulong *taken = rl_new(memory, (size_t)threads, sizeof *taken, err);
    if (rl_failed(err)) {
        rl_free(memory, crew);
        rl_free(memory, members);
        rl_free(memory, taken);
        return NULL;
    }
    crew->memory = memory;
    crew->members = members;
    crew->taken = taken;
    pthread_mutex_init(&crew->lock, NULL);
    pthread_cond_init(&crew->wake, NULL);
    for (crew->size = 1; crew->size < threads; crew->size++) {
        member *next = &members[crew->size - 1];
        *next = (member){ .crew = crew, .number = crew->size };
        if (pthread_create(&next->thread, NULL, serve, next) != 0)
            break;
    }
    return crew;
}

void rl_crew_free(rl_crew *crew)
{
    if (!crew)
        return;
    atomic_store(&crew->over, true);
    wake_sleepers(crew);
    for (int i = 0; i < crew->size - 1; i++)
        pthread_join(crew->members[i].thread, NULL);
    pthread_cond_destroy(&crew->wake);
    pthread_mutex_destroy(&crew->lock);
    rl_memory memory = crew->memory;
    rl_free(memory, crew->members);
    rl_free(memory, crew->taken);
    rl_free(memory, crew);
}

int rl_crew_size(const rl_crew *crew)
{
    return crew ? crew->size : 1;
}

void rl_crew_run(rl_crew *crew, crew_job job, void *self)
{
    if (!crew) {
        job(self, 0, 1);
        return;
    }
    const unsigned long run = atomic_load(&crew->run) + 2;
    atomic_store(&crew->run, run - 1);
    atomic_store(&crew->done, 0);
    atomic_store(&crew->job, job);
    atomic_store(&crew->self, self);
    atomic_store(&crew->run, run);
    wake_sleepers(crew);
    take_part(crew, 0, run);
    while (atomic_load(&crew->done) < crew->size)
        sched_yield();
}
