/* relive.h: nets whose units can die, and the instruments that watch them.
 *
 *     rl_error err = { 0 };
 *     rl_net *net = rl_net_new((rl_net_config){ .seed = 7 }, &err);
 *     rl_node x = rl_input(net, (rl_shape){ 1, { 2 } }, &err);
 *     x = rl_dense(net, x, (rl_dense_config){ .units = 16 }, &err);
 *     x = rl_activate(net, x, &rl_relu, &err);
 *     x = rl_dense(net, x, (rl_dense_config){ .units = 2 }, &err);
 *     rl_train(net, data, &(rl_training){ .rate = 0.1f, .epochs = 20 }, &err);
 *     if (err.code) fprintf(stderr, "%s\n", err.text);
 *     rl_net_free(net);
 *
 * Four ideas carry everything:
 *   1. A net is a list of nodes, each reading earlier ones; all parameters lie in one flat array.
 *   2. Lanes: every number is a row of L numbers, one per independent copy of the net. Shapes below
 *      end in [lanes]; an ordinary net has one lane and you may forget about it.
 *   3. Net and pass are apart: the net is what is learned, a pass is the scratch of one evaluation.
 *   4. Death is read from slopes, never from zero outputs.
 *
 * Errors are values. The caller owns one rl_error; once it is set every call that is given it does
 * nothing and fails, so code reads as prose with one check at the end. Nothing here prints, exits
 * or aborts, and there are no mutable globals: two threads may use two nets at the same time. */
#ifndef RELIVE_H
#define RELIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RL_VERSION "0.1.0"

/* ---- Errors and memory ---------------------------------------------------------------------- */

typedef enum {
    RL_OK,
    RL_NO_MEMORY,   /* an allocation failed */
    RL_BAD_SHAPE,   /* sizes that do not fit together */
    RL_BAD_CONFIG,  /* a setting outside its range, an unknown name */
    RL_BAD_FILE,    /* a file that cannot be read as what it should be */
    RL_MISSING,     /* the machine lacks something: disk space, a program, a library */
    RL_INTERRUPTED, /* the caller asked to stop */
} rl_code;

typedef struct {
    rl_code code;
    char text[252]; /* one line: what, where, what was expected */
} rl_error;

/* One function allocates, grows and frees, as realloc does; bytes == 0 frees and returns NULL.
 * All zero means the C library's. It must be callable from several threads. */
typedef struct {
    void *(*resize)(void *self, void *block, size_t bytes);
    void *self;
} rl_memory;

const char *rl_version(void);

/* ---- Activations: curves ---------------------------------------------------------------------- */

typedef struct {
    float lo, hi;
} rl_interval;

typedef struct {
    float z, value, slope;
} rl_example;

enum { RL_EXAMPLES = 8 };

/* A curve: what it is called, what it does to an interval, and known values. */
typedef struct rl_activation {
    const char *name;    /* "leaky_relu" */
    const char *formula; /* "z > 0 ? z : αz" */
    const char *slope_formula; /* "z > 0 ? 1 : α"; f is the curve's value */
    const char *kink;    /* what the slope is where none exists, or NULL for a smooth curve */
    float alpha;         /* its one parameter's default; what it means stands in the curve's file */
    bool has_alpha;      /* does α do anything? */
    bool rectifier;      /* slope 1 above 0, α below: He's gain is √(2/(1 + α²)), else 1 */
    bool learned;        /* α is a parameter of the net (PReLU) */
    bool drawn;          /* α is drawn anew for every element while training (RReLU) */
    /* Both hold for what the float32 kernels compute; z.lo <= z.hi, infinite ends allowed. */
    rl_interval (*image)(rl_interval z, float alpha);  /* contains f(z) */
    rl_interval (*slopes)(rl_interval z, float alpha); /* contains f'(z), one-sided ones at kinks */
    size_t example_count;
    rl_example examples[RL_EXAMPLES]; /* at the default α */
    const struct rl_curve *curve;     /* the kernels */
} rl_activation;

extern const rl_activation rl_identity, rl_relu, rl_leaky_relu, rl_prelu, rl_rrelu, rl_relu6, rl_elu,
    rl_celu, rl_selu, rl_gelu, rl_gelu_tanh, rl_silu, rl_mish, rl_hard_swish, rl_softplus, rl_softsign,
    rl_sigmoid, rl_tanh;

const rl_activation *const *rl_activations(size_t *count); /* all of them */
const rl_activation        *rl_activation_named(const char *name, rl_error *err);

/* z, a, da, dz: [n]. forward: a = f(z). backward: dz += da · f'(z). Uses the widest vectors there are. */
void rl_activation_forward (const rl_activation *curve, size_t n, float alpha, const float *z, float *a);
void rl_activation_backward(const rl_activation *curve, size_t n, float alpha, const float *z, const float *da, float *dz);
bool rl_activation_conducts(const rl_activation *curve, float alpha, float z); /* is the exact slope not 0? */

/* ---- Initialisers ------------------------------------------------------------------------------ */

typedef struct rl_initialiser rl_initialiser;
extern const rl_initialiser rl_he, rl_he_uniform, rl_xavier, rl_xavier_uniform, rl_lecun, rl_orthogonal,
    rl_normal, rl_asymmetric, rl_eye, rl_zeros;

const rl_initialiser *const *rl_initialisers(size_t *count);
const rl_initialiser        *rl_initialiser_named(const char *name, rl_error *err);
const char                  *rl_initialiser_name(const rl_initialiser *init);

/* ---- Nets ----------------------------------------------------------------------------------------- */

typedef struct rl_net rl_net;
typedef struct rl_pass rl_pass;
typedef int rl_node; /* its place in the net's list; -1 after an error */

/* [n], or a picture's [channels, height, width], or a sequence's [steps, features], in memory as PyTorch has them: a
 * channel's rows, then the next channel; a step's features, then the next step. */
typedef struct {
    int rank;
    int size[4];
} rl_shape;

typedef struct {
    uint64_t seed;         /* lane l is seeded with seed + l … */
    const uint64_t *seeds; /* … unless [lanes] seeds are given (copied) */
    int lanes;             /* 1 if 0; see rl_lanes_supported */
    bool float64;          /* double precision, one lane: for gradient checks */
    rl_memory memory;
} rl_net_config;

typedef struct {
    int units;
    const rl_initialiser *init; /* He if NULL */
    float sd;                   /* for rl_normal */
    float bias;                 /* every bias starts here */
    bool no_bias;
    const rl_initialiser *recurrent_init; /* of a recurrent layer's W_hh; NULL: the identity for rectifiers, else orthogonal */
} rl_dense_config;

/* Pairs are height, width; where the second of a pair is 0 (but for padding) it is as the first. */
typedef struct {
    int channels;               /* that it gives */
    int kernel[2];
    int stride[2], dilation[2]; /* 1 where 0 */
    int padding[2];             /* zeros around the picture, on every side */
    int output_padding[2];      /* only of a transposed one: rows and columns more, fewer than stride or dilation */
    int groups;                 /* 1 if 0: each reads its share of the channels and gives its share */
    const rl_initialiser *init; /* as in rl_dense_config, an input being a weight of the kernel */
    float sd, bias;
    bool no_bias;
} rl_conv2d_config;

typedef struct {
    int kernel[2], padding[2];
    int stride[2]; /* the kernel's size where 0 */
} rl_pool_config;

typedef struct {
    const rl_activation *curve;
    const float *alpha;                       /* NULL: the curve's default; else points to one α */
    const float *lane_alphas;                 /* [lanes], or NULL: a slope of its own for each lane */
    const rl_activation *const *lane_curves;  /* [lanes], or NULL: a curve of its own for each lane */
    bool shared;                              /* PReLU: one α for the layer, not one a unit */
} rl_activation_config;

enum { RL_MOST_LANES = 16 };            /* no processor has a wider register */
int  rl_lanes_best(void);               /* the lanes of one vector register on this processor */
bool rl_lanes_supported(int lanes);     /* 1, 4, 8 and 16, as far as the processor goes */
int  rl_lanes_for(size_t numbers);      /* in which many nets of so many parameters, values and gradients train fastest: the best, or 1 */
const char *rl_processor_kernels(void); /* "avx512", "avx2" or "plain" */

rl_net *rl_net_new (rl_net_config config, rl_error *err);
void    rl_net_free(rl_net *net);
rl_net *rl_net_copy_lane(const rl_net *net, int lane, rl_error *err); /* that lane alone, as a net of one lane */

/* Each appends a node. rl_dense reads [n] and gives [units]: z = W x + b, W [units][n].
 * rl_activate redraws the weights of a dense node that it reads, since He's variance depends on the curve. */
rl_node rl_input   (rl_net *net, rl_shape shape, rl_error *err);
rl_node rl_dense   (rl_net *net, rl_node x, rl_dense_config config, rl_error *err);
rl_node rl_activate(rl_net *net, rl_node x, const rl_activation *curve, rl_error *err);
rl_node rl_activate_with(rl_net *net, rl_node x, rl_activation_config config, rl_error *err);
/* z[o][y][x] = b[o] + Σ w[o][c][i][j] x[c][y·stride + i·dilation - padding][…], W [channels][inputs / groups][kernel]. */
rl_node rl_conv2d  (rl_net *net, rl_node x, rl_conv2d_config config, rl_error *err);
/* That convolution's way back, as a layer: b[o] + Σ w[c][o][i][j] x[c][y][x] at y·stride + i·dilation - padding, …;
 * W [inputs][channels / groups][kernel]. Of n rows it makes (n - 1)·stride - 2·padding + (kernel - 1)·dilation + 1 +
 * output_padding. */
rl_node rl_conv2d_transposed(rl_net *net, rl_node x, rl_conv2d_config config, rl_error *err);
rl_node rl_max_pool(rl_net *net, rl_node x, rl_pool_config config, rl_error *err);
rl_node rl_average_pool(rl_net *net, rl_node x, rl_pool_config config, rl_error *err); /* padding counts as zeros */
rl_node rl_global_pool (rl_net *net, rl_node x, rl_error *err); /* each channel's average, [channels, 1, 1] */
rl_node rl_dropout (rl_net *net, rl_node x, float share, rl_error *err); /* inverted: kept values are scaled by 1/(1 - share) */
rl_node rl_add     (rl_net *net, rl_node x, rl_node y, rl_error *err);   /* a skip connection: x + y */
rl_node rl_flatten (rl_net *net, rl_node x, rl_error *err);              /* a picture as [n] */
rl_node rl_reshape (rl_net *net, rl_node x, rl_shape shape, rl_error *err); /* the same numbers in another shape */
rl_node rl_concatenate(rl_net *net, rl_node x, rl_node y, rl_error *err); /* x, then y: along the channels of pictures */

/* Sequences: each reads [steps, features] and gives [steps, units], all steps in one node; rl_last takes the last. The
 * recurrent layer is Elman's, y_t = f(W_ih x_t + b_ih + W_hh y_{t-1} + b_hh), tanh if no curve is given; gates are in
 * PyTorch's order, and so are parameters: W_ih, W_hh, b_ih, b_hh, then a PReLU's α. */
rl_node rl_recurrent(rl_net *net, rl_node x, rl_dense_config config, rl_activation_config curve, rl_error *err);
rl_node rl_gru     (rl_net *net, rl_node x, rl_dense_config config, rl_error *err);
rl_node rl_lstm    (rl_net *net, rl_node x, rl_dense_config config, rl_error *err);
rl_node rl_last    (rl_net *net, rl_node x, rl_error *err);

/* Normalised numbers: γ (x - mean)/√(variance + 1e-5) + β with γ, β learned. A layer norm takes mean and variance over each
 * vector, each step of a sequence, or all of a picture. A batch norm takes them for each value of a vector, or channel of a
 * picture, over all rows of the batch and positions; in evaluation, running ones, which training leaves with the parameters
 * (rl_update_statistics). */
rl_node rl_layer_norm(rl_net *net, rl_node x, rl_error *err);
rl_node rl_batch_norm(rl_net *net, rl_node x, rl_error *err);

/* A net as a line of text, and back: "input 64; dense 32; relu; dense 10". A curve's α follows a colon
 * ("leaky_relu:0.2"), "add K" adds node K to the previous node, "@K" reads node K instead of the previous.
 * "input 1x28x28" is a picture, "input 8x8" a sequence. Every layer's words stand in its file in src/nn/node/. */
bool rl_net_append  (rl_net *net, const char *layers, rl_dense_config dense, rl_error *err);
bool rl_net_describe(const rl_net *net, int lane, char *text, size_t room, rl_error *err);

int rl_net_lanes (const rl_net *net);
int rl_net_nodes (const rl_net *net);
int rl_net_inputs(const rl_net *net);  /* values of the input */
int rl_net_outputs(const rl_net *net); /* values of the last node */
uint64_t rl_net_seed(const rl_net *net, int lane);

/* What a node is: name as in rl_net_describe, shape, the nodes it reads (-1: none). */
typedef struct {
    const char *kind;             /* "input", "dense", "activation", "dropout", "add", … */
    rl_shape shape;               /* of what it gives */
    int units;                    /* channels of a picture, each of which is one unit; else values */
    int positions;                /* height · width of a picture, at all of which a unit stands; else 1 */
    int values;                   /* numbers it gives a row: units · positions */
    rl_node reads[2];             /* -1: none */
    const rl_activation *curve;   /* of lane 0, for activation nodes */
    float alpha;                  /* of lane 0 */
    size_t parameters, offset;    /* its rows in the flat array */
    size_t weights;               /* how many of them are weights (the rest are biases, factors or slopes) */
    size_t statistics;            /* and how many, the last, are measured while training and not learned */
} rl_node_info;
rl_node_info rl_net_node(const rl_net *net, rl_node node);
const rl_activation *rl_net_curve(const rl_net *net, rl_node node, int lane, float *alpha); /* NULL if no activation */
/* Another curve, or another α, for one lane of an activation node, also in the middle of training: parameters, passes,
 * trainers and monitors stay good; make a census, an examination or a redo anew. Not for curves that learn or draw α. */
bool rl_net_set_curve(rl_net *net, rl_node node, int lane, const rl_activation *curve, float alpha, rl_error *err);

/* All parameters, [count][lanes], node by node: dense W [units][inputs] then b [units]; PReLU α. */
float  *rl_parameters    (rl_net *net, size_t *count);
double *rl_parameters_f64(rl_net *net, size_t *count); /* of a float64 net */

/* A pass holds one evaluation of up to max_batch rows. Once it exists nothing in it can fail.
 * It starts in evaluation mode; rl_pass_training turns dropout and RReLU's draws on, keyed by step. */
rl_pass *rl_pass_new (const rl_net *net, int max_batch, rl_error *err);
rl_pass *rl_pass_new_to_input(const rl_net *net, int max_batch, rl_error *err); /* whose backward gives ∂L/∂x, too */
void     rl_pass_free(rl_pass *pass);
void     rl_pass_training  (rl_pass *pass, uint64_t step);
void     rl_pass_evaluation(rl_pass *pass);

/* x: [batch][inputs][lanes]. dloss: [batch][outputs][lanes], ∂L/∂output. Gradients are those of this batch. */
void rl_forward (const rl_net *net, rl_pass *pass, const float *x, int batch);
void rl_backward(const rl_net *net, rl_pass *pass, const float *dloss);
void rl_forward_f64 (const rl_net *net, rl_pass *pass, const double *x, int batch);
void rl_backward_f64(const rl_net *net, rl_pass *pass, const double *dloss);
/* [batch][units][positions][lanes] of the last forward. NULL for a node of a trainer's pass whose numbers were never written
 * down: a convolution and its curve, where the max pooling after them takes all that they give. */
const float *rl_values   (const rl_pass *pass, rl_node node);
const float *rl_output   (const rl_pass *pass);               /* those of the last node */
const float *rl_gradients(const rl_pass *pass);               /* [parameters][lanes] of the last backward */
const float *rl_input_gradients(const rl_pass *pass);         /* ∂L/∂x [batch][inputs][lanes]; NULL unless the pass is made to_input */

/* After a training forward (and whatever step follows from it): moves each batch norm's running mean and variance a tenth of
 * the way to those of the batch, as trainers do. lanes [lanes]: which lanes'; NULL: all. A batch that gives a unit one number
 * alone has no variance and moves nothing. */
void rl_update_statistics(rl_net *net, const rl_pass *pass, const bool *lanes);

/* What reaches each step of a recurrent node on its way back through time: of the last backward, the norm of ∂L/∂state_t of
 * a row, where L is that row's own loss, as the root of its mean square over the batch. The state is what a step hands to the
 * next: y_t, of an LSTM y_t and c_t. norms [steps], for one lane. */
bool rl_state_gradients(const rl_net *net, const rl_pass *pass, rl_node node, int lane, double *norms, rl_error *err);

/* ---- Losses --------------------------------------------------------------------------------------- */

typedef struct rl_loss {
    const char *name;    /* "cross_entropy", "binary", "squared" */
    const char *formula;
    bool classes;        /* targets are class numbers: [batch][1][lanes]; else [batch][outputs][lanes] */
    const struct rl_loss_kernels *kernels;
} rl_loss;
extern const rl_loss rl_cross_entropy, rl_binary, rl_squared;
const rl_loss *const *rl_losses(size_t *count);
const rl_loss        *rl_loss_named(const char *name, rl_error *err);

/* The loss of the pass's last forward against its targets, as a mean over the batch (squared: over batch and
 * outputs), for each lane: loss [lanes]. dloss, if not NULL, [batch][outputs][lanes], is set to its gradient. */
void rl_loss_mean(const rl_net *net, rl_pass *pass, const rl_loss *loss, const float *targets, float *mean, float *dloss);

/* Finite differences against backward in double precision, for every layer, curve and loss. */
typedef struct {
    char what[64];       /* "dense", "relu", "cross_entropy", … */
    double worst;        /* largest |difference| / max(1, |gradient|) */
    size_t derivatives;  /* how many were compared */
} rl_gradcheck_row;
bool rl_gradcheck(uint64_t seed, rl_gradcheck_row *rows, size_t room, size_t *count, rl_error *err);

/* ---- Data ------------------------------------------------------------------------------------------ */

typedef struct rl_dataset {
    char *name;
    size_t rows, features;
    size_t classes;      /* 0: real targets */
    size_t targets;      /* 1 for classes; else real targets a row */
    float *x;            /* [rows][features] */
    float *y;            /* [rows][targets]: class numbers 0 … classes - 1, or real targets */
    char **class_names;  /* [classes], NULL for real targets */
    rl_memory memory;
} rl_dataset;

typedef struct {
    uint64_t seed;             /* of generated data */
    char *const *class_names;  /* [classes], or NULL: number the classes as these (a model's); others are refused, */
    size_t classes;            /* and one class is enough then, else two are expected */
    rl_memory memory;
} rl_data_config;

/* SPEC: digits | iris | breast_cancer | dosage | moons[:ROWS[:NOISE]] | circles… | spirals… | xor… | blobs… | ring… |
 * adding[:ROWS[:STEPS]] | fashion-mnist[:FOLDER] | FILE.csv[:regression] | X.npy,Y.npy | IMAGES.idx[.gz],LABELS.idx[.gz] */
rl_dataset *rl_data_load(const char *spec, rl_data_config config, rl_error *err);
/* A CSV file's content that is in memory already: text [bytes]. name: what the set and error messages are called. */
rl_dataset *rl_data_parse(const char *name, const char *text, size_t bytes, bool regression, rl_data_config config, rl_error *err);
rl_dataset *rl_data_new (const char *name, size_t rows, size_t features, size_t classes, size_t targets, rl_memory memory, rl_error *err); /* zeros */
rl_dataset *rl_data_copy(const rl_dataset *data, rl_error *err);
void        rl_data_free(rl_dataset *data);
/* Random parts, stratified by class: share of the rows (rounded) goes to *second. Either may be asked for as NULL. */
bool rl_data_split(const rl_dataset *data, double share, uint64_t seed, rl_dataset **first, rl_dataset **second, rl_error *err);

/* The rows of a data set block by block, for sets that are larger than memory: FILE.csv, X.npy and IMAGES.idx (with labels
 * after a comma, or without) are read as one goes; all else is loaded and is one block. Labels are not looked at. features:
 * how many are expected; a CSV may have them alone, or a label after them. */
typedef struct rl_stream rl_stream;
rl_stream        *rl_stream_open(const char *spec, size_t features, rl_data_config config, rl_error *err);
const rl_dataset *rl_stream_next(rl_stream *stream, rl_error *err); /* until the next call; NULL: the end, or err says why */
void              rl_stream_free(rl_stream *stream);

/* Standardisation by training statistics: (x - mean) / deviation; a constant feature has deviation 1 here. */
typedef struct {
    size_t features;
    float *mean, *deviation; /* [features] each */
    rl_memory memory;
} rl_scaling;
bool rl_scaling_measure(const rl_dataset *data, rl_scaling *scaling, rl_memory memory, rl_error *err);
void rl_scaling_share  (rl_scaling *scaling, const rl_dataset *data); /* one deviation for all: the root of the mean variance */
void rl_scaling_apply  (const rl_scaling *scaling, rl_dataset *data);
void rl_scaling_free   (rl_scaling *scaling);

/* ---- Training -------------------------------------------------------------------------------------- */

typedef struct rl_optimiser rl_optimiser;
extern const rl_optimiser rl_sgd, rl_momentum, rl_nesterov, rl_rmsprop, rl_adam, rl_adamw;
const rl_optimiser *const *rl_optimisers(size_t *count);
const rl_optimiser        *rl_optimiser_named(const char *name, rl_error *err);
const char                *rl_optimiser_name(const rl_optimiser *optimiser);

typedef enum { RL_CONSTANT, RL_STEP, RL_COSINE } rl_schedule;

typedef struct rl_moment rl_moment;
typedef struct {
    void (*after_step)(void *self, const rl_moment *now);  /* may be NULL */
    void (*after_epoch)(void *self, const rl_moment *now); /* may be NULL; also called before the first step, epoch 0 */
    void (*before_epoch)(void *self, const rl_moment *now); /* may be NULL; before an epoch's first step, and only if it comes */
    void *self;
} rl_observer;

typedef struct {
    long epochs;                   /* 10 if 0 */
    int batch;                     /* rows a step; 0: 32, or all rows if fewer; below 0: all rows */
    float rate;                    /* learning rate, > 0: there is no default */
    const float *lane_rates;       /* [lanes], or NULL: a rate of its own for each lane */
    const rl_optimiser *optimiser; /* SGD if NULL */
    float momentum;                /* 0.9 if 0 (momentum, Nesterov) */
    float beta1, beta2;            /* 0.9, 0.999 if 0 (Adam, AdamW) */
    float smoothing;               /* 0.99 if 0 (RMSProp's α) */
    float epsilon;                 /* 1e-8 if 0 */
    rl_schedule schedule;          /* by epoch, as PyTorch's StepLR and CosineAnnealingLR */
    long step_every;               /* epochs; a third of all, at least 1, if 0 */
    float step_factor;             /* 0.1 if 0 */
    float clip;                    /* largest norm of the whole gradient, per lane; 0: none */
    float l1, l2;                  /* added to the gradient: l1·sign(w) + l2·w; AdamW decouples l2 */
    bool decay_biases;             /* also biases, and a norm's γ and β (never PReLU's α) */
    const rl_loss *loss;           /* NULL: cross_entropy for classes, squared for real targets */
    const rl_dataset *validation;  /* for early stopping; borrowed */
    long patience;                 /* epochs without a better validation loss before a lane stops and takes its best
                                      weights back; 0: no early stopping */
    bool in_order;                 /* no shuffling */
    int threads;                   /* of one wide net with one lane; 1 if 0. Small nets and packs train on one thread
                                      whatever is asked for; any number gives the same bits */
    const rl_observer *observers;  /* [observer_count] */
    size_t observer_count;
    bool (*keep_going)(void *self); /* asked before every epoch; NULL: always */
    void *keep_going_self;
} rl_training;

typedef struct rl_trainer rl_trainer;

typedef enum { RL_RUNNING, RL_DIVERGED, RL_STOPPED_EARLY, RL_FINISHED } rl_lane_state;
typedef struct {
    rl_lane_state state;
    long diverged_at;   /* the step after which loss or weights were no longer finite; -1: never */
    long best_epoch;    /* early stopping: whose weights were kept; -1: none */
} rl_lane_fate;

/* What observers see. The pass holds the batch just trained on (for all that every node gives make a pass of your own). */
struct rl_moment {
    const rl_net *net;
    const rl_pass *pass;      /* NULL before the first step */
    rl_trainer *trainer;
    long step, epoch;         /* done so far */
    const float *batch_loss;  /* [lanes], of the last step; NULL before the first */
    const float *generator_loss; /* the same of an adversarial training's other net, else NULL */
    const rl_lane_fate *fates; /* [lanes] */
};

/* data is borrowed and must outlive the trainer. Lanes share the data; each has its own order of rows. */
rl_trainer *rl_trainer_new (rl_net *net, const rl_dataset *data, const rl_training *how, rl_error *err);
/* Adversarial training (Goodfellow et al. 2014): a trainer of the discriminator, whose one output is the log-odds that its
 * input is a row of real (how.loss is binary, real's targets are not looked at), and in each of its steps one of the
 * generator, which reads noise, uniform on (-1, 1), and gives rows. generator_how: its rate, optimiser, schedule, penalties
 * and clipping; the rest is the discriminator's. A lane diverges if either of its nets does. It cannot stop early, nor be
 * saved. Both nets must have the same lanes and outlive the trainer. */
rl_trainer *rl_trainer_new_adversarial(rl_net *discriminator, rl_net *generator, const rl_dataset *real, const rl_training *how, const rl_training *generator_how, rl_error *err);
/* The noise of that kind which a stream (any number) of each lane's seed gives: noise [rows][width][lanes]. */
void        rl_noise_draw  (const uint64_t *seeds, int lanes, uint64_t stream, size_t rows, size_t width, float *noise);
void        rl_trainer_free(rl_trainer *trainer);
bool        rl_trainer_step(rl_trainer *trainer, long steps); /* false when every lane has ended or was told to stop */
long        rl_trainer_steps (const rl_trainer *trainer);     /* done */
long        rl_trainer_epochs(const rl_trainer *trainer);     /* done */
int         rl_trainer_threads(const rl_trainer *trainer);    /* that take part in a step */
rl_lane_fate rl_trainer_fate (const rl_trainer *trainer, int lane);
/* Another learning rate for all lanes, from the next step on; the schedule's factor stays. */
bool        rl_trainer_set_rate(rl_trainer *trainer, float rate, rl_error *err);
/* For an observer that found a lane's loss over a whole data set not finite: the lane has diverged, at this step. */
void        rl_trainer_diverged(rl_trainer *trainer, int lane);
/* All at once. Divergence is no error: ask the fates [lanes] (NULL: not wanted). */
bool rl_train(rl_net *net, const rl_dataset *data, const rl_training *how, rl_lane_fate *fates, rl_error *err);

/* Mean loss and share of right answers over a data set in evaluation mode, per lane: [lanes] each, NULL if not wanted.
 * accuracy is NaN for real targets. */
bool rl_evaluate(const rl_net *net, const rl_dataset *data, const rl_loss *loss, double *mean_loss, double *accuracy, rl_error *err);
/* What the net says, for lane: outputs [rows][outputs] (probabilities for cross_entropy and binary), decided [rows]
 * class numbers (NULL if not wanted). */
bool rl_predict(const rl_net *net, int lane, const rl_dataset *data, const rl_loss *loss, float *outputs, int *decided, rl_error *err);

/* The whole state: parameters, moments, best weights, fates, step. Resumed in a trainer made with the same net,
 * data and settings it goes on to the same bits. */
bool rl_trainer_save  (const rl_trainer *trainer, const char *path, rl_error *err);
bool rl_trainer_resume(rl_trainer *trainer, const char *path, rl_error *err);

/* ---- Vital signs ---------------------------------------------------------------------------------- */

typedef struct {
    rl_node node; /* an activation node whose result goes on: a hidden one */
    int unit;
    int lane;
} rl_unit;

/* What one census saw of a unit, over the whole reference set in evaluation mode. */
typedef struct {
    uint64_t rows;      /* the evidence: how many examples were looked at; of a picture's unit times its positions */
    uint64_t conducted; /* on how many the curve's exact slope was not 0 */
    uint64_t fired;     /* on how many z > 0 */
    uint64_t broken;    /* on how many z was not finite */
} rl_vitals;

bool rl_is_dead  (rl_vitals v); /* conducts on no example, and is not broken */
bool rl_is_silent(rl_vitals v); /* z <= 0 on every example, and is not broken */

typedef struct rl_census rl_census;
rl_census *rl_census_new (const rl_net *net, rl_error *err);
void       rl_census_free(rl_census *census);
/* Looks at every hidden unit, in every lane, over all of reference (rows as the net takes them: standardised). */
bool       rl_census_take(rl_census *census, const rl_net *net, const rl_dataset *reference, rl_error *err);
size_t     rl_census_units(const rl_census *census);                   /* hidden units of one lane */
rl_unit    rl_census_unit (const rl_census *census, size_t index, int lane);
rl_vitals  rl_census_vitals(const rl_census *census, size_t index, int lane);
double     rl_census_dead_share  (const rl_census *census, int lane);  /* dead hidden units / hidden units */
double     rl_census_silent_share(const rl_census *census, int lane);

/* Examination: every word of the glossary for every hidden unit, in every lane, over a reference set in evaluation mode.
 * Bits; a unit may have several. */
typedef enum {
    RL_BROKEN = 1,        /* z is not finite somewhere; of the words below only severed and starved may stand beside it */
    RL_DEAD = 2,          /* conducts on no example */
    RL_STARVED = 4,       /* conducts somewhere, but no path of nonzero weights and slopes leads from there to an output */
    RL_SATURATED = 8,     /* not dead, and |f'(z)| is below a threshold on every example */
    RL_SILENT = 16,       /* z <= 0 on every example */
    RL_NEARLY_DEAD = 32,  /* conducts on some examples, but on a smaller share than a threshold */
    RL_DORMANT = 64,      /* its mean |a|, over the layer's average of that, is at most a threshold */
    RL_ALWAYS_ON = 128,   /* z > 0 on every example */
    RL_UNVARYING = 256,   /* constant: a varies by no more than 4 ε · max |a| */
    RL_SEVERED = 512,     /* all its outgoing weights are 0 */
    RL_PROVED_DEAD = 1024 /* dead on every input of a box: said by a proof, never by an examination */
} rl_word;
enum { RL_WORDS = 11 };

const char *rl_word_name(rl_word word);  /* "nearly dead"; "alive" for 0 */
rl_word     rl_word_shown(unsigned words); /* the one to show where there is room for one; 0: alive */

typedef struct {
    double dormant, saturated, nearly_dead; /* 0.025, 1e-3, 0.01 where 0 */
    bool skip_starved; /* every word but that one: it is asked of examples one by one */
} rl_thresholds;

/* One unit over the whole reference set. Extremes of z are over examples where it is finite. */
typedef struct {
    rl_vitals counts;
    float highest_z, lowest_z;
    long highest_row;           /* the example with the highest z, the first of equals; -1: z was finite nowhere */
    float lowest_a, highest_a;
    double mean_size;           /* mean |a| */
    double dormancy;            /* mean_size over its average in the layer (broken units left out): these average 1 */
    double zeros;               /* share of examples with a == 0 (APoZ) */
    float steepest;             /* largest |f'(z)| */
    bool starved, severed;
    unsigned words;             /* rl_word, or'ed */
} rl_signs;

typedef struct rl_examination rl_examination;
/* The net must be the same in all calls, its parameters unchanged. */
rl_examination *rl_examine_new (const rl_net *net, rl_thresholds thresholds, rl_error *err);
void            rl_examination_free(rl_examination *examination);
/* Looks at some rows, as the net takes them (standardised); may be called block after block. z may be anything. */
bool            rl_examine_rows(rl_examination *examination, const rl_net *net, const rl_dataset *rows, rl_error *err);
bool            rl_examine_end (rl_examination *examination, const rl_net *net, rl_error *err); /* scores and words */
size_t          rl_examination_units(const rl_examination *examination);                  /* hidden units of one lane */
rl_unit         rl_examination_unit (const rl_examination *examination, size_t index, int lane);
rl_signs        rl_examination_signs(const rl_examination *examination, size_t index, int lane); /* after the end */

/* The monitor: when each unit died or came back, and of what. It takes a census at step 0, then every so many
 * steps, and at the last one. Cheap, since it keeps for each unit a witness: an example on which it fires and
 * conducts. Only units whose witness has fallen silent need the whole reference set. Which units are dead and
 * which are silent is exact, as a census would have it; that a unit is broken is noticed where it is met. */
typedef enum { RL_BORN_DEAD, RL_DEATH, RL_REVIVAL, RL_NOT_A_NUMBER } rl_event_kind;

/* Of what: the first six are terms of Δz = Δb + Δw·x_old + w_new·Δx + (what a skip connection adds). Behind a batch norm,
 * whose β is a bias, all that comes from before it is taken times its factor, and two more terms are its own. */
typedef enum {
    RL_BY_BIAS,
    RL_BY_WEIGHTS,
    RL_BY_INPUTS,
    RL_BY_SKIP,
    RL_BY_SCALE,      /* Δγ x̂_old of a batch norm */
    RL_BY_STATISTICS, /* its running mean and variance moved */
    RL_TERMS,
    RL_BY_SLOPE = RL_TERMS, /* the curve's learned slope became 0, or ceased to be */
    RL_BY_BIRTH,            /* dead before the first step */
    RL_BY_UNSEEN,           /* dead when first looked at, which was after the first step */
    RL_BY_BROKEN,           /* some number behind it is not finite */
} rl_cause;

typedef struct {
    long step, since;        /* seen by the census at step, not by the one before, at since (-1: there was none) */
    rl_event_kind kind;
    rl_unit unit;
    rl_cause cause;
    long row;                /* the example behind the numbers; -1: no numbers (they are 0 then) */
    double z_before, z_after; /* its pre-activation at the two censuses */
    double terms[RL_TERMS];  /* add up to z_after - z_before; the cause is the one that pushed hardest */
} rl_event;
const char *rl_event_name(rl_event_kind kind);      /* "born dead", "death", "revival", "not a number" */
const char *rl_event_cause(const rl_event *event);  /* "bias fell", "weights moved", "inputs moved", … */

typedef struct rl_monitor rl_monitor;
/* every: steps between two censuses; 0: one an epoch. reference is borrowed and must outlive the monitor. */
rl_monitor *rl_monitor_new (const rl_net *net, const rl_dataset *reference, long every, rl_error *err);
void        rl_monitor_free(rl_monitor *monitor);
rl_observer rl_monitor_observer(rl_monitor *monitor); /* for rl_training.observers */
void        rl_monitor_look(rl_monitor *monitor, const rl_net *net, long step); /* by hand; steps must not go back */
/* Observers cannot fail: what went wrong while watching (memory ran out) is told here. */
bool        rl_monitor_check(const rl_monitor *monitor, rl_error *err);
const rl_event *rl_monitor_events(const rl_monitor *monitor, size_t *count); /* by census, lane, unit */
/* Drops the events, and of the censuses all but the last, so that a watch without end needs no more and more memory.
 * What comes after is found as if nothing had been dropped. */
void        rl_monitor_forget(rl_monitor *monitor);
size_t      rl_monitor_censuses(const rl_monitor *monitor);
long        rl_monitor_step  (const rl_monitor *monitor, size_t census);           /* when it was taken */
size_t      rl_monitor_dead  (const rl_monitor *monitor, size_t census, int lane); /* how many units it found dead … */
size_t      rl_monitor_silent(const rl_monitor *monitor, size_t census, int lane); /* … and silent */
size_t      rl_monitor_units (const rl_monitor *monitor);                          /* hidden units of one lane */
rl_unit     rl_monitor_unit  (const rl_monitor *monitor, size_t index, int lane);
/* What the last census found of a unit. A dead ReLU unit is silent too; all false: alive. */
typedef struct {
    bool dead, silent, broken;
} rl_state;
rl_state    rl_monitor_state (const rl_monitor *monitor, size_t index, int lane);

/* Proofs: what holds for every input in a box, not only on examples. Bounds are sound for what the float32 kernels
 * compute (interval arithmetic, then linear bounds, both rounded outward). box: [inputs], as the net takes them. */
typedef struct {
    rl_unit unit;
    rl_interval z, a; /* hold the pre-activation and the value for every input in the box; (-∞, ∞): not known */
    bool dead;        /* proved dead: the curve's exact slope is 0 on all of z */
    bool constant;    /* proved to give one value everywhere in the box … */
    float value;      /* … and which */
} rl_certificate;
/* Of every hidden unit, in the census's order. At most room are written; *count says how many there are. */
bool rl_certify_bounds(const rl_net *net, int lane, const rl_interval *box, rl_certificate *found, size_t room, size_t *count, rl_error *err);
/* Only the units that are proved dead: at most room are written; *count says how many there are. */
bool rl_certify(const rl_net *net, int lane, const rl_interval *box, rl_unit *proved, size_t room, size_t *count, rl_error *err);
/* SPEC: LO,HI | data (least and largest value of each feature in data; else data may be NULL) | FILE.csv of lo,hi a
 * feature. box: [features], set. The second carries a box of raw inputs through a model's standardisation. */
bool rl_box_load (const char *spec, size_t features, const rl_dataset *data, rl_interval *box, rl_error *err);
bool rl_box_scale(const rl_scaling *scaling, rl_interval *box, rl_error *err);
/* Random points of a box, some of their features at an end; seeded, with no targets to speak of (0). */
rl_dataset *rl_box_sample(const rl_interval *box, size_t features, size_t rows, uint64_t seed, rl_memory memory, rl_error *err);

/* Pruning: units that are constant on the evidence go, and what they gave is folded into the biases they fed. */
typedef enum {
    RL_REMOVED,
    RL_KEPT_FOR_SKIP,   /* a skip connection ties it to something that is not known to be constant */
    RL_KEPT_FOR_OUTPUT, /* its layer has the width of the net's input or output, through skips or a last curve */
    RL_KEPT_AS_LAST,    /* a layer keeps one unit */
    RL_KEPT_FOR_PADDING, /* it gives something else than 0, and a kernel also meets the zeros beside its picture */
    RL_KEPT_FOR_PLACE,  /* a layer needs every unit in its place: recurrent, reshape, concatenate, a convolution in groups */
} rl_prune_fate;
typedef struct {
    size_t units_before, units_after;           /* hidden units */
    size_t parameters_before, parameters_after;
    size_t removed, kept;                       /* of the units asked for */
} rl_prune_report;
/* A new net of one lane (net must have one), the same function wherever units [count] give constants [count] (NULL: all
 * 0, as dead ReLU units do). fates [count] (NULL: not wanted): what became of each. */
rl_net *rl_prune(const rl_net *net, const rl_unit *units, size_t count, const float *constants, rl_prune_fate *fates, rl_prune_report *report, rl_error *err);
/* Hidden units of a lane whose value varies over reference by no more than 4 ε · its largest size, and the middle of
 * where it varies. At most room are written; *count says how many there are. */
bool rl_constants_on_data(const rl_net *net, int lane, const rl_dataset *reference, rl_unit *units, float *values, size_t room, size_t *count, rl_error *err);

/* Revival: units drawn anew from the layer's initialiser until they fire and conduct on some row of reference, their
 * outgoing weights 0 and, with a trainer, the moments of both 0 (ReDo). Outputs stay the same where a unit gave 0. */
typedef enum {
    RL_WOKEN,
    RL_WOULD_NOT_WAKE, /* not in 64 tries: its weights are as they were */
    RL_TIED,           /* not fed by a dense layer or convolution of its own, or not leading to such alone: left as it was */
} rl_revive_fate;

typedef struct {
    const rl_initialiser *init; /* NULL: each layer's own */
    float sd;                   /* of rl_normal */
    uint64_t round;             /* draws of one seed differ by it */
    rl_trainer *trainer;        /* of this net, or NULL */
} rl_revive_config;

/* fates [count], or NULL. Rows of reference as the net takes them. */
bool rl_revive(rl_net *net, const rl_unit *units, size_t count, const rl_dataset *reference, rl_revive_config how, rl_revive_fate *fates, rl_error *err);
/* Raises the bias of each unit just enough to fire on that share of reference. Outputs change. */
bool rl_lift  (rl_net *net, const rl_unit *units, size_t count, const rl_dataset *reference, double share, rl_revive_fate *fates, rl_error *err);
/* The same net with another curve in these activation nodes. Outputs change. */
rl_net *rl_swap_curve(const rl_net *net, const rl_node *nodes, size_t count, const rl_activation *curve, float alpha, rl_error *err);

/* ReDo in training: an observer that revives the dead units of each lane before every lane_every[lane]-th epoch
 * (never before the first; 0: never). [lanes]; reference is borrowed. What it draws depends on seed and step alone, so a
 * resumed training goes on to the same bits. */
typedef struct rl_redo rl_redo;
rl_redo    *rl_redo_new (const rl_net *net, const rl_dataset *reference, const long *lane_every, rl_error *err);
void        rl_redo_free(rl_redo *redo);
rl_observer rl_redo_observer(rl_redo *redo);
uint64_t    rl_redo_count(const rl_redo *redo); /* revivals so far, over all lanes */

/* ---- Models: safetensors ---------------------------------------------------------------------------- */

/* A net of one lane and all that it needs to be used on raw data. */
typedef struct {
    rl_net *net;
    rl_scaling scaling;      /* features 0: none */
    const rl_loss *loss;     /* NULL: unknown */
    size_t classes;
    char **class_names;      /* [classes], or NULL */
    uint64_t seed;
    rl_memory memory;
} rl_model;

/* Tensor names and shapes are those of the equal torch.nn.Sequential. Written whole or not at all. */
bool rl_model_save(const rl_model *model, const char *path, rl_error *err);
/* The file must carry relive's metadata. */
bool rl_model_load(rl_model *model, const char *path, rl_memory memory, rl_error *err);
/* Parameters only, into every lane of a net that is already there; the file must fit it. */
bool rl_model_load_parameters(rl_net *net, const char *path, rl_error *err);
void rl_model_free(rl_model *model); /* the net too */

#ifdef __cplusplus
}
#endif
#endif
