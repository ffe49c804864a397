/* Checkpoints: a trainer's whole state in a safetensors file, and back to the same bits.
 *
 * Tensors: parameters, moment_0, moment_1 and best [parameters][lanes] (those the trainer keeps), fates [lanes][4]
 * (state, diverged_at, best_epoch, epochs waited), best_loss [lanes], seeds [lanes], step. The order of rows is not
 * kept: it is a function of seed and epoch. */
#include "format/safetensors.h"
#include "train/trainer.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MOST_TENSORS = 8, FATE_WORDS = 4, DESCRIPTION_ROOM = 8192 };

/* What must agree between the trainer that was saved and the one that goes on. Epochs may differ: that is how
 * training is prolonged. */
static bool describe(const rl_trainer *t, char *text, rl_error *err)
{
    char net[DESCRIPTION_ROOM - 512];
    if (t->rival.generator)
        return rl_fail(
            err, RL_BAD_CONFIG, "an adversarial training has two nets; its state can be neither saved nor resumed");
    if (!rl_net_describe(t->net, 0, net, sizeof net, err))
        return false;
    snprintf(text, DESCRIPTION_ROOM, "%s | %s, %s, batch %d of %zu rows, %d lanes, %s", net, t->optimiser->name,
        t->how.loss->name, t->how.batch, t->data->rows, t->net->lanes,
        t->best ? "early stopping" : "no early stopping");
    return true;
}

/* The arrays of floats, in one list for saving and resuming. */
static size_t float_arrays(const rl_trainer *t, const char *names[], float *arrays[])
{
    static const char *const moment_names[RL_MOST_MOMENTS] = { "moment_0", "moment_1" };
    size_t count = 0;
    names[count] = "parameters";
    arrays[count++] = t->net->parameters;
    for (int m = 0; m < t->optimiser->moments; m++) {
        names[count] = moment_names[m];
        arrays[count++] = t->moments[m];
    }
    if (t->best) {
        names[count] = "best";
        arrays[count++] = t->best;
    }
    return count;
}

bool rl_trainer_save(const rl_trainer *t, const char *path, rl_error *err)
{
    char settings[DESCRIPTION_ROOM];
    if (rl_failed(err) || !describe(t, settings, err))
        return false;
    const size_t lanes = (size_t)t->net->lanes;
    int64_t fates[RL_MOST_LANES][FATE_WORDS], step = t->step;
    for (size_t l = 0; l < lanes; l++) {
        const rl_lane_fate *fate = &t->fates[l];
        const int64_t words[FATE_WORDS] = { fate->state, fate->diverged_at, fate->best_epoch, t->waited[l] };
        memcpy(fates[l], words, sizeof words);
    }
    rl_tensor tensors[MOST_TENSORS];
    const char *names[MOST_TENSORS];
    float *arrays[MOST_TENSORS];
    size_t count = float_arrays(t, names, arrays);
    for (size_t i = 0; i < count; i++)
        tensors[i] = (rl_tensor){ .name = names[i],
            .type = RL_TENSOR_F32,
            .rank = 2,
            .shape = { t->net->parameter_count, lanes },
            .data = arrays[i] };
    tensors[count++] =
        (rl_tensor){ .name = "fates", .type = RL_TENSOR_I64, .rank = 2, .shape = { lanes, FATE_WORDS }, .data = fates };
    tensors[count++] =
        (rl_tensor){ .name = "best_loss", .type = RL_TENSOR_F64, .rank = 1, .shape = { lanes }, .data = t->best_loss };
    tensors[count++] =
        (rl_tensor){ .name = "seeds", .type = RL_TENSOR_U64, .rank = 1, .shape = { lanes }, .data = t->net->seeds };
    tensors[count++] = (rl_tensor){ .name = "step", .type = RL_TENSOR_I64, .rank = 0, .data = &step };
    const rl_metadata metadata[] = { { "relive.version", RL_VERSION }, { "relive.trainer", settings } };
    return rl_safetensors_write(path, tensors, count, metadata, 2, t->memory, err);
}

/* A tensor of this name, type and shape, or an error that says what is there instead. */
static const rl_tensor *expect(const rl_safetensors *file, const char *path, const char *name, rl_tensor_type type,
    int rank, size_t first, size_t second, rl_error *err)
{
    const size_t shape[2] = { first, second };
    const rl_tensor *tensor = rl_safetensors_find(file, name);
    char expected[RL_TENSOR_SHAPE_TEXT], found[RL_TENSOR_SHAPE_TEXT];
    if (rl_failed(err))
        return NULL;
    if (!tensor)
        rl_fail(err, RL_BAD_FILE, "%s: no tensor \"%s\"; expected a trainer's state", path, name);
    else if (tensor->type != type || !rl_tensor_has_shape(tensor, rank, shape))
        rl_fail(err, RL_BAD_FILE, "%s: \"%s\" is %s %s; expected %s %s", path, name, rl_tensor_type_name(tensor->type),
            rl_tensor_shape_text(tensor->rank, tensor->shape, found), rl_tensor_type_name(type),
            rl_tensor_shape_text(rank, shape, expected));
    else
        return tensor;
    return NULL;
}

static bool fates_make_sense(const int64_t fates[][FATE_WORDS], size_t lanes, int64_t step)
{
    for (size_t l = 0; l < lanes; l++)
        if (fates[l][0] < RL_RUNNING || fates[l][0] > RL_FINISHED || fates[l][1] < -1 || fates[l][1] > step ||
            fates[l][2] < -1 || fates[l][2] > step || fates[l][3] < 0 || fates[l][3] > step)
            return false;
    return true;
}

/* Everything is checked before anything is changed. */
static bool restore(rl_trainer *t, const rl_safetensors *file, const char *path, rl_error *err)
{
    const size_t lanes = (size_t)t->net->lanes, parameters = t->net->parameter_count;
    const char *names[MOST_TENSORS];
    float *arrays[MOST_TENSORS];
    const rl_tensor *saved[MOST_TENSORS];
    size_t count = float_arrays(t, names, arrays);
    for (size_t i = 0; i < count; i++)
        saved[i] = expect(file, path, names[i], RL_TENSOR_F32, 2, parameters, lanes, err);
    const rl_tensor *fate_tensor = expect(file, path, "fates", RL_TENSOR_I64, 2, lanes, FATE_WORDS, err);
    const rl_tensor *best_loss = expect(file, path, "best_loss", RL_TENSOR_F64, 1, lanes, 0, err);
    const rl_tensor *seeds = expect(file, path, "seeds", RL_TENSOR_U64, 1, lanes, 0, err);
    const rl_tensor *step_tensor = expect(file, path, "step", RL_TENSOR_I64, 0, 0, 0, err);
    if (rl_failed(err))
        return false;
    int64_t step, fates[RL_MOST_LANES][FATE_WORDS];
    memcpy(&step, step_tensor->data, sizeof step);
    memcpy(fates, fate_tensor->data, lanes * sizeof fates[0]);
    if (memcmp(seeds->data, t->net->seeds, lanes * sizeof *t->net->seeds) != 0)
        return rl_fail(err, RL_BAD_FILE, "%s was saved with other seeds; give the seed it was trained with", path);
    if (step < 0 || step / t->steps_per_epoch > t->how.epochs)
        return rl_fail(err, RL_BAD_FILE, "%s: step %lld; expected 0 to %ld, the steps of %ld epochs", path,
            (long long)step, t->how.epochs * t->steps_per_epoch, t->how.epochs);
    if (!fates_make_sense((const int64_t(*)[FATE_WORDS])fates, lanes, step))
        return rl_fail(err, RL_BAD_FILE, "%s: the lanes' fates make no sense", path);
    for (size_t i = 0; i < count; i++)
        memcpy(arrays[i], saved[i]->data, parameters * lanes * sizeof(float));
    memcpy(t->best_loss, best_loss->data, lanes * sizeof *t->best_loss);
    bool prolonged = step / t->steps_per_epoch < t->how.epochs;
    for (size_t l = 0; l < lanes; l++) {
        rl_lane_state state = (rl_lane_state)fates[l][0];
        t->fates[l] = (rl_lane_fate){ .state = state == RL_FINISHED && prolonged ? RL_RUNNING : state,
            .diverged_at = (long)fates[l][1],
            .best_epoch = (long)fates[l][2] };
        t->waited[l] = (long)fates[l][3];
    }
    rl_trainer_seek(t, (long)step);
    return true;
}

bool rl_trainer_resume(rl_trainer *t, const char *path, rl_error *err)
{
    char settings[DESCRIPTION_ROOM];
    rl_safetensors file;
    if (rl_failed(err) || !describe(t, settings, err) || !rl_safetensors_read(&file, path, t->memory, err))
        return false;
    const char *saved = rl_safetensors_metadata(&file, "relive.trainer");
    if (!saved)
        rl_fail(err, RL_BAD_FILE, "%s is no trainer's state: it has no \"relive.trainer\"", path);
    else if (strcmp(saved, settings) != 0)
        rl_fail(err, RL_BAD_FILE, "%s was saved from \"%.70s…\"; this trainer is \"%.70s…\"", path, saved, settings);
    else
        restore(t, &file, path, err);
    rl_safetensors_free(&file);
    return !rl_failed(err);
}
