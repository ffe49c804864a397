/* Made data of two features: what each data set of this kind has, in a file of its own. generators.c lists them and
 * does what they share: reading ROWS and NOISE, balancing the classes, adding the noise. */
#ifndef RL_DATA_GENERATOR_H
#define RL_DATA_GENERATOR_H

#include "data/dataset.h"
#include "num/random.h"

enum { RL_MOST_GENERATED_CLASSES = 8 };

typedef struct {
    const char *name;
    double noise; /* default: the standard deviation of what is added to each feature */
    size_t classes;
    const char *class_names[RL_MOST_GENERATED_CLASSES];
    uint64_t stream; /* of random numbers; no two generators share one */
    /* A point without noise. Row is the example's number; its class is row % classes, so that classes balance. */
    void (*point)(rl_random *random, size_t row, double x[2]);
} rl_generator;

extern const rl_generator rl_moons, rl_circles, rl_spirals, rl_xor, rl_blobs, rl_ring;

const rl_generator *const *rl_generators(size_t *count);

/* options: NULL, "ROWS" or "ROWS:NOISE". */
rl_dataset *rl_generate(const rl_generator *kind, const char *options, rl_data_config config, rl_error *err);

#endif
