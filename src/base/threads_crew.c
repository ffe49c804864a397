/* A crew. What is handed out next is one number, the ticket: which run it is, and the index of its next job. Whoever
 * moves the ticket on from what he saw has that job; a latecomer who saw an older run cannot. While a run is being set
 * up its ticket is closed, so that nobody reads half of it.
 *
 * The caller waits for jobs to be done, never for threads: one that is still asleep when the run is over is not
 * missed. (Two threads, empty jobs: a run takes 0.5 µs while they watch.) */
#define _GNU_SOURCE
#include "base/threads.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

enum { MOST_THREADS = 256, WATCHES = 500 }; /* looks, each with a yield, before a thread goes to sleep: about 100 µs */

#define INDEX_BITS 32
#define CLOSED     UINT32_MAX

typedef void (*crew_job)(void *self, int worker, size_t index);

typedef struct {
    rl_crew *crew;
    int number;
    pthread_t thread;
} member;

struct rl_crew {
    rl_memory memory;
    int size;                /* workers, the caller among them */
    member *members;         /* [size - 1] */
    _Atomic uint64_t ticket; /* run << INDEX_BITS | index */
    _Atomic size_t count, done;
    _Atomic crew_job job;
    void *_Atomic self;
    atomic_int sleeping;
    atomic_bool over;
    pthread_mutex_t lock; /* of going to sleep */
    pthread_cond_t wake;
};

static void take_part(rl_crew *crew, int worker)
{
    for (;;) {
        uint64_t seen = atomic_load(&crew->ticket);
        if ((uint32_t)seen >= atomic_load(&crew->count))
            return;
        crew_job job = atomic_load(&crew->job);
        void *self = atomic_load(&crew->self);
        if (atomic_compare_exchange_strong(&crew->ticket, &seen, seen + 1)) {
            job(self, worker, (uint32_t)seen);
            atomic_fetch_add(&crew->done, 1);
        }
    }
}

/* Is there a run that this thread has not seen? Then it has now. */
static bool called(rl_crew *crew, uint64_t *run)
{
    uint64_t seen = atomic_load(&crew->ticket);
    if (seen >> INDEX_BITS == *run || (uint32_t)seen == CLOSED)
        return atomic_load(&crew->over);
    *run = seen >> INDEX_BITS;
    return true;
}

static void await_call(rl_crew *crew, uint64_t *run)
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
    uint64_t run = 0;
    for (;;) {
        await_call(me->crew, &run);
        if (atomic_load(&me->crew->over))
            return NULL;
        take_part(me->crew, me->number);
    }
}

rl_crew *rl_crew_new(int threads, rl_memory memory, rl_error *err)
{
    threads = threads < 1 ? 1 : threads > MOST_THREADS ? MOST_THREADS : threads;
    rl_crew *crew = rl_new(memory, 1, sizeof *crew, err);
    member *members = rl_new(memory, (size_t)threads - 1, sizeof *members, err);
    if (rl_failed(err)) {
        rl_free(memory, crew);
        rl_free(memory, members);
        return NULL;
    }
    crew->memory = memory;
    crew->members = members;
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
    rl_free(memory, crew);
}

int rl_crew_size(const rl_crew *crew)
{
    return crew ? crew->size : 1;
}

void rl_crew_run(rl_crew *crew, size_t count, crew_job job, void *self)
{
    if (!crew) {
        rl_threads_run(1, count, job, self);
        return;
    }
    const uint64_t run = (atomic_load(&crew->ticket) >> INDEX_BITS) + 1;
    atomic_store(&crew->ticket, run << INDEX_BITS | CLOSED);
    atomic_store(&crew->done, 0);
    atomic_store(&crew->count, count);
    atomic_store(&crew->job, job);
    atomic_store(&crew->self, self);
    atomic_store(&crew->ticket, run << INDEX_BITS);
    wake_sleepers(crew);
    take_part(crew, 0);
    while (atomic_load(&crew->done) < count)
        sched_yield();
}
