/* The written analysis of an adversarial study, as Markdown: every sentence stands with the condition under which it is
 * true. "More" and "less" are said of a difference only as rl_judge allows. */
#include "report/gan.h"
#include "report/judge.h"

#include <stdio.h>

static void say_setup(rl_writing *to, const rl_gan_results *results)
{
    rl_write(to,
        "On %s (%zu rows, %zu modes), pairs of a generator and a discriminator were trained against each other for %ld "
        "epochs with %s each, paired by seed: the same random draws behind the first weights, the same noise and the "
        "same "
        "order of rows, in nets that differ in their activations (G: the generator, D: the discriminator). ",
        results->data_name, results->rows, results->classes, rl_epochs(&results->recipe),
        rl_say_count(results->seeds, "seed", "seeds").text);
    if (results->interrupted)
        rl_write(to, "The study was interrupted: only the seeds that were done by then are counted. ");
    rl_write(to, "\n\n");
}

/* The one thing that everybody asks of such nets. */
static void say_coverage(rl_writing *to, const rl_gan_results *results, const rl_gan_summary *summary)
{
    for (size_t a = 0; a < results->arm_count; a++) {
        const rl_gan_arm *arm = &summary->arms[a];
        rl_write(to, "With *%s*, all %zu modes were covered at the end in %zu of %s", rl_gan_title(results, a).text,
            results->classes, arm->covered, rl_say_count(arm->seeds, "seed", "seeds").text);
        if (arm->n)
            rl_write(to, ", and %s %% of the samples were of high quality",
                rl_say_mean(arm->last[RL_GAN_QUALITY], true).text);
        rl_write(to, ". ");
        if (arm->diverged)
            rl_write(to, "%s diverged. ", rl_say_count(arm->diverged, "run", "runs").text);
    }
    rl_write(to, "\n\n");
}

static void say_pairs(rl_writing *to, const rl_gan_results *results, const rl_gan_summary *summary)
{
    static const struct {
        rl_gan_measure measure;
        const char *what;
        bool shares;
    } said[] = { { RL_GAN_MODES, "modes covered", false }, { RL_GAN_QUALITY, "share of high quality", true },
        { RL_GAN_GENERATOR_DEAD, "dead units of the generator", true },
        { RL_GAN_DISCRIMINATOR_DEAD, "dead units of the discriminator", true } };
    static const char *const verdicts[] = { "too few pairs to say more", "no difference could be shown",
        "the same in every pair", "shown to be more", "shown to be less" };
    for (size_t a = 1; a < results->arm_count; a++) {
        rl_write(to, "*%s* against ", rl_gan_title(results, a).text);
        rl_write(to, "*%s*, %s: ", rl_gan_title(results, 0).text,
            rl_say_count(summary->pairs[(a - 1) * RL_GAN_MEASURES].difference.n, "pair", "pairs").text);
        for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
            const rl_comparison *c = &summary->pairs[(a - 1) * RL_GAN_MEASURES + (size_t)said[i].measure];
            rl_write(to, "%s%s %s%s (%s)", i ? "; " : "", said[i].what,
                rl_say_difference(c->difference, said[i].shares).text, said[i].shares ? " points" : "",
                verdicts[rl_judge(c)]);
        }
        rl_write(to, ". ");
    }
    if (results->arm_count > 1)
        rl_write(to, "\n\n");
}

static const char *hardest(const rl_ledger *ledger)
{
    static const char *const names[] = { "bias", "weights", "inputs" };
    size_t most = 0;
    for (size_t c = 1; c < RL_BY_SKIP; c++)
        if (ledger->death_causes[c] > ledger->death_causes[most])
            most = c;
    return names[most];
}

static void say_ledger(rl_writing *to, const rl_ledger *ledger, const char *nets)
{
    rl_write(to, "of the %zu hidden units of the %s ", ledger->units, nets);
    if (ledger->born_dead + ledger->deaths == 0) {
        rl_write(to, "none was ever dead");
        return;
    }
    rl_write(to, "%zu %s born dead, and there were %s", ledger->born_dead, ledger->born_dead == 1 ? "was" : "were",
        rl_say_count(ledger->deaths, "death", "deaths").text);
    if (ledger->deaths)
        rl_write(to, " (most often by the %s)", hardest(ledger));
    rl_write(to, " and %s", rl_say_count(ledger->revivals, "revival", "revivals").text);
}

static void say_death(rl_writing *to, const rl_gan_results *results, const rl_gan_summary *summary)
{
    for (size_t a = 0; a < results->arm_count; a++) {
        const rl_gan_arm *arm = &summary->arms[a];
        rl_write(to, "*%s*: ", rl_gan_title(results, a).text);
        say_ledger(to, &arm->ledger[RL_GENERATOR], "generators");
        rl_write(to, "; ");
        say_ledger(to, &arm->ledger[RL_DISCRIMINATOR], "discriminators");
        rl_write(to, ". ");
    }
    rl_write(to, "\n\n");
}

static void say_caution(rl_writing *to)
{
    rl_write(to,
        "Covering the modes is not all: the measure does not ask whether each is drawn as often as it should be, nor "
        "whether its samples are spread as the data is. What holds of small nets need not hold of large ones.\n");
}

char *rl_gan_analysis(const rl_gan_results *results, const rl_gan_summary *summary, rl_error *err)
{
    rl_writing to = rl_writing_begin(results->memory, err);
    rl_write(&to, "# Generative adversarial nets on %s\n\n", results->data_name);
    say_setup(&to, results);
    say_coverage(&to, results, summary);
    say_pairs(&to, results, summary);
    say_death(&to, results, summary);
    say_caution(&to);
    return rl_writing_end(&to);
}
