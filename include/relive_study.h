/* relive_study.h: the study (the same nets with different activations, paired by seed) and its report.
 *
 * A recipe says how one net is built and trained. A setting is a recipe with a name; an arm is a named change to a
 * recipe: another activation, a penalty, dropout. A study runs every arm of every setting with every seed; results are
 * plain data that the report reads. */
#ifndef RELIVE_STUDY_H
#define RELIVE_STUDY_H

#include "relive.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { RL_MOST_HIDDEN = 64, RL_NAME_ROOM = 96 };

/* What an arm may change in a recipe beside the curve, each by one number. */
typedef enum { RL_CHANGE_L1, RL_CHANGE_L2, RL_CHANGE_DROPOUT, RL_CHANGE_EARLY_STOP, RL_CHANGES } rl_change;

/* A gated cell that may stand where layers say "rnn N curve", instead of Elman's with a curve. Its slopes are nowhere exactly
 * 0, so it has no units that could die. */
typedef struct {
    const char *name, *title; /* "gru", "GRU" */
    rl_node (*append)(rl_net *net, rl_node x, rl_dense_config config, rl_error *err);
} rl_gates;
extern const rl_gates rl_gates_gru, rl_gates_lstm;

/* One activation as a user writes it, NAME[:ALPHA], or a gated cell, and what else the arm changes: NAME[:ALPHA]+redo[:EVERY]
 * revives dead units, NAME[:ALPHA]+l2:0.01 and the like change the recipe. An arm with neither curve nor gates of its own,
 * "l2:0.01" or "none", is a cure: it changes what its setting starts from. */
typedef struct {
    const rl_activation *curve; /* NULL: it has gates, or is a cure */
    float alpha;
    long redo_every;            /* epochs; 0: never */
    float changes[RL_CHANGES];  /* 0: as the recipe has it */
    const rl_gates *gates;      /* NULL: none */
} rl_arm;
bool rl_arm_parse  (const char *text, rl_arm *arm, rl_error *err);
bool rl_curve_parse(const char *text, rl_arm *arm, rl_error *err); /* without gates */
bool rl_cure_parse (const char *text, rl_arm *arm, rl_error *err); /* "none", "l1:0.001", "l2:0.01+dropout:0.5" */
bool rl_arm_is_cure(rl_arm arm);
void rl_arm_label(rl_arm arm, char *label, size_t room); /* "relu", "leaky_relu:0.01", "relu+redo": α where the curve has one, EVERY where it is not 1 */
rl_arm rl_arm_on(rl_arm base, rl_arm change);            /* change, and where it says nothing base */
bool rl_arm_is(rl_arm a, rl_arm b);                      /* the same in everything? */

/* What is done to the features: nothing; standardised; or the training means subtracted and all divided by one number, so
 * that pixels keep their relative sizes. */
typedef enum { RL_AS_THEY_ARE, RL_STANDARDISED, RL_CENTRED } rl_inputs;

/* How one net is built and trained. Everything that determines a result but the seed and the activation. */
typedef struct {
    int hidden[RL_MOST_HIDDEN];   /* widths of the hidden layers */
    int hidden_count;
    const char *layers;           /* not NULL: the whole net in place of hidden and dropout, as rl_net_append takes it, and two
                                     words more: each "curve" (or rnn N "curve") stands for the arm's, and "outputs" at the end for a
                                     dense layer with an output for each class or target. "input 1x28x28" may stand first; without it
                                     square data are a picture if the first layer wants one, or its rows a sequence if the first layer
                                     is recurrent; the adding problem's are a sequence of pairs. */
    const rl_initialiser *init;   /* He */
    float init_sd;                /* of normal */
    const rl_initialiser *recurrent_init; /* of W_hh in layers; NULL: the identity for rectifiers, else orthogonal */
    float bias;                   /* initial bias of the hidden layers (the output layer's is 0) */
    float dropout;                /* after each hidden curve */
    rl_inputs standardize;
    double test_share, validation_share;
    rl_training training;         /* its pointers to data and observers are filled in by the study */
} rl_recipe;
rl_recipe rl_recipe_default(void); /* 32 hidden, He, standardised, SGD 0.1, batch 32, 20 epochs, 0.2 test */

/* The data of a recipe, cut into parts and standardised by its training part. */
typedef struct {
    rl_dataset *train, *validation, *test; /* validation and test: NULL where none was asked for */
    rl_scaling scaling;                    /* features 0: not standardised */
} rl_parts;
bool rl_parts_make(const rl_recipe *recipe, const rl_dataset *data, uint64_t data_seed, rl_parts *parts, rl_error *err);
void rl_parts_free(rl_parts *parts);

/* The net of a recipe for data like these: lane l has lane_arms[l]'s curve and seeds[l] (both [lanes]). */
rl_net *rl_recipe_net(const rl_recipe *recipe, const rl_arm *lane_arms, const uint64_t *seeds, int lanes, const rl_dataset *data, rl_memory memory, rl_error *err);

bool rl_recipe_has_curve(const rl_recipe *recipe); /* that an arm could change */

/* Steps of a net's first recurrent node; 0: it has none. And what reaches each of them on the way back, as
 * rl_state_gradients has it, over the first rows of data (256 at most); loss NULL: the data's own. norms [steps] */
size_t rl_recurrent_steps(const rl_net *net);
bool rl_through_time(const rl_net *net, int lane, const rl_dataset *data, const rl_loss *loss, double *norms, rl_error *err);

int rl_recipe_lanes(const rl_recipe *recipe, rl_arm arm, const rl_dataset *data); /* in which many such nets train fastest */

rl_recipe rl_recipe_changed(const rl_recipe *recipe, rl_arm arm); /* with what the arm changes in it */

/* A named way to live or die: what it changes in a recipe. */
typedef struct {
    const char *name;   /* "healthy" */
    const char *title;  /* "Healthy" */
    const char *about;  /* one sentence: what is done, and why units should live or die of it */
    void (*apply)(rl_recipe *recipe);
} rl_regime;
const rl_regime *rl_regimes(size_t *count); /* those of nets of hidden layers by their widths */
const rl_regime *rl_regime_named(const char *name, rl_error *err); /* these, and "overfitting" */

/* A kind of net, and what a study of it compares unless something else is asked for, as one would type it. */
typedef struct {
    const char *name;         /* "cnn" */
    const char *about;        /* half a sentence */
    const char *data;         /* SPEC; other settings hold for other data, if they stand in the list: see below */
    const char *choice;       /* of regimes, by default */
    const char *activations;
    const rl_regime *regimes; /* [regime_count] */
    size_t regime_count;
    size_t seeds;
} rl_architecture;
extern const rl_architecture rl_architecture_mlp;
const rl_architecture *rl_architecture_own(void); /* layers of the user's: its regimes change no layers */
const rl_architecture *const *rl_architectures(size_t *count); /* those with names; some twice, for other data */
/* For data that begin as an entry's do ("adding:5000" as "adding"), else the first of that name. data may be NULL. */
const rl_architecture *rl_architecture_named(const char *name, const char *data, rl_error *err);
const rl_regime *rl_architecture_regime(const rl_architecture *architecture, const char *name, rl_error *err);

typedef struct {
    const rl_regime *regime; /* name and words only: the recipe below is what runs */
    rl_recipe recipe;
    rl_arm base;             /* what arms without a curve of their own change; curve NULL: there are none */
} rl_setting;

/* What a study is about: what is compared unless something else is asked for, as one would type it, and what its
 * report dwells on. */
typedef struct {
    const char *name;        /* "overfitting" */
    const char *about;       /* half a sentence */
    const char *data, *regimes, *activations;
    const char *cures;       /* NULL: the activations are the arms; else the cures are, and each activation is a setting */
} rl_topic;
extern const rl_topic rl_topic_activations, rl_topic_overfitting, rl_topic_alpha;
const rl_topic *const *rl_topics(size_t *count);
const rl_topic *rl_topic_named(const char *name, rl_error *err);

typedef struct {
    const rl_topic *topic;       /* &rl_topic_activations if NULL */
    const rl_architecture *architecture; /* whose regimes the settings are; &rl_architecture_mlp if NULL */
    const char *data;            /* SPEC */
    uint64_t data_seed;
    const rl_setting *settings;  /* [setting_count] */
    size_t setting_count;
    const rl_arm *arms;          /* [arm_count] */
    size_t arm_count;
    uint64_t first_seed;
    size_t seeds;
    long census;                 /* look for dead units every so many steps as well as every epoch; 0: every epoch only */
    int threads, lanes;          /* 0: as many as there are; lanes as rl_recipe_lanes has it */
    bool boundaries;             /* for data of two features: keep a grid of the first seed's decisions */
    bool (*keep_going)(void *self); /* asked often and from several threads; NULL: always */
    void (*progress)(void *self, double share_done); /* from one thread at a time; NULL: none */
    void *self;
    rl_memory memory;
} rl_study;

/* One training. Curves have epochs + 1 points: before the first step, then after each epoch. A diverged run's
 * points after it diverged are NaN. */
typedef struct {
    uint64_t seed;
    bool done;                  /* false: never finished (interrupted); leave it out */
    rl_lane_fate fate;
    double seconds;             /* its share of its pack's training time */
    double *loss;               /* [epochs + 1] training set, evaluation mode, without penalties */
    double *train_accuracy;     /* [epochs + 1]; NaN for real targets */
    double *test_loss;          /* [epochs + 1]; NaN without a test part */
    double *test_accuracy;      /* [epochs + 1] */
    double *dead_share;         /* [epochs + 1]; NaN for nets without hidden units */
    double *silent_share;       /* [epochs + 1]; the same */
    double *layer_dead;         /* [2][layers] dead share of each hidden layer, before the first step and at the end */
    double *reach_first, *reach_last; /* [steps] rl_through_time before the first step and at the end; NULL: no recurrent layer */
    double learned_alpha;       /* mean over the hidden units at the end; NaN where the curve learns none */
    rl_event *events;           /* [event_count] what its hidden units went through, by step and unit; lane is 0 */
    size_t event_count;
    unsigned char *states;      /* [epochs + 1][hidden units] of the first seed: rl_unit_state bits; else NULL */
} rl_trial;

enum { RL_UNIT_DEAD = 1, RL_UNIT_SILENT = 2, RL_UNIT_BROKEN = 4 };

enum { RL_GRID = 120 };

/* A hidden layer: an activation node whose result goes on, or Elman's. */
typedef struct {
    rl_node node;
    int units;
    char name[RL_NAME_ROOM];     /* "hidden 1" */
    char kind[RL_NAME_ROOM];     /* what feeds its curve: "dense", "conv", "rnn" */
} rl_hidden_layer;

/* The hidden layers of a net, first to last: at most room are written, and how many there are. */
size_t rl_hidden_layers(const rl_net *net, rl_hidden_layer *layers, size_t room);

/* What the first convolution of one net made of one picture. Sizes are 0 where there is no convolution. */
typedef struct {
    size_t channels, height, width;
    size_t image_channels, image_height, image_width;
    size_t row;                  /* of the training part */
    float *image;                /* [image_channels][image_height][image_width] in raw units */
    float *maps;                 /* [channels][height][width] values of the curve */
    bool *dead;                  /* [channels] on the whole training part */
    bool known;                  /* false: the training diverged, or was never finished */
} rl_maps;

typedef struct {
    size_t setting, arm;         /* indices */
    rl_trial *trials;            /* [seeds] */
    rl_hidden_layer *layers;     /* [layer_count] of each of its nets */
    size_t layer_count;
    size_t units;                /* of all of them: outputs are no units, and gates are none */
    size_t parameters;
    size_t steps;                /* of its first recurrent layer; 0: it has none */
    rl_maps *maps;               /* of the first seed, at the end */
    unsigned char *boundary;     /* [RL_GRID][RL_GRID] decided class of the first seed, or NULL; row 0 is the lowest x₂ */
} rl_cell;

/* Everything a study found. Owns all it points to but the curves. */
typedef struct {
    /* what was asked */
    const rl_topic *topic;
    const rl_architecture *architecture;
    char *data_name;
    char *data_spec;             /* as it was asked for: "moons:500:0.2", a path */
    size_t rows, features, classes, train_rows, test_rows, validation_rows;
    char **class_names;
    uint64_t data_seed, first_seed;
    size_t seeds;
    long census;                 /* steps; 0: one an epoch */
    size_t setting_count, arm_count;
    struct {
        char name[RL_NAME_ROOM], title[RL_NAME_ROOM];
        char *about, *layers;    /* layers: what the recipe's point to, or NULL */
        rl_recipe recipe;
        rl_arm base;
    } *settings;
    rl_arm *arms;
    /* what came out: [setting_count][arm_count] */
    rl_cell *cells;
    bool interrupted;
    /* for 2-D data: the points, as the net sees the plane in raw units */
    float grid_low[2], grid_high[2];
    rl_dataset *points;          /* training rows, raw; NULL unless boundaries were kept */
    /* timing of training alone */
    size_t trainings;
    double seconds, samples;
    int threads, lanes;
    rl_memory memory;
} rl_results;

bool rl_study_run(const rl_study *study, rl_results *results, rl_error *err);
void rl_results_free(rl_results *results);
const rl_cell *rl_results_cell(const rl_results *results, size_t setting, size_t arm);
rl_arm rl_results_arm(const rl_results *results, size_t setting, size_t arm); /* with the setting's curve, where it has none */

/* ---- The ledger: what happened to units ------------------------------------------------------------ */

enum { RL_CAUSES = RL_BY_BROKEN + 1 };

/* Over the finished seeds of one regime and arm. */
typedef struct {
    size_t trainings;                   /* finished seeds */
    size_t units;                       /* hidden units of all of them */
    size_t born_dead, deaths, revivals, broken; /* events */
    size_t death_causes[RL_CAUSES], revival_causes[RL_CAUSES];
} rl_ledger;
rl_ledger rl_ledger_of(const rl_results *results, size_t setting, size_t arm);

/* In which epoch it was seen, 1 the first, 0 before the first step; in which of the cell's hidden layers, 1 the first. */
long rl_event_epoch(const rl_recipe *recipe, size_t train_rows, const rl_event *event);
int  rl_event_layer(const rl_cell *cell, const rl_event *event);

/* One event in its place. */
typedef struct {
    size_t setting, arm, seed; /* indices */
    const rl_event *event;
} rl_case;
/* Deaths to tell in a sentence each: units that were well awake and whose death has one clear cause, of as many causes,
 * regimes and arms as there are. Returns how many, at most room. */
size_t rl_ledger_cases(const rl_results *results, rl_case *cases, size_t room);

/* ---- Statistics over seeds ----------------------------------------------------------------------- */

typedef struct {
    size_t n;
    double mean, sd, low, high; /* 95 % by t; NaN where n is too small */
} rl_estimate;

typedef struct {
    size_t setting, arm;
    size_t seeds;      /* finished */
    size_t n;          /* of them, not diverged */
    size_t diverged;
    rl_estimate final_loss, test_loss, train_accuracy, test_accuracy;
    rl_estimate gap;           /* training accuracy - test accuracy; of real targets test loss - training loss */
    rl_estimate learned_alpha; /* n: only seeds whose curve learned one */
    rl_estimate dead_first, dead_last, silent_first, silent_last; /* over the not diverged */
    double *loss_curve, *dead_curve;                 /* [epochs + 1] means over the not diverged */
    double *loss_sd, *dead_sd, *accuracy_curve, *accuracy_sd; /* [epochs + 1]; accuracy: test if there is one, else train */
    double *test_loss_curve, *test_loss_sd;          /* [epochs + 1] */
    rl_estimate *layer_dead_first, *layer_dead_last; /* [layers] dead shares over the not diverged */
    /* What reaches each step on the way back: log10 of it, over the not diverged where it is above 0 (n says how many). */
    rl_estimate *reach_first, *reach_last;           /* [steps] */
    rl_estimate kept_first, kept_last;               /* the first step's less the last one's: what is left of it */
} rl_arm_summary;

typedef struct {
    rl_estimate difference; /* b - a, over pairs where neither diverged */
    double p, p_holm;       /* paired sign-flip permutation test; NaN where n < 2 */
} rl_comparison;

typedef struct {
    size_t setting, a, b; /* arms; a is the first arm */
    rl_comparison test_accuracy, dead_share; /* accuracy: test if there is one, else train; for real targets: loss */
    rl_comparison gap;
} rl_pair_summary;

typedef struct {
    rl_arm_summary *arms;   /* [setting_count][arm_count] */
    size_t cell_count;      /* setting_count · arm_count */
    rl_pair_summary *pairs; /* [setting_count][arm_count - 1]: each later arm against the first */
    size_t pair_count;
    rl_memory memory;
} rl_summary;
bool rl_summarise(const rl_results *results, rl_summary *summary, rl_error *err);
void rl_summary_free(rl_summary *summary);

/* ---- Adversarial nets ------------------------------------------------------------------------------- */

/* The curves of an arm's two nets: "leaky_relu:0.2" for both, or "relu/leaky_relu:0.2", the generator's first. */
typedef enum { RL_GENERATOR, RL_DISCRIMINATOR, RL_RIVALS } rl_side;
typedef struct {
    rl_arm side[RL_RIVALS];      /* curve and α alone */
} rl_rivals;
bool rl_rivals_parse(const char *text, rl_rivals *rivals, rl_error *err);
void rl_rivals_label(rl_rivals rivals, char *label, size_t room);

/* What is compared unless something else is asked for. Chosen by measurement, see study/gan_arm.c. */
rl_recipe rl_gan_recipe(const char *data);
int rl_gan_noise(const char *data);
extern const char rl_gan_data[], rl_gan_activations[];
enum { RL_GAN_SEEDS = 20 };

/* Every arm with every seed: a generator and a discriminator, with the recipe's hidden layers, first weights and training
 * each, against each other on all rows of data: clouds as they are, pictures scaled to -1 … 1. The
 * discriminator has the trial's seed, the generator its complement (~seed). */
typedef struct {
    const char *data;            /* SPEC: ring or blobs, or square pictures; the classes are the modes */
    uint64_t data_seed;
    rl_recipe recipe;            /* hidden, init, bias and training count */
    int noise;                   /* values that a generator reads */
    const rl_rivals *arms;       /* [arm_count] */
    size_t arm_count;
    uint64_t first_seed;
    size_t seeds;
    int threads, lanes;          /* as in rl_study */
    bool (*keep_going)(void *self);
    void (*progress)(void *self, double share_done);
    void *self;
    rl_memory memory;
} rl_gan_study;

/* What is measured of a pair of nets before the first step and after every epoch. */
typedef enum {
    RL_GAN_MODES,                /* how many modes are covered: 1 % of the samples or more are of high quality and theirs */
    RL_GAN_QUALITY,              /* share of samples of high quality */
    RL_GAN_GENERATOR_LOSS, RL_GAN_DISCRIMINATOR_LOSS, /* nats, evaluation mode */
    RL_GAN_GENERATOR_DEAD, RL_GAN_DISCRIMINATOR_DEAD, /* shares of hidden units */
    RL_GAN_GENERATOR_SILENT, RL_GAN_DISCRIMINATOR_SILENT,
    RL_GAN_MEASURES
} rl_gan_measure;
const char *rl_gan_measure_name(rl_gan_measure measure); /* "modes", "high_quality", … */

/* Samples are the generator's rows for so many fixed rows of noise, the same in all trainings; its units are judged on
 * these, the discriminator's on so many of the samples and as many real rows, or all there are. */
enum { RL_GAN_SAMPLES = 2500, RL_GAN_JUDGED = 500, RL_GAN_SHOTS = 5, RL_GAN_SHOWN = 128 };

typedef struct {
    uint64_t seed;
    bool done;
    rl_lane_fate fate;
    double *curve[RL_GAN_MEASURES]; /* [epochs + 1] each; NaN after it diverged */
    rl_event *events[RL_RIVALS];    /* [event_count]: what the hidden units of each net went through; lane is 0 */
    size_t event_count[RL_RIVALS];
    float *samples;                 /* of the first seed: [RL_GAN_SHOTS][RL_GAN_SHOWN][features], in the data's units; else NULL */
} rl_gan_trial;

typedef struct {
    char *data_name, *data_spec;
    size_t rows, features, classes;
    char **class_names;          /* [classes] */
    uint64_t data_seed, first_seed;
    size_t seeds, arm_count;
    rl_recipe recipe;
    int noise;
    rl_rivals *arms;
    long shots[RL_GAN_SHOTS];    /* after which epochs samples were kept */
    double deviation;            /* of real rows about their cloud's mean; NaN: pictures (study/gan_score.c says what of high quality is) */
    rl_dataset *shown;           /* up to RL_GAN_SHOWN real rows */
    rl_gan_trial *trials;        /* [arm_count][seeds] */
    bool interrupted;
    size_t trainings;
    double seconds, samples;
    int threads, lanes;
    rl_memory memory;
} rl_gan_results;
bool rl_gan_run(const rl_gan_study *study, rl_gan_results *results, rl_error *err);
void rl_gan_results_free(rl_gan_results *results);
const rl_gan_trial *rl_gan_trials(const rl_gan_results *results, size_t arm); /* [seeds] */

/* Over the finished seeds of an arm that did not diverge. */
typedef struct {
    size_t seeds, n, diverged;
    size_t covered;              /* of the n: with all modes at the end */
    rl_estimate first[RL_GAN_MEASURES], last[RL_GAN_MEASURES];
    double *mean[RL_GAN_MEASURES], *sd[RL_GAN_MEASURES]; /* [epochs + 1] */
    rl_ledger ledger[RL_RIVALS];
} rl_gan_arm;

typedef struct {
    rl_gan_arm *arms;            /* [arm_count] */
    rl_comparison *pairs;        /* [arm_count - 1][RL_GAN_MEASURES]: each later arm less the first, at the end */
    size_t arm_count;
    rl_memory memory;
} rl_gan_summary;
bool rl_gan_summarise(const rl_gan_results *results, rl_gan_summary *summary, rl_error *err);
void rl_gan_summary_free(rl_gan_summary *summary);
/* As those of an ordinary study (below), for the terminal, for other programs and for readers. free() the texts. */
char *rl_gan_table(const rl_gan_results *results, const rl_gan_summary *summary, rl_error *err);
char *rl_gan_json (const rl_gan_results *results, const rl_gan_summary *summary, rl_error *err);
bool  rl_gan_report_write(const rl_gan_results *results, const rl_gan_summary *summary, const char *folder, rl_error *err);

/* ---- Birth ------------------------------------------------------------------------------------------ */

typedef enum {
    RL_POINT, /* x = (1, …, 1) */
    RL_LINE,  /* x = s·(1, …, 1), all real s */
    RL_BALL,  /* |x| <= radius */
} rl_born_on;

/* How often nets of a shape are born dead: on every one of the inputs some hidden layer has no unit that conducts, so
 * that the function is constant there. Trial t is the net of seed first_seed + t, just drawn. */
typedef struct {
    int width, depth;            /* units of every hidden layer; layers, the output layer among them */
    int fan_in;                  /* 1 if 0 */
    const rl_initialiser *init;  /* He if NULL */
    float init_sd;               /* of normal */
    double bias_sd;              /* N(0, bias_sd²) is added to every bias that the initialiser draws */
    rl_arm activation;           /* on a line or ball: relu, relu6, leaky_relu or identity */
    rl_born_on inputs;
    double radius;               /* of the ball */
    uint64_t first_seed;
    size_t trials;
    int threads;                 /* 0: as many as there are */
    bool (*keep_going)(void *self); /* asked often and from several threads; NULL: always */
    void (*progress)(void *self, double share_done); /* from one thread at a time; NULL: none */
    void *self;
    rl_memory memory;
} rl_birth;

typedef struct {
    double share, se; /* and its standard error */
} rl_share;

typedef struct {
    size_t trials;       /* done */
    bool interrupted;    /* fewer than asked for */
    rl_share born_dead;  /* nets with no living input among those looked at */
    rl_share proved;     /* nets dead on all inputs for certain; the same where exact */
    rl_share dead_units; /* first-layer units that conduct on no input: always exact */
    double born_dead_formula, dead_units_formula; /* NaN: none is known */
    bool exact;          /* all inputs were looked at; else (ball of several dimensions) … */
    int chords;          /* … so many random diameters, each followed exactly */
} rl_births;
bool rl_birth_run(const rl_birth *birth, rl_births *births, rl_error *err);

/* ---- Signal ----------------------------------------------------------------------------------------- */

typedef struct {
    const rl_initialiser *init;
    float sd; /* of normal */
} rl_drawing;

/* What becomes of a signal and its gradient on the way through many layers of one width, before any training. Trial t is
 * the net of seed first_seed + t, just drawn, with an input x ~ N(0, 1); each curve, with each initialiser, at each depth. */
typedef struct {
    const rl_arm *curves;        /* [curve_count] */
    size_t curve_count;
    const rl_drawing *inits;     /* [init_count] */
    size_t init_count;
    const int *depths;           /* [depth_count] layers with a curve; an output of one unit comes on top */
    size_t depth_count;
    int width;
    uint64_t first_seed;
    size_t trials;
    int threads;                 /* 0: as many as there are */
    bool (*keep_going)(void *self); /* asked often and from several threads; NULL: always */
    void (*progress)(void *self, double share_done); /* from one thread at a time; NULL: none */
    void *self;
    rl_memory memory;
} rl_signal;

/* Over the trials. What it is taken of is heavy-tailed: mean and median lie apart. */
typedef struct {
    double mean, se, median;
} rl_spread;

typedef struct {
    rl_spread variance; /* mean square of the pre-activations */
    rl_spread ratio;    /* of that to the first layer's */
    double expected;    /* mean of the ratio, where it is known; else NaN */
    rl_spread gradient; /* norm of the output's gradient by the layer's weights */
} rl_signal_layer;

typedef struct {
    rl_arm curve;
    const rl_initialiser *init;
    float init_sd;
    int depth;
    size_t trials;           /* done */
    rl_signal_layer *layers; /* [depth] */
} rl_signal_case;

typedef struct {
    rl_signal_case *cases;   /* [curves][inits][depths] */
    size_t case_count;
    bool interrupted;        /* some trials were not done */
    rl_memory memory;
} rl_signals;
bool rl_signal_run (const rl_signal *signal, rl_signals *found, rl_error *err);
void rl_signals_free(rl_signals *found);

char *rl_signal_json (const rl_signal *signal, const rl_signals *found, rl_error *err); /* free() it */
bool  rl_signal_plots(const rl_signal *signal, const rl_signals *found, const char *folder, rl_error *err); /* signal.svg … */

/* ---- Scan: the vital signs of a model, or of dumped activations ----------------------------------------- */

typedef struct {
    char name[RL_NAME_ROOM];       /* "hidden 1"; of a dump the array's */
    char activation[RL_NAME_ROOM]; /* "leaky_relu:0.01"; "" if unknown */
    int units;
    unsigned known;                /* which words (rl_word) the evidence can tell; of the others nothing is said */
    rl_signs *signs;               /* [units] */
    double sparsity;               /* share of zeros among all a; NaN: unknown */
    double dispersion;             /* deviation over the units of the share of examples on which they fire; NaN: unknown */
} rl_scanned_layer;

/* Owns what it points to. */
typedef struct {
    char *source;                  /* the model's file or the dump's */
    char *data;                    /* the reference set's name; NULL of a dump */
    char *box;                     /* the box of raw inputs on which units were proved dead; NULL: none */
    rl_interval *sides;            /* [features] of that box */
    size_t features;
    bool dump, post;               /* post: a is known, z is not */
    uint64_t rows;                 /* the evidence */
    rl_thresholds thresholds;
    rl_scanned_layer *layers;      /* [layer_count] */
    size_t layer_count;
    rl_memory memory;
} rl_scan;

typedef struct {
    const char *data;              /* raw, streamed where it can be; the model's standardisation is applied */
    const char *box;               /* as rl_box_load takes it, raw: prove units dead on it; NULL: prove nothing */
    rl_data_config reading;
    rl_thresholds thresholds;
} rl_scan_config;
/* path: the model's, for messages. */
bool rl_scan_model(rl_scan *scan, const rl_model *model, const char *path, rl_scan_config config, rl_error *err);

typedef struct {
    bool post;                     /* the arrays hold a = f(z), not z */
    const rl_arm *arm;             /* the curve; NULL: unknown */
    rl_thresholds thresholds;
    rl_memory memory;
} rl_dump_config;
/* FILE.npy, .npz or .safetensors: arrays of rows × units, one a layer. Nothing is known of weights. */
bool rl_scan_dump(rl_scan *scan, const char *path, rl_dump_config config, rl_error *err);
void rl_scan_free(rl_scan *scan);

size_t rl_scan_units(const rl_scan *scan);
size_t rl_scan_count(const rl_scan *scan, rl_word word, bool *known); /* units of all layers; known: in every layer (may be NULL) */

char *rl_scan_json (const rl_scan *scan, rl_error *err);              /* free() them */
char *rl_scan_table(const rl_scan *scan, bool colour, rl_error *err);
/* scan.html, units.svg and scan.json in folder, which is made if need be: all or none. */
bool  rl_scan_report(const rl_scan *scan, const char *folder, rl_error *err);

/* ---- Report ----------------------------------------------------------------------------------------- */

/* The study's JSON document, as interface.md has it. The caller frees it with free(). NULL on failure. */
char *rl_results_json(const rl_results *results, const rl_summary *summary, rl_error *err);

/* The written comparison, 200 to 300 words of Markdown made from these very numbers. free() it. */
char *rl_analysis(const rl_results *results, const rl_summary *summary, rl_error *err);

/* The table on the terminal; colour only if asked for. free() it. */
char *rl_results_table(const rl_results *results, const rl_summary *summary, bool colour, rl_error *err);

/* Everything in folder: report.html, analysis.md, plots (SVG, PNG, their gnuplot scripts and data), results.json and
 * results.csv, all from this run or none. Needs gnuplot (RL_MISSING says how to get it). */
bool rl_report_write(const rl_results *results, const rl_summary *summary, const char *folder, rl_error *err);

/* ---- Documents of the verbs ----------------------------------------------------------------------- */

/* What the program's verbs found, as their JSON documents of interface "schema 1". The caller frees with free(). */

typedef struct {
    rl_node node;
    char name[RL_NAME_ROOM];       /* "hidden 1" */
    char activation[RL_NAME_ROOM]; /* "leaky_relu:0.01" */
    int units;
    size_t rows;                   /* the evidence: training rows looked at */
    int *dead, *silent;            /* ids of units */
    size_t dead_count, silent_count;
} rl_layer_state;

typedef struct {
    uint64_t seed;
    rl_lane_fate fate;
    double *loss_curve;            /* [points] training loss before the first step and after each epoch */
    size_t points;
    double train_loss, train_accuracy, validation_loss, test_loss, test_accuracy; /* at the end; NaN: none */
    rl_layer_state *layers;        /* [layer_count] */
    size_t layer_count;
    rl_event *events;              /* [event_count] by step and unit; lane is 0 */
    size_t event_count;
    double *reach_first, *reach_last; /* [steps] rl_through_time before the first step of this run, and at its end */
    size_t steps;                  /* of its first recurrent layer; 0: it has none */
} rl_trained;

typedef struct {
    const char *data;
    uint64_t data_seed;
    size_t rows, features, classes, train_rows, validation_rows, test_rows;
    const rl_recipe *recipe;
    rl_arm arm;
    long census;                   /* steps between looks within an epoch; 0: one an epoch */
    const rl_trained *seeds;       /* [seed_count] the finished ones */
    size_t seed_count;
    bool interrupted;
    const char *saved;             /* the file a model went to, or NULL */
    uint64_t saved_seed;
    size_t trainings;
    double seconds, samples;       /* of training alone */
    int threads, lanes;
    const size_t *confusion;       /* [classes][classes] (row: true, column: said) of a single seed, or NULL */
} rl_training_found;
char *rl_training_json(const rl_training_found *found, rl_error *err);
char *rl_training_events(const rl_training_found *found, rl_error *err); /* all of them, as events.csv. free() it */

typedef struct {
    size_t rows, outputs;
    const float *values;           /* [rows][outputs] */
    const int *decided;            /* [rows], or NULL for real targets */
    size_t classes;                /* 0: real targets */
    char *const *class_names;      /* [classes], or NULL */
    double accuracy;               /* NaN: no labels */
    const size_t *confusion;       /* [classes][classes], or NULL */
    double squared_error;          /* mean, for real targets; NaN: none known */
} rl_prediction_found;
char *rl_prediction_json(const rl_prediction_found *found, rl_error *err);

/* What prune did to a model. Owns its arrays and the net; the texts are borrowed. */
typedef struct {
    rl_node node;
    char name[RL_NAME_ROOM];       /* "hidden 1" */
    char activation[RL_NAME_ROOM];
    int units_before, units_after;
} rl_pruned_layer;
typedef struct {
    size_t units, parameters;
    double accuracy, dead_share;   /* NaN: not known */
} rl_pruned_side;
typedef struct {
    const char *model, *saved;
    const char *data;              /* NULL: none was looked at */
    size_t rows;
    const char *box;               /* the evidence is a proof on this box of raw inputs; NULL: the evidence is the data */
    rl_interval *sides;            /* [features] */
    size_t features;
    rl_pruned_layer *layers;       /* [layer_count] */
    size_t layer_count;
    rl_unit *units;                /* [count] found constant */
    float *values;                 /* [count] at what */
    rl_prune_fate *fates;          /* [count] */
    size_t count;
    rl_pruned_side before, after;
    double difference, allowed;    /* largest between the outputs of the two nets … */
    size_t compared;               /* … on so many rows or points */
    rl_net *net;                   /* the smaller one */
} rl_pruned;
typedef struct {
    const rl_dataset *data;        /* raw; NULL: a box is the evidence */
    const char *box;               /* as rl_box_load takes it, raw; NULL: what is constant on the data goes */
    uint64_t seed;                 /* of the points of the box on which the outputs are compared */
} rl_prune_config;
/* path: the model's, for messages. Fails if the smaller net's outputs differ by more than rounding explains. */
bool  rl_prune_model(rl_pruned *found, const rl_model *model, const char *path, rl_prune_config config, rl_error *err);
void  rl_pruned_free(rl_pruned *found);
char *rl_pruned_json(const rl_pruned *found, rl_error *err);
const char *rl_prune_fate_name(rl_prune_fate fate); /* "removed", "kept for a skip", … */

/* A curve at the points z [count]. */
char *rl_curve_json(rl_arm curve, const float *z, size_t count, rl_error *err);

/* The worked lesson: how much of a drug helps? Data: dosage 0, 0.5, 1 with effect 0, 1, 0. A net of one input, two
 * hidden units and one output, with ReLU (&rl_relu) or SoftPlus (&rl_softplus), seen at dosages [count]. */
typedef struct {
    double dosage, top_hidden, bottom_hidden, output;
} rl_dosage_point;
bool rl_dosage_lesson(const rl_activation *curve, const double *dosages, size_t count, rl_dosage_point *points, rl_error *err);
char *rl_dosage_json(const rl_dosage_point *relu, const rl_dosage_point *softplus, size_t count, rl_error *err);

/* Their plots, with gnuplot scripts and data, in folder: activations.svg, dosage.svg and so on. Need gnuplot. */
bool rl_curve_plots (rl_arm curve, const char *folder, rl_error *err);
bool rl_dosage_plots(const char *folder, rl_error *err);

/* What revive did to a model. Owns its arrays and the net; the texts are borrowed. */
typedef enum { RL_CURE_REDRAW, RL_CURE_LEAKY, RL_CURE_LIFT } rl_cure;
typedef struct {
    size_t units, parameters, dead, dormant; /* hidden units; dormant at tau */
    double accuracy;                         /* NaN: none is known */
} rl_revived_side;
typedef struct {
    const char *model, *saved, *data;
    size_t rows;                     /* the evidence: data, and how many rows of it */
    rl_cure cure;
    double share;                    /* of lift */
    float alpha;                     /* of leaky */
    double tau;                      /* who was treated: dormant at tau; below 0: the dead */
    rl_unit *units;                  /* [count] */
    rl_revive_fate *fates;           /* [count] */
    size_t count;
    rl_revived_side before, after;
    double difference, largest;      /* of the outputs on the data: the largest change, the largest size */
    bool same_expected;              /* every treated unit gave 0 everywhere and was drawn anew */
    rl_net *net;                     /* the treated one */
} rl_revived;
typedef struct {
    rl_cure cure;
    double share;                    /* of lift */
    float alpha;                     /* of leaky */
    double tau;                      /* whom to treat: dormant at tau; below 0: the dead */
    const rl_initialiser *init;      /* of redraw; NULL: each layer's own */
    float sd;                        /* of rl_normal */
    uint64_t round;                  /* draws of one seed differ by it */
} rl_treatment;
/* path: the model's, for messages; data: raw. Fails if outputs changed that ought to stay the same. */
bool  rl_revive_model(rl_revived *found, const rl_model *model, const char *path, const rl_dataset *data, rl_treatment how, rl_error *err);
void  rl_revived_free(rl_revived *found);
char *rl_revived_json(const rl_revived *found, rl_error *err);
const char *rl_revive_fate_name(rl_revive_fate fate); /* "woken", … */

char *rl_birth_json(const rl_birth *birth, const rl_births *births, rl_error *err);

char *rl_gradcheck_json(const rl_gradcheck_row *rows, size_t count, double tolerance, rl_error *err);

/* ---- The benchmark: what it found ---------------------------------------------------------------------- */

enum { RL_BENCH_RESULTS = 48, RL_BENCH_AGAINST = 8 };

/* What a figure stands against, measured in the same rounds. */
typedef struct {
    char name[32];               /* "pytorch", "libm", "one_thread" */
    double value;                /* in the result's unit; NaN: there is none */
    double ratio, least, most;   /* ours / value: median over the rounds, and their range */
    double at_least, at_most;    /* what is promised of the ratio; 0: nothing */
    char setting[128];           /* what was fastest there; "": there was nothing to choose */
    char missing[128];           /* what to install before there is a figure; "": there is one */
} rl_bench_against;

typedef struct {
    char name[40], title[96], unit[16]; /* unit: "rows/s", "s", "B/s", without a prefix */
    double ours, least, most;    /* median over the rounds, and their range */
    double at_most;              /* what is promised of ours itself; 0: nothing */
    rl_bench_against against[RL_BENCH_AGAINST];
    size_t against_count;
    char limit[32];              /* "fma_peak", "memory"; "": none */
    double share, share_least, share_most, share_at_least; /* of that limit, and what is promised */
    char missing[128];
} rl_bench_result;

typedef struct {
    char processor[128], kernels[16];
    int processors, threads;     /* there are; used */
    double fma_peak, fma_peak_one;  /* multiply-adds, Gflop/s: on all threads, on one */
    double memory, memory_one;      /* read and written, GB/s */
    char blas[64], blas_core[32], pytorch[32], numpy[32], python[32]; /* "": not there */
} rl_bench_machine;

typedef struct {
    rl_bench_machine machine;
    bool quick;                  /* a trial run: the figures mean nothing */
    double seconds;
    rl_bench_result results[RL_BENCH_RESULTS];
    size_t result_count;
} rl_bench_found;

/* Is the promise kept? 1: yes, 0: no, -1: nothing was promised, or there is no figure. */
int rl_bench_kept(double figure, double at_least, double at_most);
char *rl_bench_json(const rl_bench_found *found, rl_error *err);

/* ---- For programs: words, numbers and files -------------------------------------------------------- */

bool rl_fail(rl_error *err, rl_code code, const char *format, ...) __attribute__((format(printf, 3, 4))); /* always false */
bool rl_fail_unknown(rl_error *err, const char *what, const char *word, const char *const *names, size_t count);
const char *rl_nearest_name(const char *word, const char *const *names, size_t count);
bool rl_parse_double(const char *text, double *value);                   /* all of it, finite */
bool rl_parse_long  (const char *text, long low, long high, long *value);
bool rl_write_file  (const char *path, const void *bytes, size_t count, rl_error *err); /* whole or not at all */

#ifdef __cplusplus
}
#endif
#endif
