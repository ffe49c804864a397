/* relive revive: dead units of a saved model get another chance. */
#include "program.h"
#include "terminal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- On the terminal ------------------------------------------------------------------------------------------------ */

static void print_fates(const rl_revived *found)
{
    for (int fate = RL_WOKEN; fate <= RL_TIED; fate++) {
        size_t count = 0;
        for (size_t i = 0; i < found->count; i++)
            count += found->fates[i] == (rl_revive_fate)fate;
        if (count)
            printf("  %zu %s\n", count, rl_revive_fate_name((rl_revive_fate)fate));
    }
}

static void print_found(const rl_revived *found)
{
    style look = terminal_style(stdout);
    printf("%s%s%s: %zu of %zu hidden units are %s, on %s (%zu rows)\n", look.bold, found->model, look.plain,
        found->count, found->before.units, found->tau < 0 ? "dead" : "dormant", found->data, found->rows);
    if (found->cure == RL_CURE_LEAKY && found->count)
        printf("  their layers are now leaky_relu:%.6g\n", (double)found->alpha);
    else
        print_fates(found);
    const rl_revived_side *b = &found->before, *a = &found->after;
    printf("\n  %s%-12s%12s%12s%s\n", look.bold, "", "before", "after", look.plain);
    printf("  %-12s%12zu%12zu\n  %-12s%12zu%12zu\n", "units", b->units, a->units, "parameters", b->parameters,
        a->parameters);
    if (isfinite(b->accuracy) && isfinite(a->accuracy))
        printf("  %-12s%10.2f %%%10.2f %%\n", "accuracy", 100 * b->accuracy, 100 * a->accuracy);
    printf("  %-12s%12zu%12zu\n", "dead", b->dead, a->dead);
    if (b->units)
        printf("  %-12s%10.2f %%%10.2f %%\n", "dead share", 100 * (double)b->dead / (double)b->units,
            100 * (double)a->dead / (double)a->units);
    printf("  %-12s%12zu%12zu\n", "dormant", b->dormant, a->dormant);
    printf("\n  outputs differ by %.3g at most, on %zu rows (the largest is %.3g)%s\n", found->difference, found->rows,
        found->largest, found->same_expected ? ": the same" : "");
}

static void revive(const request *asked, const settings *s, const rl_model *model, rl_error *err)
{
    rl_dataset *data = rl_data_load(s->data,
        (rl_data_config){ .seed = s->data_seed, .class_names = model->class_names, .classes = model->classes }, err);
    const rl_treatment how = { .cure = s->cure,
        .share = s->cure_share,
        .alpha = s->cure_curve.alpha,
        .tau = s->revive_tau,
        .init = request_has(asked, "init") ? s->recipe.init : NULL,
        .sd = s->recipe.init_sd,
        .round = s->first_seed };
    rl_revived found = { 0 };
    char *document = NULL;
    if (data && rl_revive_model(&found, model, asked->operand, data, how, err)) {
        rl_model treated = *model;
        treated.net = found.net;
        found.saved = s->save;
        if (s->json)
            document = rl_revived_json(&found, err);
        else
            print_found(&found);
        if (err->code == RL_OK && rl_model_save(&treated, s->save, err)) {
            if (document)
                fputs(document, stdout);
            else
                printf("  written to %s; to train on: train --init-from %s\n", s->save, s->save);
        }
    }
    free(document);
    rl_revived_free(&found);
    rl_data_free(data);
}

int run_revive(const request *asked, rl_error *err)
{
    settings s;
    if (!settings_make(asked, NULL, &s, err))
        return EXIT_BAD_INPUT;
    if (!s.save)
        return rl_fail(err, RL_BAD_CONFIG, "revive writes a new model: --save FILE says where"), EXIT_BAD_INPUT;
    rl_model model = { 0 };
    if (check_writable_file("--save", s.save, err) && rl_model_load(&model, asked->operand, (rl_memory){ 0 }, err))
        revive(asked, &s, &model, err);
    rl_model_free(&model);
    return err->code ? EXIT_BAD_INPUT : EXIT_DONE;
}
