#include "report/csv.h"
#include "report/words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The shortest digits that read back as the same number; an empty field for what is not finite. */
static void write_number(rl_writing *to, double number)
{
    char digits[40] = "";
    for (int precision = 1; precision <= 17 && isfinite(number); precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, number);
        if (strtod(digits, NULL) == number)
            break;
    }
    rl_write(to, ",%s", digits);
}

/* Quoted by RFC 4180 where it must be. */
static void write_field(rl_writing *to, const char *text)
{
    if (!text[strcspn(text, ",\"\r\n")]) {
        rl_write(to, "%s", text);
        return;
    }
    rl_write(to, "\"");
    for (; *text; text++)
        rl_write_bytes(to, *text == '"' ? "\"\"" : text, *text == '"' ? 2 : 1);
    rl_write(to, "\"");
}

void rl_write_csv_arm(rl_writing *to, rl_arm arm)
{
    char changes[RL_NAME_ROOM], label[RL_NAME_ROOM];
    const float alpha = arm.alpha;
    if (arm.curve)
        arm.alpha = arm.curve->alpha; /* α has a column of its own, */
    rl_arm_label(arm, label, sizeof label);
    const char *after = strchr(label, '+');
    snprintf(changes, sizeof changes, "%s", after ? after : "");
    rl_write(to, "%s%s,", rl_arm_name(arm), changes); /* changes have not */
    if (arm.curve && arm.curve->has_alpha)
        rl_write(to, "%.6g", (double)alpha);
}

static void write_trial(rl_writing *to, const rl_results *results, const rl_cell *cell, const rl_trial *trial)
{
    const rl_arm arm = rl_results_arm(results, cell->setting, cell->arm);
    long last = rl_epochs(&results->settings[cell->setting].recipe);
    write_field(to, results->settings[cell->setting].name);
    rl_write(to, ",");
    rl_write_csv_arm(to, arm);
    rl_write(to, ",%llu,", (unsigned long long)trial->seed);
    if (trial->fate.diverged_at >= 0)
        rl_write(to, "%ld", trial->fate.diverged_at);
    const double figures[] = { trial->loss[last], trial->train_accuracy[last], trial->test_loss[last],
        trial->test_accuracy[last], trial->dead_share[last], trial->silent_share[last], trial->dead_share[0],
        trial->silent_share[0] };
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        write_number(to, figures[i]);
    if (results->topic == &rl_topic_alpha)
        write_number(to, trial->learned_alpha);
    if (rl_any_steps(results)) {
        write_number(to, cell->steps ? trial->reach_first[0] / trial->reach_first[cell->steps - 1] : NAN);
        write_number(to, cell->steps ? trial->reach_last[0] / trial->reach_last[cell->steps - 1] : NAN);
    }
    rl_write(to, "\n");
}

void rl_write_csv(rl_writing *to, const rl_results *results)
{
    rl_write(to,
        "regime,activation,alpha,seed,diverged_at,train_loss,train_accuracy,test_loss,test_accuracy,"
        "dead_share,silent_share,born_dead_share,born_silent_share%s%s\n",
        results->topic == &rl_topic_alpha ? ",learned_alpha" : "",
        rl_any_steps(results) ? ",initial_kept_gradient,kept_gradient" : "");
    for (size_t i = 0; i < results->setting_count * results->arm_count; i++)
        for (size_t seed = 0; seed < results->seeds; seed++)
            if (results->cells[i].trials[seed].done)
                write_trial(to, results, &results->cells[i], &results->cells[i].trials[seed]);
}
