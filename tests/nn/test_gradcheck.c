/* Every layer, curve and loss against finite differences, for several seeds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "relive.h"

enum { MOST_ROWS = 64 };

static void every_derivative_belongs_to_its_function(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 8; seed++) {
        rl_error err = { 0 };
        rl_gradcheck_row rows[MOST_ROWS];
        size_t count;
        assert_true(rl_gradcheck(seed, rows, MOST_ROWS, &count, &err));
        assert_in_range(count, 1, MOST_ROWS - 1);
        for (size_t i = 0; i < count; i++) {
            if (!(rows[i].worst <= 1e-6))
                fail_msg("%s, seed %d: worst difference %g", rows[i].what, (int)seed, rows[i].worst);
            if (rows[i].derivatives < 50)
                fail_msg("%s, seed %d: only %zu derivatives", rows[i].what, (int)seed, rows[i].derivatives);
        }
    }
}

static bool checked(const rl_gradcheck_row *rows, size_t count, const char *what)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(rows[i].what, what) == 0)
            return true;
    return false;
}

static void nothing_is_left_out(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_gradcheck_row rows[MOST_ROWS];
    size_t count, curves, losses;
    assert_true(rl_gradcheck(3, rows, MOST_ROWS, &count, &err));
    const rl_activation *const *curve = rl_activations(&curves);
    for (size_t i = 0; i < curves; i++)
        assert_true(checked(rows, count, curve[i]->name));
    const rl_loss *const *loss = rl_losses(&losses);
    for (size_t i = 0; i < losses; i++)
        assert_true(checked(rows, count, loss[i]->name));
    const char *const others[] = { "dense", "dropout", "add", "prelu shared", "flatten", "reshape", "concatenate",
        "rnn", "rnn with prelu", "rnn with rrelu", "gru", "lstm", "last", "conv", "conv strided", "pool",
        "average_pool", "global_pool", "input", "conv_transposed", "conv_transposed strided", "layer_norm",
        "layer_norm of sequences", "layer_norm of pictures", "batch_norm", "batch_norm of pictures" };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_true(checked(rows, count, others[i]));
}

static void a_seed_gives_the_same_and_room_is_respected(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_gradcheck_row once[MOST_ROWS], again[3];
    size_t count, few;
    assert_true(rl_gradcheck(5, once, MOST_ROWS, &count, &err));
    assert_true(rl_gradcheck(5, again, 3, &few, &err));
    assert_int_equal(few, 3);
    for (size_t i = 0; i < few; i++) {
        assert_string_equal(once[i].what, again[i].what);
        assert_true(once[i].worst == again[i].worst && once[i].derivatives == again[i].derivatives);
    }
}

static void an_error_sticks(void **state)
{
    (void)state;
    rl_error err = { .code = RL_BAD_CONFIG };
    rl_gradcheck_row rows[MOST_ROWS];
    size_t count = 1;
    assert_false(rl_gradcheck(0, rows, MOST_ROWS, &count, &err));
    assert_int_equal(count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_derivative_belongs_to_its_function),
        cmocka_unit_test(nothing_is_left_out),
        cmocka_unit_test(a_seed_gives_the_same_and_room_is_respected),
        cmocka_unit_test(an_error_sticks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
