/* What explain and gradcheck have to say, as JSON. */
#include "report/json_pieces.h"

#include <math.h>

/* An infinite end is null, as every number that JSON has not. */
static rl_json *ends(rl_interval interval)
{
    return rl_json_floats((float[]){ interval.lo, interval.hi }, 2);
}

char *rl_curve_json(rl_arm arm, const float *z, size_t count, rl_error *err)
{
    rl_json *table = rl_json_array();
    for (size_t i = 0; i < count; i++) {
        float value, slope = 0, one = 1;
        rl_activation_forward(arm.curve, 1, arm.alpha, &z[i], &value);
        rl_activation_backward(arm.curve, 1, arm.alpha, &z[i], &one, &slope);
        rl_json *row = rl_json_object();
        rl_json_set(&row, "z", rl_json_float(z[i]));
        rl_json_set(&row, "f", rl_json_float(value));
        rl_json_set(&row, "slope", rl_json_float(slope));
        rl_json_push(&table, row);
    }
    rl_json *document = rl_json_object();
    rl_json_set(&document, "schema", rl_json_integer(1));
    rl_json_set(&document, "name", rl_json_text(arm.curve->name));
    rl_json_set(&document, "formula", rl_json_text(arm.curve->formula));
    rl_json_set(&document, "slope_formula", rl_json_text(arm.curve->slope_formula));
    rl_json_set(&document, "kink", rl_json_text(arm.curve->kink));
    rl_json_set(&document, "alpha", rl_alpha_json(arm));
    rl_json_set(&document, "table", table);
    rl_json_set(&document, "range", ends(arm.curve->image((rl_interval){ -INFINITY, INFINITY }, arm.alpha)));
    rl_json_set(&document, "slope_range", ends(arm.curve->slopes((rl_interval){ -INFINITY, INFINITY }, arm.alpha)));
    char *page = rl_json_page(document, err);
    rl_json_free(document);
    return page;
}

static rl_json *lesson_of(const rl_dosage_point *points, size_t count)
{
    rl_json *rows = rl_json_array();
    for (size_t i = 0; i < count; i++) {
        rl_json *row = rl_json_object();
        rl_json_set(&row, "dosage", rl_json_number(points[i].dosage));
        rl_json_set(&row, "top_hidden", rl_json_float((float)points[i].top_hidden));
        rl_json_set(&row, "bottom_hidden", rl_json_float((float)points[i].bottom_hidden));
        rl_json_set(&row, "output", rl_json_float((float)points[i].output));
        rl_json_push(&rows, row);
    }
    rl_json *lesson = rl_json_object();
    rl_json_set(&lesson, "points", rows);
    return lesson;
}

char *rl_dosage_json(const rl_dosage_point *relu, const rl_dosage_point *softplus, size_t count, rl_error *err)
{
    rl_json *document = rl_json_object();
    rl_json_set(&document, "schema", rl_json_integer(1));
    rl_json_set(&document, "relu", lesson_of(relu, count));
    rl_json_set(&document, "softplus", lesson_of(softplus, count));
    char *page = rl_json_page(document, err);
    rl_json_free(document);
    return page;
}

char *rl_gradcheck_json(const rl_gradcheck_row *rows, size_t count, double tolerance, rl_error *err)
{
    rl_json *checks = rl_json_array();
    bool passed = count > 0;
    for (size_t i = 0; i < count; i++) {
        bool good = rows[i].worst <= tolerance;
        passed = passed && good;
        rl_json *check = rl_json_object();
        rl_json_set(&check, "what", rl_json_text(rows[i].what));
        rl_json_set(&check, "derivatives", rl_json_count(rows[i].derivatives));
        rl_json_set(&check, "worst", rl_json_number(rows[i].worst));
        rl_json_set(&check, "passed", rl_json_bool(good));
        rl_json_push(&checks, check);
    }
    rl_json *document = rl_json_object();
    rl_json_set(&document, "schema", rl_json_integer(1));
    rl_json_set(&document, "tolerance", rl_json_number(tolerance));
    rl_json_set(&document, "passed", rl_json_bool(passed));
    rl_json_set(&document, "checks", checks);
    char *page = rl_json_page(document, err);
    rl_json_free(document);
    return page;
}
