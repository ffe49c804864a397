#include "report/words.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MINUS "−"

static rl_words say(const char *format, ...) __attribute__((format(printf, 1, 2)));
static rl_words say(const char *format, ...)
{
    rl_words words;
    va_list list;
    va_start(list, format);
    vsnprintf(words.text, sizeof words.text, format, list);
    va_end(list);
    return words;
}

/* The digits of a number that is not negative after rounding get no sign: never "−0.0". */
static rl_words with_sign(double number, int decimals, const char *plus)
{
    char digits[64];
    snprintf(digits, sizeof digits, "%.*f", decimals, fabs(number));
    bool zero = digits[strspn(digits, "0.")] == '\0';
    return say("%s%s", zero ? "" : number < 0 ? MINUS : plus, digits);
}

/* Decimals that leave three significant digits; -1: it is better written with an exponent. */
static int decimals_for(double number)
{
    double size = fabs(number);
    if (size == 0)
        return 0;
    if (size < 0.0005 || size >= 100000)
        return -1;
    int decimals = 2 - (int)floor(log10(size));
    return decimals < 0 ? 0 : decimals;
}

/* "1.2e-5", where printf would write e-05. */
static rl_words with_exponent(double number, int decimals)
{
    rl_words words = say("%s%.*e", number < 0 ? MINUS : "", decimals, fabs(number));
    char *exponent = strchr(words.text, 'e') + 2;
    size_t zeros = strspn(exponent, "0");
    memmove(exponent, exponent + zeros, strlen(exponent + zeros) + 1);
    if (exponent[-1] == '+')
        memmove(exponent - 1, exponent, strlen(exponent) + 1);
    return words;
}

rl_words rl_say_number(double number)
{
    if (!isfinite(number))
        return say("–");
    int decimals = decimals_for(number);
    return decimals < 0 ? with_exponent(number, 1) : with_sign(number, decimals, "");
}

rl_words rl_say_percent(double share)
{
    return isfinite(share) ? with_sign(100 * share, 1, "") : say("–");
}

rl_words rl_say_p(double p)
{
    if (!isfinite(p))
        return say("–");
    return p < 0.001 ? say("<0.001") : p < 0.0995 ? say("%.3f", p) : say("%.2f", p);
}

rl_words rl_say_mean(rl_estimate e, bool percent)
{
    double half = (e.high - e.low) / 2;
    if (percent)
        return isfinite(half) ? say("%.60s ± %.1f", rl_say_percent(e.mean).text, 100 * half) : rl_say_percent(e.mean);
    if (!isfinite(half) || !isfinite(e.mean))
        return rl_say_number(e.mean);
    int decimals = decimals_for(e.mean);
    if (decimals >= 0)
        return say("%.60s ± %.*f", rl_say_number(e.mean).text, decimals, half);
    return say("%.60s ± %.60s", rl_say_number(e.mean).text, with_exponent(half, 0).text);
}

static bool has_interval(rl_estimate e)
{
    return isfinite(e.low) && isfinite(e.high);
}

/* A mean and both ends of its interval share their decimals: two where an interval hugs zero, so that it can be read. */
static rl_words signed_like(rl_estimate e, bool shares, double number)
{
    if (!isfinite(number))
        return say("–");
    double largest = has_interval(e) ? fmax(fabs(e.low), fabs(e.high)) : fabs(e.mean);
    if (shares)
        return with_sign(100 * number, largest < 0.02 ? 2 : 1, "+");
    int decimals = decimals_for(largest);
    return decimals < 0 ? with_exponent(number, 1) : with_sign(number, decimals, "+");
}

rl_words rl_say_change(rl_estimate e, bool shares)
{
    return signed_like(e, shares, e.mean);
}

rl_words rl_say_interval(rl_estimate e, bool shares)
{
    if (!has_interval(e))
        return say("–");
    return say("[%.60s, %.60s]", signed_like(e, shares, e.low).text, signed_like(e, shares, e.high).text);
}

rl_words rl_say_difference(rl_estimate e, bool shares)
{
    if (!has_interval(e))
        return rl_say_change(e, shares);
    return say("%.60s %.120s", rl_say_change(e, shares).text, rl_say_interval(e, shares).text);
}

rl_words rl_say_count(size_t count, const char *one, const char *many)
{
    return say("%zu %s", count, count == 1 ? one : many);
}

/* How the literature spells them; a curve without a line here goes by its own name. */
static const struct {
    const char *name, *title;
} SPELLINGS[] = {
    { "identity", "Identity" },
    { "relu", "ReLU" },
    { "leaky_relu", "Leaky ReLU" },
    { "prelu", "PReLU" },
    { "rrelu", "RReLU" },
    { "relu6", "ReLU6" },
    { "elu", "ELU" },
    { "celu", "CELU" },
    { "selu", "SELU" },
    { "gelu", "GELU" },
    { "gelu_tanh", "GELU (tanh)" },
    { "silu", "SiLU" },
    { "mish", "Mish" },
    { "hard_swish", "Hard Swish" },
    { "softplus", "SoftPlus" },
    { "softsign", "SoftSign" },
    { "sigmoid", "Sigmoid" },
};

static const char *curve_title(const rl_activation *curve)
{
    for (size_t i = 0; i < sizeof SPELLINGS / sizeof *SPELLINGS; i++)
        if (strcmp(curve->name, SPELLINGS[i].name) == 0)
            return SPELLINGS[i].title;
    return curve->name;
}

bool rl_any_gates(const rl_results *results)
{
    for (size_t a = 0; a < results->arm_count; a++)
        if (results->arms[a].gates)
            return true;
    return false;
}

bool rl_any_steps(const rl_results *results)
{
    for (size_t i = 0; i < results->setting_count * results->arm_count; i++)
        if (results->cells[i].steps > 0)
            return true;
    return false;
}

const char *rl_arm_name(rl_arm arm)
{
    return arm.gates ? arm.gates->name : arm.curve->name;
}

static const char *name_title(rl_arm arm)
{
    return arm.gates ? arm.gates->title : curve_title(arm.curve);
}

/* " + ReDo", " + ReDo every 5 epochs"; nothing where nobody is revived. */
static rl_words revival(rl_arm arm)
{
    if (arm.redo_every > 1)
        return say(" + ReDo every %ld epochs", arm.redo_every);
    return say("%s", arm.redo_every ? " + ReDo" : "");
}

static const char *const CHANGES[RL_CHANGES] = { [RL_CHANGE_L1] = "L1 %.6g",
    [RL_CHANGE_L2] = "L2 %.6g",
    [RL_CHANGE_DROPOUT] = "dropout %.6g",
    [RL_CHANGE_EARLY_STOP] = "early stopping (%.6g)" };

/* " + L2 0.01 + dropout 0.5", and who is revived. */
static rl_words changes(rl_arm arm)
{
    rl_words words = { { 0 } };
    size_t used = 0;
    for (int c = 0; c < RL_CHANGES; c++) {
        char change[40];
        if (arm.changes[c] == 0 || used + sizeof change + 4 > sizeof words.text)
            continue;
        snprintf(change, sizeof change, CHANGES[c], (double)arm.changes[c]);
        used += (size_t)snprintf(words.text + used, sizeof words.text - used, " + %s", change);
    }
    snprintf(words.text + used, sizeof words.text - used, "%.40s", revival(arm).text);
    return words;
}

/* An arm that only changes its setting's: "No cure", "Dropout 0.5". */
static rl_words cure_title(rl_arm arm)
{
    rl_words title = changes(arm);
    if (!title.text[0])
        return say("No cure");
    memmove(title.text, title.text + 3, strlen(title.text + 3) + 1);
    title.text[0] = (char)toupper((unsigned char)title.text[0]);
    return title;
}

/* ReLU's hidden parameter is its slope at 0, named only where it is not the usual 0. */
rl_words rl_arm_title(rl_arm arm)
{
    if (rl_arm_is_cure(arm))
        return cure_title(arm);
    const char *title = name_title(arm);
    const rl_words after = changes(arm);
    if (arm.curve && arm.curve->has_alpha)
        return say("%.80s (α = %.6g)%.90s", title, (double)arm.alpha, after.text);
    if (arm.curve == &rl_relu && arm.alpha != 0)
        return say("%.80s (slope %.6g at 0)%.90s", title, (double)arm.alpha, after.text);
    return say("%.80s%.100s", title, after.text);
}

rl_words rl_arm_short(const rl_results *results, size_t arm)
{
    if (rl_arm_is_cure(results->arms[arm]))
        return cure_title(results->arms[arm]);
    for (size_t other = 0; other < results->arm_count; other++)
        if (other != arm && results->arms[other].curve == results->arms[arm].curve &&
            results->arms[other].gates == results->arms[arm].gates)
            return rl_arm_title(results->arms[arm]);
    return say("%.80s%.100s", name_title(results->arms[arm]), changes(results->arms[arm]).text);
}

rl_words rl_arm_within(const rl_results *results, size_t arm)
{
    rl_words name = rl_arm_title(results->arms[arm]);
    if (rl_arm_is_cure(results->arms[arm]) && islower((unsigned char)name.text[1])) /* not L1 */
        name.text[0] = (char)tolower((unsigned char)name.text[0]);
    return name;
}

size_t rl_settings_of_a_regime(const rl_results *results)
{
    size_t count = 1;
    while (!rl_arm_is_cure(results->settings[0].base) && count < results->setting_count &&
           strcmp(results->settings[count].name, results->settings[0].name) == 0)
        count++;
    return count;
}

rl_words rl_setting_title(const rl_results *results, size_t setting)
{
    const rl_arm base = results->settings[setting].base;
    if (rl_arm_is_cure(base))
        return say("%.100s", results->settings[setting].title);
    if (rl_settings_of_a_regime(results) == results->setting_count)
        return rl_arm_title(base);
    return say("%.90s: %.90s", results->settings[setting].title, rl_arm_title(base).text);
}

static bool continues_character(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

rl_words rl_data_title(const rl_results *results)
{
    enum { LONGEST = 40 };
    const char *name = results->data_name;
    const char *slash = strrchr(name, '/');
    if (slash && slash[1])
        name = slash + 1;
    rl_words title = { { 0 } };
    size_t used = 0, characters = 0;
    for (const char *c = name; *c; c++) {
        if (!continues_character(*c) && ++characters > LONGEST) {
            memcpy(title.text + used, "…", sizeof "…");
            return title;
        }
        if (used + 8 < sizeof title.text)
            title.text[used++] = (unsigned char)*c <= 0x20 || *c == 0x7F ? ' ' : *c;
    }
    return title;
}

rl_words rl_net_shape(const rl_results *results, const rl_recipe *recipe)
{
    if (recipe->layers) {
        const bool whole = strlen(recipe->layers) < 180;
        return say("%.*s%s", whole ? 180 : 176, recipe->layers, whole ? "" : "…");
    }
    rl_words shape = say("%zu", results->features);
    size_t used = strlen(shape.text);
    bool shortened = false;
    for (int i = 0; i < recipe->hidden_count && used + 60 < sizeof shape.text; i++) {
        int same = 1;
        while (i + same < recipe->hidden_count && recipe->hidden[i + same] == recipe->hidden[i])
            same++;
        used += (size_t)snprintf(shape.text + used, sizeof shape.text - used, "–%d", recipe->hidden[i]);
        if (same > 3)
            used += (size_t)snprintf(shape.text + used, sizeof shape.text - used, "–…–%d", recipe->hidden[i]);
        i += same > 3 ? same - 1 : 0;
        shortened = shortened || same > 3;
    }
    if (results->classes)
        used += (size_t)snprintf(shape.text + used, sizeof shape.text - used, "–%zu",
            recipe->training.loss == &rl_binary ? (size_t)1 : results->classes);
    else
        used += (size_t)snprintf(shape.text + used, sizeof shape.text - used, "–targets");
    if (shortened)
        snprintf(shape.text + used, sizeof shape.text - used, " (%d hidden layers)", recipe->hidden_count);
    return shape;
}

const char *rl_inputs_words(const rl_recipe *recipe)
{
    static const char *const WORDS[] = {
        [RL_AS_THEY_ARE] = "as they are", [RL_STANDARDISED] = "standardised", [RL_CENTRED] = "centred"
    };
    return WORDS[recipe->standardize];
}

long rl_epochs(const rl_recipe *recipe)
{
    return recipe->training.epochs > 0 ? recipe->training.epochs : 10;
}

static const struct {
    const char *name, *title;
} OPTIMISER_SPELLINGS[] = {
    { "sgd", "SGD" },
    { "momentum", "SGD with momentum" },
    { "nesterov", "SGD with Nesterov momentum" },
    { "rmsprop", "RMSProp" },
    { "adam", "Adam" },
    { "adamw", "AdamW" },
};

rl_words rl_training_words(const rl_recipe *recipe)
{
    const rl_training *how = &recipe->training;
    const char *name = how->optimiser ? rl_optimiser_name(how->optimiser) : "sgd", *title = name;
    for (size_t i = 0; i < sizeof OPTIMISER_SPELLINGS / sizeof *OPTIMISER_SPELLINGS; i++)
        if (strcmp(name, OPTIMISER_SPELLINGS[i].name) == 0)
            title = OPTIMISER_SPELLINGS[i].title;
    char batch[32] = "batches of 32 rows";
    if (how->batch > 0)
        snprintf(batch, sizeof batch, "batches of %d rows", how->batch);
    return say("%s, learning rate %g, %s, %ld epochs", title, (double)how->rate, batch, rl_epochs(recipe));
}

static const rl_loss *loss_of(const rl_results *results)
{
    const rl_loss *loss = results->setting_count ? results->settings[0].recipe.training.loss : NULL;
    return loss ? loss : results->classes ? &rl_cross_entropy : &rl_squared;
}

const char *rl_loss_title(const rl_results *results)
{
    const rl_loss *loss = loss_of(results);
    return loss == &rl_cross_entropy ? "cross-entropy"
           : loss == &rl_binary      ? "binary cross-entropy"
                                     : "mean squared error";
}

const char *rl_loss_unit(const rl_results *results)
{
    const rl_loss *loss = loss_of(results);
    return loss == &rl_cross_entropy ? "cross-entropy, nats"
           : loss == &rl_binary      ? "binary cross-entropy, nats"
                                     : "mean squared error";
}

const char *rl_measure(const rl_results *results)
{
    if (results->classes)
        return results->test_rows ? "test accuracy" : "training accuracy";
    return results->test_rows ? "test loss" : "training loss";
}

size_t rl_width(const char *text)
{
    size_t width = 0;
    for (; *text; text++)
        width += !continues_character(*text);
    return width;
}
