/* The matrix product along columns, on every variant this processor runs, against its plain twin: the backward of a
 * one-lane dense layer, which is the same sum. Every bit must agree, and nothing beside c may be touched. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/gemm.h"
#include "kernel/variants.h"
#include "nn/net.h"
#include "num/random.h"

enum { GAP = 3 };

static void *normals(kind k, size_t count, uint64_t stream)
{
    rl_random random = rl_random_stream(7, RL_FOR_TESTS, stream);
    double *from = malloc((count + 1) * sizeof *from);
    void *to = block(k, count);
    for (size_t i = 0; i < count; i++)
        from[i] = rl_random_normal(&random);
    to_real(k, count, from, to);
    free(from);
    return to;
}

/* from [rows][columns] as [rows][columns + gap], or turned as [columns][rows + gap]. */
static void *laid_out(kind k, size_t rows, size_t columns, const void *from, bool turned)
{
    const size_t size = k.float64 ? sizeof(double) : sizeof(float), width = (turned ? rows : columns) + GAP;
    char *to = block(k, (turned ? columns : rows) * width);
    memset(to, 0x5A, (turned ? columns : rows) * width * size);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < columns; j++)
            memcpy(to + (turned ? j * width + i : i * width + j) * size, (const char *)from + (i * columns + j) * size,
                size);
    return to;
}

static void check(kind k, size_t rows, size_t columns, size_t terms, bool turned, bool add)
{
    const size_t size = k.float64 ? sizeof(double) : sizeof(float);
    void *a = normals(k, rows * terms, 1), *b = normals(k, terms * columns, 2), *twin = normals(k, rows * columns, 3);
    void *c = laid_out(k, rows, columns, twin, false), *untouched = laid_out(k, rows, columns, twin, false);
    void *a_there = laid_out(k, rows, terms, a, turned), *b_there = laid_out(k, terms, columns, b, false);
    if (!add)
        memset(twin, 0, rows * columns * size);
    rl_layers_of(alone(k).variant)[RL_DENSE]->backward(
        &(rl_call){ .batch = rows, .inputs = columns, .units = terms, .dx = { twin }, .dy = a, .w = b });
    rl_gemm_of(k.variant)->product(&(rl_product){ .rows = rows,
        .columns = columns,
        .terms = terms,
        .a = a_there,
        .a_by_row = turned ? 1 : terms + GAP,
        .a_by_term = turned ? rows + GAP : 1,
        .b = b_there,
        .b_by_term = columns + GAP,
        .c = c,
        .c_by_row = columns + GAP,
        .add = add });
    for (size_t i = 0; i < rows; i++) {
        const size_t at = i * (columns + GAP) * size;
        if (memcmp((char *)c + at, (char *)twin + i * columns * size, columns * size) != 0)
            fail_msg(
                "%zu lanes: row %zu of %zu × %zu, %zu terms differs from the twin", k.lanes, i, rows, columns, terms);
        assert_memory_equal((char *)c + at + columns * size, (char *)untouched + at + columns * size, GAP * size);
    }
    void *const all[] = { a, b, twin, c, untouched, a_there, b_there };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i]);
}

static void the_product_is_its_plain_twin(void **state)
{
    (void)state;
    static const size_t sizes[][3] = { { 1, 1, 1 }, { 2, 3, 5 }, { 6, 64, 1 }, { 7, 65, 9 }, { 8, 48, 12 },
        { 12, 32, 33 }, { 24, 16, 40 }, { 29, 15, 70 }, { 31, 100, 17 }, { 53, 127, 300 }, { 5, 10, 600 },
        { 64, 33, 2 }, { 3, 64, 0 } };
    for (const kind *k = next_kind(NULL); k; k = next_kind(k))
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
            for (int how = 0; how < 4; how++)
                check(*k, sizes[i][0], sizes[i][1], sizes[i][2], how & 1, how & 2);
}

static void a_turn_moves_every_number(void **state)
{
    (void)state;
    static const size_t sizes[] = { 1, 3, 4, 7, 8, 9, 15, 16, 17, 31, 50 };
    enum { SIZES = sizeof sizes / sizeof *sizes };
    for (const kind *k = next_kind(NULL); k; k = next_kind(k))
        for (size_t n = 0; n < SIZES * SIZES; n++) {
            const size_t rows = sizes[n / SIZES], columns = sizes[n % SIZES], size = k->float64 ? 8 : 4;
            void *from = normals(*k, rows * columns, 4), *expected = laid_out(*k, rows, columns, from, true);
            void *to = block(*k, columns * (rows + GAP));
            memset(to, 0x5A, columns * (rows + GAP) * size);
            rl_gemm_of(k->variant)->transpose(rows, columns, from, columns, to, rows + GAP);
            assert_memory_equal(to, expected, columns * (rows + GAP) * size);
            free(from);
            free(expected);
            free(to);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_product_is_its_plain_twin),
        cmocka_unit_test(a_turn_moves_every_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
