/* The measures of VEEGAN (Srivastava et al. 2017) for data made of round clouds: a sample is of high quality if it is
 * within three standard deviations of the nearest cloud's centre, and a mode is covered by the samples of high quality
 * that are nearest to it. There one of 2,500 is enough; one may be a stray on the way from one cloud to another, and so
 * here it takes 1 % of them, 25, where a fair share of eight clouds is 312. Centres and deviation are those of the real
 * rows, class by class: three deviations hold 98.9 % of a round cloud in the plane.
 *
 * Pictures are no round clouds. There a sample is of high quality if it lies in the ball about some real row that just
 * reaches that row's third neighbour: the precision of Kynkäänniemi et al. 2019, of pixels. Its mode is the class of the
 * row in whose ball it lies deepest. With r a row and ρ its ball's radius, x is inside where
 *
 *     |x - r|² ≤ ρ²,   that is   r·x + (ρ² - |r|²)/2 ≥ |x|²/2
 *
 * so that all rows are asked by one dense layer, whose weights are the rows. */
#include "study/gan_score.h"

#include "base/memory.h"

#include <math.h>
#include <string.h>

bool rl_gan_truth_make(const rl_dataset *data, rl_gan_truth *truth, rl_memory memory, rl_error *err)
{
    *truth = (rl_gan_truth){ .modes = data->classes, .features = data->features, .memory = memory };
    truth->centres = rl_new(memory, data->classes * data->features, sizeof *truth->centres, err);
    size_t *rows = rl_new(memory, data->classes, sizeof *rows, err);
    if (rl_failed(err)) {
        rl_free(memory, rows);
        rl_gan_truth_free(truth);
        return false;
    }
    const size_t features = data->features;
    double squares = 0;
    for (size_t r = 0; r < data->rows; r++) {
        rows[(size_t)data->y[r]]++;
        for (size_t i = 0; i < features; i++)
            truth->centres[(size_t)data->y[r] * features + i] += (double)data->x[r * features + i];
    }
    for (size_t i = 0; i < data->classes * features; i++)
        truth->centres[i] /= (double)rows[i / features];
    for (size_t r = 0; r < data->rows; r++)
        for (size_t i = 0; i < features; i++) {
            const double off = (double)data->x[r * features + i] - truth->centres[(size_t)data->y[r] * features + i];
            squares += off * off;
        }
    truth->deviation = sqrt(squares / (double)(data->rows * features));
    rl_free(memory, rows);
    return true;
}

void rl_gan_truth_free(rl_gan_truth *truth)
{
    rl_free(truth->memory, truth->centres);
    rl_free(truth->memory, truth->mode_of);
    rl_net_free(truth->balls);
    *truth = (rl_gan_truth){ 0 };
}

/* ---- Balls ---- */

/* The square of how far its third neighbour is, for every row: x [rows][features], dots by the layer whose weights they are. */
static void measure_radii(const rl_dataset *data, const rl_net *net, rl_pass *pass, const double *sizes, float *radii)
{
    enum { NEIGHBOURS = 3 };
    const size_t rows = data->rows, features = data->features;
    for (size_t first = 0; first < rows; first += RL_GAN_BALL_ROWS) {
        const size_t batch = rows - first < RL_GAN_BALL_ROWS ? rows - first : RL_GAN_BALL_ROWS;
        rl_forward(net, pass, data->x + first * features, (int)batch);
        for (size_t b = 0; b < batch; b++) {
            double nearest[NEIGHBOURS] = { (double)INFINITY, (double)INFINITY, (double)INFINITY };
            for (size_t r = 0; r < rows; r++) {
                double square = sizes[first + b] + sizes[r] - 2 * (double)rl_output(pass)[b * rows + r];
                for (int k = 0; k < NEIGHBOURS && r != first + b; k++)
                    if (square < nearest[k]) {
                        const double farther = nearest[k];
                        nearest[k] = square;
                        square = farther;
                    }
            }
            radii[first + b] = (float)nearest[NEIGHBOURS - 1];
        }
    }
}

bool rl_gan_truth_make_balls(const rl_dataset *data, rl_gan_truth *truth, rl_memory memory, rl_error *err)
{
    const size_t rows = data->rows, features = data->features;
    *truth = (rl_gan_truth){ .modes = data->classes, .features = features, .deviation = (double)NAN, .memory = memory };
    truth->balls = rl_net_new((rl_net_config){ .memory = memory }, err);
    rl_node x = rl_input(truth->balls, (rl_shape){ 1, { (int)features } }, err);
    rl_dense(truth->balls, x, (rl_dense_config){ .units = (int)rows, .init = &rl_zeros }, err);
    rl_pass *pass = rl_pass_new(truth->balls, RL_GAN_BALL_ROWS, err);
    truth->mode_of = rl_new(memory, rows, sizeof *truth->mode_of, err);
    double *sizes = rl_new(memory, rows, sizeof *sizes, err);
    float *radii = rl_new(memory, rows, sizeof *radii, err);
    if (!rl_failed(err)) {
        float *w = rl_parameters(truth->balls, NULL); /* [rows][features], then biases [rows] */
        memcpy(w, data->x, rows * features * sizeof *w);
        for (size_t i = 0; i < rows * features; i++)
            sizes[i / features] += (double)data->x[i] * (double)data->x[i];
        measure_radii(data, truth->balls, pass, sizes, radii);
        for (size_t r = 0; r < rows; r++) {
            w[rows * features + r] = (float)(((double)radii[r] - sizes[r]) / 2);
            truth->mode_of[r] = (size_t)data->y[r];
        }
    }
    rl_pass_free(pass);
    rl_free(memory, sizes);
    rl_free(memory, radii);
    if (rl_failed(err))
        rl_gan_truth_free(truth);
    return !rl_failed(err);
}

static bool in_a_ball(const rl_gan_truth *truth, const float *sample, const float *depths, size_t *mode)
{
    const size_t rows = (size_t)rl_net_outputs(truth->balls);
    double size = 0;
    for (size_t i = 0; i < truth->features; i++)
        size += (double)sample[i] * (double)sample[i];
    float deepest = -INFINITY;
    for (size_t r = 0; r < rows; r++)
        if (depths[r] > deepest) {
            deepest = depths[r];
            *mode = truth->mode_of[r];
        }
    return (double)deepest >= size / 2;
}

static size_t count_balls(const rl_gan_truth *truth, rl_pass *pass, const float *samples, size_t count, size_t *counts)
{
    const size_t rows = (size_t)rl_net_outputs(truth->balls);
    size_t good = 0;
    for (size_t first = 0; first < count; first += RL_GAN_BALL_ROWS) {
        const size_t batch = count - first < RL_GAN_BALL_ROWS ? count - first : RL_GAN_BALL_ROWS;
        const float *block = samples + first * truth->features;
        rl_forward(truth->balls, pass, block, (int)batch);
        for (size_t b = 0; b < batch; b++) {
            size_t mode = 0;
            if (!in_a_ball(truth, block + b * truth->features, rl_output(pass) + b * rows, &mode))
                continue;
            counts[mode]++;
            good++;
        }
    }
    return good;
}

/* ---- Clouds ---- */

/* The nearest centre, and the square of how far it is; NaN is near to none. */
static size_t nearest(const rl_gan_truth *truth, const float *sample, double *square)
{
    size_t best = 0;
    *square = INFINITY;
    for (size_t m = 0; m < truth->modes; m++) {
        double sum = 0;
        for (size_t i = 0; i < truth->features; i++) {
            const double off = (double)sample[i] - truth->centres[m * truth->features + i];
            sum += off * off;
        }
        if (sum < *square) {
            *square = sum;
            best = m;
        }
    }
    return best;
}

static size_t count_clouds(const rl_gan_truth *truth, const float *samples, size_t count, size_t *counts)
{
    const double far = 9 * truth->deviation * truth->deviation;
    size_t good = 0;
    for (size_t s = 0; s < count; s++) {
        double square;
        const size_t mode = nearest(truth, samples + s * truth->features, &square);
        if (square <= far) {
            counts[mode]++;
            good++;
        }
    }
    return good;
}

void rl_gan_score(const rl_gan_truth *truth, rl_pass *pass, const float *samples, size_t count, size_t *counts,
    double *modes, double *quality)
{
    for (size_t m = 0; m < truth->modes; m++)
        counts[m] = 0;
    const size_t good =
        truth->balls ? count_balls(truth, pass, samples, count, counts) : count_clouds(truth, samples, count, counts);
    *quality = (double)good / (double)count;
    *modes = 0;
    for (size_t m = 0; m < truth->modes; m++)
        *modes += 100 * counts[m] >= count;
}
