/* What an arm may change in a recipe beside the curve: one line a change. As typed after a curve's name (or alone, as
 * a cure) it is a name, a colon and a number: relu+l2:0.01, relu+dropout:0.5+early_stop:20. */
#include "study/change.h"

#include "base/error.h"
#include "base/text.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static void l1(rl_recipe *recipe, float number)
{
    recipe->training.l1 = number;
}

static void l2(rl_recipe *recipe, float number)
{
    recipe->training.l2 = number;
}

static void dropout(rl_recipe *recipe, float share)
{
    recipe->dropout = share;
}

static void early_stop(rl_recipe *recipe, float epochs)
{
    recipe->training.patience = (long)epochs;
}

static const struct {
    const char *name, *expected;
    double below; /* numbers are above 0 and below this */
    bool whole;
    void (*apply)(rl_recipe *recipe, float number);
} CHANGE_KINDS[RL_CHANGES] = {
    [RL_CHANGE_L1] = { "l1", "a number above 0", HUGE_VAL, false, l1 },
    [RL_CHANGE_L2] = { "l2", "a number above 0", HUGE_VAL, false, l2 },
    [RL_CHANGE_DROPOUT] = { "dropout", "a number above 0 and below 1", 1, false, dropout },
    [RL_CHANGE_EARLY_STOP] = { "early_stop", "a whole number of epochs from 1 to 1000000", 1000001, true, early_stop },
};

const char *rl_change_name(rl_change change)
{
    return CHANGE_KINDS[change].name;
}

static int kind_named(const char *text, size_t length)
{
    for (int c = 0; c < RL_CHANGES; c++)
        if (strlen(CHANGE_KINDS[c].name) == length && strncmp(text, CHANGE_KINDS[c].name, length) == 0)
            return c;
    return -1;
}

bool rl_change_parse(const char *whole, const char *text, rl_arm *arm, rl_error *err)
{
    const size_t length = strcspn(text, ":");
    const int kind = kind_named(text, length);
    if (kind < 0)
        return rl_fail(err, RL_BAD_CONFIG,
            "\"%.60s\": expected redo[:EVERY], l1:X, l2:X, dropout:P or early_stop:EPOCHS, found \"%.30s\"", whole,
            text);
    double number;
    const char *found = text[length] ? text + length + 1 : "";
    if (!rl_parse_double(found, &number) || number <= 0 || number >= CHANGE_KINDS[kind].below || number > FLT_MAX ||
        number < FLT_MIN || (CHANGE_KINDS[kind].whole && number != floor(number)))
        return rl_fail(err, RL_BAD_CONFIG, "\"%.60s\": %s is \"%.30s\", expected %s", whole, CHANGE_KINDS[kind].name,
            found, CHANGE_KINDS[kind].expected);
    if (arm->changes[kind] != 0)
        return rl_fail(err, RL_BAD_CONFIG, "\"%.60s\": %s is there twice", whole, CHANGE_KINDS[kind].name);
    arm->changes[kind] = (float)number;
    return true;
}

bool rl_changes_same(rl_arm a, rl_arm b)
{
    for (int c = 0; c < RL_CHANGES; c++)
        if (a.changes[c] != b.changes[c])
            return false;
    return true;
}

size_t rl_changes_label(rl_arm arm, char *label, size_t room)
{
    size_t used = 0;
    for (int c = 0; c < RL_CHANGES; c++) {
        char number[32];
        if (arm.changes[c] == 0)
            continue;
        if (CHANGE_KINDS[c].whole)
            snprintf(number, sizeof number, "%.0f", (double)arm.changes[c]);
        else
            rl_write_float(arm.changes[c], number, sizeof number);
        int written = snprintf(label + used, room - used, "+%s:%s", CHANGE_KINDS[c].name, number);
        used += (size_t)written < room - used ? (size_t)written : room - used - 1;
    }
    label[used] = '\0';
    return used;
}

rl_recipe rl_recipe_changed(const rl_recipe *recipe, rl_arm arm)
{
    rl_recipe changed = *recipe;
    for (int c = 0; c < RL_CHANGES; c++)
        if (arm.changes[c] != 0)
            CHANGE_KINDS[c].apply(&changed, arm.changes[c]);
    return changed;
}
