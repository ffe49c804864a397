#include "report/json_pieces.h"

#include <math.h>

static const char *schedule_name(rl_schedule schedule)
{
    return schedule == RL_STEP ? "step" : schedule == RL_COSINE ? "cosine" : "constant";
}

static long long batch_of(const rl_training *how, size_t train_rows)
{
    if (how->batch > 0)
        return how->batch;
    return how->batch < 0 || train_rows < 32 ? (long long)train_rows : 32;
}

rl_json *rl_recipe_json(const rl_recipe *recipe, size_t classes, size_t train_rows)
{
    const rl_training *how = &recipe->training;
    rl_json *hidden = rl_json_array();
    for (int i = 0; !recipe->layers && i < recipe->hidden_count; i++)
        rl_json_push(&hidden, rl_json_integer(recipe->hidden[i]));
    rl_json *object = rl_json_object();
    rl_json_set(&object, "hidden", hidden);
    if (recipe->layers)
        rl_json_set(&object, "layers", rl_json_text(recipe->layers));
    if (recipe->layers)
        rl_json_set(&object, "recurrent_init",
            recipe->recurrent_init ? rl_json_text(rl_initialiser_name(recipe->recurrent_init)) : rl_json_null());
    rl_json_set(&object, "init", rl_json_text(recipe->init ? rl_initialiser_name(recipe->init) : "he"));
    rl_json_set(&object, "init_sd", recipe->init == &rl_normal ? rl_json_float(recipe->init_sd) : rl_json_null());
    rl_json_set(&object, "bias", rl_json_float(recipe->bias));
    rl_json_set(&object, "dropout", rl_json_float(recipe->dropout));
    rl_json_set(&object, "standardize",
        recipe->standardize == RL_CENTRED ? rl_json_text("center")
                                          : rl_json_bool(recipe->standardize == RL_STANDARDISED));
    rl_json_set(&object, "test_share", rl_json_number(recipe->test_share));
    rl_json_set(&object, "validation_share", rl_json_number(recipe->validation_share));
    rl_json_set(&object, "epochs", rl_json_integer(how->epochs ? how->epochs : 10));
    rl_json_set(&object, "batch", rl_json_integer(batch_of(how, train_rows)));
    rl_json_set(&object, "lr", rl_json_float(how->rate));
    rl_json_set(&object, "optimizer", rl_json_text(how->optimiser ? rl_optimiser_name(how->optimiser) : "sgd"));
    rl_json_set(&object, "momentum", rl_json_float(how->momentum));
    rl_json_set(&object, "beta1", rl_json_float(how->beta1));
    rl_json_set(&object, "beta2", rl_json_float(how->beta2));
    rl_json_set(&object, "smoothing", rl_json_float(how->smoothing));
    rl_json_set(&object, "epsilon", rl_json_float(how->epsilon));
    rl_json_set(&object, "schedule", rl_json_text(schedule_name(how->schedule)));
    rl_json_set(&object, "step_every", rl_json_integer(how->step_every));
    rl_json_set(&object, "step_factor", rl_json_float(how->step_factor));
    rl_json_set(&object, "clip", rl_json_float(how->clip));
    rl_json_set(&object, "l1", rl_json_float(how->l1));
    rl_json_set(&object, "l2", rl_json_float(how->l2));
    rl_json_set(&object, "decay_biases", rl_json_bool(how->decay_biases));
    rl_json_set(&object, "loss", rl_json_text(how->loss ? how->loss->name : classes ? "cross_entropy" : "squared"));
    rl_json_set(&object, "patience", rl_json_integer(how->patience));
    rl_json_set(&object, "in_order", rl_json_bool(how->in_order));
    return object;
}

rl_json *rl_alpha_json(rl_arm arm)
{
    return arm.curve && (arm.curve->has_alpha || arm.curve == &rl_relu) ? rl_json_float(arm.alpha) : rl_json_null();
}

rl_json *rl_label_json(rl_arm arm)
{
    char label[RL_NAME_ROOM];
    rl_arm_label(arm, label, sizeof label);
    return rl_json_text(label);
}

rl_json *rl_confusion_json(const size_t *confusion, size_t classes)
{
    if (!confusion)
        return rl_json_null();
    rl_json *rows = rl_json_array();
    for (size_t i = 0; i < classes; i++) {
        rl_json *row = rl_json_array();
        for (size_t k = 0; k < classes; k++)
            rl_json_push(&row, rl_json_count(confusion[i * classes + k]));
        rl_json_push(&rows, row);
    }
    return rows;
}

rl_json *rl_interval_json(double low, double high)
{
    return isfinite(low) && isfinite(high) ? rl_json_numbers((double[]){ low, high }, 2) : rl_json_null();
}

rl_json *rl_estimate_json(rl_estimate e)
{
    rl_json *object = rl_json_object();
    rl_json_set(&object, "mean", rl_json_number(e.mean));
    rl_json_set(&object, "sd", rl_json_number(e.sd));
    rl_json_set(&object, "ci95", rl_interval_json(e.low, e.high));
    return object;
}

rl_json *rl_comparison_json(rl_comparison c)
{
    rl_json *object = rl_json_object();
    rl_json_set(&object, "mean", rl_json_number(c.difference.mean));
    rl_json_set(&object, "ci95", rl_interval_json(c.difference.low, c.difference.high));
    rl_json_set(&object, "p", rl_json_number(c.p));
    rl_json_set(&object, "p_holm", rl_json_number(c.p_holm));
    return object;
}
