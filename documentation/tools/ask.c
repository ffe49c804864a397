/* What the course's documents ask of the library: curves at points, and one small net worked through.
 *
 * Questions come on standard input, each a block of lines `key values…` that ends with a line `?`; each gets one line of
 * JSON. documentation/tools/library.py speaks to it; every worked example in the course was worked here.
 *
 *     curves                      all curves: names, formulas, bounds, known values
 *     curve NAME ALPHA|-  z Z…    value, slope and whether it conducts, at each z
 *     net LAYERS                  values of every node, loss, gradients, units' counts, and parameters after training
 *       parameters P…             (else those drawn with seed, init and sd)
 *       x X…  targets T…  loss NAME  classes N
 *       rate R  steps N  optimiser NAME  l1 X  l2 X  momentum X  decay_biases 1 */
#include <relive.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 4096, LINE = 65536 };

typedef struct {
    size_t count;
    float at[MOST];
} list;

typedef struct {
    char verb[32], subject[1024]; /* of curve: NAME ALPHA; of net: its layers */
    char loss[32], optimiser[32], init[32];
    list z, parameters, x, targets;
    double classes, rate, steps, l1, l2, momentum, decay_biases, seed, sd;
} question;

static void complain(rl_error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void complain(rl_error *err, const char *format, ...)
{
    va_list rest;
    va_start(rest, format);
    vsnprintf(err->text, sizeof err->text, format, rest);
    va_end(rest);
    err->code = RL_BAD_CONFIG;
}

/* ---- JSON ---- */

static void number(double x)
{
    if (isfinite(x))
        printf("%.9g", x);
    else
        printf("null");
}

static void numbers(const char *key, const float *x, size_t count)
{
    printf("\"%s\":[", key);
    for (size_t i = 0; i < count; i++) {
        printf("%s", i ? "," : "");
        number((double)x[i]);
    }
    printf("]");
}

static void numbers_of(const double *x, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        printf("%s", i ? "," : "[");
        number(x[i]);
    }
    printf("]");
}

static void string(const char *text)
{
    putchar('"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            putchar('\\');
        putchar(*text);
    }
    putchar('"');
}

/* ---- curves ---- */

static void tell_interval(const char *key, rl_interval range)
{
    printf("\"%s\":[", key);
    number((double)range.lo);
    printf(",");
    number((double)range.hi);
    printf("]");
}

static void tell_curves(void)
{
    size_t count;
    const rl_activation *const *curves = rl_activations(&count);
    printf("[");
    for (size_t i = 0; i < count; i++) {
        const rl_activation *curve = curves[i];
        printf("%s{\"name\":\"%s\",\"formula\":", i ? "," : "", curve->name);
        string(curve->formula);
        printf(",\"slope_formula\":");
        string(curve->slope_formula);
        printf(",\"kink\":");
        if (curve->kink)
            string(curve->kink);
        else
            printf("null");
        printf(",\"alpha\":");
        if (curve->has_alpha)
            number((double)curve->alpha);
        else
            printf("null");
        printf(",\"rectifier\":%s,\"learned\":%s,\"drawn\":%s,", curve->rectifier ? "true" : "false",
            curve->learned ? "true" : "false", curve->drawn ? "true" : "false");
        tell_interval("range", curve->image((rl_interval){ -INFINITY, INFINITY }, curve->alpha));
        printf(",");
        tell_interval("slopes", curve->slopes((rl_interval){ -INFINITY, INFINITY }, curve->alpha));
        printf(",\"examples\":[");
        for (size_t k = 0; k < curve->example_count; k++) {
            const rl_example *known = &curve->examples[k];
            printf("%s", k ? "," : "");
            numbers_of((double[]){ (double)known->z, (double)known->value, (double)known->slope }, 3);
        }
        printf("]}");
    }
    printf("]\n");
}

static void tell_curve(const question *ask, rl_error *err)
{
    char name[64], given[64] = "-";
    sscanf(ask->subject, "%63s %63s", name, given);
    const rl_activation *curve = rl_activation_named(name, err);
    if (!curve)
        return;
    float alpha = strcmp(given, "-") ? strtof(given, NULL) : curve->alpha;
    const list *z = &ask->z;
    static float value[MOST], slope[MOST], one[MOST];
    for (size_t i = 0; i < z->count; i++) {
        one[i] = 1;
        slope[i] = 0;
    }
    rl_activation_forward(curve, z->count, alpha, z->at, value);
    rl_activation_backward(curve, z->count, alpha, z->at, one, slope); /* backward adds */
    printf("{");
    numbers("f", value, z->count);
    printf(",");
    numbers("slope", slope, z->count);
    printf(",\"conducts\":[");
    for (size_t i = 0; i < z->count; i++)
        printf("%s%s", i ? "," : "", rl_activation_conducts(curve, alpha, z->at[i]) ? "true" : "false");
    printf("]}\n");
}

/* ---- a net ---- */

static rl_dataset *data_of(const question *ask, size_t rows, size_t features, rl_error *err)
{
    size_t targets = ask->classes > 0 || !ask->targets.count ? 1 : ask->targets.count / rows;
    rl_dataset *data = rl_data_new("asked", rows, features, (size_t)ask->classes, targets, (rl_memory){ 0 }, err);
    if (!data)
        return NULL;
    memcpy(data->x, ask->x.at, rows * features * sizeof *data->x);
    memcpy(data->y, ask->targets.at, ask->targets.count * sizeof *data->y);
    return data;
}

static void tell_units(const rl_net *net, const rl_dataset *data, rl_error *err)
{
    rl_census *census = rl_census_new(net, err);
    printf(",\"units\":[");
    if (rl_census_take(census, net, data, err))
        for (size_t i = 0; i < rl_census_units(census); i++) {
            rl_vitals v = rl_census_vitals(census, i, 0);
            printf("%s{\"rows\":%llu,\"conducted\":%llu,\"fired\":%llu,\"dead\":%s,\"silent\":%s}", i ? "," : "",
                (unsigned long long)v.rows, (unsigned long long)v.conducted, (unsigned long long)v.fired,
                rl_is_dead(v) ? "true" : "false", rl_is_silent(v) ? "true" : "false");
        }
    printf("]");
    rl_census_free(census);
}

/* A forward and a backward pass over the rows that were given, then, if asked, some full-batch steps. */
static void tell_passes(const question *ask, rl_net *net, rl_dataset *data, rl_error *err)
{
    size_t count;
    const float *parameters = rl_parameters(net, &count);
    int rows = (int)data->rows;
    rl_pass *pass = rl_pass_new(net, rows, err);
    const rl_loss *loss = ask->targets.count ? rl_loss_named(ask->loss, err) : NULL;
    const rl_optimiser *optimiser = ask->optimiser[0] ? rl_optimiser_named(ask->optimiser, err) : NULL;
    if (err->code) {
        rl_pass_free(pass);
        return;
    }
    rl_forward(net, pass, data->x, rows);
    printf(",\"values\":[");
    for (int node = 0; node < rl_net_nodes(net); node++) {
        rl_node_info info = rl_net_node(net, node);
        printf("%s{\"kind\":\"%s\",", node ? "," : "", info.kind);
        numbers("values", rl_values(pass, node), (size_t)rows * (size_t)info.values);
        printf("}");
    }
    printf("]");
    tell_units(net, data, err);
    if (loss) {
        static float mean[1], dloss[MOST];
        rl_loss_mean(net, pass, loss, data->y, mean, dloss);
        rl_backward(net, pass, dloss);
        printf(",");
        numbers("loss", mean, 1);
        printf(",");
        numbers("dloss", dloss, (size_t)rows * (size_t)rl_net_outputs(net));
        printf(",");
        numbers("gradient", rl_gradients(pass), count);
    }
    if (ask->steps > 0) {
        rl_train(net, data,
            &(rl_training){ .rate = (float)ask->rate,
                .epochs = (long)ask->steps,
                .batch = -1,
                .loss = loss,
                .optimiser = optimiser,
                .l1 = (float)ask->l1,
                .l2 = (float)ask->l2,
                .momentum = (float)ask->momentum,
                .decay_biases = ask->decay_biases > 0 },
            NULL, err);
        printf(",");
        numbers("trained", parameters, count);
    }
    rl_pass_free(pass);
}

static void tell_net(const question *ask, rl_error *err)
{
    rl_net *net = rl_net_new((rl_net_config){ .seed = (uint64_t)ask->seed }, err);
    const rl_initialiser *init = ask->init[0] ? rl_initialiser_named(ask->init, err) : NULL;
    rl_net_append(net, ask->subject, (rl_dense_config){ .init = init, .sd = (float)ask->sd }, err);
    if (err->code) {
        rl_net_free(net);
        return;
    }
    size_t count;
    float *parameters = rl_parameters(net, &count);
    if (ask->parameters.count == count)
        memcpy(parameters, ask->parameters.at, count * sizeof *parameters);
    else if (ask->parameters.count)
        complain(err, "the net has %zu parameters, %zu were given", count, ask->parameters.count);
    printf("{");
    numbers("parameters", parameters, count);
    size_t inputs = (size_t)rl_net_node(net, 0).values, rows = ask->x.count / inputs;
    rl_dataset *data = rows ? data_of(ask, rows, inputs, err) : NULL;
    if (data && !err->code)
        tell_passes(ask, net, data, err);
    printf("}\n");
    rl_data_free(data);
    rl_net_free(net);
}

/* ---- questions ---- */

static void floats(char *words, list *into)
{
    for (char *word = strtok(words, " "); word && into->count < MOST; word = strtok(NULL, " "))
        into->at[into->count++] = strtof(word, NULL);
}

/* One line of a question; false if nobody knows the key. */
static bool read_line(question *ask, const char *key, char *words)
{
    struct {
        const char *key;
        char *text;
        size_t room;
    } texts[] = { { "loss", ask->loss, sizeof ask->loss }, { "optimiser", ask->optimiser, sizeof ask->optimiser },
        { "init", ask->init, sizeof ask->init } };
    struct {
        const char *key;
        list *list;
    } lists[] = { { "z", &ask->z }, { "parameters", &ask->parameters }, { "x", &ask->x },
        { "targets", &ask->targets } };
    struct {
        const char *key;
        double *number;
    } single[] = { { "classes", &ask->classes }, { "rate", &ask->rate }, { "steps", &ask->steps }, { "l1", &ask->l1 },
        { "l2", &ask->l2 }, { "momentum", &ask->momentum }, { "decay_biases", &ask->decay_biases },
        { "seed", &ask->seed }, { "sd", &ask->sd } };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!strcmp(key, texts[i].key))
            return snprintf(texts[i].text, texts[i].room, "%s", words) >= 0;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (!strcmp(key, lists[i].key))
            return floats(words, lists[i].list), true;
    for (size_t i = 0; i < sizeof single / sizeof *single; i++)
        if (!strcmp(key, single[i].key))
            return *single[i].number = strtod(words, NULL), true;
    if (ask->verb[0])
        return false;
    snprintf(ask->verb, sizeof ask->verb, "%.31s", key);
    snprintf(ask->subject, sizeof ask->subject, "%.1023s", words);
    return true;
}

static void answer(const question *ask, rl_error *err)
{
    if (!strcmp(ask->verb, "curves"))
        tell_curves();
    else if (!strcmp(ask->verb, "curve"))
        tell_curve(ask, err);
    else if (!strcmp(ask->verb, "net"))
        tell_net(ask, err);
    else
        complain(err, "expected curves, curve or net, found \"%s\"", ask->verb);
}

int main(void)
{
    static char line[LINE];
    static question ask;
    rl_error err = { 0 };
    while (!err.code && fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = 0;
        if (strcmp(line, "?")) {
            size_t key = strcspn(line, " ");
            char *words = line[key] ? line + key + 1 : line + key;
            line[key] = 0;
            if (!read_line(&ask, line, words))
                complain(&err, "nobody knows the key \"%s\"", line);
            continue;
        }
        answer(&ask, &err);
        fflush(stdout);
        memset(&ask, 0, sizeof ask);
    }
    if (err.code)
        fprintf(stderr, "ask: %s\n", err.text);
    return err.code ? 2 : 0;
}
