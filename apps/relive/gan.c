/* relive compare --model gan: adversarial nets. The run, the table, the report. */
#include "program.h"
#include "progress.h"
#include "terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The options that mean something here; of the others that compare takes none is passed over in silence. */
static bool check_options(const request *asked, rl_error *err)
{
    static const char *const meant[] = { "data", "data-seed", "model", "activations", "hidden", "noise", "init", "bias",
        "epochs", "batch", "lr", "optimizer", "momentum", "beta1", "schedule", "l1", "l2", "decay-biases", "clip",
        "seeds", "seed", "threads", "lanes", "out", "config", "json" };
    for (size_t i = 0; i < option_count; i++) {
        bool known = false;
        for (size_t k = 0; k < sizeof meant / sizeof *meant; k++)
            known = known || !strcmp(options[i].name, meant[k]);
        if (!known && request_has(asked, options[i].name))
            return rl_fail(err, RL_BAD_CONFIG, "--%s: --model gan does not take it", options[i].name);
    }
    return true;
}

static bool keep_going(void *self)
{
    (void)self;
    return !interrupted();
}

static void show_progress(void *self, double share_done)
{
    progress_show(self, share_done);
}

/* As in compare.c: a report that cannot be written for want of something must not take the numbers with it. */
static void present(const settings *s, const rl_gan_results *results, rl_error *err)
{
    rl_gan_summary summary = { 0 };
    char *text = NULL;
    if (rl_gan_summarise(results, &summary, err)) {
        text = s->json ? rl_gan_json(results, &summary, err) : rl_gan_table(results, &summary, err);
        if (text)
            rl_gan_report_write(results, &summary, s->out, err);
        if (text && (err->code == RL_OK || err->code == RL_MISSING)) {
            fputs(text, stdout);
            if (!s->json && err->code == RL_OK)
                printf(
                    "\n%zu trainings of two nets in %.1f s on %d thread%s, %d lane%s each.\nReport: %s/report.html\n",
                    results->trainings, results->seconds, results->threads, results->threads == 1 ? "" : "s",
                    results->lanes, results->lanes == 1 ? "" : "s", s->out);
        }
    }
    free(text);
    rl_gan_summary_free(&summary);
}

int run_gan(const request *asked, const settings *s, rl_error *err)
{
    if (!check_options(asked, err))
        return EXIT_BAD_INPUT;
    interrupt_catch();
    progress bar;
    progress_start(&bar);
    const rl_gan_study study = { .data = s->data,
        .data_seed = s->data_seed,
        .recipe = s->recipe,
        .noise = s->noise,
        .arms = s->rivals,
        .arm_count = s->rival_count,
        .first_seed = s->first_seed,
        .seeds = s->seeds,
        .threads = s->threads,
        .lanes = s->lanes,
        .keep_going = keep_going,
        .progress = show_progress,
        .self = &bar };
    rl_gan_results results = { 0 };
    const bool ran = rl_gan_run(&study, &results, err);
    progress_end(&bar);
    if (ran && results.interrupted && results.trainings == 0)
        rl_fail(err, RL_INTERRUPTED, "interrupted before a seed was finished; nothing is written");
    else if (ran)
        present(s, &results, err);
    if (ran && results.interrupted && err->code == RL_OK)
        rl_fail(err, RL_INTERRUPTED, "interrupted: %zu of %zu trainings were finished and are kept", results.trainings,
            s->rival_count * s->seeds);
    rl_gan_results_free(&results);
    return err->code ? EXIT_BAD_INPUT : EXIT_DONE;
}
