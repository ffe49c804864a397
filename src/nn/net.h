/* A net from the inside: a list of nodes and one flat array of parameters. */
#ifndef RL_NN_NET_H
#define RL_NN_NET_H

#include "base/memory.h"
#include "nn/layer/layer.h"

typedef struct {
    rl_kind kind;
    rl_shape shape;
    /* from its shape: */
    int units;     /* channels of a picture, features of a sequence, else values */
    int positions; /* height · width of a picture, steps of a sequence, at all of which a unit stands; else 1 */
    int values;    /* numbers it gives a row: units · positions; of a picture the positions of a unit side by side, of
                          a sequence the units of a position */
    rl_node reads[2];  /* -1: none */
    bool learns;       /* parameters here or before: gradients must come this far */
    bool draws;        /* random numbers while training */
    bool keeps;        /* a number for each of its values, from forward to backward */
    size_t offset;     /* rows of the flat array: where its parameters begin */
    size_t parameters; /* how many they are */
    size_t weights;    /* the first of them, on which decay acts; the rest are biases, factors, slopes, and last … */
    size_t statistics; /* … numbers that training measures: no gradient, no optimiser and no penalty reaches them */
    /* dense */
    bool bias;
    rl_dense_config dense; /* also of others that have weights: how these are drawn */
    /* recurrent */
    size_t gates;           /* rows of W_ih and W_hh a unit; 0: no recurrent node */
    size_t kept, kept_back; /* numbers a row that its layer keeps for backward, and for learn */
    size_t state;           /* numbers a step that it hands to the next, whose gradients are the last of kept_back's */
    /* dropout */
    double share;
    /* kernels that slide */
    rl_window window;
    /* activation, recurrent */
    int group_count;
    rl_group *groups;   /* [group_count] */
    float *lane_alphas; /* [lanes]: as asked for */
    void *alphas;       /* real [1][lanes]: the same for the kernels; unused where α is learned */
    bool shared;        /* PReLU: one α for the layer */
} rl_node_data;

/* Do the units of a position stand side by side, as those of a vector and of a sequence do, and not, as in a picture, the
 * positions of a unit? */
static inline bool rl_units_adjoin(const rl_node_data *node)
{
    return node->shape.rank != 3;
}

/* Which of its values a unit is at a position, and which unit a value belongs to. */
static inline size_t rl_value_of(const rl_node_data *node, size_t unit, size_t position)
{
    return rl_units_adjoin(node) ? position * (size_t)node->units + unit : unit * (size_t)node->positions + position;
}
static inline size_t rl_unit_of(const rl_node_data *node, size_t value)
{
    return rl_units_adjoin(node) ? value % (size_t)node->units : value / (size_t)node->positions;
}

/* Are its parameters W [units][inputs] and b [units], so that some units may learn without the others? */
static inline bool rl_learns_by_units(const rl_node_data *node)
{
    return node->weights > 0 && node->gates == 0 && node->kind != RL_CONV2D_TRANSPOSED;
}

typedef struct rl_node_kind rl_node_kind; /* nn/node/node.h */

struct rl_net {
    rl_memory memory;
    int lanes;
    rl_variant variant;
    rl_variant wide; /* of a float32 net of one lane: takes several of its numbers as one row; else as variant */
    bool float64;
    uint64_t *seeds;     /* [lanes] */
    rl_node_data *nodes; /* [count] */
    int count;
    void *parameters; /* real [parameter_count][lanes] */
    size_t parameter_count;
};

/* One lane of float32: its arrays may be read as rows of a wide variant (nn/single.h). */
static inline bool rl_net_is_single(const rl_net *net)
{
    return net->lanes == 1 && !net->float64;
}

static inline size_t rl_real_size(const rl_net *net)
{
    return net->float64 ? sizeof(double) : sizeof(float);
}

/* Has it units, with a curve: an activation, or a recurrent node that has its curve inside? */
static inline bool rl_has_units(const rl_net *net, rl_node node)
{
    return net->nodes[node].group_count > 0;
}

/* The node in whose evaluation the pre-activations of such a node come about. */
static inline rl_node rl_z_comes_about(const rl_net *net, rl_node node)
{
    return net->nodes[node].kind == RL_ACTIVATION ? net->nodes[node].reads[0] : node;
}

/* Checks that x is a node of net that can be read; false sets err. */
bool rl_net_readable(const rl_net *net, rl_node x, rl_error *err);

/* A vector of so many values. */
static inline rl_shape rl_vector(int values)
{
    return (rl_shape){ 1, { values } };
}

/* "16" or "8x13x13"; text [RL_SHAPE_TEXT]. */
enum { RL_SHAPE_TEXT = 48 };
const char *rl_shape_text(rl_shape shape, char *text);

/* Checks a shape, and fills in units, positions and values from it. what: the layer, for the error. */
bool rl_node_measure(rl_node_data *node, const char *what, rl_error *err);

/* A vector is expected, or a picture, or a sequence: else err says which layer wants what and got what. */
bool rl_net_gives_vector(const rl_net *net, rl_node x, const char *what, rl_error *err);
bool rl_net_gives_picture(const rl_net *net, rl_node x, const char *what, rl_error *err);
bool rl_net_gives_sequence(const rl_net *net, rl_node x, const char *what, rl_error *err);

/* Appends a node, whose parameters are set to 0 and whose shape must be set, and returns its place; on failure -1, and
 * what node owns is freed. */
rl_node rl_net_add_node(rl_net *net, rl_node_data node, rl_error *err);

/* Appends one lane of a node of another net, of the same shape and reading the same places, with parameters of 0. */
rl_node rl_net_copy_node(rl_net *copy, const rl_net *net, rl_node which, int lane, rl_error *err);

void rl_node_release(rl_memory memory, rl_node_data *node); /* frees what a node owns */

/* Sets parameter row (counted from the net's first) of one lane, whatever the scalar type; and reads it. */
void rl_net_set(rl_net *net, size_t row, int lane, double value);
double rl_net_get(const rl_net *net, size_t row, int lane);

/* He's gain of a curve: √(2/(1 + α²)) for a rectifier of slope α below 0, else 1. */
double rl_curve_gain(const rl_activation *curve, float alpha);

/* Draws weights [units][weights / units] and biases of a node that has some. lane_gains [lanes] of the curve that reads
 * it; NULL: 1. */
bool rl_weights_draw(rl_net *net, rl_node node, const double *lane_gains, rl_error *err);

/* How many slopes of its curve a node learns: they are the last of its parameters. */
size_t rl_learned_slopes(const rl_node_data *node);

/* α of an activation node, or of a recurrent one, in evaluation mode. */
rl_alphas rl_node_alphas(const rl_net *net, rl_node node);

/* The layers of a variant, in the order of rl_kind. */
const rl_layer *const *rl_layers_of(rl_variant variant);

#endif
