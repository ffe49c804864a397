/* The arms of adversarial studies: a curve for each net, and what they start from.
 *
 * How the defaults were chosen, by measurement, with seeds from 1000 on so that the study does not show what its settings
 * were tuned on (16 seeds, both nets with Leaky ReLU 0.2; how many covered all eight clouds, share of high quality):
 *
 *     values of noise   2: 15, 85 %;  4: 14, 81 %;  8: 6, 83 %;  32: 1, 86 %   (two hidden layers of 64)
 *     hidden layers     32,32: 15, 84 %;  64,64: 15, 85 %
 *     noise of data     0.02: 4, 55 %;  0.05: 15, 85 %;  0.1: 16, 92 %         (64,64)
 *
 * Digits (8 seeds, 16 values of noise; classes covered of 10, share of high quality; an untrained generator has 0 of both):
 *
 *     hidden layers and epochs   64,64, 100: 8.0, 31 % (4 seeds);  64,64, 200: 9.8, 47 %;  128,128, 100: 9.8, 48 %
 *
 * Adam's rate 0.001 with β₁ = 0.5 is about DCGAN's (Radford et al. 2016); there 0.0002 for nets of millions. */
#include "relive_study.h"

#include "base/error.h"

#include <stdio.h>
#include <string.h>

const char rl_gan_data[] = "ring:4096", rl_gan_activations[] = "relu,relu/leaky_relu:0.2,leaky_relu:0.2";

static bool is_clouds(const char *data)
{
    return strncmp(data, "ring", 4) == 0 || strncmp(data, "blobs", 5) == 0;
}

int rl_gan_noise(const char *data)
{
    return is_clouds(data) ? 2 : 16;
}

rl_recipe rl_gan_recipe(const char *data)
{
    rl_recipe recipe = rl_recipe_default();
    recipe.hidden_count = 2;
    recipe.hidden[0] = recipe.hidden[1] = 32;
    recipe.standardize = RL_AS_THEY_ARE;
    recipe.test_share = 0;
    recipe.training = (rl_training){
        .epochs = 100, .batch = 64, .rate = 0.001f, .optimiser = &rl_adam, .beta1 = 0.5f, .loss = &rl_binary
    };
    if (!is_clouds(data)) {
        recipe.hidden[0] = recipe.hidden[1] = 64;
        recipe.training.epochs = 200;
    }
    return recipe;
}

/* A curve that learns or draws its α cannot share a pack with others, and an arm changes nothing but curves. */
static bool parse_side(const char *whole, const char *text, rl_arm *arm, rl_error *err)
{
    if (!rl_curve_parse(text, arm, err))
        return false;
    const rl_arm plain = { .curve = arm->curve, .alpha = arm->alpha };
    if (!rl_arm_is(*arm, plain))
        return rl_fail(err, RL_BAD_CONFIG,
            "\"%.60s\": expected a curve for both nets, or the generator's/the discriminator's, with nothing after a +",
            whole);
    if (arm->curve->learned || arm->curve->drawn)
        return rl_fail(err, RL_BAD_CONFIG, "\"%.60s\": %s has an α of its own making; expected a fixed curve", whole,
            arm->curve->name);
    return true;
}

bool rl_rivals_parse(const char *text, rl_rivals *rivals, rl_error *err)
{
    char generator[RL_NAME_ROOM];
    if (rl_failed(err))
        return false;
    const char *slash = strchr(text, '/');
    snprintf(generator, sizeof generator, "%.*s", slash ? (int)(slash - text) : -1, text);
    return parse_side(text, generator, &rivals->side[RL_GENERATOR], err) &&
           parse_side(text, slash ? slash + 1 : text, &rivals->side[RL_DISCRIMINATOR], err);
}

void rl_rivals_label(rl_rivals rivals, char *label, size_t room)
{
    char one[RL_NAME_ROOM], other[RL_NAME_ROOM];
    rl_arm_label(rivals.side[RL_GENERATOR], one, sizeof one);
    rl_arm_label(rivals.side[RL_DISCRIMINATOR], other, sizeof other);
    if (rl_arm_is(rivals.side[RL_GENERATOR], rivals.side[RL_DISCRIMINATOR]))
        snprintf(label, room, "%s", one);
    else
        snprintf(label, room, "%s/%s", one, other);
}
