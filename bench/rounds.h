/* One figure a round, and what is made of them. */
#ifndef BENCH_ROUNDS_H
#define BENCH_ROUNDS_H

enum { MOST_ROUNDS = 32 };

typedef struct {
    double values[MOST_ROUNDS];
    int count;
} series;

void series_add(series *s, double value);
double series_median(const series *s); /* NaN of none */
double series_least(const series *s);
double series_most(const series *s);
series series_ratio(const series *a, const series *b); /* round by round */
series series_scaled(const series *s, double factor);

double seconds_now(void); /* of a clock that only goes forward */

#endif
