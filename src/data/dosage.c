/* Three measurements of a medicine: too little or too much does nothing, half a dose works. The smallest data whose
 * curve bends, from the lesson on ReLU in action; a real target. */
#include "data/source.h"

#include <string.h>

static rl_dataset *load(const char *options, rl_data_config config, rl_error *err)
{
    static const float dosage[3] = { 0, 0.5f, 1 }, effectiveness[3] = { 0, 1, 0 };
    if (options) {
        rl_fail(err, RL_BAD_CONFIG, "data set dosage takes no options, found \"%.60s\"", options);
        return NULL;
    }
    rl_dataset *data = rl_data_new("dosage", 3, 1, 0, 1, config.memory, err);
    if (data) {
        memcpy(data->x, dosage, sizeof dosage);
        memcpy(data->y, effectiveness, sizeof effectiveness);
    }
    return data;
}

const rl_source rl_source_dosage = { "dosage", load };
