/* Adversarial training (Goodfellow et al. 2014): a generator G makes rows x of noise z, a discriminator D tells them from
 * real ones, and each learns by what the other does. With D(x) the log-odds that x is real and σ the logistic function, a
 * step is
 *
 *     D descends   ½ [ mean of -ln σ(D(x)) over real x  +  mean of -ln(1 - σ(D(G(z)))) over noise z ]
 *     G descends   mean of -ln σ(D(G(z))) over fresh noise z
 *
 * The first is the binary loss of a batch of which one half is real and the other made; the second is the loss that the
 * paper calls non-saturating: where D is sure, its gradient does not vanish. It reaches G through D, as ∂L/∂x of D's
 * input.
 *
 * The trainer is the discriminator's: it brings epochs, the order of rows, observers and the fates of lanes, and only
 * what a step does is told here. The generator has a trainer of its own for its parameters and moments. Noise is uniform
 * on (-1, 1), as in the paper: number i of a step is a function of the generator's seed and the step.
 *
 * A batch norm of D sees the real and the made half of a batch as one; running statistics move once a step, by the batch that
 * a net learned from itself. */
#include "num/random.h"
#include "train/trainer.h"

#include <math.h>
#include <string.h>

void rl_noise_draw(const uint64_t *seeds, int lanes, uint64_t stream, size_t rows, size_t width, float *noise)
{
    for (int l = 0; l < lanes; l++) {
        rl_random random = rl_random_stream(seeds[l], RL_FOR_NOISE, stream);
        for (size_t i = 0; i < rows * width; i++)
            noise[i * (size_t)lanes + (size_t)l] = ((float)(rl_random_bits(&random) >> 8) + 0.5f) * 0x1p-23f - 1;
    }
}

/* ---- Making ---- */

static bool fit(const rl_net *d, const rl_net *g, const rl_dataset *real, const rl_training *how, rl_error *err)
{
    if (!rl_net_takes(d, real, err))
        return false;
    if (g->float64 || g->lanes != d->lanes)
        return rl_fail(err, RL_BAD_CONFIG, "adversarial training: expected two float32 nets of as many lanes");
    if (rl_net_outputs(d) != 1)
        return rl_fail(err, RL_BAD_SHAPE, "the discriminator gives %d values; expected 1, the log-odds of a real row",
            rl_net_outputs(d));
    if ((size_t)rl_net_outputs(g) != real->features)
        return rl_fail(err, RL_BAD_SHAPE, "the generator gives %d values; expected %zu, the features of %s",
            rl_net_outputs(g), real->features, real->name);
    if (how->patience)
        return rl_fail(err, RL_BAD_CONFIG, "adversarial training has no validation loss by which to stop early");
    return true;
}

/* The rows of data, each of class 1 of two: real. */
static rl_dataset *as_real(const rl_dataset *data, rl_memory memory, rl_error *err)
{
    rl_dataset *real = rl_data_new(data->name, data->rows, data->features, 2, 1, memory, err);
    if (!real)
        return NULL;
    memcpy(real->x, data->x, data->rows * data->features * sizeof *real->x);
    for (size_t r = 0; r < data->rows; r++)
        real->y[r] = 1;
    return real;
}

/* Real rows and made ones are the two halves of a batch. */
static rl_trainer *make(rl_net *d, rl_net *g, rl_rival rival, rl_training how, rl_training generator_how, rl_error *err)
{
    how.loss = &rl_binary;
    rl_trainer *t = rl_trainer_new_for(d, rival.real, &how, 2, err);
    if (!t)
        return NULL;
    generator_how.batch = t->how.batch;
    generator_how.epochs = t->how.epochs;
    generator_how.loss = NULL;
    generator_how.validation = NULL;
    generator_how.patience = 0;
    generator_how.observer_count = 0;
    generator_how.threads = how.threads;
    rival.noise = rl_data_new(
        "noise", (size_t)t->how.batch, (size_t)rl_net_inputs(g), 0, (size_t)rl_net_outputs(g), d->memory, err);
    if (rival.noise)
        rival.generator = rl_trainer_new(g, rival.noise, &generator_how, err);
    rl_trainer_batches_suffice(g, rival.real->rows, t->how.batch, err);
    rival.judge = rl_pass_new_to_input(d, t->how.batch, err);
    t->rival = rival;
    if (!rl_failed(err))
        return t;
    t->rival.real = NULL; /* the caller's, until there is a trainer */
    rl_trainer_free(t);
    return NULL;
}

rl_trainer *rl_trainer_new_adversarial(rl_net *discriminator, rl_net *generator, const rl_dataset *real,
    const rl_training *how, const rl_training *generator_how, rl_error *err)
{
    if (rl_failed(err) || !fit(discriminator, generator, real, how, err))
        return NULL;
    const rl_rival rival = { .real = as_real(real, discriminator->memory, err) };
    rl_trainer *t = make(discriminator, generator, rival, *how, *generator_how, err);
    if (!t)
        rl_data_free(rival.real);
    return t;
}

void rl_adversarial_free(rl_trainer *t)
{
    rl_trainer_free(t->rival.generator);
    rl_pass_free(t->rival.judge);
    rl_data_free(t->rival.noise);
    rl_data_free(t->rival.real);
}

/* ---- The step ---- */

enum { FOR_DISCRIMINATOR, FOR_GENERATOR };

/* The generator is where the discriminator is: step, epoch, and which lanes go on. */
static void keep_pace(const rl_trainer *t)
{
    rl_trainer *g = t->rival.generator;
    g->step = t->step;
    g->epoch = t->epoch;
    memcpy(g->fates, t->fates, (size_t)t->net->lanes * sizeof *g->fates);
    rl_trainer_set_rates(g);
}

/* A batch of made rows [batch][features][lanes], from noise of its own for each purpose. */
static const float *generate(const rl_trainer *t, size_t batch, int purpose)
{
    rl_trainer *g = t->rival.generator;
    const uint64_t stream = 2 * (uint64_t)t->step + (uint64_t)purpose;
    rl_noise_draw(g->net->seeds, g->net->lanes, stream, batch, (size_t)rl_net_inputs(g->net), g->x);
    rl_pass_training(g->pass, stream);
    rl_pass_forward(g->net, g->pass, g->x, (int)batch);
    return rl_output(g->pass);
}

/* Rows of x and y [batch][lanes] up to batch are real, those after it made. */
static void train_discriminator(rl_trainer *t, size_t batch)
{
    const size_t lanes = (size_t)t->net->lanes, row = t->data->features * lanes;
    rl_step_gather(t, batch);
    memcpy(t->x + batch * row, generate(t, batch, FOR_DISCRIMINATOR), batch * row * sizeof *t->x);
    memset(t->y + batch * lanes, 0, batch * lanes * sizeof *t->y);
    rl_pass_training(t->pass, 2 * (uint64_t)t->step + FOR_DISCRIMINATOR);
    rl_pass_forward(t->net, t->pass, t->x, (int)(2 * batch));
    rl_pass_loss(t->net, t->pass, &rl_binary, t->y);
    rl_pass_mean_loss(t->net, t->pass, t->batch_loss);
    rl_pass_loss_backward(t->net, t->pass, &rl_binary, t->y);
    rl_step_learn(t);
}

/* The first half of y says: real. That is what the generator wants to hear of its rows. */
static void train_generator(const rl_trainer *t, size_t batch)
{
    rl_trainer *g = t->rival.generator;
    rl_pass *judge = t->rival.judge;
    const float *made = generate(t, batch, FOR_GENERATOR);
    rl_pass_training(judge, 2 * (uint64_t)t->step + FOR_GENERATOR);
    rl_pass_forward(t->net, judge, made, (int)batch);
    rl_pass_loss(t->net, judge, &rl_binary, t->y);
    rl_pass_mean_loss(t->net, judge, g->batch_loss);
    rl_pass_loss_backward(t->net, judge, &rl_binary, t->y);
    rl_pass_propagate(t->net, judge);
    memcpy(g->pass->gradients[g->net->count - 1], rl_input_gradients(judge),
        batch * t->data->features * (size_t)t->net->lanes * sizeof(float));
    rl_step_learn(g);
}

void rl_adversarial_run(rl_trainer *t, size_t batch)
{
    const rl_trainer *g = t->rival.generator;
    keep_pace(t);
    train_discriminator(t, batch);
    train_generator(t, batch);
    for (int l = 0; l < t->net->lanes; l++)
        t->finite[l] = t->finite[l] && g->finite[l] && isfinite(g->batch_loss[l]);
}
