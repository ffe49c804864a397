/* From the command line and the settings file to settings. */
#include "program.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int option_index(const char *name)
{
    for (size_t i = 0; i < option_count; i++)
        if (!strcmp(options[i].name, name))
            return (int)i;
    return -1;
}

bool request_has(const request *asked, const char *option_name)
{
    int i = option_index(option_name);
    return i >= 0 && (asked->line[i] || asked->file[i]);
}

/* An option nobody knows, or one that another verb takes. */
static bool refuse(const verb *which, const char *name, rl_error *err)
{
    const char *takes[MOST_OPTIONS] = { 0 };
    size_t taken = 0;
    for (size_t i = 0; i < option_count; i++)
        if (options[i].verbs & which->bit)
            takes[taken++] = options[i].name;
    const char *nearest = rl_nearest_name(name, takes, taken);
    const char *hint = nearest ? "; did you mean --" : "; see relive ";
    const char *what = nearest ? nearest : which->name;
    const char *tail = nearest ? "?" : " --help";
    if (option_index(name) >= 0)
        return rl_fail(err, RL_BAD_CONFIG, "%s takes no option --%s%s%s%s", which->name, name, hint, what, tail);
    return rl_fail(err, RL_BAD_CONFIG, "unknown option \"--%.60s\"%s%s%s", name, hint, what, tail);
}

static bool read_line(request *asked, int count, char **arguments, rl_error *err)
{
    bool only_operands = false;
    for (int i = 0; i < count; i++) {
        char *text = arguments[i];
        if (!only_operands && !strcmp(text, "--")) {
            only_operands = true;
            continue;
        }
        if (!only_operands && (!strcmp(text, "--help") || !strcmp(text, "-h"))) {
            asked->help = true;
            return true;
        }
        if (only_operands || text[0] != '-' || !text[1]) {
            if (!asked->verb->operand)
                return rl_fail(err, RL_BAD_CONFIG, "%s takes only options, found \"%.60s\"; see relive %s --help",
                    asked->verb->name, text, asked->verb->name);
            if (asked->operand)
                return rl_fail(err, RL_BAD_CONFIG, "%s takes one %s, found \"%.60s\" and \"%.60s\"", asked->verb->name,
                    asked->verb->operand, asked->operand, text);
            asked->operand = text;
            continue;
        }
        if (text[1] != '-')
            return rl_fail(err, RL_BAD_CONFIG, "unknown option \"%.60s\": options begin with two dashes", text);
        char name[64];
        size_t length = strcspn(text + 2, "=");
        if (length >= sizeof name)
            return rl_fail(err, RL_BAD_CONFIG, "unknown option \"%.60s…\"", text);
        memcpy(name, text + 2, length);
        name[length] = '\0';
        const char *value = text[2 + length] == '=' ? text + 2 + length + 1 : NULL;
        int index = option_index(name);
        if (index < 0 || !(options[index].verbs & asked->verb->bit))
            return refuse(asked->verb, name, err);
        if (!options[index].argument) {
            if (value)
                return rl_fail(err, RL_BAD_CONFIG, "--%s takes no value, found \"%.60s\"", name, value);
            value = "on";
        } else if (!value) {
            if (++i == count)
                return rl_fail(err, RL_BAD_CONFIG, "--%s needs a value: --%s %s", name, name, options[index].argument);
            value = arguments[i];
        }
        asked->line[index] = value;
    }
    return true;
}

static bool read_file(request *asked, rl_error *err)
{
    int config = option_index("config");
    asked->file_path = asked->line[config];
    if (!asked->file_path)
        return true;
    if (!config_read(asked->file_path, asked->file, asked->file_line, err))
        return false;
    for (size_t i = 0; i < option_count; i++) {
        if (!asked->file[i])
            continue;
        if ((int)i == config)
            return rl_fail(err, RL_BAD_FILE, "%s line %d: a settings file cannot name another one", asked->file_path,
                asked->file_line[i]);
        if (!(options[i].verbs & asked->verb->bit))
            return rl_fail(err, RL_BAD_FILE, "%s line %d: %s takes no option \"%s\"", asked->file_path,
                asked->file_line[i], asked->verb->name, options[i].name);
    }
    return true;
}

bool request_read(request *asked, const verb *which, int count, char **arguments, rl_error *err)
{
    *asked = (request){ .verb = which, .arguments = arguments - 2 };
    if (!read_line(asked, count, arguments, err))
        return false;
    if (asked->help)
        return true;
    if (which->operand && which->operand[0] != '[' && !asked->operand)
        return rl_fail(
            err, RL_BAD_CONFIG, "%s needs a %s; see relive %s --help", which->name, which->operand, which->name);
    return read_file(asked, err);
}

void request_free(request *asked)
{
    for (size_t i = 0; i < option_count; i++)
        free(asked->file[i]);
}

/* Before a regime has been applied only the architecture knows. */
static bool made_of_widths(const settings *s)
{
    return !s->recipe.layers && s->architecture == &rl_architecture_mlp;
}

/* What no single option can know. */
static bool settle(const request *asked, settings *s, rl_error *err)
{
    rl_recipe *recipe = &s->recipe;
    rl_training *training = &recipe->training;
    if (training->patience > 0) {
        if (!request_has(asked, "validation-share"))
            recipe->validation_share = 0.1;
        else if (recipe->validation_share <= 0)
            return rl_fail(err, RL_BAD_CONFIG, "--early-stop needs validation rows: a --validation-share above 0");
    }
    if (request_has(asked, "momentum") && training->optimiser != &rl_momentum && training->optimiser != &rl_nesterov)
        return rl_fail(err, RL_BAD_CONFIG, "--momentum: %s has none; choose --optimizer momentum or nesterov",
            training->optimiser ? rl_optimiser_name(training->optimiser) : "sgd");
    for (size_t i = 0; i < s->arm_count; i++)
        if (s->arms[i].curve == &rl_relu && request_has(asked, "at-zero"))
            s->arms[i].alpha = s->at_zero;
    if (s->revive_every)
        s->arms[0].redo_every = s->revive_every;
    if (recipe->layers && request_has(asked, "hidden"))
        return rl_fail(err, RL_BAD_CONFIG, "--hidden and --%s: give one of them, both say what the layers are",
            request_has(asked, "layers") ? "layers" : "model");
    if (recipe->layers && recipe->dropout > 0)
        return rl_fail(err, RL_BAD_CONFIG, "--dropout goes with --hidden; in --layers it is a layer: dropout 0.5");
    if (recipe->recurrent_init && made_of_widths(s))
        return rl_fail(err, RL_BAD_CONFIG,
            "--recurrent-init goes with a recurrent layer: --layers \"rnn 32 curve; last; outputs\"");
    for (size_t i = 0; i < s->arm_count; i++)
        if (s->arms[i].gates && !(asked->verb->bit & (COMPARE | TRAIN)))
            return rl_fail(err, RL_BAD_CONFIG, "\"%s\" is a recurrent layer and no curve, expected an activation",
                s->arms[i].gates->name);
    if (asked->verb->bit == TRAIN && s->regime_count > 1)
        return rl_fail(err, RL_BAD_CONFIG, "--regime: train takes one, found %zu", s->regime_count);
    return true;
}

static const char *asked_text(const request *asked, int which)
{
    return asked->line[which] ? asked->line[which] : asked->file[which];
}

/* One option's text into the settings; the error says whose it was. */
static bool apply(const request *asked, settings *made, size_t which, const char *text, rl_error *err)
{
    rl_error local = { 0 };
    if (options[which].apply(made, text, &local))
        return true;
    if (!asked->file[which] || asked->line[which])
        return rl_fail(err, local.code, "--%s: %s", options[which].name, local.text);
    return rl_fail(err, local.code, "%s line %d: %s: %s", asked->file_path, asked->file_line[which],
        options[which].name, local.text);
}

static void begin_signal(settings *made)
{
    static const rl_activation *const curves[] = { &rl_sigmoid, &rl_tanh }; /* beside ReLU */
    static const rl_initialiser *const inits[] = { &rl_he, &rl_xavier, &rl_lecun, &rl_orthogonal, &rl_asymmetric };
    static const int depths[] = { 2, 10, 30, 50 };
    for (size_t i = 0; i < sizeof curves / sizeof *curves; i++)
        made->arms[made->arm_count++] = (rl_arm){ .curve = curves[i] };
    for (size_t i = 0; i < sizeof inits / sizeof *inits; i++)
        made->inits[made->init_count++].init = inits[i];
    for (size_t i = 0; i < sizeof depths / sizeof *depths; i++)
        made->depths[made->depth_count++] = depths[i];
    made->birth.width = 32;
    made->birth.trials = 100;
}

/* Layers of one's own are a model of their own; a model may depend on the data. */
static bool choose_architecture(const request *asked, settings *made, rl_error *err)
{
    const int model = option_index("model");
    if (!request_has(asked, "model")) {
        if (request_has(asked, "layers"))
            made->architecture = rl_architecture_own();
        return true;
    }
    if (request_has(asked, "layers"))
        return rl_fail(err, RL_BAD_CONFIG, "--model and --layers: give one of them, both say what the nets are");
    made->data = asked_text(asked, option_index("data"));
    return apply(asked, made, (size_t)model, asked_text(asked, model), err);
}

/* What adversarial nets are compared on, and how they are trained, unless something else is asked for. */
static bool begin_gan(const request *asked, settings *made, rl_error *err)
{
    const char *data = asked_text(asked, option_index("data"));
    if (request_has(asked, "study"))
        return rl_fail(err, RL_BAD_CONFIG, "--study compares nets that classify; --model gan has no other study");
    made->data = data ? data : rl_gan_data;
    made->recipe = rl_gan_recipe(made->data);
    made->noise = rl_gan_noise(made->data);
    made->seeds = RL_GAN_SEEDS;
    return options[option_index("activations")].apply(made, rl_gan_activations, err);
}

/* What a study compares unless something else is asked for. */
static bool begin_study(const request *asked, settings *made, rl_error *err)
{
    made->topic = &rl_topic_activations;
    const int study = option_index("study");
    if (asked_text(asked, study) && !apply(asked, made, (size_t)study, asked_text(asked, study), err))
        return false;
    if (!choose_architecture(asked, made, err))
        return false;
    if (made->gan)
        return begin_gan(asked, made, err);
    const bool other = made->architecture != &rl_architecture_mlp;
    if (other && made->topic->cures)
        return rl_fail(err, RL_BAD_CONFIG, "--study %s has a net of its own; leave --%s out", made->topic->name,
            request_has(asked, "layers") ? "layers" : "model");
    const bool curves = other && made->topic == &rl_topic_activations;
    made->seeds = made->architecture->seeds;
    const struct {
        const char *option, *text;
    } defaults[] = { { "data", other ? made->architecture->data : made->topic->data },
        { "regime", other ? made->architecture->choice : made->topic->regimes },
        { "activations", curves ? made->architecture->activations : made->topic->activations },
        { "cures", made->topic->cures } };
    for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++)
        if (defaults[i].text && !options[option_index(defaults[i].option)].apply(made, defaults[i].text, err))
            return false;
    return true;
}

bool settings_make(const request *asked, const rl_regime *regime, settings *made, rl_error *err)
{
    *made = (settings){ .recipe = rl_recipe_default(),
        .architecture = &rl_architecture_mlp,
        .data = "digits",
        .fail_over = -1,
        .seeds = asked->verb->bit == TRAIN ? 1 : 64 };
    if (asked->verb->bit == COMPARE) {
        made->out = "outputs";
        if (!begin_study(asked, made, err))
            return false;
    } else {
        made->arms[made->arm_count++] = (rl_arm){ .curve = &rl_relu };
    }
    made->revive_tau = -1;
    made->birth = (rl_birth){ .width = 3, .depth = 10, .fan_in = 1, .trials = 100000 };
    if (asked->verb->bit == SIGNAL)
        begin_signal(made);
    if (regime)
        regime->apply(&made->recipe);
    for (size_t i = 0; i < option_count; i++) {
        const char *text = asked_text(asked, (int)i);
        if (text && !apply(asked, made, i, text, err))
            return false;
    }
    return settle(asked, made, err);
}

/* ---- Places to write to ---------------------------------------------------------------------------------------------- */

bool check_writable_folder(const char *what, const char *path, rl_error *err)
{
    char at[PATH_MAX];
    if (strlen(path) >= sizeof at)
        return rl_fail(err, RL_BAD_CONFIG, "%s: the path is too long", what);
    strcpy(at, path);
    for (;;) { /* up to the nearest thing that exists */
        struct stat is;
        if (stat(at, &is) == 0) {
            if (!S_ISDIR(is.st_mode))
                return rl_fail(err, RL_BAD_CONFIG, "%s %s: cannot be written: %s is not a folder", what, path, at);
            if (access(at, W_OK | X_OK) != 0)
                return rl_fail(err, RL_BAD_CONFIG, "%s %s: cannot be written: %s", what, path, strerror(errno));
            return true;
        }
        if (errno != ENOENT)
            return rl_fail(err, RL_BAD_CONFIG, "%s %s: cannot be written: %s", what, path, strerror(errno));
        char *slash = strrchr(at, '/');
        if (!slash)
            strcpy(at, ".");
        else if (slash == at)
            at[1] = '\0';
        else
            *slash = '\0';
    }
}

bool check_writable_file(const char *what, const char *path, rl_error *err)
{
    struct stat is;
    if (stat(path, &is) == 0 && S_ISDIR(is.st_mode))
        return rl_fail(err, RL_BAD_CONFIG, "%s %s: is a folder, expected a file", what, path);
    char folder[PATH_MAX];
    if (strlen(path) >= sizeof folder)
        return rl_fail(err, RL_BAD_CONFIG, "%s: the path is too long", what);
    strcpy(folder, path);
    char *slash = strrchr(folder, '/');
    if (!slash)
        strcpy(folder, ".");
    else
        slash[slash == folder] = '\0';
    if (stat(folder, &is) != 0)
        return rl_fail(err, RL_BAD_CONFIG, "%s %s: cannot be written: %s: %s", what, path, folder, strerror(errno));
    if (!S_ISDIR(is.st_mode) || access(folder, W_OK | X_OK) != 0)
        return rl_fail(err, RL_BAD_CONFIG, "%s %s: cannot be written: %s: %s", what, path, folder,
            S_ISDIR(is.st_mode) ? strerror(errno) : "not a folder");
    return true;
}
