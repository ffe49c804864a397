/* Standardisation: x ↦ (x - mean) / deviation, by feature, so that features of any unit come to mean 0 and deviation 1
 * on the data that was measured. The deviation is the population's, √(Σ(x - mean)² / rows). Sums are taken in double
 * precision, in two passes: the textbook's one-pass Σx² - (Σx)² loses everything when the mean is large.
 *
 * A constant feature tells nothing; it has deviation 1 here and becomes 0. Its deviation comes out as exactly 0, since
 * the sum of up to 2^29 equal floats is exact in double precision. */
#include "base/memory.h"
#include "data/dataset.h"

#include <assert.h>
#include <math.h>

static void measure(const rl_dataset *data, size_t feature, float *mean, float *deviation)
{
    const float *x = data->x + feature;
    double sum = 0, squares = 0;
    for (size_t i = 0; i < data->rows; i++)
        sum += (double)x[i * data->features];
    double middle = sum / (double)data->rows;
    for (size_t i = 0; i < data->rows; i++) {
        double away = (double)x[i * data->features] - middle;
        squares += away * away;
    }
    *mean = (float)middle;
    *deviation = (float)sqrt(squares / (double)data->rows);
    if (*deviation == 0)
        *deviation = 1; /* constant, or as good as that: too small for a float */
}

bool rl_scaling_measure(const rl_dataset *data, rl_scaling *scaling, rl_memory memory, rl_error *err)
{
    *scaling = (rl_scaling){ .memory = memory };
    if (!rl_data_check(data, err))
        return false;
    scaling->mean = rl_new(memory, data->features, sizeof *scaling->mean, err);
    scaling->deviation = rl_new(memory, data->features, sizeof *scaling->deviation, err);
    if (rl_failed(err)) {
        rl_scaling_free(scaling);
        return false;
    }
    scaling->features = data->features;
    for (size_t j = 0; j < data->features; j++)
        measure(data, j, &scaling->mean[j], &scaling->deviation[j]);
    return true;
}

/* Pixels are of one unit: centred and divided by one number they keep their relative sizes, and those that are nearly
 * always 0 are not blown up. */
void rl_scaling_share(rl_scaling *scaling, const rl_dataset *data)
{
    double variances = 0;
    for (size_t i = 0; i < data->rows; i++)
        for (size_t j = 0; j < data->features; j++) {
            double away = (double)data->x[i * data->features + j] - (double)scaling->mean[j];
            variances += away * away;
        }
    float shared = (float)sqrt(variances / ((double)data->rows * (double)data->features));
    for (size_t j = 0; j < scaling->features; j++)
        scaling->deviation[j] = shared > 0 ? shared : 1;
}

/* In double, since the difference of two floats need not be one. */
void rl_scaling_apply(const rl_scaling *scaling, rl_dataset *data)
{
    if (scaling->features == 0)
        return;
    assert(scaling->features == data->features);
    for (size_t i = 0; i < data->rows; i++) {
        float *x = data->x + i * data->features; /* [features] */
        for (size_t j = 0; j < data->features; j++)
            x[j] = (float)(((double)x[j] - (double)scaling->mean[j]) / (double)scaling->deviation[j]);
    }
}

void rl_scaling_free(rl_scaling *scaling)
{
    rl_free(scaling->memory, scaling->mean);
    rl_free(scaling->memory, scaling->deviation);
    *scaling = (rl_scaling){ .memory = scaling->memory };
}
