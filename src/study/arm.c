/* Arms: one activation as a user writes it, NAME[:ALPHA] or NAME[:ALPHA]+redo[:EVERY], and as the report names it. */
#include "relive_study.h"

#include "base/error.h"
#include "base/text.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

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

/* What follows the +. */
static bool parse_revival(const char *text, const char *found, long *every, rl_error *err)
{
    *every = 1;
    if (strncmp(found, "redo", 4) == 0 &&
        (!found[4] || (found[4] == ':' && rl_parse_long(found + 5, 1, 1000000, every))))
        return true;
    return rl_fail(err, RL_BAD_CONFIG,
        "activation \"%.60s\": after + expected redo or redo:EVERY (epochs, 1 to 1000000), found \"%.30s\"", text,
        found);
}

static bool parse_curve(const char *text, rl_arm *arm, rl_error *err)
{
    const char *colon = strchr(text, ':');
    char name[RL_NAME_ROOM]; /* a longer one loses its tail, and is unknown with it and without */
    snprintf(name, sizeof name, "%.*s", colon ? (int)(colon - text) : -1, text);
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

/* A + may also stand in a number: leaky_relu:1e+0. */
bool rl_arm_parse(const char *text, rl_arm *arm, rl_error *err)
{
    if (rl_failed(err))
        return false;
    const char *plus = strrchr(text, '+');
    if (!plus || strspn(plus + 1, "0123456789") == strlen(plus + 1))
        return parse_curve(text, arm, err);
    char curve[RL_NAME_ROOM];
    long every = 0;
    snprintf(curve, sizeof curve, "%.*s", (int)(plus - text), text);
    if (!parse_revival(text, plus + 1, &every, err) || !parse_curve(curve, arm, err))
        return false;
    arm->redo_every = every;
    return true;
}

void rl_arm_label(rl_arm arm, char *label, size_t room)
{
    bool hidden = arm.curve->drawn || !arm.curve->has_alpha;
    char alpha[32], name[RL_NAME_ROOM], every[32] = "";
    rl_write_float(arm.alpha, alpha, sizeof alpha);
    if (hidden && arm.alpha == arm.curve->alpha)
        snprintf(name, sizeof name, "%s", arm.curve->name);
    else
        snprintf(name, sizeof name, "%s:%s", arm.curve->name, alpha);
    if (arm.redo_every > 1)
        snprintf(every, sizeof every, ":%ld", arm.redo_every);
    snprintf(label, room, "%s%s%s", name, arm.redo_every ? "+redo" : "", every);
}
