/* Training one net for each of some seeds: seeds side by side in lanes, packs of lanes on threads. The same parts,
 * nets and order as the study's, so a seed's training here is that seed's training there, bit for bit. */
#ifndef TRAINING_H
#define TRAINING_H

#include "program.h"
#include "progress.h"

/* What one look at a net sees. Accuracies and losses of parts that are not there are NaN, as is all of a run that
 * diverged. */
typedef struct {
    long step, epoch;
    double train_loss, train_accuracy, validation_loss, test_loss, test_accuracy, dead_share, silent_share;
} look;

/* One seed, while it trains and for as long as something of it is still to be written. */
typedef struct {
    rl_trained found; /* its curves and layers are owned */
    look *looks;      /* [look_count] before the first step, after every epoch, and at each census asked for */
    size_t look_count, look_room;
    bool ended;          /* its last look is taken */
    rl_net *net;         /* that seed's net alone; NULL where nobody asks for it any more */
    rl_trainer *trainer; /* of a single seed, for its state; and the net it works on */
    rl_net *trainers_net;
} seed_run;

/* What the table of seeds says of one: all that is kept of it where nothing more was asked for. */
typedef struct {
    double loss, train_accuracy, test_accuracy, dead_share, silent_share;
    long diverged_at; /* step, -1: it did not */
} seed_line;
enum { SEED_UNFINISHED = -2 }; /* diverged_at of a seed that was interrupted, or has not begun */

typedef struct {
    seed_line *lines; /* [seeds] */
    seed_run **runs;  /* [seeds], NULL where not finished; or NULL: nobody needs them whole */
    seed_run *only;   /* of a single seed, finished or not */
    seed_run *best;   /* if it is to be saved: by validation loss, else test, else training loss; NULL: all diverged */
    size_t seeds, finished;
    double seconds, samples;
    int threads, lanes, threads_of_a_net;
} training_run;

/* Reads s->resume and s->init_from. run is to be freed even after a failure. */
bool training_do(const settings *s, const rl_parts *parts, training_run *run, rl_error *err);
/* Of a single seed, beside its model: MODEL.state. */
bool training_save_state(const training_run *run, const char *model, rl_error *err);
void training_free(training_run *run);

#endif
