/* A census from the inside: counts that a sweep fills, block by block. It knows nodes, pre-activations and what
 * each curve says of its slope; it has never heard of ReLU. */
#ifndef RL_VITAL_CENSUS_H
#define RL_VITAL_CENSUS_H

#include "nn/pass.h"

/* To what goes number by number, a row of units × lanes numbers may as well be one of fewer, wider units: a net of one
 * lane is looked at sixteen units at a time. The widest that this processor has and that leaves no rest. */
typedef struct {
    rl_variant variant;
    size_t units, lanes;
} rl_wide;
rl_wide rl_widest(rl_variant variant, size_t units, size_t lanes);
/* The same α for the wider units; room [RL_MOST_LANES] is kept as long as they are. */
rl_alphas rl_wide_alphas(rl_wide wide, rl_alphas alphas, size_t lanes, float *room);

/* How often units of one group of an activation node conduct, fire and are not finite on z [batch][values][lanes], all
 * positions of a unit together: counted up, [units][lanes]. wide as in rl_watch_width. */
typedef struct {
    int32_t *conducted, *fired, *broken;
} rl_counts;
void rl_watch(const rl_net *net, rl_node node, int group, rl_wide wide, size_t batch, const float *z, rl_counts counts);
rl_wide rl_watch_width(const rl_net *net, rl_node node);

/* Fails if a unit may be seen more often than the counts hold. */
bool rl_census_can_count(const rl_net *net, const char *name, size_t rows, rl_error *err);

/* The units of one activation node. Lanes with different curves are counted apart, each group over all lanes. */
typedef struct {
    rl_node node;
    size_t first, units; /* index of its first unit among all; how many */
    size_t positions;    /* at which each stands */
    rl_wide wide;
    int groups;
    int32_t *conducted, *fired, *broken; /* [groups][units][lanes] */
} rl_census_layer;

struct rl_census {
    rl_memory memory;
    int lanes;
    size_t units, layer_count;
    rl_census_layer *layers; /* [layer_count] */
    int8_t *group_of;        /* [layer_count][lanes]: which group a lane belongs to */
    uint64_t rows;           /* seen since rl_census_begin */
};

void rl_census_begin(rl_census *census);
/* A block of rows for one layer only; who looks so adds up the census's rows. */
void rl_census_look_at(rl_census *census, size_t layer, const rl_net *net, const rl_pass *pass);
/* An rl_visit for a sweep; self is the census. */
void rl_census_look(void *self, const rl_net *net, const rl_pass *pass, size_t first);

#endif
