/* From a recipe to the parts of the data: what is trained on, what stops early, what is tested. */
#include "base/error.h"
#include "relive_study.h"

/* The validation part is drawn from what is left for training, with a stream of its own. */
static bool cut(const rl_recipe *recipe, const rl_dataset *data, uint64_t data_seed, rl_parts *parts, rl_error *err)
{
    if (!(recipe->test_share >= 0 && recipe->test_share < 1))
        return rl_fail(err, RL_BAD_CONFIG, "test share %g: expected at least 0 and below 1", recipe->test_share);
    bool stops_early = recipe->training.patience > 0;
    double validation = recipe->validation_share > 0 ? recipe->validation_share : stops_early ? 0.1 : 0;
    if (!(validation < 1))
        return rl_fail(err, RL_BAD_CONFIG, "validation share %g: expected at least 0 and below 1", validation);
    if (recipe->test_share > 0)
        rl_data_split(data, recipe->test_share, data_seed, &parts->train, &parts->test, err);
    else
        parts->train = rl_data_copy(data, err);
    if (validation > 0 && !rl_failed(err)) {
        rl_dataset *rest = NULL;
        rl_data_split(parts->train, validation, ~data_seed, &rest, &parts->validation, err);
        rl_data_free(parts->train);
        parts->train = rest;
    }
    return !rl_failed(err);
}

static bool has_rows(const rl_dataset *part, const char *what, rl_error *err)
{
    return !part || part->rows > 0 ||
           rl_fail(err, RL_BAD_SHAPE, "%s: no rows are left for the %s part", part->name, what);
}

bool rl_parts_make(const rl_recipe *recipe, const rl_dataset *data, uint64_t data_seed, rl_parts *parts, rl_error *err)
{
    *parts = (rl_parts){ 0 };
    if (rl_failed(err))
        return false;
    if (cut(recipe, data, data_seed, parts, err) && has_rows(parts->train, "training", err) &&
        has_rows(parts->validation, "validation", err) && has_rows(parts->test, "test", err) &&
        recipe->standardize != RL_AS_THEY_ARE && rl_scaling_measure(parts->train, &parts->scaling, data->memory, err)) {
        if (recipe->standardize == RL_CENTRED)
            rl_scaling_share(&parts->scaling, parts->train);
        rl_dataset *const all[] = { parts->train, parts->validation, parts->test };
        for (int i = 0; i < 3; i++)
            if (all[i])
                rl_scaling_apply(&parts->scaling, all[i]);
    }
    if (!rl_failed(err))
        return true;
    rl_parts_free(parts);
    return false;
}

void rl_parts_free(rl_parts *parts)
{
    rl_data_free(parts->train);
    rl_data_free(parts->validation);
    rl_data_free(parts->test);
    rl_scaling_free(&parts->scaling);
    *parts = (rl_parts){ 0 };
}
