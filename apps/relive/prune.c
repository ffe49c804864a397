/* relive prune: a smaller model that says the same. */
#include "program.h"
#include "terminal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- On the terminal --------------------------------------------------------------------------------------------------- */

static void print_share(const char *what, double before, double after)
{
    char texts[2][32];
    for (int i = 0; i < 2; i++) {
        const double share = i ? after : before;
        if (isfinite(share))
            snprintf(texts[i], sizeof texts[i], "%.2f %%", 100 * share);
        else
            snprintf(texts[i], sizeof texts[i], "–");
    }
    printf("  %-12s", what);
    print_right(stdout, texts[0], 12);
    print_right(stdout, texts[1], 12);
    putchar('\n');
}

static void print_kept(const rl_pruned *found)
{
    for (int fate = RL_REMOVED + 1; fate <= RL_KEPT_FOR_PLACE; fate++) {
        size_t kept = 0;
        for (size_t i = 0; i < found->count; i++)
            kept += found->fates[i] == (rl_prune_fate)fate;
        if (kept)
            printf("  %zu constant unit%s %s\n", kept, kept == 1 ? "" : "s", rl_prune_fate_name((rl_prune_fate)fate));
    }
}

static void print_all(const rl_pruned *found)
{
    style look = terminal_style(stdout);
    printf("%s%s%s: %zu of %zu hidden units are constant, %zu removed\n", look.bold, found->model, look.plain,
        found->count, found->before.units, found->before.units - found->after.units);
    if (found->box)
        printf("  evidence: proof, for every input in the box %s: the same function everywhere in it\n", found->box);
    else
        printf("  evidence: %s, %zu rows: the same function on these\n", found->data, found->rows);
    print_kept(found);
    printf("\n  %s%-12s%12s%12s%s\n", look.bold, "", "before", "after", look.plain);
    for (size_t i = 0; i < found->layer_count; i++)
        printf("  %-12s%12d%12d  %s\n", found->layers[i].name, found->layers[i].units_before,
            found->layers[i].units_after, found->layers[i].activation);
    printf("  %-12s%12zu%12zu\n", "units", found->before.units, found->after.units);
    printf("  %-12s%12zu%12zu\n", "parameters", found->before.parameters, found->after.parameters);
    print_share("accuracy", found->before.accuracy, found->after.accuracy);
    print_share(found->data ? "dead" : "proved dead", found->before.dead_share, found->after.dead_share);
    printf("\n  outputs differ by %.3g at most, on %zu %s (allowed: %.3g)\n", found->difference, found->compared,
        !found->box    ? "rows"
        : !found->data ? "random points of the box"
                       : "rows and random points of the box",
        found->allowed);
    printf("  written to %s%s%s\n", look.bold, found->saved, look.plain);
}

/* Data are read unless a box alone was asked for. */
static rl_dataset *evidence(const request *asked, const settings *s, const rl_model *model, rl_error *err)
{
    if (s->box && strcmp(s->box, "data") != 0 && !request_has(asked, "data"))
        return NULL;
    return rl_data_load(s->data,
        (rl_data_config){ .seed = s->data_seed, .class_names = model->class_names, .classes = model->classes }, err);
}

static void prune(const request *asked, const settings *s, rl_model *model, rl_error *err)
{
    rl_dataset *data = evidence(asked, s, model, err);
    rl_pruned found = { 0 };
    char *document = NULL;
    if (err->code == RL_OK && rl_prune_model(&found, model, asked->operand,
                                  (rl_prune_config){ .data = data, .box = s->box, .seed = s->data_seed }, err)) {
        rl_model small = *model;
        small.net = found.net;
        found.saved = s->save;
        if (s->json)
            document = rl_pruned_json(&found, err);
        if (err->code == RL_OK && rl_model_save(&small, s->save, err)) {
            if (document)
                fputs(document, stdout);
            else
                print_all(&found);
        }
    }
    free(document);
    rl_pruned_free(&found);
    rl_data_free(data);
}

int run_prune(const request *asked, rl_error *err)
{
    settings s;
    if (!settings_make(asked, NULL, &s, err))
        return EXIT_BAD_INPUT;
    if (!s.save)
        return rl_fail(err, RL_BAD_CONFIG, "prune writes a new model: --save FILE says where"), EXIT_BAD_INPUT;
    rl_model model = { 0 };
    if (check_writable_file("--save", s.save, err) && rl_model_load(&model, asked->operand, (rl_memory){ 0 }, err))
        prune(asked, &s, &model, err);
    rl_model_free(&model);
    return err->code ? EXIT_BAD_INPUT : EXIT_DONE;
}
