/* Names and numbers as a reader wants them, the same in the table, the plots, the page and the prose. */
#ifndef RL_REPORT_WORDS_H
#define RL_REPORT_WORDS_H

#include "relive_study.h"

typedef struct {
    char text[192];
} rl_words;

/* Numbers. What is not finite is "–". Negative ones carry a true minus sign. */
rl_words rl_say_number(double number);             /* three significant digits: "0.0123", "1.2e-5" */
rl_words rl_say_percent(double share);             /* 0.9716 -> "97.2" */
rl_words rl_say_p(double p);                       /* "0.034", "<0.001" */
rl_words rl_say_mean(rl_estimate e, bool percent); /* "97.2 ± 0.3": half of the 95 % interval; alone where n < 2 */
/* "+1.3 [+0.9, +1.7]": mean and 95 % interval, in points if these are shares, with as many decimals as each other. */
rl_words rl_say_difference(rl_estimate e, bool shares);
rl_words rl_say_interval(rl_estimate e, bool shares); /* "[+0.9, +1.7]" */
rl_words rl_say_change(rl_estimate e, bool shares);   /* "+1.3" */
/* "1 seed", "64 seeds" */
rl_words rl_say_count(size_t count, const char *one, const char *many);

/* Names. */
bool rl_any_gates(const rl_results *results);                  /* is any arm a gated cell? */
bool rl_any_steps(const rl_results *results);                  /* has any net a recurrent layer? */
const char *rl_arm_name(rl_arm arm);                           /* of its curve or its gates: "leaky_relu", "gru" */
rl_words rl_arm_title(rl_arm arm);                             /* "Leaky ReLU (α = 0.01)" */
rl_words rl_arm_short(const rl_results *results, size_t arm);  /* "Leaky ReLU"; α only where it tells two apart */
rl_words rl_arm_within(const rl_results *results, size_t arm); /* within a sentence: the title, but "no cure" */
rl_words rl_setting_title(
    const rl_results *results, size_t setting); /* the regime's; the activation's, where cures are the arms */
size_t rl_settings_of_a_regime(
    const rl_results *results);                    /* one, or as many as there are activations, if cures are the arms */
rl_words rl_data_title(const rl_results *results); /* a file's path loses its folders; at most 40 characters */
rl_words rl_net_shape(const rl_results *results,
    const rl_recipe *recipe); /* "64–32–10", "64–8–…–8–10 (16 hidden layers)", layers as they were given */
const char *rl_inputs_words(const rl_recipe *recipe); /* "standardised" */
rl_words rl_training_words(const rl_recipe *recipe);  /* "SGD, rate 0.1, batch 32, 20 epochs" */
const char *rl_loss_title(const rl_results *results); /* "cross-entropy" */
const char *rl_loss_unit(const rl_results *results);  /* "cross-entropy, nats" */
long rl_epochs(const rl_recipe *recipe);

/* What the pairs are compared by: accuracy, or loss where targets are real; on the test part if there is one. */
const char *rl_measure(const rl_results *results);

size_t rl_width(const char *text); /* characters of UTF-8, not bytes */

#endif
