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
int rl_crew_size(const rl_crew *crew);                              /* workers, the caller among them; 1 for NULL */

/* As rl_threads_run, by the crew; count must be below 2^32 - 1. Of a crew that is NULL the caller does it all. One run at
 * a time. */
void rl_crew_run(rl_crew *crew, size_t count, void (*job)(void *self, int worker, size_t index), void *self);

#endif
