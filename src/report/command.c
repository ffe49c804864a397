#include "report/command.h"
#include "report/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    char text[4096]; /* as much as a settings file may hold of one option */
} value;

static void put_float(value *v, float number)
{
    for (int digits = 1; digits <= 9; digits++) {
        snprintf(v->text, sizeof v->text, "%.*g", digits, (double)number);
        if (strtof(v->text, NULL) == number)
            break;
    }
}

static void put_text(value *v, const char *text)
{
    snprintf(v->text, sizeof v->text, "%s", text);
}

/* ---- One function an option: its value in a recipe, as one would type it ---- */

static void hidden(const rl_recipe *recipe, value *v)
{
    size_t used = 0;
    v->text[0] = '\0';
    for (int i = 0; i < recipe->hidden_count && used + 12 < sizeof v->text; i++)
        used += (size_t)snprintf(v->text + used, sizeof v->text - used, "%s%d", i ? "," : "", recipe->hidden[i]);
}

static void layers(const rl_recipe *recipe, value *v)
{
    put_text(v, recipe->layers ? recipe->layers : "");
}

static void recurrent_init(const rl_recipe *recipe, value *v)
{
    put_text(v, recipe->recurrent_init ? rl_initialiser_name(recipe->recurrent_init) : "");
}

static void init(const rl_recipe *recipe, value *v)
{
    value sd;
    put_float(&sd, recipe->init_sd);
    put_text(v, recipe->init ? rl_initialiser_name(recipe->init) : "he");
    if (recipe->init == &rl_normal)
        snprintf(v->text, sizeof v->text, "normal:%.40s", sd.text);
}

static void bias(const rl_recipe *recipe, value *v)
{
    put_float(v, recipe->bias);
}

static void dropout(const rl_recipe *recipe, value *v)
{
    put_float(v, recipe->dropout);
}

static void standardize(const rl_recipe *recipe, value *v)
{
    put_text(v, recipe->standardize == RL_CENTRED ? "center" : recipe->standardize == RL_STANDARDISED ? "on" : "off");
}

static void test_share(const rl_recipe *recipe, value *v)
{
    snprintf(v->text, sizeof v->text, "%.12g", recipe->test_share);
}

static void validation_share(const rl_recipe *recipe, value *v)
{
    snprintf(v->text, sizeof v->text, "%.12g", recipe->validation_share);
}

static void epochs(const rl_recipe *recipe, value *v)
{
    snprintf(v->text, sizeof v->text, "%ld", recipe->training.epochs > 0 ? recipe->training.epochs : 10);
}

static void batch(const rl_recipe *recipe, value *v)
{
    int rows = recipe->training.batch;
    snprintf(v->text, sizeof v->text, "%d", rows);
    if (rows < 0)
        put_text(v, "full");
}

static void rate(const rl_recipe *recipe, value *v)
{
    put_float(v, recipe->training.rate);
}

static void optimizer(const rl_recipe *recipe, value *v)
{
    put_text(v, recipe->training.optimiser ? rl_optimiser_name(recipe->training.optimiser) : "sgd");
}

static void momentum(const rl_recipe *recipe, value *v)
{
    put_float(v, recipe->training.momentum);
}

static void schedule(const rl_recipe *recipe, value *v)
{
    rl_schedule s = recipe->training.schedule;
    put_text(v, s == RL_STEP ? "step" : s == RL_COSINE ? "cosine" : "constant");
}

static void loss(const rl_recipe *recipe, value *v)
{
    put_text(v, recipe->training.loss ? recipe->training.loss->name : "");
}

static void l1(const rl_recipe *recipe, value *v)
{
    put_float(v, recipe->training.l1);
}

static void l2(const rl_recipe *recipe, value *v)
{
    put_float(v, recipe->training.l2);
}

static void decay_biases(const rl_recipe *recipe, value *v)
{
    put_text(v, recipe->training.decay_biases ? "yes" : "");
}

static void clip(const rl_recipe *recipe, value *v)
{
    put_float(v, recipe->training.clip);
}

static void early_stop(const rl_recipe *recipe, value *v)
{
    snprintf(v->text, sizeof v->text, "%ld", recipe->training.patience);
}

static const struct {
    const char *name;
    void (*of)(const rl_recipe *recipe, value *v);
    bool flag; /* takes no value: named, or not */
} OPTIONS[] = {
    { "hidden", hidden, false },
    { "layers", layers, false },
    { "init", init, false },
    { "recurrent-init", recurrent_init, false },
    { "bias", bias, false },
    { "dropout", dropout, false },
    { "standardize", standardize, false },
    { "test-share", test_share, false },
    { "validation-share", validation_share, false },
    { "epochs", epochs, false },
    { "batch", batch, false },
    { "lr", rate, false },
    { "optimizer", optimizer, false },
    { "momentum", momentum, false },
    { "schedule", schedule, false },
    { "loss", loss, false },
    { "l1", l1, false },
    { "l2", l2, false },
    { "decay-biases", decay_biases, true },
    { "clip", clip, false },
    { "early-stop", early_stop, false },
};
enum { OPTION_COUNT = sizeof OPTIONS / sizeof *OPTIONS };

/* ---- Which of them must be named ---- */

static const rl_architecture *architecture_of(const rl_results *results)
{
    return results->architecture ? results->architecture : &rl_architecture_mlp;
}

/* What the regime alone would have given; false if no regime goes by that name. */
static bool base_of(const rl_results *results, const char *name, rl_recipe *base)
{
    rl_error unknown = { 0 };
    const rl_regime *regime = rl_architecture_regime(architecture_of(results), name, &unknown);
    *base = rl_recipe_default();
    if (regime)
        regime->apply(base);
    return regime != NULL;
}

static bool can_be_said(const rl_recipe *recipe, const rl_recipe *base)
{
    const rl_training *a = &recipe->training, *b = &base->training;
    return a->beta1 == b->beta1 && a->beta2 == b->beta2 && a->smoothing == b->smoothing && a->epsilon == b->epsilon &&
           a->step_every == b->step_every && a->step_factor == b->step_factor && a->in_order == b->in_order;
}

static bool differs(const rl_recipe *recipe, const rl_recipe *base, size_t option)
{
    value ours, theirs;
    OPTIONS[option].of(recipe, &ours);
    OPTIONS[option].of(base, &theirs);
    return strcmp(ours.text, theirs.text) != 0;
}

/* Must the option be named for some regime of first … last? */
static bool is_needed(const rl_results *results, size_t first, size_t last, size_t option)
{
    for (size_t s = first; s <= last; s++) {
        rl_recipe base;
        base_of(results, results->settings[s].name, &base);
        if (differs(&results->settings[s].recipe, &base, option))
            return true;
    }
    return false;
}

/* One command serves all regimes if whatever must be named has the same value in each. */
static bool is_one_command(const rl_results *results)
{
    for (size_t option = 0; option < OPTION_COUNT; option++)
        for (size_t s = 1; s < results->setting_count; s++)
            if (differs(&results->settings[s].recipe, &results->settings[0].recipe, option) &&
                is_needed(results, 0, results->setting_count - 1, option))
                return false;
    return true;
}

/* ---- Writing ---- */

static void write_quoted(rl_writing *to, const char *text)
{
    static const char SAFE[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=.,:/@%";
    if (*text && text[strspn(text, SAFE)] == '\0') {
        rl_write(to, "%s", text);
        return;
    }
    rl_write(to, "'");
    for (; *text; text++)
        rl_write_bytes(to, *text == '\'' ? "'\\''" : text, *text == '\'' ? 4 : 1);
    rl_write(to, "'");
}

static bool are_all_regimes(const rl_results *results)
{
    const rl_regime *regimes = architecture_of(results)->regimes;
    const size_t count = architecture_of(results)->regime_count;
    if (results->setting_count != count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (strcmp(regimes[i].name, results->settings[i].name) != 0)
            return false;
    return true;
}

static void write_label(rl_writing *to, rl_arm arm, bool first)
{
    char label[RL_NAME_ROOM];
    rl_arm_label(arm, label, sizeof label);
    rl_write(to, "%s%s", first ? "" : ",", label);
}

/* Where the cures are the arms, the settings of a regime are its activations. */
static void write_arms(rl_writing *to, const rl_results *results)
{
    const bool cures = rl_arm_is_cure(results->arms[0]);
    const size_t count = cures ? rl_settings_of_a_regime(results) : results->arm_count;
    bool steps_at_zero = false;
    rl_write(to, " --activations ");
    for (size_t a = 0; a < count; a++) {
        const rl_arm arm = cures ? results->settings[a].base : results->arms[a];
        write_label(to, arm, a == 0);
        steps_at_zero = steps_at_zero || (arm.curve == &rl_relu && arm.alpha == 1);
    }
    rl_write(to, "%s%s", steps_at_zero ? " --at-zero 1" : "", cures ? " --cures " : "");
    for (size_t a = 0; cures && a < results->arm_count; a++)
        write_label(to, results->arms[a], a == 0);
}

static void write_one(rl_writing *to, const rl_results *results, size_t first, size_t last)
{
    const size_t step = rl_settings_of_a_regime(results);
    rl_write(to, "relive compare ");
    if (results->topic && results->topic != &rl_topic_activations)
        rl_write(to, "--study %s ", results->topic->name);
    if (architecture_of(results) != &rl_architecture_mlp && architecture_of(results) != rl_architecture_own())
        rl_write(to, "--model %s ", architecture_of(results)->name);
    rl_write(to, "--data ");
    write_quoted(to, results->data_spec ? results->data_spec : results->data_name);
    write_arms(to, results);
    rl_write(to, " --regime ");
    if (first != last && are_all_regimes(results))
        rl_write(to, "all");
    else
        for (size_t s = first; s <= last; s += step)
            rl_write(to, "%s%s", s > first ? "," : "", results->settings[s].name);
    rl_write(to, " --seeds %zu --seed %llu --data-seed %llu", results->seeds, (unsigned long long)results->first_seed,
        (unsigned long long)results->data_seed);
    if (results->census)
        rl_write(to, " --census %ld", results->census);
    for (size_t option = 0; option < OPTION_COUNT; option++) {
        value v;
        OPTIONS[option].of(&results->settings[first].recipe, &v);
        if (!is_needed(results, first, last, option))
            continue;
        rl_write(to, " --%s", OPTIONS[option].name);
        if (OPTIONS[option].flag)
            continue;
        rl_write(to, " ");
        write_quoted(to, v.text);
    }
    rl_write(to, "\n");
}

bool rl_write_command(rl_writing *to, const rl_results *results)
{
    for (size_t s = 0; s < results->setting_count; s++) {
        rl_recipe base;
        if (!base_of(results, results->settings[s].name, &base) || !can_be_said(&results->settings[s].recipe, &base))
            return false;
    }
    if (is_one_command(results))
        write_one(to, results, 0, results->setting_count - 1);
    else
        for (size_t s = 0, step = rl_settings_of_a_regime(results); s < results->setting_count; s += step)
            write_one(to, results, s, s + step - 1);
    return true;
}
