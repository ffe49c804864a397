/* The same on machines without threads (WebAssembly): one worker does it all. */
#include "base/threads.h"

int rl_threads_available(void)
{
    return 1;
}

void rl_threads_run(int threads, size_t count, void (*job)(void *self, int worker, size_t index), void *self)
{
    (void)threads;
    for (size_t i = 0; i < count; i++)
        job(self, 0, i);
}

rl_crew *rl_crew_new(int threads, rl_memory memory, rl_error *err)
{
    (void)threads;
    (void)memory;
    (void)err;
    return NULL;
}

void rl_crew_free(rl_crew *crew)
{
    (void)crew;
}

int rl_crew_size(const rl_crew *crew)
{
    (void)crew;
    return 1;
}

void rl_crew_run(rl_crew *crew, void (*job)(void *self, int share, int shares), void *self)
{
    (void)crew;
    job(self, 0, 1);
}
