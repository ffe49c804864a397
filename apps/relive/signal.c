/* relive signal: what becomes of a signal, and of a gradient, on the way through many layers. */
#include "program.h"
#include "progress.h"
#include "terminal.h"

#include <math.h>
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

static void print_case(const rl_signal_case *about)
{
    const rl_signal_layer *first = &about->layers[0], *last = &about->layers[about->depth - 1];
    char label[RL_NAME_ROOM], init[48];
    rl_arm_label(about->curve, label, sizeof label);
    snprintf(init, sizeof init, "%s", rl_initialiser_name(about->init));
    if (about->init == &rl_normal)
        snprintf(init, sizeof init, "normal:%g", (double)about->init_sd);
    printf("  %-16.16s %-12.12s %5d  %9.3g ± %-8.2g %9.3g ", label, init, about->depth, last->ratio.mean,
        last->ratio.se, last->ratio.median);
    if (isfinite(last->expected))
        printf("%9.3g", last->expected);
    else
        printf("%9s", "");
    printf("  %9.3g\n", first->gradient.median / last->gradient.median);
}

static void print_cases(const rl_signal *signal, const rl_signals *found)
{
    style look = terminal_style(stdout);
    printf("%s%zu nets%s of each kind, layers of %d units, one input x ~ N(0, 1) each; just drawn\n\n", look.bold,
        signal->trials, look.plain, signal->width);
    printf("%s  %-16s %-12s %5s  %-20s %9s %9s  %9s\n", look.bold, "", "", "", "variance, last/first", "", "",
        "gradient,");
    printf("  %-16s %-12s %5s  %-20s %9s %9s  %9s%s\n", "activation", "init", "depth", "     mean ± se", "median",
        "expected", "first/last", look.plain);
    for (size_t c = 0; c < found->case_count; c++)
        print_case(&found->cases[c]);
    printf("\nVariance: mean square of a layer's pre-activations. Gradient: norm of the output's\n"
           "gradient by a layer's weights, median of first over median of last. Expected: the\n"
           "known mean, where there is one; the ratio is heavy-tailed, its median lies lower.\n");
}

int run_signal(const request *asked, rl_error *err)
{
    settings s;
    if (!settings_make(asked, NULL, &s, err) || (s.out && !check_writable_folder("--out", s.out, err)))
        return EXIT_BAD_INPUT;
    for (size_t a = 0; a < s.arm_count; a++)
        if (!rl_arm_is(s.arms[a], (rl_arm){ .curve = s.arms[a].curve, .alpha = s.arms[a].alpha })) {
            rl_fail(err, RL_BAD_CONFIG, "--activations: nothing is trained here, expected NAME[:ALPHA] without a +");
            return EXIT_BAD_INPUT;
        }
    progress bar;
    const rl_signal signal = { .curves = s.arms,
        .curve_count = s.arm_count,
        .inits = s.inits,
        .init_count = s.init_count,
        .depths = s.depths,
        .depth_count = s.depth_count,
        .width = s.birth.width,
        .first_seed = s.first_seed,
        .trials = s.birth.trials,
        .threads = s.threads,
        .keep_going = keep_going,
        .progress = show_progress,
        .self = &bar };
    rl_signals found;
    interrupt_catch();
    progress_start(&bar);
    bool ran = rl_signal_run(&signal, &found, err);
    progress_end(&bar);
    if (!ran)
        return EXIT_BAD_INPUT;
    char *document = s.json ? rl_signal_json(&signal, &found, err) : NULL;
    if (found.interrupted)
        rl_fail(err, RL_INTERRUPTED, "interrupted; nothing is written");
    if (!err->code && (!s.out || rl_signal_plots(&signal, &found, s.out, err))) {
        if (document)
            fputs(document, stdout);
        else
            print_cases(&signal, &found);
        if (!document && s.out)
            printf("Plot: %s/signal.svg\n", s.out);
    }
    free(document);
    rl_signals_free(&found);
    return err->code ? EXIT_BAD_INPUT : EXIT_DONE;
}
