/* An adversarial study's trainings and events as tables. An activation is written as it was asked for: of both nets, or
 * the generator's/the discriminator's. */
#include "report/gan.h"
#include "report/ledger.h"

#include <math.h>

static void write_number(rl_writing *to, double number)
{
    rl_write(to, ",");
    if (isfinite(number))
        rl_write(to, "%.9g", number);
}

static void write_label(rl_writing *to, const rl_gan_results *results, size_t arm)
{
    char label[2 * RL_NAME_ROOM];
    rl_rivals_label(results->arms[arm], label, sizeof label);
    rl_write(to, "%s", label);
}

void rl_write_gan_csv(rl_writing *to, const rl_gan_results *results)
{
    const long last = rl_epochs(&results->recipe);
    rl_write(to, "activation,seed,diverged_at");
    for (int m = 0; m < RL_GAN_MEASURES; m++)
        rl_write(to, ",%s", rl_gan_measure_name((rl_gan_measure)m));
    rl_write(to, ",generator_born_dead,discriminator_born_dead\n");
    for (size_t a = 0; a < results->arm_count; a++)
        for (size_t s = 0; s < results->seeds; s++) {
            const rl_gan_trial *trial = &rl_gan_trials(results, a)[s];
            if (!trial->done)
                continue;
            write_label(to, results, a);
            rl_write(to, ",%llu,", (unsigned long long)trial->seed);
            if (trial->fate.diverged_at >= 0)
                rl_write(to, "%ld", trial->fate.diverged_at);
            for (int m = 0; m < RL_GAN_MEASURES; m++)
                write_number(to, trial->curve[m][last]);
            write_number(to, trial->curve[RL_GAN_GENERATOR_DEAD][0]);
            write_number(to, trial->curve[RL_GAN_DISCRIMINATOR_DEAD][0]);
            rl_write(to, "\n");
        }
}

/* Layers are input, then dense and curve for each hidden layer, then dense. */
void rl_write_gan_events(rl_writing *to, const rl_gan_results *results)
{
    static const char *const sides[RL_RIVALS] = { "generator", "discriminator" };
    rl_write(to, "net,");
    rl_write_events_head(to, false);
    for (size_t a = 0; a < results->arm_count; a++)
        for (size_t s = 0; s < results->seeds; s++)
            for (int side = 0; side < RL_RIVALS; side++) {
                const rl_gan_trial *trial = &rl_gan_trials(results, a)[s];
                const rl_arm arm = results->arms[a].side[side];
                for (size_t i = 0; trial->done && i < trial->event_count[side]; i++) {
                    const rl_event *e = &trial->events[side][i];
                    rl_write(to, "%s,%s,", sides[side], arm.curve->name);
                    if (arm.curve->has_alpha)
                        rl_write(to, "%.6g", (double)arm.alpha);
                    rl_write(to, ",%llu", (unsigned long long)trial->seed);
                    rl_write_event(
                        to, e, rl_event_epoch(&results->recipe, results->rows, e), (e->unit.node - 2) / 2 + 1);
                }
            }
}
