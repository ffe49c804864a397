/* The written comparison: its length, whatever the results, and that it says nothing the numbers do not allow. */
#include "report/analysis.h"
#include "report/judge.h"
#include "report/words.h"
#include "synthetic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

typedef struct {
    rl_results *results;
    rl_summary *summary;
    char *text;
} written;

static written write_one(synthetic_plan plan)
{
    rl_error err = { 0 };
    written w = { .results = synthetic_results(plan) };
    w.summary = synthetic_summary(w.results);
    w.text = rl_analysis(w.results, w.summary, &err);
    assert_int_equal(err.code, RL_OK);
    assert_non_null(w.text);
    return w;
}

static void drop(written w)
{
    synthetic_summary_free(w.summary, w.results);
    synthetic_free(w.results);
    free(w.text);
}

static size_t pick(rl_random *random, size_t low, size_t high)
{
    return low + rl_random_below(random, (uint32_t)(high - low + 1));
}

static synthetic_plan random_plan(uint64_t seed)
{
    static const double GAINS[] = { -0.2, -0.02, -0.002, 0, 0.002, 0.02, 0.2 }, NOISES[] = { 0, 0.001, 0.01, 0.1 };
    static const double DEATHS[] = { 0, 0.003, 0.4, 1 }, DIVERGING[] = { 0, 0, 0, 0.05, 0.5, 0.97, 1 };
    static const size_t SEEDS[] = { 1, 2, 3, 8, 32 };
    static const char *const NAMES[] = { NULL, "moons", "a b c d e f g h i j k l m n o p q r s t u v w x y z",
        "/home/someone/with a very long and wordy path/to some data that have a very long name.csv", "*<b>[x](y)\\`",
        "Ünïcödé データ" };
    rl_random random = rl_random_stream(seed, RL_FOR_TESTS, 7);
    return (synthetic_plan){ .settings = pick(&random, 1, 5),
        .arms = pick(&random, 1, 6),
        .seeds = SEEDS[pick(&random, 0, 4)],
        .epochs = 4,
        .gain = GAINS[pick(&random, 0, 6)],
        .noise = NOISES[pick(&random, 0, 3)],
        .death = DEATHS[pick(&random, 0, 3)],
        .diverging = DIVERGING[pick(&random, 0, 6)],
        .real_targets = pick(&random, 0, 3) == 0,
        .no_test = pick(&random, 0, 3) == 0,
        .interrupted = pick(&random, 0, 5) == 0,
        .name = NAMES[pick(&random, 0, 5)],
        .seed = seed };
}

/* ---- Counting ---- */

static void test_words_are_counted_both_ways(void **state)
{
    (void)state;
    assert_int_equal(rl_count_words("").most, 0);
    rl_word_count plain = rl_count_words("  three plain words\n");
    assert_int_equal(plain.least, 3);
    assert_int_equal(plain.most, 3);
    rl_word_count numbers = rl_count_words("97.2 % (0.5)");
    assert_int_equal(numbers.least, 2); /* the sign alone is no word */
    assert_int_equal(numbers.most, 4);  /* 97, 2, 0, 5 */
}

/* ---- Length ---- */

static void test_length_is_200_to_300_whatever_the_results(void **state)
{
    (void)state;
    size_t shortest = SIZE_MAX, longest = 0;
    for (uint64_t seed = 0; seed < 700; seed++) {
        written w = write_one(random_plan(seed));
        rl_word_count words = rl_count_words(w.text);
        if (words.least < 200 || words.most > 300)
            print_error("seed %llu: %zu to %zu words\n%s\n", (unsigned long long)seed, words.least, words.most, w.text);
        assert_true(words.least >= 200 && words.most <= 300);
        shortest = words.least < shortest ? words.least : shortest;
        longest = words.most > longest ? words.most : longest;
        assert_null(strstr(w.text, "nan"));
        assert_null(strstr(w.text, "inf"));
        assert_null(strstr(w.text, "–")); /* no figure that is not there */
        assert_null(strstr(w.text, "  "));
        assert_null(strstr(w.text, "()"));
        drop(w);
    }
    assert_true(shortest < longest); /* the texts do differ */
}

/* ---- Truth ---- */

static bool says(const written *w, const char *words)
{
    return strstr(w->text, words) != NULL;
}

/* A claim of the form "X ended with a higher test accuracy than ReLU" stands there just if one pair of X allows it. */
static void test_claims_are_exactly_those_allowed(void **state)
{
    (void)state;
    size_t claims = 0, denials = 0;
    for (uint64_t seed = 0; seed < 700; seed++) {
        synthetic_plan plan = random_plan(seed);
        plan.arms = 2;
        written w = write_one(plan);
        const rl_results *r = w.results;
        for (size_t arm = 1; arm < r->arm_count; arm++)
            for (int higher = 0; higher < 2; higher++) {
                char claim[600];
                snprintf(claim, sizeof claim, "%s ended with a %s %s than %s", rl_arm_short(r, arm).text,
                    higher ? "higher" : "lower", rl_measure(r), rl_arm_short(r, 0).text);
                bool allowed = false;
                for (size_t s = 0; s < r->setting_count; s++) {
                    const rl_comparison *c = &w.summary->pairs[s * (r->arm_count - 1) + arm - 1].test_accuracy;
                    bool beyond = higher ? c->difference.low > 0 : c->difference.high < 0;
                    allowed = allowed || (beyond && c->p_holm < 0.05);
                }
                assert_int_equal(says(&w, claim), allowed);
                claims += allowed;
                denials += !allowed;
            }
        drop(w);
    }
    assert_true(claims > 50 && denials > 50);
}

/* With many arms not all claims find room, but none may be there without cause. */
static void test_no_claim_without_cause(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 300; seed++) {
        synthetic_plan plan = random_plan(seed);
        plan.arms = 3 + seed % 4;
        written w = write_one(plan);
        const rl_results *r = w.results;
        for (size_t arm = 1; arm < r->arm_count; arm++)
            for (int higher = 0; higher < 2; higher++) {
                char claim[600];
                snprintf(claim, sizeof claim, " %s ended with a %s %s than", rl_arm_short(r, arm).text,
                    higher ? "higher" : "lower", rl_measure(r));
                bool allowed = false;
                for (size_t s = 0; s < r->setting_count; s++) {
                    rl_verdict verdict = rl_judge(&w.summary->pairs[s * (r->arm_count - 1) + arm - 1].test_accuracy);
                    allowed = allowed || verdict == (higher ? RL_HIGHER : RL_LOWER);
                }
                assert_true(allowed || !says(&w, claim));
                claim[0] = '\n'; /* the first of its paragraph */
                assert_true(allowed || !says(&w, claim));
            }
        drop(w);
    }
}

static const synthetic_plan CLEAR = {
    .settings = 1, .arms = 2, .seeds = 32, .epochs = 4, .gain = 0.2, .noise = 0.01, .death = 0.5
};

static void test_swapping_the_winner_swaps_the_text(void **state)
{
    (void)state;
    synthetic_plan lost = CLEAR;
    lost.gain = -0.2;
    written won = write_one(CLEAR), beaten = write_one(lost);
    assert_true(says(&won, "Leaky ReLU ended with a higher test accuracy than ReLU"));
    assert_false(says(&won, "lower test accuracy"));
    assert_true(says(&beaten, "Leaky ReLU ended with a lower test accuracy than ReLU"));
    assert_false(says(&beaten, "higher test accuracy"));
    drop(won);
    drop(beaten);
}

static void test_lower_loss_is_better(void **state)
{
    (void)state;
    synthetic_plan plan = CLEAR;
    plan.real_targets = true;
    written w = write_one(plan);
    assert_int_equal(rl_outcome_of(w.results, &w.summary->pairs[0]), RL_BETTER);
    assert_true(says(&w, "Leaky ReLU ended with a lower test loss than ReLU"));
    assert_false(says(&w, "points"));
    drop(w);
}

/* The interval alone is not enough, nor is p. */
static void test_both_conditions_are_needed(void **state)
{
    (void)state;
    rl_comparison c = { .difference = { 10, 0.02, 0.01, 0.01, 0.03 }, .p = 0.001, .p_holm = 0.049 };
    assert_int_equal(rl_judge(&c), RL_HIGHER);
    c.p_holm = 0.05;
    assert_int_equal(rl_judge(&c), RL_NOT_SHOWN);
    c = (rl_comparison){ .difference = { 10, 0.02, 0.05, -0.001, 0.041 }, .p = 0.001, .p_holm = 0.01 };
    assert_int_equal(rl_judge(&c), RL_NOT_SHOWN);
    c = (rl_comparison){ .difference = { 10, -0.02, 0.01, -0.03, -0.01 }, .p = 0.001, .p_holm = 0.01 };
    assert_int_equal(rl_judge(&c), RL_LOWER);
    c = (rl_comparison){ .difference = { 10, 0, 0, 0, 0 }, .p = 1, .p_holm = 1 };
    assert_int_equal(rl_judge(&c), RL_IDENTICAL);
    c = (rl_comparison){ .difference = { 1, 0.5, NAN, NAN, NAN }, .p = NAN, .p_holm = NAN };
    assert_int_equal(rl_judge(&c), RL_NO_PAIRS);
    c = (rl_comparison){ .difference = { 10, 0.02, 0.01, 0.01, 0.03 }, .p = NAN, .p_holm = NAN };
    assert_int_equal(rl_judge(&c), RL_NOT_SHOWN);
}

static void test_a_single_seed_names_no_winner(void **state)
{
    (void)state;
    synthetic_plan plan = CLEAR;
    plan.seeds = 1;
    written w = write_one(plan);
    assert_true(says(&w, "names no winner"));
    assert_false(says(&w, "higher") || says(&w, "interval leaves out") || says(&w, "averaged"));
    drop(w);
}

static void test_a_tie_is_no_difference_shown(void **state)
{
    (void)state;
    synthetic_plan plan = CLEAR;
    plan.gain = 0;
    plan.noise = 0.02;
    plan.seed = 1;
    written w = write_one(plan);
    assert_true(says(&w, "no difference in test accuracy could be shown"));
    assert_true(says(&w, "did not measurably help"));
    plan.noise = 0;
    written same = write_one(plan);
    assert_true(says(&same, "exactly the same test accuracy"));
    drop(w);
    drop(same);
}

static void test_diverged_runs_are_told(void **state)
{
    (void)state;
    synthetic_plan plan = CLEAR;
    plan.diverging = 1;
    written all = write_one(plan);
    assert_true(says(&all, "Every run diverged"));
    assert_false(says(&all, "unit was dead at the end") || says(&all, "averaged") || says(&all, "unit was silent"));
    plan.diverging = 0.3;
    written some = write_one(plan);
    char told[100];
    snprintf(
        told, sizeof told, "%zu of 64 runs diverged", some.summary->arms[0].diverged + some.summary->arms[1].diverged);
    assert_true(says(&some, told));
    plan.diverging = 0;
    written none = write_one(plan);
    assert_false(says(&none, "runs diverged"));
    drop(all);
    drop(some);
    drop(none);
}

static void test_dead_comes_with_its_evidence(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 50; seed++) {
        written w = write_one(random_plan(seed));
        assert_true(says(&w, "on each of the 1437 training rows"));
        drop(w);
    }
    synthetic_plan plan = CLEAR;
    plan.death = 0;
    written alive = write_one(plan);
    assert_true(says(&alive, "No ReLU "));
    plan.death = 0.5;
    written dead = write_one(plan);
    assert_false(says(&dead, "No ReLU "));
    assert_true(says(&dead, "fall silent"));
    drop(alive);
    drop(dead);
}

static void test_interruption_is_told(void **state)
{
    (void)state;
    synthetic_plan plan = CLEAR;
    plan.interrupted = true;
    written w = write_one(plan);
    assert_true(says(&w, "16 of 32 seeds were finished"));
    drop(w);
}

static void test_a_failed_error_stays(void **state)
{
    (void)state;
    rl_error err = { RL_BAD_FILE, "before" };
    written w = write_one(CLEAR);
    assert_null(rl_analysis(w.results, w.summary, &err));
    assert_string_equal(err.text, "before");
    drop(w);
}

/* ---- Memory ---- */

typedef struct {
    size_t calls, fail_at;
} stingy;

static void *resize(void *self, void *block, size_t bytes)
{
    stingy *s = self;
    if (bytes == 0) {
        free(block);
        return NULL;
    }
    return ++s->calls == s->fail_at ? NULL : realloc(block, bytes);
}

static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    written w = write_one(CLEAR);
    size_t failures = 0;
    for (size_t n = 1;; n++) {
        stingy s = { .fail_at = n };
        w.results->memory = (rl_memory){ resize, &s };
        rl_error err = { 0 };
        char *text = rl_analysis(w.results, w.summary, &err);
        bool reached = s.calls >= n;
        assert_int_equal(err.code, reached ? RL_NO_MEMORY : RL_OK);
        assert_int_equal(text == NULL, reached);
        free(text);
        failures += reached;
        if (!reached)
            break;
    }
    assert_true(failures > 2);
    w.results->memory = (rl_memory){ 0 };
    drop(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words_are_counted_both_ways),
        cmocka_unit_test(test_length_is_200_to_300_whatever_the_results),
        cmocka_unit_test(test_claims_are_exactly_those_allowed),
        cmocka_unit_test(test_no_claim_without_cause),
        cmocka_unit_test(test_swapping_the_winner_swaps_the_text),
        cmocka_unit_test(test_lower_loss_is_better),
        cmocka_unit_test(test_both_conditions_are_needed),
        cmocka_unit_test(test_a_single_seed_names_no_winner),
        cmocka_unit_test(test_a_tie_is_no_difference_shown),
        cmocka_unit_test(test_diverged_runs_are_told),
        cmocka_unit_test(test_dead_comes_with_its_evidence),
        cmocka_unit_test(test_interruption_is_told),
        cmocka_unit_test(test_a_failed_error_stays),
        cmocka_unit_test(test_every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
