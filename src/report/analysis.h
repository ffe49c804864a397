/* The written comparison: how many words a text has, for those who promise a number of them. */
#ifndef RL_REPORT_ANALYSIS_H
#define RL_REPORT_ANALYSIS_H

#include <stddef.h>

/* People and programs count words differently: "97.2" is one word or two, "±" one or none. */
typedef struct {
    size_t least; /* what stands between spaces and has a letter or digit in it */
    size_t most;  /* the larger of: what stands between spaces; runs of letters and digits */
} rl_word_count;
rl_word_count rl_count_words(const char *text);

#endif
