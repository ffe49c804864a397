/* Names of arms, and the command that runs an adversarial study again. */
#include "report/gan.h"

#include <stdio.h>
#include <string.h>

rl_words rl_gan_title(const rl_gan_results *results, size_t arm)
{
    const rl_rivals *rivals = &results->arms[arm];
    const rl_words one = rl_arm_title(rivals->side[RL_GENERATOR]), other = rl_arm_title(rivals->side[RL_DISCRIMINATOR]);
    rl_words title = one;
    if (!rl_arm_is(rivals->side[RL_GENERATOR], rivals->side[RL_DISCRIMINATOR]))
        snprintf(title.text, sizeof title.text, "G %.80s, D %.80s", one.text, other.text);
    return title;
}

rl_words rl_gan_rule(const rl_gan_results *results)
{
    rl_words rule;
    if (results->features == 2)
        snprintf(rule.text, sizeof rule.text, "within three standard deviations (%.3g each) of a mode’s centre",
            results->deviation);
    else
        snprintf(rule.text, sizeof rule.text, "no farther from some real row than that row’s third neighbour is");
    return rule;
}

const char *rl_gan_colour(size_t arm)
{
    static const char *const colours[] = { "#D55E00", "#009E73", "#0072B2", "#CC79A7", "#E69F00", "#56B4E9",
        "#7A7A7A" };
    return colours[arm % (sizeof colours / sizeof *colours)];
}

const char *rl_gan_dash(size_t arm)
{
    static const char *const dashes[] = { "1", "(3,4)", "(12,5)", "(12,4,3,4)", "(20,5)", "(7,3)" };
    return dashes[arm % (sizeof dashes / sizeof *dashes)];
}

/* ---- The command ---- */

static void hidden_text(const rl_recipe *recipe, char *text, size_t room)
{
    size_t used = 0;
    text[0] = '\0';
    for (int h = 0; h < recipe->hidden_count && used + 12 < room; h++)
        used += (size_t)snprintf(text + used, room - used, "%s%d", h ? "," : "", recipe->hidden[h]);
}

static void write_changed(rl_writing *to, const char *option, float is, float usual)
{
    if (is != usual)
        rl_write(to, " --%s %.9g", option, (double)is);
}

/* Of the options that a GAN listens to, those that differ from its defaults. */
void rl_write_gan_command(rl_writing *to, const rl_gan_results *results)
{
    const rl_recipe *r = &results->recipe, usual = rl_gan_recipe(results->data_spec);
    char hidden[RL_MOST_HIDDEN * 12], as_usual[RL_MOST_HIDDEN * 12];
    hidden_text(r, hidden, sizeof hidden);
    hidden_text(&usual, as_usual, sizeof as_usual);
    rl_write(to, "relive compare --model gan --data %s --activations ", results->data_spec);
    for (size_t a = 0; a < results->arm_count; a++) {
        char label[2 * RL_NAME_ROOM];
        rl_rivals_label(results->arms[a], label, sizeof label);
        rl_write(to, "%s%s", a ? "," : "", label);
    }
    rl_write(to, " --seeds %zu --seed %llu --data-seed %llu", results->seeds, (unsigned long long)results->first_seed,
        (unsigned long long)results->data_seed);
    if (strcmp(hidden, as_usual) != 0)
        rl_write(to, " --hidden %s", hidden);
    if (results->noise != rl_gan_noise(results->data_spec))
        rl_write(to, " --noise %d", results->noise);
    if (r->training.epochs != usual.training.epochs)
        rl_write(to, " --epochs %ld", r->training.epochs);
    if (r->training.batch != usual.training.batch && r->training.batch > 0)
        rl_write(to, " --batch %d", r->training.batch);
    if (r->training.batch < 0)
        rl_write(to, " --batch full");
    if (r->training.optimiser != usual.training.optimiser)
        rl_write(to, " --optimizer %s", rl_optimiser_name(r->training.optimiser));
    if (r->init != usual.init && r->init == &rl_normal)
        rl_write(to, " --init normal:%.9g", (double)r->init_sd);
    else if (r->init != usual.init)
        rl_write(to, " --init %s", rl_initialiser_name(r->init));
    if (r->training.schedule != usual.training.schedule)
        rl_write(to, " --schedule %s", r->training.schedule == RL_STEP ? "step" : "cosine");
    write_changed(to, "lr", r->training.rate, usual.training.rate);
    write_changed(to, "momentum", r->training.momentum, usual.training.momentum);
    write_changed(to, "beta1", r->training.beta1, usual.training.beta1);
    write_changed(to, "bias", r->bias, usual.bias);
    write_changed(to, "l1", r->training.l1, usual.training.l1);
    write_changed(to, "l2", r->training.l2, usual.training.l2);
    write_changed(to, "clip", r->training.clip, usual.training.clip);
    rl_write(to, "%s\n", r->training.decay_biases ? " --decay-biases" : "");
}
