/* A scan: a model, or activations that some other program dumped, examined on a reference set that may be larger than
 * memory; the outcome is plain data, which the report reads.
 *
 * A dump is examined as a net of its own, whose input it is: the curve, and behind it a node that passes everything
 * on. Of weights it knows nothing, so nobody is called starved or severed. Arrays of z tell the rest if the curve is
 * known. Arrays of a tell less:
 *
 *     z > 0?       where a > 0, if the curve keeps the sign (ReLU, Leaky ReLU, tanh, GELU, …)
 *     conducts?    always, if the curve is flat at neither end (Leaky ReLU, tanh, …); else from a itself if f(f(z)) = f(z)
 *                  and the slope at 0 is that of the flat side (ReLU, ReLU6): a is then a z that gives a
 *     f'(z)?       not at all
 *
 * What cannot be told stays unsaid.
 *
 * Rows show only what happened. Where a box is given, bounds of every z in it also prove who is dead on all its inputs. */
#include "base/memory.h"
#include "data/npz.h"
#include "data/npy.h"
#include "data/stream.h"
#include "format/safetensors.h"
#include "nn/net.h"
#include "relive_study.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { ALL_WORDS = (1 << RL_WORDS) - 1, BLOCK_ROWS = 1024 };

/* ---- The outcome ---- */

static bool begin(rl_scan *scan, const char *source, bool dump, rl_thresholds t, rl_memory memory, rl_error *err)
{
    *scan = (rl_scan){ .dump = dump, .memory = memory };
    scan->thresholds = (rl_thresholds){ .dormant = t.dormant > 0 ? t.dormant : 0.025,
        .saturated = t.saturated > 0 ? t.saturated : 1e-3,
        .nearly_dead = t.nearly_dead > 0 ? t.nearly_dead : 0.01 };
    scan->source = rl_copy_text(memory, source, err);
    return !rl_failed(err);
}

void rl_scan_free(rl_scan *scan)
{
    for (size_t i = 0; scan->layers && i < scan->layer_count; i++)
        rl_free(scan->memory, scan->layers[i].signs);
    rl_free(scan->memory, scan->layers);
    rl_free(scan->memory, scan->source);
    rl_free(scan->memory, scan->data);
    rl_free(scan->memory, scan->box);
    rl_free(scan->memory, scan->sides);
    *scan = (rl_scan){ .memory = scan->memory };
}

size_t rl_scan_units(const rl_scan *scan)
{
    size_t units = 0;
    for (size_t i = 0; i < scan->layer_count; i++)
        units += (size_t)scan->layers[i].units;
    return units;
}

size_t rl_scan_count(const rl_scan *scan, rl_word word, bool *known)
{
    size_t count = 0;
    bool everywhere = true;
    for (size_t i = 0; i < scan->layer_count; i++) {
        const rl_scanned_layer *layer = &scan->layers[i];
        everywhere = everywhere && (layer->known & word);
        for (int u = 0; u < layer->units; u++)
            count += (layer->signs[u].words & word) != 0;
    }
    if (known)
        *known = everywhere;
    return count;
}

static rl_scanned_layer *next_layer(rl_scan *scan, const char *name, int units, rl_error *err)
{
    rl_scanned_layer *grown =
        rl_grow(scan->memory, scan->layers, scan->layer_count, scan->layer_count + 1, sizeof *grown, err);
    if (!grown)
        return NULL;
    scan->layers = grown;
    rl_scanned_layer *layer = &grown[scan->layer_count];
    *layer = (rl_scanned_layer){ .units = units };
    snprintf(layer->name, sizeof layer->name, "%s", name);
    layer->signs = rl_new(scan->memory, (size_t)units, sizeof *layer->signs, err);
    if (!layer->signs)
        return NULL;
    scan->layer_count++;
    return layer;
}

/* Sparsity and dispersion (Maas et al. 2013), which are not death and stand beside it. Broken units are left out. */
static void spread_of(rl_scanned_layer *layer, bool zeros_known)
{
    double zeros = 0, fires = 0, squares = 0, n = 0;
    for (int u = 0; u < layer->units; u++) {
        const rl_signs *s = &layer->signs[u];
        if (s->counts.broken)
            continue;
        double share = (double)s->counts.fired / (double)s->counts.rows;
        zeros += s->zeros;
        fires += share;
        squares += share * share;
        n++;
    }
    layer->sparsity = zeros_known && n > 0 ? zeros / n : (double)NAN;
    double variance = squares / n - fires / n * (fires / n);
    layer->dispersion = layer->known & RL_SILENT && n > 0 ? sqrt(variance > 0 ? variance : 0) : (double)NAN;
}

/* ---- A box ---- */

static bool is_of_data(const char *box)
{
    return box && !strcmp(box, "data");
}

/* The box of data is known only after the last row. */
static bool open_box(rl_scan *scan, const char *box, size_t features, rl_error *err)
{
    if (!box)
        return true;
    scan->features = features;
    scan->box = rl_copy_text(scan->memory, box, err);
    scan->sides = rl_new(scan->memory, features, sizeof *scan->sides, err);
    for (size_t j = 0; scan->sides && j < features; j++)
        scan->sides[j] = (rl_interval){ INFINITY, -INFINITY };
    return !rl_failed(err) && (is_of_data(box) || rl_box_load(box, features, NULL, scan->sides, err));
}

static bool widen_box(rl_scan *scan, const rl_dataset *block, rl_error *err)
{
    rl_interval *here = rl_new(scan->memory, scan->features, sizeof *here, err);
    if (here && rl_box_load("data", scan->features, block, here, err))
        for (size_t j = 0; j < scan->features; j++) {
            scan->sides[j].lo = here[j].lo < scan->sides[j].lo ? here[j].lo : scan->sides[j].lo;
            scan->sides[j].hi = here[j].hi > scan->sides[j].hi ? here[j].hi : scan->sides[j].hi;
        }
    rl_free(scan->memory, here);
    return !rl_failed(err);
}

/* One certificate a hidden unit; NULL on failure. */
static rl_certificate *prove(const rl_scan *scan, const rl_model *model, size_t units, rl_error *err)
{
    rl_interval *box = rl_new(scan->memory, scan->features, sizeof *box, err);
    rl_certificate *proofs = rl_new(scan->memory, units, sizeof *proofs, err);
    if (box && proofs) {
        memcpy(box, scan->sides, scan->features * sizeof *box);
        if (rl_box_scale(&model->scaling, box, err))
            rl_certify_bounds(model->net, 0, box, proofs, units, &units, err);
    }
    rl_free(scan->memory, box);
    if (!rl_failed(err))
        return proofs;
    rl_free(scan->memory, proofs);
    return NULL;
}

/* ---- A model ---- */

/* proofs: of every unit, or NULL. */
static bool take_layers(
    rl_scan *scan, const rl_net *net, const rl_examination *e, const rl_certificate *proofs, rl_error *err)
{
    rl_node node = -1;
    rl_scanned_layer *layer = NULL;
    for (size_t i = 0; i < rl_examination_units(e); i++) {
        rl_unit unit = rl_examination_unit(e, i, 0);
        if (unit.node != node) {
            char name[RL_NAME_ROOM];
            rl_arm arm = { 0 };
            node = unit.node;
            snprintf(name, sizeof name, "hidden %zu", scan->layer_count + 1);
            layer = next_layer(scan, name, rl_net_node(net, node).units, err);
            if (!layer)
                return false;
            arm.curve = rl_net_curve(net, node, 0, &arm.alpha);
            if (arm.curve->learned)
                snprintf(layer->activation, sizeof layer->activation, "%s", arm.curve->name);
            else
                rl_arm_label(arm, layer->activation, sizeof layer->activation);
            layer->known = proofs ? ALL_WORDS : ALL_WORDS & ~RL_PROVED_DEAD;
        }
        layer->signs[unit.unit] = rl_examination_signs(e, i, 0);
        if (proofs && proofs[i].dead)
            layer->signs[unit.unit].words |= RL_PROVED_DEAD;
    }
    for (size_t i = 0; i < scan->layer_count; i++)
        spread_of(&scan->layers[i], true);
    if (scan->layer_count == 0)
        return rl_fail(err, RL_BAD_SHAPE, "%.160s: the net has no hidden units to look at", scan->source);
    return true;
}

/* A block in the net's own units. The stream's block is borrowed, so copies of its parts are scaled. */
static bool examine_block(
    rl_examination *e, const rl_net *net, const rl_scaling *scaling, const rl_dataset *block, rl_error *err)
{
    if (scaling->features == 0)
        return rl_examine_rows(e, net, block, err);
    float *x = rl_new(net->memory, BLOCK_ROWS * block->features, sizeof *x, err);
    for (size_t first = 0; x && first < block->rows; first += BLOCK_ROWS) {
        rl_dataset part = *block;
        part.rows = block->rows - first < BLOCK_ROWS ? block->rows - first : BLOCK_ROWS;
        part.x = x;
        memcpy(x, block->x + first * block->features, part.rows * part.features * sizeof *x);
        rl_scaling_apply(scaling, &part);
        rl_examine_rows(e, net, &part, err);
    }
    rl_free(net->memory, x);
    return !rl_failed(err);
}

static bool examine_rows(rl_scan *scan, rl_examination *e, const rl_model *model, rl_scan_config config, rl_error *err)
{
    const size_t features = (size_t)rl_net_inputs(model->net);
    rl_stream *stream = rl_stream_open(config.data, features, config.reading, err);
    for (const rl_dataset *block; stream && (block = rl_stream_next(stream, err));) {
        scan->rows += block->rows;
        if (block->features != features)
            rl_fail(err, RL_BAD_SHAPE, "%.100s has %zu features, the model %.100s takes %zu", config.data,
                block->features, scan->source, features);
        else if (!is_of_data(config.box) || widen_box(scan, block, err))
            examine_block(e, model->net, &model->scaling, block, err);
    }
    rl_stream_free(stream);
    return rl_examine_end(e, model->net, err);
}

bool rl_scan_model(rl_scan *scan, const rl_model *model, const char *path, rl_scan_config config, rl_error *err)
{
    const rl_net *net = model->net;
    rl_certificate *proofs = NULL;
    if (!begin(scan, path, false, config.thresholds, config.reading.memory, err))
        return false;
    scan->data = rl_copy_text(scan->memory, config.data, err);
    rl_examination *e = open_box(scan, config.box, (size_t)rl_net_inputs(net), err)
                            ? rl_examine_new(net, config.thresholds, err)
                            : NULL;
    if (e && examine_rows(scan, e, model, config, err) && config.box)
        proofs = prove(scan, model, rl_examination_units(e), err);
    if (!rl_failed(err))
        take_layers(scan, net, e, proofs, err);
    rl_free(scan->memory, proofs);
    rl_examination_free(e);
    if (!rl_failed(err))
        return true;
    rl_scan_free(scan);
    return false;
}

/* ---- What a dump can tell ---- */

static float value_at(const rl_arm *arm, float z)
{
    float a;
    rl_activation_forward(arm->curve, 1, arm->alpha, &z, &a);
    return a;
}

static const float probes[] = { -100, -8, -3, -1.5f, -0.5f, -1e-3f, 1e-3f, 0.5f, 1.5f, 3, 5.5f, 8, 100 };
enum { PROBES = sizeof probes / sizeof *probes };

static bool keeps_sign(const rl_arm *arm)
{
    bool keeps = value_at(arm, 0) == 0;
    for (int i = 0; i < PROBES; i++)
        keeps = keeps && (value_at(arm, probes[i]) > 0) == (probes[i] > 0);
    return keeps;
}

static bool flat_at_an_end(const rl_arm *arm)
{
    return !rl_activation_conducts(arm->curve, arm->alpha, -FLT_MAX) ||
           !rl_activation_conducts(arm->curve, arm->alpha, FLT_MAX);
}

static bool gives_itself(const rl_arm *arm)
{
    bool itself = !rl_activation_conducts(arm->curve, arm->alpha, 0);
    for (int i = 0; i < PROBES; i++) {
        float a = value_at(arm, probes[i]);
        itself = itself && value_at(arm, a) == a;
    }
    return itself;
}

typedef struct {
    const rl_activation *curve; /* to be put behind the numbers */
    float alpha;
    unsigned known;
    bool zeros;
} dump_view;

static dump_view view_of(const rl_dump_config *config)
{
    const unsigned of_a = RL_BROKEN | RL_DORMANT | RL_UNVARYING, of_sign = RL_BROKEN | RL_SILENT | RL_ALWAYS_ON;
    const rl_arm *arm = config->arm;
    if (!config->post && !arm)
        return (dump_view){ &rl_identity, 0, of_sign, false };
    if (!config->post)
        return (dump_view){ arm->curve, arm->alpha, ALL_WORDS & ~(RL_STARVED | RL_SEVERED | RL_PROVED_DEAD), true };
    dump_view view = { &rl_identity, 0, of_a, true };
    if (arm && keeps_sign(arm))
        view.known |= of_sign;
    if (arm && !flat_at_an_end(arm)) {
        view.known |= RL_DEAD | RL_NEARLY_DEAD;
    } else if (arm && gives_itself(arm)) {
        view.known |= RL_DEAD | RL_NEARLY_DEAD;
        view.curve = arm->curve;
        view.alpha = arm->alpha;
    }
    return view;
}

/* ---- The arrays of a dump ---- */

typedef struct {
    const char *name; /* for errors */
    size_t rows, units;
    rl_stream *stream;       /* npy, npz */
    const rl_tensor *tensor; /* safetensors */
    rl_dataset *block;
    size_t row;
} dump_array;

static const rl_dataset *next_block(dump_array *array, rl_error *err)
{
    if (array->stream)
        return rl_stream_next(array->stream, err);
    size_t left = array->rows - array->row, rows = left < BLOCK_ROWS ? left : BLOCK_ROWS;
    if (rows == 0 || rl_failed(err))
        return NULL;
    rl_tensor part = *array->tensor;
    part.shape[0] = rows;
    part.data = (const char *)part.data + array->row * array->units * rl_tensor_type_bytes(part.type);
    rl_tensor_floats(&part, array->block->x);
    array->row += rows;
    array->block->rows = rows;
    return array->block;
}

/* a = f(z) for no z: then these are no outputs of that curve. */
static bool check_range(
    const dump_array *array, const rl_arm *arm, const rl_dataset *block, uint64_t done, rl_error *err)
{
    rl_interval range = arm->curve->image((rl_interval){ -INFINITY, INFINITY }, arm->alpha);
    for (size_t i = 0; i < block->rows * block->features; i++)
        if (isfinite(block->x[i]) && (block->x[i] < range.lo || block->x[i] > range.hi))
            return rl_fail(err, RL_BAD_FILE, "%.110s row %zu unit %zu: %g is no output of %s (is it z, --pre?)",
                array->name, (size_t)done + i / block->features + 1, i % block->features, (double)block->x[i],
                arm->curve->name);
    return true;
}

static rl_net *net_around(const dump_array *array, const dump_view *view, rl_memory memory, rl_error *err)
{
    rl_net *net = rl_net_new((rl_net_config){ .memory = memory }, err);
    if (!net)
        return NULL;
    rl_node x = rl_input(net, (rl_shape){ 1, { (int)array->units } }, err);
    x = rl_activate_with(net, x, (rl_activation_config){ .curve = view->curve, .alpha = &view->alpha }, err);
    rl_dropout(net, x, 0, err); /* passes everything on, and makes the curve's a hidden node */
    if (!rl_failed(err))
        return net;
    rl_net_free(net);
    return NULL;
}

static bool examine_array(
    rl_scan *scan, const char *name, dump_array *array, const rl_dump_config *config, rl_error *err)
{
    dump_view view = view_of(config);
    uint64_t rows = 0;
    rl_net *net = net_around(array, &view, scan->memory, err);
    rl_examination *e = net ? rl_examine_new(net, config->thresholds, err) : NULL;
    for (const rl_dataset *block; e && (block = next_block(array, err));) {
        if (config->post && config->arm)
            check_range(array, config->arm, block, rows, err);
        if (!rl_failed(err))
            rl_examine_rows(e, net, block, err);
        rows += block->rows;
    }
    if (e && rl_examine_end(e, net, err) && scan->layer_count > 0 && rows != scan->rows)
        rl_fail(err, RL_BAD_SHAPE, "%.110s has %llu rows, expected %llu as in the first array", array->name,
            (unsigned long long)rows, (unsigned long long)scan->rows);
    rl_scanned_layer *layer = e && !rl_failed(err) ? next_layer(scan, name, (int)array->units, err) : NULL;
    if (layer) {
        scan->rows = rows;
        layer->known = view.known;
        if (config->arm)
            rl_arm_label(*config->arm, layer->activation, sizeof layer->activation);
        for (int u = 0; u < layer->units; u++) {
            layer->signs[u] = rl_examination_signs(e, (size_t)u, 0);
            layer->signs[u].words &= view.known;
        }
        spread_of(layer, view.zeros);
    }
    rl_examination_free(e);
    rl_net_free(net);
    return !rl_failed(err);
}

static bool examine_stream(
    rl_scan *scan, const char *name, const char *label, rl_stream *stream, const rl_dump_config *config, rl_error *err)
{
    if (!stream)
        return false;
    bool done = examine_array(
        scan, name, &(dump_array){ .name = label, .units = rl_stream_features(stream), .stream = stream }, config, err);
    rl_stream_free(stream);
    return done;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static bool scan_npy(rl_scan *scan, const char *path, const rl_dump_config *config, rl_error *err)
{
    char name[RL_NAME_ROOM];
    snprintf(name, sizeof name, "%.*s", (int)(strlen(base_name(path)) - strlen(".npy")), base_name(path));
    return examine_stream(scan, name, path, rl_stream_npy(path, true, scan->memory, err), config, err);
}

static bool scan_npz(rl_scan *scan, const char *path, const rl_dump_config *config, rl_error *err)
{
    rl_npz *npz = rl_npz_open(path, scan->memory, err);
    for (size_t i = 0; npz && i < rl_npz_count(npz) && !rl_failed(err); i++) {
        rl_bytes bytes;
        rl_array array;
        if (!rl_npz_read(npz, i, &bytes, err))
            break;
        if (rl_npy_open(bytes, &array, err))
            examine_stream(
                scan, rl_npz_name(npz, i), bytes.name, rl_stream_array(&array, true, scan->memory, err), config, err);
        rl_free(scan->memory, (void *)bytes.bytes);
    }
    rl_npz_free(npz);
    return !rl_failed(err);
}

static bool scan_tensor(
    rl_scan *scan, const char *path, const rl_tensor *tensor, const rl_dump_config *config, rl_error *err)
{
    char label[200];
    snprintf(label, sizeof label, "%.110s: %.60s", path, tensor->name);
    if (tensor->rank != 2 || rl_tensor_count(tensor) == 0)
        return rl_fail(err, RL_BAD_SHAPE, "%s: expected numbers in 2 dimensions, rows and units, found %s%d", label,
            tensor->rank == 2 ? "none in " : "", tensor->rank);
    if (!rl_tensor_holds_floats(tensor))
        return rl_fail(err, RL_BAD_FILE, "%s: has dtype %s, expected F32, F64, F16 or BF16", label,
            rl_tensor_type_name(tensor->type));
    dump_array array = { .name = label, .rows = tensor->shape[0], .units = tensor->shape[1], .tensor = tensor };
    array.block =
        rl_data_new(label, array.rows < BLOCK_ROWS ? array.rows : BLOCK_ROWS, array.units, 0, 1, scan->memory, err);
    bool done = array.block && examine_array(scan, tensor->name, &array, config, err);
    rl_data_free(array.block);
    return done;
}

static bool scan_safetensors(rl_scan *scan, const char *path, const rl_dump_config *config, rl_error *err)
{
    rl_safetensors file;
    if (!rl_safetensors_read(&file, path, scan->memory, err))
        return false;
    for (size_t i = 0; i < file.tensor_count && !rl_failed(err); i++)
        scan_tensor(scan, path, &file.tensors[i], config, err);
    rl_safetensors_free(&file);
    return !rl_failed(err);
}

static const struct {
    const char *ending;
    bool (*scan)(rl_scan *scan, const char *path, const rl_dump_config *config, rl_error *err);
} kinds[] = { { ".npy", scan_npy }, { ".npz", scan_npz }, { ".safetensors", scan_safetensors } };

bool rl_scan_dump(rl_scan *scan, const char *path, rl_dump_config config, rl_error *err)
{
    size_t length = strlen(path), kind = 0, count = sizeof kinds / sizeof *kinds;
    for (; kind < count; kind++)
        if (length > strlen(kinds[kind].ending) &&
            strcasecmp(path + length - strlen(kinds[kind].ending), kinds[kind].ending) == 0)
            break;
    if (!begin(scan, path, true, config.thresholds, config.memory, err))
        return false;
    scan->post = config.post;
    if (kind == count)
        rl_fail(err, RL_BAD_CONFIG, "%.160s: expected a dump in a file .npy, .npz or .safetensors", path);
    else if (kinds[kind].scan(scan, path, &config, err) && scan->layer_count == 0)
        rl_fail(err, RL_BAD_FILE, "%.160s: expected at least one array, found none", path);
    if (!rl_failed(err))
        return true;
    rl_scan_free(scan);
    return false;
}
