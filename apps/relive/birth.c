/* relive birth: how often nets of a shape are dead before their first step. */
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

static void print_share(const char *what, rl_share seen, double formula, style look)
{
    printf("  %-34s %s%8.5f%s ± %.5f", what, look.bold, seen.share, look.plain, seen.se);
    if (isfinite(formula))
        printf("   formula %8.5f", formula);
    putchar('\n');
}

static void print_evidence(const rl_birth *birth, const rl_births *births)
{
    if (birth->inputs == RL_POINT)
        printf("looked at: the point x = (1, …, 1)\n");
    else if (birth->inputs == RL_LINE)
        printf("looked at: the whole line x = s·(1, …, 1), piece by piece (exact)\n");
    else if (births->exact)
        printf("looked at: all of |x| ≤ %g, piece by piece (exact)\n", birth->radius);
    else
        printf("looked at: the ball |x| ≤ %g; units exactly, nets along %d random\n"
               "diameters each, followed piece by piece (so the share of dead nets is an\n"
               "upper estimate; \"for certain\" is what bounds over the whole ball prove)\n",
            birth->radius, births->chords);
}

static void print_births(const rl_birth *birth, const rl_births *births)
{
    style look = terminal_style(stdout);
    char label[RL_NAME_ROOM];
    rl_arm_label(birth->activation, label, sizeof label);
    printf("%s%zu nets%s of %d hidden layer%s of %d, %d input%s; %s, %s", look.bold, births->trials, look.plain,
        birth->depth - 1, birth->depth == 2 ? "" : "s", birth->width, birth->fan_in, birth->fan_in == 1 ? "" : "s",
        label, rl_initialiser_name(birth->init ? birth->init : &rl_he));
    if (birth->bias_sd > 0)
        printf(", biases N(0, %g²)", birth->bias_sd);
    putchar('\n');
    print_evidence(birth, births);
    printf("\n  %s%-34s %8s   %s%s\n", look.bold, "share", "seen", "standard error", look.plain);
    print_share("nets born dead", births->born_dead, births->born_dead_formula, look);
    if (!births->exact)
        print_share("… for certain", births->proved, NAN, look);
    print_share("first-layer units born dead", births->dead_units, births->dead_units_formula, look);
    printf("\nBorn dead: at each input some hidden layer conducts nowhere, so the output is\n"
           "constant. Trial t is the net of seed %llu + t, not yet trained.\n",
        (unsigned long long)birth->first_seed);
}

int run_birth(const request *asked, rl_error *err)
{
    settings s;
    if (!settings_make(asked, NULL, &s, err))
        return EXIT_BAD_INPUT;
    progress bar;
    rl_birth birth = s.birth;
    birth.init = s.recipe.init;
    birth.init_sd = s.recipe.init_sd;
    birth.activation = s.arms[0];
    birth.first_seed = s.first_seed;
    birth.threads = s.threads;
    birth.keep_going = keep_going;
    birth.progress = show_progress;
    birth.self = &bar;
    rl_births births;
    interrupt_catch();
    progress_start(&bar);
    bool ran = rl_birth_run(&birth, &births, err);
    progress_end(&bar);
    if (!ran)
        return EXIT_BAD_INPUT;
    if (s.json) {
        char *document = rl_birth_json(&birth, &births, err);
        if (!document)
            return EXIT_BAD_INPUT;
        fputs(document, stdout);
        free(document);
    } else {
        print_births(&birth, &births);
    }
    if (births.interrupted)
        rl_fail(
            err, RL_INTERRUPTED, "interrupted: the figures are those of %zu of %zu nets", births.trials, birth.trials);
    return err->code ? EXIT_BAD_INPUT : EXIT_DONE;
}
