/* The measures of VEEGAN (Srivastava et al. 2017) for data made of round clouds: a sample is of high quality if it is
 * within three standard deviations of the nearest cloud's centre, and a mode is covered by the samples of high quality
 * that are nearest to it. There one of 2,500 is enough; one may be a stray on the way from one cloud to another, and so
 * here it takes 1 % of them, 25, where a fair share of eight clouds is 312. Centres and deviation are those of the real
 * rows, class by class: three deviations hold 98.9 % of a round cloud in the plane. */
#include "study/gan_score.h"

#include "base/memory.h"

#include <math.h>

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
    *truth = (rl_gan_truth){ 0 };
}

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

void rl_gan_score(
    const rl_gan_truth *truth, const float *samples, size_t count, size_t *counts, double *modes, double *quality)
{
    const double far = 9 * truth->deviation * truth->deviation;
    size_t good = 0;
    for (size_t m = 0; m < truth->modes; m++)
        counts[m] = 0;
    for (size_t s = 0; s < count; s++) {
        double square;
        const size_t mode = nearest(truth, samples + s * truth->features, &square);
        if (square <= far) {
            counts[mode]++;
            good++;
        }
    }
    *quality = (double)good / (double)count;
    *modes = 0;
    for (size_t m = 0; m < truth->modes; m++)
        *modes += 100 * counts[m] >= count;
}
