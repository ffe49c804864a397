/* What a node's file defines: one kind of node as the rest of the library knows it. How it is made stands beside it in the
 * same file, how it computes in nn/layer/. nodes.c lists all kinds, in the order of rl_kind. */
#ifndef RL_NN_NODE_H
#define RL_NN_NODE_H

#include "base/text.h"
#include "nn/net.h"

/* One layer of a net's text, cut into words; "@K" is taken out of them. */
enum { RL_MOST_WORDS = 16, RL_LONGEST_LAYER = 120 };
typedef struct {
    char text[RL_LONGEST_LAYER];
    char *word[RL_MOST_WORDS];
    int words;
    rl_node reads;
} rl_phrase;

/* One of a node's parameters as PyTorch names it. */
enum { RL_MOST_TENSORS = 5 };
typedef struct {
    const char *name; /* "weight" */
    int rank;
    size_t shape[4];
    size_t row; /* of the node's parameters: where it begins */
    bool count; /* a whole number, not a real */
} rl_node_tensor;

/* One term of a value of a node that is linear in evaluation mode. */
typedef struct {
    int read;     /* of which of the nodes that it reads */
    size_t value; /* which of its values */
    double weight;
} rl_term;

struct rl_node_kind {
    const char *word;     /* it begins with this in a net's text; "activation" begins with its curve's name */
    const char *expected; /* the words that it takes, for errors */
    /* From words to a node; what they leave open is as in defaults. */
    rl_node (*append)(rl_net *net, const rl_phrase *phrase, const rl_dense_config *defaults, rl_error *err);
    void (*describe)(const rl_net *net, rl_node node, int lane, char *text, size_t room); /* and back */
    /* Lists its parameters and says how many they are; NULL: there are none. */
    size_t (*tensors)(const rl_node_data *node, rl_node_tensor *tensors);
    /* Draws its weights for the curve that reads it, of gain lane_gains [lanes]; NULL: it has none to draw. */
    bool (*draw)(rl_net *net, rl_node node, const double *lane_gains, rl_error *err);
    /* A linear node's value is bias + Σ weight · x: lists the terms, at most most_terms, and says how many there are.
     * NULL: it is not linear. Where it has no parameters these are the same for all parameters and lanes. */
    size_t (*sum)(const rl_net *net, rl_node node, int lane, size_t value, rl_term *terms, double *bias);
    size_t (*most_terms)(const rl_net *net, rl_node node);
    size_t (*scratch)(const rl_node_data *node); /* numbers a lane that a call needs room for; NULL: none */
    bool passes_on;                              /* all its terms are values as they stand, of weight 1, and no bias */
};
extern const rl_node_kind rl_node_input, rl_node_dense, rl_node_activation, rl_node_dropout, rl_node_add,
    rl_node_flatten, rl_node_reshape, rl_node_concatenate, rl_node_conv2d, rl_node_conv2d_transposed, rl_node_max_pool,
    rl_node_average_pool, rl_node_global_pool, rl_node_recurrent, rl_node_gru, rl_node_lstm, rl_node_last,
    rl_node_layer_norm, rl_node_batch_norm;
extern const rl_node_kind *const rl_node_kinds[RL_KINDS];

/* A node as it stands in a net's text, with what it reads where that is not the node before it. text [RL_NODE_TEXT] */
enum { RL_NODE_TEXT = RL_LONGEST_LAYER + 16 };
void rl_node_describe(const rl_net *net, rl_node node, int lane, char *text, size_t room);

/* Fails with what the kind's words should have been; gives -1. */
rl_node rl_phrase_fail(const rl_phrase *phrase, const rl_node_kind *kind, rl_error *err);
/* "64" or "1x28x28": at most most sizes of at least low. */
bool rl_phrase_sizes(const char *word, int low, int most, rl_shape *sizes);

/* Kernels that slide: fills in a window over what x gives, its missing numbers by their defaults; what names the layer.
 * sizes in the order of the window's; false sets err. */
typedef struct {
    int kernel[2], stride[2], padding[2], dilation[2];
} rl_window_sizes;
bool rl_window_over(
    const rl_net *net, rl_node x, const char *what, rl_window_sizes sizes, rl_window *window, rl_error *err);
/* The same for a window that leads back to x: what it slides over is what comes out. */
bool rl_window_under(const rl_net *net, rl_node x, const char *what, rl_window_sizes sizes, const int output_padding[2],
    rl_window *window, rl_error *err);
size_t rl_window_extent(const rl_window *window, int side); /* of its kernel, from the first weight to the last */
rl_shape rl_window_gives(const rl_window *window);
/* "stride", "padding" and "dilation" with their sizes from word number *at on; false: something else stands there. */
bool rl_window_words(const rl_phrase *phrase, int *at, rl_window_sizes *sizes);
bool rl_pair_of(const char *word, int low, int pair[2]); /* "3" or "3x5" */
/* Writes "3x5", or "3" for both; and the words that differ from what a pair is by default. Give how much was written. */
int rl_describe_pair(const size_t pair[2], char *text, size_t room);
int rl_describe_window(const rl_window *window, const size_t stride[2], char *text, size_t room);

/* A curve's name, an α after a colon, in config; alpha is what it then points to. */
bool rl_phrase_curve(const char *word, rl_activation_config *config, float *alpha, rl_error *err);
void rl_describe_curve(const rl_net *net, rl_node node, int lane, char *text, size_t room);

/* Gives a node that is being made its curves; what they need is freed with the node. */
bool rl_node_take_curves(const rl_net *net, const rl_activation_config *config, rl_node_data *node, rl_error *err);

/* The sum of a node that passes on what it reads, in the same order; and what it takes. */
size_t rl_sum_of_copy(const rl_net *net, rl_node node, int lane, size_t value, rl_term *terms, double *bias);
size_t rl_one_term(const rl_net *net, rl_node node);

/* What a batch norm of evaluation makes of a unit: y = γ (x - mean)/√(variance + ε) + β. */
typedef struct {
    double gamma, beta, mean, variance;
} rl_norm_numbers;
rl_norm_numbers rl_norm_numbers_of(const rl_net *net, rl_node node, int lane, size_t unit);

/* For kinds whose text is their word alone. */
void rl_describe_word(const rl_net *net, rl_node node, int lane, char *text, size_t room);
/* Parameters as those of a dense or a convolving node: "weight" [units, …] of this rank, then "bias" [units]. */
size_t rl_weight_tensors(const rl_node_data *node, int rank, const size_t *shape, rl_node_tensor *tensors);

#endif
