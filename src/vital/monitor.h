/* A monitor from the inside: what it knows of each unit between two censuses, and what explains a change. */
#ifndef RL_VITAL_MONITOR_H
#define RL_VITAL_MONITOR_H

#include "nn/node/node.h"
#include "nn/pass.h"

/* What a census has seen of a unit in one lane, or'ed over examples. */
enum { RL_SEEN_CONDUCTING = 1, RL_SEEN_FIRING = 2, RL_SEEN_BROKEN = 4 };

/* The units of one activation node. */
typedef struct {
    rl_node node;
    size_t first, units; /* index of its first unit among all; how many */
    size_t positions;    /* at which each stands */
} rl_watched;

typedef struct {
    long step;
    uint32_t dead[RL_MOST_LANES], silent[RL_MOST_LANES]; /* units, by lane */
} rl_tally;

/* Where a curve conducts, but for single points: low < z < high. Derived from its slopes. Nowhere: low > high. */
typedef struct {
    double low, high;
} rl_region;

/* The search for the example, and the place in it, on which a unit is most awake. */
typedef struct {
    rl_region region;
    double best;
    size_t position; /* in the picture */
} rl_search;

struct rl_monitor {
    rl_memory memory;
    const rl_dataset *reference; /* borrowed */
    const float *own,
        *own_were; /* [rows][features][lanes], borrowed; NULL: its rows are the reference's in every lane */
    long every;    /* steps; 0: an epoch */
    size_t lanes, units, layer_count, parameters;
    rl_watched *layers; /* [layer_count] */
    rl_node last;       /* up to here a census must compute: what the last activation reads */
    rl_error error;     /* the first thing that went wrong while watching */
    /* the last census */
    int32_t *witness;      /* [units][lanes]: an example on which the unit fires and conducts; -1: none known */
    unsigned char *states; /* [units][lanes]: what was seen then */
    float *parameters_was; /* [parameters][lanes] */
    /* the running census */
    unsigned char *seen;    /* [units][lanes] */
    unsigned char *pending; /* [units]: some lane is not known to be neither dead nor silent */
    size_t pending_count;
    /* what came out */
    rl_event *events; /* [event_count] */
    size_t event_count, event_room;
    rl_tally *tallies; /* [tally_count] */
    size_t tally_count, tally_room;
    /* scratch */
    rl_pass *now, *was;             /* RL_SWEEP_ROWS rows each, under the present and the former parameters */
    float *x, *x_were;              /* [RL_SWEEP_ROWS][features][lanes], of now and of was */
    uint32_t *order;                /* [RL_SWEEP_ROWS][lanes] */
    rl_search *searches;            /* [units · lanes] */
    rl_term *old_terms, *new_terms; /* [most terms of a node] */
};

/* A census cut open, for those who sweep over the reference set anyway: begin, look at each block, end. */
void rl_monitor_begin(rl_monitor *monitor);
void rl_monitor_look_at(void *self, const rl_net *net, const rl_pass *pass, size_t first); /* an rl_visit */
void rl_monitor_end(rl_monitor *monitor, const rl_net *net, long step);

/* Before a census: the reference's rows as each lane has them, now and at the last census (not looked at by the first), in
 * place of the data set's own. So what a net is shown may be made by another net, and move. */
void rl_monitor_show(rl_monitor *monitor, const float *now, const float *were);
/* Rows first … of the reference, or those of monitor->order; now, or at the last census. x [rows][features][lanes] */
void rl_monitor_rows(const rl_monitor *monitor, const rl_net *net, bool were, size_t first, size_t rows, float *x);
void rl_monitor_pick(const rl_monitor *monitor, const rl_net *net, bool were, size_t rows, float *x);

/* The net as it was at the last census. It shares all but the parameters with net. */
rl_net rl_monitor_net_was(const rl_monitor *monitor, const rl_net *net);

/* Fills in row, z, terms and cause of the deaths and revivals among events [count], seen between the last census and
 * now, in order of lanes. */
void rl_monitor_explain(rl_monitor *monitor, const rl_net *net, rl_event *events, size_t count);

rl_region rl_conducting_region(const rl_activation *curve, float alpha);
double rl_awakeness(rl_region region, double z); /* how far inside; below 0: outside */

#endif
