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
