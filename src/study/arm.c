/* Arms: one activation as a user writes it, NAME[:ALPHA], or a gated cell, with changes after a +
 * (NAME[:ALPHA]+redo:5+l2:0.01), or changes alone; and as the report names it. */
#include "study/change.h"

#include "base/error.h"
#include "base/text.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

const rl_gates rl_gates_gru = { "gru", "GRU", rl_gru }, rl_gates_lstm = { "lstm", "LSTM", rl_lstm };

static const rl_gates *gates_named(const char *name)
{
    static const rl_gates *const all[] = { &rl_gates_gru, &rl_gates_lstm };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i]->name, name) == 0)
            return all[i];
    return NULL;
}

/* What α may be. ReLU's is its slope at 0, where only the one-sided slopes make sense. RReLU draws its own. A
 * rectifier takes any slope below 0; the exponential curves would be no curve of that name with α < 0. */
static bool check_alpha(const char *text, const rl_activation *curve, const char *found, double alpha, rl_error *err)
{
    bool is_number = isfinite(alpha) && fabs(alpha) <= FLT_MAX;
    if (curve == &rl_relu) {
        if (alpha != 0 && alpha != 1)
            return rl_fail(err, RL_BAD_CONFIG,
                "activation \"%.60s\": relu's slope at 0 is \"%.30s\", expected 0 or 1 (a slope below 0: "
                "leaky_relu:ALPHA)",
                text, found);
    } else if (curve->drawn)
        return rl_fail(err, RL_BAD_CONFIG, "activation \"%.60s\": %s draws its slope, expected \"%s\" alone", text,
            curve->name, curve->name);
    else if (!curve->has_alpha)
        return rl_fail(err, RL_BAD_CONFIG, "activation \"%.60s\": %s has no parameter, expected \"%s\" alone", text,
            curve->name, curve->name);
    else if (!is_number)
        return rl_fail(err, RL_BAD_CONFIG, "activation \"%.60s\": its parameter is \"%.30s\", expected a finite number",
            text, found);
    else if (!curve->rectifier && alpha < 0)
        return rl_fail(
            err, RL_BAD_CONFIG, "activation \"%.60s\": its parameter is \"%.30s\", expected at least 0", text, found);
    return true;
}

/* One piece that follows a +: who is revived, or what changes in the recipe. */
static bool parse_change(const char *whole, const char *text, rl_arm *arm, rl_error *err)
{
    if (strncmp(text, "redo", 4) != 0 || (text[4] && text[4] != ':'))
        return rl_change_parse(whole, text, arm, err);
    if (arm->redo_every)
        return rl_fail(err, RL_BAD_CONFIG, "\"%.60s\": redo is there twice", whole);
    arm->redo_every = 1;
    return !text[4] || rl_parse_long(text + 5, 1, 1000000, &arm->redo_every) ||
           rl_fail(err, RL_BAD_CONFIG,
               "activation \"%.60s\": after + expected redo or redo:EVERY (epochs, 1 to 1000000), found \"%.30s\"",
               whole, text);
}

/* Where the next + stands that begins a change: one before a digit, or at the end, is part of a number (1e+0). */
static size_t piece_length(const char *text)
{
    size_t length = strcspn(text, "+");
    while (text[length] && strchr("0123456789", text[length + 1]))
        length += 1 + strcspn(text + length + 1, "+");
    return length;
}

/* Those of text, all pieces of it with a + between them. */
static bool parse_changes(const char *whole, const char *text, rl_arm *arm, rl_error *err)
{
    for (;;) {
        char piece[RL_NAME_ROOM];
        const size_t length = piece_length(text);
        snprintf(piece, sizeof piece, "%.*s", (int)(length < sizeof piece ? length : sizeof piece), text);
        if (!parse_change(whole, piece, arm, err))
            return false;
        if (!text[length])
            return true;
        text += length + 1;
    }
}

/* A curve or gates. */
static bool parse_name(const char *text, rl_arm *arm, rl_error *err)
{
    const char *colon = strchr(text, ':');
    char name[RL_NAME_ROOM]; /* a longer one loses its tail, and is unknown with it and without */
    snprintf(name, sizeof name, "%.*s", colon ? (int)(colon - text) : -1, text);
    const rl_gates *gates = gates_named(name);
    if (gates && colon)
        return rl_fail(err, RL_BAD_CONFIG, "activation \"%.60s\": %s has no parameter, expected \"%s\" alone", text,
            gates->name, gates->name);
    if (gates) {
        *arm = (rl_arm){ .gates = gates };
        return true;
    }
    const rl_activation *curve = rl_activation_named(name, err);
    if (!curve)
        return false;
    double alpha = curve->alpha;
    if (colon) {
        if (!rl_parse_double(colon + 1, &alpha))
            alpha = NAN;
        if (!check_alpha(text, curve, colon + 1, alpha, err))
            return false;
    }
    *arm = (rl_arm){ .curve = curve, .alpha = (float)alpha };
    return true;
}

bool rl_arm_parse(const char *text, rl_arm *arm, rl_error *err)
{
    if (rl_failed(err))
        return false;
    const size_t length = piece_length(text);
    if (!text[length])
        return parse_name(text, arm, err);
    char name[RL_NAME_ROOM];
    rl_arm made = { 0 }, named = { 0 };
    snprintf(name, sizeof name, "%.*s", (int)(length < sizeof name ? length : sizeof name), text);
    if (!parse_changes(text, text + length + 1, &made, err) || !parse_name(name, &named, err))
        return false;
    *arm = rl_arm_on(named, made);
    return true;
}

bool rl_curve_parse(const char *text, rl_arm *arm, rl_error *err)
{
    rl_arm made;
    if (!rl_arm_parse(text, &made, err))
        return false;
    if (made.gates)
        return rl_fail(err, RL_BAD_CONFIG, "\"%.60s\" is a recurrent layer and no curve, expected an activation",
            made.gates->name);
    *arm = made;
    return true;
}

bool rl_cure_parse(const char *text, rl_arm *arm, rl_error *err)
{
    rl_arm made = { 0 };
    if (rl_failed(err) || (strcmp(text, "none") != 0 && !parse_changes(text, text, &made, err)))
        return false;
    *arm = made;
    return true;
}

bool rl_arm_is_cure(rl_arm arm)
{
    return !arm.curve && !arm.gates;
}

rl_arm rl_arm_on(rl_arm base, rl_arm change)
{
    rl_arm arm = change;
    if (rl_arm_is_cure(change)) {
        arm.curve = base.curve;
        arm.alpha = base.alpha;
        arm.gates = base.gates;
    }
    arm.redo_every = arm.redo_every ? arm.redo_every : base.redo_every;
    for (int c = 0; c < RL_CHANGES; c++)
        arm.changes[c] = arm.changes[c] != 0 ? arm.changes[c] : base.changes[c];
    return arm;
}

bool rl_arm_is(rl_arm a, rl_arm b)
{
    return a.curve == b.curve && a.alpha == b.alpha && a.gates == b.gates && a.redo_every == b.redo_every &&
           rl_changes_same(a, b);
}

void rl_arm_label(rl_arm arm, char *label, size_t room)
{
    char alpha[32], name[RL_NAME_ROOM] = "", changes[RL_NAME_ROOM], every[32] = "", whole[4 * RL_NAME_ROOM];
    rl_write_float(arm.alpha, alpha, sizeof alpha);
    if (arm.gates)
        snprintf(name, sizeof name, "%s", arm.gates->name);
    else if (arm.curve && (arm.curve->drawn || !arm.curve->has_alpha) && arm.alpha == arm.curve->alpha)
        snprintf(name, sizeof name, "%s", arm.curve->name);
    else if (arm.curve)
        snprintf(name, sizeof name, "%s:%s", arm.curve->name, alpha);
    rl_changes_label(arm, changes, sizeof changes);
    if (arm.redo_every > 1)
        snprintf(every, sizeof every, ":%ld", arm.redo_every);
    snprintf(whole, sizeof whole, "%s%s%s%s", name, changes, arm.redo_every ? "+redo" : "", every);
    const char *said = !rl_arm_is_cure(arm) ? whole : whole[0] ? whole + 1 : "none"; /* a cure has no + before it */
    snprintf(label, room, "%s", said);
}
