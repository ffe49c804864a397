/* The ledger as files and words: events.csv, the JSON of events, and single deaths told in a sentence. */
#ifndef RL_REPORT_LEDGER_H
#define RL_REPORT_LEDGER_H

#include "format/json.h"
#include "report/words.h"
#include "report/writing.h"

/*  regime, activation, alpha, seed   the training's own, as in results.csv
 *  event                             born dead, death, revival, not a number
 *  step, since                       the census that saw it, and the one before, which did not
 *  epoch, layer, unit                layer 1 is the first hidden one; units count from 0
 *  cause                             bias fell, weights moved, inputs moved, skip moved, …
 *  row, z_before, z_after            the training row on which the numbers were taken, and its pre-activation
 *  bias, weights, inputs, skip, scale, statistics
 *                                    the terms: they add up to z_after - z_before; empty where there are none */
void rl_write_events_csv(rl_writing *to, const rl_results *results);
/* The same columns for the seeds of train, without a regime. */
void rl_write_events_head(rl_writing *to, bool with_regime);
void rl_write_event(rl_writing *to, const rl_event *event, long epoch, int layer);

int rl_layer_of_event(const rl_trained *seed, const rl_event *event); /* 1: the first hidden one */
rl_json *rl_event_json(const rl_event *event, long epoch, int layer);
rl_json *rl_causes_json(const size_t counts[RL_CAUSES]); /* each term's, and those of other causes that are not 0 */
/* Counts by cause, and the first events of an arm. */
rl_json *rl_ledger_json(const rl_results *results, size_t setting, size_t arm);

/* One sentence, ending in a full stop. */
void rl_write_case(rl_writing *to, const rl_results *results, const rl_case *told);

#endif
