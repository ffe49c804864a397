/* The options: one table, from which parsing, help, the settings file, the completions and the man page come, and
 * for each option a function that checks its text and puts it into the settings. */
#include "bench/bench.h"
#include "program.h"

#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Texts into values ----------------------------------------------------------------------------------------- */

static bool expected(rl_error *err, const char *what, const char *found)
{
    return rl_fail(err, RL_BAD_CONFIG, "expected %s, found \"%.60s\"", what, found);
}

static bool whole(const char *text, long low, long high, const char *what, long *value, rl_error *err)
{
    return rl_parse_long(text, low, high, value) || expected(err, what, text);
}

static bool count(const char *text, long high, const char *what, int *value, rl_error *err)
{
    long parsed;
    if (!whole(text, 1, high, what, &parsed, err))
        return false;
    *value = (int)parsed;
    return true;
}

/* A number with low <= number < high (above: low < number), that float32 can hold: 1e-50 would become 0 there, and
 * a learning rate of 0 is no learning rate. */
static bool number(const char *text, double low, bool above, double high, const char *what, float *value, rl_error *err)
{
    double parsed;
    if (!rl_parse_double(text, &parsed) || parsed < low || (above && parsed <= low) || parsed >= high ||
        fabs(parsed) > FLT_MAX || (parsed != 0 && fabs(parsed) < FLT_MIN))
        return expected(err, what, text);
    *value = (float)parsed;
    return true;
}

static bool share(const char *text, double *value, rl_error *err)
{
    double parsed;
    if (!rl_parse_double(text, &parsed) || parsed < 0 || parsed >= 1)
        return expected(err, "a number of at least 0 and below 1", text);
    *value = parsed;
    return true;
}

static bool on_or_off(const char *text, bool *value, rl_error *err)
{
    static const char *const yes[] = { "on", "true", "yes", "1" }, *const no[] = { "off", "false", "no", "0" };
    for (int i = 0; i < 4; i++) {
        if (!strcmp(text, yes[i]) || !strcmp(text, no[i])) {
            *value = !strcmp(text, yes[i]);
            return true;
        }
    }
    return expected(err, "on or off", text);
}

/* Calls each for every word between commas; at least one word, none empty. */
static bool for_each_word(
    const char *text, bool (*each)(settings *s, const char *word, rl_error *err), settings *s, rl_error *err)
{
    for (const char *at = text;; at++) {
        char word[64];
        size_t length = strcspn(at, ",");
        while (length > 0 && *at == ' ') {
            at++;
            length--;
        }
        size_t end = length;
        while (end > 0 && at[end - 1] == ' ')
            end--;
        if (end == 0)
            return expected(err, "names or numbers with commas between them", text);
        if (end >= sizeof word)
            return rl_fail(err, RL_BAD_CONFIG, "\"%.60s…\" is too long", at);
        memcpy(word, at, end);
        word[end] = '\0';
        if (!each(s, word, err))
            return false;
        at += length;
        if (!*at)
            return true;
    }
}

/* ---- The words some options take ------------------------------------------------------------------------------- */

static const char *word_data(size_t index)
{
    static const char *const names[] = { "digits", "iris", "breast_cancer", "dosage", "moons", "circles", "spirals",
        "xor", "blobs", "ring", "adding", "fashion-mnist" };
    return index < sizeof names / sizeof *names ? names[index] : NULL;
}

static const char *word_curve(size_t index)
{
    size_t n;
    const rl_activation *const *all = rl_activations(&n);
    return index < n ? all[index]->name : NULL;
}

static const char *word_init(size_t index)
{
    size_t n;
    const rl_initialiser *const *all = rl_initialisers(&n);
    return index < n ? rl_initialiser_name(all[index]) : NULL;
}

static const char *word_optimizer(size_t index)
{
    size_t n;
    const rl_optimiser *const *all = rl_optimisers(&n);
    return index < n ? rl_optimiser_name(all[index]) : NULL;
}

static const char *word_loss(size_t index)
{
    size_t n;
    const rl_loss *const *all = rl_losses(&n);
    return index < n ? all[index]->name : NULL;
}

static const char *word_regime(size_t index)
{
    size_t n;
    const rl_regime *all = rl_regimes(&n);
    return index < n ? all[index].name : index == n ? "all" : index == n + 1 ? "overfitting" : NULL;
}

/* An architecture may stand twice in the list, for other data. The nets of "gan" are none of these. */
static const char *word_model(size_t index)
{
    size_t n;
    const rl_architecture *const *all = rl_architectures(&n);
    for (size_t i = 0; i < n; i++)
        if ((i == 0 || strcmp(all[i]->name, all[i - 1]->name) != 0) && index-- == 0)
            return all[i]->name;
    return index == 0 ? "gan" : NULL;
}

static const char *word_study(size_t index)
{
    size_t n;
    const rl_topic *const *all = rl_topics(&n);
    return index < n ? all[index]->name : NULL;
}

static const char *const schedules[] = { [RL_CONSTANT] = "constant", [RL_STEP] = "step", [RL_COSINE] = "cosine" };
enum { SCHEDULES = sizeof schedules / sizeof *schedules };

static const char *word_schedule(size_t index)
{
    return index < SCHEDULES ? schedules[index] : NULL;
}

static const char *word_standardize(size_t index)
{
    static const char *const names[] = { "on", "off", "center" };
    return index < 3 ? names[index] : NULL;
}

static const char *word_zero_one(size_t index)
{
    return index == 0 ? "0" : index == 1 ? "1" : NULL;
}

static const char *word_lanes(size_t index)
{
    static const char *const names[] = { "1", "4", "8", "16" };
    return index < 4 ? names[index] : NULL;
}

static const char *word_how(size_t index)
{
    static const char *const names[] = { "redraw", "leaky", "lift:0.05" };
    return index < 3 ? names[index] : NULL;
}

static const char *word_inputs(size_t index)
{
    static const char *const names[] = { "point", "line", "ball:1" };
    return index < 3 ? names[index] : NULL;
}

/* ---- Data ------------------------------------------------------------------------------------------------------- */

static bool set_data(settings *s, const char *text, rl_error *err)
{
    if (!*text)
        return expected(err, "a data set", text);
    s->data = text;
    return true;
}

static bool set_data_seed(settings *s, const char *text, rl_error *err)
{
    long value;
    if (!whole(text, 0, LONG_MAX, "a whole number of at least 0", &value, err))
        return false;
    s->data_seed = (uint64_t)value;
    return true;
}

static bool set_standardize(settings *s, const char *text, rl_error *err)
{
    bool on = false;
    if (!strcmp(text, "center")) {
        s->recipe.standardize = RL_CENTRED;
        return true;
    }
    rl_error neither = { 0 };
    if (!on_or_off(text, &on, &neither))
        return expected(err, "on, off or center", text);
    s->recipe.standardize = on ? RL_STANDARDISED : RL_AS_THEY_ARE;
    return true;
}

static bool set_test_share(settings *s, const char *text, rl_error *err)
{
    return share(text, &s->recipe.test_share, err);
}

static bool set_validation_share(settings *s, const char *text, rl_error *err)
{
    return share(text, &s->recipe.validation_share, err);
}

static bool set_box(settings *s, const char *text, rl_error *err)
{
    if (!*text)
        return expected(err, "LO,HI, data or FILE.csv", text);
    s->box = text;
    return true;
}

/* ---- The net ------------------------------------------------------------------------------------------------------ */

static bool add_rivals(settings *s, const char *word, rl_error *err)
{
    if (s->rival_count == MOST_ARMS)
        return rl_fail(err, RL_BAD_CONFIG, "more than %d activations", MOST_ARMS);
    rl_rivals *rivals = &s->rivals[s->rival_count];
    if (!rl_rivals_parse(word, rivals, err))
        return false;
    for (size_t i = 0; i < s->rival_count; i++)
        if (rl_arm_is(s->rivals[i].side[RL_GENERATOR], rivals->side[RL_GENERATOR]) &&
            rl_arm_is(s->rivals[i].side[RL_DISCRIMINATOR], rivals->side[RL_DISCRIMINATOR]))
            return rl_fail(err, RL_BAD_CONFIG, "\"%s\" is there twice", word);
    s->rival_count++;
    return true;
}

static bool add_arm(settings *s, const char *word, rl_error *err)
{
    if (s->arm_count == MOST_ARMS)
        return rl_fail(err, RL_BAD_CONFIG, "more than %d activations", MOST_ARMS);
    rl_arm arm;
    if (!rl_arm_parse(word, &arm, err))
        return false;
    for (size_t i = 0; i < s->arm_count; i++)
        if (rl_arm_is(s->arms[i], arm))
            return rl_fail(err, RL_BAD_CONFIG, "\"%s\" is there twice", word);
    s->arms[s->arm_count++] = arm;
    return true;
}

static bool set_activations(settings *s, const char *text, rl_error *err)
{
    s->arm_count = s->rival_count = 0;
    return for_each_word(text, s->gan ? add_rivals : add_arm, s, err);
}

static bool add_cure(settings *s, const char *word, rl_error *err)
{
    if (s->cure_count == MOST_ARMS)
        return rl_fail(err, RL_BAD_CONFIG, "more than %d cures", MOST_ARMS);
    rl_arm cure;
    if (!rl_cure_parse(word, &cure, err))
        return false;
    for (size_t i = 0; i < s->cure_count; i++)
        if (rl_arm_is(s->cures[i], cure))
            return rl_fail(err, RL_BAD_CONFIG, "\"%s\" is there twice", word);
    s->cures[s->cure_count++] = cure;
    return true;
}

static bool set_cures(settings *s, const char *text, rl_error *err)
{
    if (!s->topic->cures)
        return rl_fail(err, RL_BAD_CONFIG,
            "belongs to --study overfitting; without it an activation takes its own, as relu+l2:0.01");
    s->cure_count = 0;
    return for_each_word(text, add_cure, s, err);
}

static bool set_noise(settings *s, const char *text, rl_error *err)
{
    if (!s->gan)
        return rl_fail(err, RL_BAD_CONFIG, "belongs to --model gan");
    return count(text, 65536, "a whole number from 1 to 65536", &s->noise, err);
}

static bool set_beta1(settings *s, const char *text, rl_error *err)
{
    if (!s->gan)
        return rl_fail(err, RL_BAD_CONFIG, "belongs to --model gan");
    return number(text, 0, true, 1, "a number above 0 and below 1", &s->recipe.training.beta1, err);
}

static bool set_study(settings *s, const char *text, rl_error *err)
{
    s->topic = rl_topic_named(text, err);
    return s->topic != NULL;
}

/* Which entry of the list it is depends on the data, so it is looked up when these are known. */
static bool set_model(settings *s, const char *text, rl_error *err)
{
    enum { ROOM = 16 };
    const char *names[ROOM];
    size_t n = 0;
    bool known = false;
    for (; n < ROOM && word_model(n); n++) {
        names[n] = word_model(n);
        known = known || !strcmp(text, names[n]);
    }
    if (!known)
        return rl_fail_unknown(err, "model", text, names, n);
    s->gan = !strcmp(text, "gan");
    s->architecture = s->gan ? &rl_architecture_mlp : rl_architecture_named(text, s->data, err);
    return s->architecture != NULL;
}

static bool set_activation(settings *s, const char *text, rl_error *err)
{
    s->arm_count = 0;
    return add_arm(s, text, err);
}

static bool set_at_zero(settings *s, const char *text, rl_error *err)
{
    if (strcmp(text, "0") != 0 && strcmp(text, "1") != 0)
        return expected(err, "0 or 1", text);
    s->at_zero = text[0] == '1' ? 1 : 0;
    return true;
}

static bool add_hidden(settings *s, const char *word, rl_error *err)
{
    rl_recipe *recipe = &s->recipe;
    if (recipe->hidden_count == RL_MOST_HIDDEN)
        return rl_fail(err, RL_BAD_CONFIG, "more than %d hidden layers", RL_MOST_HIDDEN);
    return count(
        word, 65536, "widths from 1 to 65536 with commas between them", &recipe->hidden[recipe->hidden_count++], err);
}

static bool set_hidden(settings *s, const char *text, rl_error *err)
{
    s->recipe.hidden_count = 0;
    return for_each_word(text, add_hidden, s, err);
}

static bool set_layers(settings *s, const char *text, rl_error *err)
{
    (void)err;
    s->recipe.layers = text;
    return true;
}

static bool parse_init(const char *text, rl_drawing *drawing, rl_error *err)
{
    char name[32];
    const char *colon = strchr(text, ':');
    snprintf(name, sizeof name, "%.*s", colon ? (int)(colon - text) : (int)sizeof name - 1, text);
    const rl_initialiser *init = rl_initialiser_named(colon ? name : text, err);
    if (!init)
        return false;
    float sd = 0;
    if (init == &rl_normal && !colon)
        return rl_fail(err, RL_BAD_CONFIG, "normal needs its standard deviation: normal:SD, for example normal:0.01");
    if (init != &rl_normal && colon)
        return rl_fail(err, RL_BAD_CONFIG, "%s takes no number, found \"%.60s\"", name, text);
    if (colon && !number(colon + 1, 0, true, HUGE_VAL, "normal:SD with a number above 0", &sd, err))
        return false;
    *drawing = (rl_drawing){ init, sd };
    return true;
}

static bool set_recurrent_init(settings *s, const char *text, rl_error *err)
{
    rl_drawing drawing = { 0 };
    if (!strcmp(text, "normal") || !strncmp(text, "normal:", 7))
        return expected(err, "an initialiser without a number, as identity or orthogonal", text);
    if (!parse_init(text, &drawing, err))
        return false;
    s->recipe.recurrent_init = drawing.init;
    return true;
}

static bool set_init(settings *s, const char *text, rl_error *err)
{
    rl_drawing drawing = { 0 };
    if (!parse_init(text, &drawing, err))
        return false;
    s->recipe.init = drawing.init;
    s->recipe.init_sd = drawing.sd;
    return true;
}

static bool add_init(settings *s, const char *word, rl_error *err)
{
    rl_drawing drawing = { 0 };
    if (s->init_count == MOST_INITS)
        return rl_fail(err, RL_BAD_CONFIG, "more than %d initialisers", MOST_INITS);
    if (!parse_init(word, &drawing, err))
        return false;
    for (size_t i = 0; i < s->init_count; i++)
        if (s->inits[i].init == drawing.init && s->inits[i].sd == drawing.sd)
            return rl_fail(err, RL_BAD_CONFIG, "\"%s\" is there twice", word);
    s->inits[s->init_count++] = drawing;
    return true;
}

static bool set_inits(settings *s, const char *text, rl_error *err)
{
    s->init_count = 0;
    return for_each_word(text, add_init, s, err);
}

static bool add_depth(settings *s, const char *word, rl_error *err)
{
    int depth = 0;
    if (s->depth_count == MOST_DEPTHS)
        return rl_fail(err, RL_BAD_CONFIG, "more than %d depths", MOST_DEPTHS);
    if (!count(word, 1000, "depths from 1 to 1000 with commas between them", &depth, err))
        return false;
    for (size_t i = 0; i < s->depth_count; i++)
        if (s->depths[i] == depth)
            return rl_fail(err, RL_BAD_CONFIG, "\"%s\" is there twice", word);
    s->depths[s->depth_count++] = depth;
    return true;
}

static bool set_depths(settings *s, const char *text, rl_error *err)
{
    s->depth_count = 0;
    return for_each_word(text, add_depth, s, err);
}

static bool set_bias(settings *s, const char *text, rl_error *err)
{
    return number(text, -HUGE_VAL, false, HUGE_VAL, "a number", &s->recipe.bias, err);
}

static bool set_width(settings *s, const char *text, rl_error *err)
{
    return count(text, 4096, "a whole number from 1 to 4096", &s->birth.width, err);
}

static bool set_depth(settings *s, const char *text, rl_error *err)
{
    long value;
    if (!whole(text, 2, 1000, "a whole number from 2 (one hidden layer and the output) to 1000", &value, err))
        return false;
    s->birth.depth = (int)value;
    return true;
}

static bool set_fan_in(settings *s, const char *text, rl_error *err)
{
    return count(text, 65536, "a whole number from 1 to 65536", &s->birth.fan_in, err);
}

static bool set_bias_sd(settings *s, const char *text, rl_error *err)
{
    float value;
    if (!number(text, 0, false, HUGE_VAL, "a number of at least 0", &value, err))
        return false;
    return rl_parse_double(text, &s->birth.bias_sd);
}

static bool set_inputs(settings *s, const char *text, rl_error *err)
{
    float radius;
    if (!strncmp(text, "ball:", 5)) {
        s->birth.inputs = RL_BALL;
        return number(text + 5, 0, true, HUGE_VAL, "ball:R with a number above 0", &radius, err) &&
               rl_parse_double(text + 5, &s->birth.radius);
    }
    if (strcmp(text, "point") != 0 && strcmp(text, "line") != 0)
        return expected(err, "point, line or ball:R", text);
    s->birth.inputs = text[0] == 'l' ? RL_LINE : RL_POINT;
    return true;
}

static bool set_trials(settings *s, const char *text, rl_error *err)
{
    long value;
    if (!whole(text, 1, 1000000000, "a whole number from 1 to 1000000000", &value, err))
        return false;
    s->birth.trials = (size_t)value;
    return true;
}

static bool set_dropout(settings *s, const char *text, rl_error *err)
{
    return number(text, 0, false, 1, "a number of at least 0 and below 1", &s->recipe.dropout, err);
}

/* ---- Training ------------------------------------------------------------------------------------------------------ */

static bool set_epochs(settings *s, const char *text, rl_error *err)
{
    return whole(text, 1, 1000000, "a whole number from 1 to 1000000", &s->recipe.training.epochs, err);
}

static bool set_batch(settings *s, const char *text, rl_error *err)
{
    if (!strcmp(text, "full")) {
        s->recipe.training.batch = -1;
        return true;
    }
    return count(text, INT_MAX, "a whole number of at least 1, or full", &s->recipe.training.batch, err);
}

static bool set_lr(settings *s, const char *text, rl_error *err)
{
    return number(text, 0, true, HUGE_VAL, "a number above 0", &s->recipe.training.rate, err);
}

static bool set_optimizer(settings *s, const char *text, rl_error *err)
{
    s->recipe.training.optimiser = rl_optimiser_named(text, err);
    return s->recipe.training.optimiser != NULL;
}

/* 0 would mean "the default" to the trainer, and is what sgd is for. */
static bool set_momentum(settings *s, const char *text, rl_error *err)
{
    return number(
        text, 0, true, 1, "a number above 0 and below 1 (for 0: --optimizer sgd)", &s->recipe.training.momentum, err);
}

static bool set_schedule(settings *s, const char *text, rl_error *err)
{
    for (int i = 0; i < SCHEDULES; i++) {
        if (!strcmp(text, schedules[i])) {
            s->recipe.training.schedule = (rl_schedule)i;
            return true;
        }
    }
    return rl_fail_unknown(err, "schedule", text, schedules, SCHEDULES);
}

static bool set_loss(settings *s, const char *text, rl_error *err)
{
    s->recipe.training.loss = rl_loss_named(text, err);
    return s->recipe.training.loss != NULL;
}

static bool set_revive(settings *s, const char *text, rl_error *err)
{
    if (!strcmp(text, "redo"))
        s->revive_every = 1;
    else if (strncmp(text, "redo:", 5) != 0 || !rl_parse_long(text + 5, 1, 1000000, &s->revive_every))
        return expected(err, "redo or redo:EVERY, a whole number of epochs from 1 to 1000000", text);
    return true;
}

static bool set_units(settings *s, const char *text, rl_error *err)
{
    s->revive_tau = !strcmp(text, "dead") ? -1 : 0.025;
    if (!strcmp(text, "dead") || !strcmp(text, "dormant"))
        return true;
    if (strncmp(text, "dormant:", 8) != 0 || !rl_parse_double(text + 8, &s->revive_tau) || s->revive_tau < 0)
        return expected(err, "dead, dormant or dormant:TAU with a number of at least 0", text);
    return true;
}

static bool set_how(settings *s, const char *text, rl_error *err)
{
    s->cure = RL_CURE_REDRAW;
    if (!strcmp(text, "redraw"))
        return true;
    if (!strncmp(text, "lift:", 5)) {
        s->cure = RL_CURE_LIFT;
        return (rl_parse_double(text + 5, &s->cure_share) && s->cure_share > 0 && s->cure_share <= 1) ||
               expected(err, "lift:SHARE with a number above 0 and at most 1", text);
    }
    if (strcmp(text, "leaky") != 0 && strncmp(text, "leaky:", 6) != 0)
        return expected(err, "redraw, leaky[:ALPHA] or lift:SHARE", text);
    float alpha = rl_leaky_relu.alpha;
    s->cure = RL_CURE_LEAKY;
    if (text[5] && !number(text + 6, 0, true, HUGE_VAL, "leaky:ALPHA with a number above 0", &alpha, err))
        return false;
    s->cure_curve = (rl_arm){ .curve = &rl_leaky_relu, .alpha = alpha };
    return true;
}

static bool set_early_stop(settings *s, const char *text, rl_error *err)
{
    return whole(text, 1, 1000000, "a whole number of epochs, at least 1", &s->recipe.training.patience, err);
}

static bool set_l1(settings *s, const char *text, rl_error *err)
{
    return number(text, 0, false, HUGE_VAL, "a number of at least 0", &s->recipe.training.l1, err);
}

static bool set_l2(settings *s, const char *text, rl_error *err)
{
    return number(text, 0, false, HUGE_VAL, "a number of at least 0", &s->recipe.training.l2, err);
}

static bool set_decay_biases(settings *s, const char *text, rl_error *err)
{
    return on_or_off(text, &s->recipe.training.decay_biases, err);
}

static bool set_clip(settings *s, const char *text, rl_error *err)
{
    return number(text, 0, true, HUGE_VAL, "a number above 0", &s->recipe.training.clip, err);
}

/* ---- The run --------------------------------------------------------------------------------------------------------- */

static bool add_regime(settings *s, const char *word, rl_error *err)
{
    const size_t n = s->architecture->regime_count;
    const rl_regime *all = s->architecture->regimes;
    const rl_regime *named = NULL;
    bool every = !strcmp(word, "all");
    if (!every && !(named = rl_architecture_regime(s->architecture, word, err)))
        return false;
    for (size_t i = 0; i < (every ? n : 1); i++) {
        const rl_regime *regime = every ? &all[i] : named;
        for (size_t k = 0; k < s->regime_count; k++)
            if (s->regimes[k] == regime)
                return rl_fail(err, RL_BAD_CONFIG, "\"%s\" is there twice", regime->name);
        if (s->regime_count == MOST_REGIMES)
            return rl_fail(err, RL_BAD_CONFIG, "more than %d regimes", MOST_REGIMES);
        s->regimes[s->regime_count++] = regime;
    }
    return true;
}

static bool set_regime(settings *s, const char *text, rl_error *err)
{
    s->regime_count = 0;
    return for_each_word(text, add_regime, s, err);
}

static bool set_seeds(settings *s, const char *text, rl_error *err)
{
    long value;
    if (!whole(text, 1, 1000000, "a whole number from 1 to 1000000", &value, err))
        return false;
    s->seeds = (size_t)value;
    return true;
}

static bool set_seed(settings *s, const char *text, rl_error *err)
{
    long value;
    if (!whole(text, 0, LONG_MAX - 1000000, "a whole number of at least 0", &value, err))
        return false;
    s->first_seed = (uint64_t)value;
    return true;
}

static bool set_census(settings *s, const char *text, rl_error *err)
{
    return whole(text, 1, LONG_MAX, "a whole number of steps, at least 1", &s->census, err);
}

static bool set_threads(settings *s, const char *text, rl_error *err)
{
    return count(text, 1024, "a whole number from 1 to 1024", &s->threads, err);
}

static bool set_lanes(settings *s, const char *text, rl_error *err)
{
    int lanes;
    if (!count(text, 1024, "1, 4, 8 or 16", &lanes, err))
        return false;
    if (!rl_lanes_supported(lanes)) {
        char able[64] = "";
        for (int i = 1, used = 0; i <= 64; i *= 2)
            if (rl_lanes_supported(i))
                used += snprintf(able + used, sizeof able - (size_t)used, "%s%d", used ? ", " : "", i);
        return rl_fail(
            err, RL_BAD_CONFIG, "this processor (%s) has lanes of %s, not %d", rl_processor_kernels(), able, lanes);
    }
    s->lanes = lanes;
    return true;
}

/* ---- Files and output ------------------------------------------------------------------------------------------------- */

static bool path(const char **where, const char *text, rl_error *err)
{
    if (!*text)
        return expected(err, "a path", text);
    *where = text;
    return true;
}

static bool set_out(settings *s, const char *text, rl_error *err)
{
    return path(&s->out, text, err);
}

static bool set_save(settings *s, const char *text, rl_error *err)
{
    return path(&s->save, text, err);
}

static bool set_resume(settings *s, const char *text, rl_error *err)
{
    return path(&s->resume, text, err);
}

static bool set_init_from(settings *s, const char *text, rl_error *err)
{
    return path(&s->init_from, text, err);
}

static bool set_log(settings *s, const char *text, rl_error *err)
{
    return path(&s->log, text, err);
}

static bool set_dump(settings *s, const char *text, rl_error *err)
{
    return path(&s->dump, text, err);
}

static bool set_report(settings *s, const char *text, rl_error *err)
{
    return path(&s->report, text, err);
}

static bool set_pre(settings *s, const char *text, rl_error *err)
{
    return on_or_off(text, &s->pre, err);
}

static bool set_post(settings *s, const char *text, rl_error *err)
{
    return on_or_off(text, &s->post, err);
}

/* 5% or 0.05 */
static bool set_fail_over(settings *s, const char *text, rl_error *err)
{
    char digits[64];
    size_t length = strlen(text);
    bool percent = length > 0 && text[length - 1] == '%';
    double parsed;
    snprintf(digits, sizeof digits, "%.*s", (int)(length < 63 ? length - percent : 63), text);
    if (!rl_parse_double(digits, &parsed) || parsed < 0 || parsed > (percent ? 100 : 1))
        return expected(err, "a share of the units such as 5% or 0.05", text);
    s->fail_over = percent ? parsed / 100 : parsed;
    return true;
}

static bool threshold(const char *text, double *value, rl_error *err)
{
    double parsed;
    if (!rl_parse_double(text, &parsed) || parsed <= 0 || parsed >= 1)
        return expected(err, "a number above 0 and below 1", text);
    *value = parsed;
    return true;
}

static bool set_dormant(settings *s, const char *text, rl_error *err)
{
    return threshold(text, &s->thresholds.dormant, err);
}

static bool set_saturated(settings *s, const char *text, rl_error *err)
{
    return threshold(text, &s->thresholds.saturated, err);
}

static bool set_nearly_dead(settings *s, const char *text, rl_error *err)
{
    return threshold(text, &s->thresholds.nearly_dead, err);
}

static const char *word_only(size_t index)
{
    return bench_row_name(index);
}

static bool add_only(settings *s, const char *word, rl_error *err)
{
    const char *names[MOST_BENCH_ROWS];
    size_t count = 0;
    for (; count < MOST_BENCH_ROWS && bench_row_name(count); count++) {
        names[count] = bench_row_name(count);
        if (strcmp(word, names[count]) != 0)
            continue;
        for (size_t i = 0; i < s->only_count; i++)
            if (s->only[i] == names[count])
                return rl_fail(err, RL_BAD_CONFIG, "\"%s\" is there twice", word);
        s->only[s->only_count++] = names[count];
        return true;
    }
    return rl_fail_unknown(err, "row of the benchmark", word, names, count);
}

static bool set_only(settings *s, const char *text, rl_error *err)
{
    s->only_count = 0;
    return for_each_word(text, add_only, s, err);
}

static bool set_quick(settings *s, const char *text, rl_error *err)
{
    return on_or_off(text, &s->quick, err);
}

/* The settings file is read before anything is applied. */
static bool set_config(settings *s, const char *text, rl_error *err)
{
    (void)s, (void)text, (void)err;
    return true;
}

static bool set_no_open(settings *s, const char *text, rl_error *err)
{
    return on_or_off(text, &s->no_open, err);
}

static bool set_json(settings *s, const char *text, rl_error *err)
{
    return on_or_off(text, &s->json, err);
}

/* ---- The table ------------------------------------------------------------------------------------------------------------ */

enum { OF_DATA, OF_NET, OF_TRAINING, OF_RUN, OF_OUTPUT };
const char *const option_groups[] = { [OF_DATA] = "Data",
    [OF_NET] = "The net",
    [OF_TRAINING] = "Training",
    [OF_RUN] = "The run",
    [OF_OUTPUT] = "Files and output" };
const size_t option_group_count = sizeof option_groups / sizeof *option_groups;

#define STUDIES (COMPARE | TRAIN)
/* clang-format off */
const option options[] = {
    { "data", "SPEC", "what to learn from (default digits)", OF_DATA, STUDIES | PREDICT | SCAN | PRUNE | REVIVE, set_data, word_data, false },
    { "data-seed", "N", "seed of generated data and of the split (default 0)", OF_DATA, STUDIES | PREDICT | SCAN | PRUNE | REVIVE, set_data_seed, NULL, false },
    { "box", "LO,HI|data|FILE", "a box of raw inputs to prove things on: the same LO,HI for every feature, the least and largest of each in --data, or a CSV file with a line lo,hi a feature", OF_DATA, PRUNE | SCAN, set_box, NULL, false },
    { "standardize", "on|off|center", "scale features by training mean and deviation; center: subtract the means and divide all by one number, as suits pictures (default on; --model cnn: center)", OF_DATA, STUDIES, set_standardize, word_standardize, false },
    { "test-share", "X", "share of the rows kept for testing; 0: none (default 0.2)", OF_DATA, STUDIES, set_test_share, NULL, false },
    { "validation-share", "X", "share of the training rows kept for validation (default 0; 0.1 with --early-stop)", OF_DATA, STUDIES, set_validation_share, NULL, false },

    { "study", "NAME", "what is compared: activations, overfitting (cures for it, side by side) or alpha (slopes from 0 to 1); each has its own data, regimes and activations unless others are asked for (default activations)", OF_RUN, COMPARE, set_study, word_study, false },
    { "model", "NAME", "what nets: mlp (the default), cnn (pictures), rnn (pictures row by row, or --data adding) or gan (a generator and a discriminator against each other, on --data ring, blobs or digits), each with its own settings unless others are asked for", OF_NET, COMPARE, set_model, word_model, false },
    { "activations", "LIST", "curves to compare, each NAME[:ALPHA], with changes to its recipe after a +, as relu+l2:0.01+dropout:0.5 (default relu,leaky_relu:0.01; of signal relu,sigmoid,tanh); of --model gan one for both nets, or the generator's/the discriminator's, as relu/leaky_relu:0.2", OF_NET, COMPARE | SIGNAL, set_activations, word_curve, true },
    { "cures", "LIST", "of --study overfitting: none, l1:X, l2:X, dropout:P, early_stop:EPOCHS, redo[:EVERY], or several with a + (default none,l1:0.003,l2:0.01,dropout:0.5,early_stop:20)", OF_NET, COMPARE, set_cures, NULL, true },
    { "activation", "NAME[:ALPHA]", "curve of the hidden layers (default relu)", OF_NET, TRAIN | SCAN | BIRTH, set_activation, word_curve, false },
    { "at-zero", "0|1", "ReLU's slope at 0 (default 0)", OF_NET, STUDIES | EXPLAIN | SCAN | BIRTH, set_at_zero, word_zero_one, false },
    { "hidden", "WIDTHS", "hidden layers, as 32 or 64,32 (default 32)", OF_NET, STUDIES, set_hidden, NULL, true },
    { "layers", "TEXT", "the whole net in place of --hidden, as \"conv 8 3; curve; pool 2; flatten; outputs\"; curve stands for the activation, inside rnn 24 curve too (there also gru and lstm), outputs for a dense layer that fits the data", OF_NET, STUDIES, set_layers, NULL, false },
    { "noise", "N", "of --model gan: values of noise that a generator reads (default 2; of pictures 16)", OF_NET, COMPARE, set_noise, NULL, false },
    { "init", "NAME", "first weights: he, xavier, normal:SD, … (default he)", OF_NET, STUDIES | BIRTH | REVIVE, set_init, word_init, false },
    { "recurrent-init", "NAME", "first weights of a recurrent layer from step to step: identity, orthogonal, … (default: identity for rectifiers, else orthogonal)", OF_NET, STUDIES, set_recurrent_init, word_init, false },
    { "inits", "LIST", "first weights to compare (default he,xavier,lecun,orthogonal,asymmetric)", OF_NET, SIGNAL, set_inits, word_init, true },
    { "width", "N", "units of every hidden layer (default: birth 3, signal 32)", OF_NET, BIRTH | SIGNAL, set_width, NULL, false },
    { "depth", "L", "layers, the output layer among them (default 10)", OF_NET, BIRTH, set_depth, NULL, false },
    { "depths", "LIST", "numbers of layers, the output layer left out (default 2,10,30,50)", OF_NET, SIGNAL, set_depths, NULL, true },
    { "fan-in", "D", "inputs of the net (default 1)", OF_NET, BIRTH, set_fan_in, NULL, false },
    { "bias-sd", "S", "deviation of the first biases (default 0)", OF_NET, BIRTH, set_bias_sd, NULL, false },
    { "inputs", "WHICH", "point (1, …, 1), line (through 0 and that point) or ball:R around 0 (default point)", OF_NET, BIRTH, set_inputs, word_inputs, false },
    { "units", "WHICH", "dead, or dormant[:TAU]: mean |a| at most TAU (default 0.025) of the layer's average (default dead)", OF_NET, REVIVE, set_units, NULL, false },
    { "how", "CURE", "redraw (the default), leaky[:ALPHA] (another curve) or lift:SHARE (raise the bias to fire on that share of the rows)", OF_NET, REVIVE, set_how, word_how, false },
    { "bias", "X", "first biases of the hidden layers (default 0)", OF_NET, STUDIES, set_bias, NULL, false },
    { "dropout", "P", "share of hidden values dropped while training (default 0)", OF_NET, STUDIES, set_dropout, NULL, false },

    { "epochs", "N", "times through the training rows (default 20)", OF_TRAINING, STUDIES, set_epochs, NULL, false },
    { "batch", "N|full", "rows a step (default 32, or all if fewer)", OF_TRAINING, STUDIES, set_batch, NULL, false },
    { "lr", "X", "learning rate (default 0.1)", OF_TRAINING, STUDIES, set_lr, NULL, false },
    { "optimizer", "NAME", "sgd, momentum, nesterov, rmsprop, adam or adamw (default sgd)", OF_TRAINING, STUDIES, set_optimizer, word_optimizer, false },
    { "momentum", "X", "of momentum and nesterov (default 0.9)", OF_TRAINING, STUDIES, set_momentum, NULL, false },
    { "beta1", "X", "of --model gan: Adam's first decay (default 0.5)", OF_TRAINING, COMPARE, set_beta1, NULL, false },
    { "schedule", "NAME", "of the rate: constant, step or cosine (default constant)", OF_TRAINING, STUDIES, set_schedule, word_schedule, false },
    { "loss", "NAME", "cross_entropy, binary or squared (default by the data)", OF_TRAINING, STUDIES, set_loss, word_loss, false },
    { "l1", "X", "adds X·sign(w) to the gradient (default 0)", OF_TRAINING, STUDIES, set_l1, NULL, false },
    { "l2", "X", "adds X·w to the gradient; adamw decouples it (default 0)", OF_TRAINING, STUDIES, set_l2, NULL, false },
    { "decay-biases", NULL, "l1 and l2 act on biases too", OF_TRAINING, STUDIES, set_decay_biases, NULL, false },
    { "clip", "X", "largest norm of the gradient (default: none)", OF_TRAINING, STUDIES, set_clip, NULL, false },
    { "early-stop", "PATIENCE", "stop after so many epochs without a better validation loss and take the best weights back", OF_TRAINING, STUDIES, set_early_stop, NULL, false },
    { "revive", "redo:EVERY", "revive dead units every so many epochs (ReDo); compare takes it as relu+redo:EVERY", OF_TRAINING, TRAIN, set_revive, NULL, false },

    { "regime", "NAME", "settings to start from, in place of the defaults; compare takes several with commas, or all (its default)", OF_RUN, STUDIES, set_regime, word_regime, true },
    { "seeds", "N", "how many seeds (default: compare 64, train 1)", OF_RUN, STUDIES, set_seeds, NULL, false },
    { "seed", "N", "the first one; keys weights, order and dropout (default 0)", OF_RUN, STUDIES | GRADCHECK | BIRTH | SIGNAL | REVIVE, set_seed, NULL, false },
    { "trials", "T", "how many nets to draw (default: birth 100000, signal 100 of each kind)", OF_RUN, BIRTH | SIGNAL, set_trials, NULL, false },
    { "census", "N", "look for dead units every N steps as well as every epoch", OF_RUN, STUDIES, set_census, NULL, false },
    { "threads", "N", "how many (default: all processors); one net uses several if it is wide", OF_RUN, STUDIES | BIRTH | SIGNAL | BENCH, set_threads, NULL, false },
    { "lanes", "N", "seeds side by side in one register: 1, 4, 8 or 16 (default: the most; the results are the same)", OF_RUN, STUDIES, set_lanes, word_lanes, false },

    { "only", "ROWS", "these rows, with commas between them (default: all)", OF_RUN, BENCH, set_only, word_only, true },
    { "quick", NULL, "one short round of everything, to see that it runs", OF_RUN, BENCH, set_quick, NULL, false },

    { "init-from", "FILE", "start from the parameters in a safetensors file", OF_OUTPUT, TRAIN, set_init_from, NULL, false },
    { "resume", "FILE", "go on with a training that --save FILE kept", OF_OUTPUT, TRAIN, set_resume, NULL, false },
    { "save", "FILE", "write the model as safetensors; of several seeds the best", OF_OUTPUT, TRAIN | PRUNE | REVIVE, set_save, NULL, false },
    { "log", "FILE", "write a CSV file with a line an epoch and seed", OF_OUTPUT, TRAIN, set_log, NULL, false },
    { "dump", "FILE", "look at dumped values, rows by units (.npy; .npz and .safetensors: an array a layer), instead of a model", OF_OUTPUT, SCAN, set_dump, NULL, false },
    { "pre", NULL, "the dump holds what goes into the curve, z (--activation says which curve)", OF_OUTPUT, SCAN, set_pre, NULL, false },
    { "post", NULL, "the dump holds what comes out of the curve, a", OF_OUTPUT, SCAN, set_post, NULL, false },
    { "fail-over", "SHARE", "exit code 1 if more than this share of the hidden units is dead: 5% or 0.05", OF_RUN, SCAN, set_fail_over, NULL, false },
    { "dormant", "X", "dormant: mean |a| at most this share of the layer's average (default 0.025)", OF_RUN, SCAN, set_dormant, NULL, false },
    { "saturated", "X", "saturated: every slope below this (default 0.001)", OF_RUN, SCAN, set_saturated, NULL, false },
    { "nearly-dead", "X", "nearly dead: conducts on a smaller share of the rows than this (default 0.01)", OF_RUN, SCAN, set_nearly_dead, NULL, false },
    { "report", "DIR", "write scan.html with a map of the units, units.svg and scan.json there", OF_OUTPUT, SCAN, set_report, NULL, false },
    { "out", "DIR", "where to write: compare its report (default outputs), explain and signal their plots, train its events.csv, bench its bench.json (default: none), play the playground (default outputs)", OF_OUTPUT, STUDIES | EXPLAIN | SIGNAL | BENCH | PLAY, set_out, NULL, false },
    { "no-open", NULL, "only write the file", OF_OUTPUT, PLAY, set_no_open, NULL, false },
    { "config", "FILE", "read options from a YAML file; the command line wins over it", OF_OUTPUT, STUDIES, set_config, NULL, false },
    { "json", NULL, "one JSON document on standard output, and nothing else", OF_OUTPUT, STUDIES | PREDICT | SCAN | EXPLAIN | GRADCHECK | BIRTH | SIGNAL | PRUNE | REVIVE | BENCH, set_json, NULL, false },
};
/* clang-format on */
const size_t option_count = sizeof options / sizeof *options;
_Static_assert(sizeof options / sizeof *options <= MOST_OPTIONS, "make MOST_OPTIONS larger");
