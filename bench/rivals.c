#define _GNU_SOURCE
#include "bench/rivals.h"
#include "bench/program.h"
#include "bench/together.h"

#include <relive_study.h>

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SETTINGS = 2, LINE = 1024, PATH = 512, KINDS = 16 };

typedef struct {
    pid_t process; /* 0: none */
    FILE *to, *from;
    int blas_threads;
} rival_process;

struct rivals {
    char folder[PATH];
    char about[LINE]; /* NAME=VALUE, tabs between them */
    rival_process processes[SETTINGS];
    int count; /* processes; 0: there is no Python */
    struct {
        char task[32], rival[32];
        int process;
    } fastest[KINDS];
    int tuned;
};

/* ---- Processes ---- */

extern char **environ;

/* The environment with so many threads for the BLAS. Threads of OpenMP sleep while they wait: spinning, they take the
 * processors from those of the BLAS (measured: two threads each on two processors were up to 20 times slower). */
static char **environment_for(int blas_threads, char setting[64])
{
    static char passive[] = "OMP_WAIT_POLICY=PASSIVE";
    size_t count = 0;
    while (environ[count])
        count++;
    char **with = calloc(count + 3, sizeof *with);
    if (!with)
        return NULL;
    size_t used = 0;
    for (size_t i = 0; i < count; i++)
        if (strncmp(environ[i], "OPENBLAS_", 9) != 0 && strncmp(environ[i], "OMP_", 4) != 0)
            with[used++] = environ[i];
    snprintf(setting, 64, "OPENBLAS_NUM_THREADS=%d", blas_threads);
    with[used++] = setting;
    with[used++] = passive;
    return with;
}

static bool start(rivals *r, rival_process *p, const char *python, const char *script, int blas_threads)
{
    char setting[64];
    int to[2], from[2];
    if (pipe2(to, O_CLOEXEC) != 0)
        return false;
    if (pipe2(from, O_CLOEXEC) != 0) {
        close(to[0]);
        close(to[1]);
        return false;
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, to[0], 0);
    posix_spawn_file_actions_adddup2(&actions, from[1], 1);
    char *const arguments[] = { (char *)python, "-B", "-W", "ignore", "-c", (char *)script, r->folder, NULL };
    char **environment = environment_for(blas_threads, setting);
    posix_spawnattr_t apart; /* a group of its own: Ctrl-C is for the bench, which then ends it */
    posix_spawnattr_init(&apart);
    posix_spawnattr_setflags(&apart, POSIX_SPAWN_SETPGROUP);
    bool started = environment && posix_spawn(&p->process, python, &actions, &apart, arguments, environment) == 0;
    posix_spawnattr_destroy(&apart);
    posix_spawn_file_actions_destroy(&actions);
    free(environment);
    close(to[0]);
    close(from[1]);
    p->to = fdopen(to[1], "w");
    p->from = fdopen(from[0], "r");
    p->blas_threads = blas_threads;
    if (!started)
        p->process = 0;
    return started && p->to && p->from;
}

static void end(rival_process *p)
{
    if (p->to)
        fclose(p->to); /* the end of its input ends it */
    if (p->from)
        fclose(p->from);
    while (p->process && waitpid(p->process, NULL, 0) < 0 && errno == EINTR)
        ;
    *p = (rival_process){ 0 };
}

/* Asks, and gives what follows "ok" in the answer. */
static bool ask(rival_process *p, char answer[LINE], rl_error *err, const char *format, ...)
{
    if (err->code)
        return false;
    va_list list;
    va_start(list, format);
    vfprintf(p->to, format, list);
    va_end(list);
    fputc('\n', p->to);
    char line[LINE];
    char *read = fflush(p->to) == 0 ? fgets(line, sizeof line, p->from) : NULL;
    while (!read && ferror(p->from) && errno == EINTR) { /* Ctrl-C: the round is ended first */
        clearerr(p->from);
        read = fgets(line, sizeof line, p->from);
    }
    if (!read)
        return rl_fail(err, RL_MISSING, "the rivals' Python ended before it answered");
    line[strcspn(line, "\n")] = '\0';
    if (strncmp(line, "ok ", 3) != 0)
        return rl_fail(err, RL_MISSING, "a rival %.200s", line);
    strcpy(answer, line + 3);
    return true;
}

rivals *rivals_start(const char *python, const char *script, int threads, rl_error *err)
{
    rivals *r = err->code ? NULL : calloc(1, sizeof *r);
    if (!r) {
        rl_fail(err, RL_NO_MEMORY, "out of memory");
        return NULL;
    }
    if (!folder_make(r->folder, sizeof r->folder, err)) {
        free(r);
        return NULL;
    }
    if (access(python, X_OK) == 0)
        for (int i = 0; i < SETTINGS && (i == 0 || threads > 1); i++) {
            if (!start(r, &r->processes[i], python, script, i == 0 ? 1 : threads)) {
                end(&r->processes[i]);
                rl_fail(err, RL_MISSING, "%s: cannot be run: %s", python, strerror(errno));
                break;
            }
            r->count++;
        }
    if (r->count > 0 && !err->code)
        ask(&r->processes[0], r->about, err, "about");
    if (!err->code)
        return r;
    rivals_end(r);
    return NULL;
}

void rivals_end(rivals *r)
{
    if (!r)
        return;
    for (int i = 0; i < r->count; i++)
        end(&r->processes[i]);
    folder_remove(r->folder);
    free(r);
}

const char *rivals_about(const rivals *r, const char *what)
{
    static char value[LINE];
    char name[64];
    snprintf(name, sizeof name, "%s=", what);
    const char *at = r->about;
    while (*at && strncmp(at, name, strlen(name)) != 0) {
        at += strcspn(at, "\t");
        at += *at == '\t';
    }
    at += *at ? strlen(name) : 0;
    snprintf(value, sizeof value, "%.*s", (int)strcspn(at, "\t"), at);
    return value;
}

const char *rivals_missing(const rivals *r, const char *rival)
{
    if (r->count == 0)
        return "needs Python: apt-get install python3 python3-torch python3-numpy libopenblas0-pthread";
    if (!strncmp(rival, "numpy", 5))
        return *rivals_about(r, "numpy") ? NULL : "needs NumPy: apt-get install python3-numpy libopenblas0-pthread";
    return *rivals_about(r, "pytorch") ? NULL : "needs PyTorch: apt-get install python3-torch libopenblas0-pthread";
}

/* ---- The task ---- */

static bool write_floats(
    const rivals *r, const task *t, const char *what, const float *values, size_t count, rl_error *err)
{
    char path[PATH + 64];
    snprintf(path, sizeof path, "%s/%s.%s", r->folder, t->name, what);
    return rl_write_file(path, values, count * sizeof *values, err);
}

/* Units and what each of them reads, of every layer that has weights. */
static void weights_of(const rl_net *net, char *text, size_t room)
{
    size_t used = 0;
    text[0] = '\0';
    for (rl_node i = 0; i < rl_net_nodes(net) && used < room; i++) {
        const rl_node_info node = rl_net_node(net, i);
        if (node.weights)
            used +=
                (size_t)snprintf(text + used, room - used, " %dx%zu", node.units, node.weights / (size_t)node.units);
    }
}

bool rivals_take(rivals *r, const task *t, rl_net *net, rl_error *err)
{
    char path[PATH + 64], text[LINE], weights[128];
    size_t parameters, lanes = (size_t)rl_net_lanes(net);
    const float *w = rl_parameters(net, &parameters); /* [parameters][lanes] */
    float *by_net = malloc(parameters * lanes * sizeof *by_net);
    if (!by_net)
        return rl_fail(err, RL_NO_MEMORY, "out of memory");
    for (size_t l = 0; l < lanes; l++)
        for (size_t i = 0; i < parameters; i++)
            by_net[l * parameters + i] = w[i * lanes + l];
    weights_of(net, weights, sizeof weights);
    int length =
        snprintf(text, sizeof text, "rows %zu\nbatch %d\nrate %.9g\nnets %zu\nnet %s\nweights%s\ncheck_steps %ld\n",
            t->data->rows, t->batch, (double)t->rate, lanes, t->layers, weights, t->check_steps);
    snprintf(path, sizeof path, "%s/%s.task", r->folder, t->name);
    bool written = rl_write_file(path, text, (size_t)length, err) &&
                   write_floats(r, t, "x", t->data->x, t->data->rows * t->data->features, err) &&
                   write_floats(r, t, "y", t->data->y, t->data->rows, err) &&
                   write_floats(r, t, "w", by_net, parameters * lanes, err);
    free(by_net);
    return written;
}

/* ---- The check ---- */

/* How far training moved any parameter: what a difference is measured by. */
static double largest_move(const float *before, const float *after, size_t count)
{
    double most = 0;
    for (size_t i = 0; i < count; i++)
        most = fmax(most, fabs((double)after[i] - (double)before[i]));
    return most;
}

/* The largest between what each variant wrote, [variants][nets][parameters], and our [parameters][lanes]. */
static double largest_difference(
    const float *theirs, size_t count, size_t nets, const float *ours, size_t parameters, size_t lanes)
{
    double most = 0;
    for (size_t i = 0; i < count; i++) {
        size_t lane = i / parameters % nets;
        double d = fabs((double)theirs[i] - (double)ours[i % parameters * lanes + lane]);
        if (!(d <= most)) /* NaN too */
            most = d;
    }
    return most;
}

static float *read_floats(const char *path, size_t *count, rl_error *err)
{
    FILE *file = fopen(path, "rb");
    long bytes = file && fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    float *values = bytes > 0 ? malloc((size_t)bytes) : NULL;
    *count = values ? (size_t)bytes / sizeof *values : 0;
    if (!values || fseek(file, 0, SEEK_SET) != 0 || fread(values, sizeof *values, *count, file) != *count) {
        rl_fail(err, RL_BAD_FILE, "%s: cannot be read", path);
        free(values);
        values = NULL;
    }
    if (file)
        fclose(file);
    return values;
}

/* We train, and give how far that moved the parameters. */
static double train_in_order(const task *t, rl_net *net, rl_error *err)
{
    size_t parameters, lanes = (size_t)rl_net_lanes(net);
    const float *w = rl_parameters(net, &parameters);
    float *before = malloc(parameters * lanes * sizeof *before);
    if (!before) {
        rl_fail(err, RL_NO_MEMORY, "out of memory");
        return 0;
    }
    memcpy(before, w, parameters * lanes * sizeof *before);
    rl_training how = {
        .rate = t->rate, .batch = t->batch, .epochs = 1 + t->check_steps, .threads = t->threads, .in_order = true
    };
    rl_trainer *trainer = rl_trainer_new(net, t->data, &how, err);
    if (trainer)
        rl_trainer_step(trainer, t->check_steps);
    rl_trainer_free(trainer);
    double move = largest_move(before, w, parameters * lanes);
    free(before);
    return move;
}

bool rivals_agree(rivals *r, const task *t, const char *rival, rl_net *net, double *difference, rl_error *err)
{
    char answer[LINE], path[PATH + 64];
    snprintf(path, sizeof path, "%s/%s.out", r->folder, t->name);
    const double move = train_in_order(t, net, err);
    size_t parameters, lanes = (size_t)rl_net_lanes(net);
    const float *ours = rl_parameters(net, &parameters);
    const bool batched = !strcmp(rival, "pytorch_batched") || !strcmp(rival, "pytorch_without_bmm");
    const size_t nets = batched ? lanes : 1; /* one net: that of the first lane */
    *difference = 0;
    for (int i = 0; i < r->count && ask(&r->processes[i], answer, err, "check %s %s", t->name, rival); i++) {
        size_t count = 0;
        float *theirs = read_floats(path, &count, err);
        double d = theirs ? largest_difference(theirs, count, nets, ours, parameters, lanes) / move : 0;
        if (theirs && count != strtoul(answer, NULL, 10) * nets * parameters)
            rl_fail(err, RL_BAD_SHAPE, "%s: %s gave %zu parameters", t->name, rival, count);
        *difference = d <= *difference ? *difference : d; /* NaN stays */
        free(theirs);
    }
    return !err->code && *difference <= t->tolerance;
}

/* ---- The figures ---- */

bool rivals_tune(rivals *r, const task *t, const char *rival, double seconds, char *setting, size_t room, rl_error *err)
{
    double best = 0;
    int process = 0;
    for (int i = 0; i < r->count; i++) {
        char answer[LINE];
        if (!ask(&r->processes[i], answer, err, "tune %s %s %g", t->name, rival, seconds))
            return false;
        char *words;
        double rate = strtod(answer, &words);
        if (rate <= best)
            continue;
        best = rate;
        process = i;
        snprintf(
            setting, room, "%.60s, OPENBLAS_NUM_THREADS=%d", words + (*words == ' '), r->processes[i].blas_threads);
    }
    if (r->tuned == KINDS)
        return rl_fail(err, RL_BAD_CONFIG, "more than %d rivals", KINDS);
    snprintf(r->fastest[r->tuned].task, sizeof r->fastest->task, "%s", t->name);
    snprintf(r->fastest[r->tuned].rival, sizeof r->fastest->rival, "%s", rival);
    r->fastest[r->tuned++].process = process;
    return true;
}

double rivals_rate(rivals *r, const task *t, const char *rival, double seconds, rl_error *err)
{
    char answer[LINE];
    for (int k = 0; k < r->tuned; k++)
        if (!strcmp(r->fastest[k].task, t->name) && !strcmp(r->fastest[k].rival, rival))
            return ask(&r->processes[r->fastest[k].process], answer, err, "time %s %s %g", t->name, rival, seconds)
                       ? strtod(answer, NULL)
                       : 0;
    return 0;
}
