/* Threads: run many independent jobs on some threads. Which thread does which job must never matter. */
#ifndef RL_BASE_THREADS_H
#define RL_BASE_THREADS_H

#include "base/memory.h"

int rl_threads_available(void); /* processors this process may use, at least 1 */

/* Calls job(self, worker, index) once for every index in 0 … count - 1, each handed out in order to the next
 * free worker; worker is 0 … threads - 1, so that a job can use scratch of its own. Returns when all are
 * done. If fewer threads can be had than asked for, the others do the work. */
void rl_threads_run(int threads, size_t count, void (*job)(void *self, int worker, size_t index), void *self);

/* A crew: threads that stay, for many runs of a few microseconds each. Between two runs they watch out for the next one
 * for a while, then sleep. NULL with err set: no memory; NULL without: no threads can be had here. */
typedef struct rl_crew rl_crew;
rl_crew *rl_crew_new(int threads, rl_memory memory, rl_error *err); /* threads: the caller's, and so many more */
void rl_crew_free(rl_crew *crew);                                   /* NULL is fine */
int rl_crew_size(const rl_crew *crew);                              /* the shares of a run; 1 for NULL */

/* Calls job(self, share, shares) once for every share in 0 … shares - 1 and returns when all are done. A share mostly
 * goes to the same thread. Of a crew that is NULL the caller does all in one. One run at a time. */
void rl_crew_run(rl_crew *crew, void (*job)(void *self, int share, int shares), void *self);

/* What share of 0 … count - 1 that is, in whole grains: from begin up to end. */
static inline void rl_share_of(size_t count, size_t grain, int share, int shares, size_t *begin, size_t *end)
{
    size_t each = ((count + (size_t)shares - 1) / (size_t)shares + grain - 1) / grain * grain;
    *begin = each * (size_t)share < count ? each * (size_t)share : count;
    *end = count - *begin < each ? count : *begin + each;
}

#endif
