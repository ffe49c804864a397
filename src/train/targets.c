#include "train/targets.h"

#include "nn/losses.h"

static bool fits(const rl_dataset *data, const rl_loss *loss, int outputs, rl_error *err)
{
    if (!rl_loss_kernels_of(RL_VARIANT_plain1, loss))
        return rl_fail(err, RL_BAD_CONFIG, "loss: expected one of the library's, see rl_losses");
    if (loss == &rl_binary)
        return (data->classes == 2 && outputs == 1) ||
               rl_fail(err, RL_BAD_SHAPE,
                   "loss binary: %s has %zu classes and the net %d outputs; expected 2 classes and 1 output",
                   data->name, data->classes, outputs);
    if (loss->classes && data->classes == 0)
        return rl_fail(err, RL_BAD_SHAPE, "loss %s: %s has real targets; expected classes", loss->name, data->name);
    if (data->classes)
        return (size_t)outputs >= data->classes ||
               rl_fail(err, RL_BAD_SHAPE,
                   "%s has %zu classes and the net %d outputs; expected at least one output a class", data->name,
                   data->classes, outputs);
    return (size_t)outputs == data->targets ||
           rl_fail(err, RL_BAD_SHAPE, "%s has %zu real targets a row and the net %d outputs; expected the same",
               data->name, data->targets, outputs);
}

bool rl_targets_make(
    rl_targets *targets, const rl_dataset *data, const rl_loss **loss, int outputs, rl_memory memory, rl_error *err)
{
    *targets = (rl_targets){ .memory = memory };
    if (rl_failed(err))
        return false;
    if (!*loss)
        *loss = data->classes ? &rl_cross_entropy : &rl_squared;
    if (!fits(data, *loss, outputs, err))
        return false;
    if ((*loss)->classes || data->classes == 0) {
        targets->width = data->targets;
        targets->rows = data->y;
        return true;
    }
    targets->width = (size_t)outputs;
    targets->owned = rl_new(memory, data->rows, targets->width * sizeof *targets->owned, err);
    if (!targets->owned)
        return false;
    for (size_t r = 0; r < data->rows; r++)
        targets->owned[r * targets->width + (size_t)data->y[r]] = 1;
    targets->rows = targets->owned;
    return true;
}

void rl_targets_free(rl_targets *targets)
{
    rl_free(targets->memory, targets->owned);
    *targets = (rl_targets){ 0 };
}
