/* What birth found, as JSON. */
#include "report/json_pieces.h"

#include <math.h>
#include <stdio.h>

static rl_json *share_of(rl_share share)
{
    rl_json *object = rl_json_object();
    rl_json_set(&object, "share", rl_json_number(share.share));
    rl_json_set(&object, "se", rl_json_number(share.se));
    return object;
}

static rl_json *inputs_of(const rl_birth *birth)
{
    char text[64];
    snprintf(text, sizeof text, "ball:%.9g", birth->radius);
    return rl_json_text(birth->inputs == RL_BALL ? text : birth->inputs == RL_LINE ? "line" : "point");
}

/* Two figures may have a known value: the one asked for most is of nets at a point, of units on a ball. */
char *rl_birth_json(const rl_birth *birth, const rl_births *births, rl_error *err)
{
    const bool of_units = birth->inputs == RL_BALL;
    const double formula = of_units ? births->dead_units_formula : births->born_dead_formula;
    rl_json *document = rl_json_object();
    rl_json_set(&document, "schema", rl_json_integer(1));
    rl_json_set(&document, "width", rl_json_integer(birth->width));
    rl_json_set(&document, "depth", rl_json_integer(birth->depth));
    rl_json_set(&document, "fan_in", rl_json_integer(birth->fan_in ? birth->fan_in : 1));
    rl_json_set(&document, "init", rl_json_text(rl_initialiser_name(birth->init ? birth->init : &rl_he)));
    rl_json_set(&document, "init_sd", birth->init == &rl_normal ? rl_json_float(birth->init_sd) : rl_json_null());
    rl_json_set(&document, "bias_sd", rl_json_number(birth->bias_sd));
    rl_json_set(&document, "activation", rl_label_json(birth->activation));
    rl_json_set(&document, "inputs", inputs_of(birth));
    rl_json_set(&document, "seed", rl_json_count(birth->first_seed));
    rl_json_set(&document, "trials", rl_json_count(births->trials));
    rl_json_set(&document, "interrupted", rl_json_bool(births->interrupted));
    rl_json_set(&document, "born_dead", share_of(births->born_dead));
    rl_json_set(&document, "proved_dead", share_of(births->proved));
    rl_json_set(&document, "dead_units", share_of(births->dead_units));
    rl_json_set(&document, "exact", rl_json_bool(births->exact));
    rl_json_set(&document, "chords", rl_json_integer(births->chords));
    rl_json_set(&document, "formula", rl_json_number(formula));
    rl_json_set(&document, "formula_of",
        isfinite(formula) ? rl_json_text(of_units ? "dead_units" : "born_dead") : rl_json_null());
    rl_json_set(&document, "born_dead_formula", rl_json_number(births->born_dead_formula));
    rl_json_set(&document, "dead_units_formula", rl_json_number(births->dead_units_formula));
    char *page = rl_json_page(document, err);
    rl_json_free(document);
    return page;
}
