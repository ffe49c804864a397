/* relive train: one net, or one for each of several seeds; what it learned, what died, and the files it leaves. */
#include "confusion.h"
#include "terminal.h"
#include "training.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- On the terminal ---------------------------------------------------------------------------------------------- */

static void print_number(double value, const char *format, int width)
{
    char text[32];
    snprintf(text, sizeof text, format, value);
    printf(" %*s", width, isfinite(value) ? text : "-");
}

static void print_figures(double loss, double train_accuracy, double test_accuracy, double dead, double silent)
{
    print_number(loss, "%.4f", 10);
    print_number(100 * train_accuracy, "%.1f %%", 11);
    print_number(100 * test_accuracy, "%.1f %%", 10);
    print_number(100 * dead, "%.1f %%", 9);
    print_number(100 * silent, "%.1f %%", 9);
}

static void print_title(const settings *s, const rl_dataset *data, const rl_parts *parts, style look_of)
{
    char label[RL_NAME_ROOM];
    rl_arm_label(s->arms[0], label, sizeof label);
    printf("%s%s%s on %s: %zu", look_of.bold, label, look_of.plain, data->name, data->features);
    if (s->recipe.layers) {
        printf(" – %s", s->recipe.layers);
    } else {
        for (int i = 0; i < s->recipe.hidden_count; i++)
            printf("–%d", s->recipe.hidden[i]);
        printf("–%zu", s->recipe.training.loss == &rl_binary ? 1 : data->classes ? data->classes : data->targets);
    }
    printf(", %zu training rows", parts->train->rows);
    if (parts->validation)
        printf(", %zu for validation", parts->validation->rows);
    if (parts->test)
        printf(", %zu for testing", parts->test->rows);
    printf("\n\n");
}

/* Every epoch of a short training; of a long one about twelve. */
static void print_course(const seed_run *run, style look_of)
{
    printf("  %s%6s %10s %11s %10s %9s %9s%s\n", look_of.bold, "epoch", "loss", "train acc.", "test acc.", "dead",
        "silent", look_of.plain);
    size_t every = run->look_count / 12 + 1;
    for (size_t i = 0; i < run->look_count; i++) {
        const look *seen = &run->looks[i];
        if (i % every != 0 && i + 1 < run->look_count)
            continue;
        printf("  %6ld", seen->epoch);
        print_figures(
            seen->train_loss, seen->train_accuracy, seen->test_accuracy, seen->dead_share, seen->silent_share);
        putchar('\n');
    }
}

static void print_ids(const char *what, const int *ids, size_t count)
{
    printf("%zu %s", count, what);
    for (size_t i = 0; i < count && i < 10; i++)
        printf("%s%d", i ? ", " : ": ", ids[i]);
    if (count > 10)
        printf(", …");
}

static void print_layers(const rl_trained *found, style look_of)
{
    printf("\n%sHidden units%s, on %zu training rows\n", look_of.bold, look_of.plain,
        found->layer_count ? found->layers[0].rows : 0);
    for (size_t i = 0; i < found->layer_count; i++) {
        const rl_layer_state *layer = &found->layers[i];
        printf("  %-10s %s, %d units, ", layer->name, layer->activation, layer->units);
        print_ids("dead", layer->dead, layer->dead_count);
        printf("; ");
        print_ids("silent", layer->silent, layer->silent_count);
        putchar('\n');
    }
}

static void print_through_time(const rl_trained *found)
{
    if (found->reach_last && found->steps > 1 && found->fate.state != RL_DIVERGED)
        printf("\nBack through %zu steps the first gets of the last one's gradient %.2g times before training, %.2g "
               "after.\n",
            found->steps, found->reach_first[0] / found->reach_first[found->steps - 1],
            found->reach_last[0] / found->reach_last[found->steps - 1]);
}

static void print_fate(const rl_trained *found)
{
    if (found->fate.state == RL_DIVERGED)
        printf("\nDiverged at step %ld: loss or weights were no longer finite.\n", found->fate.diverged_at);
    else if (found->fate.best_epoch >= 0)
        printf("\n%s; the weights are those of epoch %ld, the best on the validation part.\n",
            found->fate.state == RL_STOPPED_EARLY ? "Stopped early" : "Trained to the end", found->fate.best_epoch);
}

static void print_seeds(const training_run *run, uint64_t first_seed, style look_of)
{
    printf("  %s%6s %10s %11s %10s %9s %9s%s\n", look_of.bold, "seed", "loss", "train acc.", "test acc.", "dead",
        "silent", look_of.plain);
    for (size_t i = 0; i < run->seeds; i++) {
        const seed_line *line = &run->lines[i];
        if (line->diverged_at == SEED_UNFINISHED)
            continue;
        printf("  %6" PRIu64, first_seed + i);
        if (line->diverged_at >= 0)
            printf(" diverged at step %ld", line->diverged_at);
        else
            print_figures(line->loss, line->train_accuracy, line->test_accuracy, line->dead_share, line->silent_share);
        putchar('\n');
    }
}

/* ---- Files -------------------------------------------------------------------------------------------------------- */

static void write_cell(FILE *file, double value)
{
    if (isfinite(value))
        fprintf(file, ",%.9g", value);
    else
        fputc(',', file);
}

static bool write_log(const training_run *run, const char *path, rl_error *err)
{
    char *text = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);
    if (!memory)
        return rl_fail(err, RL_NO_MEMORY, "out of memory for %s", path);
    fputs("seed,step,epoch,train_loss,train_accuracy,validation_loss,test_loss,test_accuracy,dead_share,silent_share\n",
        memory);
    for (size_t i = 0; i < run->seeds; i++) {
        const seed_run *r = run->runs[i];
        for (size_t k = 0; r && k < r->look_count; k++) {
            const look *seen = &r->looks[k];
            const double values[] = { seen->train_loss, seen->train_accuracy, seen->validation_loss, seen->test_loss,
                seen->test_accuracy, seen->dead_share, seen->silent_share };
            fprintf(memory, "%" PRIu64 ",%ld,%ld", r->found.seed, seen->step, seen->epoch);
            for (size_t v = 0; v < sizeof values / sizeof *values; v++)
                write_cell(memory, values[v]);
            fputc('\n', memory);
        }
    }
    bool good = !ferror(memory);
    if (fclose(memory) != 0 || !good)
        rl_fail(err, RL_NO_MEMORY, "out of memory for %s", path);
    else
        rl_write_file(path, text, size, err);
    free(text);
    return err->code == RL_OK;
}

static const rl_loss *loss_of(const settings *s, const rl_dataset *data)
{
    return s->recipe.training.loss ? s->recipe.training.loss : data->classes ? &rl_cross_entropy : &rl_squared;
}

static bool save_model(const settings *s, const rl_dataset *data, const rl_parts *parts, const training_run *run,
    const seed_run *best, rl_error *err)
{
    if (!best)
        return rl_fail(err, RL_BAD_CONFIG, "--save %s: nothing to save: every training diverged", s->save);
    const rl_model model = { .net = best->net,
        .scaling = parts->scaling,
        .loss = loss_of(s, data),
        .classes = data->classes,
        .class_names = data->class_names,
        .seed = best->found.seed };
    return rl_model_save(&model, s->save, err) && (s->seeds > 1 || training_save_state(run, s->save, err));
}

/* ---- The verb ----------------------------------------------------------------------------------------------------- */

/* Which part the confusion matrix of a single seed is of. */
static const rl_dataset *judged_part(const rl_parts *parts)
{
    return parts->test ? parts->test : parts->train;
}

/* [classes][classes], or NULL where there is none to make (real targets, several seeds, diverged) or on failure. */
static size_t *make_confusion(
    const settings *s, const rl_dataset *data, const rl_parts *parts, const seed_run *only, rl_error *err)
{
    if (s->seeds != 1 || data->classes == 0 || only->found.fate.state == RL_DIVERGED || loss_of(s, data) == &rl_squared)
        return NULL;
    const rl_dataset *part = judged_part(parts);
    size_t *count = calloc(data->classes * data->classes, sizeof *count);
    int *said = calloc(part->rows, sizeof *said);
    if (!count || !said) {
        rl_fail(err, RL_NO_MEMORY, "out of memory for a confusion matrix of %zu classes", data->classes);
    } else if (rl_predict(only->net, 0, part, loss_of(s, data), NULL, said, err)) {
        confusion_count(count, data->classes, part->y, said, part->rows);
        free(said);
        return count;
    }
    free(count);
    free(said);
    return NULL;
}

typedef char *(*document_of)(const rl_training_found *found, rl_error *err);

static char *make_document(document_of write, const settings *s, const rl_dataset *data, const rl_parts *parts,
    const training_run *run, const seed_run *saved, const size_t *confusion, rl_error *err)
{
    rl_trained *seeds = calloc(run->finished ? run->finished : 1, sizeof *seeds);
    if (!seeds) {
        rl_fail(err, RL_NO_MEMORY, "out of memory");
        return NULL;
    }
    size_t count = 0;
    for (size_t i = 0; i < run->seeds; i++)
        if (run->runs[i])
            seeds[count++] = run->runs[i]->found;
    char *document = write(&(rl_training_found){ .data = data->name,
                               .data_seed = s->data_seed,
                               .rows = data->rows,
                               .features = data->features,
                               .classes = data->classes,
                               .train_rows = parts->train->rows,
                               .validation_rows = parts->validation ? parts->validation->rows : 0,
                               .test_rows = parts->test ? parts->test->rows : 0,
                               .recipe = &s->recipe,
                               .arm = s->arms[0],
                               .census = s->census,
                               .seeds = seeds,
                               .seed_count = count,
                               .interrupted = run->finished < run->seeds,
                               .saved = saved ? s->save : NULL,
                               .saved_seed = saved ? saved->found.seed : 0,
                               .trainings = run->finished,
                               .seconds = run->seconds,
                               .samples = run->samples,
                               .threads = run->threads * run->threads_of_a_net,
                               .lanes = run->lanes,
                               .confusion = confusion },
        err);
    free(seeds);
    return document;
}

/* Every death and revival, in DIR/events.csv. */
static bool write_events(
    const settings *s, const rl_dataset *data, const rl_parts *parts, const training_run *run, rl_error *err)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/events.csv", s->out) >= (int)sizeof path)
        return rl_fail(err, RL_BAD_CONFIG, "--out: the path is too long");
    char *text = make_document(rl_training_events, s, data, parts, run, NULL, NULL, err);
    if (text && mkdir(s->out, 0777) != 0 && errno != EEXIST)
        rl_fail(err, RL_BAD_CONFIG, "--out %s: cannot be made: %s", s->out, strerror(errno));
    if (text)
        rl_write_file(path, text, strlen(text), err);
    free(text);
    return err->code == RL_OK;
}

static void print_result(const settings *s, const rl_dataset *data, const rl_parts *parts, const training_run *run,
    const seed_run *saved, const size_t *confusion)
{
    style look_of = terminal_style(stdout);
    print_title(s, data, parts, look_of);
    if (s->seeds == 1) {
        print_course(run->only, look_of);
        print_fate(&run->only->found);
        if (run->only->found.fate.state != RL_DIVERGED)
            print_layers(&run->only->found, look_of);
        print_through_time(&run->only->found);
        if (confusion)
            confusion_print(confusion, data->classes, data->class_names,
                parts->test ? "the test part" : "the training part", look_of);
    } else {
        print_seeds(run, s->first_seed, look_of);
    }
    printf("\n%zu training%s in ", run->finished, run->finished == 1 ? "" : "s");
    if (run->seconds < 0.001)
        printf("less than a millisecond\n");
    else
        printf("%.3g s\n", run->seconds);
    if (saved && s->seeds == 1)
        printf("Model: %s; to go on: --resume %s\n", s->save, s->save);
    else if (saved)
        printf("Model: %s, of seed %" PRIu64 ", the best by %s loss\n", s->save, saved->found.seed,
            parts->validation ? "validation"
            : parts->test     ? "test"
                              : "training");
    if (s->log)
        printf("Log: %s\n", s->log);
    if (s->out)
        printf("Events: %s/events.csv\n", s->out);
}

/* Nothing of what was trained is shown or saved unless all of it can be. */
static void present(
    const settings *s, const rl_dataset *data, const rl_parts *parts, const training_run *run, rl_error *err)
{
    const seed_run *saved = run->best;
    size_t *confusion = make_confusion(s, data, parts, run->only, err);
    char *document = s->json ? make_document(rl_training_json, s, data, parts, run, saved, confusion, err) : NULL;
    if (err->code == RL_OK && s->save)
        save_model(s, data, parts, run, saved, err);
    if (err->code == RL_OK && s->log)
        write_log(run, s->log, err);
    if (err->code == RL_OK && s->out)
        write_events(s, data, parts, run, err);
    if (err->code == RL_OK && document)
        fputs(document, stdout);
    else if (err->code == RL_OK)
        print_result(s, data, parts, run, saved, confusion);
    free(document);
    free(confusion);
}

static void tell_interruption(const settings *s, const training_run *run, rl_error *err)
{
    const seed_run *only = run->only;
    long epochs = only && only->trainer ? rl_trainer_epochs(only->trainer) : 0;
    if (run->finished)
        rl_fail(
            err, RL_INTERRUPTED, "interrupted: %zu of %zu seeds were finished and are kept", run->finished, run->seeds);
    else if (epochs > 0 && s->save && training_save_state(run, s->save, err))
        rl_fail(
            err, RL_INTERRUPTED, "interrupted after epoch %ld; --resume %.120s goes on from there", epochs, s->save);
    else
        rl_fail(err, RL_INTERRUPTED, "interrupted before a seed was finished; nothing is written");
}

static bool check(const settings *s, rl_error *err)
{
    if (s->resume && s->seeds > 1)
        return rl_fail(err, RL_BAD_CONFIG, "--resume goes on with one seed, found --seeds %zu", s->seeds);
    if (s->resume && s->init_from)
        return rl_fail(err, RL_BAD_CONFIG, "--resume and --init-from: give one of them, both say where to start");
    return (!s->save || check_writable_file("--save", s->save, err)) &&
           (!s->log || check_writable_file("--log", s->log, err)) &&
           (!s->out || check_writable_folder("--out", s->out, err));
}

int run_train(const request *asked, rl_error *err)
{
    settings s;
    if (!settings_make(asked, NULL, &s, err))
        return EXIT_BAD_INPUT;
    if (s.regime_count && !settings_make(asked, s.regimes[0], &s, err))
        return EXIT_BAD_INPUT;
    if (!check(&s, err))
        return EXIT_BAD_INPUT;
    rl_dataset *data = rl_data_load(s.data, (rl_data_config){ .seed = s.data_seed }, err);
    rl_parts parts = { 0 };
    training_run run = { 0 };
    if (data && rl_parts_make(&s.recipe, data, s.data_seed, &parts, err)) {
        interrupt_catch();
        if (training_do(&s, &parts, &run, err)) {
            if (run.finished)
                present(&s, data, &parts, &run, err);
            if (run.finished < run.seeds && err->code == RL_OK)
                tell_interruption(&s, &run, err);
        }
    }
    training_free(&run);
    rl_parts_free(&parts);
    rl_data_free(data);
    return err->code ? EXIT_BAD_INPUT : EXIT_DONE;
}
