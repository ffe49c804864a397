/* relive compare: the study. Settings for every regime, the run, the table, the report. */
#include "program.h"
#include "progress.h"
#include "terminal.h"

#include <stdio.h>
#include <stdlib.h>

static bool keep_going(void *self)
{
    (void)self;
    return !interrupted();
}

static void show_progress(void *self, double share_done)
{
    progress_show(self, share_done);
}

static size_t finished_seeds(const rl_results *results)
{
    size_t done = 0;
    for (size_t i = 0; i < results->setting_count * results->arm_count; i++)
        for (size_t k = 0; k < results->seeds; k++)
            done += results->cells[i].trials[k].done;
    return done;
}

static void print_closing(const rl_results *results, const char *out)
{
    printf("\n%zu trainings in %.1f s on %d thread%s, %d lane%s each", results->trainings, results->seconds,
        results->threads, results->threads == 1 ? "" : "s", results->lanes, results->lanes == 1 ? "" : "s");
    if (results->seconds > 0)
        printf(": %.2g million samples a second", results->samples / results->seconds / 1e6);
    printf(".\nReport: %s/report.html\n", out);
}

/* The report first, so that a table on the screen means that the files are there; but a report that cannot be
 * written for want of something must not take the numbers with it. */
static void present(const settings *s, const rl_results *results, rl_error *err)
{
    rl_summary summary = { 0 };
    char *text = NULL;
    if (rl_summarise(results, &summary, err)) {
        text = s->json ? rl_results_json(results, &summary, err)
                       : rl_results_table(results, &summary, terminal_colour(stdout), err);
        if (text)
            rl_report_write(results, &summary, s->out, err);
        if (text && (err->code == RL_OK || err->code == RL_MISSING)) {
            fputs(text, stdout);
            if (!s->json && err->code == RL_OK)
                print_closing(results, s->out);
        }
    }
    free(text);
    rl_summary_free(&summary);
}

int run_compare(const request *asked, rl_error *err)
{
    settings general;
    if (!settings_make(asked, NULL, &general, err) || !check_writable_folder("--out", general.out, err))
        return EXIT_BAD_INPUT;
    if (general.gan)
        return run_gan(asked, &general, err);
    rl_setting each[MOST_REGIMES * MOST_ARMS];
    size_t count = 0;
    for (size_t i = 0; i < general.regime_count; i++) {
        settings s;
        if (!settings_make(asked, general.regimes[i], &s, err))
            return EXIT_BAD_INPUT;
        const rl_setting setting = { .regime = general.regimes[i], .recipe = s.recipe };
        if (!general.cure_count)
            each[count++] = setting;
        for (size_t a = 0; general.cure_count && a < general.arm_count; a++) {
            each[count] = setting;
            each[count++].base = general.arms[a];
        }
    }

    interrupt_catch();
    progress bar;
    progress_start(&bar);
    const rl_study study = { .topic = general.topic,
        .architecture = general.architecture,
        .data = general.data,
        .data_seed = general.data_seed,
        .settings = each,
        .setting_count = count,
        .arms = general.cure_count ? general.cures : general.arms,
        .arm_count = general.cure_count ? general.cure_count : general.arm_count,
        .first_seed = general.first_seed,
        .seeds = general.seeds,
        .census = general.census,
        .threads = general.threads,
        .lanes = general.lanes,
        .boundaries = true,
        .keep_going = keep_going,
        .progress = show_progress,
        .self = &bar };
    rl_results results = { 0 };
    bool ran = rl_study_run(&study, &results, err);
    progress_end(&bar);
    if (ran && results.interrupted && finished_seeds(&results) == 0)
        rl_fail(err, RL_INTERRUPTED, "interrupted before a seed was finished; nothing is written");
    else if (ran)
        present(&general, &results, err);
    if (ran && results.interrupted && err->code == RL_OK)
        rl_fail(err, RL_INTERRUPTED, "interrupted: %zu of %zu trainings were finished and are kept",
            finished_seeds(&results), count * study.arm_count * general.seeds);
    rl_results_free(&results);
    return err->code ? EXIT_BAD_INPUT : EXIT_DONE;
}
