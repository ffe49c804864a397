/* relive predict: what a saved model says about a data set. */
#include "confusion.h"
#include "program.h"
#include "terminal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_SHOWN = 20 };

typedef struct {
    rl_model model;
    rl_dataset *data;
    bool labelled;
    size_t outputs;
    float *values;     /* [rows][outputs] */
    int *decided;      /* [rows]; NULL for real targets */
    size_t *confusion; /* [classes][classes]; NULL without labels */
    double accuracy, squared_error;
} prediction;

/* ---- The data ------------------------------------------------------------------------------------------------------- */

/* FILE.csv without a column of labels: read with a real target it has one feature too few, and the target is the
 * missing one. NULL if it is not that. */
static rl_dataset *load_unlabelled(const char *spec, size_t inputs)
{
    rl_error unused = { 0 };
    size_t length = strlen(spec);
    char *with_target = malloc(length + sizeof ":regression");
    if (!with_target || length < 4 || strcmp(spec + length - 4, ".csv") != 0) {
        free(with_target);
        return NULL;
    }
    sprintf(with_target, "%s:regression", spec);
    rl_dataset *cut = rl_data_load(with_target, (rl_data_config){ 0 }, &unused), *whole = NULL;
    if (cut && cut->features + 1 == inputs)
        whole = rl_data_new(cut->name, cut->rows, inputs, 0, 1, (rl_memory){ 0 }, &unused);
    for (size_t r = 0; whole && r < cut->rows; r++) {
        memcpy(whole->x + r * inputs, cut->x + r * cut->features, cut->features * sizeof *whole->x);
        whole->x[r * inputs + cut->features] = cut->y[r];
    }
    rl_data_free(cut);
    free(with_target);
    return whole;
}

static bool load(const settings *s, const char *path, prediction *p, rl_error *err)
{
    if (!rl_model_load(&p->model, path, (rl_memory){ 0 }, err))
        return false;
    const size_t inputs = (size_t)rl_net_inputs(p->model.net);
    p->outputs = (size_t)rl_net_outputs(p->model.net);
    p->data = load_unlabelled(s->data, inputs);
    p->labelled = !p->data;
    if (!p->data)
        p->data = rl_data_load(s->data,
            (rl_data_config){ .seed = s->data_seed, .class_names = p->model.class_names, .classes = p->model.classes },
            err);
    if (!p->data)
        return false;
    if (p->data->features != inputs)
        return rl_fail(err, RL_BAD_SHAPE, "%s has %zu features, the model %s takes %zu", p->data->name,
            p->data->features, path, inputs);
    if (p->labelled && p->model.classes && p->data->classes == 0)
        return rl_fail(err, RL_BAD_SHAPE, "%s has real targets, the model %s knows %zu classes", p->data->name, path,
            p->model.classes);
    if (p->labelled && !p->model.classes && p->data->classes) {
        return rl_fail(err, RL_BAD_SHAPE, "%s has classes, the model %s gives real numbers (FILE.csv:regression?)",
            p->data->name, path);
    }
    if (p->labelled && p->data->classes > p->model.classes)
        return rl_fail(err, RL_BAD_SHAPE, "%s has %zu classes, the model %s knows %zu", p->data->name, p->data->classes,
            path, p->model.classes);
    if (p->model.scaling.features)
        rl_scaling_apply(&p->model.scaling, p->data);
    return true;
}

/* ---- What the model says -------------------------------------------------------------------------------------------- */

static const rl_loss *loss_of(const prediction *p)
{
    return p->model.loss ? p->model.loss : p->model.classes ? &rl_cross_entropy : &rl_squared;
}

static bool judge(prediction *p, rl_error *err)
{
    const rl_dataset *data = p->data;
    p->accuracy = p->squared_error = NAN;
    p->values = calloc(data->rows * p->outputs, sizeof *p->values);
    p->decided = p->model.classes ? calloc(data->rows, sizeof *p->decided) : NULL;
    if (!p->values || (p->model.classes && !p->decided))
        return rl_fail(err, RL_NO_MEMORY, "out of memory for %zu outputs", data->rows * p->outputs);
    if (!rl_predict(p->model.net, 0, data, loss_of(p), p->values, p->decided, err) || !p->labelled)
        return err->code == RL_OK;
    if (!p->model.classes) {
        double sum = 0;
        for (size_t i = 0; i < data->rows * data->targets; i++)
            sum += pow((double)p->values[i] - (double)data->y[i], 2);
        p->squared_error = sum / (double)(data->rows * data->targets);
        return true;
    }
    p->confusion = calloc(p->model.classes * p->model.classes, sizeof *p->confusion);
    if (!p->confusion)
        return rl_fail(err, RL_NO_MEMORY, "out of memory for a confusion matrix of %zu classes", p->model.classes);
    confusion_count(p->confusion, p->model.classes, data->y, p->decided, data->rows);
    size_t right = 0;
    for (size_t c = 0; c < p->model.classes; c++)
        right += p->confusion[c * p->model.classes + c];
    p->accuracy = (double)right / (double)data->rows;
    return true;
}

/* ---- On the terminal ------------------------------------------------------------------------------------------------ */

/* One line a row: the class and its probability, or the outputs. A pipe gets all rows, a terminal the first. */
static void print_rows(const prediction *p, style look)
{
    size_t shown = terminal_is(stdout) && p->data->rows > ROWS_SHOWN ? ROWS_SHOWN : p->data->rows;
    printf("\n  %s%8s  %s%s\n", look.bold, "row", p->decided ? "class" : "output", look.plain);
    for (size_t r = 0; r < shown; r++) {
        const float *values = p->values + r * p->outputs;
        printf("  %8zu", r + 1);
        if (p->decided) {
            int c = p->decided[r];
            double share = p->outputs > 1 ? (double)values[c] : c ? (double)values[0] : 1 - (double)values[0];
            if (p->model.class_names)
                printf("  %s", p->model.class_names[c]);
            else
                printf("  %d", c);
            if (loss_of(p) != &rl_squared)
                printf(" %s(%.3f)%s", look.dim, share, look.plain);
        } else {
            for (size_t o = 0; o < p->outputs; o++)
                printf("  %.6g", (double)values[o]);
        }
        putchar('\n');
    }
    if (shown < p->data->rows)
        printf("  %s… %zu more rows: --json has all%s\n", look.dim, p->data->rows - shown, look.plain);
}

static void print_all(const prediction *p, const char *path)
{
    style look = terminal_style(stdout);
    printf("%s%s%s on %s: %zu rows", look.bold, path, look.plain, p->data->name, p->data->rows);
    if (isfinite(p->accuracy))
        printf(", accuracy %s%.2f %%%s", look.bold, 100 * p->accuracy, look.plain);
    if (isfinite(p->squared_error))
        printf(", mean squared error %s%.6g%s", look.bold, p->squared_error, look.plain);
    putchar('\n');
    if (p->confusion)
        confusion_print(p->confusion, p->model.classes, p->model.class_names, "all rows", look);
    else
        print_rows(p, look);
}

int run_predict(const request *asked, rl_error *err)
{
    settings s;
    if (!settings_make(asked, NULL, &s, err))
        return EXIT_BAD_INPUT;
    prediction p = { 0 };
    char *document = NULL;
    if (load(&s, asked->operand, &p, err) && judge(&p, err)) {
        if (s.json)
            document = rl_prediction_json(&(rl_prediction_found){ .rows = p.data->rows,
                                              .outputs = p.outputs,
                                              .values = p.values,
                                              .decided = p.decided,
                                              .classes = p.model.classes,
                                              .class_names = p.model.class_names,
                                              .accuracy = p.accuracy,
                                              .confusion = p.confusion,
                                              .squared_error = p.squared_error },
                err);
        if (document)
            fputs(document, stdout);
        else if (!s.json)
            print_all(&p, asked->operand);
    }
    free(document);
    free(p.values);
    free(p.decided);
    free(p.confusion);
    rl_data_free(p.data);
    rl_model_free(&p.model);
    return err->code ? EXIT_BAD_INPUT : EXIT_DONE;
}
