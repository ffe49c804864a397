/* relive explain: one curve, or the worked lesson "dosage". */
#include "plot.h"
#include "program.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *explainable(size_t index)
{
    size_t n;
    const rl_activation *const *all = rl_activations(&n);
    return index < n ? all[index]->name : index == n ? "dosage" : NULL;
}

/* ---- A curve ------------------------------------------------------------------------------------------------------ */

static double value_at(void *self, double z)
{
    const rl_arm *arm = self;
    float in = (float)z, out;
    rl_activation_forward(arm->curve, 1, arm->alpha, &in, &out);
    return (double)out;
}

static double slope_at(void *self, double z)
{
    const rl_arm *arm = self;
    float in = (float)z, one = 1, out = 0;
    rl_activation_backward(arm->curve, 1, arm->alpha, &in, &one, &out);
    return (double)out;
}

static bool conducts(rl_arm arm, float z)
{
    return rl_activation_conducts(arm.curve, arm.alpha, z);
}

/* Where the exact slope is 0, in words: "z ≤ −3, z = −1.5". Curves change there at multiples of 1/8 only, and
 * whether an end belongs to a stretch is seen one float beside it. */
static void describe_deaf(rl_arm arm, char *text, size_t room)
{
    enum { STEPS = 64 * 8 };
    size_t used = 0;
    text[0] = '\0';
    for (int i = -STEPS; i <= STEPS && used + 40 < room; i++) {
        float from = (float)i / 8;
        bool starts_here = !conducts(arm, from);
        bool starts_after = !starts_here && i < STEPS && !conducts(arm, nextafterf(from, INFINITY));
        if (!starts_here && !starts_after)
            continue;
        int last = i;
        while (last < STEPS && !conducts(arm, (float)(last + 1) / 8))
            last++;
        bool open_end = last < STEPS && !conducts(arm, nextafterf((float)(last + 1) / 8, -INFINITY));
        float to = (float)(last + open_end) / 8;
        const char *comma = used ? " or " : "";
        if (i == -STEPS)
            used += (size_t)snprintf(text + used, room - used, "%sz %s %g", comma, open_end ? "<" : "≤", (double)to);
        else if (last == STEPS)
            used +=
                (size_t)snprintf(text + used, room - used, "%sz %s %g", comma, starts_here ? "≥" : ">", (double)from);
        else if (to == from)
            used += (size_t)snprintf(text + used, room - used, "%sz = %g", comma, (double)from);
        else
            used += (size_t)snprintf(text + used, room - used, "%s%g %s z %s %g", comma, (double)from,
                starts_here ? "≤" : "<", open_end ? "<" : "≤", (double)to);
        i = last;
    }
}

static void interval_text(rl_interval i, char *text, size_t room)
{
    char low[24], high[24];
    snprintf(low, sizeof low, "%.5g", (double)i.lo);
    snprintf(high, sizeof high, "%.5g", (double)i.hi);
    snprintf(text, room, "%s%s, %s%s", isinf(i.lo) ? "(" : "[", isinf(i.lo) ? "-∞" : low, isinf(i.hi) ? "∞" : high,
        isinf(i.hi) ? ")" : "]");
}

static const float table_points[] = { -8, -4, -3, -2, -1, -0.5f, -0.1f, 0, 0.1f, 0.5f, 1, 2, 3, 4, 6, 8 };
enum { TABLE_POINTS = sizeof table_points / sizeof *table_points };

static void fact(const char *name, const char *text, style look)
{
    printf("  %s%s%s%*s ", look.dim, name, look.plain, 14 - text_width(name), "");
    print_wrapped(stdout, text, 17, 80);
}

static void print_curve(rl_arm arm)
{
    const rl_activation *curve = arm.curve;
    style look = terminal_style(stdout);
    char label[RL_NAME_ROOM], text[224];
    rl_arm_label(arm, label, sizeof label);
    printf("%s%s%s\n\n", look.bold, label, look.plain);
    fact("f(z)", curve->formula, look);
    fact("f′(z)", curve->slope_formula, look);
    if (curve->has_alpha) {
        snprintf(text, sizeof text, "%.7g%s%s", (double)arm.alpha, curve->learned ? ", where learning begins" : "",
            curve->drawn ? ", the mean used outside training, where it is drawn" : "");
        fact("α", text, look);
    }
    char slope_there[80];
    if (curve == &rl_relu) { /* its slope at 0 can be asked for */
        snprintf(slope_there, sizeof slope_there, "the slope at 0 is taken as %g", (double)arm.alpha);
        fact("kink", slope_there, look);
    } else {
        fact("kink", curve->kink ? curve->kink : "none: smooth", look);
    }
    interval_text(curve->image((rl_interval){ -INFINITY, INFINITY }, arm.alpha), text, sizeof text);
    fact("range", text, look);
    char image[64], slopes[64];
    interval_text(curve->image((rl_interval){ -1, 2 }, arm.alpha), image, sizeof image);
    interval_text(curve->slopes((rl_interval){ -1, 2 }, arm.alpha), slopes, sizeof slopes);
    snprintf(text, sizeof text, "z in [-1, 2] gives f in %s and f′ in %s", image, slopes);
    fact("interval", text, look);
    char deaf[120];
    describe_deaf(arm, deaf, sizeof deaf);
    if (deaf[0])
        snprintf(text, sizeof text, "exactly 0 where %s: a unit that stays there on all data is dead", deaf);
    else
        snprintf(text, sizeof text, "nowhere exactly 0: a unit can fade, but not die");
    fact("slope", text, look);

    printf("\n  %s", look.bold);
    print_right(stdout, "z", 10);
    print_right(stdout, "f(z)", 14);
    print_right(stdout, "f′(z)", 14);
    printf("%s\n", look.plain);
    for (int i = 0; i < TABLE_POINTS; i++) {
        double z = (double)table_points[i];
        printf("  %10.4g %13.6g %13.6g\n", z, value_at(&arm, z), slope_at(&arm, z));
    }
    putchar('\n');
    const plot both[] = {
        { "f(z)", "z", value_at, &arm, -4, 4, NULL, 0, look.second },
        { "f′(z)", "z", slope_at, &arm, -4, 4, NULL, 0, look.first },
    };
    plot_print(stdout, both, 2, 78, look);
}

static void print_place(const char *folder, const char *name)
{
    if (folder)
        printf("\nPlots: %s/%s.svg and %s.png\n", folder, name, name);
}

static bool parse_curve(const request *asked, const settings *s, rl_arm *arm, rl_error *err)
{
    char name[64];
    size_t length = strcspn(asked->operand, ":");
    snprintf(name, sizeof name, "%.*s", length < sizeof name ? (int)length : (int)sizeof name - 1, asked->operand);
    const char *names[64];
    size_t known = 0;
    bool found = false;
    for (; known < 64 && explainable(known); known++) {
        names[known] = explainable(known);
        found = found || !strcmp(names[known], name);
    }
    if (!found)
        return rl_fail_unknown(err, "thing to explain", name, names, known);
    if (!rl_curve_parse(asked->operand, arm, err))
        return false;
    if (arm->redo_every)
        return rl_fail(
            err, RL_BAD_CONFIG, "\"%.60s\": revival is no part of a curve; expected the curve alone", asked->operand);
    if (arm->curve == &rl_relu && request_has(asked, "at-zero"))
        arm->alpha = s->at_zero;
    return true;
}

/* ---- The worked lesson -------------------------------------------------------------------------------------------- */

static const double lesson_data[][2] = { { 0, 0 }, { 0.5, 1 }, { 1, 0 } };
enum { DOSAGES = 11 };

typedef struct {
    const rl_activation *curve;
    rl_dosage_point points[DOSAGES];
    rl_error *err;
} lesson;

static bool lesson_make(lesson *l)
{
    double dosages[DOSAGES];
    for (int i = 0; i < DOSAGES; i++)
        dosages[i] = i / 10.0;
    return rl_dosage_lesson(l->curve, dosages, DOSAGES, l->points, l->err);
}

static double lesson_output(void *self, double dosage)
{
    const lesson *l = self;
    rl_dosage_point point = { 0 };
    rl_dosage_lesson(l->curve, &dosage, 1, &point, l->err);
    return point.output;
}

static void print_lesson_table(const char *title, const char *formulas, const rl_dosage_point *points, style look)
{
    printf("%s%s%s\n%s\n  %s%8s %10s %10s %10s%s\n", look.bold, title, look.plain, formulas, look.dim, "dosage", "top",
        "bottom", "output", look.plain);
    for (int i = 0; i < DOSAGES; i++)
        printf("  %8.1f %10.2f %10.2f %10.2f\n", points[i].dosage, points[i].top_hidden, points[i].bottom_hidden,
            points[i].output + 0.0);
    putchar('\n');
}

static void print_dosage(lesson *relu, lesson *softplus)
{
    style look = terminal_style(stdout);
    printf("%sdosage%s: how much of a drug helps? The data say: 0 does nothing, 0.5 helps,\n"
           "1 does nothing again. A net of two hidden units bends into that shape.\n\n",
        look.bold, look.plain);
    print_lesson_table("With ReLU",
        "  top    = ReLU(1.70·x − 0.85)\n"
        "  bottom = ReLU(12.6·x + 0.0)\n"
        "  output = ReLU(−40.8·top + 2.70·bottom − 16)\n",
        relu->points, look);
    printf("  At 0.6 the top unit gives 1.70·0.6 − 0.85 = %s%.2f%s.\n"
           "  Up to 0.5 it gives 0, and no gradient passes through it.\n\n",
        look.bold, relu->points[6].top_hidden, look.plain);
    print_lesson_table("With SoftPlus",
        "  top    = softplus(−34.4·x + 2.14)\n"
        "  bottom = softplus(−2.52·x + 1.29)\n"
        "  output = −1.30·top + 2.28·bottom − 0.58\n",
        softplus->points, look);
    const plot both[] = {
        { "output, ReLU", "dosage", lesson_output, relu, 0, 1, lesson_data, 3, look.first },
        { "output, SoftPlus", "dosage", lesson_output, softplus, 0, 1, lesson_data, 3, look.second },
    };
    plot_print(stdout, both, 2, 78, look);
    printf("  ● data\n");
}

static int explain_dosage(const settings *s, rl_error *err)
{
    lesson relu = { .curve = &rl_relu, .err = err }, softplus = { .curve = &rl_softplus, .err = err };
    if (!lesson_make(&relu) || !lesson_make(&softplus) || (s->out && !rl_dosage_plots(s->out, err)))
        return EXIT_BAD_INPUT;
    if (!s->json) {
        print_dosage(&relu, &softplus);
        print_place(s->out, "dosage");
        return EXIT_DONE;
    }
    char *document = rl_dosage_json(relu.points, softplus.points, DOSAGES, err);
    if (!document)
        return EXIT_BAD_INPUT;
    fputs(document, stdout);
    free(document);
    return EXIT_DONE;
}

int run_explain(const request *asked, rl_error *err)
{
    settings s;
    if (!settings_make(asked, NULL, &s, err) || (s.out && !check_writable_folder("--out", s.out, err)))
        return EXIT_BAD_INPUT;
    if (!strcmp(asked->operand, "dosage"))
        return explain_dosage(&s, err);
    rl_arm arm;
    if (!parse_curve(asked, &s, &arm, err))
        return EXIT_BAD_INPUT;
    if (s.out && !rl_curve_plots(arm, s.out, err))
        return EXIT_BAD_INPUT;
    if (!s.json) {
        print_curve(arm);
        print_place(s.out, "activations");
        return EXIT_DONE;
    }
    char *document = rl_curve_json(arm, table_points, TABLE_POINTS, err);
    if (!document)
        return EXIT_BAD_INPUT;
    fputs(document, stdout);
    free(document);
    return EXIT_DONE;
}
