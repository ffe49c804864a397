/* The whole grid of the product formula: widths 2 to 10, depths 2 to 20, 100,000 nets each; minutes. */
#include "relive_study.h"

#include "nets.h"

static void the_whole_grid(void **state)
{
    (void)state;
    for (int width = 2; width <= 10; width++)
        for (int depth = 2; depth <= 20; depth++) {
            rl_error err = { 0 };
            rl_births births;
            rl_birth birth = { .width = width,
                .depth = depth,
                .trials = 100000,
                .activation = { .curve = &rl_relu },
                .first_seed = (uint64_t)(width * 100 + depth) * 100000 };
            rl_birth_run(&birth, &births, &err);
            assert_no_error(&err);
            double expected = 1 - pow(1 - pow(2, -width), depth - 1), se = sqrt(expected * (1 - expected) / 100000);
            if (fabs(births.born_dead.share - expected) > 4 * se)
                fail_msg("width %d, depth %d: %g, expected %g within 4 x %g", width, depth, births.born_dead.share,
                    expected, se);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(the_whole_grid) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
