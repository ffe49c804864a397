/* CSV: one example a line, features first, the class (or the real target) last.
 *
 *     sepal_length,sepal_width,species        a header line may stand first
 *     5.1,3.5,setosa
 *     4.9,3.0,"setosa"
 *
 * The form is RFC 4180's: fields between commas, "quoted" where they need to be, a quote inside doubled. Lines may
 * end in LF, CRLF or CR, the last one need not; blank lines, a UTF-8 byte order mark and spaces around fields are
 * passed over.
 *
 * The first line is a header if its features hold at least one name and no number. (nan and inf count as
 * numbers here, so that a broken first example is not taken for a header.) Nothing else is guessed: a feature
 * that is not a finite number is an error that says where.
 *
 * Labels are either all whole numbers or all names; a file that mixes them is refused. */
#ifndef RL_DATA_CSV_H
#define RL_DATA_CSV_H

#include "data/bytes.h"

/* regression: the last column is a real target. */
rl_dataset *rl_csv_parse(rl_bytes file, bool regression, rl_memory memory, rl_error *err);

/* The same, piece by piece, for files that are larger than memory. */
typedef struct {
    size_t line;   /* how many lines have been read */
    size_t fields; /* of every row; 0: none has been seen */
} rl_csv_progress;

/* piece: what comes next of the file, up to the end of a line. Reads at most room rows into x [room][features]; *rows tells
 * how many, *used how many bytes they took. Rows have features fields, or one more, a label that is not looked at. */
bool rl_csv_piece(rl_bytes piece, rl_csv_progress *progress, size_t features, float *x, size_t room, size_t *rows,
    size_t *used, rl_error *err);

#endif
