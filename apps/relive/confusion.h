/* Confusion matrix, and precision, recall and F1 of each class, as tables on the terminal. */
#ifndef CONFUSION_H
#define CONFUSION_H

#include "terminal.h"

#include <relive.h>

/* count [classes][classes]: row the true class, column the one said. */
void confusion_count(size_t *count, size_t classes, const float *truth, const int *said, size_t rows);
void confusion_print(const size_t *count, size_t classes, char *const *names, const char *on_what, style look);

#endif
