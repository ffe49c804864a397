/* The words by their definitions: each threshold from both sides, which word is shown, what their names are. */
#include "nets.h"

#include "vital/words.h"

static const rl_thresholds defaults = { .dormant = 0.025, .saturated = 1e-3, .nearly_dead = 0.01 };

/* A unit that nothing is to be said of: it conducts and fires on half of 1,000 examples. */
static rl_signs lively(void)
{
    return (rl_signs){ .counts = { .rows = 1000, .conducted = 500, .fired = 500 },
        .lowest_a = 0,
        .highest_a = 2,
        .dormancy = 1,
        .steepest = 1 };
}

static void says(rl_signs signs, unsigned expected)
{
    assert_int_equal(rl_words_for(&signs, defaults), expected);
}

static void a_lively_unit_has_no_word(void **state)
{
    (void)state;
    says(lively(), 0);
}

static void each_word_at_its_threshold(void **state)
{
    (void)state;
    rl_signs s = lively();
    s.counts.conducted = 10;
    says(s, 0); /* 1 % is not fewer than 1 % */
    s.counts.conducted = 9;
    says(s, RL_NEARLY_DEAD);
    s.counts = (rl_vitals){ .rows = 700, .conducted = 7, .fired = 7 }; /* 0.01 · 700 > 7 in floating point */
    says(s, 0);
    s = lively();
    s.counts.conducted = 0;
    s.steepest = 0;
    says(s, RL_DEAD); /* above a lid: it fires */
    s.counts.fired = 0;
    says(s, RL_DEAD | RL_SILENT);
    s = lively();
    s.counts.fired = 0;
    says(s, RL_SILENT);
    s.counts.fired = 1000;
    says(s, RL_ALWAYS_ON);
    s.counts.fired = 999;
    says(s, 0);
    s = lively();
    s.steepest = 1e-3f; /* a little above 0.001 */
    says(s, 0);
    s.steepest = 0.99e-3f;
    says(s, RL_SATURATED);
    s.steepest = 0; /* it rounded to 0, but the curve says that it conducts */
    says(s, RL_SATURATED);
    s = lively();
    s.dormancy = 0.025;
    says(s, RL_DORMANT);
    s.dormancy = 0.0250001;
    says(s, 0);
    s = lively();
    s.lowest_a = -2;
    s.highest_a = -2;
    says(s, RL_UNVARYING);
    s.highest_a = -2 + 8 * 0x1p-23f; /* 4 ε · 2 */
    says(s, RL_UNVARYING);
    s.highest_a = -2 + 9 * 0x1p-23f;
    says(s, 0);
    s.lowest_a = s.highest_a = 0;
    says(s, RL_UNVARYING);
    s = lively();
    s.starved = true;
    says(s, RL_STARVED);
    s.severed = true;
    says(s, RL_STARVED | RL_SEVERED);
}

static void broken_hides_what_depends_on_all_examples(void **state)
{
    (void)state;
    rl_signs s = lively();
    s.counts = (rl_vitals){ .rows = 1000, .broken = 1 };
    s.lowest_a = s.highest_a = 0;
    s.dormancy = 0;
    s.steepest = 0;
    says(s, RL_BROKEN);
    s.severed = true;
    says(s, RL_BROKEN | RL_SEVERED);
}

static void no_evidence_no_word(void **state)
{
    (void)state;
    says((rl_signs){ 0 }, 0);
}

static void thresholds_can_be_told(void **state)
{
    (void)state;
    rl_signs s = lively();
    assert_int_equal(rl_words_for(&s, (rl_thresholds){ .dormant = 1, .saturated = 2, .nearly_dead = 0.6 }),
        RL_DORMANT | RL_SATURATED | RL_NEARLY_DEAD);
    rl_thresholds d = rl_thresholds_or_default((rl_thresholds){ 0 });
    assert_true(d.dormant == 0.025 && d.saturated == 1e-3 && d.nearly_dead == 0.01);
    d = rl_thresholds_or_default((rl_thresholds){ .dormant = 0.1, .saturated = 0.2, .nearly_dead = 0.3 });
    assert_true(d.dormant == 0.1 && d.saturated == 0.2 && d.nearly_dead == 0.3);
}

static void the_word_shown_goes_by_the_order_of_the_glossary(void **state)
{
    (void)state;
    const rl_word order[] = { RL_BROKEN, RL_DEAD, RL_STARVED, RL_SATURATED, RL_SILENT, RL_NEARLY_DEAD, RL_DORMANT,
        RL_ALWAYS_ON };
    unsigned below = RL_UNVARYING | RL_SEVERED | RL_PROVED_DEAD;
    assert_int_equal(rl_word_shown(below), 0); /* these are told in lists, never as the one label */
    for (int i = 7; i >= 0; i--) {
        below |= order[i];
        assert_int_equal(rl_word_shown(below), order[i]);
    }
}

static void names_are_those_of_the_glossary(void **state)
{
    (void)state;
    const char *const names[RL_WORDS] = { "broken", "dead", "starved", "saturated", "silent", "nearly dead", "dormant",
        "always on", "constant", "severed", "proved dead" };
    for (int i = 0; i < RL_WORDS; i++)
        assert_string_equal(rl_word_name((rl_word)(1 << i)), names[i]);
    assert_string_equal(rl_word_name((rl_word)0), "alive");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lively_unit_has_no_word),
        cmocka_unit_test(each_word_at_its_threshold),
        cmocka_unit_test(broken_hides_what_depends_on_all_examples),
        cmocka_unit_test(no_evidence_no_word),
        cmocka_unit_test(thresholds_can_be_told),
        cmocka_unit_test(the_word_shown_goes_by_the_order_of_the_glossary),
        cmocka_unit_test(names_are_those_of_the_glossary),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
