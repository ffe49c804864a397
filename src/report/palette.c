#include "report/palette.h"

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

rl_ink rl_ink_of_arm(const rl_results *results, size_t arm)
{
    const char *dash = DASHES[arm % DASH_COUNT];
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
