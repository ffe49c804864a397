/* What the files of the program share: a verb, an option, what the user asked for, and the settings that come of it.
 *
 *     command line ─┐
 *     settings file ┼─ request ── settings_make(request, regime) ── settings ── a verb
 *     regime, defaults ─────────────┘
 *
 * Precedence: the command line wins over the settings file, the file over a regime, a regime over the defaults. */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <relive.h>
#include <relive_study.h>

/* Which verbs take an option: a set of these. */
enum {
    COMPARE = 1,
    TRAIN = 2,
    PREDICT = 4,
    EXPLAIN = 8,
    GRADCHECK = 16,
    BIRTH = 32,
    REVIVE = 64,
    SCAN = 256,
    PRUNE = 128,
    BENCH = 512,
    PLAY = 1024,
    SIGNAL = 2048
};

enum { EXIT_DONE = 0, EXIT_CHECK_FAILED = 1, EXIT_BAD_INPUT = 2, EXIT_MACHINE_LACKS = 3, EXIT_INTERRUPTED = 130 };

enum { MOST_OPTIONS = 80, MOST_ARMS = 16, MOST_INITS = 16, MOST_DEPTHS = 16, MOST_REGIMES = 16, MOST_BENCH_ROWS = 32 };

/* Everything a verb may need, as plain values. */
typedef struct {
    rl_recipe recipe;
    const char *data;
    uint64_t data_seed;
    rl_birth birth;               /* shape, inputs and trials */
    rl_drawing inits[MOST_INITS]; /* of signal */
    size_t init_count;
    int depths[MOST_DEPTHS]; /* of signal */
    size_t depth_count;
    const rl_topic *topic;               /* of compare */
    const rl_architecture *architecture; /* whose regimes there are */
    bool gan; /* compare adversarial nets: then rivals and noise, in place of arms and regimes */
    rl_rivals rivals[MOST_ARMS];
    size_t rival_count;
    int noise;
    rl_arm arms[MOST_ARMS];
    size_t arm_count;
    rl_arm cures[MOST_ARMS]; /* of a topic that has them; else none */
    size_t cure_count;
    float at_zero;
    long revive_every; /* epochs; 0: never */
    double revive_tau; /* whom revive treats: dormant at tau; below 0: the dead */
    rl_cure cure;
    rl_arm cure_curve;
    double cure_share;
    const rl_regime *regimes[MOST_REGIMES];
    size_t regime_count;
    uint64_t first_seed;
    size_t seeds;
    long census; /* steps; 0: one an epoch */
    int threads, lanes;
    const char *box; /* NULL: none */
    rl_thresholds thresholds;
    double fail_over; /* share of dead units; below 0: not asked for */
    const char *dump, *report;
    bool pre, post;
    const char *only[MOST_BENCH_ROWS]; /* rows of the benchmark */
    size_t only_count;
    bool quick;
    const char *out, *save, *resume, *init_from, *log;
    bool json, no_open;
} settings;

/* One option. Everything that knows about options (parsing, help, settings file, completions, man page) reads this. */
typedef struct {
    const char *name;     /* without the dashes */
    const char *argument; /* what stands for its value; NULL: a switch */
    const char *help;
    int group; /* index into option_groups */
    unsigned verbs;
    bool (*apply)(settings *s, const char *text, rl_error *err);
    const char *(*word)(size_t index); /* the words it takes, NULL after the last; NULL: none are fixed */
    bool list;                         /* a settings file may give a YAML list */
} option;

extern const option options[];
extern const size_t option_count;
extern const char *const option_groups[];
extern const size_t option_group_count;

typedef struct request request;

typedef struct {
    const char *name;
    unsigned bit;
    const char *operand;                             /* "MODEL", or NULL */
    const char *summary;                             /* one line */
    const char *about;                               /* some lines */
    const char *examples;                            /* some lines, each "command  # what it does" */
    const char *(*word)(size_t index);               /* what the operand may be, or NULL */
    int (*run)(const request *asked, rl_error *err); /* the exit code; err says more */
} verb;

extern const verb verbs[];
extern const size_t verb_count;

int run_compare(const request *asked, rl_error *err);
int run_gan(const request *asked, const settings *s, rl_error *err); /* compare --model gan */
int run_train(const request *asked, rl_error *err);
int run_predict(const request *asked, rl_error *err);
int run_prune(const request *asked, rl_error *err);
int run_scan(const request *asked, rl_error *err);
int run_explain(const request *asked, rl_error *err);
int run_birth(const request *asked, rl_error *err);
int run_signal(const request *asked, rl_error *err);
int run_revive(const request *asked, rl_error *err);
int run_gradcheck(const request *asked, rl_error *err);
int run_bench(const request *asked, rl_error *err);
int run_play(const request *asked, rl_error *err);

/* The playground, if the build put it in: [playground_size], 0 if not. */
extern const unsigned char playground_page[];
extern const size_t playground_size;

const char *explainable(size_t index); /* what `explain` explains */

/* What was asked: the texts of the options, from the command line and from the settings file. */
struct request {
    char *const *arguments; /* the whole command line */
    const verb *verb;
    const char *operand;
    bool help;
    const char *line[MOST_OPTIONS]; /* from the command line, borrowed from argv; NULL: not given */
    char *file[MOST_OPTIONS];       /* from the settings file, owned; NULL: not given */
    int file_line[MOST_OPTIONS];    /* where in it */
    const char *file_path;          /* NULL: no settings file */
};

/* arguments: those after the verb, in the whole command line. */
bool request_read(request *asked, const verb *which, int count, char **arguments, rl_error *err);
void request_free(request *asked);
bool request_has(const request *asked, const char *option_name);

/* The settings asked for; regime NULL: none. */
bool settings_make(const request *asked, const rl_regime *regime, settings *made, rl_error *err);

/* Reads a settings file: texts[i] is set (malloc'ed) where it has options[i], lines[i] to the line. */
bool config_read(const char *path, char **texts, int *lines, rl_error *err);

/* Fails unless a file could be written there (its folder exists and may be written). what: "--save". */
bool check_writable_file(const char *what, const char *path, rl_error *err);
/* Fails unless the folder is there and may be written, or could be made. */
bool check_writable_folder(const char *what, const char *path, rl_error *err);

/* Ctrl-C. The second one ends the program at once. */
void interrupt_catch(void);
bool interrupted(void);

/* Texts made of the tables. */
void print_help(const char *program);
void print_verb_help(const verb *which);
bool print_generated(const char *what, rl_error *err); /* man, bash, zsh, fish */

#endif
