/* Threads: run many independent jobs on some threads. Which thread does which job must never matter. */
#ifndef RL_BASE_THREADS_H
#define RL_BASE_THREADS_H

#include "base/error.h"

int rl_threads_available(void); /* processors this process may use, at least 1 */

/* Calls job(self, worker, index) once for every index in 0 … count - 1, each handed out in order to the next
 * free worker; worker is 0 … threads - 1, so that a job can use scratch of its own. Returns when all are
 * done. If fewer threads can be had than asked for, the others do the work. */
void rl_threads_run(int threads, size_t count, void (*job)(void *self, int worker, size_t index), void *self);

#endif
