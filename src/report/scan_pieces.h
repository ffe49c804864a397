/* What the scan's table, page and document share. */
#ifndef RL_REPORT_SCAN_PIECES_H
#define RL_REPORT_SCAN_PIECES_H

#include "format/json.h"
#include "relive_study.h"

extern const rl_word rl_scan_words[RL_WORDS];                   /* in the order in which they are listed */
double rl_scan_sparsity(const rl_scan *scan);                   /* of all layers; NaN: unknown */
const char *rl_scan_meaning(rl_word word);                      /* "conducts on no example" */
rl_word rl_scan_shown(const rl_scanned_layer *layer, int unit); /* the label of a unit */

#endif
