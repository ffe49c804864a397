/* relive_study.h: the study (the same nets with different activations, paired by seed) and its report.
 *
 * A recipe says how one net is built and trained; an arm is a recipe with one activation in it; a study runs
 * every arm of every regime with every seed; results are plain data that the report reads. */
#ifndef RELIVE_STUDY_H
#define RELIVE_STUDY_H

#include "relive.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { RL_MOST_HIDDEN = 64, RL_NAME_ROOM = 64 };

/* One activation as a user writes it: NAME[:ALPHA]. */
typedef struct {
    const rl_activation *curve;
    float alpha;
} rl_arm;
bool rl_arm_parse(const char *text, rl_arm *arm, rl_error *err);
void rl_arm_label(rl_arm arm, char *label, size_t room); /* "relu", "leaky_relu:0.01": α where the curve has one */

/* How one net is built and trained. Everything that determines a result but the seed and the activation. */
typedef struct {
    int hidden[RL_MOST_HIDDEN];   /* widths of the hidden layers */
    int hidden_count;
    const rl_initialiser *init;   /* He */
    float init_sd;                /* of normal */
    float bias;                   /* initial bias of the hidden layers (the output layer's is 0) */
    float dropout;                /* after each hidden curve */
    bool standardize;
    double test_share, validation_share;
    rl_training training;         /* its pointers to data and observers are filled in by the study */
} rl_recipe;
rl_recipe rl_recipe_default(void); /* 32 hidden, He, standardised, SGD 0.1, batch 32, 20 epochs, 0.2 test */

/* A named way to live or die: what it changes in a recipe. */
typedef struct {
    const char *name;   /* "healthy" */
    const char *title;  /* "Healthy" */
    const char *about;  /* one sentence: what is done, and why units should live or die of it */
    void (*apply)(rl_recipe *recipe);
} rl_regime;
const rl_regime *rl_regimes(size_t *count);
const rl_regime *rl_regime_named(const char *name, rl_error *err);

typedef struct {
    const rl_regime *regime; /* name and words only: the recipe below is what runs */
    rl_recipe recipe;
} rl_setting;

typedef struct {
    const char *data;            /* SPEC */
    uint64_t data_seed;
    const rl_setting *settings;  /* [setting_count] */
    size_t setting_count;
    const rl_arm *arms;          /* [arm_count] */
    size_t arm_count;
    uint64_t first_seed;
    size_t seeds;
    int threads, lanes;          /* 0: as many as there are */
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
    double *dead_share;         /* [epochs + 1] */
    double *silent_share;       /* [epochs + 1] */
} rl_trial;

enum { RL_GRID = 120 };

typedef struct {
    size_t setting, arm;         /* indices */
    rl_trial *trials;            /* [seeds] */
    unsigned char *boundary;     /* [RL_GRID][RL_GRID] decided class of the first seed, or NULL; row 0 is the lowest x₂ */
} rl_cell;

/* Everything a study found. Owns all it points to but the curves. */
typedef struct {
    /* what was asked */
    char *data_name;
    size_t rows, features, classes, train_rows, test_rows, validation_rows;
    char **class_names;
    uint64_t data_seed, first_seed;
    size_t seeds;
    size_t setting_count, arm_count;
    struct {
        char name[RL_NAME_ROOM], title[RL_NAME_ROOM];
        char *about;
        rl_recipe recipe;
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
    rl_estimate final_loss, train_accuracy, test_accuracy;
    rl_estimate dead_first, dead_last, silent_first, silent_last; /* over the not diverged */
    double *loss_curve, *dead_curve;                 /* [epochs + 1] means over the not diverged */
    double *loss_sd, *dead_sd, *accuracy_curve, *accuracy_sd; /* [epochs + 1]; accuracy: test if there is one, else train */
} rl_arm_summary;

typedef struct {
    rl_estimate difference; /* b - a, over pairs where neither diverged */
    double p, p_holm;       /* paired sign-flip permutation test; NaN where n < 2 */
} rl_comparison;

typedef struct {
    size_t setting, a, b; /* arms; a is the first arm */
    rl_comparison test_accuracy, dead_share; /* accuracy: test if there is one, else train; for real targets: loss */
} rl_pair_summary;

typedef struct {
    rl_arm_summary *arms;   /* [setting_count][arm_count] */
    rl_pair_summary *pairs; /* [setting_count][arm_count - 1]: each later arm against the first */
    size_t pair_count;
    rl_memory memory;
} rl_summary;
bool rl_summarise(const rl_results *results, rl_summary *summary, rl_error *err);
void rl_summary_free(rl_summary *summary);

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

#ifdef __cplusplus
}
#endif
#endif
