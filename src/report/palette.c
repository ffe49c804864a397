#include "report/palette.h"

#include <math.h>

static const struct {
    const char *colour;
    int terminal;
} VERMILLION = { "#D55E00", 166 }, BLUE = { "#0072B2", 32 },
  OTHERS[] = {
      { "#009E73", 36 },
      { "#CC79A7", 175 },
      { "#E69F00", 178 },
      { "#56B4E9", 74 },
      { "#7A7A7A", 244 },
  };
enum { OTHER_COUNT = sizeof OTHERS / sizeof *OTHERS };

static const char *const DASHES[] = { "1", "(12,5)", "(3,4)", "(12,4,3,4)", "(20,5)", "(7,3)", "(12,4,3,4,3,4)" };
enum { DASH_COUNT = sizeof DASHES / sizeof *DASHES };

/* The first ReLU is vermillion and the first Leaky ReLU blue, wherever they stand in the list. */
static bool is_first(const rl_results *results, size_t arm, const rl_activation *curve)
{
    if (results->arms[arm].curve != curve)
        return false;
    for (size_t i = 0; i < arm; i++)
        if (results->arms[i].curve == curve)
            return false;
    return true;
}

/* Slopes from 0 to 1 go from vermillion over blue to near black; what learns its own stands beside them in green. */
static rl_ink ink_of_alpha(const rl_arm *arm, const char *dash)
{
    static const struct {
        float most;
        const char *colour;
        int terminal;
    } RAMP[] = { { 0, "#D55E00", 166 }, { 0.001f, "#DE8A3C", 173 }, { 0.01f, "#E0B070", 180 },
        { 0.03f, "#C9B9A0", 250 }, { 0.1f, "#A5C4DC", 152 }, { 0.2f, "#7BB0D6", 110 }, { 0.3f, "#4F98CB", 74 },
        { 0.5f, "#1F7DBC", 32 }, { 0.7f, "#0A5E96", 25 }, { 0.9f, "#07436C", 24 }, { INFINITY, "#052B47", 17 } };
    size_t at = 0;
    const float alpha = arm->curve == &rl_relu ? 0 : arm->alpha;
    while (alpha > RAMP[at].most * 1.0001f)
        at++;
    return (rl_ink){ RAMP[at].colour, dash, RAMP[at].terminal };
}

rl_ink rl_ink_of_arm(const rl_results *results, size_t arm)
{
    const char *dash = DASHES[arm % DASH_COUNT];
    const rl_activation *curve = results->arms[arm].curve;
    if (rl_arm_is_cure(results->arms[arm])) /* a cure: the first, none as a rule, is vermillion */
        return arm == 0 ? (rl_ink){ VERMILLION.colour, dash, VERMILLION.terminal }
               : arm == 1
                   ? (rl_ink){ BLUE.colour, dash, BLUE.terminal }
                   : (rl_ink){ OTHERS[(arm - 2) % OTHER_COUNT].colour, dash, OTHERS[(arm - 2) % OTHER_COUNT].terminal };
    if (results->topic == &rl_topic_alpha && (curve == &rl_relu || curve == &rl_leaky_relu))
        return ink_of_alpha(&results->arms[arm], dash);
    if (is_first(results, arm, &rl_relu))
        return (rl_ink){ VERMILLION.colour, dash, VERMILLION.terminal };
    if (is_first(results, arm, &rl_leaky_relu))
        return (rl_ink){ BLUE.colour, dash, BLUE.terminal };
    size_t rank = 0;
    for (size_t i = 0; i < arm; i++)
        rank += !is_first(results, i, &rl_relu) && !is_first(results, i, &rl_leaky_relu);
    return (rl_ink){ OTHERS[rank % OTHER_COUNT].colour, dash, OTHERS[rank % OTHER_COUNT].terminal };
}

static const char *const CLASS_COLOURS[] = { "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9",
    "#7A7A7A" };
static const char *const CLASS_TINTS[] = { "#CFE4F1", "#FBEBC8", "#CDECE2", "#F5E2EC", "#F8DCC8", "#DFF0FB",
    "#E6E6E6" };
enum { CLASS_COUNT = sizeof CLASS_COLOURS / sizeof *CLASS_COLOURS };

const char *rl_colour_of_class(size_t class)
{
    return CLASS_COLOURS[class % CLASS_COUNT];
}

const char *rl_tint_of_class(size_t class)
{
    return CLASS_TINTS[class % CLASS_COUNT];
}
