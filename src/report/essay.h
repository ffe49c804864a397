/* How the written comparisons are made: sentences with ranks, of which as many are taken as there is room for.
 *
 * Every sentence is put down together with the condition under which it is true, so that none can be false when another
 * data set turns the result around. A sentence has a rank: those of rank 0 are always there; the others join in order
 * of rank for as long as the text stays within its length, and are then read in the order in which they were put down.
 * Remarks that hold of every study come last and fill up what is short.
 *
 * "Better", "worse", "higher" and "lower" are said of a comparison only as rl_judge allows. */
#ifndef RL_REPORT_ESSAY_H
#define RL_REPORT_ESSAY_H

#include "base/memory.h"
#include "report/judge.h"
#include "report/words.h"
#include "report/writing.h"

enum { RL_MOST_SENTENCES = 64 };
enum { RL_SAY_SETUP, RL_SAY_SUCCESS, RL_SAY_DEATH, RL_SAY_CAUTION, RL_SAY_PARAGRAPHS };

typedef struct {
    int paragraph, rank;
    bool chosen;
    char text[700];
} rl_sentence;

typedef struct {
    const rl_results *results;
    const rl_summary *summary;
    char title[400];
    size_t count;
    rl_sentence *sentences; /* [RL_MOST_SENTENCES] */
} rl_essay;

/* "a", "a and b", "a, b and c" */
typedef struct {
    size_t count, wanted;
    const char *last; /* " and " if NULL */
    char text[500];
} rl_listing;

void rl_say(rl_essay *essay, int paragraph, int rank, const char *format, ...) __attribute__((format(printf, 4, 5)));
void rl_list(rl_listing *to, const char *item);

rl_words rl_plain(const char *text);                      /* names of the user's, so that they do nothing in Markdown */
rl_words rl_where(const rl_essay *essay, size_t setting); /* "*deep*"; "ReLU nets" where the arms are cures */
rl_words rl_number_word(size_t number);                   /* "no", "one", … "11" */
rl_words rl_how_many(size_t number);                      /* "none", "1", … */
const rl_arm_summary *rl_essay_arm(const rl_essay *essay, size_t setting, size_t arm);
const rl_pair_summary *rl_essay_pair(const rl_essay *essay, size_t setting, size_t arm); /* arm > 0 */
const char *rl_short_name(const rl_essay *essay, size_t arm, rl_words *room);
rl_words rl_change_words(
    const rl_essay *essay, const rl_comparison *c, bool with_interval); /* "+1.2 points, 95 % interval …" */

/* What several studies say. */
void rl_say_data(rl_essay *essay, char *rows, size_t room); /* "1438 rows for training and 359 for testing" */
void rl_say_interrupted(rl_essay *essay);
void rl_say_criterion(rl_essay *essay); /* when a difference counts as shown */
void rl_say_setup(rl_essay *essay);
void rl_say_dying(rl_essay *essay, size_t arm); /* its dead units, regime by regime, if there are any */
void rl_say_death(rl_essay *essay);
void rl_say_diverged(rl_essay *essay);
void rl_say_remarks(rl_essay *essay);

/* Of nets that are given as layers; else nothing. */
void rl_say_units_of_layers(rl_essay *essay); /* what a unit is there, and who has none */
void rl_say_layer_by_layer(rl_essay *essay);  /* in which layer they died */
void rl_say_through_time(rl_essay *essay);    /* what is left of a gradient on its way back */

/* What one says, and how it calls itself. */
void rl_say_activations(rl_essay *essay);
void rl_say_overfitting(rl_essay *essay);
void rl_say_alpha(rl_essay *essay);

char *rl_essay_end(rl_essay *essay, rl_error *err); /* free() it */

#endif
