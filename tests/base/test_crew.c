/* A crew: every share of every run is done once and before the run returns, whoever does it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "base/threads.h"
#include "nets.h"

enum { MOST = 9 };

typedef struct {
    int shares;
    int done[MOST]; /* plain on purpose: a run's end must make them visible */
    bool wrong;
} tally;

static void count(void *self, int share, int shares)
{
    tally *t = self;
    if (share < 0 || share >= shares || shares != t->shares)
        t->wrong = true;
    else
        t->done[share]++;
}

static void every_share_is_done_once(void **state)
{
    (void)state;
    for (int threads = 1; threads <= MOST; threads++) {
        rl_error err = { 0 };
        rl_crew *crew = rl_crew_new(threads, (rl_memory){ 0 }, &err);
        assert_no_error(&err);
        tally t = { .shares = rl_crew_size(crew) };
        assert_in_range(t.shares, 1, threads);
        for (int run = 1; run <= 2000; run++) {
            if (run % 400 == 0) /* long enough for the others to fall asleep */
                nanosleep(&(struct timespec){ .tv_nsec = 3000000 }, NULL);
            rl_crew_run(crew, count, &t);
            for (int s = 0; s < t.shares; s++)
                assert_int_equal(t.done[s], run);
        }
        assert_false(t.wrong);
        rl_crew_free(crew);
    }
}

static void no_crew_is_the_caller_alone(void **state)
{
    (void)state;
    tally t = { .shares = 1 };
    assert_int_equal(rl_crew_size(NULL), 1);
    rl_crew_run(NULL, count, &t);
    assert_int_equal(t.done[0], 1);
    assert_false(t.wrong);
    rl_crew_free(NULL);
}

static void shares_make_the_whole(void **state)
{
    (void)state;
    for (size_t count_of = 0; count_of < 70; count_of++)
        for (size_t grain = 1; grain < 20; grain += 3)
            for (int shares = 1; shares < 6; shares++) {
                size_t at = 0;
                for (int s = 0; s < shares; s++) {
                    size_t begin, end;
                    rl_share_of(count_of, grain, s, shares, &begin, &end);
                    assert_int_equal(begin, at);
                    assert_true(begin % grain == 0 || begin == count_of);
                    at = end;
                }
                assert_int_equal(at, count_of);
            }
}

static bool make_one(rl_memory memory, rl_error *err)
{
    rl_crew *crew = rl_crew_new(3, memory, err);
    rl_crew_free(crew);
    return crew;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    fail_every_allocation(make_one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_share_is_done_once),
        cmocka_unit_test(no_crew_is_the_caller_alone),
        cmocka_unit_test(shares_make_the_whole),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
