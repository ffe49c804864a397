/* Arms as a user writes them, their labels, the default recipe and the table of regimes. */
#include "relive_study.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static void arms_are_parsed(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const rl_activation *curve;
        float alpha;
    } known[] = {
        { "relu", &rl_relu, 0 },
        { "relu:0", &rl_relu, 0 },
        { "relu:1", &rl_relu, 1 },
        { "leaky_relu", &rl_leaky_relu, 0.01f },
        { "leaky_relu:0.2", &rl_leaky_relu, 0.2f },
        { "leaky_relu:-1e-3", &rl_leaky_relu, -1e-3f },
        { "prelu", &rl_prelu, 0.25f },
        { "prelu:0.1", &rl_prelu, 0.1f },
        { "elu:0.5", &rl_elu, 0.5f },
        { "elu:0", &rl_elu, 0 },
        { "tanh", &rl_tanh, 0 },
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        rl_error err = { 0 };
        rl_arm arm = { 0 };
        if (!rl_arm_parse(known[i].text, &arm, &err))
            fail_msg("%s: %s", known[i].text, err.text);
        assert_ptr_equal(arm.curve, known[i].curve);
        assert_true(arm.alpha == known[i].alpha);
    }
}

static void every_curve_is_an_arm_by_its_name(void **state)
{
    (void)state;
    size_t count;
    const rl_activation *const *all = rl_activations(&count);
    for (size_t i = 0; i < count; i++) {
        rl_error err = { 0 };
        rl_arm arm, again;
        char label[RL_NAME_ROOM];
        assert_true(rl_arm_parse(all[i]->name, &arm, &err));
        assert_ptr_equal(arm.curve, all[i]);
        assert_true(arm.alpha == all[i]->alpha);
        rl_arm_label(arm, label, sizeof label);
        assert_true(rl_arm_parse(label, &again, &err)); /* a label is an arm again */
        assert_ptr_equal(again.curve, arm.curve);
        assert_true(again.alpha == arm.alpha);
    }
}

static void labels_say_alpha_where_there_is_one(void **state)
{
    (void)state;
    static const struct {
        rl_arm arm;
        const char *label;
    } known[] = {
        { { .curve = &rl_relu }, "relu" },
        { { .curve = &rl_relu, .alpha = 1 }, "relu:1" },
        { { .curve = &rl_leaky_relu, .alpha = 0.01f }, "leaky_relu:0.01" },
        { { .curve = &rl_leaky_relu, .alpha = 0.2f }, "leaky_relu:0.2" },
        { { .curve = &rl_leaky_relu, .alpha = 1.0f / 3 }, "leaky_relu:0.33333334" },
        { { .curve = &rl_leaky_relu }, "leaky_relu:0" },
        { { .curve = &rl_prelu, .alpha = 0.25f }, "prelu:0.25" },
        { { .curve = &rl_elu, .alpha = 1 }, "elu:1" },
        { { .curve = &rl_rrelu, .alpha = 11.0f / 48 }, "rrelu" },
        { { .curve = &rl_sigmoid }, "sigmoid" },
        { { .gates = &rl_gates_gru }, "gru" },
        { { .gates = &rl_gates_lstm, .redo_every = 2 }, "lstm+redo:2" },
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        char label[RL_NAME_ROOM];
        rl_arm_label(known[i].arm, label, sizeof label);
        assert_string_equal(label, known[i].label);
    }
    char small[5];
    rl_arm_label((rl_arm){ .curve = &rl_leaky_relu, .alpha = 0.01f }, small, sizeof small);
    assert_string_equal(small, "leak");
}

static void bad_arms_are_refused_in_one_clear_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } bad[] = {
        { "leaky_rleu", "unknown activation \"leaky_rleu\"; did you mean \"leaky_relu\"?" },
        { "", "unknown activation \"\"" },
        { ":0.1", "unknown activation \"\"" },
        { "leaky_relu:", "activation \"leaky_relu:\": its parameter is \"\", expected a finite number" },
        { "leaky_relu:x", "its parameter is \"x\", expected a finite number" },
        { "leaky_relu:0.1:2", "its parameter is \"0.1:2\", expected a finite number" },
        { "leaky_relu:nan", "expected a finite number" },
        { "leaky_relu:inf", "expected a finite number" },
        { "leaky_relu:1e39", "expected a finite number" },
        { "leaky_relu:-1e39", "expected a finite number" },
        { "elu:-1", "activation \"elu:-1\": its parameter is \"-1\", expected at least 0" },
        { "relu:0.1", "relu's slope at 0 is \"0.1\", expected 0 or 1" },
        { "relu:", "relu's slope at 0 is \"\", expected 0 or 1" },
        { "relu:nan", "expected 0 or 1" },
        { "tanh:1", "activation \"tanh:1\": tanh has no parameter, expected \"tanh\" alone" },
        { "gru:0.2", "activation \"gru:0.2\": gru has no parameter, expected \"gru\" alone" },
        { "rrelu:0.2", "activation \"rrelu:0.2\": rrelu draws its slope, expected \"rrelu\" alone" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        rl_error err = { 0 };
        rl_arm arm = { .curve = &rl_relu6, .alpha = 3 };
        assert_false(rl_arm_parse(bad[i].text, &arm, &err));
        assert_int_equal(err.code, RL_BAD_CONFIG);
        if (!strstr(err.text, bad[i].says))
            fail_msg("\"%s\" gave: %s", bad[i].text, err.text);
        assert_ptr_equal(arm.curve, &rl_relu6);         /* untouched */
        assert_false(rl_arm_parse("relu", &arm, &err)); /* the error sticks */
    }
}

/* Longer than any name: neither crashes nor is taken for what it begins with. */
static void long_arms_are_unknown(void **state)
{
    (void)state;
    char text[5000];
    memset(text, 'a', sizeof text);
    memcpy(text, "relu", 4);
    text[sizeof text - 1] = '\0';
    rl_error err = { 0 };
    rl_arm arm;
    assert_false(rl_arm_parse(text, &arm, &err));
    assert_int_equal(err.code, RL_BAD_CONFIG);
    memset(&err, 0, sizeof err);
    text[10] = ':';
    assert_false(rl_arm_parse(text, &arm, &err));
    memset(&err, 0, sizeof err);
    memcpy(text, "leaky_relu:", 11);
    assert_false(rl_arm_parse(text, &arm, &err));
    assert_non_null(strstr(err.text, "expected a finite number"));
}

static void the_default_recipe_is_the_promised_one(void **state)
{
    (void)state;
    rl_recipe recipe = rl_recipe_default();
    assert_int_equal(recipe.hidden_count, 1);
    assert_int_equal(recipe.hidden[0], 32);
    assert_ptr_equal(recipe.init, &rl_he);
    assert_true(recipe.bias == 0 && recipe.dropout == 0);
    assert_true(recipe.standardize);
    assert_true(recipe.test_share == 0.2 && recipe.validation_share == 0);
    assert_true(recipe.training.rate == 0.1f);
    assert_ptr_equal(recipe.training.optimiser, &rl_sgd);
    assert_int_equal(recipe.training.epochs, 20);
    assert_int_equal(recipe.training.batch, 0); /* 32, or all rows if fewer */
}

/* The five of the study, in its order; healthy is the default; every other changes something, and leaves a net that
 * can be built. */
static void regimes_are_named_and_apply(void **state)
{
    (void)state;
    static const char *const names[] = { "healthy", "high-rate", "low-bias", "raw-inputs", "deep" };
    size_t count;
    const rl_regime *all = rl_regimes(&count);
    assert_int_equal(count, sizeof names / sizeof *names);
    for (size_t i = 0; i < count; i++) {
        rl_error err = { 0 };
        assert_string_equal(all[i].name, names[i]);
        assert_ptr_equal(rl_regime_named(names[i], &err), &all[i]);
        assert_true(strlen(all[i].title) > 0 && strlen(all[i].title) < RL_NAME_ROOM);
        assert_true(strlen(all[i].about) > 20 && all[i].about[strlen(all[i].about) - 1] == '.');
        rl_recipe recipe = rl_recipe_default(), before;
        memcpy(&before, &recipe, sizeof before); /* padding too */
        all[i].apply(&recipe);
        assert_int_equal(memcmp(&recipe, &before, sizeof recipe) != 0, i != 0);
        assert_true(recipe.hidden_count >= 1 && recipe.hidden_count <= RL_MOST_HIDDEN);
        for (int layer = 0; layer < recipe.hidden_count; layer++)
            assert_true(recipe.hidden[layer] >= 1);
        assert_true(recipe.training.rate > 0 && recipe.training.epochs >= 1);
    }
    rl_error err = { 0 };
    assert_null(rl_regime_named("high_rate", &err));
    assert_string_equal(err.text, "unknown regime \"high_rate\"; did you mean \"high-rate\"?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arms_are_parsed),
        cmocka_unit_test(every_curve_is_an_arm_by_its_name),
        cmocka_unit_test(labels_say_alpha_where_there_is_one),
        cmocka_unit_test(bad_arms_are_refused_in_one_clear_line),
        cmocka_unit_test(long_arms_are_unknown),
        cmocka_unit_test(the_default_recipe_is_the_promised_one),
        cmocka_unit_test(regimes_are_named_and_apply),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
