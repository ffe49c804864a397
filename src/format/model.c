/* Models: a net and all that it needs to be used on raw data, as safetensors.
 *
 * Tensors have the names and shapes of the equal torch.nn.Sequential, whose modules are counted without the input:
 * node k is module k - 1. A dense node gives "K.weight" [units, inputs] and "K.bias" [units], a PReLU "K.weight"
 * [units] or [1]. A batch norm's running statistics are tensors like its parameters, and how many batches they come from
 * is a whole number, "K.num_batches_tracked". What PyTorch does not know stands in the metadata:
 *
 *     relive.version       the library's
 *     relive.net           the layers, as rl_net_describe says them
 *     relive.standardize   {"mean": […], "deviation": […]}, floats that read back exactly; left out if there is none
 *     relive.classes       their names, ["setosa", …], or how many there are, 3; left out for real targets
 *     relive.loss          its name; left out if unknown
 *     relive.seed          the net's */
#include "base/text.h"
#include "format/json.h"
#include "format/safetensors.h"
#include "nn/node/node.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    DESCRIPTION_ROOM =
        16384, /* of relive.net; nets grow by a node at a time, so a long one must not come from a file */
    MOST_CLASSES = 1 << 20,
    LABEL_ROOM = 300, /* a path and a key, for errors */
};

/* One tensor of a net: where it lies in the flat array. */
typedef struct {
    char name[32];
    int rank;
    size_t shape[4];
    size_t row;
    bool count; /* a whole number, in a file of type I64 */
} slot;

/* All tensors of the net, in the order of its nodes. */
static slot *slots_of(const rl_net *net, rl_memory memory, size_t *count, rl_error *err)
{
    slot *slots = rl_new(memory, RL_MOST_TENSORS * (size_t)rl_net_nodes(net), sizeof *slots, err);
    *count = 0;
    for (rl_node i = 0; slots && i < net->count; i++) {
        const rl_node_data *node = &net->nodes[i];
        const rl_node_kind *kind = rl_node_kinds[node->kind];
        rl_node_tensor tensors[RL_MOST_TENSORS];
        const size_t tensor_count = kind->tensors ? kind->tensors(node, tensors) : 0;
        for (size_t t = 0; t < tensor_count; t++) {
            slot *added = &slots[(*count)++];
            *added = (slot){ .rank = tensors[t].rank, .row = node->offset + tensors[t].row, .count = tensors[t].count };
            memcpy(added->shape, tensors[t].shape, sizeof added->shape);
            snprintf(added->name, sizeof added->name, "%d.%s", i - 1, tensors[t].name);
        }
    }
    return slots;
}

/* ---- Saving ---- */

static bool check_savable(const rl_model *model, rl_error *err)
{
    if (rl_failed(err))
        return false;
    size_t inputs = (size_t)rl_net_inputs(model->net);
    if (rl_net_lanes(model->net) != 1 || model->net->float64)
        return rl_fail(err, RL_BAD_CONFIG, "a model holds one lane in single precision, this net has %d%s",
            rl_net_lanes(model->net), model->net->float64 ? " in double" : "");
    if (model->scaling.features > 0 && model->scaling.features != inputs)
        return rl_fail(err, RL_BAD_SHAPE, "the model's standardisation has %zu features, expected the net's %zu inputs",
            model->scaling.features, inputs);
    return true;
}

/* Each of these gives the text of one metadata entry, to be freed with free(). */
static char *scaling_text(const rl_scaling *scaling, rl_error *err)
{
    rl_json *both = rl_json_object();
    rl_json_set(&both, "mean", rl_json_floats(scaling->mean, scaling->features));
    rl_json_set(&both, "deviation", rl_json_floats(scaling->deviation, scaling->features));
    char *text = rl_json_line(both, err);
    rl_json_free(both);
    return text;
}

static char *classes_text(const rl_model *model, rl_error *err)
{
    rl_json *names = model->class_names ? rl_json_texts((const char *const *)model->class_names, model->classes)
                                        : rl_json_count(model->classes);
    char *text = rl_json_line(names, err);
    rl_json_free(names);
    return text;
}

/* A float that a whole number of 64 bits came from, or goes to. */
static bool is_count(float number)
{
    return number >= 0 && number <= 0x1p62F;
}

static bool write_model(const rl_model *model, const slot *slots, size_t count, const rl_metadata *metadata,
    size_t metadata_count, const char *path, rl_error *err)
{
    const float *parameters = rl_parameters(model->net, NULL);
    rl_tensor *tensors = rl_new(model->memory, count, sizeof *tensors, err);
    int64_t *counts = rl_new(model->memory, count, sizeof *counts, err);
    for (size_t i = 0; !rl_failed(err) && i < count; i++) {
        const float *first = parameters + slots[i].row;
        tensors[i] = (rl_tensor){ .name = slots[i].name,
            .type = RL_TENSOR_F32,
            .rank = slots[i].rank,
            .shape = { slots[i].shape[0], slots[i].shape[1], slots[i].shape[2], slots[i].shape[3] },
            .data = first };
        if (slots[i].count) {
            counts[i] = is_count(*first) ? (int64_t)*first : 0;
            tensors[i].type = RL_TENSOR_I64;
            tensors[i].data = &counts[i];
        }
    }
    rl_safetensors_write(path, tensors, count, metadata, metadata_count, model->memory, err);
    rl_free(model->memory, tensors);
    rl_free(model->memory, counts);
    return !rl_failed(err);
}

bool rl_model_save(const rl_model *model, const char *path, rl_error *err)
{
    if (!check_savable(model, err))
        return false;
    char seed[24];
    snprintf(seed, sizeof seed, "%" PRIu64, model->seed);
    char *layers = rl_new(model->memory, DESCRIPTION_ROOM, 1, err);
    char *scaling = model->scaling.features ? scaling_text(&model->scaling, err) : NULL;
    char *classes = model->classes ? classes_text(model, err) : NULL;
    size_t slot_count = 0;
    slot *slots = slots_of(model->net, model->memory, &slot_count, err);
    if (rl_net_describe(model->net, 0, layers, DESCRIPTION_ROOM, err)) {
        rl_metadata metadata[6] = { { "relive.version", rl_version() }, { "relive.net", layers } };
        size_t count = 2;
        if (scaling)
            metadata[count++] = (rl_metadata){ "relive.standardize", scaling };
        if (classes)
            metadata[count++] = (rl_metadata){ "relive.classes", classes };
        if (model->loss)
            metadata[count++] = (rl_metadata){ "relive.loss", model->loss->name };
        metadata[count++] = (rl_metadata){ "relive.seed", seed };
        write_model(model, slots, slot_count, metadata, count, path, err);
    }
    rl_free(model->memory, slots);
    free(classes);
    free(scaling);
    rl_free(model->memory, layers);
    return !rl_failed(err);
}

/* ---- Parameters ---- */

/* Every tensor of the net is in the file with the net's shape, and nothing else is. */
static bool check_fit(const rl_safetensors *file, const slot *slots, size_t count, const char *path, rl_error *err)
{
    char found[RL_TENSOR_SHAPE_TEXT], expected[RL_TENSOR_SHAPE_TEXT];
    for (size_t i = 0; i < count; i++) {
        const slot *want = &slots[i];
        const rl_tensor *tensor = rl_safetensors_find(file, want->name);
        rl_tensor_shape_text(want->rank, want->shape, expected);
        if (!tensor)
            return rl_fail(
                err, RL_BAD_FILE, "%s: no tensor \"%s\", expected one of shape %s", path, want->name, expected);
        if (!rl_tensor_has_shape(tensor, want->rank, want->shape))
            return rl_fail(err, RL_BAD_FILE, "%s: tensor \"%s\" has shape %s, expected %s", path, want->name,
                rl_tensor_shape_text(tensor->rank, tensor->shape, found), expected);
        if (want->count && tensor->type != RL_TENSOR_I64)
            return rl_fail(err, RL_BAD_FILE, "%s: tensor \"%s\" has dtype %s, expected I64", path, want->name,
                rl_tensor_type_name(tensor->type));
        if (!want->count && !rl_tensor_holds_floats(tensor))
            return rl_fail(err, RL_BAD_FILE, "%s: tensor \"%s\" has dtype %s, expected F32, F64, F16 or BF16", path,
                want->name, rl_tensor_type_name(tensor->type));
    }
    for (size_t i = 0; i < file->tensor_count && file->tensor_count > count; i++) {
        const rl_tensor *tensor = &file->tensors[i];
        size_t s = 0;
        while (s < count && strcmp(slots[s].name, tensor->name) != 0)
            s++;
        if (s == count)
            return rl_fail(err, RL_BAD_FILE,
                "%s: tensor \"%.60s\" of shape %s has no place in the net, expected %zu tensors", path, tensor->name,
                rl_tensor_shape_text(tensor->rank, tensor->shape, found), count);
    }
    return true;
}

static float count_in(const rl_tensor *tensor)
{
    int64_t number;
    memcpy(&number, tensor->data, sizeof number); /* a file's tensors lie anywhere */
    return is_count((float)number) ? (float)number : 0;
}

/* The net changes only once nothing can fail any more. */
static bool take_parameters(rl_net *net, const rl_safetensors *file, const char *path, rl_error *err)
{
    size_t count, total;
    slot *slots = slots_of(net, net->memory, &count, err);
    rl_parameters(net, &total);
    float *values = rl_new(net->memory, total, sizeof *values, err);
    if (values && check_fit(file, slots, count, path, err)) {
        for (size_t i = 0; i < count; i++) {
            const rl_tensor *tensor = rl_safetensors_find(file, slots[i].name);
            if (slots[i].count)
                values[slots[i].row] = count_in(tensor);
            else
                rl_tensor_floats(tensor, values + slots[i].row);
        }
        for (size_t row = 0; row < total; row++)
            for (int lane = 0; lane < rl_net_lanes(net); lane++)
                rl_net_set(net, row, lane, (double)values[row]);
    }
    rl_free(net->memory, values);
    rl_free(net->memory, slots);
    return !rl_failed(err);
}

bool rl_model_load_parameters(rl_net *net, const char *path, rl_error *err)
{
    rl_safetensors file;
    if (rl_failed(err) || !rl_safetensors_read(&file, path, net->memory, err))
        return false;
    take_parameters(net, &file, path, err);
    rl_safetensors_free(&file);
    return !rl_failed(err);
}

/* ---- Loading ---- */

/* Lets a net grow no larger than the file that describes it: "dense 1000000" costs a hostile file nothing. */
typedef struct {
    rl_memory memory;
    size_t most; /* bytes in one block */
    bool exceeded;
} budget;

static void *within_budget(void *self, void *block, size_t bytes)
{
    budget *limit = self;
    if (bytes > limit->most) {
        limit->exceeded = true;
        return NULL;
    }
    if (limit->memory.resize)
        return limit->memory.resize(limit->memory.self, block, bytes);
    if (bytes > 0)
        return realloc(block, bytes);
    free(block);
    return NULL;
}

static size_t values_in(const rl_safetensors *file)
{
    size_t values = 0;
    for (size_t i = 0; i < file->tensor_count; i++)
        values += rl_tensor_count(&file->tensors[i]);
    return values;
}

/* The net without its parameters. Its initial draws are made in double precision: 8 bytes a value. */
static rl_net *build_net(const rl_safetensors *file, const char *path, uint64_t seed, rl_error *err)
{
    enum { SLACK = 1 << 20 };
    const char *layers = rl_safetensors_metadata(file, "relive.net");
    if (!layers || strlen(layers) >= DESCRIPTION_ROOM) {
        rl_fail(err, RL_BAD_FILE, "%s: %s metadata \"relive.net\", expected a model that relive has saved", path,
            layers ? "too long a" : "no");
        return NULL;
    }
    budget limit = { file->memory, sizeof(double) * values_in(file) + SLACK, false };
    rl_error inner = { 0 };
    rl_net *net = rl_net_new((rl_net_config){ .seed = seed, .memory = { within_budget, &limit } }, &inner);
    bool built = net && rl_net_append(net, layers, (rl_dense_config){ 0 }, &inner);
    if (limit.exceeded)
        rl_fail(err, RL_BAD_FILE, "%s: relive.net describes a larger net than the file holds", path);
    else if (inner.code == RL_NO_MEMORY)
        *err = inner;
    else if (!built)
        rl_fail(err, RL_BAD_FILE, "%s: relive.net: %s", path, inner.text);
    else if (rl_net_nodes(net) == 0)
        rl_fail(err, RL_BAD_FILE, "%s: relive.net names no layers", path);
    if (net)
        net->memory = file->memory; /* the same blocks, without the limit, which ends with this call */
    if (!rl_failed(err))
        return net;
    rl_net_free(net);
    return NULL;
}

static bool read_seed(rl_model *model, const rl_safetensors *file, const char *path, rl_error *err)
{
    const char *text = rl_safetensors_metadata(file, "relive.seed");
    if (!text)
        return true;
    errno = 0;
    model->seed = strtoull(text, NULL, 10);
    if (!*text || text[strspn(text, "0123456789")] || errno)
        return rl_fail(err, RL_BAD_FILE, "%s: relive.seed is \"%.40s\", expected a whole number", path, text);
    return true;
}

static bool read_loss(rl_model *model, const rl_safetensors *file, const char *path, rl_error *err)
{
    const char *text = rl_safetensors_metadata(file, "relive.loss");
    rl_error inner = { 0 };
    model->loss = text ? rl_loss_named(text, &inner) : NULL;
    return !inner.code || rl_fail(err, RL_BAD_FILE, "%s: relive.loss: %s", path, inner.text);
}

/* [count] floats, finite and above low; NULL with err set otherwise. */
static float *read_floats(
    const rl_json *array, size_t count, float low, rl_memory memory, const char *label, rl_error *err)
{
    if (rl_json_length(array) != count || !rl_json_is_array(array)) {
        rl_fail(err, RL_BAD_FILE, "%s: %zu numbers, expected %zu, one an input of the net", label,
            rl_json_length(array), count);
        return NULL;
    }
    float *values = rl_new(memory, count, sizeof *values, err);
    for (size_t i = 0; values && i < count; i++) {
        double value;
        if (rl_json_as_number(rl_json_at(array, i), &value) && isfinite((float)value) && (float)value > low) {
            values[i] = (float)value;
            continue;
        }
        rl_fail(err, RL_BAD_FILE, "%s: number %zu is not a finite float%s", label, i + 1, low == 0 ? " above 0" : "");
        rl_free(memory, values);
        values = NULL;
    }
    return values;
}

static bool read_scaling(rl_model *model, const rl_safetensors *file, const char *path, rl_error *err)
{
    const char *text = rl_safetensors_metadata(file, "relive.standardize");
    if (!text)
        return true;
    char label[LABEL_ROOM];
    size_t features = (size_t)rl_net_inputs(model->net);
    snprintf(label, sizeof label, "%s: relive.standardize", path);
    rl_json *both = rl_json_parse(text, strlen(text), label, err);
    model->scaling = (rl_scaling){ .features = features, .memory = model->memory };
    snprintf(label, sizeof label, "%s: relive.standardize: mean", path);
    if (both)
        model->scaling.mean = read_floats(rl_json_get(both, "mean"), features, -INFINITY, model->memory, label, err);
    snprintf(label, sizeof label, "%s: relive.standardize: deviation", path);
    if (model->scaling.mean)
        model->scaling.deviation = read_floats(rl_json_get(both, "deviation"), features, 0, model->memory, label, err);
    rl_json_free(both);
    return !rl_failed(err);
}

static bool read_class_names(rl_model *model, const rl_json *names, const char *path, rl_error *err)
{
    model->classes = rl_json_length(names);
    model->class_names = rl_new(model->memory, model->classes, sizeof *model->class_names, err);
    for (size_t i = 0; model->class_names && i < model->classes; i++) {
        const char *name = rl_json_as_text(rl_json_at(names, i));
        if (!name)
            return rl_fail(err, RL_BAD_FILE, "%s: relive.classes: name %zu is not a text", path, i + 1);
        model->class_names[i] = rl_copy_text(model->memory, name, err);
        if (rl_failed(err))
            return false;
    }
    return !rl_failed(err);
}

/* Two classes may share one logit; else each has its own output. */
static bool check_classes(const rl_model *model, const char *path, rl_error *err)
{
    size_t outputs = (size_t)rl_net_outputs(model->net);
    if (model->classes >= 1 && model->classes <= (outputs == 1 ? 2 : outputs))
        return true;
    return rl_fail(err, RL_BAD_FILE, "%s: relive.classes: %zu classes do not fit the net's %zu outputs", path,
        model->classes, outputs);
}

static bool read_classes(rl_model *model, const rl_safetensors *file, const char *path, rl_error *err)
{
    const char *text = rl_safetensors_metadata(file, "relive.classes");
    long count;
    if (!text)
        return true;
    if (rl_parse_long(text, 0, MOST_CLASSES, &count)) {
        model->classes = (size_t)count;
        return check_classes(model, path, err);
    }
    char label[LABEL_ROOM];
    snprintf(label, sizeof label, "%s: relive.classes", path);
    rl_json *names = rl_json_parse(text, strlen(text), label, err);
    if (names && !rl_json_is_array(names))
        rl_fail(err, RL_BAD_FILE, "%s is not a list of names", label);
    bool read =
        names && !rl_failed(err) && read_class_names(model, names, path, err) && check_classes(model, path, err);
    rl_json_free(names);
    return read;
}

static bool read_model(rl_model *model, const rl_safetensors *file, const char *path, rl_error *err)
{
    if (!read_seed(model, file, path, err))
        return false;
    model->net = build_net(file, path, model->seed, err);
    return model->net && take_parameters(model->net, file, path, err) && read_scaling(model, file, path, err) &&
           read_classes(model, file, path, err) && read_loss(model, file, path, err);
}

bool rl_model_load(rl_model *model, const char *path, rl_memory memory, rl_error *err)
{
    *model = (rl_model){ .memory = memory };
    rl_safetensors file;
    if (rl_failed(err) || !rl_safetensors_read(&file, path, memory, err))
        return false;
    if (!read_model(model, &file, path, err))
        rl_model_free(model);
    rl_safetensors_free(&file);
    return !rl_failed(err);
}

void rl_model_free(rl_model *model)
{
    rl_net_free(model->net);
    rl_scaling_free(&model->scaling);
    for (size_t i = 0; model->class_names && i < model->classes; i++)
        rl_free(model->memory, model->class_names[i]);
    rl_free(model->memory, model->class_names);
    *model = (rl_model){ .memory = model->memory };
}
