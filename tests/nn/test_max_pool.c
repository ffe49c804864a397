/* Max pooling by its definition, for windows of all kinds, in a net alone and in packs: the first of the largest numbers,
 * and a NaN before any number; its gradient to that place alone, added where others have given theirs. Pictures are of few
 * different numbers, so that there are ties and both zeros, and some are NaN. What lies beside them is never touched. */
#include "lanes.h"
#include "nn/pass.h"

enum { ROWS = 35, PICTURE = 1, POOL = 2 }; /* nodes: the curve, for gradients to reach it, and what pools it */

static const struct {
    const char *layers;
    int channels, size[2], kernel[2], stride[2], padding[2];
    int readers; /* pools that read the picture, all alike and added up */
} cases[] = {
    { "input 3x26x26; prelu; pool 2", 3, { 26, 26 }, { 2, 2 }, { 2, 2 }, { 0, 0 }, 1 },
    { "input 2x11x11; prelu; pool 2", 2, { 11, 11 }, { 2, 2 }, { 2, 2 }, { 0, 0 }, 1 },
    { "input 1x2x2; prelu; pool 2", 1, { 2, 2 }, { 2, 2 }, { 2, 2 }, { 0, 0 }, 1 },
    { "input 2x3x2; prelu; pool 2", 2, { 3, 2 }, { 2, 2 }, { 2, 2 }, { 0, 0 }, 1 },
    { "input 2x4x67; prelu; pool 2", 2, { 4, 67 }, { 2, 2 }, { 2, 2 }, { 0, 0 }, 1 },
    { "input 1x3x64; prelu; pool 2", 1, { 3, 64 }, { 2, 2 }, { 2, 2 }, { 0, 0 }, 1 },
    { "input 2x5x9; prelu; pool 2; pool 2 @1; add 2", 2, { 5, 9 }, { 2, 2 }, { 2, 2 }, { 0, 0 }, 2 },
    { "input 1x6x36; prelu; pool 2; pool 2 @1; add 2", 1, { 6, 36 }, { 2, 2 }, { 2, 2 }, { 0, 0 }, 2 },
    { "input 2x7x8; prelu; pool 3 stride 2", 2, { 7, 8 }, { 3, 3 }, { 2, 2 }, { 0, 0 }, 1 },
    { "input 2x6x5; prelu; pool 3 stride 1 padding 1", 2, { 6, 5 }, { 3, 3 }, { 1, 1 }, { 1, 1 }, 1 },
    { "input 2x6x8; prelu; pool 2 padding 1", 2, { 6, 8 }, { 2, 2 }, { 2, 2 }, { 1, 1 }, 1 },
    { "input 1x7x6; prelu; pool 2 stride 1; pool 2 stride 1 @1; add 2", 1, { 7, 6 }, { 2, 2 }, { 1, 1 }, { 0, 0 }, 2 },
    { "input 1x8x9; prelu; pool 3x2 stride 2x3", 1, { 8, 9 }, { 3, 2 }, { 2, 3 }, { 0, 0 }, 1 },
};
enum { CASES = sizeof cases / sizeof *cases };

static float some_number(rl_random *random, bool nan)
{
    static const float numbers[] = { 0, -0.0F, 1, 2, -1, 1 };
    const uint32_t which = rl_random_below(random, nan ? 40 : 36);
    return which >= 36 ? NAN : numbers[which % 6];
}

/* y and dx [channels][size] of one row and lane, from x and dy, by the definition. */
static void define(int which, const float *x, const float *dy, float *y, float *dx)
{
    const int height = cases[which].size[0], width = cases[which].size[1];
    const int *kernel = cases[which].kernel, *stride = cases[which].stride, *padding = cases[which].padding;
    const int to[2] = { (height + 2 * padding[0] - kernel[0]) / stride[0] + 1,
        (width + 2 * padding[1] - kernel[1]) / stride[1] + 1 };
    for (int i = 0; i < cases[which].channels * height * width; i++)
        dx[i] = 0;
    for (int reader = 0; reader < cases[which].readers; reader++)
        for (int o = 0; o < cases[which].channels * to[0] * to[1]; o++) {
            const int channel = o / (to[0] * to[1]), row = o / to[1] % to[0], column = o % to[1];
            int chosen = -1;
            for (int t = 0; t < kernel[0] * kernel[1]; t++) {
                const int i = row * stride[0] - padding[0] + t / kernel[1];
                const int j = column * stride[1] - padding[1] + t % kernel[1];
                const int place = (channel * height + i) * width + j;
                if (i < 0 || i >= height || j < 0 || j >= width || (chosen >= 0 && isnan(x[chosen])))
                    continue;
                if (chosen < 0 || isnan(x[place]) || x[place] > x[chosen])
                    chosen = place;
            }
            y[o] = x[chosen];
            dx[chosen] += dy[o];
        }
}

static void assert_bits(const float *expected, const float *found, size_t count, size_t by, int which, const char *what)
{
    for (size_t i = 0; i < count; i++)
        if (memcmp(&expected[i], &found[i * by], sizeof *expected) != 0)
            fail_msg("%s: %s %zu is %g; expected %g", cases[which].layers, what, i, (double)found[i * by],
                (double)expected[i]);
}

static void check(int which, int lanes, int rows)
{
    rl_error err = { 0 };
    rl_net *net = net_of(cases[which].layers, lanes, 3, &err);
    rl_pass *pass = rl_pass_new(net, ROWS, &err);
    assert_no_error(&err);
    const size_t by = (size_t)lanes, inputs = (size_t)rl_net_inputs(net), outputs = (size_t)rl_net_outputs(net);
    float *x = malloc((size_t)rows * inputs * by * sizeof *x), *dy = malloc((size_t)rows * outputs * by * sizeof *dy);
    float one_x[3 * 26 * 26], one_dy[3 * 26 * 26], y[3 * 26 * 26], dx[3 * 26 * 26];
    rl_random random = rl_random_stream(8, RL_FOR_TESTS, (uint64_t)which);
    for (size_t i = 0; i < (size_t)rows * inputs * by; i++)
        x[i] = some_number(&random, which % 2);
    for (size_t i = 0; i < (size_t)rows * outputs * by; i++)
        dy[i] = some_number(&random, false);
    rl_forward(net, pass, x, rows);
    float *gradient = pass->gradients[PICTURE];
    const size_t end = (size_t)rows * inputs * by, beyond = (size_t)ROWS * inputs * by - end;
    memset(gradient, 0x5A, (size_t)ROWS * inputs * by * sizeof *gradient);
    rl_backward(net, pass, dy);
    for (size_t i = 0; i < beyond * sizeof *gradient; i++)
        assert_int_equal(((unsigned char *)(gradient + end))[i], 0x5A);
    for (int row = 0; row < rows; row++)
        for (size_t l = 0; l < by; l++) {
            const float *picture = rl_values(pass, PICTURE) + (size_t)row * inputs * by + l;
            for (size_t i = 0; i < inputs; i++)
                one_x[i] = picture[i * by];
            for (size_t i = 0; i < outputs; i++)
                one_dy[i] = dy[((size_t)row * outputs + i) * by + l];
            define(which, one_x, one_dy, y, dx);
            assert_bits(y, rl_values(pass, POOL) + (size_t)row * outputs * by + l, outputs, by, which, "output");
            assert_bits(dx, gradient + (size_t)row * inputs * by + l, inputs, by, which, "gradient");
        }
    free(x);
    free(dy);
    rl_pass_free(pass);
    rl_net_free(net);
}

static void it_is_what_its_definition_says(void **state)
{
    (void)state;
    static const int rows[] = { 1, 2, 17, ROWS };
    for (int which = 0; which < CASES; which++)
        for (int w = 0; w < LANE_COUNTS; w++)
            for (size_t r = 0; rl_lanes_supported(all_lanes[w]) && r < sizeof rows / sizeof *rows; r++)
                check(which, all_lanes[w], rows[r]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_what_its_definition_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
