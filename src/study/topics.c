/* The studies by name: what each compares unless something else is asked for. A new one is a line here; a report that
 * dwells on something of its own asks which topic it is.
 *
 * How the defaults were chosen, by measurement (32 seeds each, on data made with another seed than the default's, so
 * that the study does not show what its settings were tuned on):
 *
 *     overfitting   Digits and breast_cancer are too clean: nets of 128 units that saw 144 rows of the digits had 90 %
 *                   of the others right, and no cure gained a point. Noisy moons tell. Of L2 0.001 to 0.1 the best on
 *                   the test rows was 0.01 (86.2 %; 0.001: 84.4, 0.1: 84.5), of L1 0.001 to 0.01 it was 0.003 (85.4 %;
 *                   0.001: 85.2, 0.01: 84.6).
 *     alpha         More values where the curve is a rectifier, some up to 1, where the net is linear. */
#include "relive_study.h"

#include "base/error.h"
#include "base/text.h"

#include <string.h>

const rl_topic rl_topic_activations = { .name = "activations",
    .about = "the same nets with different activations",
    .data = "digits",
    .regimes = "all",
    .activations = "relu,leaky_relu" };

const rl_topic rl_topic_overfitting = { .name = "overfitting",
    .about = "large nets on few rows, without a cure and with each of several",
    .data = "moons:1000:0.35",
    .regimes = "overfitting",
    .activations = "relu,leaky_relu",
    .cures = "none,l1:0.003,l2:0.01,dropout:0.5,early_stop:20" };

const rl_topic rl_topic_alpha = { .name = "alpha",
    .about = "Leaky ReLU with slopes from 0 to 1, and PReLU, which learns its own",
    .data = "digits",
    .regimes = "all",
    .activations = "relu,leaky_relu:0.001,leaky_relu:0.01,leaky_relu:0.03,leaky_relu:0.1,leaky_relu:0.2,leaky_relu:0.3,"
                   "leaky_relu:0.5,leaky_relu:0.7,leaky_relu:0.9,leaky_relu:1,prelu" };

static const rl_topic *const topics[] = { &rl_topic_activations, &rl_topic_overfitting, &rl_topic_alpha };
enum { COUNT = sizeof topics / sizeof *topics };

const rl_topic *const *rl_topics(size_t *count)
{
    *count = COUNT;
    return topics;
}

const rl_topic *rl_topic_named(const char *name, rl_error *err)
{
    if (rl_failed(err))
        return NULL;
    const char *names[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        if (strcmp(topics[i]->name, name) == 0)
            return topics[i];
        names[i] = topics[i]->name;
    }
    rl_fail_unknown(err, "study", name, names, COUNT);
    return NULL;
}
