/* The regimes: named ways to live or die. All their values stand in this one file. Each changes the default recipe
 * as little as it can, so that what happens can be put down to what was changed.
 *
 * Measured on the digits, 64 seeds each: dead units at the end with ReLU (Leaky ReLU never has any), and test accuracy
 * with ReLU and with Leaky ReLU, without the diverged runs.
 *
 *     healthy       0 %   0.980  0.980
 *     high-rate    26 %   0.57   0.95    At half of the rate 0 %, 0.980 and 0.980. With one hidden layer nothing dies
 *                                        at this rate (0.984, 0.983) nor up to 1.6, and above that runs diverge
 *     low-bias     26 %   0.37   0.61    With biases at -3: 2 %, 0.915 and 0.932
 *     raw-inputs   81 %   0.56   0.95    At half of the rate 19 % die, and no harm is done: 0.976 and 0.976
 *     deep         20 %   0.31   0.33    21 % are born dead. No difference in accuracy could be shown
 *
 * "overfitting" is not one of them, since nothing need die in it: it belongs to the study of that name (topics.c). */
#include "relive_study.h"

#include "base/error.h"
#include "base/text.h"

#include <string.h>

static void healthy(rl_recipe *recipe)
{
    (void)recipe;
}

static void high_rate(rl_recipe *recipe)
{
    recipe->hidden_count = 2;
    recipe->hidden[0] = recipe->hidden[1] = 32;
    recipe->training.rate = 0.9f;
}

static void low_bias(rl_recipe *recipe)
{
    recipe->bias = -5;
}

static void raw_inputs(rl_recipe *recipe)
{
    recipe->standardize = RL_AS_THEY_ARE;
}

static void deep(rl_recipe *recipe)
{
    enum { LAYERS = 16, WIDTH = 8 };
    recipe->hidden_count = LAYERS;
    for (int i = 0; i < LAYERS; i++)
        recipe->hidden[i] = WIDTH;
}

static void overfitting(rl_recipe *recipe)
{
    recipe->hidden_count = 2;
    recipe->hidden[0] = recipe->hidden[1] = 128;
    recipe->test_share = 0.9;
    recipe->validation_share = 0.2;
    recipe->training.epochs = 300;
}

static const rl_regime regime_overfitting = { "overfitting", "Large net, few rows",
    "Two hidden layers of 128 units learn from a tenth of the rows, long enough to learn them by heart; a fifth of "
    "that "
    "tenth is set aside for early stopping, and no arm trains on it.",
    overfitting };

static const rl_regime regimes[] = {
    { "healthy", "Healthy",
        "The default recipe: standardised inputs, He initialisation and a moderate learning rate, so that units start "
        "awake on about half of the data and no step throws them far.",
        healthy },
    { "high-rate", "Rate too high",
        "A second hidden layer and a learning rate chosen too high for it: one step can push a unit below zero for "
        "every "
        "example, where ReLU passes no gradient to bring it back.",
        high_rate },
    { "low-bias", "Biases far below zero",
        "Hidden biases start far below zero, so that a unit begins below zero for most or all examples and sees little "
        "gradient or none.",
        low_bias },
    { "raw-inputs", "Raw inputs",
        "Inputs are not standardised: where features are all positive and large, one step moves a unit the same way "
        "for every example.",
        raw_inputs },
    { "deep", "Deep and narrow",
        "Many hidden layers of few units: a layer that closes cuts off all below it, and signal and "
        "gradient thin out on the way.",
        deep },
};

enum { COUNT = sizeof regimes / sizeof *regimes };

/* Of these, what makes sense for layers of anybody's: nothing is known of them, so nothing was chosen for them. */
static void rate_too_high(rl_recipe *recipe)
{
    recipe->training.rate = 0.9f;
}

static const rl_regime of_own_layers[] = {
    { "healthy", "Healthy",
        "Standardised inputs, He initialisation and a moderate learning rate, in layers as they were given.", healthy },
    { "high-rate", "Rate too high",
        "The same at nine times that learning rate: one step can push a unit below zero for every example, where ReLU "
        "passes no gradient to bring it back.",
        rate_too_high },
    { "low-bias", "Biases far below zero",
        "The biases of all layers but the last start far below zero, so that a unit begins below zero for most or all "
        "examples and sees little gradient or none.",
        low_bias },
    { "raw-inputs", "Raw inputs",
        "Inputs are not standardised: where features are all positive and large, one step moves a unit the same way "
        "for every example.",
        raw_inputs },
};

const rl_architecture rl_architecture_mlp = { .name = "mlp",
    .about = "dense hidden layers (--hidden)",
    .data = "digits",
    .choice = "all",
    .activations = "relu,leaky_relu",
    .regimes = regimes,
    .regime_count = COUNT,
    .seeds = 64 };

static const rl_architecture own = { .name = "layers",
    .about = "layers as they were given",
    .data = "digits",
    .choice = "healthy",
    .activations = "relu,leaky_relu",
    .regimes = of_own_layers,
    .regime_count = sizeof of_own_layers / sizeof *of_own_layers,
    .seeds = 64 };

const rl_architecture *rl_architecture_own(void)
{
    return &own;
}

const rl_regime *rl_regimes(size_t *count)
{
    *count = COUNT;
    return regimes;
}

const rl_regime *rl_regime_named(const char *name, rl_error *err)
{
    if (rl_failed(err))
        return NULL;
    const char *names[COUNT + 1];
    for (size_t i = 0; i <= COUNT; i++) {
        const rl_regime *regime = i < COUNT ? &regimes[i] : &regime_overfitting;
        if (strcmp(regime->name, name) == 0)
            return regime;
        names[i] = regime->name;
    }
    rl_fail_unknown(err, "regime", name, names, COUNT + 1);
    return NULL;
}
