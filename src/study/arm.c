/* Arms: one activation as a user writes it, NAME[:ALPHA], and as the report names it. */
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

bool rl_arm_parse(const char *text, rl_arm *arm, rl_error *err)
{
    if (rl_failed(err))
        return false;
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
    *arm = (rl_arm){ curve, (float)alpha };
    return true;
}

void rl_arm_label(rl_arm arm, char *label, size_t room)
{
    bool hidden = arm.curve->drawn || !arm.curve->has_alpha;
    char alpha[32];
    rl_write_float(arm.alpha, alpha, sizeof alpha);
    if (hidden && arm.alpha == arm.curve->alpha)
        snprintf(label, room, "%s", arm.curve->name);
    else
        snprintf(label, room, "%s:%s", arm.curve->name, alpha);
}
